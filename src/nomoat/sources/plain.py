"""Which text of a publisher may become a fact: one that prints as what it is."""

from __future__ import annotations

import unicodedata

LONGEST = 300  # the longest name in the sources is 98 characters, and the longest title 210

# Cc controls, Cf formats (bidi overrides, zero width), Co private use, Cs surrogates, Zl and Zp line breaks.
_HIDDEN = frozenset(["Cc", "Cf", "Co", "Cs", "Zl", "Zp"])
_FORMULA = ("=", "+", "-", "@SUM", "\t", "\r")  # what a spreadsheet runs; a bare @ begins names such as @cf/meta/llama


def is_plain(text: str, longest: int = LONGEST) -> bool:
    """Say whether a text may be kept: not too long, nothing invisible in it, nothing that a spreadsheet would run.

    >>> is_plain("gemini-3-flash (thinking-minimal)"), is_plain("文心一言 4.5"), is_plain("@cf/meta/llama-3")
    (True, True, True)
    >>> is_plain("gpt-5\\u202e4-tpg"), is_plain('=HYPERLINK("http://a.example")'), is_plain("a" * 301)
    (False, False, False)
    """
    if len(text) > longest or (len(text) > 1 and text.startswith(_FORMULA)):
        return False
    return (text.isascii() and text.isprintable()) or not any(unicodedata.category(sign) in _HIDDEN for sign in text)
