"""The page of the gap: how far is the follower behind the leader?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from nomoat.explorer.page import Content, Page, Section, Slider, Switch, View
from nomoat.explorer.state import Param, Values, query, scale_name
from nomoat.types import Frontier, Gap, Point, Reconciliation

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

COHORTS = ("closed", "open", "permissive", "open & country=CN", "open & country=US", "open & org!=DeepSeek")
OPEN = (
    ("any weights one may download", "open"),
    ("without non-commercial and restricted licences", "permissive"),
    ("with data and code as well", "open-source"),
    ("without models labelled distilled", "open & distilled!=yes"),
)
PARAMS = (
    Param(name="leader", title="Leader", default="closed", choices=COHORTS, help="who is ahead: a cohort"),
    Param(
        name="follower",
        title="Follower",
        default="open",
        choices=("open", "permissive", "open & distilled!=yes", *COHORTS[3:]),
        help="who follows: a cohort",
    ),
    Param(
        name="on",
        title="Scale",
        default="capability",
        choices=("capability", "domain:math", "domain:coding", "benchmark:GPQA diamond", "arena:text/overall"),
        help="what models are compared on",
    ),
    Param(name="rule", title="Rule", kind="choice", default="km", choices=("km", "strict", "epoch", "iaps")),
    Param(name="method", title="Method", kind="choice", default="eci", choices=("eci", "nomoat"), more=True),
    Param(name="model", title="Mark a model", help="a ring around it in the chart; a click on a point does the same"),
    Param(name="at", title="Releases until", kind="date", help="count releases up to this day only"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day", more=True),
    Param(
        name="reconstruct",
        title="Hindsight",
        kind="flag",
        help="with a day of knowledge: refit today's scores",
        more=True,
    ),
    Param(name="figure", title="Somebody's figure", help="“3.5 months”, “8 points”, “70 %”: what gives it?", more=True),
)
_SHOWN = ("model", "figure")  # what changes the page and not the measure


def answer(catalog: Catalog, values: Values) -> View:
    """Both frontiers, the two gaps, every record, the months, the panel, and somebody's figure taken apart."""
    from nomoat.views import words
    from nomoat.views.frontier import frontier_figure
    from nomoat.views.months import months_figure
    from nomoat.views.records import records_figure
    from nomoat.views.tables import gap_table

    scale_name(values["on"])
    asked = {key: value for key, value in values.items() if key not in _SHOWN} | {"catalog": catalog}
    rule = asked.pop("rule")
    found = _gap(rule=rule, **asked)
    line = _frontier(**asked)
    told = python("gap", values)
    point, said = _marked(line, values["model"])

    def drawn(**size: Any) -> Any:
        from nomoat.views.highlight import highlight

        figure = frontier_figure(line, found, **size)
        return figure if point is None else highlight(figure, point)

    lasting = tuple(asked[key] for key in ("leader", "follower", "on", "method", "as_of", "reconstruct"))
    days = _days(catalog, *lasting) if values["at"] else _changes(line)
    several = {key: asked[key] for key in ("leader", "follower", "at", "as_of", "method", "catalog")}
    traced = python("frontier", values)
    return View(
        title=f"How far are {words.cohort(found.follower)} behind {words.rest(found.leader, found.follower)}?",
        result=found,
        lead=(words.headline(found),),
        tiles=tiles(found),
        sections=(
            Section(
                id="frontier",
                title="Where do the two frontiers stand?",
                build=lambda: Content(words=said, figure=drawn),
                python=traced,
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
                python=traced,
            ),
            Section(
                id="points",
                title="Is the quality gap shrinking?",
                build=lambda: Content(figure=partial(months_figure, line, "points")),
                python=traced,
            ),
            Section(
                id="panel",
                title="How far does the answer move when one choice changes?",
                build=lambda: _panel(several),
                python=python("panel", values),
                later=True,
                origins=(),
            ),
            Section(
                id="reconcile",
                title="Why does somebody else say another number?",
                build=lambda: _reconciled(catalog, values["figure"], values["method"]),
                python=f"from nomoat import reconcile\nreconcile({values['figure'] or '3.5 months'!r})",
                later=bool(values["figure"]),
                origins=(),
            ),
        ),
        warnings=found.warnings,
        left_out=found.left_out,
        origins=found.origins,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
        suggest={
            "model": tuple(dict.fromkeys(p.model for p in line.points if p.record)),
            "as_of": tuple(day.isoformat() for day in catalog.vintages("scores")),
        },
        slider=Slider(param="at", days=days),
        switches=(_opening(values, line),),
    )


def tiles(found: Gap) -> tuple[tuple[str, str, str], ...]:
    """Lag, points and time to match with what is known of their uncertainty; a follower that leads has no lag."""
    from nomoat.views import words

    lag, quality, match = found.current_lag, found.quality_gap, found.time_to_match
    ends = words.interval(match.low, match.high, match.level, beyond="not reached")
    ahead = quality.value < 0
    return (
        *(
            ()
            if ahead
            else (
                (
                    "current lag",
                    f"{'more than ' if lag.lower_bound else ''}{words.number(lag.months)} months",
                    words.interval(lag.low, lag.high, lag.level),
                ),
            )
        ),
        (
            "quality gap" if not ahead else "quality gap (the follower is ahead)",
            f"{words.number(quality.value)} {found.unit}",
            words.interval(quality.low, quality.high, quality.level),
        ),
        (
            "median time to match",
            words.median(match),
            f"{ends}; {match.matched} of {match.matched + match.censored} matched",
        ),
    )


