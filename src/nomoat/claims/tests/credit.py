"""How much of the rise of a frontier is one player's?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from nomoat.claims.measured import Evidence, Measured
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.world.attribution import share as shares

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.types import Attribution, Credit


@metric("credit.share", "%", about="one player's exact Shapley share of the follower's rise", chart="attribution")
def share(
    ask: Ask,
    player: str,
    leader: str = "closed",
    follower: str = "open",
    by: str = "organisation",
    start: date | None = None,
) -> Measured:
    """The player's Shapley value over the whole rise; the ends of its interval over the same total."""
    found, credit = _credit(ask, player, leader, follower, by, start)
    total = found.total / 100
    low, high = (None if end is None else end / total for end in (credit.low, credit.high))
    return _measured(ask, found, credit, 100 * (credit.share or 0.0), low, high, by)


@metric("credit.few", "%", about="Shapley share of the few players who raised it most", chart="attribution")
def few(
    ask: Ask,
    few: int = 3,
    leader: str = "closed",
    follower: str = "open",
    by: str = "organisation",
    start: date | None = None,
) -> Measured:
    """The sum of the largest shares. It has no interval: which players are the largest was chosen on the same draws."""
    found = shares(ask.contest(leader, follower), by=by, start=start)
    top = sorted(found.credits, key=lambda c: -c.shapley)[:few]
    measured = _measured(ask, found, top[0], 100 * sum(c.share or 0.0 for c in top), None, None, by)
    rows = tuple(Evidence(what=c.player, value=100 * (c.share or 0.0), unit="%") for c in top)
    return replace(measured, evidence=(*rows, *measured.evidence))


@metric(
    "credit.lead", "ECI points", about="one player's Shapley value less the best of the others", chart="attribution"
)
def lead(
    ask: Ask,
    player: str,
    leader: str = "closed",
    follower: str = "open",
    by: str = "organisation",
    start: date | None = None,
) -> Measured:
    """Positive when the player contributed most. The interval takes the far ends of both: it is wide, never narrow."""
    found, credit = _credit(ask, player, leader, follower, by, start)
    others = [c for c in found.credits if c.player != player]
    value = credit.shapley - max((c.shapley for c in others), default=0.0)
    low = high = None
    if credit.low is not None and credit.high is not None:
        low = credit.low - max((c.high or 0.0 for c in others), default=0.0)
        high = credit.high - max((c.low or 0.0 for c in others), default=0.0)
    return _measured(ask, found, credit, value, low, high, by)


def _credit(
    ask: Ask, player: str, leader: str, follower: str, by: str, start: date | None
) -> tuple[Attribution, Credit]:
    found = shares(ask.contest(leader, follower), by=by, start=start)
    for credit in found.credits:
        if credit.player == player:
            return found, credit
    raise UnknownName.of(by, player, [c.player for c in found.credits])


def _measured(
    ask: Ask, found: Attribution, credit: Credit, value: float, low: float | None, high: float | None, by: str
) -> Measured:
    shown = (credit, *(c for c in found.credits if c is not credit))  # the player first, then the best of the others
    return Measured(
        value=value,
        low=low,
        high=high,
        level=found.level,
        unit=ask.unit,
        n=len(found.credits),
        at=found.cut,
        as_of=found.as_of,
        evidence=tuple(Evidence(what=c.player, value=c.shapley, unit=found.unit) for c in shown[:5]),
        left_out=found.left_out,
        notes=(f"the rise since {found.start}",),
        origins=found.origins,
        command=f"{ask.typed('attribute', found.leader, found.follower)} --by {by} --start {found.start}",
    )
