"""The page of the gap: how far is the follower behind the leader?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

COHORTS = ("closed", "open", "permissive", "open & country=CN", "open & country=US", "open & org!=DeepSeek")
PARAMS = (
    Param(name="leader", title="Leader", default="closed", choices=COHORTS, help="who is ahead: a cohort"),
    Param(
        name="follower",
        title="Follower",
        default="open",
        choices=("open", "permissive", "open & distilled!=yes", *COHORTS[3:]),
        help="who follows; `permissive` leaves out weights with non-commercial and restricted licences",
    ),
    Param(
        name="on",
        title="Scale",
        default="capability",
        choices=("capability", "domain:math", "domain:coding", "benchmark:GPQA diamond", "arena:text/overall"),
        help="what models are compared on",
    ),
    Param(name="rule", title="Rule", kind="choice", default="km", choices=("km", "strict", "epoch", "iaps")),
    Param(name="method", title="Method", kind="choice", default="eci", choices=("eci", "nomoat")),
    Param(name="at", title="Releases until", kind="date", help="count releases up to this day only"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
    Param(name="reconstruct", title="Hindsight", kind="flag", help="with a day of knowledge: refit today's scores"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """Both frontiers, the two gaps, every record, the months, the panel and who raised the follower."""
    from nomoat.views import words
    from nomoat.views.frontier import frontier_figure
    from nomoat.views.months import months_figure
    from nomoat.views.records import records_figure
    from nomoat.views.tables import gap_table
    from nomoat.world.frontier import frontier
    from nomoat.world.gap import gap

    asked = {**values, "catalog": catalog}
    rule = asked.pop("rule")
    on = asked["on"]
    if on.lower().endswith((".csv", ".parquet")):
        from nomoat.errors import InputError

        raise InputError("A page does not read files", "a scale of the catalogue", f"nomoat gap --on {on}")
    found = gap(rule=rule, **asked)
    line = frontier(**asked)
    told = python("gap", values)
    lag, quality = found.current_lag, found.quality_gap
    tiles = (
        ("current lag", f"{words.number(lag.months)} months", words.interval(lag.low, lag.high, lag.level)),
        (
            "quality gap",
            f"{words.number(quality.value)} {found.unit}",
            words.interval(quality.low, quality.high, quality.level),
        ),
        ("median time to match", words.median(found.time_to_match), f"rule {found.rule}"),
    )
    several = {key: asked[key] for key in ("leader", "follower", "at", "as_of", "method", "catalog")}
    return View(
        title=f"How far are {words.cohort(found.follower)} behind {words.rest(found.leader, found.follower)}?",
        result=found,
        lead=(words.headline(found),),
        tiles=tiles,
        sections=(
            Section(
                id="frontier",
                title="Where do the two frontiers stand?",
                build=lambda: Content(figure=partial(frontier_figure, line, found)),
                python=python("frontier", values),
            ),
            Section(
                id="values", title="The gap in numbers", build=lambda: Content(table=gap_table(found)), python=told
            ),
            Section(
                id="records",
                title="Which records were matched, and by whom?",
                build=lambda: Content(figure=partial(records_figure, found)),
                python=told,
            ),
            Section(
                id="months",
                title="Is the time gap shrinking?",
                build=lambda: Content(figure=partial(months_figure, line, "months")),
                python=python("frontier", values),
            ),
            Section(
                id="points",
                title="Is the quality gap shrinking?",
                build=lambda: Content(figure=partial(months_figure, line, "points")),
                python=python("frontier", values),
            ),
            Section(
                id="panel",
                title="How far does the answer move when one choice changes?",
                build=lambda: _panel(several),
                python=python("panel", values),
                later=True,
            ),
        ),
        warnings=found.warnings,
        left_out=found.left_out,
        origins=found.origins,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
    )


def _panel(asked: dict[str, Any]) -> Content:
    from nomoat.views.panel import panel_figure
    from nomoat.world.panel import panel

    found = panel(**asked)
    notes = tuple(f"{row.axis}, {row.choice}: {row.note}." for row in found.rows if row.note)
    return Content(words=notes, figure=partial(panel_figure, found, "months"))


def python(measure: str, values: Values) -> str:
    """The lines that give the same result in Python.

    >>> print(python("gap", {"leader": "closed", "follower": "open", "rule": "km"}))
    from nomoat import gap
    gap('closed', 'open', rule='km')
    """
    sides = ", ".join(repr(values[key]) for key in ("leader", "follower"))
    rest = [
        f"{key}={value!r}"
        for key, value in values.items()
        if key not in ("leader", "follower") and value not in (None, False) and not (key == "rule" and measure != "gap")
    ]
    dated = "from datetime import date\n" if any("date(" in text for text in rest) else ""
    named = [text.replace("datetime.date(", "date(") for text in rest]
    return f"{dated}from nomoat import {measure}\n{measure}({', '.join([sides, *named])})"


PAGE = Page(path="gap", nav="Gap", question="How far is the follower behind the leader?", params=PARAMS, answer=answer)
