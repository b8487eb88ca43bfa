"""The page of use: how much are open models used, of what, and counted how?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nomoat.errors import InputError
from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.world.adoption import Adoption
    from nomoat.world.series import Series

UNITS = ("tokens", "requests", "money", "downloads", "derivatives", "respondents")
PARAMS = (
    Param(
        name="by",
        title="Whose",
        kind="choice",
        default="openness",
        choices=("openness", "country", "organisation", "family", "other"),
        search=True,
    ),
    Param(name="unit", title="Counted in", kind="choice", default="all", choices=("all", *UNITS), search=True),
    Param(
        name="channel",
        title="Where",
        kind="choice",
        default="all",
        choices=("all", "openrouter", "vercel", "huggingface", "enterprises", "developers", "startups"),
        search=True,
    ),
    Param(name="population", title="Population", help="words of its description", search=True),
    Param(name="level", title="Overtake at", kind="share", default="0.5", low=0.01, high=0.99),
    Param(name="one", title="Compare", help="the id of a share in the table below"),
    Param(name="other", title="with", help="the id of another one"),
    Param(name="at", title="Periods until", kind="date"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """The same week in three units, every series, what others published, and two shares beside each other."""
    from nomoat.views.adoption import adoption_table
    from nomoat.world.adoption import adoption

    asked: dict[str, Any] = {
        key: None if values[key] == "all" else values[key] for key in ("by", "unit", "channel", "population", "level")
    }
    when = {"at": values["at"], "as_of": values["as_of"]}
    found = adoption(**asked, **when, catalog=catalog)
    told = lines("nomoat.world.adoption.adoption", **asked, **when)
    sections: list[Section] = []
    lead: tuple[str, ...] = ()
    if asked["by"] == "openness" and not any(asked[key] for key in ("unit", "channel", "population")):
        together = _together(catalog, when)
        if together is not None:
            lead, section = together
            sections.append(section)
    sections += [_series(found, one, told) for one in found.series]
    sections.append(
        Section(
            id="figures",
            title="Every share that there is, and what others published",
            build=lambda: Content(
                words=("Figures of others are quoted with their rules; they are never computed again or averaged.",),
                table=adoption_table(found),
            ),
            python=told,
        )
    )
    if (few := _concentrated(catalog, asked, when)) is not None:
        sections.append(few)
    if values["one"] and values["other"]:
        sections.insert(0, _compared(catalog, values))
    return View(
        title="How much are open models used?",
        result=found,
        lead=lead or (f"{len(found.series)} series and {len(found.figures)} published figures.",),
        sections=tuple(sections),
        left_out=found.left_out,
        origins=found.origins,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
        suggest={key: tuple(_ids(found)) for key in ("one", "other")},
    )


def _together(catalog: Catalog, when: dict[str, Any]) -> tuple[tuple[str, ...], Section] | None:
    """One week in three units; None where no window by then has two of them."""
    from nomoat.views.split import split_figure, split_finding
    from nomoat.world.split import split

    try:
        found = split(**when, catalog=catalog)
    except InputError:
        return None
    section = Section(
        id="split",
        title="Is it 5 % or 70 %? The same week in tokens, requests and money",
        build=lambda: Content(figure=partial(split_figure, found)),
        python=lines("nomoat.world.split.split", **when),
        origins=found.origins,
    )
    return (f"{split_finding(found)}: one week, three answers.",), section


def _concentrated(catalog: Catalog, asked: dict[str, Any], when: dict[str, Any]) -> Section | None:
    """How few organisations have most of it; None where no whole is known by its holders."""
    from nomoat.views.concentration import concentration_figure
    from nomoat.world.concentration import concentration

    narrowed = {key: asked[key] for key in ("unit", "channel", "population")}
    try:
        found = concentration(**narrowed, **when, catalog=catalog)
    except InputError:
        return None
    return Section(
        id="concentration",
        title="How few organisations have most of it?",
        build=lambda: Content(
            words=(found.missing[:1].upper() + found.missing[1:] + ".",) if found.missing else (),
            figure=partial(concentration_figure, found),
        ),
        python=lines("nomoat.world.concentration.concentration", **narrowed, **when),
        origins=found.origins,
    )


def _ids(found: Adoption) -> list[str]:
    return [s.id for s in found.series] + [f.id for f in found.figures]


def _series(found: Adoption, one: Series, told: str) -> Section:
    from nomoat.views.series import series_figure
    from nomoat.views.shares import place

    more = "" if "most-used" not in one.population else ", the ten most-used models"
    return Section(
        id=one.id.replace("/", "-"),
        title=f"{one.subject.capitalize()} in {one.unit}: {place(one.channel)}{more}",
        build=lambda: Content(figure=partial(series_figure, one, found)),
        python=told,
        origins=tuple(o for o in found.origins if o.id in one.origins),
    )


def _compared(catalog: Catalog, values: Values) -> Section:
    from nomoat.views.adoption import comparison_text
    from nomoat.world.comparable import compare

    def build() -> Content:
        found: Any = compare(values["one"], values["other"], as_of=values["as_of"], catalog=catalog)
        return Content(words=tuple(comparison_text(found, 10_000).splitlines()))

    return Section(
        id="compare",
        title=f"{values['one']} beside {values['other']}",
        build=build,
        python=lines("nomoat.world.comparable.compare", values["one"], values["other"], as_of=values["as_of"]),
    )


PAGE = Page(path="adoption", nav="Adoption", question="How much are open models used?", params=PARAMS, answer=answer)
