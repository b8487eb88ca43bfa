"""Who is better of two, in words and as a chart?"""

from __future__ import annotations

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT, WIDE
from nomoat.world.pairs import Against, Pairs


def pairs_figure(found: Pairs, *, width: int = WIDE, container: bool = False) -> Figure:
    """One interval a pair around nought."""
    compact = width < 560
    lane = lanes.lanes([f"{p.one} less {p.other}" for p in found.pairs], compact=compact)
    rows = [{"row": k, "value": p.difference, "low": p.low, "high": p.high} for k, p in enumerate(found.pairs)]
    ends = [x for p in found.pairs for x in (p.difference, p.low, p.high) if x is not None]
    room = 0.08 * (max(ends) - min(ends) or 1.0)
    x = lanes.scale((min(0.0, *ends) - room, max(0.0, *ends) + room), f"Difference ({found.unit})", compact=compact)
    spans = [{**row, "value": row["low"], "until": row["high"]} for row in rows if row["low"] is not None]
    layers = [
        marks.rule([{"value": 0.0}], x, {"value": 0}, y2=None, color=LIGHT.soft, strokeDash=[4, 3]),
        marks.rule(spans, x, lane.y, x2="until", color=LIGHT.follower, strokeWidth=2.4),
        marks.points(rows, x, lane.y, LIGHT.follower, FOLLOWER_SHAPE, size=64),
        *lane.layers(),
    ]
    # A vertical line through all rows: from the top of the plot to its bottom.
    layers[0]["encoding"].pop("y", None)
    return Figure(
        name="pairs",
        finding="; ".join(sentence(p, found) for p in found.pairs[:3]),
        alt=f"{words.count(len(rows), 'interval')} of differences around nought. "
        + "; ".join(sentence(p, found) for p in found.pairs),
        footer=(
            f"Differences within the same draws, {found.level:.0%} intervals: errors that two models share cancel.",
            f"{found.scale} scale, vintage {found.as_of}. {words.sources(found.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=pairs_table(found),
    )


def sentence(pair: Against, found: Pairs) -> str:
    """Who is better, or that they cannot be told apart."""
    one, other = printable(pair.one), printable(pair.other)
    if pair.apart is None:
        return f"{one} less {other}: {words.number(pair.difference)} {found.unit}, no interval"
    ends = words.interval(pair.low, pair.high, found.level)
    if not pair.apart:
        return f"{one} and {other} cannot be told apart ({ends} {found.unit})"
    first, second = (one, other) if pair.difference > 0 else (other, one)
    low, high = (pair.low, pair.high) if pair.difference > 0 else (-(pair.high or 0), -(pair.low or 0))
    return (
        f"{first} is {words.number(abs(pair.difference))} {found.unit} better than {second} "
        f"({words.interval(low, high, found.level)})"
    )


def pairs_table(found: Pairs) -> Table:
    """One pair a row."""
    return Table(
        name="pairs",
        caption="Differences of two models",
        columns=(
            Column(key="one", title="model", wide=30),
            Column(key="other", title="less", wide=30),
            Column(key="difference", title=found.unit, digits=1),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *raw("low", "high"),
            Column(key="p_better", title="P(better)", digits=2),
            Column(key="apart", title="told apart"),
        ),
        rows=tuple(
            (p.one, p.other, p.difference, words.span(p.low, p.high), p.low, p.high, p.p_better, p.apart)
            for p in found.pairs
        ),
    )
