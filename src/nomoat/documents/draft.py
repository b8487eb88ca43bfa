"""Where is a source while it is being read: what has been found in it so far, with every place and every refusal."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from nomoat.documents.document import Chapter, Edit, Flag, Link, Moment, Place, Repair, video_link

# A hostile file can hold millions of defects; this many of a kind are listed one by one, the rest are counted.
LISTED = 100


@dataclass(slots=True)
class Block:
    """A paragraph, heading, bullet or segment: characters [start, end) of the text."""

    start: int
    end: int
    kind: str
    level: int = 0
    speaker: str | None = None
    seconds: float | None = None
    whole: bool = False  # kept as one passage, not split into sentences


@dataclass(slots=True)
class Stamp:
    """A time stamp in the text."""

    start: int
    end: int
    seconds: float


@dataclass(slots=True)
class Draft:
    """Everything a format's reader has found in `text`."""

    name: str
    text: str
    format: str = "newsletter"
    title: str | None = None
    publisher: str | None = None
    authors: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    address: str | None = None
    video: str | None = None
    seconds: float | None = None
    stated: list[tuple[date, str]] = field(default_factory=list)
    stated_at: dict[str, tuple[int, int]] = field(default_factory=dict)  # where a stated day stands, by its words
    blocks: list[Block] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    leading: bool = False  # a stamp speaks of the words behind it (transcripts), not before it (notes)
    links: list[Link] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    newlines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        at = self.text.find("\n")
        while at >= 0:
            self.newlines.append(at)
            at = self.text.find("\n", at + 1)

    def place(self, start: int, end: int, seconds: float | None = None) -> Place:
        """The place of characters [start, end), with its link when the recording is known."""
        line = bisect_right(self.newlines, start - 1) + 1
        link = video_link(self.video, seconds) if seconds is not None else None
        return Place(line=line, start=start, end=end, seconds=seconds, link=link)

    def flag(self, kind: str, start: int, end: int, done: str, seen: str | None = None) -> None:
        """List a refusal, or only count it once `LISTED` of its kind are listed."""
        self.counts["flag", kind] += 1
        if self.counts["flag", kind] <= LISTED:
            shown = self.text[start : min(end, start + 80)] if seen is None else seen[:80]
            self.flags.append(Flag(kind=kind, place=self.place(start, end), seen=shown, done=done))

    def repair(self, kind: str, start: int, end: int, read: str, reason: str, certain: bool = True) -> None:
        """List a repair and, if it is certain or leaves nothing to read, lay it over the text."""
        self.note(kind, start, end, read, reason, certain)
        if (certain or not read.strip()) and end > start:
            self.edits.append(Edit(start=start, end=end, read=read))

    def note(self, kind: str, start: int, end: int, read: str, reason: str, certain: bool = True) -> None:
        """List a repair without laying it over the text: the reader has already taken it apart."""
        self.counts["repair", kind] += 1
        if self.counts["repair", kind] <= LISTED:
            seen, place = self.text[start : min(end, start + 400)], self.place(start, end)
            repair = Repair(kind=kind, place=place, seen=seen, read=read, reason=reason, certain=certain)
            self.repairs.append(repair)

    def overflow(self) -> None:
        """Say how many defects are counted but not listed."""
        for (list_, kind), count in sorted(self.counts.items()):
            if count > LISTED:
                place = self.place(0, 0)
                done = f"{count - LISTED} more {list_}s of this kind, counted and not listed"
                self.flags.append(Flag(kind=kind, place=place, seen=f"{count} in all", done=done))
