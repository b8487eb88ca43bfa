"""Do the printed intervals hold the truth as often as they say?"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.cohort import parse
from nomoat.stats import irt, survival
from nomoat.stats.frontier import current_lag, frontier, matches, mean_lag, standing
from nomoat.stats.worlds import World, simulate
from nomoat.types import MONTH
from nomoat.world.gap import WINDOW
from nomoat.world.rule import RESTRICTED, centred, quantiles
from nomoat.world.scores import ANCHORS, ScoreTable, choose, read

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

# Made by `make calibrate` and committed; each row carries the checksum of the scores whose design its worlds share.
TABLE = Path(__file__).parent / "calibration.csv"

# A step quantity moves in jumps from one release to another; a smooth one moves with every score.
QUANTITIES = {
    "quality gap": "smooth",
    "quality gap a year earlier": "smooth",
    "mean lag over 24 months": "smooth",
    "mean time to match": "smooth",
    "mean time to match, by days stood": "smooth",
    "current lag": "step",
    "median time to match": "step",
    "median time to match, by days stood": "step",
}
KINDS = {
    "well-specified": "noise is equal, independent and normal: the model that the fit assumes",
    "domain-correlated": "each model is better or worse in whole domains (sd 2 points)",
    "vendor offset": "scores that vendors report on themselves are 0.03 too high",
}


@dataclass(frozen=True, eq=False)
class Design:
    """What the worlds share with ours: who was measured on what, when models came out, and on which side they are."""

    table: ScoreTable
    days: NDArray[np.int64]
    sides: tuple[NDArray[np.int64], NDArray[np.int64]]
    cut: int
    fit: irt.Fit
    noise: float
    domain: NDArray[np.int64]
    vendor: NDArray[np.bool_]
    anchors: tuple[int, int]


def design(catalog: Catalog) -> Design:
    """Read the design of the shipped scores: coverage, release days, sides, and the noise around the fit."""
    table = choose(read(catalog, None), None, None)
    fit = irt.fit(table.scores, anchor=table.anchor)
    m, b = table.model, table.benchmark
    expected = 1 / (1 + np.exp(-fit.slope[b] * (fit.ability[m] - fit.difficulty[b])))
    left = table.performance - expected
    freedom = len(left) - len(table.model_id) - 2 * len(table.benchmark_id)
    members = catalog.members()
    rows = np.array([members.index[key] for key in table.model_id])
    domains = catalog.table("benchmarks").columns
    of = dict(zip(domains["benchmark_id"], domains["domain"], strict=True))
    _, domain = np.unique([str(of[key]) for key in table.benchmark_id], return_inverse=True)
    chosen = [parse(text).select(members)[rows] for text in ("closed", "open")]
    order = np.argsort(np.array(table.names))
    return Design(
        table=table,
        days=np.array([(day or date.min).toordinal() for day in table.released], dtype=np.int64),
        sides=(order[chosen[0][order]], order[chosen[1][order]]),
        cut=table.as_of.toordinal(),
        fit=fit,
        noise=float(np.sqrt((left**2).sum() / freedom)),
        domain=domain.astype(np.int64),
        vendor=table.evidence.astype(str) == "vendor-report",
        anchors=tuple(table.names.index(name) for name in ANCHORS),  # type: ignore[arg-type]
    )


@cache
def shipped() -> Design:
    """The design of the shipped scores, read once a process."""
    from nomoat.catalog.store import Catalog

    return design(Catalog.open())


def truth(d: Design, seed: tuple[int, ...]) -> Floats:
    """Abilities of one world: on each side the trend of ours, with its residuals shuffled among neighbours in time.

    Shuffling within blocks of eight neighbours keeps the shape of progress and gives each world other records. The
    two anchor models keep their places, since they fix the scale.
    """
    rng = np.random.default_rng(seed)
    ability = d.fit.ability.copy()
    for side in d.sides:
        rows = side[np.argsort(d.days[side], kind="stable")]
        x = d.days[rows] - d.days[rows].mean()
        slope, level = np.polyfit(x, d.fit.ability[rows], 1)
        left = d.fit.ability[rows] - (slope * x + level)
        offset = int(rng.integers(0, 8))
        for block in np.split(np.arange(len(rows)), range(offset, len(rows), 8)):
            left[block] = rng.permutation(left[block])
        ability[rows] = slope * x + level + left
    for k in d.anchors:
        ability[k] = d.fit.ability[k]
    return ability


def quantities(d: Design, ability: Floats, horizon: float | None = None) -> tuple[dict[str, Floats], float]:
    """Every printed quantity (B,) of abilities (B, M) on the public scale, and the horizon of the means."""
    ahead, behind = (frontier(d.days[side], ability[:, side]) for side in d.sides)
    found = matches(ahead, behind, d.cut)
    time, one = found.days / MONTH, found.record.astype(float)
    curves = survival.kaplan_meier(time, found.censored, one)
    weighted = survival.kaplan_meier(time, found.censored, found.stood.astype(float))
    limit = min(RESTRICTED, float(curves.longest[0])) if horizon is None else horizon
    earlier = d.cut - 365
    start = d.cut - round(WINDOW * MONTH)
    return {
        "quality gap": standing(ahead, d.cut) - standing(behind, d.cut),
        "quality gap a year earlier": standing(ahead, earlier) - standing(behind, earlier),
        "mean lag over 24 months": mean_lag(ahead, behind, start, d.cut) / MONTH,
        "mean time to match": survival.restricted_mean(curves, limit),
        "mean time to match, by days stood": survival.restricted_mean(weighted, limit),
        "current lag": current_lag(ahead, behind, d.cut)[0] / MONTH,
        "median time to match": survival.median(curves),
        "median time to match, by days stood": survival.median(weighted),
    }, limit


def public(d: Design, raw: Floats) -> Floats:
    """Raw abilities (B, M) on the public scale, each row by its own two anchors."""
    low, high = raw[:, d.anchors[0], None], raw[:, d.anchors[1], None]
    at_low, at_high = ANCHORS.values()
    return at_low + (at_high - at_low) * (raw - low) / (high - low)


def world(d: Design, kind: str, ability: Floats) -> World:
    """A world of one kind with these abilities; kinds in `KINDS`."""
    unit = abs(20.0 / (d.fit.ability[d.anchors[1]] - d.fit.ability[d.anchors[0]]))  # public points in a raw unit
    return World(
        ability=ability,
        difficulty=d.fit.difficulty,
        slope=d.fit.slope,
        model=d.table.model,
        benchmark=d.table.benchmark,
        noise=d.noise,
        domain=d.domain if kind == "domain-correlated" else None,
        domain_sd=2.0 / unit if kind == "domain-correlated" else 0.0,
        offset=np.where(d.vendor, 0.03, 0.0) if kind == "vendor offset" else 0.0,
    )


@dataclass(frozen=True, eq=False)
class Outcome:
    """One world: for each quantity the truth, the estimate, the interval's ends, and mean and median of the draws."""

    rows: Floats  # (quantities, 6)
    converged: int


