"""How strong is each competitor, judged by who beat whom: Bradley-Terry with robust intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nomoat.errors import InputError
from nomoat.stats.links import links

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Sums = tuple[float, Floats, Floats]  # value, gradient, curvature

ELO = 400 / np.log(10)  # points for one unit of log-odds: 400 points are odds of ten to one
LIMIT = 5_000  # competitors: their covariance is dense, 200 MB at that number, and inverted once
_CHUNK = 1 << 18  # rows: temporaries of 2 MB stay near the processor
_STEPS = 60
_CLOSE = 1e-12  # squared distance to the optimum, in standard errors
_ABSURD = 20.0  # log-odds for one standard deviation of a covariate: it decides every battle


@dataclass(frozen=True, eq=False)
class Strengths:
    """Log-odds (K,) with mean 0, slopes (F,) a unit of each covariate, and the robust covariance of both.

    covariance (K + F, K + F); NaN in the rows of a competitor whose results leave no residual to judge from.
    steps: Newton steps taken. battles: rows counted.
    """

    log_odds: Floats
    slopes: Floats
    covariance: Floats
    battles: int
    steps: int


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings (K,) in Elo points with the ends of their intervals; NaN where no interval can be given."""

    rating: Floats
    low: Floats
    high: Floats


def bradley_terry(a: ArrayLike, b: ArrayLike, results: ArrayLike, competitors: int) -> Strengths:
    """Fit P(a beats b) = logistic(strength_a - strength_b) to counted battles; a tie is half a win for each.

    `a`, `b` (C,) competitors by number; `results` (C, 3) wins of a, wins of b, ties. This is the count tensor
    K x K x 3 without its empty cells; a pair may stand in either order and more than once.

    Newton steps on the log-likelihood (Bradley and Terry 1952), halved where they overshoot. Covariance: the sandwich
    H^-1 G H^-1 with H the curvature and G the sum of squared scores over single battles (Huber 1967), as arena-rank
    computes it, without its 1e-5 ridge a battle. With ties as halves the model is a quasi-likelihood, so that H^-1
    alone would be too wide; the sandwich is right whatever the share of ties.

    Raises InputError for no battles, more than 5,000 competitors, or where wins do not go round (`links`): then no
    finite strengths fit best.

    >>> fit = bradley_terry([0, 1], [1, 2], [[30, 10, 0], [20, 15, 10]], 3)
    >>> (np.exp(fit.log_odds[0] - fit.log_odds[1])).round(6).item()  # no other link between 0 and 1: 30 to 10
    3.0
    """
    first, second = np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
    counts = np.asarray(results, dtype=np.float64).reshape(-1, 3)
    _check(first, second, counts, competitors)
    games = counts.sum(axis=1)
    points = counts[:, 0] + 0.5 * counts[:, 2]

    def evaluate(strength: Floats) -> Sums:
        edge = strength[first] - strength[second]
        win, lost = _chances(edge)
        value = float(points @ edge - games @ lost)
        score = points - games * win
        return (
            value,
            _net(first, second, score, competitors),
            _laplacian(first, second, games * win * (1 - win), competitors),
        )

    begin = np.zeros(competitors)
    strength, curvature, steps = _climb(evaluate, begin, evaluate(begin), competitors)
    win = _chances(strength[first] - strength[second])[0]
    squares = counts[:, 0] * (1 - win) ** 2 + counts[:, 1] * win**2 + counts[:, 2] * (0.5 - win) ** 2
    spread = _laplacian(first, second, squares, competitors)
    covariance = _sandwich(curvature, spread, competitors)
    return Strengths(strength, np.zeros(0), covariance, round(games.sum()), steps)


