"""How far does the answer move when one choice changes at a time, or from one group to the next?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from nomoat.types import Choice, Panel
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import LIGHT, WIDE

Quantity = Literal["months", "points", "match"]
_SETTLING = ("rule", "weights")
_TITLE = {"months": "Current lag (months)", "match": "Mean time to match (months, restricted)"}
Reading = tuple[float | None, float | None, float | None]


def panel_figure(
    panel: Panel,
    quantity: Quantity = "months",
    *,
    axes: Iterable[str] | None = None,
    name: str | None = None,
    width: int = WIDE,
    container: bool = False,
) -> Figure:
    """One dot and interval a choice, grouped by axis, the default first and marked by a line through all.

    A dot is hollow where there is no interval. Points are drawn for rows in the default's unit only;
    a row without a value says why. `axes` keeps some axes, such as domain alone.
    """
    compact = width < 560
    axes = None if axes is None else tuple(axes)
    rows = _chosen(panel, axes, quantity)
    base = next((row for row in panel.rows if row.default), None)
    unit = base.unit if base else (rows[0].unit if rows else "points")
    other = [row for row in rows if quantity == "points" and row.unit != unit]
    rows = [row for row in rows if row not in other]
    names, headings, strong, at = _grouped(rows)
    lane = lanes.lanes(names, compact=compact, headings=headings, strong=strong)
    known = [(at[index], row, _reading(row, quantity)) for index, row in enumerate(rows)]
    ends = [end for _, _, reading in known for end in reading if end is not None]
    low, high = min([0.0, *ends]), max([1.0, *ends])
    pad = (high - low) * 0.1
    title = _TITLE.get(quantity, f"Quality gap ({unit})")
    x = lanes.scale((low - (pad if low < 0 else 0.0), high + pad), title, compact=compact)
    dots = [
        {
            "row": row,
            "value": reading[0],
            "low": reading[1],
            "high": reading[2],
            "default": choice.default,
            "more": quantity == "months" and choice.months_lower_bound,
        }
        for row, choice, reading in known
        if reading[0] is not None
    ]
    sure = [dot for dot in dots if dot["low"] is not None and dot["high"] is not None]
    bare = [dot for dot in dots if dot["low"] is None or dot["high"] is None]
    layers = []
    if base is not None and (centre := _reading(base, quantity)[0]) is not None:
        layers.append(
            {
                "data": {"values": [{"value": centre}]},
                "mark": {"type": "rule", "color": LIGHT.other, "strokeDash": [3, 3], "aria": False},
                "encoding": {"x": x},
            }
        )
    spans = [{**dot, "value": dot["low"], "until": dot["high"]} for dot in sure]
    layers += [
        marks.rule(spans, x, lane.y, x2="until", color=LIGHT.follower, strokeWidth=2.4, opacity=0.6),
        marks.points([d for d in sure if not d["default"]], x, lane.y, LIGHT.follower, "circle", size=60),
        marks.points([d for d in sure if d["default"]], x, lane.y, LIGHT.ink, "diamond", size=90),
        marks.points(bare, x, lane.y, LIGHT.follower, "circle", size=60, hollow=True),
        marks.texts([_value(dot) for dot in dots], x, lane.y, dx=7, colour=LIGHT.soft, size=10),
        marks.texts(
            [
                {"row": row, "value": max(low, 0.0), "text": "not defined here"}
                for row, _, reading in known
                if reading[0] is None
            ],
            x, lane.y, dx=4, colour=LIGHT.soft, size=10,
        ),
        *lane.layers(),
    ]  # fmt: skip
    said = finding(panel, quantity, axes=axes)
    return Figure(
        name=name or {"months": "panel", "points": "panel-points", "match": "panel-match"}[quantity],
        finding=said,
        alt=f"{words.count(len(rows), 'row')} with a dot and an interval each, grouped by {_axes(rows)}. {said}",
        footer=(
            f"One choice changed at a time; diamond and dashed line: the default. Lines: {panel.level:.0%} intervals "
            "of measurement; hollow: no interval. The spread over rows is a range of definitions, not an interval."
            + (
                f" {words.count(len(other), 'row')} in another unit {'is' if len(other) == 1 else 'are'} in the table."
                if other
                else ""
            ),
            f"Vintage {panel.as_of}. {words.sources(panel.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=panel_table(panel, axes=axes, name=name or ("panel" if axes is None else f"panel-{quantity}")),
    )


def finding(panel: Panel, quantity: Quantity = "months", *, axes: Iterable[str] | None = None) -> str:
    """The smallest and the largest value over the rows, and the default's own."""
    rows = [row for row in _chosen(panel, axes, quantity) if _reading(row, quantity)[0] is not None]
    bounds = [row for row in rows if quantity == "months" and row.months_lower_bound]
    rows = [row for row in rows if row not in bounds]
    base = next((row for row in panel.rows if row.default), None)
    if quantity == "points" and base is not None:
        rows = [row for row in rows if row.unit == base.unit]
    what = {"months": "current lag", "points": "quality gap", "match": "mean time to match"}[quantity]
    unit = "months" if quantity != "points" else (base.unit if base else "points")
    if not rows:
        return f"No choice gives a {what}"
    ordered = sorted(rows, key=lambda row: (_reading(row, quantity)[0] or 0.0, row.choice))
    low, high = ordered[0], ordered[-1]
    said = (
        f"Over {words.count(len(rows), 'choice')} the {what} runs from {_said(low, quantity)} to "
        f"{_said(high, quantity)} {unit} ({_labelled(low)}; {_labelled(high)})"
    )
    if base is not None and _reading(base, quantity)[0] is not None:
        said += f"; the default gives {_said(base, quantity)}"
    if bounds:
        said += f"; {words.count(len(bounds), 'more row')} only {'has' if len(bounds) == 1 else 'have'} a lower bound"
    return said


