"""How is an item-response objective minimised, for many weightings of the same scores at once?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# A batch of this many problems keeps its rows in a core's second-level cache (12 to 50: within 10 % of each other).
BATCH = 25
SWEEPS = 6
_ACCEPT = 1e-13  # an objective that rises by rounding alone is not a failed step


@dataclass(frozen=True, kw_only=True, eq=False)
class Penalty:
    """What parameters cost before any score is seen: half of ridge terms, and half of a prior on log slope."""

    ability: float
    difficulty: float
    slope: float = 0.0  # on the square of the slope
    log_slope: float = 0.0  # precision of the log slope around `log_slope_mean`
    log_slope_mean: float = 0.0

    def cost(self, ability: Floats, difficulty: Floats, log_slope: Floats, free: Bools) -> Floats:
        """Penalty a problem: shapes (K, M), (K, B), (K, B) to (K,); slopes that are not `free` cost nothing."""
        square = self.ability * (ability**2).sum(1) + self.difficulty * (difficulty**2).sum(1)
        slope = self.slope * np.exp(2 * log_slope) + self.log_slope * (log_slope - self.log_slope_mean) ** 2
        return np.asarray(0.5 * (square + (slope * free).sum(1)))

    def slope_terms(self, log_slope: Floats, free: Bools) -> tuple[Floats, Floats]:
        """First and second derivative of the penalty in the log slope."""
        square = self.slope * np.exp(2 * log_slope)
        gradient = square + self.log_slope * (log_slope - self.log_slope_mean)
        return gradient * free, (2 * square + self.log_slope) * free

    def unseen_log_slope(self, low: float) -> float:
        """The log slope that the penalty alone prefers."""
        return max(low, self.log_slope_mean) if self.log_slope and not self.slope else low


@dataclass(frozen=True, kw_only=True, eq=False)
class Box:
    """Bounds of the parameters; abilities and difficulties lie in [-location, location]."""

    location: float = 10.0
    slope_low: float = 0.1
    slope_high: float = 10.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """Where each of K problems ended: (K, M) abilities, (K, B) difficulties and log slopes, and how."""

    ability: Floats
    difficulty: Floats
    log_slope: Floats
    objective: Floats
    converged: Bools
    iterations: Ints


def minimise(
    y: Floats,
    weight: Floats,
    model: Ints,
    benchmark: Ints,
    start: tuple[Floats, Floats, Floats],
    *,
    penalty: Penalty,
    anchor: int | None,
    box: Box,
    tolerance: float,
    limit: int,
    shift: Floats | None = None,
    batch: int = BATCH,
) -> Solution:
    """Minimise one item-response objective for each row of weights, all from one start.

    Loss of one problem: half the weighted sum of (y - logistic(slope_b (ability_m - difficulty_b + shift)))^2 plus
    the penalty, over abilities, difficulties and log slopes inside the box, the anchor's log slope held at 0.

    `y`, `model`, `benchmark`, `shift` have shape (N,), `weight` (K, N), `start` (M,), (B,), (B,). Projected Newton:
    abilities meet each other only through benchmarks, so their block of the Hessian is diagonal and is eliminated
    onto the 2B benchmark parameters; log slopes halve the steps that slopes need. The Hessian is the exact one
    while steps succeed, the Gauss-Newton one with Levenberg-Marquardt damping after one that fails. A problem
    stops by itself once an undamped exact step moves no parameter by `tolerance`: the error left is of the order of
    its square. Results do not depend on `batch`.
    """
    parts, shift = [], np.zeros(len(y)) if shift is None else shift
    for first in range(0, len(weight), batch):
        rows = _Rows.of(y, shift, weight[first : first + batch], model, benchmark, len(start[0]), len(start[1]))
        parts.append(_minimise(rows, start, penalty, anchor, box, tolerance, limit))
    return Solution(
        ability=np.concatenate([part.ability for part in parts]),
        difficulty=np.concatenate([part.difficulty for part in parts]),
        log_slope=np.concatenate([part.log_slope for part in parts]),
        objective=np.concatenate([part.objective for part in parts]),
        converged=np.concatenate([part.converged for part in parts]),
        iterations=np.concatenate([part.iterations for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """The scores with weight of K problems laid end to end: resampling leaves 37 % of them without any."""

    problem: Ints
    model: Ints
    benchmark: Ints
    y: Floats
    shift: Floats
    weight: Floats
    problems: int
    models: int
    benchmarks: int
    distinct: bool  # whether no problem has two rows of one model on one benchmark

    @classmethod
    def of(
        cls, y: Floats, shift: Floats, weight: Floats, model: Ints, benchmark: Ints, models: int, benchmarks: int
    ) -> _Rows:
        problem, row = np.nonzero(weight)
        kept = weight[problem, row]
        distinct = len(np.unique(model * benchmarks + benchmark)) == len(model)
        return cls(
            problem, model[row], benchmark[row], y[row], shift[row], kept, len(weight), models, benchmarks, distinct
        )

    def select(self, keep: Ints) -> _Rows:
        """The rows of some of the problems, renumbered."""
        number = np.full(self.problems, -1)
        number[keep] = np.arange(len(keep))
        problem = number[self.problem]
        row = np.nonzero(problem >= 0)[0]
        columns = (self.model[row], self.benchmark[row], self.y[row], self.shift[row], self.weight[row])
        return _Rows(problem[row], *columns, len(keep), self.models, self.benchmarks, self.distinct)

    def at(self) -> tuple[Ints, Ints]:
        """Where each row's model and benchmark lie in raveled (K, M) and (K, B) arrays."""
        return self.problem * self.models + self.model, self.problem * self.benchmarks + self.benchmark


