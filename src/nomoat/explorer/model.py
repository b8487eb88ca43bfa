"""The page of one model: everything that is known of it, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nomoat.errors import InputError
from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, Switch, View
from nomoat.explorer.state import LONGEST, Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.types import Origin
    from nomoat.views.table import Table
    from nomoat.world.model import Profile

PARAMS = (
    Param(name="id", title="Model", help="its id or its name"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


EMPTY = {
    "licences": "No source states a licence for a release of it: of closed models most boards say only that.",
    "components": "No index of open models has looked at its parts.",
    "offers": "No price list here sells it under a name that leads to it.",
    "kin": "Nobody here declares a parent or a child of it.",
    "making": "No source here states its training compute, cost or size.",
}


def answer(catalog: Catalog, values: Values) -> View:
    """Its place on the frontier, openness by claim, scores, ratings, prices, lineage and making."""
    from nomoat.views import profile as views
    from nomoat.views import words
    from nomoat.world.model import model

    if not values["id"]:
        raise InputError("No model was named", "its id or name", "/models")
    found = model(values["id"], as_of=values["as_of"], catalog=catalog)
    told = lines("nomoat.world.model.model", found.id, as_of=values["as_of"])
    tiles = [("openness", found.openness.openness, found.openness.reason)]
    if found.ability is not None:
        a = found.ability
        ends = words.interval(a.low, a.high, a.level) if a.low is not None else "fixed by definition of the scale"
        published = next((r.rating for r in found.ratings if r.board == "eci" and r.category == "overall"), None)
        other = "" if published is None else f"; Epoch published {words.number(published)}"
        tiles.append(("ability, fitted here", f"{words.number(a.value)} ECI points", f"{ends}{other}"))
    if found.offers:
        cheapest = found.offers[0]
        said = f"${cheapest.input:g} in, ${cheapest.output:g} out" if cheapest.output is not None else "input only"
        tiles.append(("cheapest offering", said, f"per million tokens, {cheapest.provider}"))
    sections = [
        Section(
            id="place",
            title="Where does it stand?",
            build=lambda: _place(catalog, found, values),
            python=told,
            origins=(),
        )
    ]
    kin = {k.model: f"/model?id={quote(k.id, safe='')}" for k in found.kin if k.id}
    for name, title, table, rows in (
        ("openness", "How open is it, and who says so?", views.claims_table, found.openness.claims),
        ("licences", "Under which licence is each release?", _releases, found.openness.releases),
        ("components", "Which parts are open?", views.components_table, found.openness.components),
        ("scores", "Scores", views.scores_table, found.scores),
        ("ratings", "Ratings", views.ratings_table, found.ratings),
        ("offers", "At what price?", views.offers_table, found.offers),
        ("use", "How much is it used?", views.use_table, found.use),
        ("counters", "How often are its weights downloaded?", views.counters_table, found.counters),
        ("kin", "Parents and children", views.kin_table, found.kin),
        ("making", "What did it take?", views.making_table, found.making),
    ):
        if name == "counters" and not rows:
            continue  # the section before says why nothing is counted
        empty = "" if rows else EMPTY.get(name, "Nothing in the catalogue.")
        if name == "use" and not rows:
            empty = views.unused(found) or "No board counts its share; its downloads stand below."
        sections.append(
            Section(
                id=name,
                title=title,
                build=partial(_listed, table, found, empty, kin if name == "kin" else {}),
                python=told,
                origins=_of(found, rows),
            )
        )
    sections.append(
        Section(
            id="thinking",
            title="What does it show of its thinking?",
            build=lambda: _thinking(found),
            python=told,
            origins=(),
        )
    )
    maker = ", ".join(part for part in (found.organisation, words.country(found.country or "")) if part)
    names = f"Others write it {words.listing(found.names, most=8)}." if found.names else ""
    return View(
        title=found.model,
        result=found,
        lead=tuple(text for text in (f"{maker or 'Maker unknown'}; {views.released(found)}.", names) if text),
        tiles=tuple(tiles),
        sections=tuple(sections),
        switches=(_onwards(found),) if len(found.model) <= LONGEST else (),  # longer ones no page takes
        left_out=found.left_out,
        origins=found.origins,
        cite=found.cite(),
        python=told,
        as_of=found.as_of,
    )


def _onwards(found: Profile) -> Switch:
    """Where the same model stands on other pages."""
    name = quote(found.model, safe="")
    choices = [("beside the best open and closed ones", f"/compare?models={name},open,closed", False)]
    if found.ability is not None:
        choices.insert(0, ("marked in the gap", f"/gap?model={name}", False))
    if found.kin:
        choices.append(("in its family", f"/lineage?q={name}", False))
    return Switch(question="See it", choices=tuple(choices))


def _releases(found: Profile) -> Table:
    from nomoat.views.openness import releases_table

    said = "Licences by release, as each source writes them, and what they allow"
    return releases_table(found.openness.releases, said, model=False)


def _listed(table: object, found: Profile, empty: str, links: dict[str, str]) -> Content:
    return Content(empty=empty) if empty else Content(table=table(found), links=links)  # type: ignore[operator]


def _place(catalog: Catalog, found: Profile, values: Values) -> Content:
    from nomoat.views.frontier import frontier_figure
    from nomoat.views.highlight import highlight
    from nomoat.views.profile import place
    from nomoat.world.frontier import frontier
    from nomoat.world.gap import gap

    if found.ability is None:
        return Content(empty=place(found))
    line = frontier("closed", "open", as_of=values["as_of"], catalog=catalog)
    both = gap("closed", "open", as_of=values["as_of"], catalog=catalog)
    point = next((p for p in line.points if p.model == found.model), None)

    def drawn(**size: object) -> object:
        figure = frontier_figure(line, both, **size)  # type: ignore[arg-type]
        return figure if point is None else highlight(figure, point)

    return Content(words=(place(found),), figure=drawn, origins=line.origins)  # type: ignore[arg-type]


def _of(found: Profile, rows: Sequence[Any]) -> tuple[Origin, ...]:
    """Where these rows come from, and no other of the model's facts."""
    used = {row.origin for row in rows}
    return tuple(origin for origin in found.origins if origin.id in used)


def _thinking(found: Profile) -> Content:
    """What the model shows of its thinking, from the hand-made table; a model outside of it is not called hidden."""
    from nomoat.views import words
    from nomoat.views.profile import thinking_table

    if not found.traced:
        return Content(empty=f"No page in the hand-made table of models that think aloud was there by {found.as_of}.")
    if not found.traces:
        listed = words.count(found.traced, "model")
        return Content(
            empty=f"It is not in the hand-made table of {listed} that think aloud; nothing follows from that."
        )
    told = tuple(origin for origin in found.origins if origin.id.startswith("nomoat/traces#"))
    return Content(table=thinking_table(found), origins=told)


PAGE = Page(path="model", nav="", question="What is known of one model?", params=PARAMS, answer=answer)