def panel_table(panel: Panel, *, axes: Iterable[str] | None = None, name: str = "panel") -> Table:
    """Every choice with all its answers and what it cannot say."""
    level = f"{panel.level:.0%}"
    return Table(
        name=name,
        caption="The same question under one changed choice at a time",
        columns=(
            Column(key="axis", title="axis", wide=18),
            Column(key="choice", title="choice", wide=30),
            Column(key="default", title="default", only="file"),
            Column(key="lag", title="lag (months)", only="page"),
            *raw("months", "months_lower_bound"),
            Column(key="months_interval", title=level, only="page"),
            *raw("months_low", "months_high"),
            Column(key="points", title="gap", digits=1),
            Column(key="points_interval", title=level, only="page"),
            *raw("points_low", "points_high"),
            Column(key="unit", title="unit", wide=10, terminal=False),
            Column(key="match", title="median match", only="page"),
            *raw("match_median", "match_exceeds"),
            Column(key="match_mean", title="mean match", digits=1),
            *raw("match_mean_low", "match_mean_high"),
            Column(key="n", title="models", only="page"),
            *raw("n_leader", "n_follower"),
            Column(key="note", title="note", wide=30, terminal=False),
        ),
        rows=tuple(
            (
                row.axis,
                row.choice + (" (default)" if row.default else ""),
                row.default,
                _lag(row),
                row.months,
                row.months_lower_bound,
                words.span(row.months_low, row.months_high),
                row.months_low,
                row.months_high,
                row.points,
                words.span(row.points_low, row.points_high),
                row.points_low,
                row.points_high,
                row.unit,
                _median(row),
                row.match_median,
                row.match_exceeds,
                row.match_mean,
                row.match_mean_low,
                row.match_mean_high,
                f"{row.n_leader} / {row.n_follower}",
                row.n_leader,
                row.n_follower,
                row.note,
            )
            for row in _chosen(panel, axes)
        ),
    )


def _chosen(panel: Panel, axes: Iterable[str] | None, quantity: Quantity | None = None) -> list[Choice]:
    """The rows of these axes that can move the quantity: neither gap of a day depends on how a match is settled."""
    kept = None if axes is None else set(axes)
    still = _SETTLING if quantity in ("months", "points") else ()
    return [row for row in panel.rows if (kept is None or row.axis in kept) and (row.default or row.axis not in still)]


def _grouped(rows: list[Choice]) -> tuple[list[str], list[int], list[int], list[int]]:
    """Lane names with a heading before each axis, and the lane of every row."""
    names: list[str] = []
    headings, strong, at = [], [], []
    alone = len({row.axis for row in rows}) == 1
    for index, row in enumerate(rows):
        if not alone and (index == 0 or rows[index - 1].axis != row.axis):
            headings.append(len(names))
            names.append(row.axis[:1].upper() + row.axis[1:])
        at.append(len(names))
        if row.default:
            strong.append(len(names))
        names.append(row.choice + (" (default)" if row.default else ""))
    return names, headings, strong, at


def _reading(row: Choice, quantity: Quantity) -> Reading:
    if quantity == "months":
        return row.months, row.months_low, row.months_high
    if quantity == "points":
        return row.points, row.points_low, row.points_high
    return row.match_mean, row.match_mean_low, row.match_mean_high


def _said(row: Choice, quantity: Quantity) -> str:
    value = _reading(row, quantity)[0]
    return words.number(value) if value is not None else "–"


def _labelled(row: Choice) -> str:
    """The choice, with what it cannot say: an extreme is not quoted without its caveat."""
    return printable(f"{row.choice}: {row.note}" if row.note else row.choice)


def _lag(row: Choice) -> str | None:
    """The lag, with "more than" where the leader's first model was already there."""
    if row.months is None:
        return None
    return f"> {words.number(row.months)}" if row.months_lower_bound else words.number(row.months)


def _median(row: Choice) -> str | None:
    if row.match_median is not None:
        return words.number(row.match_median)
    return None if row.match_exceeds is None else f"> {words.number(row.match_exceeds)}"


def _value(dot: marks.Row) -> marks.Row:
    end = dot["value"] if dot["high"] is None else max(dot["high"], dot["value"])
    more = "> " if dot.get("more") else ""
    return {"row": dot["row"], "value": end, "text": more + words.number(dot["value"])}


def _axes(rows: list[Choice]) -> str:
    return words.listing(list(dict.fromkeys(row.axis for row in rows)), most=9)