def contextual(
    a: Ints, b: Ints, points: Ints, features: Sequence[NDArray[Any]], competitors: int, names: Sequence[str] = ()
) -> Strengths:
    """Fit P(a beats b) = logistic(strength_a - strength_b + slopes . features), one row a battle.

    `a`, `b` (N,) competitors by number; `points` (N,) 2 where a won, 1 for a tie, 0 where b won; `features` F arrays
    (N,), differences a minus b, so that swapping a and b changes their sign. No penalty, no centring, no weights.

    Rows are read in pieces of 262,144, summed in double precision, so that memory is the arrays given plus 4 bytes a
    row; features may be float32 (their rounding, 6e-8 relative, moves ratings by less than 1e-3 points, tested).
    Sandwich covariance over single battles, for strengths and slopes together.

    Raises InputError as `bradley_terry` does, and for a feature that is constant zero, that the others or the
    strengths determine (then its slope is anybody's guess), or that decides every battle.

    >>> rng = np.random.default_rng(0)
    >>> a, b = np.repeat([[0, 1, 2], [1, 2, 0]], 400, axis=1)
    >>> length = rng.normal(size=a.size)
    >>> points = 2 * (rng.logistic(size=a.size) < 0.7 * length)
    >>> abs(contextual(a, b, points, [length], 3).slopes[0] - 0.7) < 0.2
    np.True_
    """
    size, width = len(a), len(features)
    label = [*names, *(f"number {f + 1}" for f in range(len(names), width))]
    cell, first, second = _cells(a, b, competitors)
    counts = np.stack([np.bincount(cell[points == p], minlength=len(first)) for p in (2, 0, 1)], axis=1)
    start = bradley_terry(first, second, counts, competitors).log_odds
    sizes = np.array([_sizes(x) for x in features]).reshape(width, 2)
    scale = sizes[:, 0]
    for f in np.flatnonzero(~np.isfinite(scale) | (scale == 0)):
        what = "is 0 in every battle" if scale[f] == 0 else "has values that are no finite numbers"
        raise InputError(f"The covariate {label[f]} {what}", "differences between the two sides", "leave it out")
    total, chunk = competitors + width, max(_CHUNK, 2 * len(first))

    def sums(params: Floats, squares: bool) -> Sums:
        """Log-likelihood, gradient, and the matrix of weights: p (1 - p), or squared scores for the sandwich."""
        edge, slope = params[first] - params[second], params[competitors:]
        value, by_cell, mass = 0.0, np.zeros(len(first)), np.zeros(len(first))
        gradient, block, cross = np.zeros(width), np.zeros((width, width)), np.zeros((width, len(first)))
        for begin in range(0, size, chunk):
            rows = slice(begin, begin + chunk)
            here = cell[rows]
            x = [feature[rows] / s for feature, s in zip(features, scale, strict=True)]
            logit = edge[here]
            for f in range(width):
                logit += slope[f] * x[f]
            win, lost = _chances(logit)
            won = points[rows] * 0.5
            value += _dot(won, logit) - float(lost.sum())
            score = won - win
            weight = score * score if squares else win * (1 - win)
            by_cell += np.bincount(here, score, len(first))
            mass += np.bincount(here, weight, len(first))
            for f in range(width):
                gradient[f] += _dot(score, x[f])
                weighted = weight * x[f]
                cross[f] += np.bincount(here, weighted, len(first))
                for other in range(f, width):
                    block[f, other] += _dot(weighted, x[other])
        matrix = np.zeros((total, total))
        matrix[:competitors, :competitors] = _laplacian(first, second, mass, competitors)
        for f in range(width):
            side = _net(first, second, cross[f], competitors)
            matrix[:competitors, competitors + f] = matrix[competitors + f, :competitors] = side
        matrix[competitors:, competitors:] = np.triu(block) + np.triu(block, 1).T
        return value, np.concatenate([_net(first, second, by_cell, competitors), gradient]), matrix

    begin = np.concatenate([start, np.zeros(width)])
    there = sums(begin, squares=False)
    _identified(there[2], competitors, label)
    params, curvature, steps = _climb(lambda at: sums(at, squares=False), begin, there, competitors)
    for f in np.flatnonzero(np.abs(params[competitors:]) * sizes[:, 1] > _ABSURD * scale):
        raise InputError(
            f"The covariate {label[f]} decides every battle", "one that results vary around", "leave it out"
        )
    covariance = _sandwich(curvature, sums(params, squares=True)[2], competitors)
    unit = np.concatenate([np.ones(competitors), 1 / scale])
    return Strengths(params[:competitors], params[competitors:] / scale, covariance * np.outer(unit, unit), size, steps)


