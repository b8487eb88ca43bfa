"""Which abilities of models, and difficulties and slopes of benchmarks, explain a table of scores?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nomoat.stats.newton import Bools, Box, Floats, Ints, Penalty, minimise

RIDGE = 0.1
FLOOR = 0.001  # scores are clipped to [FLOOR, 1 - FLOOR]: a logistic curve reaches neither 0 nor 1
BOX = Box()


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """Scores between 0 and 1 of models on benchmarks, one row each; both are numbered from 0."""

    performance: Floats
    model: Ints
    benchmark: Ints
    models: int
    benchmarks: int

    @classmethod
    def of(cls, performance: ArrayLike, model: ArrayLike, benchmark: ArrayLike) -> Scores:
        """Check three columns of equal length and count what they number.

        Raises ValueError for columns of unlike length, no row, a score that is not finite, or a number below 0.

        >>> Scores.of([0.2, 0.7, 0.4], [0, 1, 1], [0, 0, 1]).models
        2
        """
        y = np.asarray(performance, float)
        m, b = np.asarray(model, np.intp), np.asarray(benchmark, np.intp)
        if not (y.ndim == 1 and y.shape == m.shape == b.shape and len(y)):
            raise ValueError(f"three columns of equal length, at least one row: {y.shape}, {m.shape}, {b.shape}")
        if not np.isfinite(y).all():
            raise ValueError(f"{(~np.isfinite(y)).sum()} scores are not finite: leave those rows out")
        if m.min() < 0 or b.min() < 0:
            raise ValueError("models and benchmarks are numbered from 0")
        return cls(performance=y, model=m, benchmark=b, models=int(m.max()) + 1, benchmarks=int(b.max()) + 1)

    def clipped(self) -> Floats:
        """The scores inside of what a logistic curve can reach."""
        return np.clip(self.performance, FLOOR, 1 - FLOOR)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Abilities (M,), difficulties (B,) and slopes (B,) at the least of the objective."""

    ability: Floats
    difficulty: Floats
    slope: Floats
    objective: float
    converged: bool
    iterations: int
    at_bound: int  # parameters that ended on a bound of the box


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Abilities (K, M), difficulties (K, B) and slopes (K, B) of K resampled tables.

    Difficulty and slope are NaN where no row of a benchmark was drawn; a draw that did not converge keeps its
    values and is False in `converged`.
    """

    ability: Floats
    difficulty: Floats
    slope: Floats
    objective: Floats
    converged: Bools
    at_bound: int


def eci_penalty(scores: Scores, ridge: float = RIDGE) -> Penalty:
    """The ridge of Epoch's published objective: `ridge` over the number of free parameters, M + 2B - 1."""
    share = ridge / (scores.models + 2 * scores.benchmarks - 1)
    return Penalty(ability=share, difficulty=share, slope=share)


def fit(
    scores: Scores,
    *,
    anchor: int | None,
    penalty: Penalty | None = None,
    weight: ArrayLike | None = None,
    start: Fit | None = None,
    tolerance: float = 1e-5,
    limit: int = 500,
) -> Fit:
    """Abilities, difficulties and slopes that explain the scores best.

    Least of half [ sum w (p - y)^2 + penalty ], p = logistic(slope_b (ability_m - difficulty_b)), y clipped to
    [0.001, 0.999], the slope of the benchmark `anchor` fixed to 1, abilities and difficulties in [-10, 10], slopes
    in [0.1, 10]. Without `penalty` and `weight` this is the objective of the Epoch Capabilities Index
    (arXiv 2512.00193 and Epoch's published code): lambda / n (sum ability^2 + sum difficulty^2 + sum slope^2 but
    the anchor's), lambda = 0.1, n = M + 2B - 1, every weight 1. Location is held by the ridge alone.

    >>> from nomoat.stats import irt
    >>> easy_hard = irt.Scores.of([0.9, 0.5, 0.95, 0.8, 0.3, 0.1], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1])
    >>> found = irt.fit(easy_hard, anchor=0)
    >>> found.ability.argsort().tolist(), bool(found.difficulty[1] > found.difficulty[0])
    ([2, 0, 1], True)
    """
    y = scores.clipped()
    w = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    solution = minimise(
        y,
        w[None],
        scores.model,
        scores.benchmark,
        _logit_means(scores, y) if start is None else (start.ability, start.difficulty, np.log(start.slope)),
        penalty=eci_penalty(scores) if penalty is None else penalty,
        anchor=anchor,
        box=BOX,
        tolerance=tolerance,
        limit=limit,
    )
    slope = np.exp(solution.log_slope[0])
    return Fit(
        ability=solution.ability[0],
        difficulty=solution.difficulty[0],
        slope=slope,
        objective=float(solution.objective[0]),
        converged=bool(solution.converged[0]),
        iterations=int(solution.iterations[0]),
        at_bound=_at_bound(solution.ability, solution.difficulty, slope),
    )


