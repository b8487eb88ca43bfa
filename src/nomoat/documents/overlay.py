"""How is a stretch of text read under its edits, and where does each read character come from?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from nomoat.documents.document import Edit


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
    out: list[str] = []
    origin: list[int] = []
    at = start

    def put(piece: str, places: Sequence[int]) -> None:
        for char, place in zip(piece, places, strict=True):
            blank = char.isspace()
            if blank and (not out or out[-1] == " "):
                continue
            out.append(" " if blank else char)
            origin.append(place)

    for edit in within(edits, start, end):
        put(text[at : edit.start], range(at, edit.start))
        last = max(edit.start, edit.end - 1)
        # the first read characters stand for the first source ones, the last one for the last: a mention that ends
        # inside of an edit then covers all of it
        put(edit.read, [min(edit.start + i, last) for i in range(len(edit.read) - 1)] + [last] * bool(edit.read))
        at = edit.end
    put(text[at:end], range(at, end))
    while out and out[-1] == " ":
        out.pop()
        origin.pop()
    return Reading("".join(out), origin)
