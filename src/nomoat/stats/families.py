"""Which abilities explain scores whose noise is unequal and whose models come in families?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nomoat.stats import irt
from nomoat.stats.irt import BOX, Scores
from nomoat.stats.newton import Floats, Ints, Penalty, minimise

ABILITY_SD, DIFFICULTY_SD, LOG_SLOPE_SD = 5.0, 5.0, 1.0  # wide: they hold models that fail or pass everything
FAMILY_SD = 0.1  # of what a family shares on one benchmark, in units of ability (about 1.5 points of the index)
EVEN = 0.02  # of the variance at a score of one half, what is left at 0 and 1
SETTLE = 8  # rounds in which noise is still estimated anew
SHRINK = 30  # a benchmark's noise variance is averaged with this many rows of the pooled one


@dataclass(frozen=True, kw_only=True, eq=False)
class FamilyFit:
    """The most probable parameters, the noise around them, and what each row is expected to score."""

    ability: Floats  # (M,)
    difficulty: Floats  # (B,)
    slope: Floats  # (B,)
    group: Ints  # (N,): which family on which benchmark a row belongs to
    effect: Floats  # (G,): how much better a family does there than its abilities say, in units of ability
    noise: Floats  # (B,): variance of a score at one half
    expected: Floats  # (N,)
    noise_sd: Floats  # (N,): of a score around what is expected
    expected_sd: Floats  # (N,): of what is expected
    converged: bool
    rounds: int


@dataclass(frozen=True, kw_only=True, eq=False)
class FamilyDraws:
    """Draws (K, M), (K, B) and (K, B) from the normal approximation of the posterior."""

    ability: Floats
    difficulty: Floats
    slope: Floats


def fit(
    scores: Scores,
    family: ArrayLike,
    *,
    anchor: int | None,
    weight: ArrayLike | None = None,
    family_sd: float = FAMILY_SD,
    tolerance: float = 5e-4,
    limit: int = 300,
) -> FamilyFit:
    """Explain scores by ability, difficulty, slope, and what a family of models shares on a benchmark.

    y = logistic(slope_b (ability_m + effect_[family of m, b] - difficulty_b)) + noise, noise variance
    s_b^2 (0.02 + 4 p (1 - p)) / 1.02: a score near 0 or 1 can err less, and benchmarks differ. Priors: effect
    N(0, 0.1^2), log slope N(mean of the log slopes, 1), ability and difficulty N(0, 5^2); the anchor's slope
    is 1. `family` numbers the family of each model, (M,); rows of weight 0 are predicted, not used. Rounds of
    weighted fit and effects, from the `eci` fit on, until no expected score moves by `tolerance`. The first eight
    rounds estimate the noise, squared residuals over what their leverage leaves, so that effects do not pass for
    small noise.

    >>> table = Scores.of([0.9, 0.5, 0.95, 0.8, 0.3, 0.1, 0.6, 0.3], [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4)
    >>> found = fit(table, [0, 0, 1, 1], anchor=0)
    >>> found.ability.argsort().tolist(), found.effect.shape
    ([2, 3, 0, 1], (4,))
    """
    used = np.ones(len(scores.model)) if weight is None else (np.asarray(weight, float) > 0).astype(float)
    group = np.unique(np.asarray(family)[scores.model] * scores.benchmarks + scores.benchmark, return_inverse=True)[1]
    first = irt.fit(scores, anchor=anchor, weight=used)
    here = _Point(first.ability, first.difficulty, np.log(first.slope), np.zeros(int(group.max()) + 1))
    _, _, expected = here.rowwise(scores, group)
    leverage = np.full(len(used), min(0.5, (scores.models + 2 * scores.benchmarks) / used.sum()))
    done, at = False, 0
    noise, row_noise = _noise(scores, expected, leverage, used)
    while at < limit and not done:
        at += 1
        before, w = expected, used / row_noise
        here = _refit(scores, here, group, w, anchor, family_sd)
        _, _, expected = here.rowwise(scores, group)
        if at <= SETTLE:
            leverage = w * _Bend(scores, here, group, w, anchor, family_sd).variance()
            noise, row_noise = _noise(scores, expected, leverage, used)
        done = at > SETTLE and float(np.abs(expected - before).max()) < tolerance
    bend = _Bend(scores, here, group, used / row_noise, anchor, family_sd)
    return FamilyFit(
        ability=here.ability,
        difficulty=here.difficulty,
        slope=np.exp(here.log_slope),
        group=group,
        effect=here.effect,
        noise=noise,
        expected=expected,
        noise_sd=np.sqrt(row_noise),
        expected_sd=np.sqrt(bend.variance()),
        converged=done,
        rounds=at,
    )


def draw(
    scores: Scores,
    found: FamilyFit,
    *,
    anchor: int | None,
    draws: int,
    seed: int,
    weight: ArrayLike | None = None,
    family_sd: float = FAMILY_SD,
) -> FamilyDraws:
    """Draw parameters from the normal approximation of the posterior around the fit, effects averaged over.

    The first k of any number of draws are the same for the same seed.

    >>> table = Scores.of([0.9, 0.5, 0.95, 0.8, 0.3, 0.1, 0.6, 0.3], [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4)
    >>> draw(table, fit(table, [0, 0, 1, 1], anchor=0), anchor=0, draws=5, seed=0).ability.shape
    (5, 4)
    """
    used = np.ones(len(scores.model)) if weight is None else (np.asarray(weight, float) > 0).astype(float)
    here = _Point(found.ability, found.difficulty, np.log(found.slope), found.effect)
    bend = _Bend(scores, here, found.group, used / found.noise_sd**2, anchor, family_sd)
    normal = np.random.default_rng(seed).standard_normal((draws, len(bend.root)))
    moved = (normal @ bend.root) * bend.free
    ability, difficulty, log_slope = np.split(moved, np.cumsum([scores.models, scores.benchmarks]), axis=1)
    return FamilyDraws(
        ability=_place(here.ability + ability),
        difficulty=_place(here.difficulty + difficulty),
        slope=np.exp(_tilt(here.log_slope + log_slope)),
    )


@dataclass(frozen=True, eq=False)
class _Point:
    ability: Floats
    difficulty: Floats
    log_slope: Floats
    effect: Floats

    def rowwise(self, scores: Scores, group: Ints) -> tuple[Floats, Floats, Floats]:
        """Of every row: distance from even odds, slope, expected score."""
        apart = self.ability[scores.model] + self.effect[group] - self.difficulty[scores.benchmark]
        slope = np.exp(self.log_slope)[scores.benchmark]
        return apart, slope, 1 / (1 + np.exp(-slope * apart))


def _refit(scores: Scores, here: _Point, group: Ints, w: Floats, anchor: int | None, family_sd: float) -> _Point:
    """Abilities, difficulties and slopes under these weights and effects, then effects under those."""
    free = here.log_slope if anchor is None else np.delete(here.log_slope, anchor)
    penalty = Penalty(
        ability=ABILITY_SD**-2,
        difficulty=DIFFICULTY_SD**-2,
        log_slope=LOG_SLOPE_SD**-2,
        log_slope_mean=float(free.mean()) if len(free) else 0.0,
    )
    y = scores.clipped()
    found = minimise(
        y,
        w[None],
        scores.model,
        scores.benchmark,
        (here.ability, here.difficulty, here.log_slope),
        penalty=penalty,
        anchor=anchor,
        box=BOX,
        tolerance=1e-4,
        limit=300,
        shift=here.effect[group],
    )
    effect = here.effect
    for _ in range(2):
        now = _Point(found.ability[0], found.difficulty[0], found.log_slope[0], effect)
        _, slope, p = now.rowwise(scores, group)
        pull = slope * p * (1 - p)
        precision = np.bincount(group, w * pull**2) + 1 / family_sd**2
        effect = np.bincount(group, w * pull * (y - p + pull * effect[group])) / precision
    return _Point(found.ability[0], found.difficulty[0], found.log_slope[0], effect)


class _Bend:
    """The Gauss-Newton Hessian J' W J + prior at a point; effects are a diagonal block and are eliminated."""

    def __init__(
        self, scores: Scores, here: _Point, group: Ints, w: Floats, anchor: int | None, family_sd: float
    ) -> None:
        self.group = group
        models, benchmarks, rows = scores.models, scores.benchmarks, np.arange(len(w))
        apart, slope, p = here.rowwise(scores, group)
        self.pull = slope * p * (1 - p)
        self.jacobian = np.zeros((len(w), models + 2 * benchmarks))
        self.jacobian[rows, scores.model] = self.pull
        self.jacobian[rows, models + scores.benchmark] = -self.pull
        self.jacobian[rows, models + benchmarks + scores.benchmark] = self.pull * apart
        self.free = np.ones(models + 2 * benchmarks)
        if anchor is not None:
            self.free[models + benchmarks + anchor] = 0
            self.jacobian[:, models + benchmarks + anchor] = 0
        sizes = [models, benchmarks, benchmarks]
        prior = np.repeat([ABILITY_SD**-2, DIFFICULTY_SD**-2, LOG_SLOPE_SD**-2], sizes)
        weighted = w[:, None] * self.jacobian
        self.own = np.bincount(group, w * self.pull**2) + 1 / family_sd**2
        order = np.argsort(group, kind="stable")
        first = np.searchsorted(group[order], np.arange(len(self.own)))
        self.cross = np.add.reduceat((self.pull[:, None] * weighted)[order], first, axis=0)
        precision = self.jacobian.T @ weighted + np.diag(prior) - self.cross.T @ (self.cross / self.own[:, None])
        self.root = np.linalg.inv(np.linalg.cholesky(precision))

    def variance(self) -> Floats:
        """Variance of every row's expected score."""
        share = (self.pull / self.own[self.group])[:, None]
        seen = (self.jacobian - share * self.cross[self.group]) @ self.root.T
        return np.asarray((seen**2).sum(1) + self.pull**2 / self.own[self.group])


def _noise(scores: Scores, expected: Floats, leverage: Floats, used: Floats) -> tuple[Floats, Floats]:
    """Noise variance at one half of every benchmark, and of every row."""
    shape = (EVEN + 4 * expected * (1 - expected)) / (1 + EVEN)
    square = used * (scores.clipped() - expected) ** 2 / shape
    left = used * np.clip(1 - leverage, 0, 1)
    pooled = square.sum() / left.sum()
    free = np.bincount(scores.benchmark, left, scores.benchmarks)
    noise = (np.bincount(scores.benchmark, square, scores.benchmarks) + SHRINK * pooled) / (free + SHRINK)
    return noise, noise[scores.benchmark] * shape


def _place(location: Floats) -> Floats:
    return np.clip(location, -BOX.location, BOX.location)


def _tilt(log_slope: Floats) -> Floats:
    return np.clip(log_slope, np.log(BOX.slope_low), np.log(BOX.slope_high))
