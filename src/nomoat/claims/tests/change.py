"""Has a gap grown or shrunk, beyond what measurement leaves open?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.stats.frontier import Frontier, mean_lag, standing
from nomoat.types import MONTH
from nomoat.world.rule import quantiles
from nomoat.world.standing import outside

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.world.contest import Contest

Floats = NDArray[np.float64]


@metric("change.months", "months", about="mean lag of the last months less that of as many before", chart="months")
def months(
    ask: Ask, leader: str = "closed", follower: str = "open", on: str = "capability", span: int = 12
) -> Measured:
    """The calendar mean of the current lag over the last `span` months, less its mean over the span before."""
    return _change(ask, leader, follower, on, span, lambda a, f, start, stop: mean_lag(a, f, start, stop) / MONTH)


@metric(
    *("change.points", "ECI points", "Arena points"),
    about="mean quality gap of the last months less that of as many before",
    chart="months",
)
def points(
    ask: Ask, leader: str = "closed", follower: str = "open", on: str = "capability", span: int = 12
) -> Measured:
    """The calendar mean of L - F over the last `span` months, less its mean over the span before."""
    return _change(ask, leader, follower, on, span, mean_points)


@metric(
    *("change.rise", "ECI points", "Arena points"),
    about="points a cohort's frontier rose in the last months, less those in as many before",
    chart="frontier",
)
def rise(ask: Ask, cohort: str = "closed", on: str = "capability", span: int = 12) -> Measured:
    """(F(at) - F(at - span)) - (F(at - span) - F(at - 2 span)): positive when the cohort moves faster than before."""
    match = ask.contest(cohort, cohort, on)
    days = [match.at.toordinal() - round(k * span * MONTH) for k in (2, 1, 0)]
    if int(match.follower.line.days[0]) > days[0]:
        raise Untestable(
            f"{cohort} has a frontier only since {match.follower.dated(int(match.follower.line.holder[0, 0])).date}",
            f"{2 * span} months of it before {match.at}",
        )

    def apart(line: Frontier) -> Floats:
        first, middle, last = (standing(line, day) for day in days)
        return np.asarray((last - middle) - (middle - first))

    low, high = (None, None)
    if match.follower.lines is not None:
        low, high = quantiles(apart(match.follower.lines), match.scale.level)
    return Measured(
        value=float(apart(match.follower.line)[0]),
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        at=match.at,
        as_of=match.scale.as_of,
        evidence=_records(match, days[0], both=False),
        left_out=outside(match),
        origins=match.scale.origins,
    )


def mean_points(leader: Frontier, follower: Frontier, start: int, stop: int) -> Floats:
    """The calendar mean (B,) of L - F over [start, stop), exact: both are steps.

    >>> from nomoat.stats.frontier import frontier
    >>> two = frontier(np.array([0, 5]), np.array([[1.0, 3.0]])), frontier(np.array([0]), np.array([[1.0]]))
    >>> mean_points(*two, 0, 10).tolist()
    [1.0]
    """
    both = np.concatenate([leader.days, follower.days])
    edges = np.unique(np.append(both[(both > start) & (both < stop)], [start, stop]))

    def level(line: Frontier) -> Floats:
        k = np.searchsorted(line.days, edges[:-1], side="right") - 1
        return np.where(k >= 0, line.best[:, np.maximum(k, 0)], np.nan)

    total: Floats = (level(leader) - level(follower)) @ np.diff(edges) / (stop - start)
    return total


def _change(ask: Ask, leader: str, follower: str, on: str, span: int, mean: Any) -> Measured:
    match = ask.contest(leader, follower, on)
    stop = match.at.toordinal()
    middle, start = stop - round(span * MONTH), stop - round(2 * span * MONTH)
    first = max(int(match.leader.line.days[0]), int(match.follower.line.days[0]))
    if first > start:
        raise Untestable(
            f"the two frontiers exist together only since {match.at - timedelta(days=stop - first)}",
            f"{2 * span} months of both before {match.at}",
        )

    def both(ahead: Frontier, behind: Frontier) -> tuple[Floats, Floats]:
        return mean(ahead, behind, start, middle), mean(ahead, behind, middle, stop)

    before, after = (float(part[0]) for part in both(match.leader.line, match.follower.line))
    low, high = _ends(match, both)
    return Measured(
        value=after - before,
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        at=match.at,
        as_of=match.scale.as_of,
        evidence=(
            Evidence(what=f"mean of the {span} months before", value=before, unit=ask.unit),
            Evidence(what=f"mean of the last {span} months", value=after, unit=ask.unit, date=match.at),
            *_records(match, start),
        ),
        left_out=match.left_out,
        origins=match.scale.origins,
    )


def _records(match: Contest, start: int, both: bool = True) -> tuple[Evidence, ...]:
    """What the means are made of: who stood at the top of either side when the months began, and each record since."""
    rows = []
    for side in (match.leader, match.follower) if both else (match.follower,):
        line = side.line
        marks = [int(k) for k in np.flatnonzero(line.record[0])]
        kept = [*[k for k in marks if line.days[k] <= start][-1:], *[k for k in marks if line.days[k] > start]]
        for one in (side.dated(int(line.holder[0, k])) for k in kept):
            rows.append(
                Evidence(what=f"{side.cohort}: {one.model}", value=one.score, unit=match.scale.unit, date=one.date)
            )
    return tuple(sorted(rows, key=lambda row: str(row.date)))


def _ends(match: Contest, both: Any) -> tuple[float | None, float | None]:
    if match.leader.lines is None or match.follower.lines is None:
        return None, None
    before, after = both(match.leader.lines, match.follower.lines)
    return quantiles(after - before, match.scale.level)
