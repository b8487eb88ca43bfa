"""Who stood where on which day: running bests, records, and the two gaps between them.

Everything here takes a whole stack of draws at once: `values` is (B, M), one row a plausible set of abilities,
and `days` (M,) are integers shared by all rows. Releases are fixed; only abilities move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, eq=False)
class Frontier:
    """The running best of one cohort on each of its release days, for B draws.

    days (D,) are the distinct release days; best (B, D) the best score up to and including that day;
    holder (B, D) the column of `values` that holds it; record (B, D) whether that day raised it.
    """

    days: Ints
    best: Floats
    holder: Ints
    record: NDArray[np.bool_]


def frontier(days: Ints, values: Floats) -> Frontier:
    """Follow the best score of a cohort through its release days.

    A day is a record when its best model is strictly above all models of earlier days. Of several models on one
    day only the highest can be one; exact ties go to the lower column, so sort the columns by name beforehand.
    Raises ValueError without a model and for a NaN, which a running maximum would carry on for ever.

    >>> f = frontier(np.array([1, 3, 3, 9]), np.array([[10.0, 12.0, 15.0, 11.0]]))
    >>> f.days.tolist(), f.best.tolist(), f.holder.tolist(), f.record.tolist()
    ([1, 3, 9], [[10.0, 15.0, 15.0]], [[0, 2, 2]], [[True, True, False]])
    """
    values = np.atleast_2d(values)
    if len(days) == 0:
        raise ValueError("a frontier of no model; expected at least one day with a score")
    if np.isnan(values).any():
        raise ValueError(f"{np.isnan(values).sum()} of {values.size} scores are not a number; leave those models out")
    order = np.argsort(days, kind="stable")
    ordered, sorted_days = values[:, order], days[order]
    starts = np.flatnonzero(np.diff(sorted_days, prepend=sorted_days[:1] - 1))
    of_day = np.maximum.reduceat(ordered, starts, axis=1)
    best = np.maximum.accumulate(of_day, axis=1)
    record = np.ones_like(best, dtype=bool)
    record[:, 1:] = of_day[:, 1:] > best[:, :-1]
    # The first column of a day that reaches the day's best is its holder on a record day.
    first = np.tile(order[starts], (len(values), 1))  # most days have one model, which needs no search
    ends = np.append(starts[1:], len(order))
    for k in np.flatnonzero(ends - starts > 1):
        first[:, k] = order[starts[k] + np.argmax(ordered[:, starts[k] : ends[k]], axis=1)]
    last_record = np.maximum.accumulate(np.where(record, np.arange(len(starts)), 0), axis=1)
    return Frontier(sorted_days[starts], best, np.take_along_axis(first, last_record, axis=1), record)


def standing(line: Frontier, day: int) -> Floats:
    """The best score (B,) on a day; NaN before the first release.

    >>> standing(frontier(np.array([1, 5]), np.array([[2.0, 4.0]])), 3).tolist()
    [2.0]
    """
    k = int(np.searchsorted(line.days, day, side="right")) - 1
    return line.best[:, k] if k >= 0 else np.full(line.best.shape[0], np.nan)


def first_reach(line: Frontier, levels: Floats) -> tuple[Ints, Ints]:
    """The first day (B, K) on which the frontier stood at or above each of `levels` (B, K), and its index.

    Where no day does, the day is NEVER and the index is D. Equality reaches: no tolerance.

    >>> first_reach(frontier(np.array([1, 5]), np.array([[2.0, 4.0]])), np.array([[2.0, 3.0, 4.5]]))[0].tolist()[0][:2]
    [1, 5]
    """
    if levels.shape[1] == 1:  # 20 times as fast as a search a row: the months of a page ask for one level each
        below = np.count_nonzero(line.best < levels, axis=1)[:, None]
        return np.append(line.days, NEVER)[below], below
    # A row at a time: comparing all (B, K, D) at once takes 180 MB and 20 times as long at B = 2000, K = D = 300.
    index = np.empty(levels.shape, dtype=np.int64)
    for b, level in enumerate(levels):
        index[b] = np.searchsorted(line.best[b], level, side="left")
    return np.append(line.days, NEVER)[index], index


def current_lag(leader: Frontier, follower: Frontier, day: int) -> tuple[Floats, Ints]:
    """Days since the leader frontier first reached where the follower frontier stands on `day`.

    Returns the lag (B,) and the index into leader.days (B,) of that first day. Where no leader has stood there by
    `day` the lag is 0 and the index D: nobody is ahead. NaN before the follower's first release.
    """
    level = standing(follower, day)
    reached, index = first_reach(leader, np.where(np.isnan(level), np.inf, level)[:, None])
    lag = np.maximum(0.0, day - reached[:, 0].astype(float))
    first = np.where(reached[:, 0] > day, len(leader.days), index[:, 0])
    return np.where(np.isnan(level), np.nan, lag), first


def mean_lag(leader: Frontier, follower: Frontier, start: int, stop: int) -> Floats:
    """The calendar mean (B,) of the current lag over [start, stop], as an exact integral in days.

    On a stretch where the follower frontier stands still its lag at s is max(0, s - d), d the first day on which
    the leader reached it. Days before the follower's first release do not count.

    >>> leader = frontier(np.array([0, 20]), np.array([[1.0, 2.0]]))
    >>> follower = frontier(np.array([10]), np.array([[1.0]]))
    >>> mean_lag(leader, follower, 10, 30).tolist()
    [20.0]
    """
    begin = max(start, int(follower.days[0]))
    if begin >= stop:
        return np.full(follower.best.shape[0], np.nan)
    reached, _ = first_reach(leader, follower.best)
    left = np.clip(follower.days, begin, stop).astype(float)
    right = np.append(left[1:], float(stop))
    late = np.maximum(0.0, right - reached) ** 2 - np.maximum(0.0, left - reached) ** 2
    return np.asarray(late.sum(axis=1) / 2 / (stop - begin))


@dataclass(frozen=True, eq=False)
class Matches:
    """Each leader record and when a follower reached it, for B draws; columns are the leader's release days.

    days (B, D): from record to match, or to the cut where `censored`; record (B, D): whether that day holds a record
    set by the cut; stood (B, D): days the record stood as the frontier; by (B, D): the column of the matching
    follower, or -1. A day without a record has numbers as well: mask them, or weigh them 0.
    """

    days: Ints
    censored: NDArray[np.bool_]
    record: NDArray[np.bool_]
    stood: Ints
    by: Ints


def matches(leader: Frontier, follower: Frontier, cut: int) -> Matches:
    """Time to match of every record: max(0, first follower day with F >= L_k, minus r_k), censored at cut - r_k.

    What was released after the cut is not there, on either side.

    >>> leader = frontier(np.array([0, 20]), np.array([[1.0, 2.0]]))
    >>> m = matches(leader, frontier(np.array([10]), np.array([[1.0]])), 50)
    >>> m.days.tolist(), m.censored.tolist(), m.stood.tolist(), m.by.tolist()
    ([[10, 30]], [[False, True]], [[20, 30]], [[0, -1]])
    """
    reached, index = first_reach(follower, leader.best)
    censored = reached > cut
    days = np.maximum(0, np.where(censored, cut, reached) - leader.days)
    holders = np.concatenate([follower.holder, np.full((len(follower.holder), 1), -1)], axis=1)
    by = np.where(censored, -1, np.take_along_axis(holders, index, axis=1))
    record = leader.record & (leader.days <= cut)
    following = np.where(record, leader.days, NEVER)
    next_record = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    ends = np.concatenate([next_record[:, 1:], np.full((len(following), 1), NEVER)], axis=1)
    stood = np.where(record, np.minimum(ends, cut) - leader.days, 0)
    return Matches(days, censored, record, stood, by)