def _marked(line: Frontier, name: str | None) -> tuple[Point | None, tuple[str, ...]]:
    """The marked model and what is to be said of it."""
    from nomoat.views import words
    from nomoat.views.table import printable
    from nomoat.views.wake import wakes

    if not name:
        return None, ()
    found = wakes(line, (name,))
    if not found:
        return None, (f"No model of this comparison is named {printable(name)}: the table below has their names.",)
    point = found[0].point
    ends = "no interval" if point.low is None else words.interval(point.low, point.high, line.level)
    return point, (f"{found[0].sentence()} (score {words.number(point.score)}, {ends}).",)


def _changes(line: Frontier) -> tuple[date, ...]:
    """The days on which a frontier moved once both were there, and the last day of the data."""
    steps = (*line.leader_steps, *line.follower_steps)
    both = max(line.leader_steps[0].date, line.follower_steps[0].date)
    return tuple(sorted({step.date for step in steps if step.date >= both} | {line.cut}))


def _days(catalog: Catalog, *asked: Any) -> tuple[date, ...]:
    leader, follower, on, method, as_of, reconstruct = asked
    given = {"on": on, "method": method, "as_of": as_of, "reconstruct": reconstruct, "catalog": catalog}
    return _changes(_frontier(leader=leader, follower=follower, at=None, **given))


# A marked model or another rule changes half of the page: what stays is not measured again.
@lru_cache(maxsize=64)
def _gap(**asked: Any) -> Gap:
    from nomoat.world.gap import gap

    return gap(**asked)


@lru_cache(maxsize=64)
def _frontier(**asked: Any) -> Frontier:
    from nomoat.world.frontier import frontier

    return frontier(**asked)


def _opening(values: Values, line: Frontier) -> Switch:
    """What counts as open, as it is and as it may be changed; a class that no scored model is in leads nowhere."""
    now = values["follower"]
    known = [cohort for _, cohort in OPEN]
    there = {point.openness for point in line.points}
    choices = [
        (said, f"/gap{query(PARAMS, values, follower=cohort)}", now == cohort)
        if cohort != "open-source" or cohort in there
        else (f"{said}: no model with a score is", "", False)
        for said, cohort in OPEN
    ]
    other = [] if now in known else [(f"as typed: {now}", f"/gap{query(PARAMS, values)}", True)]
    return Switch(question="What counts as open:", choices=(*choices, *other))


def _panel(asked: dict[str, Any]) -> Content:
    from nomoat.views.panel import panel_figure
    from nomoat.world.panel import panel

    found = panel(**asked)
    notes = tuple(f"{row.axis}, {row.choice}: {row.note}." for row in found.rows if row.note)
    return Content(notes=notes, figure=partial(panel_figure, found, "months"), origins=found.origins)


def _reconciled(catalog: Catalog, figure: str | None, method: str) -> Content:
    from nomoat.views.waterfall import waterfall_figure
    from nomoat.world.reconcile import reconcile

    if not figure:
        return Content(empty="Type a figure with its unit among the choices above, such as “3.5 months” or “8 points”.")
    found = reconcile(figure, method=method, catalog=catalog)
    if not isinstance(found, Reconciliation):  # a share: counted, and so without a waterfall of definitions
        return Content(words=tuple(text for text in (found.cite(), found.both) if text), origins=found.origins)
    near = found.readings[:5]
    said = tuple(
        f"{reading.value:.1f} {found.unit}: {', '.join(f'{k} {v}' for k, v in reading.definition.items())}."
        for reading in near
    )
    count = f"{len(found.readings)} of {found.tried} definitions tried give about {figure}"
    return Content(
        words=(f"{count}; the nearest:" if near else f"{count}.", *said),
        figure=partial(waterfall_figure, found),
        origins=found.origins,
    )


def python(measure: str, values: Values) -> str:
    """The lines that give the same result in Python.

    >>> print(python("gap", {"leader": "closed", "follower": "open", "rule": "km"}))
    from nomoat import gap
    gap('closed', 'open', rule='km')
    """
    apart = {"leader", "follower", *_SHOWN, *(("rule",) if measure != "gap" else ())}
    apart |= {"on", "reconstruct"} if measure == "panel" else set()
    sides = ", ".join(repr(values[key]) for key in ("leader", "follower"))
    rest = [f"{key}={value!r}" for key, value in values.items() if key not in apart and value not in (None, False)]
    dated = "from datetime import date\n" if any("date(" in text for text in rest) else ""
    named = [text.replace("datetime.date(", "date(") for text in rest]
    return f"{dated}from nomoat import {measure}\n{measure}({', '.join([sides, *named])})"


PAGE = Page(path="gap", nav="Gap", question="How far is the follower behind the leader?", params=PARAMS, answer=answer)