class _Problem:
    """Gradients and curvatures of K problems at a point, as raveled sums over their rows."""

    def __init__(self, rows: _Rows, penalty: Penalty, anchor: int | None, box: Box) -> None:
        self.rows, self.penalty, self.box = rows, penalty, box
        self.at_model, self.at_benchmark = rows.at()
        self.free = np.ones((rows.problems, rows.benchmarks), bool)
        if anchor is not None:
            self.free[:, anchor] = False
        seen = np.bincount(self.at_benchmark, minlength=self.free.size).reshape(self.free.shape) > 0
        self.seen = seen
        self.low, self.high = float(np.log(box.slope_low)), float(np.log(box.slope_high))

    def by_model(self, x: Floats) -> Floats:
        shape = (self.rows.problems, self.rows.models)
        return np.asarray(np.bincount(self.at_model, x, shape[0] * shape[1]).reshape(shape), float)

    def by_benchmark(self, x: Floats) -> Floats:
        return np.asarray(np.bincount(self.at_benchmark, x, self.free.size).reshape(self.free.shape), float)

    def rowwise(self, ability: Floats, difficulty: Floats, log_slope: Floats) -> tuple[Floats, Floats, Floats]:
        """Slope, logit and expected score of every row."""
        slope = np.exp(log_slope).ravel()[self.at_benchmark]
        apart = ability.ravel()[self.at_model] - difficulty.ravel()[self.at_benchmark] + self.rows.shift
        logit = slope * apart
        return slope, logit, 1 / (1 + np.exp(-logit))  # |logit| is about 200 at most in the box: no overflow

    def objective(self, ability: Floats, difficulty: Floats, log_slope: Floats) -> Floats:
        expected = self.rowwise(ability, difficulty, log_slope)[2]
        squares = self.rows.weight * (expected - self.rows.y) ** 2
        fit = np.bincount(self.rows.problem, squares, self.rows.problems)
        return np.asarray(0.5 * fit + self.penalty.cost(ability, difficulty, log_slope, self.free))

    def settle_unseen(self, difficulty: Floats, log_slope: Floats) -> tuple[Floats, Floats]:
        """A benchmark without a weighted row rests where the penalty is least."""
        rest = np.where(self.free, self.penalty.unseen_log_slope(self.low), log_slope)
        return np.where(self.seen, difficulty, 0.0), np.where(self.seen, log_slope, rest)

    def sweep(self, ability: Floats, difficulty: Floats, log_slope: Floats) -> tuple[Floats, Floats, Floats]:
        """One Gauss-Newton step of each ability alone, then of each benchmark's pair alone, both cut short.

        Six sweeps cost as much as one and a half Newton steps and save six of them after a resampling.
        """
        weight, y, pen = self.rows.weight, self.rows.y, self.penalty
        slope, _, p = self.rowwise(ability, difficulty, log_slope)
        q = slope * p * (1 - p)
        gradient = self.by_model(weight * (p - y) * q) + pen.ability * ability
        step = gradient / (self.by_model(weight * q * q) + pen.ability)
        ability = self.place(ability - np.clip(step, -1, 1))

        slope, logit, p = self.rowwise(ability, difficulty, log_slope)
        q = p * (1 - p)
        g, h, s = weight * (p - y) * q, weight * q * q, np.exp(log_slope)
        g_s, h_s = pen.slope_terms(log_slope, self.free)
        g_d = -s * self.by_benchmark(g) + pen.difficulty * difficulty
        g_l = (self.by_benchmark(g * logit) + g_s) * self.free
        h_z = h * logit
        h_dd = 1.05 * (s * s * self.by_benchmark(h) + pen.difficulty)
        h_dl = -s * self.by_benchmark(h_z) * self.free
        h_ll = 1.05 * (self.by_benchmark(h_z * logit) + h_s) + ~self.free
        determinant = h_dd * h_ll - h_dl * h_dl
        d = np.clip((h_ll * g_d - h_dl * g_l) / determinant, -1, 1)
        step = np.clip((h_dd * g_l - h_dl * g_d) / determinant, -0.7, 0.7)
        return ability, self.place(difficulty - d * self.seen), self.tilt(log_slope - step * self.seen)

    def place(self, location: Floats) -> Floats:
        return np.clip(location, -self.box.location, self.box.location)

    def tilt(self, log_slope: Floats) -> Floats:
        return np.clip(log_slope, self.low, self.high)


