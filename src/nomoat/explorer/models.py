"""The page of models: which are there, and what is known of each?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from nomoat.explorer.lines import lines
from nomoat.explorer.order import Order
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

SHOWN = 300  # rows that are shown at once; others are a press away, and the files have all
PUBLISHED = (
    "The ability is the one that Epoch published. A model's own page and every gap fit it anew from its scores, "
    "with an interval; the two can differ by a few tenths of a point."
)
PARAMS = (
    Param(
        name="q",
        title="Search",
        choices=("open & country=CN", "closed", "permissive", "org=DeepSeek"),
        help="words of a name, or a cohort",
        search=True,
    ),
    Param(name="scored", title="With a score only", kind="flag"),
    Param(name="as_of", title="Known on", kind="date", help="use only what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """A table of models, each a link to its page; and those on which publishers disagree."""
    import msgspec

    from nomoat.types import LeftOut
    from nomoat.views.profile import models_notes, models_table
    from nomoat.world.models import models

    found = models(values["q"] or "", as_of=values["as_of"], catalog=catalog)
    told = lines("nomoat.world.models.models", values["q"] or "", as_of=values["as_of"])
    if values["scored"]:
        rows = tuple(m for m in found.models if m.scores)
        bare = LeftOut(what="models without a score", count=len(found.models) - len(rows), why="only scored ones asked")
        found = msgspec.structs.replace(
            found, models=rows, left_out=(*found.left_out, *((bare,) if bare.count else ()))
        )
        before, _, call = told.rpartition("\n")
        told = f"{before}\n[m for m in {call}.models if m.scores]"
    rows = found.models
    return View(
        title="Which models are there?",
        result=found,
        lead=(f"{len(rows):,} of {found.total:,} models.",),
        sections=(
            Section(
                id="models",
                title="Models",
                build=lambda: Content(
                    words=(PUBLISHED, *models_notes(found)) if rows else (),
                    table=models_table(found) if rows else None,
                    most=SHOWN,
                    order=Order("released", True),
                    links={m.model: f"/model?id={quote(m.id, safe='')}" for m in rows},
                    empty="" if rows else "No model of these has a score.",
                ),
                python=told,
            ),
            Section(
                id="disagreements",
                title="On which do publishers disagree?",
                build=lambda: _disagreements(catalog, values),
                python=lines("nomoat.catalog.openness.disagreements", as_of=values["as_of"]),
                later=True,
            ),
        ),
        left_out=found.left_out,
        origins=found.origins,
        python=told,
        as_of=found.as_of,
    )


def _disagreements(catalog: Catalog, values: Values) -> Content:
    from nomoat.catalog.openness import disagreements
    from nomoat.views.table import Column, Table

    found = disagreements(values["as_of"], catalog=catalog)
    table = Table(
        name="disagreements",
        caption="Models whose openness publishers state differently",
        columns=(
            Column(key="model", title="model", wide=34),
            Column(key="openness", title="taken for"),
            Column(key="claims", title="claims", wide=70),
            Column(key="reason", title="why", wide=60),
        ),
        rows=tuple(
            (one.model, one.openness, "; ".join(f"{c.dataset}: {c.openness}" for c in one.claims), one.reason)
            for one in found.rows
        ),
    )
    said = f"Of {found.models:,} models with two claims or more, {len(found.rows):,} are claimed differently; "
    said += f"{found.sides:,} are called open by one and closed by another."
    return Content(
        words=(said,), table=table, links={one.model: f"/model?id={quote(one.id, safe='')}" for one in found.rows}
    )


PAGE = Page(path="models", nav="Models", question="Which models are there?", params=PARAMS, answer=answer)