def ratings(fit: Strengths, level: float = 0.95, anchor: int | None = None, value: float = 1000.0) -> Ratings:
    """Put strengths on the Elo scale, 400 log10 of the odds, with intervals of `level`.

    Without `anchor` the mean of all competitors is `value` and an interval is about the distance to that mean. With
    `anchor` that competitor has `value`, without an interval of its own, and an interval is about the distance to it.

    >>> fit = bradley_terry([0], [1], [[10, 1, 0]], 2)
    >>> ratings(fit).rating.round(6).tolist(), ratings(fit, anchor=1, value=0).rating.round(6).tolist()
    ([1200.0, 800.0], [400.0, 0.0])
    """
    k = len(fit.log_odds)
    covariance, centre = fit.covariance[:k, :k], 0.0
    variance = np.diag(covariance)
    if anchor is not None:
        variance = variance + variance[anchor] - 2 * covariance[anchor]
        variance[anchor] = 0.0
        centre = fit.log_odds[anchor]
    rating = value + ELO * (fit.log_odds - centre)
    half = ELO * NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.maximum(variance, 0.0))
    return Ratings(rating, rating - half, rating + half)


def slopes(fit: Strengths, level: float = 0.95) -> Ratings:
    """Put slopes on the Elo scale: points that a unit of each covariate is worth, with intervals of `level`.

    >>> slopes(bradley_terry([0], [1], [[10, 1, 0]], 2)).rating.tolist()
    []
    """
    k = len(fit.log_odds)
    half = ELO * NormalDist().inv_cdf(0.5 + level / 2) * np.sqrt(np.diag(fit.covariance)[k:])
    return Ratings(ELO * fit.slopes, ELO * fit.slopes - half, ELO * fit.slopes + half)


def rank_intervals(fit: Strengths, level: float = 0.95) -> tuple[Ints, Ints]:
    """The best and the worst rank (K,) that each competitor may hold, from its differences to all the others.

    A competitor's own K - 1 differences are judged together (Bonferroni), so that each interval holds the true rank
    with at least `level` (Mogstad, Romano, Shaikh and Wilhelm 2024); overlap of two intervals is not asked, since it
    ignores that their errors go together.

    >>> fit = bradley_terry([0, 1, 0], [1, 2, 2], [[90, 10, 0], [52, 48, 0], [90, 10, 0]], 3)
    >>> [ends.tolist() for ends in rank_intervals(fit)]
    [[1, 2, 2], [1, 3, 3]]
    """
    k = len(fit.log_odds)
    if k == 1:
        return np.ones(1, dtype=int), np.ones(1, dtype=int)
    z = NormalDist().inv_cdf(1 - (1 - level) / (2 * (k - 1)))
    covariance = fit.covariance[:k, :k]
    own = np.diag(covariance)
    ahead = fit.log_odds[:, None] - fit.log_odds
    margin = z * np.sqrt(np.maximum(own[:, None] + own - 2 * covariance, 0.0))
    # NaN compares as False: who has no interval is told apart from nobody.
    return 1 + (ahead < -margin).sum(axis=1), k - (ahead > margin).sum(axis=1)


def _check(a: Ints, b: Ints, counts: Floats, competitors: int) -> None:
    if competitors > LIMIT:
        raise InputError(f"There are {competitors:,} competitors", f"at most {LIMIT:,}", "a file of fewer models")
    if not counts.sum() or competitors < 2:
        raise InputError("There is no battle between two competitors", "at least one")
    if (found := links(a, b, counts, competitors)).groups.max():
        raise InputError(
            f"Wins do not go round: {found.groups.max() + 1} groups of competitors never both beat one another",
            "that each can be reached from each other by wins or ties",
            "the competitors of one group of nomoat.stats.links.links",
        )


def _chances(logit: Floats) -> tuple[Floats, Floats]:
    """P(win) and -log P(loss), without overflow."""
    odds = np.exp(-np.clip(logit, -700.0, 700.0))
    odds += 1.0
    return 1.0 / odds, logit + np.log(odds)


def _dot(x: NDArray[Any], y: NDArray[Any]) -> float:
    """The sum of products on one thread: BLAS threads waiting for one another took 10 times the time of the sums."""
    return float(np.einsum("i,i->", x, y))


def _net(a: Ints, b: Ints, weight: Floats, k: int) -> Floats:
    """The sum of weight (e_a - e_b)."""
    return np.asarray(np.bincount(a, weight, k) - np.bincount(b, weight, k), dtype=np.float64)


