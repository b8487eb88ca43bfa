"""How many downloads were new between two readings of the Hub, of whose models, and how few hold most of them?"""

from __future__ import annotations

from collections import Counter as Tally
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from nomoat.errors import InputError, NoVintage, UnknownName
from nomoat.stats import share
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import hub
from nomoat.world.hub import About, Counter, Observed

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

BY = ("openness", "country", "organisation", "family", "model")
COUNTS = {
    "new": "increase of the all-time counter between two readings",
    "month": "the counter of the last 30 days at the last reading",
    "all": "the all-time counter at the last reading",
}
FELL = "the all-time counter fell, which no count of downloads does"


class Pulled(Noun, frozen=True, kw_only=True):
    """The downloads of one model: of its maker's plainest repository, of the maker's twins, of mirrors of others."""

    model: str
    name: str
    organisation: str | None
    downloads: int
    own: int
    twin: int
    mirror: int
    repositories: int


class Group(Noun, frozen=True, kw_only=True):
    """One group's downloads, as a share between `low` and `high`: what is of no known group decides where."""

    name: str
    downloads: int
    low: float
    high: float
    models: int


class Concentration(Noun, frozen=True, kw_only=True):
    """How few models hold most downloads: Herfindahl index, Gini coefficient and the share of the largest."""

    hhi: float
    gini: float
    largest: float
    n: int


