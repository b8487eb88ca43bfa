"""How likely is it that something will have happened h from now, and how good were such answers in the past?

Times are in one unit throughout; `ahead` (H,) ascends. A stack of draws is (B, ...), one row a plausible past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from nomoat.stats.survival import kaplan_meier

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chance:
    """The probability (B, H) that it will have happened by each time ahead.

    Where `told` (B, H) is False the past did not last so long: the probability there is a lower bound. A row of NaN
    has nothing to go by.
    """

    by: Floats
    told: NDArray[np.bool_]


def waited(time: Floats, censored: NDArray[np.bool_], weight: Floats, elapsed: Floats, ahead: Floats) -> Chance:
    """The chance that a wait which has lasted `elapsed` (B,) ends within `ahead`, from the waits of the past.

    1 - S(elapsed + h) / S(elapsed), S the Kaplan-Meier curve of waits (B, K), those that still run censored, and of
    one more that never ends: the next of n + 1 is the longest as likely as any other (Hill 1968), so that n waits
    cannot make certain. Past the longest wait seen the curve is carried on flat; where nobody has waited so long,
    nothing is said.

    >>> chance = waited(np.array([[2.0, 4.0, 6.0]]), np.zeros((1, 3), bool), np.ones((1, 3)), np.array([3.0]),
    ...                 np.array([0.5, 1.0, 3.0]))
    >>> chance.by.round(3).tolist(), chance.told.tolist()
    ([[0.0, 0.333, 0.667]], [[True, True, True]])
    """
    longest = np.where(weight > 0, time, 0.0).max(axis=1, initial=0.0)
    one = np.ones((len(time), 1))
    curves = kaplan_meier(np.hstack([time, one * np.inf]), np.hstack([censored, one > 0]), np.hstack([weight, one]))
    by = np.empty((len(elapsed), len(ahead)))
    for b, passed in enumerate(elapsed):
        heights = np.append(1.0, curves.surviving[b])
        now = heights[np.searchsorted(curves.time[b], passed, side="right")]
        then = heights[np.searchsorted(curves.time[b], passed + ahead, side="right")]
        by[b] = np.nan if passed > longest[b] else 1.0 - then / now
    return Chance(by, elapsed[:, None] + ahead <= longest[:, None])


def drifted(level: Floats, steps: Floats, target: Floats, ahead: Floats, *, lasting: bool = True) -> Chance:
    """The chance that a level (B,) stands at or above `target` (B,) in `ahead` steps, when it moves as it did.

    A random walk whose drift is estimated from n past `steps` (B, n): after h steps the level is normal about
    level + h mean, with variance s^2 h + s^2 h^2 / n, the second term for the drift that is not known. For a running
    best that never falls, standing there at h is having reached it by h; `lasting=False` is for a level that may fall
    again, and says how likely it stands there after h steps, not at some step before. Steps that are not known (NaN, of
    a level that was not there yet) leave nothing to go by.

    >>> drifted(np.array([0.0]), np.array([[1.0, 1.0]]), np.array([2.0]), np.array([1.0, 2.0, 3.0])).by.tolist()
    [[0.0, 1.0, 1.0]]
    """
    mean, spread = steps.mean(axis=1)[:, None], steps.std(axis=1, ddof=1)[:, None]
    room = (target - level)[:, None] - mean * ahead
    sd = spread * np.sqrt(ahead + ahead**2 / steps.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, -room / sd, np.where(room <= 0, np.inf, -np.inf))
    by = np.where(np.isfinite(mean), ndtr(z), np.nan)
    if lasting:
        by = np.maximum.accumulate(np.where((level >= target)[:, None], 1.0, by), axis=1)
    return Chance(by, np.ones_like(by, dtype=bool))


def repeated(lags: Floats, elapsed: Floats, ahead: Floats) -> Chance:
    """The chance that a wait of `elapsed` (B,) ends within `ahead` when it is one of the recent `lags` (B, n).

    The share of lags longer than `elapsed` that are over by then, one that never ends among them as in `waited`. Where
    none was so long, nothing is said.

    >>> repeated(np.array([[2.0, 4.0, 6.0]]), np.array([3.0]), np.array([1.0, 2.0, 3.0])).by.round(3).tolist()
    [[0.333, 0.333, 0.667]]
    """
    longer = lags > elapsed[:, None]
    over = (lags[:, None, :] <= elapsed[:, None, None] + ahead[None, :, None]) & longer[:, None, :]
    n = longer.sum(axis=1)[:, None]
    by = np.where(n > 0, over.sum(axis=2) / (n + 1), np.nan)
    return Chance(by, np.ones_like(by, dtype=bool))


def mixture(chance: Chance) -> Floats:
    """One probability (H,) a time ahead: the mean over the draws that say anything, NaN where none does.

    >>> mixture(Chance(np.array([[0.2], [0.4], [np.nan]]), np.ones((3, 1), bool))).round(3).tolist()
    [0.3]
    """
    said = ~np.isnan(chance.by)
    n = said.sum(axis=0)
    total = np.where(said, chance.by, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.where(n > 0, n, 1), np.nan)


def first_at(by: Floats, ahead: Floats, share: float) -> float:
    """The first time ahead at which the probability (H,) is `share` or more; infinite where it never is.

    >>> first_at(np.array([0.1, 0.5, 0.9]), np.array([3.0, 6.0, 12.0]), 0.5)
    6.0
    """
    reached = by >= share - 1e-12
    return float(ahead[np.argmax(reached)]) if reached.any() else float("inf")


def brier(chance: Floats, happened: NDArray[np.bool_]) -> float:
    """The mean squared distance of probabilities from what happened (Brier 1950): 0 is perfect, 0.25 a coin.

    >>> brier(np.array([0.5, 1.0]), np.array([True, True]))
    0.125
    """
    return float(np.mean((chance - happened) ** 2))


LEAST = 0.01  # of a probability that a logarithm is taken of: a forecast that said "never" costs 4.6, not infinity


def log_score(by: Floats, ahead: Floats, time: float, censored: bool) -> float:
    """The logarithm of what a forecast (H,) gave to what happened; of "still waiting" where that was all one saw.

    An event counts into the interval of `ahead` that it fell into: log(P(by its end) - P(by its start)). One that is
    censored at `time`, or later than the last, counts as log(1 - P(by the last time ahead before that)).

    >>> round(log_score(np.array([0.2, 0.7]), np.array([6.0, 12.0]), 8.0, False), 3)
    -0.693
    >>> round(log_score(np.array([0.2, 0.7]), np.array([6.0, 12.0]), 7.0, True), 3)
    -0.223
    """
    padded = np.append(0.0, by)
    if censored or time > ahead[-1]:
        seen = int(np.searchsorted(ahead, time, side="right"))
        return float(np.log(max(1.0 - padded[seen], LEAST)))
    at = int(np.searchsorted(ahead, time, side="left"))
    return float(np.log(max(padded[at + 1] - padded[at], LEAST)))


def binomial(k: int, n: int, level: float = 0.9) -> tuple[float, float]:
    """The exact interval of a share of which k in n were seen (Clopper and Pearson 1934); 0 to 1 without any.

    >>> [round(end, 3) for end in binomial(7, 14)]
    [0.264, 0.736]
    """
    tail: Any = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail))
    return low, high
