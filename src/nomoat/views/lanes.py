"""How a chart of named rows is laid out: names beside the marks on a page, above them on a phone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import log10
from typing import Any

from nomoat.types import Noun
from nomoat.views import marks
from nomoat.views.labels import text_width
from nomoat.views.marks import Layer
from nomoat.views.table import clip, printable
from nomoat.views.theme import LIGHT

MOST = 44  # characters of a name beside its row


class Lanes(Noun, frozen=True, kw_only=True):
    """Rows from top to bottom, some of them headings; every mark says the number of its row."""

    names: tuple[str, ...]
    headings: frozenset[int]
    strong: frozenset[int]
    compact: bool
    step: int

    @property
    def height(self) -> int:
        """Pixels of the plot."""
        return self.step * max(1, len(self.names))

    @property
    def margin(self) -> int:
        """Pixels left of the plot, for the names."""
        if self.compact:
            return 12
        return int(max((text_width(clip(name, MOST), 12) for name in self.names), default=0.0)) + 24

    def inner(self, width: int) -> int:
        """Pixels of the plot when the whole picture is `width` wide."""
        return max(160, width - self.margin - 16)

    @property
    def y(self) -> Layer:
        """The row as a position; its axis carries the names when there is room beside the plot."""
        scale = {"type": "band", "domain": list(range(len(self.names))), "paddingInner": 0, "paddingOuter": 0}
        encoding: Layer = {"field": "row", "type": "ordinal", "scale": scale, "axis": None}
        if self.compact:
            return {**encoding, "bandPosition": 0.72}
        shown = [clip(printable(name), MOST) for name in self.names]
        bold = json.dumps(sorted(self.headings | self.strong))
        return {
            **encoding,
            "bandPosition": 0.5,
            "axis": {
                "title": None, "ticks": False, "domain": False, "labelPadding": 8, "labelFontSize": 12,
                "labelColor": LIGHT.ink, "labelLimit": 330,
                # JSON strings are Vega strings: a name cannot end the literal and become an expression.
                "labelExpr": f"{json.dumps(shown)}[datum.value]",
                "labelFontWeight": {
                    "condition": {"test": f"indexof({bold}, datum.value) >= 0", "value": "bold"},
                    "value": "normal",
                },
            },
        }  # fmt: skip

    def layers(self) -> list[Layer]:
        """The names above the marks, on a phone; nothing on a page, where the axis has them."""
        if not self.compact:
            return []
        strong = self.headings | self.strong
        y = {**self.y, "bandPosition": 0.3}
        drawn = []
        for weight, kept in (("bold", strong), ("normal", set(range(len(self.names))) - strong)):
            values = [{"row": row, "text": clip(printable(self.names[row]), 54)} for row in sorted(kept)]
            drawn.append(marks.texts(values, {"value": 0}, y, weight=weight))
        return drawn


def lanes(names: Sequence[str], *, compact: bool, headings: Iterable[int] = (), strong: Iterable[int] = ()) -> Lanes:
    """Lay out named rows; rows in `headings` carry no mark, rows in `strong` are set in bold.

    >>> lanes(["a", "b"], compact=False).height, lanes(["a", "b"], compact=True).height
    (44, 72)
    """
    return Lanes(
        names=tuple(names),
        headings=frozenset(headings),
        strong=frozenset(strong),
        compact=compact,
        step=36 if compact else 22,
    )


def scale(domain: tuple[float, float], title: str, *, compact: bool = False, **axis: Any) -> Layer:
    """The quantity under the rows, with its unit."""
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"title": title, "tickCount": 5 if compact else 8, "orient": "bottom", **axis},
    }


def log_scale(domain: tuple[float, float], title: str, *, compact: bool = False) -> Layer:
    """The same with a logarithmic axis in powers of ten."""
    first, last = round(log10(domain[0])), int(log10(domain[1]))
    powers = list(range(first, last + 1))
    labels = [f"1e{k}" if domain[1] > 1e5 else f"{10.0**k:g}" for k in powers]
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log", "domain": list(domain), "nice": False},
        "axis": {
            "title": title,
            "values": [10.0**k for k in powers],
            "labelExpr": f"{json.dumps(labels)}[round(log(datum.value) / LN10) - {first}]",
            "labelFlush": compact,
        },
    }
