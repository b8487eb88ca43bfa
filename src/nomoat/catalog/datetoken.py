"""Which date a model name carries, in the seven styles that publishers use, and the eighth that is no date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

# Years that a two-digit token may mean: no model name carried a date before 2022, and `2031` is no YYMM token yet.
FIRST, LAST = 2022, 2029

# A token of month and day belongs to the first such day after the line's first release, but not to one more than
# 400 days later: by then vendors have begun a new line, and a year would be guessed.
REACH = timedelta(days=400)

_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_abbr) if name}
_MONTH = r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
_MONTH += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"

STYLES = (
    "YYYY-MM-DD", "YYYYMMDD", "MM-DD-YYYY", "YYYY-MM", "MM-YYYY", "YY-MM-DD", "month year", "YYMMDD", "YYYYMM",
    "MM-DD", "MMDD", "YYMM", "tag",
)  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A date or tag at the end of a name: the name before it, the version it means, and how it was spelled.

    `version` is `YYYY-MM-DD`, `YYYY-MM`, the vendor's own tag, or None where only the line could tell the year.
    """

    before: str
    version: str | None
    style: str
    text: str


_Reader = Callable[[re.Match[str], date | None], str | None]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if FIRST <= year <= LAST else None


def _month(year: int, month: int) -> str | None:
    return f"{year}-{month:02d}" if FIRST <= year <= LAST and 1 <= month <= 12 else None


def _full(found: re.Match[str], since: date | None) -> str | None:
    return _day(int(found["y"]), int(found["m"]), int(found["d"]))


def _short(found: re.Match[str], since: date | None) -> str | None:
    return _day(2000 + int(found["y"]), int(found["m"]), int(found["d"]))


def _of_month(found: re.Match[str], since: date | None) -> str | None:
    return _month(int(found["y"]), int(found["m"]))


def _of_short_month(found: re.Match[str], since: date | None) -> str | None:
    return _month(2000 + int(found["y"]), int(found["m"]))


def _named(found: re.Match[str], since: date | None) -> str | None:
    year = int(found["y"])
    return _month(year if year > 99 else 2000 + year, _MONTHS[found["word"][:3]])


def _within(found: re.Match[str], since: date | None) -> str | None:
    """The first such day on or after the line's first release; empty where the year is not known."""
    if _day(2024, int(found["m"]), int(found["d"])) is None:  # 2024 has all days that any year has
        return None
    if since is None:
        return ""
    for year in (since.year, since.year + 1):
        text = _day(year, int(found["m"]), int(found["d"]))
        if text and timedelta(0) <= date.fromisoformat(text) - since <= REACH:
            return text
    return ""


def _tag(found: re.Match[str], since: date | None) -> str | None:
    return found["tag"]


def _ending(style: str, pattern: str, read: _Reader) -> tuple[str, re.Pattern[str], _Reader]:
    return style, re.compile(rf"^(?P<before>.*?)(?:^|-)(?P<text>{pattern})$"), read


# The longest style first: `05-20-2025` must not be read as the month `20-2025`.
_READERS = [
    _ending("YYYY-MM-DD", r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _full),
    _ending("YYYYMMDD", r"(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)", _full),
    _ending("MM-DD-YYYY", r"(?P<m>\d\d)-(?P<d>\d\d)-(?P<y>20\d\d)", _full),
    _ending("YYYY-MM", r"(?P<y>20\d\d)-(?P<m>\d\d)", _of_month),
    _ending("MM-YYYY", r"(?P<m>\d\d)-(?P<y>20\d\d)", _of_month),
    _ending("YY-MM-DD", r"(?P<y>\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _short),
    _ending("month year", _MONTH + r"[-.,]*'?(?P<y>20\d\d|\d\d)", _named),
    _ending("YYYYMM", r"(?P<y>20\d\d)(?P<m>\d\d)", _of_month),
    _ending("YYMMDD", r"(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)", _short),
    _ending("YYMM", r"(?P<y>\d\d)(?P<m>\d\d)", _of_short_month),
    _ending("MMDD", r"(?P<m>\d\d)(?P<d>\d\d)", _within),
    _ending("MM-DD", r"(?P<m>\d\d)-(?P<d>\d\d)", _within),
    _ending("tag", r"(?P<tag>00[1-9]|beta[1-9])", _tag),
]


def ending(name: str, since: Callable[[str], date | None] = lambda before: None) -> Token | None:
    """Return the date or vendor's tag that a name ends in, or None.

    `since` gives the first release of a line, by which a month and day are placed in a year: the first such day on or
    after it and within 400 days. Without it the token is found and its version is None, for a year is never guessed.
    YYMM and MMDD cannot be confused before 2032: `2507` has no month 25, `0528` no year 2005 with models.

    >>> ending("claude-opus-4-20250514").version
    '2025-05-14'
    >>> ending("mistral-large-2411").version, ending("command-r-08-2024").version
    ('2024-11', '2024-08')
    >>> ending("deepseek-r1-0528", lambda line: date(2025, 1, 20)).version
    '2025-05-28'
    >>> ending("deepseek-r1-0528").version is None
    True
    >>> ending("gemini-2.0-flash-001").version, ending("gpt-oss-120b")
    ('001', None)
    """
    for style, pattern, read in _READERS:
        found = pattern.match(name)
        if not found:
            continue
        version = read(found, since(found["before"]))
        if version is not None:
            return Token(found["before"], version or None, style, found["text"])
    return None


def spell(day: date, style: str) -> str:
    """Return a day in one of the styles; the inverse of `ending` as far as the style keeps the day.

    >>> [spell(date(2025, 5, 28), style) for style in ("YYYYMMDD", "MMDD", "YYMM", "YY-MM-DD", "month year")]
    ['20250528', '0528', '2505', '25-05-28', "may-'25"]
    """
    month = calendar.month_abbr[day.month].lower()
    if style == "month year":
        return f"{month}-'{day:%y}"
    forms = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
    return day.strftime(re.sub("YYYY|YY|MM|DD", lambda part: forms[part[0]], style))
