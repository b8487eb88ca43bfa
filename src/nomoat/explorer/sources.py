"""The page of the sources: where do the facts come from, how old are they, under which licence, and are they sound?"""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.types import Origin
    from nomoat.world.origins import Origins

PARAMS = (
    Param(name="q", title="Words", help="of a publisher, data set or title", search=True),
    Param(name="as_of", title="Known on", kind="date", help="what was known on this day"),
)


def answer(catalog: Catalog, values: Values) -> View:
    """Data sets with their vintages and licences, every origin with its checksum, health, and what changed last."""
    from nomoat.views.words import count
    from nomoat.world.origins import origins

    found = origins(values["q"] or "", as_of=values["as_of"], catalog=catalog)
    given = ", ".join(
        [repr(values["q"])] * bool(values["q"])
        + [f"as_of=date.fromisoformat('{values['as_of']}')"] * bool(values["as_of"])
    )
    told = (
        "from datetime import date\n" if values["as_of"] else ""
    ) + f"from nomoat.world.origins import origins\norigins({given})"
    newest = max(one.newest for one in found.datasets)
    every = (*found.origins, *_by_hand(values))
    return View(
        title="Where do the facts come from?",
        result=found,
        lead=(f"{count(len(found.datasets), 'data set')}, {count(len(every), 'origin')}.",),
        sections=(
            Section(
                id="datasets", title="How fresh is each, and under which licence?", build=lambda: _datasets(found),
                python=told, origins=(),
            ),
            Section(
                id="health", title="Are they sound?", build=lambda: _health(catalog), origins=(), later=True,
                python="from nomoat.sources.health import health\nhealth()",
            ),
            Section(
                id="changes", title="What did the last vintage change, and what did that do to the gap?",
                build=lambda: _changes(catalog), origins=(), later=True,
                python="from nomoat.world.changes import changes\nchanges()",
            ),
            Section(
                id="origins-table", title="Every origin as a row", build=lambda: _origins(every), python=told,
                origins=(),
            ),
        ),
        origins=every,
        python=told,
        as_of=newest,
    )  # fmt: skip


def _datasets(found: Origins) -> Content:
    from nomoat.views.table import Column, Table

    newest = max(one.newest for one in found.datasets)
    table = Table(
        name="sources",
        caption="Data sets",
        columns=(
            Column(key="publisher", title="publisher", wide=20),
            Column(key="dataset", title="data set", wide=30),
            Column(key="licence", title="licence", wide=24),
            Column(key="newest", title="newest copy"),
            Column(key="behind", title="days behind the newest here"),
            Column(key="oldest", title="oldest copy"),
            Column(key="vintages", title="copies of different days"),
            Column(key="title", title="title", wide=40),
        ),
        rows=tuple(
            (
                *(one.publisher, one.dataset, one.licence, one.newest, (newest - one.newest).days),
                *(one.oldest, one.vintages, one.title),
            )
            for one in found.datasets
        ),
    )
    return Content(table=table, links={one.dataset: f"/sources?q={one.dataset}" for one in found.datasets})


def _health(catalog: Catalog) -> Content:
    if find_spec("nomoat.sources.health") is None:
        return Content(empty="This version has no check of the sources.")
    from nomoat.sources.health import health
    from nomoat.views.updates import health_table

    table = health_table(health(catalog=catalog))
    return Content(words=(f"{table.caption}.",), table=table)


def _changes(catalog: Catalog) -> Content:
    from nomoat.views.changes import steps_table, tallies_table
    from nomoat.world.changes import changes

    found = changes(catalog=catalog)
    table = steps_table(found) if found.steps else tallies_table(found)
    return Content(words=(found.cite(),), table=table)


def _by_hand(values: Values) -> tuple[Origin, ...]:
    """The pages behind tables that were written by hand: none of their bytes are kept, yet they are cited."""
    from nomoat.errors import DateError
    from nomoat.world.diffusion import diffusion
    from nomoat.world.traces import traces

    found: list[Origin] = []
    for cited in (traces, diffusion):
        with suppress(DateError):  # nothing of the table was public by then
            found += cited(as_of=values["as_of"]).origins
    words = (values["q"] or "").casefold().split()
    unique = {origin.id: origin for origin in found}
    return tuple(
        origin
        for origin in unique.values()
        if all(word in f"{origin.id} {origin.publisher} {origin.title}".casefold() for word in words)
    )


def _origins(found: tuple[Origin, ...]) -> Content:
    from nomoat.explorer.render import anchor
    from nomoat.views.table import Column, Table

    keys = ("id", "publisher", "title", "licence", "retrieved", "evidence", "sha256")
    table = Table(
        name="origins",
        caption="Origins",
        columns=(
            *(
                Column(key=key, title=key, wide=30 if key in ("title", "publisher", "licence") else None)
                for key in keys
            ),
            Column(key="address", title="", only="file"),
        ),
        rows=tuple(
            (*(getattr(one, key) if key != "sha256" else one.sha256[:12] for key in keys), one.address) for one in found
        ),
    )
    return Content(table=table, links={one.id: f"#origin-{anchor(one.id)}" for one in found})


PAGE = Page(
    path="sources",
    nav="Sources",
    question="Where do the facts come from, how old are they, and under which licence?",
    params=PARAMS,
    answer=answer,
)
