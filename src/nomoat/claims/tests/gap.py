"""How far is one cohort behind another on the day asked about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.types import MONTH
from nomoat.world.gap import lag_now, quality
from nomoat.world.rule import point_matches, time_to_match

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.types import Dated
    from nomoat.world.contest import Contest


@metric(
    "gap.points",
    "ECI points",
    "Arena points",
    about="the best of one cohort less the best of another",
    chart="frontier",
)
def points(ask: Ask, leader: str = "closed", follower: str = "open", on: str = "capability") -> Measured:
    """L(at) - F(at), negative when the follower is ahead."""
    match = ask.contest(leader, follower, on)
    found = quality(match)
    return _measured(ask, match, found.value, found.low, found.high, (found.leader, found.follower))


@metric("gap.months", "months", about="months since one cohort stood where another stands", chart="frontier")
def months(ask: Ask, leader: str = "closed", follower: str = "open", on: str = "capability") -> Measured:
    """The current lag; 0 when the follower is ahead."""
    match = ask.contest(leader, follower, on)
    lag, apart = lag_now(match), quality(match)
    best = (apart.follower, *((lag.reference,) if lag.reference else ()))
    return _measured(ask, match, lag.months, lag.low, lag.high, best)


@metric("gap.wait", "months", about="median time until a record is matched (Kaplan-Meier)", chart="records")
def wait(ask: Ask, leader: str = "closed", follower: str = "open", on: str = "capability") -> Measured:
    """The median time to match; a median that is not reached is longer than the longest wait seen."""
    match = ask.contest(leader, follower, on)
    found = time_to_match(match, ask.level)
    value = found.median if found.median is not None else found.exceeds
    if value is None:
        raise Untestable("no record has been matched", "a follower that matched one")
    low = found.low if found.low is not None or match.leader.draws is None else value
    high = found.high if found.high is not None or match.leader.draws is None else float("inf")
    notes = (f"{found.matched} records matched, {found.censored} not yet",)
    measured = _measured(ask, match, value, low, high, (), notes=notes, n=found.matched + found.censored)
    return msgspec.structs.replace(measured, evidence=_waits(match))


def _waits(match: Contest) -> tuple[Evidence, ...]:
    """Each record, who matched it, and the months between: the waits nearest to the median first."""
    found, line, rows = point_matches(match), match.leader.line, []
    for k in np.flatnonzero(found.record[0]):
        record, by = match.leader.dated(int(line.holder[0, k])), int(found.by[0, k])
        then = "not matched yet" if found.censored[0, k] else f"matched by {match.follower.dated(by).model}"
        rows.append((float(found.days[0, k] / MONTH), Evidence(what=f"{record.model}, {then}", date=record.date)))
    middle = float(np.median([months for months, _ in rows]))
    rows.sort(key=lambda row: abs(row[0] - middle))
    return tuple(msgspec.structs.replace(row, value=months, unit="months") for months, row in rows)


def _measured(
    ask: Ask,
    match: Contest,
    value: float,
    low: float | None,
    high: float | None,
    rows: tuple[Dated, ...],
    notes: tuple[str, ...] = (),
    n: int | None = None,
) -> Measured:
    scale = match.scale
    return Measured(
        value=value,
        low=low,
        high=high,
        level=scale.level,
        unit=ask.unit,
        n=n,
        at=match.at,
        as_of=scale.as_of,
        evidence=tuple(Evidence(what=r.model, value=r.score, unit=scale.unit, date=r.date) for r in rows),
        left_out=match.left_out,
        notes=notes,
        origins=scale.origins,
        command=ask.typed("gap", match.leader.cohort, match.follower.cohort, on=scale.name),
    )
