"""What does the cheapest thing that is good enough cost, since when, and how fast has it become cheaper?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
YEAR = 365.25  # days


def cheapest(prices: Floats, abilities: Floats, bars: Floats) -> tuple[Floats, Ints]:
    """The least price (B, D) among models at or above a level on each of D days, for B draws, and whose it is (B, D).

    `prices` (M, D) are infinite where a model is not offered; `abilities` (B, M); `bars` (B,) the level in each draw.
    Equality qualifies: no tolerance. Where nobody does, the price is infinite and the column -1. Of equal prices the
    lower column counts, so sort the columns by name.

    >>> price, whose = cheapest(np.array([[4.0, 4.0], [np.inf, 1.0]]), np.array([[10.0, 12.0]]), np.array([9.0]))
    >>> price.tolist(), whose.tolist()
    ([[4.0, 1.0]], [[0, 1]])
    """
    shape = len(abilities), prices.shape[1]
    least, whose = np.full(shape, np.inf), np.full(shape, -1, dtype=np.int64)
    # A draw at a time: (B, M, D) at once is 120 MB at B = 500, M = 170, D = 180.
    for b, able in enumerate(abilities):
        columns = np.flatnonzero(able >= bars[b])
        if len(columns):
            at = prices[columns].argmin(axis=0)
            least[b] = prices[columns[at], np.arange(shape[1])]
            whose[b] = np.where(np.isfinite(least[b]), columns[at], -1)
    return least, whose


def halvings(prices: Floats, days: Ints, shortest: float = 0.0) -> tuple[Floats, Ints]:
    """Halvings a year (B,) between the first of `days` with a price and the last day, and that first day's index (B,).

    h = log2(P(first) / P(last)) / years, so that the price falls 2^h-fold a year and halves in 12 / h months; h <= 0:
    it did not fall. NaN where the price is infinite on the last day or the two days are not more than `shortest` years
    apart; the index is D where no day has a price.

    >>> h, first = halvings(np.array([[np.inf, 8.0, 2.0]]), np.array([0, 100, 100 + 731]))
    >>> h.round(2).tolist(), first.tolist()
    ([1.0], [1])
    """
    offered = np.isfinite(prices)
    first = np.where(offered.any(axis=1), offered.argmax(axis=1), len(days))
    begin = np.minimum(first, len(days) - 1)
    years = (days[-1] - days[begin]) / YEAR
    then, now = np.take_along_axis(prices, begin[:, None], axis=1)[:, 0], prices[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.log2(then / now) / years
    return np.where(np.isfinite(then) & np.isfinite(now) & (years > shortest), rate, np.nan), first


def frontier(prices: Floats, abilities: Floats) -> NDArray[np.bool_]:
    """Which models (M,) nobody beats on both counts: none at least as able is cheaper, none abler as cheap.

    >>> frontier(np.array([1.0, 2.0, 2.0, np.inf]), np.array([10.0, 12.0, 11.0, 20.0])).tolist()
    [True, True, False, False]
    """
    as_able = abilities[None, :] >= abilities[:, None]
    abler = abilities[None, :] > abilities[:, None]
    beaten = (as_able & (prices[None, :] < prices[:, None])) | (abler & (prices[None, :] <= prices[:, None]))
    return np.asarray(np.isfinite(prices) & ~beaten.any(axis=1))
