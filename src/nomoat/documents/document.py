"""What is a document once it has been read?

The decoded text is never altered. What is read out of it is an overlay: a list of edits (markup taken out, a repaired
character, a misheard name), so that every word shown can be walked back to the characters it stands for, and every
repair and every refusal is listed with its place.
"""

from __future__ import annotations

from datetime import date

from nomoat.types import SCHEMA_VERSION, Noun

KINDS = ("media", "company", "product", "concept", "location", "person")


class Place(Noun, frozen=True, kw_only=True):
    """Where something stands: line from 1, characters [start, end) of the decoded text, seconds into a recording."""

    line: int
    start: int
    end: int
    seconds: float | None = None
    link: str | None = None


class Edit(Noun, frozen=True, kw_only=True):
    """Characters [start, end) of the text are read as `read`; the text itself stays as it is."""

    start: int
    end: int
    read: str


class Repair(Noun, frozen=True, kw_only=True):
    """One defect of the source: what was seen, how it is read, and how sure that is.

    `certain` repairs are applied to the reading. The others are proposals: the reading keeps what was seen, except for
    characters that stand for nothing (`read` is then empty, and `reason` says what is lost).
    """

    kind: str  # encoding | header | misheard name | spelling | bidi | control | glued
    place: Place
    seen: str
    read: str
    reason: str
    certain: bool


class Flag(Noun, frozen=True, kw_only=True):
    """Something in the source that was refused or cannot be trusted, and what was done about it."""

    kind: str  # script | link | bidi | stamp order | contradiction | size | long line | encoding | date ...
    place: Place
    seen: str
    done: str


class Link(Noun, frozen=True, kw_only=True):
    """A link as it stands: `target` is a slug for a wiki link, an address otherwise."""

    kind: str  # wiki | web
    target: str
    label: str
    place: Place


class Passage(Noun, frozen=True, kw_only=True):
    """One sentence, heading or segment: the characters as they stand, and how they are read."""

    id: str
    kind: str  # title | heading | sentence | bullet | quote | callout | segment | reference | boilerplate
    place: Place
    text: str
    reading: str
    section: str | None = None
    speaker: str | None = None
    block: int = 0
    edits: tuple[Edit, ...] = ()


class Chapter(Noun, frozen=True, kw_only=True):
    """A stretch of the recording or of the text, with its first and last second where stamps allow."""

    title: str
    start: float | None
    end: float | None
    link: str | None
    passages: tuple[str, ...] = ()


class Moment(Noun, frozen=True, kw_only=True):
    """A passage worth going to first, and the rule that chose it."""

    passage: str | None
    text: str
    seconds: float | None
    link: str | None
    why: str


class Dating(Noun, frozen=True, kw_only=True):
    """When a document was made: one day, or a range; `reasons` say where each end comes from."""

    low: date | None
    high: date | None
    stated: bool
    reasons: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The date, where it is one day."""
        return self.low if self.low is not None and self.low == self.high else None


class Document(Noun, frozen=True, kw_only=True):
    """A source as it was read: `text` is what the bytes say, everything else points into it."""

    schema_version: int = SCHEMA_VERSION
    id: str
    sha256: str
    name: str
    size: int
    format: str  # note | newsletter | page | transcript | digest
    title: str
    publisher: str | None
    authors: tuple[str, ...]
    speakers: tuple[str, ...]
    dating: Dating
    address: str | None
    video: str | None
    seconds: float | None
    text: str
    passages: tuple[Passage, ...]
    chapters: tuple[Chapter, ...]
    moments: tuple[Moment, ...]
    themes: tuple[str, ...]
    links: tuple[Link, ...]
    names: dict[str, str]  # names that the document itself declares: how written -> `kind:name`
    declared: dict[str, int]
    repairs: tuple[Repair, ...]
    flags: tuple[Flag, ...]

    def passage(self, id: str) -> Passage:
        """The passage of that id; KeyError if there is none."""
        for passage in self.passages:
            if passage.id == id:
                return passage
        raise KeyError(id)


def video_link(video: str | None, seconds: float | None) -> str | None:
    """The address that opens the recording at that second.

    >>> video_link("P6y0gr-W2-k", 2923.4)
    'https://www.youtube.com/watch?v=P6y0gr-W2-k&t=2923'
    >>> video_link(None, 3) is None
    True
    """
    if video is None:
        return None
    address = f"https://www.youtube.com/watch?v={video}"
    return address if seconds is None else f"{address}&t={int(seconds)}"