def _minimise(
    rows: _Rows,
    start: tuple[Floats, Floats, Floats],
    penalty: Penalty,
    anchor: int | None,
    box: Box,
    tolerance: float,
    limit: int,
) -> Solution:
    problems = rows.problems
    problem = _Problem(rows, penalty, anchor, box)
    ability, difficulty, log_slope = (np.repeat(part[None], problems, 0) for part in start)
    difficulty, log_slope = problem.settle_unseen(difficulty, log_slope)
    for _ in range(SWEEPS):
        ability, difficulty, log_slope = problem.sweep(ability, difficulty, log_slope)
    objective = problem.objective(ability, difficulty, log_slope)
    damping, exact = np.zeros(problems), np.ones(problems)
    converged, iterations = np.zeros(problems, bool), np.zeros(problems, np.intp)
    border = np.zeros((problems, rows.models, 2 * rows.benchmarks))
    active = np.arange(problems)
    for _ in range(limit):
        here = ability[active], difficulty[active], log_slope[active]
        step, descends = _step(problem, here, damping[active], exact[active], border[: len(active)])
        there = (
            problem.place(here[0] + step[0]),
            problem.place(here[1] + step[1]),
            problem.tilt(here[2] + step[2]),
        )
        value = problem.objective(*there)
        moved = np.max([np.abs(b - a).max(1) for a, b in zip(here, there, strict=True)], 0)
        better = descends & (value <= objective[active] + _ACCEPT)
        done = better & (moved < tolerance) & (damping[active] == 0) & (exact[active] == 1)
        good, bad = active[better], active[~better]
        ability[good], difficulty[good], log_slope[good] = (part[better] for part in there)
        objective[good], iterations[active] = value[better], iterations[active] + 1
        damping[good] = np.where(damping[good] < 1e-3, 0, 0.1 * damping[good])
        damping[bad] = np.maximum(8 * damping[bad], 0.01)
        exact[good], exact[bad] = moved[better] < 1, 0
        converged[active[done]] = True
        if done.any():
            active = active[~done]
            if not len(active):
                break
            problem = _Problem(problem.rows.select(np.nonzero(~done)[0]), penalty, anchor, box)
    return Solution(
        ability=ability,
        difficulty=difficulty,
        log_slope=log_slope,
        objective=objective,
        converged=converged,
        iterations=iterations,
    )


