"""Who held the frontier of a cohort, on how many days, and how long does one model hold it?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.stats.frontier import Frontier
from nomoat.types import MONTH
from nomoat.world.rule import quantiles
from nomoat.world.standing import HOLDERS, held, outside

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask

Floats = NDArray[np.float64]


@metric("top.days", "%", about="share of days on which one holder stood at the top of a cohort", chart="frontier")
def days(
    ask: Ask,
    holder: str,
    cohort: str = "open",
    by: str = "organisation",
    months: int = 12,
    start: date | None = None,
) -> Measured:
    """Share of the last `months` of days, or of those from `start` on; 0 for a holder that never stood there."""
    match = ask.contest(cohort, cohort)
    known = {str(name) for name in getattr(match.scale.members, HOLDERS[by]) if name is not None}
    if holder not in known:
        raise UnknownName.of(by, holder, known)
    start = start or match.at - timedelta(days=round(months * MONTH))
    if int(match.follower.line.days[0]) > match.at.toordinal() - 30:
        raise Untestable(f"{cohort} has a frontier for less than a month by {match.at}", "a later day")
    found = held(match, by=by, start=start)
    one = next((h for h in found.holders if h.holder == holder), None)
    share, low, high = (one.share, one.low, one.high) if one else (0.0, 0.0, 0.0)
    return Measured(
        value=100 * share,
        low=None if low is None else 100 * low,
        high=None if high is None else 100 * high,
        level=found.level,
        unit=ask.unit,
        n=len(found.tenures),
        at=found.at,
        as_of=found.as_of,
        # Its own days first: they decide, and a terminal shows only the first rows.
        evidence=tuple(
            Evidence(what=f"{t.model} ({t.holder})", value=t.days, unit="days", date=t.since)
            for t in sorted(found.tenures, key=lambda t: t.holder != holder)
        ),
        left_out=found.left_out,
        origins=found.origins,
        command=f"{ask.typed('standing', found.cohort)} --by {by} --start {found.start}",
    )


@metric(
    "top.tenure", "months", about="months that a record of a cohort stands until the next, on average", chart="frontier"
)
def tenure(ask: Ask, cohort: str = "open", months: int = 24) -> Measured:
    """The last `months` over the number of records set in them; in each draw the records are found anew."""
    match = ask.contest(cohort, cohort)
    begin = match.at.toordinal() - round(months * MONTH)
    line = match.follower.line
    if int(line.days[0]) > begin:
        raise Untestable(f"{cohort} has a frontier for less than {months} months by {match.at}", "a later day")

    def each(of: Frontier) -> Floats:
        return np.asarray(months / np.maximum((of.record & (of.days > begin)).sum(axis=1), 0.5))

    low, high = (None, None)
    if match.follower.lines is not None:
        low, high = quantiles(each(match.follower.lines), match.scale.level)
    records = [
        match.follower.dated(int(line.holder[0, k])) for k in np.flatnonzero(line.record[0]) if line.days[k] > begin
    ]
    return Measured(
        value=float(each(line)[0]),
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        n=len(records),
        at=match.at,
        as_of=match.scale.as_of,
        evidence=tuple(
            Evidence(what=r.model, value=r.score, unit=match.scale.unit, date=r.date) for r in reversed(records)
        ),
        left_out=outside(match),
        notes=("no record in the window counts as half of one",) if not records else (),
        origins=match.scale.origins,
    )
