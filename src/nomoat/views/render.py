"""How a chart becomes bytes: PNG, SVG, one HTML file that needs no network, or its specification."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args

from nomoat.errors import InputError
from nomoat.views.figure import Figure
from nomoat.views.theme import DARK, WIDE, repaint

Format = Literal["png", "svg", "html", "json"]
_SPEC = "const spec = "
VL_VERSION = "6.1"  # the Vega-Lite 6.4 that vl-convert 1.9 also bundles writes "undefined" tooltips: PR 9707


def render(
    chart: Any,
    format: Format,
    *,
    width: int | None = None,
    dark: bool = False,
    scale: float = 2.0,
    labelled: bool = True,
) -> bytes:
    """The chart as the bytes of a file; the same chart gives the same bytes.

    `chart` is a Figure, an Altair chart or a specification. A width of "container" needs a page: in a
    picture it becomes `width`, or 760 pixels. `labelled=False` leaves out the description of every single mark in
    an SVG (four fifths of its size), for a page that describes the figure as a whole.

    >>> chart = {"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x"}}}
    >>> render(chart, "svg")[:4], render(chart, "png")[1:4]
    (b'<svg', b'PNG')
    """
    if format not in get_args(Format):
        raise InputError(f"No picture format {format!r}", "one of png, svg, html, json", "--out gap.svg, for example")
    spec = chart if isinstance(chart, dict) else chart.spec() if isinstance(chart, Figure) else chart.to_dict()
    if dark:
        spec = repaint(spec, DARK)
    if format == "json":
        return (json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    import vl_convert as vlc

    if format == "html":
        page = vlc.vegalite_to_html(spec, vl_version=VL_VERSION, bundle=True, renderer="svg")
        return _harmless(page).encode()
    if width is not None or spec.get("width") == "container":
        spec = {**spec, "width": width or WIDE}
        spec.pop("autosize", None)
    if not labelled:
        spec = {**spec, "config": {**spec.get("config", {}), "aria": False}}
    svg: str = vlc.vegalite_to_svg(spec, vl_version=VL_VERSION)
    return svg.encode() if format == "svg" else raster(svg, scale=scale)


def raster(svg: str, *, scale: float = 2.0) -> bytes:
    """An SVG that was drawn already, as a PNG: a fifth of the time of drawing the chart again."""
    import vl_convert as vlc

    return vlc.svg_to_png(svg, scale=scale)


def _harmless(page: str) -> str:
    """The page with every "<" of its specification written as an escape.

    vl-convert 1.9 writes the JSON into a script as it is: a model named "</script><script>..." would run.
    """
    start = page.index(_SPEC) + len(_SPEC)
    _, length = json.JSONDecoder().raw_decode(page[start:])
    return page[:start] + page[start : start + length].replace("<", "\\u003c") + page[start + length :]