def run(d: Design, kind: str, *, draws: int, level: float, seed: tuple[int, ...]) -> Outcome:
    """Simulate one world, fit it, draw from the fit, and set what comes out beside the truth."""
    ability = truth(d, (*seed, 1))
    scores = simulate(world(d, kind, ability), seed=(*seed, 2))
    point = irt.fit(scores, anchor=d.table.anchor)
    drawn = irt.draw(scores, point, anchor=d.table.anchor, draws=draws, seed=seed[-1])
    estimate, horizon = quantities(d, public(d, point.ability[None]))
    samples, _ = quantities(d, public(d, drawn.ability), horizon)
    true, _ = quantities(d, public(d, ability[None]), horizon)
    rows = []
    for name in QUANTITIES:
        if name.startswith("quality gap"):
            low, high = centred(samples[name], float(estimate[name][0]), level)
        else:
            low, high = quantiles(samples[name], level)
        with np.errstate(invalid="ignore"):
            middle = (samples[name].mean(), np.median(samples[name]))
        rows.append((true[name][0], estimate[name][0], low, high, *middle))
    return Outcome(np.array(rows), int(drawn.converged.sum()))


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How one quantity fared over all worlds of a kind."""

    kind: str
    quantity: str
    form: str  # smooth | step
    worlds: int
    coverage: float
    coverage_low: float  # the 99 % binomial (Wilson) interval of the coverage itself
    coverage_high: float
    bias: float  # mean of estimate minus truth, where both are finite
    bias_error: float
    width: float  # median width of the interval
    corrected_bias: float  # of estimate minus (mean of draws - estimate)


def summarise(kind: str, outcomes: list[Outcome]) -> list[Covered]:
    """Coverage, bias and width of each quantity over worlds of one kind."""
    rows = np.stack([o.rows for o in outcomes])
    out = []
    for k, (name, form) in enumerate(QUANTITIES.items()):
        true, estimate, low, high, mean, _ = rows[:, k].T
        held = (low <= true) & (true <= high)
        n, share, z = len(held), float(held.mean()), 2.5758293035489004
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        known = np.isfinite(true) & np.isfinite(estimate) & np.isfinite(mean)
        off = (estimate - true)[known]
        corrected = (2 * estimate - mean - true)[known]
        with np.errstate(invalid="ignore"):
            width = float(np.median(np.where(np.isnan(high - low), np.inf, high - low)))
        out.append(
            Covered(
                kind=kind,
                quantity=name,
                form=form,
                worlds=n,
                coverage=share,
                coverage_low=float(middle - half),
                coverage_high=float(middle + half),
                bias=float(off.mean()),
                bias_error=float(off.std(ddof=1) / np.sqrt(len(off))),
                width=width,
                corrected_bias=float(corrected.mean()),
            )
        )
    return out


def encode(rows: list[Covered], catalog: Catalog, *, draws: int, seed: int) -> str:
    """The table as CSV, with how it was made and of which scores."""
    scores = _scores(catalog)
    out = io.StringIO()
    names = [f.name for f in fields(Covered)]
    lines = csv.DictWriter(out, [*names, "draws", "seed", "scores_sha256"], lineterminator="\n")
    lines.writeheader()
    for row in rows:
        numbers = {k: f"{v:.4f}" if isinstance(v, float) else v for k, v in asdict(row).items()}
        lines.writerow({**numbers, "draws": draws, "seed": seed, "scores_sha256": scores})
    return out.getvalue()


def _scores(catalog: Catalog) -> str:
    ids = catalog.table("scores").columns["origin_id"]
    return catalog.origins(ids.tolist())[0].sha256


def bias(quantity: str, scores_sha256: str, kind: str = "well-specified") -> float | None:
    """How much too large the estimate came out on average in worlds designed like these scores; None if not measured.

    >>> bias("quality gap", "of other scores") is None
    True
    """
    if not TABLE.is_file():
        return None
    with TABLE.open(newline="") as file:
        for row in csv.DictReader(file):
            if (row["kind"], row["quantity"], row["scores_sha256"]) == (kind, quantity, scores_sha256):
                return float(row["bias"])
    return None
