"""The page of what comes next: by when does the follower stand where the leader stands today?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nomoat.explorer.gap import COHORTS
from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values, scale_name

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.world.forecast import Forecast

PARAMS = (
    Param(name="leader", title="Leader", default="closed", choices=COHORTS, help="who is ahead: a cohort"),
    Param(name="follower", title="Follower", default="open", choices=COHORTS, help="who follows: a cohort"),
    Param(name="on", title="Scale", default="capability", choices=("capability", "domain:math", "arena:text/overall")),
    Param(name="share", title="Share of tokens", kind="share", default="0.8", low=0.01, high=0.99),
    Param(name="at", title="Seen from", kind="date", help="count releases up to this day only"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """Three methods with their record on past quarters, and the open share of tokens with its own."""
    from nomoat.views.forecast import finding, forecast_figure
    from nomoat.world.forecast import forecast

    scale_name(values["on"])
    asked = {key: values[key] for key in ("leader", "follower", "on", "at", "as_of")}
    found = forecast(**asked, backtest=False, catalog=catalog)
    pair = values["leader"], values["follower"]
    told = lines("nomoat.world.forecast.forecast", *pair, **{key: values[key] for key in ("on", "at", "as_of")})
    return View(
        title=f"By when do {values['follower']} models reach today's best {values['leader']} one?",
        result=lambda: forecast(**asked, catalog=catalog),  # with its record, which takes seconds when first made
        lead=(f"{finding(found)}.",),
        sections=(
            Section(
                id="parity",
                title="How likely, by when?",
                build=lambda: Content(figure=partial(forecast_figure, found)),
                python=told,
            ),
            Section(
                id="record",
                title="How good were such forecasts?",
                build=lambda: _record(forecast(**asked, catalog=catalog)),
                python=told,
                later=True,
            ),
            Section(
                id="share",
                title=f"By when do open models have {values['share']:.0%} of tokens?",
                build=lambda: _share(catalog, values),
                python=lines("nomoat.world.passing.passing", values["share"], at=values["at"], as_of=values["as_of"]),
                origins=(),
            ),
        ),
        warnings=found.warnings,
        left_out=found.left_out,
        origins=found.origins,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
    )


def _record(found: Forecast) -> Content:
    from nomoat.views.forecast import record_sentence, record_table

    if found.record is None:
        return Content(empty="No past quarter can be forecast on this scale.")
    return Content(words=(f"{record_sentence(found.record)}.",), table=record_table(found.record))


def _share(catalog: Catalog, values: Values) -> Content:
    from nomoat.views.passing import finding, passing_figure, record_sentence
    from nomoat.world.passing import passing

    found = passing(values["share"], at=values["at"], as_of=values["as_of"], catalog=catalog)
    if found.passed:
        return Content(words=(f"{finding(found)}.", f"{record_sentence(found)}."))
    return Content(words=(f"{record_sentence(found)}.",), figure=partial(passing_figure, found))


PAGE = Page(path="forecast", nav="Forecast", question="By when is the gap closed?", params=PARAMS, answer=answer)
