"""Which statements contradict each other, and which only differ in what they count?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from nomoat.claims import comparison
from nomoat.types import SCHEMA_VERSION, Noun

if TYPE_CHECKING:
    from nomoat.claims.claim import Claim
    from nomoat.claims.ledger import Ledger

DENOMINATOR = ("population", "unit", "window", "metric", "arguments")
# From the hardest to the softest; the first three are contradictions on their face, the last shares a topic only.
NAMED, ONE_NUMBER, UNLIKE, TOPIC = "named", "one number", "unlike numbers", "topic"
RANKS = (NAMED, ONE_NUMBER, UNLIKE, TOPIC)


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
    when: str  # the days that it may have been said on, and the day up to which it speaks


class Conflict(Noun, frozen=True, kw_only=True):
    """Two statements that point opposite ways."""

    schema_version: int = SCHEMA_VERSION
    topic: str
    kind: str  # one of RANKS
    one: Said
    other: Said
    differ: tuple[str, ...]  # of population, unit, window, metric, arguments and days
    both_can_be_right: bool
    why: str


def conflicts(ledger: Ledger) -> tuple[Conflict, ...]:
    """Pair the claims that point opposite ways, the contradictions first.

    *named*: a claim names the one that it contradicts, and how both can stand. *one number*: metric, arguments,
    population, unit, window and days are the same, and no value satisfies both: at most one is right. *unlike
    numbers*: no value satisfies both, but they differ in one of these, so both can be right. *topic*: one of a topic
    speaks for open models and the other against, about different things or with values that one number can satisfy.

    >>> from nomoat.claims.ledger import ledger
    >>> first = conflicts(ledger())[0]
    >>> first.one.id, first.other.id, first.both_can_be_right
    ('adoption-increasing', 'enterprise-decreasing', True)
    """
    found = [ranked for one, other in combinations(ledger.claims, 2) for ranked in _conflict(one, other)]
    return tuple(pair for _, pair in sorted(found, key=lambda ranked: ranked[0]))


def _conflict(one: Claim, other: Claim) -> Iterator[tuple[tuple[int, bool], Conflict]]:
    apart, differ = _apart(one, other), _differ(one, other)
    named = one.contrary.get(other.id) or other.contrary.get(one.id)
    polar = one.topic == other.topic and {one.polarity, other.polarity} == {"for open", "against open"}
    # What is said of another time is no contradiction: only two of the present, or of one time, can be one.
    comparable = apart and (one.due, one.until) == (other.due, other.until)
    if named:
        kind, why = NAMED, f"{_unlike(one, other, differ)}: {named}" if differ else named
    elif comparable and not differ:
        kind, why = ONE_NUMBER, "they speak of one number and no value satisfies both: at most one of them is right"
    elif comparable and (polar or _same(one, other, "metric", "arguments", "population")):
        kind, why = UNLIKE, f"no value satisfies both, yet both can be right: {_unlike(one, other, differ)}"
    elif polar:
        kind, why = TOPIC, _shared(one, other) if not apart and not differ else _unlike(one, other, differ)
    else:
        return
    pair = Conflict(
        topic=one.topic if one.topic == other.topic else f"{one.topic}; {other.topic}",
        kind=kind,
        one=_said(one),
        other=_said(other),
        differ=differ,
        both_can_be_right=not (comparable and not differ),
        why=why,
    )
    yield (RANKS.index(kind), not apart), pair


def _apart(one: Claim, other: Claim) -> bool:
    """Whether the two say things of one kind that no value satisfies both of.

    Values are compared within one measure, and across measures of one kind where both only say on which side of zero
    they lie: a share that falls beside a share that rises.
    """
    if not one.test.comparison or not other.test.comparison or _kind(one) != _kind(other):
        return False
    here, there = (comparison.parse(c.test.comparison) for c in (one, other))
    if not _same(one, other, "metric", "unit") and not here.bounds == there.bounds == (0.0,):
        return False
    return comparison.shared(here, there) is None


def _kind(claim: Claim) -> str:
    family, _, part = claim.test.metric.partition(".")
    return "change" if family == "change" else part


def _same(one: Claim, other: Claim, *names: str) -> bool:
    return all(getattr(one.test, name) == getattr(other.test, name) for name in names)


def _differ(one: Claim, other: Claim) -> tuple[str, ...]:
    """In which parts of the denominator, and whether in the days of which they speak."""
    parts = tuple(name for name in DENOMINATOR if not _same(one, other, name))
    return (*parts, *(("days",) if not _one_day(one, other) else ()))


def _one_day(one: Claim, other: Claim) -> bool:
    """Whether both may have been said on one day, and speak up to the same one."""
    overlap = one.earliest <= other.latest and other.earliest <= one.latest
    return overlap and (one.due, one.until) == (other.due, other.until)


def _unlike(one: Claim, other: Claim, differ: tuple[str, ...]) -> str:
    if not differ:
        return "they count the same"
    if "population" in differ or "unit" in differ:
        return f"they count unlike things, {_counted(one)} and {_counted(other)}"
    if differ == ("days",):
        return f"they speak of different days, {_when(one)} and {_when(other)}"
    name = differ[0]
    return f"they differ in {name}, {_part(one, name)} and {_part(other, name)}"


def _counted(claim: Claim) -> str:
    test = claim.test
    return ", ".join(part for part in (test.population, test.unit and f"in {test.unit}", test.window) if part)


def _part(claim: Claim, name: str) -> str:
    part = getattr(claim.test, name)
    return ", ".join(f"{k}={v}" for k, v in part.items()) or "none" if isinstance(part, dict) else str(part)


def _shared(one: Claim, other: Claim) -> str:
    """Both can be right because one value satisfies both: say which."""
    both = comparison.shared(comparison.parse(one.test.comparison), comparison.parse(other.test.comparison))
    return f"they speak of one number, and a value of {both} satisfies both" if both else "they count the same"


def _when(claim: Claim) -> str:
    said = str(claim.earliest) if claim.earliest == claim.latest else f"{claim.earliest} to {claim.latest}"
    ends: dict[str, date | None] = {"due": claim.due, "up to": claim.until}
    return ", ".join([said, *(f"{word} {day}" for word, day in ends.items() if day is not None)])


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
        when=_when(claim),
    )