def resample(scores: Scores, *, draws: int, seed: int | tuple[int, ...]) -> Floats:
    """How often each row enters each draw, (draws, N): a model's n rows are drawn n times with replacement.

    Resampling inside of models is what Epoch publishes since 2026. The first k of any number of draws are the
    same for the same seed.

    >>> from nomoat.stats import irt
    >>> table = irt.Scores.of([0.9, 0.5, 0.8, 0.3], [0, 0, 1, 1], [0, 1, 0, 1])
    >>> irt.resample(table, draws=3, seed=0).reshape(3, 2, 2).sum(2).tolist()
    [[2.0, 2.0], [2.0, 2.0], [2.0, 2.0]]
    """
    order = np.argsort(scores.model, kind="stable")
    size = np.bincount(scores.model, minlength=scores.models)
    first = (np.cumsum(size) - size)[scores.model[order]]
    uniform = np.random.default_rng(seed).random((draws, len(order)))
    picked = order[first + np.floor(uniform * size[scores.model[order]]).astype(np.intp)]
    cell = picked + np.arange(draws)[:, None] * len(order)
    return np.bincount(cell.ravel(), minlength=uniform.size).reshape(uniform.shape).astype(float)


def draw(
    scores: Scores,
    point: Fit,
    *,
    anchor: int | None,
    draws: int,
    seed: int,
    penalty: Penalty | None = None,
    weight: ArrayLike | None = None,
    tolerance: float = 1e-4,
    limit: int = 300,
) -> Draws:
    """Refit resampled tables, each from the point fit, so that the spread shows what other scores would have given.

    `weight` multiplies the counts of `resample`. A draw ends once an exact Newton step moves nothing by
    `tolerance`; what is left is then below 1e-6. Some draws (13 of 500 on the table of 2026-08) have two optima
    that differ in one model's ability; the one reached from the point fit is kept.

    >>> from nomoat.stats import irt
    >>> table = irt.Scores.of([0.9, 0.5, 0.95, 0.8, 0.3, 0.1], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1])
    >>> drawn = irt.draw(table, irt.fit(table, anchor=0), anchor=0, draws=20, seed=1)
    >>> drawn.ability.shape, int(drawn.converged.sum())
    ((20, 3), 20)
    """
    counts = resample(scores, draws=draws, seed=seed)
    solution = minimise(
        scores.clipped(),
        counts if weight is None else counts * np.asarray(weight, float),
        scores.model,
        scores.benchmark,
        (point.ability, point.difficulty, np.log(point.slope)),
        penalty=eci_penalty(scores) if penalty is None else penalty,
        anchor=anchor,
        box=BOX,
        tolerance=tolerance,
        limit=limit,
    )
    member = np.zeros((len(scores.performance), scores.benchmarks))
    member[np.arange(len(member)), scores.benchmark] = 1
    seen = counts @ member > 0
    slope = np.exp(solution.log_slope)
    return Draws(
        ability=solution.ability,
        difficulty=np.where(seen, solution.difficulty, np.nan),
        slope=np.where(seen, slope, np.nan),
        objective=solution.objective,
        converged=solution.converged,
        at_bound=_at_bound(solution.ability, solution.difficulty[seen], slope[seen]),
    )


def _logit_means(scores: Scores, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Half the mean logit of a model's rows, minus half of a benchmark's, slopes of 1: a start near enough."""
    logit = np.log(y / (1 - y)) / 2
    by_model = np.bincount(scores.model, logit, scores.models) / np.maximum(np.bincount(scores.model), 1)
    by_benchmark = np.bincount(scores.benchmark, logit, scores.benchmarks) / np.maximum(
        np.bincount(scores.benchmark), 1
    )
    return by_model, -by_benchmark, np.zeros(scores.benchmarks)


def _at_bound(ability: Floats, difficulty: Floats, slope: Floats) -> int:
    edge = 1e-9
    location = BOX.location - edge
    out = (np.abs(ability) >= location).sum() + (np.abs(difficulty) >= location).sum()
    return int(out + (slope <= BOX.slope_low + edge).sum() + (slope >= BOX.slope_high - edge).sum())
