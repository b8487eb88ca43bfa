"""Where did each side stand on each day?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.stats.frontier import Frontier as Line
from nomoat.stats.frontier import current_lag, mean_lag, standing
from nomoat.types import MONTH, Change, Frontier, MonthGap, Point, Step
from nomoat.world.contest import Contest, Side, contest
from nomoat.world.rule import centred, quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]


def frontier(
    leader: str | None = None,
    follower: str | None = None,
    *,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    reconstruct: bool = False,
    catalog: Catalog | None = None,
) -> Frontier:
    """Draw both running bests, every model under them, and the two gaps on the first day of each month.

    The gaps by month use the abilities as measured today with the models released by then: they are history seen from
    now, not what was known at the time.

    >>> f = frontier(draws=0)
    >>> f.leader_steps[-1].score > f.follower_steps[-1].score
    True
    """
    from nomoat.world.scale import scale

    measured = scale(
        on,
        catalog=catalog,
        method=method,
        draws=draws,
        seed=seed,
        level=level,
        as_of=as_of,
        reconstruct=reconstruct,
    )
    return trace(contest(measured, *measured.sides(leader, follower), at))


def trace(match: Contest) -> Frontier:
    """The frontiers of two sides that have been drawn up already."""
    scale = match.scale
    return Frontier(
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        scale=scale.name,
        unit=scale.unit,
        method=scale.method,
        level=scale.level,
        as_of=scale.as_of,
        at=match.at,
        cut=scale.cut,
        points=tuple(_points(match)),
        leader_steps=_steps(match.leader, scale.level),
        follower_steps=_steps(match.follower, scale.level),
        gap_by_month=tuple(_by_month(match)),
        points_change=_change(match, _mean_points),
        months_change=_change(match, mean_lag, MONTH),
        left_out=match.left_out,
        origins=scale.origins,
    )


def _steps(side: Side, level: float) -> tuple[Step, ...]:
    """The days on which a frontier rose, with the spread of the running best itself over the draws."""
    out = []
    for k in np.flatnonzero(side.line.record[0]):
        column = int(side.line.holder[0, k])
        low = high = None
        if side.lines is not None:
            low, high = quantiles(side.lines.best[:, k], level)
        day = date.fromordinal(int(side.line.days[k]))
        best = float(side.line.best[0, k])
        out.append(Step(date=day, model=str(side.names[column]), score=best, low=low, high=high))
    return tuple(out)


def _points(match: Contest) -> list[Point]:
    """Every model of the scale released by then; a model of both cohorts shows as the leader's."""
    scale, out = match.scale, []
    role = dict.fromkeys(match.follower.rows.tolist(), "follower") | dict.fromkeys(match.leader.rows.tolist(), "leader")
    records = {
        int(side.rows[side.line.holder[0, k]])
        for side in (match.leader, match.follower)
        for k in np.flatnonzero(side.line.record[0])
    }
    for row in np.flatnonzero(scale.days <= match.at.toordinal()):
        low, high = scale.low[row], scale.high[row]
        out.append(
            Point(
                model=str(scale.names[row]),
                date=date.fromordinal(int(scale.days[row])),
                score=float(scale.values[row]),
                low=None if np.isnan(low) else float(low),
                high=None if np.isnan(high) else float(high),
                cohort=role.get(int(row), "neither"),
                record=int(row) in records,
                organisation=scale.members.organisation_name[row],
                openness=scale.members.openness[row],
            )
        )
    return sorted(out, key=lambda p: (p.date, p.model))


def _by_month(match: Contest) -> list[MonthGap]:
    first = max(match.leader.line.days[0], match.follower.line.days[0])
    start, stop = date.fromordinal(int(first)), match.at
    days = [date(y, m, 1) for y in range(start.year, stop.year + 1) for m in range(1, 13)]
    days = [d for d in days if start <= d < stop] + [stop]
    return [_month(match, day) for day in days]


def _month(match: Contest, day: date) -> MonthGap:
    ordinal, level = day.toordinal(), match.scale.level

    def both(leader: Line, follower: Line) -> tuple[Floats, Floats]:
        points = standing(leader, ordinal) - standing(follower, ordinal)
        return points, current_lag(_until(leader, ordinal), _until(follower, ordinal), ordinal)[0] / MONTH

    points, months = both(match.leader.line, match.follower.line)
    bounded = standing(match.follower.line, ordinal)[0] < match.leader.line.best[0, 0]
    ends: list[float | None] = [None] * 4
    if match.leader.lines is not None and match.follower.lines is not None:
        apart, behind = both(match.leader.lines, match.follower.lines)
        ends = [*centred(apart, float(points[0]), level), *quantiles(behind, level)]
    return MonthGap(
        date=day,
        points=float(points[0]),
        points_low=ends[0],
        points_high=ends[1],
        months=None if bounded else float(months[0]),
        months_low=None if bounded else ends[2],
        months_high=None if bounded else ends[3],
    )


def _mean_points(leader: Line, follower: Line, start: int, stop: int) -> Floats:
    """The calendar mean of L - F over [start, stop), day by day."""
    days = np.arange(start, stop)
    at = [line.best[:, np.searchsorted(line.days, days, side="right") - 1] for line in (leader, follower)]
    return np.asarray((at[0] - at[1]).mean(axis=1))


def _change(match: Contest, mean: Callable[[Line, Line, int, int], Floats], unit: float = 1.0) -> Change | None:
    """The mean of a gap over the last twelve months beside the twelve before, with the interval of their difference."""
    stop = match.at.toordinal()
    start, middle = stop - round(24 * MONTH), stop - round(12 * MONTH)
    ahead, behind = match.leader.line, match.follower.line
    day_known = start >= max(int(ahead.days[0]), int(behind.days[0]))
    if not day_known or standing(behind, start)[0] < ahead.best[0, 0]:
        return None

    def both(leader: Line, follower: Line) -> tuple[Floats, Floats]:
        return mean(leader, follower, start, middle) / unit, mean(leader, follower, middle, stop) / unit

    before, after = both(ahead, behind)
    low = high = share = None
    if match.leader.lines is not None and match.follower.lines is not None:
        drawn_before, drawn_after = both(match.leader.lines, match.follower.lines)
        low, high = quantiles(drawn_after - drawn_before, match.scale.level)
        share = float((drawn_after < drawn_before).mean())
    return Change(
        before=float(before[0]),
        after=float(after[0]),
        change=float(after[0] - before[0]),
        low=low,
        high=high,
        p_smaller=share,
    )


def _until(line: Line, day: int) -> Line:
    """The same frontier with later days cut away."""
    k = int(np.searchsorted(line.days, day, side="right"))
    return Line(line.days[:k], line.best[:, :k], line.holder[:, :k], line.record[:, :k])
