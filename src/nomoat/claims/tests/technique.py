"""How many months does a technique need to reach open models?"""

from __future__ import annotations

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
    ask.hand_made("firsts", cited.WRITTEN)
    found = diffusion(technique or None, at=before or ask.at)
    if found.median is None:
        raise Untestable(
            f"at least half of {found.n} techniques had not reached an open model by {found.at}", "a later day"
        )
    one = len(found.firsts) == 1
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
        as_of=cited.WRITTEN,
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
        origins=found.origins,
    )
