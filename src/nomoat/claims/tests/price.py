"""How many times as much does the same capability cost from one cohort as from another?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.world.priced import AtLevel


LEVELS = ("120", "130", "140", "150")  # ECI points: what is asked of models for most work, and the follower's best


@metric(
    "price.range", "times", about="the same ratio at several capabilities, from the least to the most", chart="price"
)
def spread(ask: Ask, leader: str = "closed", follower: str = "open") -> Measured:
    """The ratio at 120, 130, 140 and 150 ECI points and at the follower's best that is sold: what "generally" means."""
    found = []
    for level in (*LEVELS, ""):
        try:
            found.append((level, ratio(ask, leader, follower, level)))
        except Untestable as error:
            reason = error
    if not found:
        raise reason
    values = [one.value for _, one in found if one.value is not None]
    return Measured(
        value=None,
        low=min(values),
        high=max(values),
        level=None,
        unit=ask.unit,
        n=len(found),
        spread="over capabilities; not a confidence interval",
        at=found[-1][1].at,
        as_of=found[-1][1].as_of,
        evidence=tuple(
            Evidence(what=f"at {level or 'the best follower that is sold'}", value=one.value, unit=ask.unit)
            for level, one in found
        ),
        left_out=found[-1][1].left_out,
        notes=found[-1][1].notes,
        origins=found[-1][1].origins,
        command=" ".join(
            [ask.typed("price", leader, follower), *(f"--at-level {level}" for level, _ in found if level)]
        ),
    )


@metric("price.ratio", "times", about="cheapest closed over cheapest open at equal capability", chart="price")
def ratio(ask: Ask, leader: str = "closed", follower: str = "open", capability: str = "") -> Measured:
    """P(t) of the leader over P(t) of the follower, at a capability or at the follower's best model that is sold."""
    from nomoat.world.price import measure

    # Whether any price was known then comes before which models there were.
    ask.catalog.vintage("offerings", ask.as_of)
    match = ask.contest(leader, follower)
    levels = [capability] if capability else []
    found = measure(match, ask.catalog, at_level=levels, as_of=ask.as_of, seed=ask.seed)
    level = found.levels[0]
    if level.ratio is None:
        missing = leader if level.leader.price is None else follower
        raise Untestable(f"no {missing} model at {level.capability:.1f} {found.unit} was sold", "a price of one")
    rows = []
    for sale in (level.leader, level.follower):
        for offer, what in ((sale.cheapest, "cheapest"), (sale.second, "next model")):
            if offer is not None:
                said = f"{sale.cohort}, {what} at {level.capability:.1f} {found.unit} or more: {offer.model}"
                unit = "US dollars a million tokens"
                rows.append(Evidence(what=f"{said}, {offer.provider}", value=offer.price, unit=unit, date=offer.start))
    words = ["--at-level", shlex.quote(capability)] if capability else []
    drawn = level.ratio_low is not None or level.ratio_high is not None
    return Measured(
        value=level.ratio,
        low=level.ratio_low if drawn else None,
        high=(float("inf") if level.ratio_high is None else level.ratio_high) if drawn else None,
        level=found.level,
        unit=ask.unit,
        n=level.leader.models + level.follower.models,
        at=found.at,
        as_of=found.as_of,
        evidence=tuple(rows),
        left_out=found.left_out,
        notes=(
            f"at the capability of {level.name}; {found.basis}",
            "prices are a secondary source: contributors type what sellers publish",
            *_without(level),
            *found.warnings,
        ),
        origins=found.used,
        command=" ".join([ask.typed("price", leader, follower), *words]),
    )


def _without(level: AtLevel) -> list[str]:
    """What the ratio is without the model that decides a side: the verdict may hang on one."""
    found = []
    for side, other, upper in ((level.leader, level.follower, True), (level.follower, level.leader, False)):
        if side.cheapest is not None and side.second is not None and other.price is not None:
            ratio = side.second.price / other.price if upper else other.price / side.second.price
            found.append(f"without {side.cheapest.model} it is {ratio:.3g} times")
    return found
