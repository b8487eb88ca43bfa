"""The page of credit: who raised the follower frontier?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nomoat.explorer.gap import COHORTS
from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values, scale_name

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

PARAMS = (
    Param(name="leader", title="Leader", default="closed", choices=COHORTS),
    Param(name="follower", title="Follower", default="open", choices=COHORTS),
    Param(
        name="by",
        title="Credit to",
        kind="choice",
        default="organisation",
        choices=("organisation", "country", "openness"),
    ),
    Param(name="on", title="Scale", default="capability", choices=("capability", "domain:math", "arena:text/overall")),
    Param(name="start", title="Since", kind="date", help="the first day that counts"),
    Param(name="at", title="Releases until", kind="date"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """Exact Shapley values of the rise of the frontier and of the lag it saved, with leaving one out beside them."""
    from nomoat.views import words
    from nomoat.views.attribution import attribution_figure, finding
    from nomoat.views.effort import effort_figure, equal_findings
    from nomoat.world.attribution import attribute
    from nomoat.world.effort import effort

    scale_name(values["on"])
    found = attribute(**values, catalog=catalog)
    pair = values["leader"], values["follower"]
    told = lines("nomoat.attribute", *pair, **{key: values[key] for key in ("by", "on", "start", "at", "as_of")})
    sides = {key: values[key] for key in ("leader", "follower", "on", "at", "as_of")}

    def made() -> Content:
        spent = effort(**sides, catalog=catalog)
        return Content(words=equal_findings(spent), figure=partial(effort_figure, spent), origins=spent.origins)

    return View(
        title=f"Who raised the frontier of {words.cohort(values['follower'])}?",
        result=found,
        lead=(f"{finding(found)}.",),
        sections=(
            Section(
                id="credit",
                title=f"Credit by {values['by']}",
                build=lambda: Content(figure=partial(attribution_figure, found)),
                python=told,
            ),
            Section(
                id="effort",
                title="What did it take to match a record?",
                build=made,
                python=lines("nomoat.effort", *pair, **{key: values[key] for key in ("on", "at", "as_of")}),
                origins=(),
            ),
        ),
        left_out=found.left_out,
        origins=found.origins,
        python=told,
        as_of=found.as_of,
    )


PAGE = Page(
    path="attribution", nav="Attribution", question="Who raised the follower frontier?", params=PARAMS, answer=answer
)
