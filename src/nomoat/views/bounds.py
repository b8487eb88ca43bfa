"""How are shares drawn that are known between two bounds, a row each?"""

from __future__ import annotations

from collections.abc import Sequence

from nomoat.views import marks
from nomoat.views.lanes import Lanes
from nomoat.views.marks import Layer
from nomoat.views.shares import percent
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT

Row = dict[str, object]


def bound(row: int, low: float, high: float | None, text: str = "") -> Row:
    """A row of such a chart: dark between the bounds, written out behind them as a share unless `text` says it.

    >>> bound(2, 0.64, None)
    {'row': 2, 'value': 0.64, 'until': 0.64, 'text': 'at least 64%'}
    """
    until = low if high is None else high
    return {"row": row, "value": low, "until": until, "text": text or percent(low, high)}


def bounds(rows: Sequence[Row], x: Layer, lane: Lanes) -> list[Layer]:
    """Light from zero to the low bound, dark from there to the high one, the figures behind.

    >>> from nomoat.views.lanes import lanes, scale
    >>> len(bounds([bound(0, 0.64, 0.75)], scale((0.0, 1.0), "Share"), lanes(["tokens"], compact=False)))
    4
    """
    certain = [{**row, "value": 0.0, "until": row["value"]} for row in rows]
    ends = [{**row, "value": row["until"]} for row in rows]
    return [
        marks.bar(certain, x, lane.y, LIGHT.follower, x2="until", opacity=0.3),
        marks.bar(rows, x, lane.y, LIGHT.follower, x2="until"),
        marks.points(rows, x, lane.y, LIGHT.follower, FOLLOWER_SHAPE),
        marks.texts(ends, x, lane.y, dx=9, weight="bold"),
        *lane.layers(),
    ]
