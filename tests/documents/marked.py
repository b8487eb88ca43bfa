"""How well do the rules find what a reader marked by hand?"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nomoat.documents.read import read
from nomoat.documents.statements import KINDS, statements

HERE = Path(__file__).parent
LOOKALIKES = HERE / "lookalikes"
FURTHER = HERE / "further"


@dataclass
class Score:
    """Right, wrong and missed (passage, kind) pairs."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def precision(self, *kinds: str) -> float:
        right = sum(self.right[k] for k in kinds or KINDS)
        return right / (right + sum(self.wrong[k] for k in kinds or KINDS))

    def recall(self, *kinds: str) -> float:
        right = sum(self.right[k] for k in kinds or KINDS)
        return right / (right + sum(self.missed[k] for k in kinds or KINDS))


def marks(name: str) -> dict[str, list[tuple[int, int, set[str]]]]:
    """sha256 -> places marked by hand and their kinds."""
    out: dict[str, list[tuple[int, int, set[str]]]] = {}
    with (HERE / "marks" / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kinds = set(row["kinds"].split())
            assert kinds <= set(KINDS), row
            out.setdefault(row["sha256"], []).append((int(row["start"]), int(row["end"]), kinds))
    return out


def score(paths: list[Path], marked: dict[str, list[tuple[int, int, set[str]]]]) -> Score:
    """Compare what the rules find with the marks, passage by passage; every mark must fall into a passage."""
    out = Score()
    for path in paths:
        document = read(path)
        left = list(marked[document.sha256])
        found = {s.passage: set(s.kinds) for s in statements(document).statements}
        for passage in document.passages:
            start, end = passage.place.start, passage.place.end
            mine = {k for a, b, kinds in left if a < end and start < b for k in kinds}
            left = [mark for mark in left if not (mark[0] < end and start < mark[1])]
            theirs = found.get(passage.id, set())
            for kind in KINDS:
                counter = (
                    out.right
                    if kind in mine & theirs
                    else out.wrong
                    if kind in theirs
                    else out.missed
                    if kind in mine
                    else None
                )
                if counter is not None:
                    counter[kind] += 1
            for counter, hit in (
                (out.right, mine and theirs),
                (out.wrong, theirs and not mine),
                (out.missed, mine and not theirs),
            ):
                counter["any"] += bool(hit)
        assert not left, f"{path.name}: marks outside of every passage: {left}"
    return out
