"""What abilities do some of the scores suggest, with difficulties and slopes already known?"""

from __future__ import annotations

import numpy as np

from nomoat.stats.irt import BOX, Scores
from nomoat.stats.newton import Bools, Floats


def project(
    scores: Scores,
    *,
    difficulty: Floats,
    slope: Floats,
    start: Floats,
    ridge: float,
    weight: Floats | None = None,
    shift: Floats | None = None,
    tolerance: float = 1e-9,
    limit: int = 100,
    batch: int = 25,
) -> tuple[Floats, Bools]:
    """Re-estimate every model's ability from these rows alone, benchmarks held where another fit put them.

    Each ability minimises half [ sum w (p - y)^2 + ridge ability^2 ] on its own, p = logistic(slope (ability +
    shift - difficulty)); `difficulty` and `slope` are (K, B), one row a draw, `start` (K, M), `weight` (K, N) or None,
    `shift` (N,) or None. Newton steps in one dimension, Gauss-Newton where the curve bends the wrong way, shortened
    until they help. Returns abilities (K, M) and whether each converged (K, M); a model without a weighted row
    rests at 0.

    >>> import numpy as np
    >>> two = Scores.of([0.5, 0.9], [0, 1], [0, 0])
    >>> known = dict(difficulty=np.array([[1.0]]), slope=np.array([[2.0]]), start=np.zeros((1, 2)), ridge=0.0)
    >>> ability, converged = project(two, **known)
    >>> ability.round(3).tolist(), converged.all().item()
    ([[1.0, 2.099]], True)
    """
    parts = [
        _project(
            scores,
            difficulty[first : first + batch],
            slope[first : first + batch],
            start[first : first + batch],
            ridge,
            np.ones((1, len(scores.model))) if weight is None else weight[first : first + batch],
            np.zeros(len(scores.model)) if shift is None else shift,
            tolerance,
            limit,
        )
        for first in range(0, len(difficulty), batch)
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _project(
    scores: Scores,
    difficulty: Floats,
    slope: Floats,
    start: Floats,
    ridge: float,
    weight: Floats,
    shift: Floats,
    tolerance: float,
    limit: int,
) -> tuple[Floats, Bools]:
    order = np.argsort(scores.model, kind="stable")
    model, benchmark, y = scores.model[order], scores.benchmark[order], scores.clipped()[order]
    weight, place, tilt = weight[:, order], difficulty[:, benchmark] - shift[order], slope[:, benchmark]
    with_rows, first = np.unique(model, return_index=True)

    def by_model(x: Floats) -> Floats:
        total = np.zeros_like(start)
        total[:, with_rows] = np.add.reduceat(x, first, axis=1)
        return total

    def objective(ability: Floats) -> Floats:
        p = 1 / (1 + np.exp(-tilt * (ability[:, model] - place)))
        return 0.5 * (by_model(weight * (p - y) ** 2) + ridge * ability**2)

    ability = np.clip(start, -BOX.location, BOX.location)
    value, reach = objective(ability), np.ones_like(ability)
    converged = np.zeros(ability.shape, bool)
    for _ in range(limit):
        p = 1 / (1 + np.exp(-tilt * (ability[:, model] - place)))
        q = p * (1 - p)
        pull = weight * tilt * q
        gradient = by_model(pull * (p - y)) + ridge * ability
        gauss = by_model(pull * tilt * q) + ridge
        curve = by_model(pull * tilt * (q + (p - y) * (1 - 2 * p))) + ridge
        step = reach * np.clip(gradient / np.maximum(np.maximum(curve, 0.2 * gauss), 1e-12), -1, 1)
        there = np.clip(ability - step, -BOX.location, BOX.location)
        now = objective(there)
        better = now <= value + 1e-13 * (1 + value)
        converged |= better & (np.abs(there - ability) < tolerance) & (reach == 1)
        ability, value = np.where(better, there, ability), np.where(better, now, value)
        reach = np.where(better, np.minimum(1, 2 * reach), reach / 4)
        if converged.all():
            break
    return ability, converged
