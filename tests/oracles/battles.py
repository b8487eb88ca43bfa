"""Bradley-Terry one battle at a time: a general optimiser, sums over rows, no counts and no Newton step of ours."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit


def fit(a, b, points, n, features=()):
    """Strengths with mean 0, slopes, and the sandwich covariance built from each battle's score and curvature."""
    rows, width = len(a), len(features)
    design = np.zeros((rows, n + width))
    design[np.arange(rows), a] += 1.0
    design[np.arange(rows), b] -= 1.0
    for f, x in enumerate(features):
        design[:, n + f] = x
    won = np.asarray(points) / 2

    def loss(params):
        logit = design @ params
        return np.logaddexp(0, logit).sum() - won @ logit, design.T @ (expit(logit) - won)

    found = minimize(loss, np.zeros(n + width), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    params = found.x - np.r_[np.full(n, found.x[:n].mean()), np.zeros(width)]
    chance = expit(design @ params)
    bread, meat = np.zeros((n + width,) * 2), np.zeros((n + width,) * 2)
    for row, p, y in zip(design, chance, won, strict=True):
        bread += p * (1 - p) * np.outer(row, row)
        meat += (y - p) ** 2 * np.outer(row, row)
    inverse = np.linalg.pinv(bread, rcond=1e-12)
    return params[:n], params[n:], inverse @ meat @ inverse


def battles(seed, n, rows, slopes=(), ties=0.2, spread=1.0):
    """Planted strengths and battles fought by them: strengths, a, b, points (2, 1, 0), features."""
    rng = np.random.default_rng(seed)
    strength = spread * rng.normal(size=n)
    strength -= strength.mean()
    a = rng.integers(0, n, rows)
    b = (a + rng.integers(1, n, rows)) % n
    features = [rng.normal(size=rows) for _ in slopes]
    logit = strength[a] - strength[b] + sum((s * x for s, x in zip(slopes, features, strict=True)), np.zeros(rows))
    points = np.where(rng.random(rows) < ties, 1, 2 * (rng.random(rows) < expit(logit)))
    return strength, a, b, points, features


def counted(a, b, points, n):
    """Cells of ordered pairs with wins of a, wins of b and ties."""
    cells: dict[tuple[int, int], list[int]] = {}
    for first, second, p in zip(a.tolist(), b.tolist(), points.tolist(), strict=True):
        cells.setdefault((first, second), [0, 0, 0])[{2: 0, 0: 1, 1: 2}[p]] += 1
    ends = np.array(list(cells))
    return ends[:, 0], ends[:, 1], np.array(list(cells.values()))
