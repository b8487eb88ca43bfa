"""When do two texts say the same but for case, punctuation and spaces?"""

from __future__ import annotations

import unicodedata


def normal(text: str) -> str:
    """Text without case, punctuation, accents' composition and runs of space.

    What makes another answer of it stays: the sign of a number, marks between digits, signs of mathematics, and the
    vowels that some scripts write as marks. A text of punctuation alone stays as it is.

    >>> normal("  The  Answer: YES! "), normal("-5"), normal("**1.5**"), normal("x-5"), normal("C++")
    ('the answer yes', '-5', '1.5', 'x 5', 'c++')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("−", "-")
    kept = [sign if _kept(folded, at) else " " for at, sign in enumerate(folded)]
    return " ".join("".join(kept).split()) or " ".join(folded.split())


def _kept(text: str, at: int) -> bool:
    sign = text[at]
    if sign.isalnum():
        return True
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if sign in "-./,:" and after.isdigit():
        return before.isdigit() or (sign in "-." and not before.isalnum() and before not in ("-", ")"))
    return unicodedata.category(sign) in ("Sm", "Mn", "Mc")
