"""In which ways are shares and counts of use counted here, and which two of them are unlike?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from msgspec import structs

from nomoat.errors import InputError
from nomoat.types import Noun
from nomoat.world.adoption import Adoption, adoption
from nomoat.world.comparable import WHY
from nomoat.world.subjects import BY

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


class Counting(Noun, frozen=True, kw_only=True):
    """One way of counting, and what it gives: a period of a series between bounds, or a published figure."""

    id: str
    source: str  # series | published
    publisher: str
    kind: str  # share | count
    population: str
    unit: str
    channel: str
    cohort: str
    subject: str
    start: date | None
    end: date | None
    partial: bool  # the period was not over when the copy was made
    grain: str  # of a series; empty for a published figure
    bound: str  # low | high | low to high | as published
    low: float
    high: float
    numerator: str
    origins: tuple[str, ...]

    @property
    def period(self) -> str:
        """The window as one word; a period that was not over says so."""
        if self.start is None or self.start == self.end:
            return f"{self.end}"
        return f"{self.start} to {self.end}" + (", not over" if self.partial else "")

    def choice(self, name: str) -> str:
        """What was chosen, by the name of the choice."""
        return self.subject if name == "cohort" else str(getattr(self, name))


def countings(catalog: Catalog, as_of: date | None) -> tuple[tuple[Counting, ...], tuple[Adoption, ...]]:
    """Every period of every series on both bounds, those that were not over included, and every published figure; and
    the answers of `adoption` that they were taken from."""
    every = tuple(found for by in BY if (found := _known(by, catalog, as_of)) is not None)
    if not every:
        adoption(as_of=as_of, catalog=catalog)  # says why there is nothing
    over = {(s.id, p.start) for s in adoption(as_of=as_of, catalog=catalog).series for p in s.periods}
    return tuple(c for found in every for c in _of(found, over)), every


def _known(by: str, catalog: Catalog, as_of: date | None) -> Adoption | None:
    """Shares in one grouping; None where nothing was known in it by then."""
    try:
        return adoption(by=by, as_of=as_of, partial=True, catalog=catalog)
    except InputError:
        return None


def described(c: Counting) -> str:
    """Whose part of which unit, of which whole, in which period and on which bound.

    >>> from nomoat.catalog.store import Catalog
    >>> described(next(c for c in countings(Catalog.open(), None)[0] if c.id == "AD107"))
    'open models, counted in respondents: enterprise LLM API usage, Menlo survey (n=495 US decision makers), 2025-12-09'
    """
    bound = f", {c.bound} bound" if c.bound in ("low", "high") else ""
    return f"{c.subject}, counted in {c.unit}: {c.population}, {c.period}{bound}"


def spoken(kind: str, low: float, high: float) -> str:
    """A share in per cent or a count in words, with both ends where they differ.

    >>> spoken("share", 0.641, 0.746), spoken("count", 1.15e9, 1.15e9)
    ('64.1% to 74.6%', '1.15 billion')
    """

    def one(x: float) -> str:
        if kind == "share":
            return f"{100 * x:.1f}%"
        for name, times in reversed(TIMES.items()):
            if x >= times:
                return f"{x / times:.3g} {name}"
        return f"{x:,.0f}"

    return one(low) if one(low) == one(high) else f"{one(low)} to {one(high)}"


def unlike(a: Counting, b: Counting) -> str:
    """Why two values have no difference; empty where they have one."""
    if a.kind != b.kind:
        return f"not comparable: one is a {a.kind}, the other a {b.kind}"
    if a.unit != b.unit:
        return f"not comparable: {WHY[a.unit]}; {WHY[b.unit]}"
    if a.channel != b.channel:
        return f"not comparable: one was seen at {a.channel}, the other at {b.channel}"
    if a.population != b.population:
        return "not comparable: a share of another whole"
    if a.subject != b.subject and a.end != b.end:
        return "no difference: subject and period change together, nobody counts them apart"
    return ""


def _of(found: Adoption, over: set[tuple[str, date]]) -> Iterable[Counting]:
    known = {o.id: o.publisher for o in found.origins}
    for s in found.series:
        for p in s.periods:
            whole = Counting(
                id=s.id, source="series", publisher=known[s.origins[-1]], kind=s.kind, population=s.population,
                unit=s.unit, channel=s.channel, cohort=s.cohort, subject=s.subject, start=p.start, end=p.end,
                partial=found.by == "openness" and (s.id, p.start) not in over, grain=s.grain, bound="low to high",
                low=p.low, high=p.high, numerator=s.numerator, origins=s.origins,
            )  # fmt: skip
            yield whole
            yield structs.replace(whole, bound="low", high=p.low)
            yield structs.replace(whole, bound="high", low=p.high)
    for f in found.figures:
        ends = [x for x in (f.value, f.low, f.high) if x is not None]
        if not ends:
            continue
        low = f.low if f.low is not None else ends[0]
        high = f.high if f.high is not None else ends[0]
        if f.value is not None and (f.low is None) != (f.high is None):
            low = high = f.value  # "at least 45 %" is quoted as 45 %
        whole = Counting(
            id=f.id, source="published", publisher=f.publisher, kind=f.kind, population=f.population, unit=f.unit,
            channel=f.channel or "not named", cohort=f.cohort, subject=f.subject, start=f.start,
            end=f.end or f.published, partial=False, grain="", bound="as published", low=low, high=high,
            numerator=f.numerator or "rule not stated", origins=f.origins,
        )  # fmt: skip
        yield whole
        if f.value is not None and low < high:
            yield structs.replace(whole, low=f.value, high=f.value)
        elif low < high:
            yield structs.replace(whole, bound="low", high=low)
            yield structs.replace(whole, bound="high", low=high)
