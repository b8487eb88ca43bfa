"""How does a sentence fill the lines of a terminal?"""

from __future__ import annotations

import textwrap


def fill(line: str, width: int, *, initial_indent: str = "", subsequent_indent: str = "") -> str:
    """The line in lines of at most `width` characters, parted at spaces alone.

    A name, an option or an address is copied from what is printed: `--as-of` in two halves is none.

    >>> print(fill("Type nomoat gap --as-of 2026-06-30 to see it.", 24, subsequent_indent="  "))
    Type nomoat gap --as-of
      2026-06-30 to see it.
    """
    return textwrap.fill(
        line,
        width,
        initial_indent=initial_indent,
        subsequent_indent=subsequent_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
