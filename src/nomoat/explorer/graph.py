"""The page of the map: who and what do the documents speak of, and how do they connect?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nomoat.explorer import reading
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

PARAMS = (Param(name="document", title="Documents", kind="list", help="their checksums; all where none is named"),)
_INNER = re.compile(r"<main>(?:<h1>.*?</h1>)?(.*)</main>", re.DOTALL)
_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def answer(catalog: Catalog, values: Values) -> View:
    """The map with its lists; the connections as a table."""
    from nomoat.views.documents import graph_table
    from nomoat.views.graph import graph_page
    from nomoat.views.words import count

    documents = reading.chosen(catalog, values["document"])
    made = reading.graph(catalog, documents)
    ids = ", ".join(repr(one.sha256[: reading.SHORT]) for one in documents) if values["document"] else ""
    told = (
        "from nomoat.documents.collection import chosen\nfrom nomoat.documents.graph import graph\n"
        f"graph(chosen([{ids}]))"
    )
    drawn = pieces(graph_page(made)) if made.nodes else ("", "")

    held = f"{count(len(made.nodes), 'entity', 'entities')} and {count(len(made.connections), 'connection')}"

    def connections() -> Content:
        if not made.connections:
            return Content(empty="No two of them are said to connect.")
        return Content(table=graph_table(made))

    title = documents[0].title if len(documents) == 1 else f"{len(documents)} documents"
    return View(
        title=f"Who and what {title} speak{'s' if len(documents) == 1 else ''} of" if documents else "No document yet",
        result=made,
        lead=() if documents else (f"Nothing to draw: no document is in your store. Type: {reading.ADD}",),
        sections=(
            Section(id="connections", title="Every connection as a row", build=connections, python=told, origins=()),
        )
        if documents
        else (),
        cite=f"{held} in {reading.cited(documents)}." if made.nodes else "",
        python=told,
        suggest={"document": tuple(one.sha256[: reading.SHORT] for one in reading.shelf(catalog)[0])},
        extra={"inner": drawn[0], "data": drawn[1]},
    )


def pieces(page: str) -> tuple[str, str]:
    """What stands in the body of the page that `views` makes of a graph, and the data of its script.

    Both are markup that `views` has escaped; the page around them, its style and its script are the explorer's.
    """
    inner, data = _INNER.search(page), _DATA.search(page)
    assert inner is not None, "the page of a graph has a body"
    assert data is not None, "the page of a graph has data"
    return inner[1], data[1]


PAGE = Page(
    path="graph",
    nav="",
    question="Whom and what do the documents speak of, and how do they connect?",
    params=PARAMS,
    answer=answer,
    template="graph.html",
    folders=reading.FOLDERS,
)
