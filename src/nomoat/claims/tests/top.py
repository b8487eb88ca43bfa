"""On how many days did a laboratory or a country hold the open frontier?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.types import MONTH
from nomoat.world.standing import held

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("top.days", "%", about="share of days on which one holder stood at the top of a cohort", chart="frontier")
def days(ask: Ask, holder: str, cohort: str = "open", by: str = "organisation", months: int = 12) -> Measured:
    """Share of the last `months` of days; 0 for a holder that never stood there."""
    match = ask.contest(cohort, cohort)
    start = match.at - timedelta(days=round(months * MONTH))
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
        evidence=tuple(
            Evidence(what=f"{t.model} ({t.holder})", value=t.days, unit="days", date=t.since) for t in found.tenures
        ),
        left_out=found.left_out,
        origins=found.origins,
    )
