"""What does the front matter of a note declare, and does it contradict itself?"""

from __future__ import annotations

import re

from nomoat.documents.days import day
from nomoat.documents.draft import Draft
from nomoat.documents.fronted import unquoted

__all__ = ["day", "front", "video"]

_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_ADDRESS = re.compile(
    r"(?:youtu\.be/|youtube\.com/(?:watch\?(?:[^#\s]*&)?v=|embed/|live/|"
    r"shorts/))([A-Za-z0-9_-]{11})"
)

_DAYS = ("date", "published", "publishdate", "publisheddate", "publishedat", "recorded", "created", "pubdate")
_VIDEOS = ("videoid", "video", "youtube", "youtubeid")
_Value = tuple[list[str], int, int]


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
    seen: dict[str, list[_Value]] = {}
    last, at = "", opening.end()
    for line in text[opening.end() : closing.start()].split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        pair = re.match(r"([A-Za-z][\w -]{0,40}?)[ \t]*:(?:\s+(.*)|)$", line)
        item = re.match(r"\s*-\s+(.*)$", line)
        if pair:
            last = pair[1].strip().lower().replace("_", "").replace("-", "").replace(" ", "")
            seen.setdefault(last, []).append((_values(pair[2] or ""), start, end))
        elif item and last in seen:
            seen[last][-1][0].extend(_values(item[1]))
        elif line.strip() and not line.lstrip().startswith("#"):
            draft.flag("front matter", start, end, "not `key: value`: left out")
    _take(draft, seen)
    return min(closing.end() + 1, len(text))


def _values(written: str) -> list[str]:
    written = written.strip()
    parts = [written]
    if written.startswith("[") and written.endswith("]") and not written.startswith("[["):
        parts = re.findall(r'\s*("(?:[^"\\]|\\.)*"|\'[^\']*\'|[^,]*)\s*(?:,|$)', written[1:-1])
    return [value for value in map(unquoted, parts) if value]


def _one(draft: Draft, given: dict[str, list[_Value]]) -> dict[str, _Value]:
    """One value a key: of several, the first that can be meant; the others are flagged. Days are settled later."""
    seen: dict[str, _Value] = {}
    for key, values in given.items():
        fitting = [v for v in values if v[0] and (key not in _VIDEOS or _recording(v[0][0]))]
        kept = seen[key] = (fitting or values)[0]
        for other, start, end in values:
            if other != kept[0] and key not in _DAYS:
                done = f"{key} is given twice: {kept[0]} is kept, {other} is not"
                draft.flag("contradiction", start, end, done)
    return seen


def _take(draft: Draft, given: dict[str, list[_Value]]) -> None:
    seen = _one(draft, given)

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
        draft.authors += [v for v in map(_turned, seen.get(key, ([], 0, 0))[0]) if v not in draft.authors]
    for key in ("speaker", "speakers", "guest", "guests", "host", "hosts"):
        draft.speakers += [v for v in map(_turned, seen.get(key, ([], 0, 0))[0]) if v not in draft.speakers]
    for key in ("themes", "topics", "tags"):
        draft.themes += [v for v in seen.get(key, ([], 0, 0))[0] if v not in draft.themes]
    for value in seen.get("names", ([], 0, 0))[0]:
        written, _, meant = value.partition(" = ")
        if meant and re.match(r"(?:media|company|product|concept|location|person):\S", meant):
            draft.names[written] = meant
    named = first(*_VIDEOS)
    address = first("url", "link", "source", "address", "videourl")
    _video(draft, named, address)
    for key in _DAYS:
        for number, (values, start, end) in enumerate(v for v in given.get(key, []) if v[0]):
            when = day(", ".join(values) if len(values) > 1 else values[0])
            if when is None:
                draft.flag("date", start, end, "no date: left out")
                continue
            where = f"front matter, {key}" + (f", line {draft.place(start, end).line}" if number else "")
            draft.stated.append((when, where))
            draft.stated_at[where] = (start, end)


def _turned(name: str) -> str:
    """`Lambert, Nathan` the way round in which it is said."""
    both = re.fullmatch(r"([A-ZÀ-Þ][\w'’-]+), ([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ]\.)?)", name)
    return f"{both[2]} {both[1]}" if both else name


def _recording(written: str) -> str | None:
    return video(written) or (written if _VIDEO.fullmatch(written) else None)


def _video(draft: Draft, named: tuple[str, int, int] | None, address: tuple[str, int, int] | None) -> None:
    from nomoat.documents.markup import safe

    if named:
        found = _recording(named[0])
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
