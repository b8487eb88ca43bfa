"""Which rows of a table are new, changed, joined otherwise or gone between two states of it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

Row = Mapping[str, Any]

# The columns that say what a row is about; the others are what is said. `aside` are dates of the copy, which differ in
# every vintage and are no news.
KEYS: dict[str, tuple[str, ...]] = {
    "organisations": ("organisation_id",),
    "models": ("model_id",),
    "versions": ("version_id",),
    "aliases": ("source", "name", "valid_from"),
    "openness": ("model_id",),
    "components": ("model_id", "component"),
    "licensing": ("source", "name", "written"),
    "licences": ("licence_id",),
    "spellings": ("source", "name", "written"),
    "lineage": ("child_id", "parent", "relation"),
    "offerings": ("provider", "name", "tier"),
    "repositories": ("repository",),
    "usage": ("series", "subject", "metric", "unit", "period"),
    "distillation": ("model_id",),
    "effort": ("model_id",),
    "benchmarks": ("benchmark_id",),
    "scores": ("model_id", "benchmark_id", "version", "source"),
    "ratings": ("board", "category", "name"),
    "devices": ("device",),
    "facts": ("fact_id",),
}
ASIDE = {
    "ratings": {"published"},
    "repositories": {"observed"},
    "offerings": {"valid_from"},
    "licensing": {"valid_from", "valid_to"},
}
# What no publisher says: which of our models its name means. A row that differs in nothing else was read otherwise.
JOINED = {
    "aliases": {"id", "effort", "method", "level", "valid_to"},
    "licensing": {"model_id", "version"},
    "lineage": {"parent_id"},
    "offerings": {"model_id", "version"},
    "ratings": {"model_id", "released"},
    "repositories": {"model_id"},
    "usage": {"model_id"},
}


@dataclass(frozen=True)
class Difference:
    """Rows that only the later state has, pairs (before, after) that say something else, rows that it has no more.

    `renamed` are pairs of which the publisher says the same, and which are joined to another of our models.
    """

    new: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]
    gone: tuple[Row, ...]
    renamed: tuple[tuple[Row, Row], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone or self.renamed)


def difference(table: str, before: Iterable[Row], after: Iterable[Row]) -> Difference:
    """Compare two states of a table row by row, by the columns that say what a row is about; origins do not count.

    Rows that share a key are first matched with their equals, then in their order. Numbers are equal within 1e-9 of
    their size.

    >>> old, new = [{"device": "A", "memory_gb": 24.0}], [{"device": "A", "memory_gb": 32.0}, {"device": "B"}]
    >>> found = difference("devices", old, new)
    >>> len(found.new), len(found.changed), len(found.gone)
    (1, 1, 0)
    >>> was = {"provider": "A", "name": "x", "tier": None, "input": 2.0, "model_id": "a/x"}
    >>> found = difference("offerings", [was], [{**was, "model_id": None}])
    >>> len(found.changed), len(found.renamed)
    (0, 1)
    """
    earlier, later = _keyed(table, before), _keyed(table, after)
    new: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    renamed: list[tuple[Row, Row]] = []
    gone: list[Row] = []
    joined = JOINED.get(table, set())
    for key, rows in later.items():
        old = list(earlier.get(key, ()))
        unlike = []
        for row in rows:
            same = next((one for one in old if not moved(table, one, row)), None)
            if same is None:
                unlike.append(row)
            else:
                old.remove(same)
        for pair in zip(old, unlike, strict=False):
            (renamed if joined.issuperset(moved(table, *pair)) else changed).append(pair)
        new += unlike[len(old) :]
        gone += old[len(unlike) :]
    for key, rows in earlier.items():
        gone += rows if key not in later else ()
    return Difference(tuple(new), tuple(changed), tuple(gone), tuple(renamed))


def moved(table: str, before: Row, after: Row) -> tuple[str, ...]:
    """The columns in which two rows about the same thing differ."""
    aside = {"origin_id", *KEYS[table], *ASIDE.get(table, ())}
    columns = [*after, *(column for column in before if column not in after)]
    return tuple(c for c in columns if c not in aside and not _same(before.get(c), after.get(c)))


def _keyed(table: str, rows: Iterable[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(column) for column in KEYS[table]), []).append(row)
    return found


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)
