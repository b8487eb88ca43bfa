"""How the chapters become one HTML file that needs nothing else: no script, no request, two papers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nomoat.report.chapters import Chapter
from nomoat.report.parts import Parts
from nomoat.report.verdicts import front
from nomoat.types import Gap, Noun
from nomoat.views import words
from nomoat.views.figure import Figure
from nomoat.views.render import render
from nomoat.views.table import Table, printable
from nomoat.views.tables import left_table
from nomoat.views.theme import DARK, LIGHT, stylesheet

HERE = Path(__file__).parent
ROOMY = 60  # characters of a column that a phone may not squeeze into a stack of single words


class Page(Noun, frozen=True, kw_only=True):
    """The parts of a report in the order of reading."""

    parts: Parts
    chapters: tuple[Chapter, ...]
    command: str

    def html(self, drawings: dict[str, tuple[str, str]], files: frozenset[str]) -> str:
        """The page, with its pictures inside.

        `drawings` holds two SVGs a figure, for a page and for a phone; `files` are those that lie beside it.
        Every text is escaped; the only markup taken as it is comes from vl-convert, which escapes its own.
        """
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup

        environment = Environment(
            loader=FileSystemLoader([HERE, HERE.parent / "views"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["printable"] = printable
        gap = self.parts.gap
        origins = self.parts.origins(besides="verdicts")
        style = (HERE / "page.css").read_text(encoding="utf-8")
        return environment.get_template("page.html").render(
            title=question(gap),
            headline=words.headline(gap),
            cite=gap.cite(),
            tiles=tiles(self.parts),
            chapters=self.chapters,
            # What people say stands above all chapters but that of one's own work, with which a report begins.
            after=next((one.id for one in self.chapters if one.id != "work"), ""),
            front=None if self.parts.verdicts is None else front(self.parts.verdicts, self.chapters),
            unjudged=self.parts.missing.get("verdicts"),
            drawings={name: tuple(Markup(svg) for svg in pair) for name, pair in drawings.items()},
            files=files,
            left=left_table(self.parts.left_out()),
            origins=origins,
            cited=tuple(origin for origin in self.parts.origins() if origin not in origins),
            gap=gap,
            level=f"{gap.quality_gap.level:.0%}",
            command=self.command,
            style=Markup(style + papers()),
            cells=cells,
            linked=linked,
            day=words.day,
        )


def question(gap: Gap) -> str:
    """The question that the whole page answers."""
    return f"How far are {words.cohort(gap.follower)} behind {words.rest(gap.leader, gap.follower)}?"


def papers() -> str:
    """The colours of both papers as CSS; pictures are repainted by the colours written in them.

    Dark is for screens only: paper stays white.
    """

    def variables(colours: dict[str, str]) -> str:
        return " ".join(f"--{role}: {colour};" for role, colour in colours.items())

    dark = f":root {{ {variables(DARK.dict())} }}\n{stylesheet(DARK, '.chart')}"
    return f"\n:root {{ {variables(LIGHT.dict())} }}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def picture(figure: Figure) -> str:
    """The figure as SVG to stand in the page: bare of title and footer, and as wide as there is room for."""
    spec = figure.spec(titled=False)
    spec = {**spec, "config": {**spec["config"], "background": None, "padding": 2}}
    svg = render(spec, "svg", labelled=False).decode()
    size = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg)
    assert size is not None, "vl-convert writes the size of every picture"
    # The pictures' own ids would meet in one document; none of ours uses one, and a test holds it so.
    svg = re.sub(r' width="[\d.]+" height="[\d.]+"', "", svg, count=1)
    return svg.replace("<svg ", f'<svg style="max-width:{float(size[1]):.0f}px" role="presentation" ', 1)


def tiles(parts: Parts) -> tuple[tuple[str, str, str], ...]:
    """The three figures of the answer: what, how much, and the interval with its rule."""
    quality, lag, match = parts.gap.quality_gap, parts.gap.current_lag, parts.gap.time_to_match
    found = []
    if quality.value > 0:
        found.append(
            ("current lag", f"{words.number(lag.months)} months", words.interval(lag.low, lag.high, lag.level))
        )
    found.append(
        (
            "quality gap",
            f"{words.number(quality.value)} {parts.gap.unit}",
            words.interval(quality.low, quality.high, quality.level),
        )
    )
    if parts.gap.rule_reading is None and match.matched + match.censored:
        ends = words.interval(match.low, match.high, match.level, beyond="not reached")
        found.append(("median time to match", words.median(match), f"{ends}, rule {parts.gap.rule}"))
    return tuple(found)


def cells(table: Table) -> dict[str, Any]:
    """A table's headings, formatted cells and alignment, for the template."""
    columns, rows = table.shown()
    right = table.numeric()
    tight = [column.tight or numbers for column, numbers in zip(columns, right, strict=True)]
    roomy = [(column.wide or 0) >= ROOMY for column in columns]
    return {"heads": [column.title for column in columns], "rows": rows, "right": right, "tight": tight, "roomy": roomy}


def linked(address: str) -> bool:
    """Whether an address may become a link: the web only, never a script.

    >>> linked("https://epoch.ai"), linked("javascript:alert(1)")
    (True, False)
    """
    return address.startswith(("https://", "http://"))
