"""The page of comparisons: two to five models beside each other; a cohort stands for its best model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from nomoat.errors import EmptyCohort, InputError, UnknownName
from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values, scale_name

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.types import Origin
    from nomoat.world.model import Profile

MOST = 5
PARAMS = (
    Param(
        name="models",
        title="Models",
        kind="list",
        default="GPT-5.6 Sol,Claude Fable 5,Kimi K3",
        help="two to five, with commas: names, or cohorts such as open for the best of them",
    ),
    Param(name="on", title="Scale", default="capability", choices=("capability", "domain:math", "domain:coding")),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """Differences within the same draws, said in words, and what is known of each."""
    from nomoat.views.pairs import pairs_figure, sentence
    from nomoat.views.profile import beside_table
    from nomoat.world.model import model
    from nomoat.world.pairs import pairs

    names = values["models"]
    if not 2 <= len(names) <= MOST:
        raise InputError(f"{len(names)} models", f"two to {MOST}", "/compare?models=GPT-5,Kimi K3")
    scale_name(values["on"])
    best = {name: _best(catalog, name, values) for name in names}
    profiles = [model(best[name] or name, as_of=values["as_of"], catalog=catalog) for name in names]
    found = pairs([p.id for p in profiles], on=values["on"], as_of=values["as_of"], catalog=catalog)
    told = lines("nomoat.world.pairs.pairs", [p.id for p in profiles], on=values["on"], as_of=values["as_of"])
    stands = tuple(f"The best of {name} is {model}." for name, model in best.items() if model)
    said = tuple(f"{sentence(pair, found)}." for pair in found.pairs)
    return View(
        title=" or ".join(p.model for p in profiles) + "?",
        result=found,
        lead=(*stands, *said[:3]),
        sections=(
            Section(
                id="pairs",
                title="Can they be told apart?",
                build=lambda: Content(
                    words=said[3:],
                    figure=partial(pairs_figure, found),
                ),
                python=told,
            ),
            Section(
                id="models",
                title="What is known of each?",
                build=lambda: Content(
                    table=beside_table(profiles),
                    links={p.model: f"/model?id={quote(p.id, safe='')}" for p in profiles},
                    origins=_told(profiles),
                ),
                python="\n".join(lines("nomoat.world.model.model", p.id, as_of=values["as_of"]) for p in profiles),
                origins=(),
            ),
        ),
        left_out=found.left_out,
        origins=found.origins,
        python=told,
        as_of=found.as_of,
    )


def _told(profiles: Sequence[Profile]) -> tuple[Origin, ...]:
    """Where the cells of a model's row come from: openness, ability, size and the cheapest offering."""
    found: dict[str, Origin] = {}
    for one in profiles:
        used = {one.openness.claims[one.openness.winner].origin} if one.openness.winner is not None else set()
        used |= {offer.origin for offer in one.offers[:1]}
        used |= {made.origin for made in one.making if made.parameters is not None}
        used |= {score.origin for score in one.scores if score.dataset == "epoch-eci"}
        found |= {origin.id: origin for origin in one.origins if origin.id in used}
    return tuple(found.values())


def _best(catalog: Catalog, name: str, values: Values) -> str | None:
    """The best model of a cohort on the scale; None for what is the name of a model."""
    from nomoat.catalog.cohort import parse
    from nomoat.world.scale import scale

    members = catalog.members(values["as_of"])
    try:
        chosen = parse(name).select(members)
    except UnknownName:
        return None
    ids = {id for id, within in zip(members.model_id, chosen, strict=True) if within}
    measured = scale(values["on"], catalog=catalog, as_of=values["as_of"])
    there = [k for k, id in enumerate(measured.members.model_id) if id in ids]
    if not there:
        raise EmptyCohort(f"No model of {name!r} is on {values['on']}", "another cohort or scale")
    return str(measured.names[max(there, key=lambda k: measured.values[k])])


PAGE = Page(path="compare", nav="Compare", question="Can two models be told apart?", params=PARAMS, answer=answer)
