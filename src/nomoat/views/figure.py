"""What a figure is: a chart with the words, the table and the file name that go with it."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from nomoat.types import Noun
from nomoat.views.table import Table
from nomoat.views.theme import LIGHT, WIDE, config

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, not an address that anything fetches


class Figure(Noun, frozen=True, kw_only=True):
    """A chart, the sentence it shows, its text alternative, its footnote and its table twin."""

    name: str  # of the files it is written to, without an ending
    finding: str  # computed from the numbers; the title
    alt: str
    footer: tuple[str, ...]
    view: dict[str, Any]  # layers, width and height: Vega-Lite without title and colours of text
    margin: int = 50  # pixels left of the plot
    table: Table

    def spec(self, *, titled: bool = True) -> dict[str, Any]:
        """The Vega-Lite specification: with finding and footer as it stands alone in a file, or bare for a page.

        The footer is a text mark under the plot: Vega-Lite has no caption, and a concatenation with one
        would give up `width="container"`.
        """
        bare = {"$schema": SCHEMA, **self.view, "config": config()}
        if not titled:
            return bare
        width = self.view["width"] + self.margin if isinstance(self.view["width"], int) else WIDE
        lines = [text for part in self.footer for text in wrap(part, max(20, int(width / 5.2)))]
        mark = {
            "type": "text", "text": lines, "align": "left", "baseline": "top", "aria": False,
            "fontSize": 10, "lineHeight": 13, "color": LIGHT.soft, "x": -self.margin + 8, "y": self.view["height"] + 52,
        }  # fmt: skip
        foot = {"data": {"values": [{}]}, "mark": mark}
        title = {"text": wrap(self.finding, max(20, int(width / 8)))}
        return {**bare, "title": title, "layer": [*self.view["layer"], foot], "description": self.alt}

    @property
    def chart(self) -> Any:
        """The same as an Altair chart, to be changed further."""
        import altair as alt

        return alt.LayerChart.from_dict(self.spec())
