"""The page of one entity: where is it spoken of, and what is it said to do with whom?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from nomoat.errors import UnknownName
from nomoat.explorer import reading
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.documents.document import Document
    from nomoat.documents.graph import Graph, Node

PARAMS = (Param(name="id", title="Entity"),)


def answer(catalog: Catalog, values: Values) -> View:
    """Every passage that names it, and its connections with the passages that state them."""
    from nomoat.views.words import count

    documents, _ = reading.shelf(catalog)
    made = reading.graph(catalog, documents)
    nodes = {node.id: node for node in made.nodes}
    node = nodes.get(values["id"] or "")
    if node is None:
        said = UnknownName.of("entity", (values["id"] or "")[:120], nodes)
        raise UnknownName(said.seen, said.expected, "/documents#entities")
    known = f"In the catalogue: {node.catalog}." if node.catalog else ""
    told = (
        "from nomoat.documents.collection import chosen\nfrom nomoat.documents.graph import graph\n"
        f"made = graph(chosen([]))\n[c for c in made.connections if {node.id!r} in (c.source, c.target)]"
    )
    return View(
        title=f"{node.name}, {node.kind}",
        result=_alone(made, node),
        lead=tuple(
            text
            for text in (
                f"Named {count(node.mentions, 'time')} in {count(len(node.documents), 'document')}.",
                known,
                "" if node.known else "Nobody here knows the name: a rule of language found it.",
            )
            if text
        ),
        sections=(
            Section(
                id="passages", title="Where it is named", build=lambda: _passages(documents, node), python=told,
                origins=(),
            ),
            Section(
                id="connections", title="What it is said to do with whom", build=lambda: _connections(made, node),
                python=told, origins=(),
            ),
        ),
        cite=f"{node.name} ({node.kind}) is named {count(node.mentions, 'time')} in "
        + reading.cited(tuple(one for one in documents if one.id in node.documents))
        + ".",
        python=told,
        suggest={"id": tuple(nodes)[:200]},
        extra={"map": f"/graph#{urlencode({'': node.id})[1:]}"},
    )  # fmt: skip


def _alone(made: Graph, node: Node) -> Graph:
    """The part of the graph around one entity."""
    import msgspec

    mine = tuple(c for c in made.connections if node.id in (c.source, c.target))
    near = {end for c in mine for end in (c.source, c.target)} | {node.id}
    return msgspec.structs.replace(made, nodes=tuple(n for n in made.nodes if n.id in near), connections=mine, links=())


def _passages(documents: tuple[Document, ...], node: Node) -> Content:
    by_id = {one.id: one for one in documents}
    data = [
        {
            "text": evidence.text,
            "href": reading.place(by_id[evidence.document], evidence.passage),
            "where": f"{by_id[evidence.document].title}, line {evidence.place.line}",
        }
        for evidence in node.passages
    ]
    from nomoat.views.table import Column, Table

    table = Table(
        name="passages",
        caption="Passages that name it",
        columns=(Column(key="where", title="where", wide=40), Column(key="text", title="passage", wide=60)),
        rows=tuple((one["where"], one["text"]) for one in data),
    )
    return Content(table=table, links={one["where"]: one["href"] for one in data})


def _connections(made: Graph, node: Node) -> Content:
    from nomoat.views.documents import graph_table

    alone = _alone(made, node)
    if not alone.connections:
        return Content(empty="Nobody says that it has to do with another.")
    links = {n.name: "/entity?" + urlencode({"id": n.id}) for n in alone.nodes if n.id != node.id}
    return Content(table=graph_table(alone), links=links)


PAGE = Page(
    path="entity",
    nav="",
    question="Where is this entity spoken of, and with whom?",
    params=PARAMS,
    answer=answer,
    template="entity.html",
    folders=reading.FOLDERS,
)
