"""Which number does an answer end with?

People write 1,234.5 and 1.234,5 and 1 234,5 for the same number. Where a number holds both marks the last one is the
decimal mark; where it holds one of them once, followed by three digits, a comma groups and a point does not, unless
`decimal` says which is which: 1,234 and 1.234 cannot be told apart by looking.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from math import isfinite

_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_FRAC = re.compile(r"(\d?)\s*\\[dt]?frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}")
_MARKED = "####"  # as data sets of sums mark their answers
# A digit after a letter belongs to a name or a unit: CO2, m2, Q3.
_BEFORE = r"(?<![\d.,])(?<![^\W\d_])"
_SIGN = r"(?P<sign>(?<![\w.)%])[-+−–])?(?:[$€£¥₹]\s?)?"
_PLAIN = r"\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*|\.\d+"
_POWER = r"(?P<power>[eE][-+]?\d+|\s*[×x*]\s*10\s*(?:\^|\*\*)\s*\{?[-−+]?\d+\}?)?"
_FRACTION = r"(?:(?P<whole>\d+)\s+)?(?P<over>\d+)\s*/\s*(?P<under>\d+)(?![\d/]|\s*/)"
_FOUND = re.compile(
    rf"{_SIGN}(?:(?<![\d.,/])(?<![^\W\d_]){_FRACTION}|{_BEFORE}(?P<plain>{_PLAIN}){_POWER})(?P<percent>\s*%)?"
)
_GLUED = re.compile(rf"(?P<sign>)(?P<plain>{_PLAIN}){_POWER}(?P<whole>)(?P<over>)(?P<under>)(?P<percent>\s*%)?")
# (5) alone is the label of a choice as often as a loss.
_IN_BRACKETS = re.compile(r"\((?:[$€£¥₹]\s?\d[\d.,]*|\d+(?:[.,]\d+)+\s?[$€£¥₹%]?|\d+\s?[$€£¥₹])\)\.?")


def number(text: str, *, decimal: str | None = None, percent: bool = False) -> float | None:
    """The last number of a text, where an answer ends, or the last one of its last \\boxed{} or behind its last ####.

    Signs of currency, units and per cent are passed over (with `percent`, 12 % is 0.12); 3/4 and 1 1/2 are fractions;
    a text of nothing but an amount in brackets, (1,200) or ($5), is negative, as book-keepers write it. `decimal` is
    the decimal mark.

    >>> number("of 3 boxes, 1,234.5 kg CO2"), number("1.234,5 €"), number("1,5"), number("none") is None
    (1234.5, 1234.5, 1.5, True)
    >>> number("1.234", decimal=","), number("(1,200.50)"), number("3 1/2"), number("12 %", percent=True)
    (1234.0, -1200.5, 3.5, 0.12)
    """
    boxed = [one for one in _BOXED.findall(text) if re.search(r"\d", one)]
    marked = text.rpartition(_MARKED)[2].strip().partition("\n")[0] if _MARKED in text else ""
    said = boxed[-1] if boxed else marked if re.search(r"\d", marked) else text
    negative = _IN_BRACKETS.fullmatch(said.strip()) is not None
    plain = _FRAC.sub(r"\1 \2/\3", _spelled(said)).replace("- ", "-") if "\\" in said else _spelled(said)
    last = deque(_FOUND.finditer(plain), maxlen=1) or deque(_GLUED.finditer(plain), maxlen=1)
    if not last or (value := _value(found := last[0], decimal)) is None:
        return None
    value = -abs(value) if negative else value
    value = value / 100 if percent and found["percent"] else value
    return value if isfinite(value) else None


def _spelled(text: str) -> str:
    """The text with ½ and its like as 1/2."""
    if text.isascii():
        return text
    return "".join(
        " " + unicodedata.normalize("NFKC", sign).replace("⁄", "/")
        if unicodedata.decomposition(sign).startswith("<fraction>")
        else sign
        for sign in text
    )


def _value(found: re.Match[str], decimal: str | None) -> float | None:
    sign = -1.0 if found["sign"] in ("-", "−", "–") else 1.0
    if found["over"]:
        under = float(found["under"])
        return sign * (float(found["whole"] or 0) + float(found["over"]) / under) if under else None
    value = float(_pointed(re.sub(r"[ \u00a0\u2009\u202f'’]", "", found["plain"]), decimal))
    if power := re.search(r"(?:[eE]|\^|\*\*)\s*\{?([-−+]?\d{1,6})\}?$", found["power"] or ""):
        try:
            value *= 10.0 ** int(power[1].replace("−", "-"))
        except OverflowError:
            return None
    return sign * value


def _pointed(digits: str, decimal: str | None) -> str:
    """Digits with points and commas as Python writes them: without groups, with a point."""
    marks = [sign for sign in digits if sign in ".,"]
    if not marks:
        return digits
    last = digits.rfind(marks[-1])
    whole, part, other = digits[:last], digits[last + 1 :], "," if marks[-1] == "." else "."
    groups = re.split(r"[.,]", digits)
    grouped = all(len(one) == 3 for one in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if len(set(marks)) == 2:
        groups = whole.split(other)
        if marks.count(marks[-1]) == 1 and all(len(one) == 3 for one in groups[1:]) and 1 <= len(groups[0]) <= 3:
            return f"{''.join(groups)}.{part}"
        return f"{groups[-1]}.{part}"  # a list, as in 1,2.5
    if len(marks) > 1:
        return "".join(groups) if grouped else groups[-1]  # a list or a date: its last part
    groups_here = grouped and (decimal != marks[0] if decimal else marks[0] == ",")
    return "".join(groups) if groups_here else f"{whole or '0'}.{part}"
