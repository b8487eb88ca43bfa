"""How does the open share of one week look in tokens, requests and money?"""

from __future__ import annotations

from nomoat.views import lanes, marks, words
from nomoat.views.bounds import bound, bounds
from nomoat.views.figure import Figure
from nomoat.views.shares import percent, place, window
from nomoat.views.table import Column, Table, raw
from nomoat.views.theme import WIDE
from nomoat.world.split import Split, Week

SHOWN = 2  # windows in the picture: the newest one of each channel with all three units


def split_figure(found: Split, *, width: int = WIDE, container: bool = False) -> Figure:
    """The three units of the newest full window of each channel, one under the other."""
    compact = width < 560
    names: list[str] = []
    headings, rows = [], []
    for week in newest(found):
        headings.append(len(names))
        names.append(f"{place(week.channel)}, {window(week.start, week.end)}")
        for side in week.sides:
            rows.append(bound(len(names), side.low, side.high))
            names.append(side.unit)
    lane = lanes.lanes(names, compact=compact, headings=headings)
    x = lanes.scale((0.0, 1.0), f"Share of {words.cohort(found.cohort)}", compact=compact, format=".0%")
    said = split_finding(found)
    return Figure(
        name="split",
        finding=said,
        alt=f"{words.count(len(rows), 'bar')} in {words.count(len(headings), 'group')}, one a unit. {said}",
        footer=(
            "The same models, the same window, counted three ways; dark: between the bounds that unknown models leave. "
            + " ".join(f"{place(w.channel)}: {w.population}." for w in newest(found)),
            words.sources(found.origins),
        ),
        view=marks.plot(bounds(rows, x, lane), width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=split_table(found),
    )


def newest(found: Split) -> list[Week]:
    """The newest window of each channel that has all three units, or the newest of all where none has."""
    return list(found.full[:SHOWN])


def split_finding(found: Split) -> str:
    """The newest window in words."""
    week = newest(found)[0]
    shares = words.listing([f"{percent(s.low, s.high)} of {s.unit}" for s in week.sides])
    when = window(week.start, week.end)
    return f"{words.cohort(found.cohort).capitalize()} had {shares} on {place(week.channel)} ({when})"


def split_table(found: Split) -> Table:
    """One window a row, newest first."""
    rows = []
    for week in found.weeks:
        sides = {side.unit: side for side in week.sides}
        cells: list[str | float | None] = []
        for unit in ("tokens", "requests", "money"):
            side = sides.get(unit)
            cells += [None, None, None] if side is None else [percent(side.low, side.high), side.low, side.high]
        rows.append((place(week.channel), week.start, week.end, *cells, week.population))
    units = [
        column
        for unit in ("tokens", "requests", "money")
        for column in (
            Column(key=f"{unit}_shown", title=unit, only="page"),
            *raw(f"{unit}_low", f"{unit}_high"),
        )
    ]
    return Table(
        name="split",
        caption=f"Share of {words.cohort(found.cohort)}, the same window in three units",
        columns=(
            Column(key="channel", title="where", wide=18),
            Column(key="start", title="from"),
            Column(key="end", title="to"),
            *units,
            Column(key="population", title="population", wide=36, terminal=False),
        ),
        rows=tuple(rows),
    )
