"""How capable is each model, on one scale for all benchmarks, and how sure are we?"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.cache import remember
from nomoat.errors import InputError, UnknownName
from nomoat.stats import families, irt
from nomoat.stats.newton import Floats
from nomoat.stats.project import project
from nomoat.types import LeftOut, Origin
from nomoat.world.scores import ANCHOR_BENCHMARK, ANCHORS, ScoreTable, choose, labelled, read

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

METHODS = ("eci", "nomoat")


@dataclass(frozen=True, kw_only=True, eq=False)
class Capability:
    """Abilities of M models on Epoch's public scale, with draws (B, M) where they were asked for.

    `low` and `high` are NaN without draws, and for a model whose value is fixed by definition. Difficulty (EDI) is
    the ability at which the expected score is one half; slope is in logits a point.
    """

    model_id: tuple[str, ...]
    names: tuple[str, ...]
    values: Floats
    low: Floats
    high: Floats
    draws: Floats | None
    converged: int  # draws that reached their optimum; the others are kept and counted here by their absence
    objective: float  # of `eci` as published; of `nomoat` half the weighted sum of squares
    benchmark_id: tuple[str, ...]
    difficulty: Floats
    slope: Floats
    n: int  # scores used
    n_benchmarks: NDArray[np.intp]  # of each model
    method: str
    level: float
    seed: int
    as_of: date
    notes: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a model, best first, None where there is no interval."""
        return [self._row(i) for i in np.lexsort((np.arange(len(self.names)), -self.values))]

    def cite(self, model: str) -> str:
        """One sentence about one model, by name or id, ready to be quoted."""
        known = {name: i for i, name in reversed([*enumerate(self.names), *enumerate(self.model_id)])}
        if model not in known:
            raise UnknownName.of("model", model, known, "nomoat models")
        row = self._row(known[model])
        span = (
            "no interval" if row["low"] is None else f"{self.level:.0%} interval {row['low']:.1f} to {row['high']:.1f}"
        )
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins))
        return (
            f"{row['model']} has capability {row['value']:.1f} ({span}) on {row['benchmarks']} benchmarks "
            f"(method {self.method}, vintage {self.as_of}; nomoat, from {sources})."
        )

    def _row(self, i: int) -> dict[str, Any]:
        return {
            "model_id": self.model_id[i],
            "model": self.names[i],
            "value": float(self.values[i]),
            "low": None if np.isnan(self.low[i]) else float(self.low[i]),
            "high": None if np.isnan(self.high[i]) else float(self.high[i]),
            "benchmarks": int(self.n_benchmarks[i]),
        }


