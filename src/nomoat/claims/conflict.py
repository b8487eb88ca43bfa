"""Which statements contradict each other, and which only differ in what they count?"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from nomoat.types import SCHEMA_VERSION, Noun

if TYPE_CHECKING:
    from nomoat.claims.claim import Claim
    from nomoat.claims.ledger import Ledger

DENOMINATOR = ("metric", "population", "unit", "window")


class Said(Noun, frozen=True, kw_only=True):
    """One side of a disagreement with the denominator that it speaks of."""

    id: str
    says: str
    speaker: str
    place: str
    metric: str
    population: str
    unit: str
    window: str
    comparison: str


class Conflict(Noun, frozen=True, kw_only=True):
    """Two statements on one topic that point opposite ways."""

    schema_version: int = SCHEMA_VERSION
    topic: str
    one: Said
    other: Said
    differ: tuple[str, ...]  # of metric, population, unit and window
    both_can_be_right: bool
    why: str


def conflicts(ledger: Ledger) -> tuple[Conflict, ...]:
    """Pair the claims of one topic of which one speaks for open models and the other against.

    Where metric, population, unit or window differ, both can be right, and the pair says in what they differ.
    Where none does, at most one is.

    >>> from nomoat.claims.ledger import ledger
    >>> any(c.both_can_be_right and c.topic == "adoption" for c in conflicts(ledger()))
    True
    """
    found = []
    for one, other in combinations(ledger.claims, 2):
        opposite = {one.polarity, other.polarity} == {"for open", "against open"}
        if one.topic == other.topic and opposite:
            found.append(_conflict(one, other))
    return tuple(found)


def _conflict(one: Claim, other: Claim) -> Conflict:
    differ = tuple(name for name in DENOMINATOR if getattr(one.test, name) != getattr(other.test, name))
    if differ:
        name = "population" if "population" in differ else differ[0]
        why = f"they count unlike things: {getattr(one.test, name)}, and {getattr(other.test, name)}"
    else:
        why = "they speak of the same number: at most one of them is right"
    return Conflict(
        topic=one.topic, one=_said(one), other=_said(other), differ=differ, both_can_be_right=bool(differ), why=why
    )


def _said(claim: Claim) -> Said:
    test = claim.test
    return Said(
        id=claim.id,
        says=claim.says,
        speaker=claim.speaker,
        place=claim.place,
        metric=test.metric,
        population=test.population,
        unit=test.unit,
        window=test.window,
        comparison=test.comparison,
    )
