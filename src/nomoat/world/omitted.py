"""What does an answer about use leave out: periods, units and figures, and why?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from nomoat.types import LeftOut
from nomoat.world.series import gaps, grouped

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

NAMED = 3  # periods that a reason names; the others are counted

Row = dict[str, Any]


def unfinished(rows: Sequence[Row]) -> tuple[LeftOut, ...]:
    """Count the periods that were not over when their copy was made, each once, however many sides it was split into.

    >>> row = {"series": "s", "unit": "tokens", "period": date(2026, 10, 1), "ends": date(2026, 10, 31)}
    >>> unfinished([{**row, "subject": "open"}, {**row, "subject": "closed"}])[0].why
    'not over when the copy was made (s, 2026-10-01 to 2026-10-31)'
    """
    periods = sorted({(row["series"], row["period"], row["ends"]) for row in rows})
    return _counted("period", periods, "not over when the copy was made ({})")


def absent(rows: Sequence[Row]) -> tuple[LeftOut, ...]:
    """Count the stretches of time that a series passes over, each once, however many sides it was split into.

    >>> days = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 3, 1), date(2026, 3, 31))]
    >>> base = {"series": "s", "unit": "tokens", "subject": "open", "numerator": "r"}
    >>> absent([{**base, "period": start, "ends": end} for start, end in days])[0].why
    'no period of the series covers it, and no run of three passes over it (s, 2026-02-01 to 2026-02-28)'
    """
    day = timedelta(days=1)
    found = {
        (group[k]["series"], group[k - 1]["ends"] + day, group[k]["period"] - day)
        for group in grouped(list(rows))
        for k in gaps(group)
    }
    return _counted("gap", sorted(found), "no period of the series covers it, and no run of three passes over it ({})")


def uncounted(rows: Sequence[Row], unit: str | None, said: Sequence[LeftOut] = ()) -> tuple[LeftOut, ...]:
    """Count the periods that a series has in one unit and not in another in which it had begun to count.

    A week whose prices are zero keeps its tokens and has neither money nor requests. `unit` is the one asked for; None
    for all. The reason is that of `said`, what the readers of the copies left out, where one names the day and units.

    >>> row = {"series": "s", "unit": "tokens", "period": date(2026, 5, 5), "ends": date(2026, 5, 11)}
    >>> before = {**row, "unit": "money", "period": date(2026, 4, 28), "ends": date(2026, 5, 4)}
    >>> uncounted([row, before], None)[0].why
    'counted in tokens and not in money: the copy holds no usable row (s, 2026-05-05 to 2026-05-11)'
    """
    held: dict[str, dict[str, dict[date, date]]] = {}
    for row in rows:
        held.setdefault(row["series"], {}).setdefault(row["unit"], {})[row["period"]] = row["ends"]
    found: dict[tuple[str, ...], list[tuple[str, date, date]]] = {}
    for series, units in held.items():
        every = {period: ends for periods in units.values() for period, ends in periods.items()}
        for period, ends in sorted(every.items()):
            has = [name for name, periods in units.items() if period in periods]
            lacks = [name for name, periods in units.items() if name not in has and min(periods) < period]
            asked = [name for name in lacks if unit in (None, name)]
            if asked:
                group = series, " and ".join(has), " or ".join(sorted(asked)), _reason(ends, asked, said)
                found.setdefault(group, []).append((series, period, ends))
    return tuple(
        left
        for (_, has, lacks, why), periods in found.items()
        for left in _counted("period", periods, f"counted in {has} and not in {lacks}: {why} ({{}})")
    )


def _reason(ends: date, units: Sequence[str], said: Sequence[LeftOut]) -> str:
    for left in said:
        day, _, why = left.why.partition(": ")
        if day == str(ends) and all(unit in left.what for unit in units):
            return why
    return "the copy holds no usable row"


def whole(rows: Sequence[Row]) -> list[Row]:
    """Take the two ends of a range that was gathered as two figures for one figure, which bears both of them.

    >>> ends = {"subject": "China", "population": "p", "window_to": None}
    >>> [row["metric"] for row in whole([{**ends, "metric": "x_low"}, {**ends, "metric": "x_high"}])]
    ['x_low']
    """
    lows = {(row["subject"], row["population"], row["window_to"]) for row in rows if row["metric"].endswith("_low")}
    return [
        row
        for row in rows
        if not row["metric"].endswith("_high") or (row["subject"], row["population"], row["window_to"]) not in lows
    ]


def later(
    catalog: Catalog, as_of: date | None, known: tuple[Sequence[Row], Sequence[Row]], wanted: Callable[[Row], bool]
) -> tuple[LeftOut, ...]:
    """Count the series and the figures that match and that the catalogue first held after `as_of`.

    `known` are the rows of `usage` and `facts` that were held by then.
    """
    if as_of is None:
        return ()
    left = []
    for table, rows, what in (("usage", known[0], "series"), ("facts", known[1], "published figure")):
        key = _series if table == "usage" else _figure
        had = {key(row) for row in rows}
        every = [row for row in catalog.table(table).rows() if wanted(row)]
        every = whole(every) if table == "facts" else every
        new = {key(row): row for row in every if key(row) not in had}
        if not new:
            continue
        first = min(min(days) for days in catalog.held(table).values() if min(days) > as_of)
        why = f"the catalogue first held {'it' if len(new) == 1 else 'them'} after {as_of}, from {first} on"
        printed = sum(1 for row in new.values() if (row.get("published") or date.max) <= as_of)
        why += f"; {printed} had been published by then" if table == "facts" else ""
        left.append(LeftOut(what=what if what == "series" else _many(what, len(new)), count=len(new), why=why))
    return tuple(left)


def models(rows: Sequence[Row]) -> tuple[LeftOut, ...]:
    """Count the single models whose shares a fetched series holds: they are in the table and in no grouping here.

    >>> models([{"subject": "deepseek/deepseek-v3.2"}] * 2)[0].count
    1
    """
    count = len({row["subject"] for row in rows})
    why = "their own shares are not of one of these groups: nomoat adoption --concentration --by model"
    return (LeftOut(what=_many("single model", count), count=count, why=why),) if count else ()


def nobodys(rows: Sequence[Row]) -> tuple[LeftOut, ...]:
    """Count the published figures whose subject belongs to no grouping: both sides together, or a size class.

    >>> nobodys([{"subject": "both, somewhere"}])[0].why
    'neither of open or closed models nor of a country, organisation or family (both, somewhere)'
    """
    subjects = sorted({str(row["subject"]) for row in rows})
    named = ", ".join(subjects[:NAMED]) + (f", {len(subjects) - NAMED} more" if len(subjects) > NAMED else "")
    why = f"neither of open or closed models nor of a country, organisation or family ({named})"
    return (LeftOut(what=_many("published figure", len(rows)), count=len(rows), why=why),) if rows else ()


def _counted(what: str, periods: Sequence[tuple[str, date, date]], why: str) -> tuple[LeftOut, ...]:
    if not periods:
        return ()
    said = [f"{series}, {start} to {end}" for series, start, end in periods]
    more = [f"{len(said) - NAMED} more"] if len(said) > NAMED else []
    why = why.format("; ".join([*said[:NAMED], *more]))
    return (LeftOut(what=_many(what, len(periods)), count=len(periods), why=why),)


def _many(what: str, count: int) -> str:
    return what if count == 1 else f"{what}s"


def _series(row: Row) -> tuple[Any, ...]:
    return row["series"], row["unit"], row["subject"]


def _figure(row: Row) -> tuple[Any, ...]:
    return (row["fact_id"],)
