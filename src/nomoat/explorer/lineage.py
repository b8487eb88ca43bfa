"""The page of families: which model was made of which?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from nomoat.explorer.lines import lines
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

PARAMS = (
    Param(
        name="q",
        title="Model or maker",
        choices=("deepseek", "llama", "qwen", "mistral"),
        help="words of a name",
        search=True,
    ),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """The forest by date and every declared parent with who declares it."""
    from nomoat.views.lineage import finding, lineage_figure, lineage_table
    from nomoat.world.lineage import lineage

    found = lineage(values["q"] or "", as_of=values["as_of"], catalog=catalog)
    told = lines("nomoat.world.lineage.lineage", values["q"] or "", as_of=values["as_of"])
    links = {node.model: f"/model?id={quote(node.id)}" for node in found.nodes if node.known}
    return View(
        title="Which model was made of which?",
        result=found,
        lead=(f"{finding(found)}.",),
        sections=(
            Section(
                id="forest",
                title="Families by date",
                build=lambda: Content(figure=partial(lineage_figure, found)),
                python=told,
            ),
            Section(
                id="edges",
                title="Who says so?",
                build=lambda: Content(table=lineage_table(found), links=links),
                python=told,
            ),
        ),
        left_out=found.left_out,
        origins=found.origins,
        python=told,
        as_of=found.as_of,
    )


PAGE = Page(path="lineage", nav="Lineage", question="Which model was made of which?", params=PARAMS, answer=answer)