class Downloads(Noun, frozen=True, kw_only=True):
    """Downloads from the Hub by group and by model, twins and mirrors rolled up to the model."""

    schema_version: int = SCHEMA_VERSION
    by: str
    count: str
    rule: str
    start: date | None  # the earlier reading; None where one reading is enough
    end: date
    as_of: date
    population: str
    total: int
    unknown: int  # downloads of models of no known group
    groups: tuple[Group, ...]
    models: tuple[Pulled, ...]
    concentration: Concentration
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with the largest group, its share, rule, window and origin."""
        first = self.groups[0]
        when = f"On {self.end}" if self.start is None else f"From {self.start} to {self.end}"
        span = f"{first.low:.1%}" if first.low == first.high else f"{first.low:.1%} to {first.high:.1%}"
        return (
            f"{when}, {first.name} had {span} of {self.total:,} downloads ({self.population}; {self.rule}; nomoat, "
            f"from {hub.sources(self.origins)})."
        )


def downloads(
    *,
    by: str = "openness",
    count: str = "new",
    start: date | None = None,
    at: date | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Downloads:
    """Count downloads by openness, country, organisation, family or model.

    `new` is the increase of each all-time counter from the reading at or after `start` (else the first) to the last one
    by `at`; `month` and `all` are the counters of the last reading. A counter that fell within the window is left out
    and counted, and so is one that the first reading does not have, unless its repository was made since: that one
    began at nought. Twins and mirrors are rolled up to their model, each counter once. Low and high bounds count the
    models of no known group out and in.

    Raises UnknownName for another grouping or count, InputError where the Hub was never read, NoVintage where `new`
    has no two readings.
    """
    if by not in BY:
        raise UnknownName.of("grouping", by, BY, f"nomoat hub downloads --by {BY[0]}")
    if count not in COUNTS:
        raise UnknownName.of("count", count, COUNTS, "nomoat hub downloads --count new")
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    seen = hub.observed(at=at, as_of=as_of, catalog=catalog)
    end = seen.days[-1]
    first = _first(seen, start) if count == "new" else None
    left: Tally[tuple[str, str]] = Tally()
    counted: list[tuple[Counter, int]] = []
    for counter in seen.counters:
        found, why = increase(counter, first, end) if first else _standing(counter, count, end)
        if found is None:
            left["counters of the Hub", why] += 1
        else:
            counted.append((counter, found))
    if not counted:
        raise hub.none_known(f"{COUNTS[count]}, {end}")
    models = _models(counted, seen.about)
    groups, unknown = _groups(models, seen.about, by)
    hhi, gini, largest = share.concentration([model.downloads for model in models])
    return Downloads(
        by=by,
        count=count,
        rule=COUNTS[count],
        start=first,
        end=end,
        as_of=max(origin.retrieved for origin in seen.origins),
        population=f"{len(counted)} repositories of {len(models)} models read on the Hub",
        total=sum(model.downloads for model in models),
        unknown=unknown,
        groups=groups,
        models=models,
        concentration=Concentration(hhi=hhi, gini=gini, largest=largest, n=len(models)),
        left_out=(*seen.left_out, *hub.left(left)),
        origins=seen.origins,
    )


def increase(counter: Counter, start: date, end: date) -> tuple[int | None, str]:
    """Downloads that are new from one reading to another, or None and why they cannot be counted.

    >>> from nomoat.world.hub import Reading
    >>> days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    >>> def counter(*counts):
    ...     readings = tuple(Reading(day, n, None, None) for day, n in zip(days, counts, strict=True))
    ...     return Counter("a/b", "a/b", "own", readings, None, None)
    >>> increase(counter(5, 8, 20), days[0], days[2])
    (15, '')
    >>> increase(counter(5, 90, 20), days[0], days[2])[0] is None
    True
    """
    there = [r for r in counter.readings if start <= r.day <= end and r.all_time is not None]
    if not there or there[-1].day != end:
        return None, "without an all-time count at the last reading"
    if any(start < day <= end for day in counter.falls):
        return None, FELL
    last = there[-1].all_time
    assert last is not None
    if there[0].day == start:
        assert there[0].all_time is not None
        return last - there[0].all_time, ""
    if counter.created is not None and counter.created >= start:
        return last, ""
    return None, "without an all-time count at the first reading"


def _standing(counter: Counter, count: str, end: date) -> tuple[int | None, str]:
    reading = counter.on(end)
    if reading is None:
        return None, "not in the last reading"
    if count == "all" and counter.falls:
        return None, FELL
    found = reading.month if count == "month" else reading.all_time
    return found, "" if found is not None else "without this count"


def _first(seen: Observed, start: date | None) -> date:
    days = [day for day in seen.days if start is None or day >= start]
    if len(days) < 2:
        raise NoVintage(
            f"One reading of the Hub{f' from {start} on' if start else ''} ({seen.days[-1]}) has no increase",
            "two readings, some weeks apart",
            "nomoat update hub, later again; or nomoat hub downloads --count month",
        )
    return days[0]


def _models(counted: list[tuple[Counter, int]], about: dict[str, About]) -> tuple[Pulled, ...]:
    by_model: dict[str, Tally[str]] = {}
    for counter, n in counted:
        tally = by_model.setdefault(counter.model, Tally())
        tally[counter.part] += n
        tally["repositories"] += 1
    found = [
        Pulled(
            model=model,
            name=about[model].name,
            organisation=about[model].organisation,
            downloads=sum(tally[part] for part in hub.PARTS),
            repositories=tally["repositories"],
            **{part: tally[part] for part in hub.PARTS},
        )
        for model, tally in by_model.items()
    ]
    return tuple(sorted(found, key=lambda model: (-model.downloads, model.model)))


def _groups(models: tuple[Pulled, ...], about: dict[str, About], by: str) -> tuple[tuple[Group, ...], int]:
    sums: Tally[str] = Tally()
    n: Tally[str] = Tally()
    unknown = 0
    for model in models:
        name = model.model if by == "model" else about[model.model].group(by)
        if name is None:
            unknown += model.downloads
            continue
        sums[name] += model.downloads
        n[name] += 1
    if not sums:
        raise InputError(f"No model read on the Hub has a known {by}", "another grouping", "nomoat hub downloads")
    names = sorted(sums, key=lambda name: (-sums[name], name))
    ours = np.array([sums[name] for name in names], dtype=float)
    low, high = share.bounds(ours, ours.sum() - ours, np.full(len(ours), float(unknown)))
    return tuple(
        Group(name=name, downloads=sums[name], low=float(a), high=float(b), models=n[name])
        for name, a, b in zip(names, low, high, strict=True)
    ), unknown
