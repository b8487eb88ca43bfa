"""Which scores enter a fit of capability, and which are left out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, UnknownName
from nomoat.stats import irt
from nomoat.stats.newton import Floats
from nomoat.types import LeftOut

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

ANCHOR_BENCHMARK = "Winogrande"  # its slope is 1 by definition
ANCHORS = {"Claude 3.5 Sonnet": 130.0, "GPT-5": 150.0}  # what fixes zero and unit of the public scale
EVIDENCE = ("own-run", "leaderboard", "vendor-report", "third-party-report", "unsourced")
FEWEST_TO_FIT = 4  # benchmarks a model needs to enter a fit: Epoch's own rule
FEWEST_TO_PROJECT = 3  # and to be placed by a part of the benchmarks


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreTable:
    """Scores of one vintage as arrays, with the names behind the numbers; rows are sorted by model and benchmark."""

    model_id: tuple[str, ...]
    names: tuple[str, ...]
    released: tuple[date | None, ...]
    organisation: tuple[str | None, ...]
    benchmark_id: tuple[str, ...]
    benchmark_names: tuple[str, ...]
    benchmark_released: tuple[date | None, ...]
    model: NDArray[np.intp]
    benchmark: NDArray[np.intp]
    performance: Floats
    evidence: NDArray[Any]
    origin: NDArray[Any]
    as_of: date
    left_out: tuple[LeftOut, ...] = ()

    @property
    def scores(self) -> irt.Scores:
        """The columns that a fit reads."""
        found = irt.Scores.of(self.performance, self.model, self.benchmark)
        return replace(found, models=len(self.model_id), benchmarks=len(self.benchmark_id))

    @property
    def anchor(self) -> int | None:
        """The number of the benchmark whose slope is fixed; None where it is not here."""
        names = self.benchmark_names
        return names.index(ANCHOR_BENCHMARK) if ANCHOR_BENCHMARK in names else None

    @property
    def family(self) -> NDArray[np.intp]:
        """Models of one organisation under one number; a model of nobody known stands alone."""
        names = [maker or f"alone {key}" for maker, key in zip(self.organisation, self.model_id, strict=True)]
        return np.unique(np.array(names), return_inverse=True)[1]

    @property
    def anchored(self) -> bool:
        """Whether both models that fix the public scale are here."""
        return all(name in self.names for name in ANCHORS)

    def of_rows(self, rows: NDArray[np.bool_], *left_out: LeftOut) -> ScoreTable:
        """The models and benchmarks of some of the rows, numbered anew."""
        models, model = np.unique(self.model[rows], return_inverse=True)
        benchmarks, benchmark = np.unique(self.benchmark[rows], return_inverse=True)
        return ScoreTable(
            model_id=tuple(self.model_id[i] for i in models),
            names=tuple(self.names[i] for i in models),
            released=tuple(self.released[i] for i in models),
            organisation=tuple(self.organisation[i] for i in models),
            benchmark_id=tuple(self.benchmark_id[i] for i in benchmarks),
            benchmark_names=tuple(self.benchmark_names[i] for i in benchmarks),
            benchmark_released=tuple(self.benchmark_released[i] for i in benchmarks),
            model=model,
            benchmark=benchmark,
            performance=self.performance[rows],
            evidence=self.evidence[rows],
            origin=self.origin[rows],
            as_of=self.as_of,
            left_out=(*self.left_out, *left_out),
        )


def read(catalog: Catalog, as_of: date | None) -> ScoreTable:
    """One score a model and benchmark of the vintage, the highest where there are several, sorted by their ids."""
    vintage = catalog.vintage("scores", as_of)
    scores = catalog.table("scores", as_of=as_of).columns
    models, benchmarks = catalog.members(as_of), catalog.table("benchmarks", as_of=as_of).columns
    name = dict(zip(models.model_id, models.name, strict=True))
    maker = dict(zip(models.model_id, models.organisation, strict=True))
    born = dict(zip(models.model_id, models.released, strict=True))
    title = dict(zip(benchmarks["benchmark_id"], benchmarks["name"], strict=True))
    out = dict(zip(benchmarks["benchmark_id"], benchmarks["released"], strict=True))
    left: list[LeftOut] = []
    missing = ~np.isfinite(scores["performance"].astype(float))
    if missing.any():
        left.append(LeftOut(what="scores", count=int(missing.sum()), why="no number"))
    keep = np.flatnonzero(~missing)
    pairs = [(scores["model_id"][i], scores["benchmark_id"][i], -scores["performance"][i]) for i in keep]
    order = keep[sorted(range(len(keep)), key=pairs.__getitem__)]
    key = list(zip(scores["model_id"][order], scores["benchmark_id"][order], strict=True))
    best = np.array([i == 0 or key[i] != key[i - 1] for i in range(len(key))], bool)
    if not best.all():
        why = "a higher score of the same model on the same benchmark exists (Epoch's rule)"
        left.append(LeftOut(what="scores", count=int((~best).sum()), why=why))
    order = order[best]
    model_id, model = np.unique(scores["model_id"][order], return_inverse=True)
    benchmark_id, benchmark = np.unique(scores["benchmark_id"][order], return_inverse=True)
    return ScoreTable(
        model_id=tuple(model_id),
        names=tuple(name.get(key) or key for key in model_id),
        released=tuple(born.get(key) for key in model_id),
        organisation=tuple(maker.get(key) for key in model_id),
        benchmark_id=tuple(benchmark_id),
        benchmark_names=tuple(title.get(key) or key for key in benchmark_id),
        benchmark_released=tuple(out.get(key) for key in benchmark_id),
        model=model,
        benchmark=benchmark,
        performance=scores["performance"][order].astype(float),
        evidence=scores["evidence"][order],
        origin=scores["origin_id"][order],
        as_of=vintage,
        left_out=tuple(left),
    )


def choose(table: ScoreTable, evidence: tuple[str, ...] | None, released_by: date | None) -> ScoreTable:
    """The rows that enter a fit, every model with at least four of them."""
    keep, out = np.ones(len(table.model), bool), np.ones(len(table.model_id), bool)
    left: list[LeftOut] = []
    if released_by is not None:
        out = np.array([day is not None and day <= released_by for day in table.released])
        if (~out).any():
            left.append(LeftOut(what="models", count=int((~out).sum()), why=f"not released by {released_by}"))
        known = np.array([day is None or day <= released_by for day in table.benchmark_released])
        if (~known).any():
            left.append(LeftOut(what="benchmarks", count=int((~known).sum()), why=f"not released by {released_by}"))
        keep = out[table.model] & known[table.benchmark]
    if evidence is not None:
        for kind in evidence:
            if kind not in EVIDENCE:
                raise UnknownName.of("evidence", kind, EVIDENCE)
        of_kind = np.isin(table.evidence.astype(str), list(evidence))
        if (keep & ~of_kind).any():
            why = f"evidence is not {' or '.join(evidence)}"
            left.append(LeftOut(what="scores", count=int((keep & ~of_kind).sum()), why=why))
        keep = keep & of_kind
    size = np.bincount(table.model[keep], minlength=len(table.model_id))
    few = out & (size < FEWEST_TO_FIT)
    if few.any():
        left.append(LeftOut(what="models", count=int(few.sum()), why=f"fewer than {FEWEST_TO_FIT} benchmarks"))
    keep = keep & (size >= FEWEST_TO_FIT)[table.model]
    if not keep.any():
        raise EmptyCohort("No model has four scores under these choices", "a wider choice of scores")
    return table.of_rows(keep, *left)


def labelled(catalog: Catalog, table: ScoreTable, labels: Mapping[str, str], as_of: date | None) -> ScoreTable:
    """The rows of benchmarks with these labels, of models with at least three such rows."""
    columns = catalog.table("benchmarks", as_of=as_of).columns
    wanted = np.ones(len(table.model), bool)
    for name, value in labels.items():
        known = {str(label) for label in columns[name] if label is not None}
        if value not in known:
            raise UnknownName.of(name, value, sorted(known))
        of = dict(zip(columns["benchmark_id"], columns[name], strict=True))
        wanted &= np.array([of.get(key) == value for key in table.benchmark_id])[table.benchmark]
    size = np.bincount(table.model[wanted], minlength=len(table.model_id))
    rows = wanted & (size >= FEWEST_TO_PROJECT)[table.model]
    said = ", ".join(f"{name} {value}" for name, value in labels.items())
    if not rows.any():
        raise EmptyCohort(f"No model has {FEWEST_TO_PROJECT} scores with {said}", "a label with more benchmarks")
    few = int((size < FEWEST_TO_PROJECT).sum())
    why = f"fewer than {FEWEST_TO_PROJECT} benchmarks with {said}"
    return table.of_rows(rows, *([LeftOut(what="models", count=few, why=why)] if few else []))
