"""Where is one model in a chart of many?"""

from __future__ import annotations

from typing import Any

import msgspec

from nomoat.types import Point
from nomoat.views import marks
from nomoat.views.figure import Figure
from nomoat.views.table import clip, printable
from nomoat.views.theme import LIGHT


def highlight(figure: Figure, point: Point) -> Figure:
    """The figure with a ring and the name around one point; unchanged where it has no axes of date and score.

    >>> from nomoat.types import Point
    >>> from datetime import date
    >>> from nomoat.views.table import Table
    >>> x, y = marks.dates(date(2024, 1, 1), date(2026, 1, 1), date(2026, 1, 1)), marks.measure("score", "", (0, 9))
    >>> plot = marks.plot([marks.points([{"date": "2025-01-01", "score": 4}], x, y, "#000000", "circle")],
    ...     width=300, height=200)
    >>> empty = Table(name="t", caption="", columns=(), rows=())
    >>> bare = Figure(name="f", finding="", alt="A chart.", footer=(), view=plot, table=empty)
    >>> point = Point(model="Kimi K3", date=date(2025, 1, 1), score=4, low=None, high=None, cohort="leader",
    ...     record=False)
    >>> highlight(bare, point).alt
    'A chart. Kimi K3 is marked at 4.0 on 2025-01-01.'
    """
    axes = next(
        (layer["encoding"] for layer in figure.view["layer"] if _field(layer, "x") == "date" and _field(layer, "y")),
        None,
    )
    if axes is None:
        return figure
    x, y, name = axes["x"], axes["y"], printable(point.model)
    spot = [{"date": point.date.isoformat(), "score": point.score, "text": clip(name, 34)}]
    rule: dict[str, Any] = {"data": {"values": spot}, "encoding": {"x": x}}
    rule["mark"] = {"type": "rule", "color": LIGHT.ink, "strokeDash": [2, 3], "strokeWidth": 1, "aria": False}
    ring = marks.points(spot, x, {**y, "field": "score"}, LIGHT.ink, "circle", size=230)
    ring["mark"] |= {"fill": None, "strokeWidth": 2.2}
    # Near the right edge there is no room to the right of it.
    late = point.date.toordinal() > _middle(figure)
    text = marks.texts(
        spot, x, {**y, "field": "score"}, dx=-13 if late else 13, dy=-13, align="right" if late else "left",
        weight="bold", size=12,
    )  # fmt: skip
    where = f"{name} is marked at {point.score:.1f} on {point.date}."
    return msgspec.structs.replace(
        figure,
        view={**figure.view, "layer": [rule, *figure.view["layer"], ring, text]},
        alt=f"{figure.alt} {where}",
    )


def _field(layer: dict[str, Any], channel: str) -> Any:
    return layer.get("encoding", {}).get(channel, {}).get("field")


def _middle(figure: Figure) -> int:
    """The day in the middle of what is drawn, as an ordinal."""
    from datetime import date

    days = [
        date.fromisoformat(row["date"]).toordinal()
        for layer in figure.view["layer"]
        for row in layer.get("data", {}).get("values", ())
        if isinstance(row, dict) and isinstance(row.get("date"), str)
    ]
    return (min(days) + max(days)) // 2 if days else 0
