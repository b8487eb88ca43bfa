"""How is a stretch of text read under its edits, and where does each read character come from?"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from nomoat.documents.document import Edit

_RUN = re.compile(r"\s+|\S+")
_PROSE = re.compile(r" +|[^ ](?:.*[^ ])?", re.S)
_UNEVEN = re.compile(r"[^\S ]|  ")


class Reading(msgspec.Struct, frozen=True):
    """`text` as read; `origin[i]` is the character of the source that `text[i]` stands for."""

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source characters [a, b) behind the read characters [start, end), which must not be empty."""
        return self.origin[start], self.origin[end - 1] + 1


def settle(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order and without overlap: of two that overlap, the one that starts first (then the longer) stands.

    >>> [(e.start, e.end) for e in settle([Edit(start=4, end=5, read=""), Edit(start=1, end=6, read="x")])]
    [(1, 6)]
    """
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end, e.read)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def within(edits: Sequence[Edit], start: int, end: int) -> Sequence[Edit]:
    """The settled edits that lie inside [start, end)."""
    first = bisect_left(edits, start, key=lambda e: e.start)
    last = bisect_right(edits, end, key=lambda e: e.end)
    return edits[first:last]


def read_span(text: str, start: int, end: int, edits: Sequence[Edit]) -> Reading:
    """Read `text[start:end]` under settled edits; runs of white space become one space.

    >>> read_span("a **b**  c", 0, 10, [Edit(start=2, end=4, read=""), Edit(start=5, end=7, read="")]).text
    'a b c'
    """
    at = start
    out: list[str] = []
    origin = array("i")
    blank = -1  # where the white space before the next word starts; -1 when there is none

    def put(piece: str, places: Sequence[int]) -> None:
        nonlocal blank
        # prose between two edits is one run: single blanks inside need no look at each word
        runs = _PROSE if not _UNEVEN.search(piece) else _RUN
        for run in runs.finditer(piece):
            first, last = run.span()
            if piece[first].isspace():
                if blank < 0:
                    blank = places[first]
                continue
            if blank >= 0 and out:
                out.append(" ")
                origin.append(blank)
            blank = -1
            out.append(run.group())
            origin.extend(places[first:last])

    for edit in within(edits, start, end):
        put(text[at : edit.start], range(at, edit.start))
        last = max(edit.start, edit.end - 1)
        # the first read characters stand for the first source ones, the last one for the last: a mention that ends
        # inside of an edit then covers all of it
        put(edit.read, [min(edit.start + i, last) for i in range(len(edit.read) - 1)] + [last] * bool(edit.read))
        at = edit.end
    put(text[at:end], range(at, end))
    return Reading("".join(out), origin)
