"""How large was one share, period by period, when did it pass a level, and by how much did it rise?"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from nomoat.errors import InputError
from nomoat.stats import share
from nomoat.types import Noun
from nomoat.world.subjects import UNITS, subject


class Period(Noun, frozen=True, kw_only=True):
    """The share of one period: between `low` and `high`, what is unknown decides where."""

    start: date
    end: date
    low: float
    high: float
    value: float | None = None  # where the publisher gives one figure
    total: float | None = None  # the whole, in the series' unit


class Overtake(Noun, frozen=True, kw_only=True):
    """When a share passed a level: `earliest` by its high bound, `latest` once its low bound stayed above it."""

    level: float
    from_start: bool  # the first period lies above it on any count: when it passed, the series does not say
    earliest: date | None  # None: not yet, on any count
    latest: date | None  # None: not yet, on the strictest count
    run: int


class Rise(Noun, frozen=True, kw_only=True):
    """How much a share rose over about `months`: at least `low`, at most `high`, as shares of the whole."""

    months: int
    start: date
    low: float
    high: float


class Series(Noun, frozen=True, kw_only=True):
    """One share over time: whose, of what, where, by which rule."""

    id: str
    kind: str = "share"
    channel: str
    subject: str
    cohort: str
    unit: str
    population: str
    numerator: str
    grain: str
    periods: tuple[Period, ...]
    overtake: Overtake
    rise: Rise | None
    evidence: str
    origins: tuple[str, ...]

    @property
    def latest(self) -> Period:
        """The last period that was over."""
        return self.periods[-1]


def percent(low: float, high: float | None) -> str:
    """A share, or its two bounds where they differ.

    >>> percent(0.641, 0.746), percent(0.09, 0.09), percent(0.37, None)
    ('64% to 75%', '9%', 'at least 37%')
    """
    if high is None:
        return f"at least {low:.0%}"
    one, two = f"{low:.0%}", f"{high:.0%}"
    return one if one == two else f"{one} to {two}"


def grouped(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows of one share each, in the order of their periods."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["series"], row["unit"], row["subject"], row["numerator"]), []).append(row)
    return [sorted(group, key=lambda row: row["period"]) for group in groups.values()]


def gaps(rows: list[dict[str, Any]]) -> list[int]:
    """Which rows do not follow on the one before: at least half a period is missing between the two.

    A day or two are none: a router's page gave weeks to a Sunday and then weeks to a Monday.

    >>> days = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)),
    ...     (date(2026, 4, 1), date(2026, 4, 30))]
    >>> gaps([{"period": start, "ends": end} for start, end in days])
    [2]
    """
    found = []
    for k, (before, row) in enumerate(pairwise(rows), start=1):
        shorter = min((r["ends"] - r["period"]).days + 1 for r in (before, row))
        if (row["period"] - before["ends"]).days - 1 >= shorter / 2:
            found.append(k)
    return found


def rank(series: Series) -> tuple[Any, ...]:
    """All of a channel before its top ten, open before closed, in the order of the units."""
    return "most-used" in series.population, series.cohort != "open", UNITS.index(series.unit), series.id


def series_of(rows: list[dict[str, Any]], level: float, evidence: dict[str, str]) -> Series:
    """One share over time, from rows of the table `usage` in order, with its overtake and its rise.

    Periods run on only where none is missing between them: a gap (`gaps`) breaks the run that `latest` needs.
    """
    first = rows[0]
    for row in rows:
        if None in (row["low"], row["high"]) and row["value"] is None:
            raise InputError(f"{row['series']} has neither a value nor bounds in {row['period']}")
    low = np.array([row["value"] if row["low"] is None else row["low"] for row in rows])
    high = np.array([row["value"] if row["high"] is None else row["high"] for row in rows])
    broken = gaps(rows)
    at = np.insert(np.arange(len(rows)), broken, -1)
    earliest, latest = (
        None if k is None else int(at[k])
        for k in share.overtake(np.insert(low, broken, np.nan), np.insert(high, broken, np.nan), level)
    )
    periods = tuple(
        Period(
            start=row["period"],
            end=row["ends"],
            low=float(a),
            high=float(b),
            value=row["value"],
            total=row["total"],
        )
        for row, a, b in zip(rows, low, high, strict=True)
    )
    meant = subject(first["subject"]) or {"name": first["subject"], "cohort": first["subject"]}
    origins = tuple(dict.fromkeys(row["origin_id"] for row in rows))
    return Series(
        id=f"{first['series']}/{first['unit']}/{first['subject']}",
        channel=first["channel"],
        subject=meant["name"],
        cohort=meant["cohort"],
        unit=first["unit"],
        population=first["population"],
        numerator=first["numerator"],
        grain=first["grain"],
        periods=periods,
        overtake=Overtake(
            level=level,
            from_start=latest == 0,
            earliest=None if earliest is None else periods[earliest].start,
            latest=None if latest is None else periods[latest].start,
            run=share.RUN,
        ),
        rise=rise(periods, 12),
        evidence=evidence[origins[-1]],
        origins=origins,
    )


def rise(periods: tuple[Period, ...], months: int) -> Rise | None:
    """How much the share rose from the period that began `months` before the last one; None where there is none.

    >>> rise((), 12) is None
    True
    """
    if not periods:
        return None
    end = periods[-1].start
    months_before = end.year * 12 + end.month - 1 - months
    wanted = date(months_before // 12, months_before % 12 + 1, min(end.day, 28))
    near = [k for k, p in enumerate(periods) if abs((p.start - wanted).days) <= 7]
    if not near:
        return None
    start = min(near, key=lambda k: abs((periods[k].start - wanted).days))
    bounds = share.change(
        np.array([p.low for p in periods]), np.array([p.high for p in periods]), start, len(periods) - 1
    )
    return Rise(months=months, start=periods[start].start, low=bounds[0], high=bounds[1])
