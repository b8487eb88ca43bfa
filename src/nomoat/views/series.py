"""How did one share go, between its bounds, and when did it pass a level?"""

from __future__ import annotations

from datetime import timedelta

from nomoat.types import LeftOut
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.shares import percent, place
from nomoat.views.table import Column, Table, raw
from nomoat.views.theme import LIGHT, MARGIN, WIDE
from nomoat.world.adoption import Adoption
from nomoat.world.series import Overtake, Series


def series_figure(series: Series, found: Adoption, *, width: int = WIDE, container: bool = False) -> Figure:
    """One share over time as a band between its bounds, with the level and the dates on which it passed it."""
    compact = width < 560
    height = 230 if compact else 280
    first, last = series.periods[0].start, series.latest.end
    end = series.latest
    said = percent(end.low, end.high)
    room = marks.beyond(first, end.start, [said], width - MARGIN)
    edge = max(last + timedelta(days=max(20, (last - first).days // 9)), room)
    x = marks.dates(first, edge, last, compact=compact, title=f"First day of the {series.grain}")
    y = marks.measure("score", f"Share of {series.unit}", (0.0, 1.0), tickCount=5, format=".0%")
    rows = [
        {"date": p.start.isoformat(), "score": (p.low + p.high) / 2, "low": p.low, "high": p.high}
        for p in series.periods
    ]
    lines = [
        marks.line([{**row, "score": row[key]} for row in rows], x, y, LIGHT.follower, "linear")
        for key in ("low", "high")
    ]
    level = [{"date": first.isoformat(), "score": series.overtake.level, "until": last.isoformat()}]
    label = [{"date": end.start.isoformat(), "score": (end.low + end.high) / 2, "text": said}]
    layers = [
        marks.rule(level, x, y, x2="until", color=LIGHT.soft, strokeDash=[4, 3]),
        marks.band(rows, x, y, LIGHT.follower, "linear"),
        *lines,
        marks.texts(label, x, y, dx=8, weight="bold"),
    ]
    return Figure(
        name=f"share-{series.unit}",
        finding=series_finding(series),
        alt=f"A band between two lines from {words.day(first)} to {words.day(last)}. {series_finding(series)}",
        footer=(
            f"Population: {series.population}. Rule: {series.numerator}. Between the lines lies what is unknown.",
            *(f"Left out: {x.count} {x.what}: {x.why}." for x in missing(series, found)),
            words.sources([o for o in found.origins if o.id in series.origins]),
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=series_table(series),
    )


def missing(series: Series, found: Adoption) -> tuple[LeftOut, ...]:
    """What was left out of one share, and of no other: the answer as a whole counts the rest.

    A reason names its series in brackets; one that says in which units a period was not counted is of those units.
    """
    name = series.id.partition("/")[0]
    mine = [left for left in found.left_out if f"({name}," in left.why]
    lacks = {left: left.why.partition(" and not in ")[2].partition(":")[0] for left in mine}
    return tuple(left for left in mine if not lacks[left] or series.unit in lacks[left].split(" or "))


def series_finding(series: Series) -> str:
    """The last period, and when the share passed the level."""
    p = series.latest
    who = series.subject.capitalize() if series.subject.islower() else series.subject
    return (
        f"{who} had {percent(p.low, p.high)} of {series.unit} on {place(series.channel)} in the {series.grain} to "
        f"{words.day(p.end)}; {overtaken(series.overtake, p.low, p.high)}"
    )


def overtaken(overtake: Overtake, low: float = 1.0, high: float = 1.0) -> str:
    """When a share passed a level, as the range that different counts allow.

    >>> overtaken(Overtake(level=0.5, from_start=False, earliest=None, latest=None, run=3))
    'it has not passed 50% on any count'
    """
    level = f"{overtake.level:.0%}"
    if overtake.from_start and high < overtake.level:
        return f"it lay above {level} in the first period and lies below it in the last"
    if overtake.from_start and low <= overtake.level:
        return f"it lay above {level} in the first period; on which side it lies now, the unknown decides"
    if overtake.from_start:
        return f"it lay above {level} from the first period on"
    if overtake.earliest is None:
        return f"it has not passed {level} on any count"
    first = f"{overtake.earliest:%Y-%m}"
    if overtake.latest is None:
        return f"it passed {level} in {first} at the earliest, and not yet on the strictest count"
    last = f"{overtake.latest:%Y-%m}"
    return f"it passed {level} in {first}" + ("" if first == last else f" at the earliest and in {last} at the latest")


def series_table(series: Series) -> Table:
    """One period a row, newest first."""
    return Table(
        name=f"share-{series.unit}",
        caption=f"Share of {series.subject} in {series.unit} on {place(series.channel)}",
        columns=(
            Column(key="start", title="from"),
            Column(key="end", title="to"),
            Column(key="share", title="share", only="page"),
            *raw("low", "high"),
            Column(key="total", title=f"all {series.unit}"),
        ),
        rows=tuple((p.start, p.end, percent(p.low, p.high), p.low, p.high, p.total) for p in reversed(series.periods)),
    )
