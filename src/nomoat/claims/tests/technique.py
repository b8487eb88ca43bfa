"""How many months does a technique need to reach open models?"""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.world import cited
from nomoat.world.diffusion import diffusion

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("technique.months", "months", about="months from the first closed to the first open model with a technique")
def months(ask: Ask, technique: str = "", before: date | None = None) -> Measured:
    """One technique's months, or the median over all; `before` keeps to what was out on a day."""
    days = [day for day in (before, ask.last) if day is not None]
    found = diffusion(technique or None, at=min(days, default=None), as_of=ask.as_of)
    if found.median is None:
        raise Untestable(
            f"at least half of {found.n} techniques had not reached an open model by {found.at}", "a later day"
        )
    one = len(found.firsts) == 1
    plain = ask.as_of is None or ask.as_of >= cited.WRITTEN  # the verb lists the table as it is today
    addresses = {o.id.split("#")[1]: o.address for o in found.origins}
    return Measured(
        value=found.median,
        low=found.median if one else found.low,
        high=found.median if one else (found.high if found.high is not None else float("inf")),
        level=None,
        unit=ask.unit,
        n=found.n,
        spread=found.spread,
        at=found.at,
        as_of=found.as_of,
        evidence=tuple(
            Evidence(
                what=f"{f.technique}: {f.closed.model}, then {f.open.model if f.open else 'nobody yet'}",
                value=f.months,
                unit="months",
                date=f.open.date if f.open else None,
                address=addresses[f"{f.technique}/{'open' if f.open else 'closed'}"],
            )
            for f in found.firsts
        ),
        left_out=found.left_out,
        notes=(cited.hindsight(found.as_of),) if found.as_of < cited.WRITTEN else (),
        origins=found.origins,
        command=f"nomoat diffusion{f' {shlex.quote(technique)}' if technique else ''}{_at(found.at)}" if plain else "",
    )


def _at(day: date) -> str:
    return f" --at {day}" if day < cited.WRITTEN else ""
