"""Which sentences does a draft hold, each with its exact place, section, speaker and second?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from nomoat.documents.document import Chapter, Edit, Moment, Passage, video_link
from nomoat.documents.draft import Block, Draft, Stamp
from nomoat.documents.overlay import read_span, settle, within
from nomoat.documents.sentences import split

HEADINGS = ("title", "heading")
CALLOUT = 7  # level of a callout's heading: below every heading of Markdown


def passages(draft: Draft, edits: Sequence[Edit], most: int) -> list[Passage]:
    """Cut the draft's blocks into passages under `edits`, which must be settled; at most `most` of them."""
    out: list[Passage] = []
    section: str | None = None
    aside: str | None = None  # the heading of a callout is not that of what follows it
    stamps = sorted(draft.stamps, key=lambda s: s.start)
    starts = [s.start for s in stamps]
    for number, block in enumerate(draft.blocks):
        reading = read_span(draft.text, block.start, block.end, edits)
        if not reading.text:
            continue
        whole = block.whole or block.kind in HEADINGS
        spans = [(0, len(reading.text))] if whole else split(reading.text)
        placed = [reading.span(a, b) for a, b in spans]
        if block.kind == "heading" and block.level == CALLOUT:
            aside = reading.text
        elif block.kind == "heading":
            section, aside = reading.text, None
        elif block.kind != "callout":
            aside = None
        for k, ((a, b), (start, end)) in enumerate(zip(spans, placed, strict=True)):
            if len(out) == most:
                return out
            upto = placed[k + 1][0] if k + 1 < len(placed) else block.end + 1
            # a stamp may open the paragraph: it is then outside of the first sentence
            begin = start if k else block.start
            seconds = (
                _last(block, stamps, starts, start) if draft.leading else _seconds(block, stamps, starts, begin, upto)
            )
            out.append(
                Passage(
                    id=f"p{len(out) + 1}",
                    kind=block.kind,
                    place=draft.place(start, end, seconds),
                    text=draft.text[start:end],
                    reading=reading.text[a:b],
                    section=None if block.kind in HEADINGS else aside or section,
                    speaker=block.speaker,
                    block=number,
                    edits=tuple(within(edits, start, end)),
                )
            )
    return out


def chapters(draft: Draft, cut: Sequence[Passage]) -> list[Chapter]:
    """The stretches under each heading; their first and last second where sentences carry stamps."""
    found: list[tuple[str, list[Passage]]] = []
    for passage in cut:
        if passage.kind in HEADINGS:
            if passage.kind == "heading":
                found.append((passage.reading, []))
        elif found:
            found[-1][1].append(passage)
    out = []
    for title, inside in found:
        if not inside:
            continue
        seconds = [p.place.seconds for p in inside if p.place.seconds is not None]
        start, end = (min(seconds), max(seconds)) if seconds else (None, None)
        link = video_link(draft.video, start) if start is not None else None
        out.append(Chapter(title=title, start=start, end=end, link=link, passages=tuple(p.id for p in inside)))
    return out


def moments(cut: Sequence[Passage]) -> list[Moment]:
    """Passages that the source itself sets apart: quotations, callouts and bullets with a bold lead."""
    why = {"quote": "quoted in the source", "callout": "set apart in the source"}
    out = []
    for passage in cut:
        reason = why.get(passage.kind)
        if passage.kind == "bullet" and "**" in passage.text:
            reason = "has a lead of its own in the source"
        if reason:
            place = passage.place
            out.append(
                Moment(passage=passage.id, text=passage.reading, seconds=place.seconds, link=place.link, why=reason)
            )
    return out


def _seconds(block: Block, stamps: list[Stamp], starts: list[int], start: int, upto: int) -> float | None:
    """A stamp belongs to the sentence that it stands in or right behind."""
    last = bisect_right(starts, upto - 1)
    first = bisect_right(starts, start - 1)
    return stamps[first].seconds if first < last else block.seconds


def _last(block: Block, stamps: list[Stamp], starts: list[int], start: int) -> float | None:
    """In a transcript a stamp speaks of the words behind it, up to the next one."""
    last = bisect_right(starts, start) - 1
    return stamps[last].seconds if last >= 0 and stamps[last].start >= block.start else block.seconds


def settled(draft: Draft) -> list[Edit]:
    """The draft's edits in order and without overlap."""
    return settle(draft.edits)
