"""The page of comparisons: two to five models, or cohorts, beside each other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from nomoat.errors import InputError
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values, scale_name

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

MOST = 5
PARAMS = (
    Param(
        name="models",
        title="Models",
        kind="list",
        default="GPT-5.6 Sol,Claude Fable 5,Kimi K3",
        help="two to five names, separated by commas",
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
    profiles = [model(name, as_of=values["as_of"], catalog=catalog) for name in names]
    found = pairs([p.id for p in profiles], on=values["on"], as_of=values["as_of"], catalog=catalog)
    told = f"from nomoat.world.pairs import pairs\npairs({list(names)!r}, on={values['on']!r})"
    return View(
        title=" or ".join(p.model for p in profiles) + "?",
        result=found,
        lead=tuple(f"{sentence(pair, found)}." for pair in found.pairs[:3]),
        sections=(
            Section(
                id="pairs",
                title="Can they be told apart?",
                build=lambda: Content(
                    words=tuple(f"{sentence(pair, found)}." for pair in found.pairs[3:]),
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
                ),
                python="from nomoat.world.model import model\n" + "\n".join(f"model({p.id!r})" for p in profiles),
            ),
        ),
        left_out=found.left_out,
        origins=found.origins,
        python=told,
        as_of=found.as_of,
    )


PAGE = Page(path="compare", nav="Compare", question="Can two models be told apart?", params=PARAMS, answer=answer)
