"""How others decide that a follower has caught up: three published rules, with what goes wrong in each.

The rules are kept as they were published so that their figures can be reproduced; none of them is a default here.
One set of abilities at a time: `days` and `values` are (M,), leader and follower apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from nomoat.stats.frontier import Frontier, first_reach, frontier

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Reading:
    """The waits that a rule counts, in days, and who settled each.

    leader, follower (K,): columns of the pair behind each wait (-1: nobody); censored (K,): still waiting, `days` is
    the age; undecided (K,): a missing interval, not a score, decided the match; points (N,): the daily quality gap.
    """

    days: Floats
    leader: Ints
    follower: Ints
    censored: NDArray[np.bool_]
    undecided: NDArray[np.bool_]
    points: Floats


def _daily_points(leader: Frontier, follower: Frontier) -> Floats:
    """Leader minus follower on each day from the later first record to the earlier last one."""
    last = min(int(side.days[side.record[0]][-1]) for side in (leader, follower))
    grid = np.arange(max(int(leader.days[0]), int(follower.days[0])), last + 1)
    ahead = leader.best[0][np.searchsorted(leader.days, grid, side="right") - 1]
    behind = follower.best[0][np.searchsorted(follower.days, grid, side="right") - 1]
    return np.asarray(ahead - behind)


def epoch(
    leader_days: Ints,
    leader: Floats,
    leader_sd: Floats,
    follower_days: Ints,
    follower: Floats,
    follower_sd: Floats,
    levels: int = 100,
    z: float = 1.96,
) -> Reading:
    """Epoch AI's rule of October 2025: an evenly spaced grid of levels, and "not statistically different" is caught up.

    Only models that were best of their side at release take part. For each level: the first leader at or above it, and
    the first follower at or above it *or* with |difference| <= z * sqrt(s1^2 + s2^2) to that leader. A missing standard
    deviation counts as "not different", as in the published code: such pairs are marked `undecided`.
    Logic restated from the notebook that prints the published figure, kept in github.com/IAPS-AI/ECI-Accessibility-Gap.

    >>> r = epoch(np.array([0]), np.array([5.0]), np.array([1.0]), np.array([30]), np.array([5.0]), np.array([1.0]))
    >>> r.days.tolist()[:2]
    [30.0, 30.0]
    """
    ahead, behind = frontier(leader_days, leader), frontier(follower_days, follower)
    top = [side.holder[0][side.record[0]] for side in (ahead, behind)]
    best_leader, best_follower = leader[top[0]], follower[top[1]]
    low = max(best_leader[0], best_follower[0])
    high = min(best_leader[-1], best_follower[-1])
    grid = np.linspace(low, high, levels) if high >= low else np.empty(0)
    setter = top[0][np.searchsorted(best_leader, grid, side="left")]
    spread = np.hypot(leader_sd[setter][:, None], follower_sd[top[1]][None, :])
    reached = best_follower[None, :] >= grid[:, None]
    with np.errstate(invalid="ignore"):
        near = np.abs(best_follower[None, :] - leader[setter][:, None]) <= z * spread
    unknown = np.isnan(spread)
    first = np.argmax(reached | near | unknown, axis=1)
    rows = np.arange(len(grid))
    matcher = top[1][first]
    days = follower_days[matcher].astype(float) - leader_days[setter]
    undecided = unknown[rows, first] & ~reached[rows, first]
    return Reading(days, setter, matcher, np.zeros(len(grid), bool), undecided, _daily_points(ahead, behind))


def iaps(
    leader_days: Ints, leader: Floats, follower_days: Ints, follower: Floats, cut: int, tolerance: float = 1.0
) -> Reading:
    """The rule of the IAPS accessibility page: the first follower released *after* a record and within one point of it.

    Records that nobody matched enter with their age, as if it were a wait that had ended: `censored` marks them.

    >>> iaps(np.array([0]), np.array([5.0]), np.array([30]), np.array([4.5]), cut=90).days.tolist()
    [30.0]
    """
    line = frontier(leader_days, leader)
    records = line.holder[0][line.record[0]]
    order = np.lexsort((-follower, follower_days))
    within = follower[order][None, :] >= (leader[records] - tolerance)[:, None]
    later = follower_days[order][None, :] > leader_days[records][:, None]
    good = within & later & (follower_days[order] <= cut)[None, :]
    found = good.any(axis=1)
    by = np.where(found, order[np.argmax(good, axis=1)], -1)
    days = np.where(found, follower_days[by], cut) - leader_days[records].astype(float)
    points = _daily_points(line, frontier(follower_days, follower))
    return Reading(days, records, by, ~found, np.zeros(len(records), bool), points)


def strict(leader_days: Ints, leader: Floats, follower_days: Ints, follower: Floats, cut: int) -> Reading:
    """The first follower at or above each record, whenever it came out; records that nobody matched are dropped.

    >>> strict(np.array([0, 9]), np.array([5.0, 8.0]), np.array([30]), np.array([6.0]), cut=90).days.tolist()
    [30.0]
    """
    line, other = frontier(leader_days, leader), frontier(follower_days, follower)
    records = line.holder[0][line.record[0]]
    reached, index = first_reach(other, leader[records][None, :])
    matched = reached[0] <= cut
    days = np.maximum(0, reached[0][matched] - leader_days[records][matched]).astype(float)
    n = int(matched.sum())
    by = other.holder[0][index[0][matched]]
    return Reading(days, records[matched], by, np.zeros(n, bool), np.zeros(n, bool), _daily_points(line, other))


def expected_wait(days: Floats, censored: NDArray[np.bool_]) -> float:
    """The IAPS "current gap": E[T | T > age] of a log-normal fitted to ended waits only, weighted by the ages.

    For log T ~ N(m, s^2): E[T | T > a] = exp(m + s^2/2) * Phi((m + s^2 - ln a)/s) / Phi((m - ln a)/s). NaN with fewer
    than two ended waits or nobody waiting. Biased low, because the waits that still run do not enter the fit.
    """
    ended, ages = days[~censored & (days > 0)], days[censored & (days > 0)]
    if len(ended) < 2 or len(ages) == 0:
        return float("nan")
    m, s = float(np.log(ended).mean()), float(np.log(ended).std(ddof=1))
    if s == 0:
        return float(max(np.exp(m), ages.max()))
    tail = ndtr((m - np.log(ages)) / s)
    waits = np.exp(m + s * s / 2) * ndtr((m + s * s - np.log(ages)) / s) / np.maximum(tail, 1e-300)
    return float(np.average(waits, weights=ages))
