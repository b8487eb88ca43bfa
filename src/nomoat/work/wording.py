"""When do two texts say the same but for case, punctuation and spaces?"""

from __future__ import annotations

import re
import unicodedata


def normal(text: str) -> str:
    """Text without case, punctuation, accents' composition and runs of space.

    What makes another answer of it stays: the sign of a number, marks between digits, signs of mathematics, and the
    vowels that some scripts write as marks. A text of punctuation alone stays as it is.

    >>> normal("  The  Answer: YES! "), normal("-5"), normal("**1.5**"), normal("x-5"), normal("C++")
    ('the answer yes', '-5', '1.5', 'x 5', 'c++')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("−", "-")
    return " ".join(_LOOSE.sub(" ", folded).translate(_KEPT).split()) or " ".join(folded.split())


class _Signs(dict[int, int | str]):
    """Sign -> itself or a space, found out once each."""

    def __missing__(self, code: int) -> int | str:
        sign = chr(code)
        kept = sign.isalnum() or sign in "-./,:" or unicodedata.category(sign) in ("Sm", "Mn", "Mc")
        self[code] = code if kept else " "
        return self[code]


_KEPT = _Signs()
# Marks that stand between no digits and before no number: "-5" and ".5" keep theirs, "x-5" and "(a) -- 5" do not.
_LOOSE = re.compile(r"[-./,:](?!\d)|(?<!\d)[/,:]|(?<=[^\W\d_])[-.]|(?<=[-)])[-.]")
