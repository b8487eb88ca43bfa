"""The few layers that charts are made of: Vega-Lite as plain data, its values inside, light colours only.

Plain data, not Altair objects: a picture then costs no import of Altair (0.9 s), and a test reads what it draws.
`Figure.chart` hands the same specification to Altair for whoever wants to go on from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import Any

from nomoat.views.theme import LIGHT

Layer = dict[str, Any]
Row = dict[str, Any]


def dates(start: date, end: date, last: date, *, compact: bool = False, title: str = "Release date") -> Layer:
    """The time axis from `start` to `end`, with ticks up to `last`, in UTC: no day depends on the reader's place."""
    return {
        "field": "date",
        "type": "temporal",
        # An expression: of two dates in JSON Vega-Lite 6.1 makes one domain for x and another for x2, which has no
        # type, and warns in the reader's console that they are in conflict.
        "scale": {"type": "utc", "domain": {"expr": f"[{_utc(start)}, {_utc(end)}]"}, "nice": False},
        "axis": {
            "title": title,
            "values": [tick.isoformat() for tick in ticks(start, last, most=5 if compact else 9)],
            "format": "%b %Y",
            "labelFlush": False,  # a first label that is pushed inside meets the second one on a phone
            "grid": False,
        },
    }


def _utc(day: date) -> str:
    return f"utc({day.year}, {day.month - 1}, {day.day})"


def ticks(start: date, end: date, *, most: int) -> list[date]:
    """First days of months between two dates, evenly spaced, January among them.

    >>> [tick.isoformat() for tick in ticks(date(2024, 2, 1), date(2026, 8, 11), most=4)]
    ['2025-01-01', '2026-01-01']
    """
    found: list[date] = []
    for step in (1, 2, 3, 6, 12, 24, 60):
        months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        days = (date(k // 12, k % 12 + 1, 1) for k in months if k % step == 0)
        found = [day for day in days if start <= day <= end]
        if len(found) <= most:
            break
    return found


def beyond(start: date, last: date, words: Iterable[str], inner: float, *, gap: float = 8) -> date:
    """The end of a time axis of `inner` pixels that leaves room for words, bold and `gap` pixels off, after `last`.

    >>> beyond(date(2024, 1, 1), date(2026, 1, 1), ["64% to 75%"], 700) < date(2026, 5, 1)
    True
    >>> beyond(date(2024, 1, 1), date(2026, 1, 1), ["64% to 75%"], 300) > date(2026, 6, 1)
    True
    """
    from nomoat.views.labels import text_width

    need = min(inner / 2, gap + max((text_width(text) for text in words), default=0.0))
    return last + timedelta(days=ceil((last - start).days * need / (inner - need)))


def measure(field: str, title: str | None, domain: tuple[float, float], **axis: Any) -> Layer:
    """A quantity with its unit in the axis title."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"title": title, "tickCount": 6, **axis},
    }


def band(values: Iterable[Row], x: Layer, y: Layer, colour: str, shape: str = "step-after") -> Layer:
    """The interval of a line; corners without one leave a hole."""
    return {
        "data": {"values": [row for row in values if row["low"] is not None and row["high"] is not None]},
        "mark": {"type": "area", "color": colour, "opacity": 0.16, "interpolate": shape, "aria": False},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
    }


def line(values: Iterable[Row], x: Layer, y: Layer, colour: str, shape: str = "step-after") -> Layer:
    """A running best, or any line; rows must be in order."""
    return {
        "data": {"values": list(values)},
        "mark": {"type": "line", "color": colour, "strokeWidth": 2, "interpolate": shape, "aria": False},
        "encoding": {"x": x, "y": y, "order": {"field": "date", "type": "temporal"}},
    }


def points(
    values: Iterable[Row],
    x: Layer,
    y: Layer,
    colour: str,
    shape: str,
    *,
    size: float = 46,
    opacity: float = 1.0,
    hollow: bool = False,
    tips: Iterable[Layer] = (),
) -> Layer:
    """Marks at places: filled, or hollow where a value has no interval."""
    fill = LIGHT.paper if hollow else colour
    mark = {"type": "point", "shape": shape, "size": size, "opacity": opacity, "color": colour, "fill": fill}
    encoding: Layer = {"x": x, "y": y}
    if tips:
        encoding["tooltip"] = list(tips)
    return {
        "data": {"values": list(values)},
        "mark": {**mark, "strokeWidth": 1.6 if hollow else 0.5},
        "encoding": encoding,
    }


def rule(
    values: Iterable[Row], x: Layer, y: Layer, *, x2: str | None = None, y2: str | None = None, **style: Any
) -> Layer:
    """A straight line from (x, y) to x2 or y2, or across the plot."""
    encoding: Layer = {"x": x, "y": y}
    for name, field in (("x2", x2), ("y2", y2)):
        if field is not None:
            encoding[name] = {"field": field}
    mark = {"type": "rule", "color": LIGHT.ink, "strokeWidth": 1.4, "aria": False, **style}
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}


def bar(values: Iterable[Row], x: Layer, y: Layer, colour: str, *, x2: str, height: int = 10, **style: Any) -> Layer:
    """A horizontal bar from x to x2: a thick rule, because a bar mark ignores where in its band a row stands."""
    return rule(values, x, y, x2=x2, color=colour, strokeWidth=height, strokeCap="butt", **style)


def texts(
    values: Iterable[Row],
    x: Layer,
    y: Layer,
    *,
    dx: float = 0,
    dy: float = 0,
    align: str = "left",
    weight: str = "normal",
    size: int = 11,
    colour: str = LIGHT.ink,
    placed: bool = False,
) -> Layer:
    """Words in the plot, from the field `text`; `placed` ones bring offset and alignment in each row."""
    offset: Layer = {"dx": dx, "dy": dy, "align": align}
    if placed:
        offset = {name: {"expr": f"datum.{name}"} for name in ("dx", "dy", "align")}
    mark = {"type": "text", "fontSize": size, "fontWeight": weight, "baseline": "middle", "color": colour}
    return {
        "data": {"values": list(values)},
        "mark": {**mark, "aria": False, **offset},
        "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
    }


def key(entries: Iterable[tuple[str, str, str]], *, left: float = 12, top: float = 12) -> list[Layer]:
    """A legend written in the plot: (words, colour, shape) under one another; a canvas legend takes no keyboard."""
    layers: list[Layer] = []
    for index, (words, colour, shape) in enumerate(entries):
        at = {"x": {"value": left}, "y": {"value": top + 18 * index}}
        point = {"type": "point", "shape": shape, "size": 60, "color": colour, "fill": colour, "opacity": 1}
        text = {"type": "text", "text": words, "dx": 11, "align": "left", "baseline": "middle", "fontSize": 12}
        layers += [
            {"data": {"values": [{}]}, "mark": {**point, "aria": False}, "encoding": at},
            {
                "data": {"values": [{}]},
                "mark": {**text, "fontWeight": "bold", "color": colour, "aria": False},
                "encoding": at,
            },
        ]
    return layers


def plot(layers: Iterable[Layer], *, width: int, height: int, container: bool = False) -> Layer:
    """Layers in one view; in a container they stretch with the page (a fixed width overflows a phone by 399 px)."""
    drawn = [layer for layer in layers if layer.get("data", {}).get("values", True)]
    if container:
        fit = {"type": "fit-x", "contains": "padding"}
        return {"layer": drawn, "width": "container", "height": height, "autosize": fit}
    return {"layer": drawn, "width": width, "height": height}
