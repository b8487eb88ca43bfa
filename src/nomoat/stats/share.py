"""How large is a share when some of the whole is unknown, when did it pass a level, and how few hold most of it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RUN = 3  # periods running whose low bound must lie above the level before nobody can object


def bounds(ours: Floats, others: Floats, unknown: Floats) -> tuple[Floats, Floats]:
    """The share with the unknown counted out of the numerator, and with all of it counted in.

    low = ours / (ours + others + unknown), high = (ours + unknown) / (the same); NaN where the whole is nothing.

    >>> low, high = bounds(np.array([3.0]), np.array([5.0]), np.array([2.0]))
    >>> low.tolist(), high.tolist()
    ([0.3], [0.5])
    """
    whole = ours + others + unknown
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, ours / whole, np.nan), np.where(whole > 0, (ours + unknown) / whole, np.nan)


def overtake(low: Floats, high: Floats, level: float = 0.5, run: int = RUN) -> tuple[int | None, int | None]:
    """The first period whose high bound passes `level`, and the first of `run` running whose low bound does.

    Between the two lies every date that somebody could defend; None is "not yet". A NaN passes nothing and breaks runs.

    >>> overtake(np.array([0.4, 0.48, 0.55, 0.52, 0.6]), np.array([0.45, 0.55, 0.6, 0.6, 0.7]))
    (1, 2)
    >>> overtake(np.array([0.4, 0.6]), np.array([0.45, 0.65]))
    (1, None)
    """
    earliest = np.flatnonzero(high > level)
    above = low > level
    runs = [k for k in range(len(low) - run + 1) if above[k : k + run].all()]
    return (int(earliest[0]) if len(earliest) else None), (runs[0] if runs else None)


def change(low: Floats, high: Floats, start: int, end: int) -> tuple[float, float]:
    """The least and the most that a share can have risen between two periods, given both pairs of bounds.

    >>> [round(x, 2) for x in change(np.array([0.15, 0.64]), np.array([0.18, 0.75]), 0, 1)]
    [0.46, 0.6]
    """
    return float(low[end] - high[start]), float(high[end] - low[start])


def concentration(counts: Any) -> tuple[float, float, float]:
    """Herfindahl index, Gini coefficient and the share of the largest, of counts that are not negative.

    HHI = sum of squared shares, from 1/n to 1. Gini = mean absolute difference over twice the mean. NaN for nothing.

    >>> [round(x, 3) for x in concentration([1, 1, 1, 1])]
    [0.25, 0.0, 0.25]
    >>> [round(x, 3) for x in concentration([0, 0, 0, 8])]
    [1.0, 0.75, 1.0]
    """
    x = np.sort(np.asarray(counts, dtype=float))
    if len(x) == 0 or (x < 0).any() or x.sum() == 0:
        return float("nan"), float("nan"), float("nan")
    shares, n = x / x.sum(), len(x)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ shares / n)
    return float((shares**2).sum()), gini, float(shares[-1])


def held(
    shares: Any, rest: float, tops: Sequence[int] = (1, 3, 5), members: Any = None, *, theirs: bool = True
) -> tuple[tuple[float, float], tuple[tuple[float, float], ...]]:
    """Bounds of the Herfindahl index and of the share of the largest, where a `rest` is not told apart.

    `shares` (0 to 1) and `rest` are a whole; the k-th share is that of `members[k]` holders together, one unless given.
    Low: each share in equal parts, the rest among so many that none counts. High: each share with one holder, the rest
    with the largest, or with one holder more where it is not `theirs`. Both measures grow with unevenness (they are
    Schur-convex), so that no other way of dividing the whole lies outside. Returns HHI and, for each of `tops`, a pair.

    >>> hhi, (first, three) = held([0.4, 0.2, 0.1], 0.3, tops=(1, 3))
    >>> [round(x, 2) for x in (*hhi, *first, *three)]
    [0.21, 0.54, 0.4, 0.7, 0.7, 1.0]
    >>> [round(x, 3) for x in held([0.88], 0.12, (3,), [3], theirs=False)[0]]
    [0.258, 0.789]
    """
    known = np.asarray(shares, dtype=float)
    several = np.ones(len(known), dtype=int) if members is None else np.asarray(members, dtype=int)
    least = np.repeat(known / several, several)
    most = known.copy()
    if theirs and len(most):
        most[most.argmax()] += rest
    else:
        most = np.append(most, rest)

    def both(measure: Callable[[Floats], float]) -> tuple[float, float]:
        return measure(least), min(1.0, measure(most))

    largest = [both(lambda x, k=k: float(np.sort(x)[::-1][:k].sum())) for k in tops]  # type: ignore[misc]
    return both(lambda x: float((x**2).sum())), tuple(largest)


def outlying(values: Floats) -> Floats:
    """How far each value lies from the median, in robust standard deviations: 0.6745 (x - median) / MAD.

    The modified z-score of Iglewicz and Hoaglin (1993). Where most values are equal the median deviation is nought, and
    then the mean absolute deviation over 0.8 stands in for it, which a normal sample has too; all equal gives noughts.

    >>> outlying(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).round(2).tolist()
    [-1.35, -0.67, 0.0, 0.67, 65.43]
    """
    away = values - np.median(values)
    spread = float(np.median(np.abs(away))) / 0.6745
    if spread == 0:
        spread = float(np.mean(np.abs(away))) / 0.7979
    return away / spread if spread > 0 else np.zeros_like(away)