def capability(
    catalog: Catalog,
    *,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    as_of: date | None = None,
    domain: str | None = None,
    modality: str | None = None,
    contamination: str | None = None,
    evidence: tuple[str, ...] | None = None,
    released_by: date | None = None,
) -> Capability:
    """Place every model with enough scores on one scale, with an interval from resampled scores.

    Method `eci`: the objective that Epoch publishes (`nomoat.stats.irt.fit`), Winogrande's slope 1, and the scale on
    which Claude 3.5 Sonnet is 130 and GPT-5 150; draws resample each model's own scores, and each draw is put on
    that scale by its own two anchors, whose interval is therefore none. Models with fewer than four benchmarks
    are left out. Method `nomoat`: noise by benchmark and by distance from 0 and 1, a prior on the log slope, and what
    the models of one organisation share on a benchmark (`nomoat.stats.families.fit`), on the same scale; draws come
    from the posterior. Which of the two predicts and covers better: docs/methods/capability.md.

    `domain`, `modality`, `contamination` place models by such benchmarks alone: difficulties and slopes of the full
    fit are kept (each draw's its own), abilities are estimated anew, models with fewer than three such scores are
    left out. `evidence` keeps scores of those classes, `released_by` models and benchmarks out by that date (a
    hindsight view), and both fit anew; where an anchor model is lost, the scale is set so that the models that
    stay keep the mean and spread of the full fit.

    Raises UnknownName for a method, class or label that does not exist, NoVintage for a date before the oldest
    vintage, EmptyCohort where no model is left.

    >>> from nomoat.catalog.store import Catalog
    >>> found = capability(Catalog.open(), draws=0)
    >>> len(found.names), round(found.objective, 6)
    (222, 6.520695)
    >>> found.rows()[0]["model"]
    'GPT-5.6 Sol'
    """
    if method not in METHODS:
        raise UnknownName.of("method", method, METHODS)
    if draws < 0 or not 0 < level < 1:
        raise InputError(f"draws={draws}, level={level}", "draws of 0 or more and a level between 0 and 1")
    table = read(catalog, as_of)
    chosen = choose(table, evidence, released_by)
    asked = {"domain": domain, "modality": modality, "contamination": contamination}
    labels = {name: value for name, value in asked.items() if value is not None}
    settings = {
        "measure": "capability",
        "catalog": catalog.key,
        "as_of": table.as_of.isoformat(),
        "method": method,
        "draws": draws,
        "seed": seed,
        "evidence": sorted(evidence) if evidence is not None else None,
        "released_by": released_by.isoformat() if released_by else None,
    }

    def base() -> _Numbers:
        if chosen.anchored:
            return _fit(method, chosen, draws, seed, None)
        whole = choose(table, None, None)
        reference = _fit(method, whole, 0, seed, None).values
        return _fit(method, chosen, draws, seed, dict(zip(whole.model_id, reference, strict=True)))

    numbers = _remembered(settings, base)
    if labels:
        full, part = numbers, labelled(catalog, chosen, labels, as_of)
        numbers = _remembered({**settings, **labels}, lambda: _restrict(chosen, part, full, draws, seed))
        chosen = part
    return _result(catalog, chosen, numbers, method, level, seed, labels)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Numbers:
    """What is computed and kept: all on the public scale; `shift` and `unit` lead back."""

    values: Floats
    draws: Floats
    difficulty: Floats  # (B,)
    slope: Floats
    difficulties: Floats  # (K, B)
    slopes: Floats
    shift: Floats  # public = shift + unit * raw; the point fit first, then the draws
    unit: Floats
    precision: Floats  # (N,): how much each row of the full fit weighs
    effect: Floats  # (N,): what its family adds to its ability there, raw
    ridge: Floats  # (1,): on the square of a raw ability
    objective: Floats  # (1,): of the point fit
    counts: NDArray[np.intp]  # draws that converged, draws whose anchors changed places


