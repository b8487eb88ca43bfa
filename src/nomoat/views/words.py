"""How numbers, dates and cohorts are said in English; every sentence of a title or headline starts here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from nomoat.types import MONTH, Gap, Origin, RuleReading, TimeToMatch
from nomoat.views.table import printable, signed_zero

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTRIES = {
    "AE": "the UAE", "CA": "Canada", "CN": "China", "DE": "Germany", "FR": "France", "GB": "the UK",
    "IL": "Israel", "IN": "India", "JP": "Japan", "KR": "Korea", "SA": "Saudi Arabia", "US": "the US",
}  # fmt: skip
_CLASSES = {"open", "closed", "permissive", "noncommercial", "restricted"}


def number(value: float, digits: int = 1) -> str:
    """A number with fixed decimals and no "-0.0".

    >>> number(-0.04), number(5.16)
    ('0.0', '5.2')
    """
    return signed_zero(f"{value:.{digits}f}")


def day(when: date) -> str:
    """A date in words.

    >>> day(date(2026, 8, 11))
    '11 August 2026'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def country(code: str) -> str:
    """The name of a country, or its code where no name is kept here.

    >>> country("CN"), country("BR")
    ('China', 'BR')
    """
    return _COUNTRIES.get(code.upper(), code)


def cohort(expression: str) -> str:
    """A cohort as a plural noun; an expression without a plain reading is quoted.

    >>> cohort("open"), cohort("open & country=CN"), cohort("fits=24GB|closed"), cohort("alpha")
    ('open models', 'open models from China', 'models in “fits=24GB|closed”', '“alpha” models')
    """
    adjectives, places = [], []
    parts = [part.strip() for part in expression.split("&")]
    for part in parts:
        if part.lower() in _CLASSES:
            adjectives.append(part.lower())
        elif part.lower().startswith("country=") and part[8:].strip().isalpha():
            places.append(country(part[8:].strip()))
        elif len(parts) == 1 and not set(part) & set("=|()!<>"):
            return f"“{printable(part)}” models"
        else:
            return f"models in “{printable(expression)}”"
    return " ".join([*adjectives, "models", *(f"from {place}" for place in places)])


def rest(expression: str, other: str) -> str:
    """The second cohort of a sentence that named the first: "closed ones" after "open models".

    >>> rest("closed", "open"), rest("open & country=US", "open & country=CN")
    ('closed ones', 'open ones from the US')
    """
    said = cohort(expression)
    both = " models" in said and not said.startswith("models") and " models" in cohort(other)
    return said.replace(" models", " ones", 1) if both else said


def interval(
    low: float | None, high: float | None, level: float, *, digits: int = 1, beyond: str = "beyond what is known"
) -> str:
    """An interval with its level; an end that nobody knows is named, not invented.

    >>> interval(3.9, 6.6, 0.9), interval(3.9, None, 0.9), interval(None, None, 0.9)
    ('90% interval 3.9 to 6.6', '90% interval 3.9 to beyond what is known', 'no interval')
    """
    if low is None and high is None:
        return "no interval"
    start = "below what is known" if low is None else number(low, digits)
    end = beyond if high is None else number(high, digits)
    return f"{level:.0%} interval {start} to {end}"


def span(low: float | None, high: float | None, *, digits: int = 1) -> str:
    """The two ends alone, for a table's cell.

    >>> span(3.9, None), span(None, None)
    ('3.9 to > known', '–')
    """
    if low is None and high is None:
        return "–"
    return " to ".join(
        [
            "< known" if low is None else number(low, digits),
            "> known" if high is None else number(high, digits),
        ]
    )


def median(match: TimeToMatch) -> str:
    """The Kaplan-Meier median in months, or that it is not reached.

    >>> from nomoat.types import TimeToMatch
    >>> empty = dict(restricted_mean=None, horizon=24, low=None, high=None, level=0.9, weighted_median=None,
    ...     weighted_restricted_mean=None, matched=1, censored=9, settled_by=1)
    >>> median(TimeToMatch(median=None, exceeds=8.25, **empty)), median(TimeToMatch(median=6.04, **empty))
    ('not reached, > 8.2 months', '6.0 months')
    """
    if match.median is not None:
        return f"{number(match.median)} months"
    return "not reached" + (f", > {number(match.exceeds)} months" if match.exceeds is not None else "")


def listing(items: Sequence[str], *, most: int = 4) -> str:
    """Items in a sentence, the tail of a long list counted.

    >>> listing(["a", "b", "c"]), listing(list("abcdef"), most=2)
    ('a, b and c', 'a, b and 4 more')
    """
    kept = list(items) if len(items) <= most else [*items[:most], f"{len(items) - most} more"]
    return kept[0] if len(kept) == 1 else ", ".join(kept[:-1]) + " and " + kept[-1] if kept else "none"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "record"), count(12, "record")
    ('1 record', '12 records')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def sources(origins: Iterable[Origin]) -> str:
    """Publishers and vintages on one line, for a footnote."""
    kept = dict.fromkeys(f"{printable(o.publisher)} ({o.retrieved.isoformat()})" for o in origins)
    return "Data: " + (", ".join(kept) if kept else "none named") + "."


def months_between(start: date, end: date) -> float:
    """Months of 30.4375 days.

    >>> round(months_between(date(2025, 1, 1), date(2026, 1, 1)), 2)
    11.99
    """
    return (end - start).days / MONTH


def distance(gap: Gap) -> str:
    """Where the follower stands, in months and points with intervals, as the predicate of a sentence."""
    quality, lag = gap.quality_gap, gap.current_lag
    ahead = quality.value < 0
    points = f"{number(abs(quality.value))} {gap.unit}"
    ends = (quality.low, quality.high)
    if ahead:
        ends = tuple(None if end is None else -end for end in reversed(ends))  # type: ignore[assignment]
    bounds = interval(*ends, quality.level)
    if ahead:
        return f"{points} ({bounds}) ahead of"
    return f"{number(lag.months)} months ({interval(lag.low, lag.high, lag.level)}) and {points} ({bounds}) behind"


def reading(rule: RuleReading) -> str:
    """What a published rule makes of the same abilities, with its own quantiles called what they are."""
    said = (
        f"the published rule {rule.rule} gives a mean of {number(rule.months)} months over {rule.basis} (5% to 95% of "
        f"them {number(rule.months_q05)} to {number(rule.months_q95)}, which is no interval)"
    )
    if rule.decided_by_missing:
        said += f", {rule.decided_by_missing} of them decided by a missing interval and not by a score"
    return said


def headline(gap: Gap) -> str:
    """The answer in one sentence: months, points, intervals, time to match, rule, scale and vintage."""
    follower, leader = cohort(gap.follower), rest(gap.leader, gap.follower)
    match, total = gap.time_to_match, gap.time_to_match.matched + gap.time_to_match.censored
    sentence = f"On {day(gap.at)} the best {follower} were {distance(gap)} the best {leader}"
    if gap.rule_reading is not None:
        sentence += f"; {reading(gap.rule_reading)}"
    elif total:
        ends = interval(match.low, match.high, match.level, beyond="not reached")
        reached = (
            f"it took them a median of {median(match)} ({ends}) to match a record"
            if match.median is not None
            else f"the median time to match a record is {median(match)} ({ends})"
        )
        sentence += f"; {reached}, and {match.censored} of {count(total, 'record')} still stand"
    return f"{sentence} (rule {gap.rule}, {gap.scale} scale, data of {day(gap.cut)})."
