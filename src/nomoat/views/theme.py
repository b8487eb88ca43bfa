"""What every chart looks like: two colours with two shapes, one font, on light and on dark paper."""

from __future__ import annotations

from typing import Any

from nomoat.types import Noun


class Palette(Noun, frozen=True, kw_only=True):
    """The colours of one paper; leader and follower differ in shape as well, never in hue alone."""

    paper: str
    ink: str
    soft: str
    line: str
    leader: str
    follower: str
    other: str

    def dict(self) -> dict[str, str]:
        """Role -> colour."""
        return {role: getattr(self, role) for role in self.__struct_fields__}


# Orange against blue is the pair that all three common colour-vision deficiencies keep apart; both are at
# least 4.5:1 on their paper, so that they may also colour text (WCAG 1.4.3). A test computes the ratios.
LIGHT = Palette(
    paper="#ffffff",
    ink="#1c2127",
    soft="#59626d",
    line="#dde1e6",
    leader="#b3470b",
    follower="#0a62ab",
    other="#7a838e",
)
DARK = Palette(
    paper="#14181d",
    ink="#e8ebee",
    soft="#a3acb7",
    line="#323a43",
    leader="#ff9f5f",
    follower="#6fb7ff",
    other="#8f99a5",
)

# Liberation Sans comes with vl-convert and has Arial's metrics: a label measured there fits in a browser.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
LEADER_SHAPE = "diamond"
FOLLOWER_SHAPE = "circle"
WIDE, NARROW = 760, 360  # pixels: a page's column, and a phone of 390 less its margins
MARGIN = 64  # of these, left of the plot for a vertical axis and around it


def config(palette: Palette = LIGHT) -> dict[str, Any]:
    """Vega-Lite configuration of a chart on this paper.

    >>> config()["background"], config(DARK)["background"]
    ('#ffffff', '#14181d')
    """
    return {
        "background": palette.paper,
        "font": FONT,
        "padding": 8,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.soft,
            "labelFontSize": 11,
            "labelFontWeight": "normal",
            "titleColor": palette.soft,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "gridColor": palette.line,
            "domainColor": palette.line,
            "tickColor": palette.line,
            "labelLimit": 320,
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": palette.ink,
            "fontSize": 15,
            "fontWeight": "bold",
            "subtitleColor": palette.soft,
            "subtitleFontSize": 11,
            "subtitlePadding": 5,
            "lineHeight": 19,
            "subtitleLineHeight": 14,
            "offset": 12,
        },
        "text": {"font": FONT, "color": palette.ink, "fontSize": 11},
    }


def repaint(spec: Any, palette: Palette) -> Any:
    """The same specification with every colour of the light paper replaced by this paper's.

    Charts name the light colours only, so that one drawing serves both papers.

    >>> repaint({"mark": {"color": LIGHT.leader}}, DARK)["mark"]["color"] == DARK.leader
    True
    """
    roles = {getattr(LIGHT, role): colour for role, colour in palette.dict().items()}
    if isinstance(spec, dict):
        return {key: repaint(value, palette) for key, value in spec.items()}
    if isinstance(spec, list):
        return [repaint(value, palette) for value in spec]
    return roles.get(spec, spec) if isinstance(spec, str) else spec


def stylesheet(palette: Palette, scope: str) -> str:
    """CSS rules that repaint a light static SVG, found by the colours written in its attributes.

    >>> print(stylesheet(DARK, ".chart").splitlines()[0])
    .chart [fill="#ffffff"] { fill: #14181d; }
    """
    lines = []
    for role, colour in palette.dict().items():
        for property in ("fill", "stroke"):
            lines.append(f'{scope} [{property}="{getattr(LIGHT, role)}"] {{ {property}: {colour}; }}')
    return "\n".join(lines)
