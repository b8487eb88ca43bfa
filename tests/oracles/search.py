"""A confidence sequence by trying every value of a grid, one bet after the other."""

from __future__ import annotations

import numpy as np

from nomoat.stats.betting import wealth


def searched(means, sizes, *, largest, alpha=0.05, grid=401):
    """The interval of request-weighted mean differences that no bet has ruled out, valid at any moment.

    For every value on a grid of [-1, 1] both one-sided bets at alpha/2; what neither has beaten yet stays
    (Waudby-Smith and Ramdas: a confidence sequence by inversion). Its ends are grid points, rounded outwards.
    """
    kept = []
    levels = np.linspace(-1.0, 1.0, grid)[1:-1]  # at -1 and 1 one side cannot lose, and a bet on it means nothing
    bar = -np.log(alpha / 2)
    for level in levels:
        x = sizes / largest * (means - level)
        # Capital that was ever high enough has ruled the level out for good.
        above = wealth(x, worst=1.0 + level, n=12).log
        below = wealth(-x, worst=1.0 - level, n=12).log
        if above.max(initial=0.0) < bar and below.max(initial=0.0) < bar:
            kept.append(level)
    step = levels[1] - levels[0]
    if not kept:
        # Both sides ruled out everything on the grid: the truth lies between two of its points.
        return float("nan"), float("nan")
    return max(-1.0, float(kept[0] - step)), min(1.0, float(kept[-1] + step))
