"""Pictures come out as bytes that are the same every time, name no host, and run nobody's script."""

from __future__ import annotations

import json
import re

import pytest

from nomoat.errors import InputError
from nomoat.views.render import VL_VERSION, render
from nomoat.views.theme import DARK, LIGHT
from views.figures import BUILDERS

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def chart(text="a"):
    x = {"field": "x", "type": "quantitative"}
    return {"data": {"values": [{"x": 1, "t": text}]}, "mark": "text", "encoding": {"x": x, "text": {"field": "t"}}}


@pytest.mark.parametrize("format", ["svg", "png", "json"])
def test_the_same_chart_gives_the_same_bytes(format):
    first = render(BUILDERS["frontier"](), format)
    assert render(BUILDERS["garage"](), format) != first
    assert render(BUILDERS["frontier"](), format) == first


def test_png_is_drawn_at_twice_the_pixels():
    size = [int.from_bytes(render(chart(), "png", scale=s)[16:20]) for s in (1, 2)]
    assert size[1] == pytest.approx(2 * size[0], abs=2)


def test_a_container_becomes_a_width_in_a_picture():
    bare = BUILDERS["frontier"](container=True).spec(titled=False)
    drawn = float(re.search(r'width="([\d.]+)"', render(bare, "svg", width=500).decode())[1])
    assert 500 < drawn < 580


def test_dark_repaints_all():
    dark = render(BUILDERS["records"](), "svg", dark=True).decode()
    assert DARK.paper in dark
    assert LIGHT.leader not in dark


def test_html_holds_all_it_needs_and_no_hostile_text_runs():
    page = render(chart(HOSTILE), "html").decode()
    assert "<script>alert" not in page
    assert not re.findall(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//", page)
    start = page.index("const spec = ") + len("const spec = ")
    spec, _ = json.JSONDecoder().raw_decode(page[start:])
    assert spec["data"]["values"][0]["t"] == HOSTILE


def test_svg_escapes_hostile_text():
    svg = render(chart(HOSTILE), "svg").decode()
    assert "<script" not in svg
    assert "<img" not in svg


def test_vega_lite_is_the_one_whose_tooltips_work():
    import vl_convert

    assert VL_VERSION in vl_convert.get_vegalite_versions()
    assert VL_VERSION == "6.1"


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="png, svg, html, json"):
        render(chart(), "gif")  # type: ignore[arg-type]
