"""Published ratings and single benchmarks as scales: what others have measured, taken as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.members import Members
from nomoat.errors import NoVintage, UnknownName
from nomoat.types import LeftOut
from nomoat.world.scale import Scale, Settings, assemble, z_of


def published(s: Settings, name: str, restriction: dict[str, str]) -> Scale:
    """Abilities as published in an older vintage: of that day we have the index, not the scores under it."""
    if restriction:
        s.catalog.vintage("scores", s.as_of)  # raises: an index cannot be split by domain
    if s.method != "eci":
        raise NoVintage(
            f"On {s.as_of} Epoch's published index was known and no scores to fit {s.method!r} on",
            f"a date from {s.catalog.vintages('scores')[0]} on, or hindsight",
            f"--method eci, or --reconstruct --as-of {s.as_of}",
        )
    try:
        s.catalog.vintage("ratings", s.as_of, "epoch-eci")
    except NoVintage as error:
        raise NoVintage(error.seen, error.expected, f"{error.next}, or --reconstruct for hindsight") from None
    table = s.catalog.table("ratings", s.as_of, dataset="epoch-eci").columns
    return _rated(s, table, name, "ECI points", f"{s.method} as published")


def _rated(s: Settings, table: dict[str, Any], name: str, unit: str, method: str) -> Scale:
    """Ratings with or without intervals as a scale: of several names of one model the highest counts."""
    origin_ids = list(dict.fromkeys(table["origin_id"]))
    known = np.array([m is not None for m in table["model_id"]], dtype=bool)
    left = []
    if (~known).any():
        why = "no exact alias leads from their name to a model with a release date"
        left.append(LeftOut(what="rated names", count=int((~known).sum()), why=why))
    order = np.flatnonzero(known)
    order = order[np.lexsort((table["name"][order].astype(str), -table["rating"][order]))]
    best: dict[str, int] = {}
    for row in order:
        best.setdefault(table["model_id"][row], int(row))
    if len(best) < known.sum():
        why = "another effort or version of the same model is rated higher"
        left.append(LeftOut(what="rated names", count=int(known.sum()) - len(best), why=why))
    rows = np.array(sorted(best.values()), dtype=np.int64)
    value, low, high = (np.asarray(table[c][rows], dtype=float) for c in ("rating", "low", "high"))
    sd = np.array(
        [(h - b) / (2 * z_of(v)) for b, h, v in zip(low, high, table["level"][rows].astype(float), strict=True)]
    )
    drawn = None
    if s.draws and not np.isnan(sd).all():
        noise = np.random.default_rng(s.seed).standard_normal((s.draws, len(rows)))
        drawn = value + np.nan_to_num(sd) * noise
        if np.isnan(sd).any():
            why = "the source prints none for them: they stand still in every draw"
            left.append(LeftOut(what="intervals", count=int(np.isnan(sd).sum()), why=why))
    half = sd * z_of(s.level)
    origins = s.catalog.origins(origin_ids)
    told = s.as_of is None or s.as_of >= min(s.catalog.vintages("models"))
    members = s.catalog.members(s.as_of if told else None)
    return assemble(
        s,
        name=name,
        unit=unit,
        method=method if told else f"{method}, dates and openness as known now",
        cut=max(o.retrieved for o in origins),
        model_id=[table["model_id"][r] for r in rows],
        values=value,
        low=value - half,
        high=value + half,
        sd=sd,
        draws=drawn,
        without="the source prints no intervals" if s.draws else "no draws were asked for",
        members=_versions_dated(members, table, rows),
        left_out=tuple(left),
        origins=origins,
    )


def _versions_dated(members: Members, table: dict[str, Any], rows: NDArray[np.int64]) -> Members:
    """The models with the release date of the very version that was rated, where the board's alias gives one."""
    released = members.released.copy()
    for row in rows:
        at = members.index.get(table["model_id"][row])
        if at is not None and table["released"][row] is not None:
            released[at] = table["released"][row]
    return replace(members, released=released)


def arena(s: Settings, kind: str, name: str) -> Scale:
    """One board of the arena on its newest publish date; `arena:` is the style-controlled one where it exists."""
    subset, _, category = name.partition("/")
    boards = set(s.catalog.query("select distinct board from ratings where board like 'arena:%'").columns["board"])
    styled = f"arena:{subset}_style_control"
    board = styled if kind == "arena" and styled in boards else f"arena:{subset}"
    if board not in boards:
        raise UnknownName.of("arena board", subset, sorted(b.removeprefix("arena:") for b in boards), "--on arena:text")
    s.catalog.vintage("ratings", s.as_of, board)
    table = s.catalog.table("ratings", s.as_of, dataset=board).columns
    category = category or "overall"
    categories = sorted(set(table["category"]))
    if category not in categories:
        raise UnknownName.of(f"category of {subset}", category, categories, f"--on {kind}:{subset}/{categories[0]}")
    newest = max(table["published"][table["category"] == category])
    keep = (table["category"] == category) & (table["published"] == newest)
    return _rated(s, {k: v[keep] for k, v in table.items()}, f"{kind}:{subset}/{category}", "Arena points", board)


def benchmark(s: Settings, name: str) -> Scale:
    """One benchmark's scores as published, in percentage points of the range between chance and ceiling."""
    benchmarks = s.catalog.table("benchmarks").columns
    known = {str(n): i for n, i in zip(benchmarks["name"], benchmarks["benchmark_id"], strict=True)}
    table = s.catalog.table("scores", s.as_of).columns
    scored = set(table["benchmark_id"])
    folded = {n.casefold(): n for n, i in known.items() if i in scored}
    if name.casefold() not in folded:
        raise UnknownName.of("benchmark", name, folded.values(), "nomoat scales benchmark")
    name = folded[name.casefold()]
    rows = np.flatnonzero(table["benchmark_id"] == known[name])
    if s.evidence is not None:
        rows = rows[np.isin(table["evidence"][rows].astype(str), s.evidence)]
    value = 100 * table["performance"][rows]
    error = 100 * table["stderr"][rows]
    drawn = None
    if s.draws and len(rows) and not np.isnan(error).any():
        noise = np.random.default_rng(s.seed).standard_normal((s.draws, len(rows)))
        drawn = value + error * noise
    half = error * z_of(s.level)
    return assemble(
        s,
        name=f"benchmark:{name}",
        unit="percentage points above chance",
        method="score as published",
        cut=s.catalog.vintage("scores", s.as_of),
        model_id=table["model_id"][rows].tolist(),
        values=value,
        low=value - half,
        high=value + half,
        sd=error,
        draws=drawn,
        without="the source prints no standard errors for this benchmark",
        members=s.catalog.members(s.as_of),
        left_out=(),
        origins=s.catalog.origins(table["origin_id"][rows].tolist()),
    )
