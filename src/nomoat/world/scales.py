"""What can models be compared on?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from nomoat.errors import UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.scores import FEWEST_TO_FIT, FEWEST_TO_PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nomoat.catalog.store import Catalog


class Listed(Noun, frozen=True, kw_only=True):
    """One scale: what to type after --on, and how many models stand on it."""

    scale: str
    models: int
    newest: date
    about: str


class Scales(Noun, frozen=True, kw_only=True):
    """The scales whose name holds a query."""

    schema_version: int = SCHEMA_VERSION
    query: str
    scales: tuple[Listed, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def scales(query: str = "", *, as_of: date | None = None, catalog: Catalog | None = None) -> Scales:
    """List what `on` takes: the capability scale, its parts, the benchmarks, the arena's boards.

    `models` counts those with a score; of an arena board, those that an exact alias leads to a dated model.
    Raises UnknownName where no scale holds every word of `query`.

    >>> [s.scale for s in scales("gpqa").scales]
    ['benchmark:GPQA diamond']
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    every = [*_index(catalog, as_of), *_boards(catalog, as_of)]
    words = query.casefold().split()
    found = [s for s in every if all(word in f"{s.scale} {s.about}".casefold() for word in words)]
    if not found:
        raise UnknownName.of("scale", query, [s.scale for s in every], "nomoat scales, for all of them")
    empty = sum(not s.models for s in found)
    why = "no model there has enough scores, or no exact alias leads from a name to a model with a release date"
    tables = [catalog.table("scores", as_of), catalog.table("ratings", as_of)]
    return Scales(
        query=query,
        scales=tuple(s for s in found if s.models),
        left_out=(LeftOut(what="scales", count=empty, why=why),) if empty else (),
        origins=catalog.origins(key for table in tables for key in table.columns["origin_id"]),
    )


def _index(catalog: Catalog, as_of: date | None) -> Iterator[Listed]:
    """The capability scale, what it splits into, and each benchmark in it."""
    scores, benchmarks = catalog.table("scores", as_of).columns, catalog.table("benchmarks").rows()
    newest = catalog.vintage("scores", as_of)
    of = {row["benchmark_id"]: row for row in benchmarks}
    rows = [of[key] for key in scores["benchmark_id"]]

    def listed(name: str, keep: list[bool], about: str, fewest: int = 1) -> Listed:
        _, counts = np.unique(scores["model_id"][np.array(keep, dtype=bool)].astype(str), return_counts=True)
        return Listed(scale=name, models=int((counts >= fewest).sum()), newest=newest, about=about)

    used = len(set(scores["benchmark_id"]))
    yield listed("capability", [True] * len(rows), f"one ability over {used} benchmarks", FEWEST_TO_FIT)
    for kind in ("domain", "modality", "contamination"):
        for value in sorted({row[kind] for row in rows} - {None}):
            keep = [row[kind] == value for row in rows]
            n = len({row["benchmark_id"] for row in rows if row[kind] == value})
            about = f"ability over {n} benchmark{'s' if n > 1 else ''}"
            yield listed(f"{kind}:{value}", keep, about, FEWEST_TO_PROJECT)
    for key, row in sorted(of.items(), key=lambda pair: pair[1]["name"].casefold()):
        about = f"{row['domain']}, {row['modality']}, questions {row['contamination'] or 'unknown'}"
        if (keep := [k == key for k in scores["benchmark_id"]]) and any(keep):
            yield listed(f"benchmark:{row['name']}", keep, about)


def _boards(catalog: Catalog, as_of: date | None) -> Iterator[Listed]:
    """Each category of each board of the arena, on the newest day of that board."""
    ratings = catalog.table("ratings", as_of).columns
    arena = np.char.startswith(ratings["board"].astype(str), "arena:")
    boards = set(ratings["board"][arena])
    for board in sorted(boards):
        plain = board.removesuffix("_style_control")
        styled = f"{plain}_style_control" in boards
        kind = "arena-raw" if styled and board == plain else "arena"
        about = "votes, style controlled" if board != plain else "votes"
        at = ratings["board"] == board
        for category in sorted(set(ratings["category"][at])):
            here = at & (ratings["category"] == category)
            newest = max(ratings["published"][here])
            models = set(ratings["model_id"][here & (ratings["published"] == newest)]) - {None}
            name = f"{kind}:{plain.removeprefix('arena:')}/{category}"
            yield Listed(scale=name, models=len(models), newest=newest, about=about)
