"""How likely does the follower reach the leader's best of a day within some months, by each method?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nomoat.stats import prediction
from nomoat.stats.frontier import current_lag, standing
from nomoat.types import MONTH
from nomoat.world.contest import Contest
from nomoat.world.rule import draw_matches, point_matches

Floats = NDArray[np.float64]

METHODS = {
    "waits": "how long records of the past waited for their match, given how long this one has waited",
    "pace": "the follower's frontier goes on rising at the pace of its last 24 months",
    "lag": "this wait is one of the lags of the last 24 months",
}
SILENT = {  # why a method has nothing to go by
    "waits": "no wait of the past lasted as long as this one has",
    "pace": "the follower had no model 24 months ago, and so has no pace of 24 months",
    "lag": "no lag of the last 24 months was as long as this wait",
}
DEFAULT = "waits"  # fixed before the first backtest was run; displaced only by a clear win there
PAST = 24  # months that pace and lag look back on
FEWEST = 3  # matched records: with fewer, past waits say nothing


def expect(match: Contest, ahead: Floats) -> dict[str, prediction.Chance]:
    """The chances (B, H) by each method, in months ahead of the contest's day; one row where there are no draws."""
    day = match.at.toordinal()
    leader, follower, found = match.leader.lines, match.follower.lines, draw_matches(match)
    if leader is None or follower is None or found is None:
        leader, follower, found = match.leader.line, match.follower.line, point_matches(match)
    level, target = standing(follower, day), standing(leader, day)
    newest = np.where(leader.record, leader.days, 0).max(axis=1)
    elapsed = (day - newest) / MONTH
    starts = [day - round(k * MONTH) for k in range(PAST + 1)]
    steps = np.diff(np.column_stack([standing(follower, d) for d in reversed(starts)]), axis=1)
    lags = np.column_stack([current_lag(leader, follower, d)[0] for d in starts[:PAST]]) / MONTH
    weight = found.record.astype(float)
    chances = {
        "waits": prediction.waited(found.days / MONTH, found.censored, weight, elapsed, ahead),
        "pace": prediction.drifted(level, steps, target, ahead),
        "lag": prediction.repeated(lags, elapsed, ahead),
    }
    there = level >= target
    return {
        name: prediction.Chance(np.where(there[:, None], 1.0, c.by), c.told | there[:, None])
        for name, c in chances.items()
    }
