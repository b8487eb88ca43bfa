"""The page of the documents: which were handed in, what do they say, and how does one add some?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.explorer import judged, reading
from nomoat.explorer.page import Content, Page, Section, Switch, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.documents.document import Document

PARAMS = (Param(name="q", title="Words", help="of a document's title or a sentence in it"),)

_MAP = Switch(question="Look at them:", choices=(("the map of who and what they speak of", "/graph", False),))


def answer(catalog: Catalog, values: Values) -> View:
    """The documents of the reader's store, their sentences that data can decide, and whom they speak of."""
    from nomoat.documents.collection import on_shelf
    from nomoat.views.words import count

    documents, refused = reading.shelf(catalog)
    said = tuple(f"{name} is left out: {why}" for name, why in refused)
    return View(
        title=f"{count(len(documents), 'document')} of yours",
        result=lambda: on_shelf(catalog.home),
        lead=(
            "Notes, transcripts and articles that you handed in are read on this machine and stay on it.",
            f"To add some: {reading.ADD}; or a whole folder. This page then shows them when it is loaded again.",
        ),
        sections=(
            Section(
                id="list", title="What was read", build=lambda: _list(catalog),
                python="from nomoat.documents.collection import on_shelf\non_shelf()", origins=(),
            ),
            Section(
                id="statements", title="Which sentences can be held against data?",
                build=lambda: _statements(documents, values["q"] or ""), later=bool(documents), origins=(),
                python="from nomoat.documents.collection import chosen\n"
                "from nomoat.documents.statements import statements\n[statements(document) for document in chosen([])]",
            ),
            Section(
                id="entities", title="Whom and what do they speak of?", build=lambda: _entities(catalog, documents),
                python="from nomoat.documents.collection import chosen\nfrom nomoat.documents.graph import graph\n"
                "graph(chosen([])).nodes", later=bool(documents), origins=(),
            ),
            Section(
                id="ledger", title="The documents of the ledger", build=lambda: _ledger(catalog, documents), origins=(),
                python="from nomoat.claims.ledger import ledger\nledger()",
            ),
        ),
        warnings=said,
        switches=(_MAP,) if documents else (),
        python="from nomoat.documents.collection import on_shelf\non_shelf()",
    )  # fmt: skip


def _list(catalog: Catalog) -> Content:
    from nomoat.documents.collection import on_shelf
    from nomoat.views.documents import collection_table

    found = on_shelf(catalog.home)
    if not found.documents:
        return Content(empty=f"No document is kept in your store yet. Type: {reading.ADD}")
    links = {one.id: f"/document?id={one.id}" for one in found.documents}
    titles = [one.title for one in found.documents]
    links |= {one.title: f"/document?id={one.id}" for one in found.documents if titles.count(one.title) == 1}
    return Content(table=collection_table(found), links=links)


def _statements(documents: tuple[Document, ...], q: str) -> Content:
    from nomoat.documents.statements import statements
    from nomoat.explorer.document import stamp
    from nomoat.views.table import Column, Table
    from nomoat.views.words import count

    if not documents:
        return Content(empty="There is no document to look into yet.")
    words = q.casefold().split()
    rows, links, total = [], {}, 0
    for document in documents:
        for s in statements(document).statements:
            total += 1
            if not all(word in f"{document.title} {s.text}".casefold() for word in words):
                continue
            where = f"{document.sha256[: reading.SHORT]} {s.passage}"
            links[where] = reading.place(document, s.passage)
            said = (s.source or s.speaker, ", ".join(s.kinds), ", ".join(s.hedges), s.low, s.high)
            rows.append((where, s.text, *said, s.place.line, stamp(s.place.seconds), document.name))
    if not rows:
        return Content(empty=f"None of {count(total, 'statement')} holds these words.")
    keys = ("low", "high", "line", "stamp", "document")
    columns = (
        Column(key="passage", title="passage"),
        Column(key="text", title="sentence", wide=60),
        Column(key="speaker", title="after", wide=20),
        Column(key="kinds", title="what it states", wide=20),
        Column(key="hedges", title="hedges", wide=20),
        *(Column(key=key, title="", only="file") for key in keys),
    )
    table = Table(name="statements", caption="Statements", columns=columns, rows=tuple(rows))
    among = f" that hold {q!r}" if words else ""
    return Content(
        words=(f"{len(rows)} of {count(total, 'statement')}.",),
        table=table,
        links=links,
        cite=f"{count(len(rows), 'sentence')}{among} of {reading.cited(documents)} can be held against data.",
    )


def _entities(catalog: Catalog, documents: tuple[Document, ...]) -> Content:
    from nomoat.views.table import Column, Table
    from nomoat.views.words import count

    if not documents:
        return Content(empty="There is no document to look into yet.")
    made = reading.graph(catalog, documents)
    names = {source.id: source.name for source in made.documents}
    nodes = sorted(made.nodes, key=lambda node: (-node.mentions, node.name.casefold()))
    table = Table(
        name="entities",
        caption=count(len(nodes), "entity", "entities"),
        columns=(
            Column(key="name", title="name", wide=34),
            Column(key="kind", title="kind"),
            Column(key="mentions", title="mentions"),
            Column(key="documents", title="documents", wide=40),
            Column(key="catalog", title="in the catalogue", wide=24),
        ),
        rows=tuple(
            (node.name, node.kind, node.mentions, ", ".join(names[d] for d in node.documents), node.catalog)
            for node in nodes
        ),
    )
    from urllib.parse import urlencode

    links = {node.name: "/entity?" + urlencode({"id": node.id}) for node in nodes}
    return Content(table=table, links=links)


def _ledger(catalog: Catalog, documents: tuple[Document, ...]) -> Content:
    from nomoat.views.table import Column, Table

    here = {document.sha256: document for document in documents}
    rows, links = [], {}
    papers = {claim.document: claim for claim in judged.book(catalog)}
    for name, claim in papers.items():
        mine = sum(one.document == name for one in judged.book(catalog))
        kept = here.get(claim.sha256)
        rows.append((claim.title, name, mine, "yes" if kept else "no"))
        links[name] = f"/claims?document={name}"
        if kept:
            links[claim.title] = reading.place(kept)
    columns = (
        Column(key="title", title="title", wide=50),
        Column(key="document", title="in the ledger as"),
        Column(key="statements", title="statements"),
        Column(key="kept", title="text in your store"),
    )
    said = "The ledger quotes them briefly; their texts are not shipped. Add one, and its passages carry the verdicts."
    table = Table(name="ledger-documents", caption="Documents of the ledger", columns=columns, rows=tuple(rows))
    return Content(words=(said,), table=table, links=links)


PAGE = Page(
    path="documents",
    nav="Documents",
    question="Which documents were handed in, and what do they say?",
    params=PARAMS,
    answer=answer,
    folders=reading.FOLDERS,
)
