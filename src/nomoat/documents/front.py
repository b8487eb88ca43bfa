"""What does the front matter of a note declare, and does it contradict itself?"""

from __future__ import annotations

import re
from datetime import date

from nomoat.documents.draft import Draft

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_ADDRESS = re.compile(
    r"(?:youtu\.be/|youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|embed/|live/|"
    r"shorts/))([A-Za-z0-9_-]{11})"
)
_MONTHS = {
    m: k for k, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_NAMED = re.compile(
    r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})|(\d{1,2})\.?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})"
)


def day(written: str) -> date | None:
    """The day that a date in digits or English words names; None if it is none.

    >>> day("2025-10-16"), day("October 16, 2025"), day("16 Oct 2025"), day("2025-02-30")
    (datetime.date(2025, 10, 16), datetime.date(2025, 10, 16), datetime.date(2025, 10, 16), None)
    """
    written = written.strip().strip("\"'")
    digits = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", written)
    named = None if digits else _NAMED.fullmatch(written)
    if digits:
        year, month, number = int(digits[1]), int(digits[2]), int(digits[3])
    elif named:
        word = (named[1] or named[5])[:3].lower()
        if word not in _MONTHS:
            return None
        year, month, number = int(named[3] or named[6]), _MONTHS[word], int(named[2] or named[4])
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def video(address: str) -> str | None:
    """The recording's id in a YouTube address.

    >>> video("https://www.youtube.com/watch?v=P6y0gr-W2-k&t=3"), video("https://example.org/P6y0gr-W2-k")
    ('P6y0gr-W2-k', None)
    """
    found = _ADDRESS.search(address)
    return found[1] if found else None


def front(draft: Draft) -> int:
    """Read the block between `---` lines at the top into the draft; the character at which the note itself starts."""
    text = draft.text
    opening = re.match(r"\s{0,20}---[ \t]*\n", text)
    if not opening:
        return 0
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M).search(text, opening.end())
    if not closing or closing.start() > 20000:
        draft.flag("front matter", opening.start(), opening.end(), "never closed: read as text")
        return opening.end()
    seen: dict[str, tuple[list[str], int, int]] = {}
    last, at = "", opening.end()
    for line in text[opening.end() : closing.start()].split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        pair = re.match(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*)|)$", line)
        item = re.match(r"\s*-\s+(.*)$", line)
        if pair:
            last = pair[1].strip().lower().replace("_", "").replace("-", "").replace(" ", "")
            values = _values(pair[2] or "")
            if last in seen and seen[last][0] != values:
                done = f"{pair[1]} is given twice: {seen[last][0]} is kept, {values} is not"
                draft.flag("contradiction", start, end, done)
                last = ""
            else:
                seen.setdefault(last, (values, start, end))
        elif item and last in seen:
            seen[last][0].extend(_values(item[1]))
        elif line.strip() and not line.lstrip().startswith("#"):
            draft.flag("front matter", start, end, "not `key: value`: left out")
    _take(draft, seen)
    return min(closing.end() + 1, len(text))


def _values(written: str) -> list[str]:
    written = written.strip()
    if written.startswith("[") and written.endswith("]") and not written.startswith("[["):
        parts = written[1:-1].split(",")
    else:
        parts = [written]
    return [part.strip().strip("\"'").strip() for part in parts if part.strip().strip("\"'").strip()]


def _take(draft: Draft, seen: dict[str, tuple[list[str], int, int]]) -> None:
    def first(*keys: str) -> tuple[str, int, int] | None:
        for key in keys:
            if seen.get(key, ([], 0, 0))[0]:
                values, start, end = seen[key]
                return values[0], start, end
        return None

    title = first("title", "name")
    draft.title = title[0] if title else None
    publisher = first("channel", "publisher", "podcast", "show", "site", "publication")
    draft.publisher = publisher[0] if publisher else None
    for key in ("author", "authors", "by"):
        draft.authors += [v for v in seen.get(key, ([], 0, 0))[0] if v not in draft.authors]
    for key in ("speaker", "speakers", "guest", "guests", "host", "hosts"):
        draft.speakers += [v for v in seen.get(key, ([], 0, 0))[0] if v not in draft.speakers]
    for key in ("themes", "topics", "tags"):
        draft.themes += [v for v in seen.get(key, ([], 0, 0))[0] if v not in draft.themes]
    for value in seen.get("names", ([], 0, 0))[0]:
        written, _, meant = value.partition(" = ")
        if meant and re.match(r"(?:media|company|product|concept|location|person):\S", meant):
            draft.names[written] = meant
    named = first("videoid", "video", "youtube", "youtubeid")
    address = first("url", "link", "source", "address", "videourl")
    _video(draft, named, address)
    days: list[tuple[date, str]] = []
    for key in ("date", "published", "publishdate", "publisheddate", "recorded", "created", "pubdate"):
        values, start, end = seen.get(key, ([], 0, 0))
        if not values:
            continue
        when = day(", ".join(values) if len(values) > 1 else values[0])
        if when is None:
            draft.flag("date", start, end, "no date: left out")
        elif days and days[0][0] != when:
            done = f"{key} {when} differs from {days[0][1]} {days[0][0]}: the first is kept"
            draft.flag("contradiction", start, end, done)
        else:
            days.append((when, key))
    draft.stated += [(when, f"front matter, {key}") for when, key in days[:1]]


def _video(draft: Draft, named: tuple[str, int, int] | None, address: tuple[str, int, int] | None) -> None:
    from nomoat.documents.markup import safe

    if named:
        found = video(named[0]) or (named[0] if _VIDEO.fullmatch(named[0]) else None)
        if found is None:
            draft.flag("video", named[1], named[2], "no recording's id: no links into it are made")
        draft.video = found
    if address:
        if not safe(address[0]):
            draft.flag("link", address[1], address[2], "the address is refused")
            return
        if address[0].lower().startswith(("http://", "https://")):
            draft.address = address[0]
        linked = video(address[0])
        if linked and draft.video and linked != draft.video:
            done = f"the address is of recording {linked}, videoId says {draft.video}: videoId is kept"
            draft.flag("contradiction", address[1], address[2], done)
        draft.video = draft.video or linked