def _laplacian(a: Ints, b: Ints, weight: Floats, k: int) -> Floats:
    """The sum of weight (e_a - e_b)(e_a - e_b)'."""
    total = np.bincount(a * k + b, weight, k * k).reshape(k, k)
    out = -(total + total.T)
    np.fill_diagonal(out, 0.0)
    np.fill_diagonal(out, -out.sum(axis=1))
    return np.asarray(out, dtype=np.float64)


def _climb(evaluate: Callable[[Floats], Sums], at: Floats, there: Sums, k: int) -> tuple[Floats, Floats, int]:
    """The maximum of a concave function, its curvature there, and the number of Newton steps."""
    value, gradient, curvature = there
    for step in range(_STEPS):
        move = np.linalg.solve(_pinned(curvature, k), gradient)
        gain = float(gradient @ move)
        if gain <= _CLOSE:
            return at + move, curvature, step + 1
        size = 1.0
        while True:
            trial = evaluate(at + size * move)
            if trial[0] >= value + 1e-4 * size * gain - 1e-12 * abs(value):
                break
            size /= 2
        at = at + size * move
        value, gradient, curvature = trial
    raise InputError(
        f"No strengths fit best after {_STEPS} steps", "results that vary", "fewer covariates, or more battles"
    )


def _pinned(curvature: Floats, k: int) -> Floats:
    """The curvature with its one flat direction, all strengths alike, made steep: solutions keep their mean."""
    out = curvature.copy()
    out[:k, :k] += np.trace(curvature[:k, :k]) / k**2
    return out


def _sandwich(curvature: Floats, spread: Floats, k: int) -> Floats:
    inverse = np.linalg.inv(_pinned(curvature, k))
    covariance = inverse @ spread @ inverse
    covariance = (covariance + covariance.T) / 2
    # All of a competitor's battles went as the fit says to the bit (one tie, say): zero spread is not precision.
    mute = np.flatnonzero(np.diag(spread)[:k] <= 1e-12 * np.diag(curvature)[:k])
    covariance[mute, :] = covariance[:, mute] = np.nan
    return np.asarray(covariance)


def _cells(a: Ints, b: Ints, k: int) -> tuple[Ints, Ints, Ints]:
    """The number of each row's ordered pair (N,), and the two competitors of each pair (P,)."""
    if k > LIMIT:
        raise InputError(f"There are {k:,} competitors", f"at most {LIMIT:,}", "a file of fewer models")
    cell = np.empty(len(a), dtype=np.int32)
    for begin in range(0, len(a), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        cell[rows] = a[rows].astype(np.int32) * k + b[rows]
    seen = np.zeros(k * k, dtype=np.int32)
    seen[cell] = 1
    pairs = np.flatnonzero(seen)
    seen[pairs] = np.arange(len(pairs), dtype=np.int32)
    for begin in range(0, len(a), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        cell[rows] = seen[cell[rows]]
    return cell, pairs // k, pairs % k


def _sizes(x: NDArray[Any]) -> tuple[float, float]:
    """Root mean square, which scales, and standard deviation, or the first where a constant has none."""
    squares = total = 0.0
    for begin in range(0, len(x), _CHUNK):
        piece = x[begin : begin + _CHUNK].astype(np.float64)
        squares += _dot(piece, piece)
        total += float(piece.sum())
    n = max(len(x), 1)
    size, variance = float(np.sqrt(squares / n)), squares / n - (total / n) ** 2
    return size, float(np.sqrt(variance)) if variance > 1e-6 * size**2 else size


def _identified(curvature: Floats, k: int, label: Sequence[str]) -> None:
    """Refuse covariates whose slope the strengths or the other covariates already determine.

    What is left of each covariate's curvature after the strengths are taken out; its smallest direction against its
    own size. Rounding of float32 leaves 1e-14 there, a covariate that is nine parts in ten another one 0.1.
    """
    if not label:
        return
    outside, cross = curvature[k:, k:], curvature[k:, :k]
    left = outside - cross @ np.linalg.solve(_pinned(curvature[:k, :k], k), cross.T)
    size = 1 / np.sqrt(np.diag(outside))
    values, directions = np.linalg.eigh(left * np.outer(size, size))
    if values[0] < 1e-8:
        worst = label[int(np.argmax(np.abs(directions[:, 0])))]
        raise InputError(
            f"The covariate {worst} is determined by the competitors or the other covariates",
            "one that varies between battles of the same pair",
            "leave it out",
        )
