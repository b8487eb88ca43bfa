"""Which days are written in a line, in digits or in English words, whatever they are glued to?

A year has four digits, so `202512 min` has one reading. `03/11/2025` has two, in Europe and in America: it is no date
unless one of its numbers can only be a day.
"""

from __future__ import annotations

import re
from datetime import date

MONTHS = {
    name: number
    for number, name in enumerate(
        (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        1,
    )
}
_SHORT = {name[:3].lower(): number for name, number in MONTHS.items()}
_NAMES = "|".join(
    (
        "January|February|March|April|May|June|July|August|September|October|November|December",
        "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec",
    )
)
# a month in lower case or in capitals needs a border before it; with a capital it may be glued to a name
_MONTH = rf"(?:{_NAMES}|(?<![^\W\d_])(?:{_NAMES.lower()}|{_NAMES.upper()}))(?![a-z])\.?"
_NTH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d(?!\d(?!\d{0,2} ?(?:h|m|sec)))"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_DAY = re.compile(
    rf"{_WEEKDAY}(?P<m1>{_MONTH})\s*(?P<d1>\d{{1,2}}){_NTH},?\s*(?P<y1>{_YEAR})"
    rf"|{_WEEKDAY}(?:the )?(?<!\d)(?P<d2>\d{{1,2}}){_NTH}\.?(?: of)?[\s-]*(?P<m2>{_MONTH}),?[\s-]*(?P<y2>{_YEAR})"
    r"|(?<!\d)(?P<y3>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m3>\d{1,2})(?P=sep)(?P<d3>\d{1,2})(?!\d)"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| ?[+-]\d\d:?\d\d)?)?"
    r"|(?<![\d.])(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<y4>(?:19|20)\d\d)(?![\d.]\d)"
)


def written(text: str) -> list[tuple[date | None, int, int]]:
    """Every day in the text with its place; None for what is written like a day and names none, or either of two.

    >>> written("Jane DoeNovember 3, 202512 min")
    [(datetime.date(2025, 11, 3), 8, 24)]
    >>> [found[0] for found in written("12 Sept 2025, 30.04.2025, 2025-02-30, 03/11/2025")]
    [datetime.date(2025, 9, 12), datetime.date(2025, 4, 30), None, None]
    """
    return [(_day(found), *found.span()) for found in _DAY.finditer(text)]


def day(text: str) -> date | None:
    """The day that a text names, if it is nothing but a day; None otherwise.

    >>> day("2025-10-16"), day("October 16, 2025"), day("16 Oct 2025"), day("2025-02-30")
    (datetime.date(2025, 10, 16), datetime.date(2025, 10, 16), datetime.date(2025, 10, 16), None)
    """
    text = text.strip().strip("\"'").strip()
    compact = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", text)
    if compact:
        return _date(int(compact[1]), int(compact[2]), int(compact[3]))
    found = _DAY.match(text)
    return _day(found) if found and found.end() == len(text) else None


def _day(found: re.Match[str]) -> date | None:
    if found["m1"]:
        return _date(int(found["y1"]), _SHORT[found["m1"][:3].lower()], int(found["d1"]))
    if found["m2"]:
        return _date(int(found["y2"]), _SHORT[found["m2"][:3].lower()], int(found["d2"]))
    if found["y3"]:
        return _date(int(found["y3"]), int(found["m3"]), int(found["d3"]))
    a, b, year = int(found["a"]), int(found["b"]), int(found["y4"])
    if found["mark"] == ".":  # with full stops the day comes first wherever it is written so
        return _date(year, b, a)
    if a == b or b > 12:
        return _date(year, a, b)
    return _date(year, b, a) if a > 12 else None


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