def _fit(method: str, table: ScoreTable, draws: int, seed: int, reference: dict[str, float] | None) -> _Numbers:
    """Point fit and draws, each on the public scale by its own anchors, or by the models of `reference`."""
    found = (_eci if method == "eci" else _nomoat)(table, draws, seed)
    raw = np.concatenate([found.ability[None], found.abilities])
    shift, unit = _scale(table, raw, reference)
    public = shift[:, None] + unit[:, None] * raw
    usable = np.isfinite(unit) & (unit > 0)
    if not usable[0]:
        raise InputError("The anchors of the scale come out in reverse order", "Claude 3.5 Sonnet below GPT-5")
    kept = usable[1:]
    shifts, units = shift[1:][kept, None], unit[1:][kept, None]
    return _Numbers(
        values=public[0],
        draws=public[1:][kept],
        difficulty=shift[0] + unit[0] * found.difficulty,
        slope=found.slope / unit[0],
        difficulties=shifts + units * found.difficulties[kept],
        slopes=found.slopes[kept] / units,
        shift=shift[usable],
        unit=unit[usable],
        precision=found.precision,
        effect=found.effect,
        ridge=np.array([found.ridge]),
        objective=np.array([found.objective]),
        counts=np.array([found.converged[kept].sum(), (~kept).sum()], np.intp),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Raw:
    """What either method finds, in units of its own: point, draws, and how a row weighs."""

    ability: Floats
    difficulty: Floats
    slope: Floats
    abilities: Floats
    difficulties: Floats
    slopes: Floats
    converged: NDArray[np.bool_]
    precision: Floats
    effect: Floats
    ridge: float
    objective: float


def _eci(table: ScoreTable, draws: int, seed: int) -> _Raw:
    scores, anchor = table.scores, table.anchor
    point = irt.fit(scores, anchor=anchor)
    if not point.converged:
        raise InputError("The fit of these scores does not converge", "scores that vary between models and benchmarks")
    none = np.zeros((0, len(table.model_id))), np.zeros((0, len(table.benchmark_id)))
    drawn = irt.draw(scores, point, anchor=anchor, draws=draws, seed=seed) if draws else None
    return _Raw(
        ability=point.ability,
        difficulty=point.difficulty,
        slope=point.slope,
        abilities=none[0] if drawn is None else drawn.ability,
        difficulties=none[1] if drawn is None else drawn.difficulty,
        slopes=none[1] if drawn is None else drawn.slope,
        converged=np.zeros(0, bool) if drawn is None else drawn.converged,
        precision=np.ones(len(table.model)),
        effect=np.zeros(len(table.model)),
        ridge=irt.eci_penalty(scores).ability,
        objective=point.objective,
    )


def _nomoat(table: ScoreTable, draws: int, seed: int) -> _Raw:
    scores, anchor = table.scores, table.anchor
    point = families.fit(scores, table.family, anchor=anchor)
    if not point.converged:
        raise InputError("The fit of these scores does not settle", "scores that vary between models and benchmarks")
    drawn = families.draw(scores, point, anchor=anchor, draws=draws, seed=seed)
    return _Raw(
        ability=point.ability,
        difficulty=point.difficulty,
        slope=point.slope,
        abilities=drawn.ability,
        difficulties=drawn.difficulty,
        slopes=drawn.slope,
        converged=np.ones(draws, bool),
        precision=1 / point.noise_sd**2,
        effect=point.effect[point.group],
        ridge=families.ABILITY_SD**-2,
        objective=float(0.5 * (((scores.clipped() - point.expected) / point.noise_sd) ** 2).sum()),
    )


def _scale(table: ScoreTable, raw: Floats, reference: dict[str, float] | None) -> tuple[Floats, Floats]:
    """Shift and unit of the public scale for each row of raw abilities (K, M)."""
    if reference is None:
        for name in ANCHORS:
            if name not in table.names:
                raise UnknownName.of("model that fixes the scale", name, table.names)
        (low, at_low), (high, at_high) = ((raw[:, table.names.index(name)], value) for name, value in ANCHORS.items())
        with np.errstate(divide="ignore"):
            unit = (at_high - at_low) / (high - low)
        return at_low - unit * low, unit
    target = np.array([reference[key] for key in table.model_id])
    unit = target.std() / raw.std(1)
    return target.mean() - unit * raw.mean(1), unit


def _restrict(table: ScoreTable, kept: ScoreTable, full: _Numbers, draws: int, seed: int) -> _Numbers:
    """Abilities from the kept rows alone, benchmarks where the full fit and each of its draws put them."""
    scores = kept.scores
    at_model = np.array([table.model_id.index(key) for key in kept.model_id])
    at_benchmark = np.array([table.benchmark_id.index(key) for key in kept.benchmark_id])
    row = {pair: i for i, pair in enumerate(zip(table.model, table.benchmark, strict=True))}
    pairs = zip(at_model[kept.model], at_benchmark[kept.benchmark], strict=True)
    at_row = np.array([row[pair] for pair in pairs])
    shift, unit = full.shift[:, None], full.unit[:, None]
    public = [
        np.concatenate([a[None], b]) for a, b in ((full.values, full.draws), (full.difficulty, full.difficulties))
    ]
    slope = np.concatenate([full.slope[None], full.slopes])[:, at_benchmark]
    # A draw that saw no row of a benchmark knows nothing of it: the point fit's place on the public scale stands in.
    difficulty = public[1][:, at_benchmark]
    difficulty = np.where(np.isnan(difficulty), difficulty[:1], difficulty)
    slope = np.where(np.isnan(slope), slope[:1], slope)
    weight = np.ones((1, len(kept.model)))
    if len(full.draws):
        resampled = irt.resample(scores, draws=draws, seed=(seed, 1))[: len(full.draws)]
        weight = np.concatenate([weight, resampled])
    raw, converged = project(
        scores,
        difficulty=(difficulty - shift) / unit,
        slope=slope * unit,
        start=(public[0][:, at_model] - shift) / unit,
        ridge=float(full.ridge[0]),
        weight=weight * full.precision[at_row],
        shift=full.effect[at_row],
    )
    found = shift + unit * raw
    return replace(
        full,
        values=found[0],
        draws=found[1:],
        difficulty=full.difficulty[at_benchmark],
        slope=full.slope[at_benchmark],
        difficulties=full.difficulties[:, at_benchmark],
        slopes=full.slopes[:, at_benchmark],
        counts=np.array([converged[1:].all(1).sum(), full.counts[1]], np.intp),
    )


def _result(
    catalog: Catalog,
    table: ScoreTable,
    numbers: _Numbers,
    method: str,
    level: float,
    seed: int,
    labels: dict[str, str],
) -> Capability:
    tail = (1 - level) / 2
    low = high = np.full(len(table.model_id), np.nan)
    if len(numbers.draws):
        low, high = np.quantile(numbers.draws, [tail, 1 - tail], axis=0)
        fixed = np.ptp(numbers.draws, axis=0) < 1e-9
        low, high = np.where(fixed, np.nan, low), np.where(fixed, np.nan, high)
    left = list(table.left_out)
    if numbers.counts[1]:
        left.append(
            LeftOut(what="draws", count=int(numbers.counts[1]), why="the two anchors of the scale changed places")
        )
    ids = [str(key) for key in table.origin]
    if labels:
        columns = catalog.table("benchmarks").columns
        of = dict(zip(columns["benchmark_id"], columns["origin_id"], strict=True))
        ids += [str(of[key]) for key in table.benchmark_id]
    return Capability(
        model_id=table.model_id,
        names=table.names,
        values=numbers.values,
        low=low,
        high=high,
        draws=numbers.draws if len(numbers.draws) else None,
        converged=int(numbers.counts[0]),
        objective=float(numbers.objective[0]),
        benchmark_id=table.benchmark_id,
        difficulty=numbers.difficulty,
        slope=numbers.slope,
        n=len(table.model),
        n_benchmarks=np.bincount(table.model, minlength=len(table.model_id)),
        method=method,
        level=level,
        seed=seed,
        as_of=table.as_of,
        notes=_notes(table, labels),
        left_out=tuple(left),
        origins=catalog.origins(ids),
    )


def _notes(table: ScoreTable, labels: dict[str, str]) -> tuple[str, ...]:
    """What a reader of the numbers must know about their scale."""
    if labels:
        return ()
    notes = []
    if table.anchor is None:
        notes.append(f"{ANCHOR_BENCHMARK} is not among the benchmarks: no slope is fixed, the ridge sets the unit")
    if not table.anchored:
        notes.append("an anchor model is missing: the scale gives the models here the mean and spread of the full fit")
    return tuple(notes)


def _remembered(settings: dict[str, Any], compute: Callable[[], _Numbers]) -> _Numbers:
    """The numbers from the cache, where the same were computed before."""

    def packed() -> bytes:
        buffer = io.BytesIO()
        np.savez(buffer, **{name: getattr(found, name) for found in [compute()] for name in _FIELDS})
        return buffer.getvalue()

    kept = np.load(io.BytesIO(remember(settings, packed)), allow_pickle=False)
    return _Numbers(**{name: kept[name] for name in _FIELDS})


_FIELDS = tuple(field.name for field in fields(_Numbers))
