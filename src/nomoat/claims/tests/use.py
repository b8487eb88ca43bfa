"""How large was a cohort's share of use, how did it change, and who led?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import InputError, NoVintage

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.world.adoption import Adoption
    from nomoat.world.series import Period, Series

SPREAD = "unknown models counted out and in"
UNITS = ("tokens", "requests", "money")


@metric("adoption.share", "%", about="open share of use in a channel", chart="adoption")
def share(ask: Ask, channel: str, quantity: str, cohort: str = "open") -> Measured:
    """Share of tokens, requests, money, downloads, derivatives or answers, with a low and a high bound.

    `quantity` "any" takes the newest window of tokens, requests and money at every channel: a sentence that names no
    unit is right or wrong only where all of them agree.
    """
    if "any" in (channel, quantity):
        return _every(ask, cohort)
    found, series = _series(ask, channel, quantity, cohort)
    latest = series.latest
    return _measured(ask, found, [series], [latest], (latest.low, latest.high))


@metric("adoption.change", "points of share", about="change of the open share in a channel", chart="adoption")
def change(ask: Ask, channel: str, quantity: str, cohort: str = "open", months: int = 12) -> Measured:
    """The share at the end of a window less the share at its start, bounds on both."""
    from nomoat.world.series import rise

    found, series = _series(ask, channel, quantity, cohort)
    risen = rise(series.periods, months)
    if risen is None:
        raise NoVintage(f"{series.id} began less than {months} months before {series.latest.start}", "a later day")
    start = next(p for p in series.periods if p.start == risen.start)
    return _measured(ask, found, [series], [start, series.latest], (risen.low, risen.high))


@metric("adoption.lead", "points of share", about="one cohort's share less another's", chart="adoption")
def lead(ask: Ask, channel: str, quantity: str, cohort: str, other: str) -> Measured:
    """Share of `cohort` less share of `other` in the same channel, period and unit."""
    found, one = _series(ask, channel, quantity, cohort)
    _, two = _series(ask, channel, quantity, other)
    shared = {p.start: p for p in two.periods}
    periods = [p for p in one.periods if p.start in shared]
    if one.population != two.population or not periods:
        raise Untestable(f"{quantity} of {cohort} and of {other} were not counted in one population", "one that was")
    first, second = periods[-1], shared[periods[-1].start]
    # Where each is bounded by what is unknown, the difference is: no more than high less low, no less than the reverse.
    return _measured(ask, found, [one, two], [first, second], (first.low - second.high, first.high - second.low))


def _every(ask: Ask, cohort: str) -> Measured:
    """The newest share of each channel and unit by the day asked about, from the smallest bound to the largest."""
    from nomoat.world.adoption import adoption

    ask.catalog.vintage("usage", ask.as_of)
    try:
        found = adoption(at=ask.last, as_of=ask.as_of, catalog=ask.catalog)
    except InputError:
        raise NoVintage(f"No use of {cohort} models was counted by {ask.last}", "a later day") from None
    newest: dict[tuple[str, str], tuple[date, float, float, str]] = {}
    shares = [
        (s.channel, s.unit, s.latest.end, s.latest.low, s.latest.high, s.population)
        for s in found.series
        if s.cohort == cohort
    ] + [
        (f.channel or "", f.unit, f.end, f.value, f.value, f.population)
        for f in found.figures
        if f.cohort == cohort and f.kind == "share" and f.end is not None and f.value is not None
    ]
    for channel, unit, end, low, high, population in shares:
        if unit not in UNITS:
            continue
        held = newest.get((channel, unit))
        if held is None or end > held[0] or (end == held[0] and "ten most" in held[3]):
            newest[channel, unit] = (end, low, high, population)
    if not newest:
        raise Untestable(f"no use of {cohort} is in the catalogue", "a share of it")
    rows = tuple(
        Evidence(what=f"{unit} at {channel}, {population}", value=50 * (low + high), unit="%", date=end)
        for (channel, unit), (end, low, high, population) in sorted(newest.items())
    )
    low, high = (100 * pick(ends) for pick, ends in _ends(newest))
    return Measured(
        value=None if low != high else low,
        low=low,
        high=high,
        level=None,
        unit=ask.unit,
        n=len(rows),
        spread="over units and places, which count unlike things",
        at=max(row.date for row in rows if row.date),
        as_of=found.as_of,
        evidence=rows,
        left_out=found.left_out,
        notes=("tokens, requests and money are not one number: the sentence names none of them",),
        origins=found.origins,
        command="nomoat adoption",
    )


def _ends(newest: dict[tuple[str, str], tuple[date, float, float, str]]) -> Any:
    return (min, [row[1] for row in newest.values()]), (max, [row[2] for row in newest.values()])


def _series(ask: Ask, channel: str, quantity: str, cohort: str) -> tuple[Adoption, Series]:
    from nomoat.catalog.cohort import parse
    from nomoat.world.adoption import adoption
    from nomoat.world.subjects import CHANNELS
    from nomoat.world.subjects import UNITS as KNOWN

    if channel not in CHANNELS or quantity not in KNOWN:
        raise InputError(f"{quantity} at {channel}", f"a unit of {', '.join(KNOWN)} at one of {', '.join(CHANNELS)}")
    # A misspelt cohort is a mistake, and not a series that is missing.
    parse(cohort).select(ask.catalog.members(ask.as_of))
    missing = f"no series of {quantity} of {cohort} at {channel} is in the catalogue"
    would = "such a series: nomoat update hub for downloads and derivatives, openrouter for models' tokens"
    # The newest usage that is in the catalogue decides whether anything was known then.
    if ask.as_of is not None:
        ask.catalog.vintage("usage", ask.as_of)
    try:
        found = adoption(unit=quantity, channel=channel, at=ask.last, as_of=ask.as_of, catalog=ask.catalog)
    except InputError:
        if ask.last is not None and _known_later(ask, channel, quantity, cohort):
            raise NoVintage(f"No {quantity} at {channel} by {ask.last}", "a later day") from None
        raise Untestable(missing, would) from None
    fitting = [s for s in found.series if s.cohort == cohort]
    if not fitting:
        if ask.last is not None and _known_later(ask, channel, quantity, cohort):
            raise NoVintage(f"No {quantity} of {cohort} at {channel} by {ask.last}", "a later day")
        raise Untestable(missing, would)
    return found, fitting[0]


def _known_later(ask: Ask, channel: str, quantity: str, cohort: str) -> bool:
    from nomoat.world.adoption import adoption

    try:
        found = adoption(unit=quantity, channel=channel, as_of=ask.as_of, catalog=ask.catalog)
    except InputError:
        return False
    return any(s.cohort == cohort for s in found.series)


def _measured(
    ask: Ask, found: Adoption, series: list[Series], periods: list[Period], ends: tuple[float, float]
) -> Measured:
    low, high = 100 * ends[0], 100 * ends[1]
    named = series if len(series) == len(periods) else series * len(periods)
    rows = tuple(
        Evidence(what=f"{s.subject}, {s.population}, {p.start} to {p.end}, {what}", value=100 * x, unit="%", date=p.end)
        for s, p in zip(named, periods, strict=True)
        for what, x in (("low", p.low), ("high", p.high))
    )
    ids = {i for s in series for i in s.origins}
    return Measured(
        value=low if low == high else None,
        low=low,
        high=high,
        level=None,
        unit=ask.unit,
        n=len(periods),
        spread=SPREAD,
        at=periods[-1].end,
        as_of=found.as_of,
        evidence=rows,
        left_out=found.left_out,
        notes=(f"rule: {series[0].numerator}",),
        origins=tuple(o for o in found.origins if o.id in ids),
    )