def _step(
    problem: _Problem, here: tuple[Floats, Floats, Floats], damping: Floats, exact: Floats, border: Floats
) -> tuple[tuple[Floats, Floats, Floats], Bools]:
    """The damped Newton step of K problems, parameters held by a bound left out; and whether it descends."""
    ability, difficulty, log_slope = here
    rows, pen, box = problem.rows, problem.penalty, problem.box
    half = rows.benchmarks
    slope, logit, p = problem.rowwise(ability, difficulty, log_slope)
    q = p * (1 - p)
    g = rows.weight * (p - rows.y) * q
    h = rows.weight * q * q
    bend = g if exact.all() else g * exact[rows.problem]
    full = h + bend * (1 - 2 * p)
    tilt = full * logit + bend
    cross, place = slope * tilt, full * slope * slope
    gauss = h * slope * slope
    extra = damping[:, None]
    g_c = problem.by_model(g * slope) + pen.ability * ability
    g_d = pen.difficulty * difficulty - problem.by_benchmark(g * slope)
    g_s, h_s = pen.slope_terms(log_slope, problem.free)
    g_l = problem.by_benchmark(g * logit) + g_s
    h_gauss = problem.by_model(gauss) + pen.ability
    # An ability's own curvature may be negative far from the optimum; a fifth of Gauss-Newton keeps it a descent.
    h_c = np.maximum(problem.by_model(place) + pen.ability, 0.2 * h_gauss) + extra * h_gauss
    h_d = problem.by_benchmark(place) + pen.difficulty
    h_l = problem.by_benchmark(tilt * logit) + h_s
    h_dl = -problem.by_benchmark(cross)
    if damping.any():
        h_d += extra * (problem.by_benchmark(gauss) + pen.difficulty)
        h_l += extra * (problem.by_benchmark(h * logit * logit) + h_s)

    free_c = ~_held(ability, g_c, -box.location, box.location)
    free_d = ~_held(difficulty, g_d, -box.location, box.location) & problem.seen
    free_l = ~_held(log_slope, g_l, problem.low, problem.high) & problem.seen & problem.free
    root = free_c / np.sqrt(h_c)
    scale = root.ravel()[problem.at_model]
    border[:] = 0
    flat = border.reshape(-1)
    cell = problem.at_model * (2 * half) + rows.benchmark
    cells = np.concatenate([cell, cell + half])
    held = np.concatenate([-place * free_d.ravel()[problem.at_benchmark], cross * free_l.ravel()[problem.at_benchmark]])
    if rows.distinct:
        flat[cells] = held * np.tile(scale, 2)
    else:
        np.add.at(flat, cells, held * np.tile(scale, 2))
    turned = border.transpose(0, 2, 1)
    schur = -np.matmul(turned, border)
    d = np.arange(half)
    h_dl = h_dl * free_d * free_l
    schur[:, d, d] += np.where(free_d, h_d, 1)
    schur[:, d + half, d + half] += np.where(free_l, h_l, 1)
    schur[:, d, d + half] += h_dl
    schur[:, d + half, d] += h_dl
    g_c = g_c * free_c
    g_b = np.concatenate([g_d * free_d, g_l * free_l], 1)
    right = np.matmul(turned, (root * g_c)[:, :, None])[:, :, 0] - g_b
    step_b = np.linalg.solve(schur, right[:, :, None])[:, :, 0]
    step_c = -root * (root * g_c + np.matmul(border, step_b[:, :, None])[:, :, 0])
    descends = (g_c * step_c).sum(1) + (g_b * step_b).sum(1) <= 0
    return (step_c, step_b[:, :half], step_b[:, half:]), descends


def _held(value: Floats, gradient: Floats, low: float, high: float) -> Bools:
    """Whether a parameter lies on a bound that the gradient pushes it against."""
    return ((value <= low) & (gradient > 0)) | ((value >= high) & (gradient < 0))
