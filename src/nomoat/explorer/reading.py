"""Which documents did the reader hand in, each of them read once?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nomoat import __version__
from nomoat.errors import NomoatError, UnknownName

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.documents.document import Document
    from nomoat.documents.graph import Graph

FOLDERS = ("documents", "claims")
ADD = "nomoat documents add FILE"
NAMED = 200  # characters: nobody writes a longer name into a text, and looking for one of a million takes all memory
TITLE, MOST = 90, 4  # letters of a title, and documents that a sentence names
SHORT = 8  # characters of a checksum in an address


def shelf(catalog: Catalog) -> tuple[tuple[Document, ...], tuple[tuple[str, str], ...]]:
    """The documents on the shelf, and of those that cannot be read the name and the reason."""
    from nomoat.catalog.shelf import Shelf

    read, refused = [], []
    for kept in Shelf(catalog.home).kept():
        try:
            read.append(_read(catalog.home, kept.sha256, kept.name, kept.retrieved))
        except NomoatError as error:
            refused.append((kept.name, str(error)))
    return tuple(read), tuple(refused)


def document(catalog: Catalog, id: str | None) -> Document:
    """The document whose checksum begins so; raises UnknownName where none or more than one does."""
    known, _ = shelf(catalog)
    found = [one for one in known if id and len(id) >= SHORT and one.sha256.startswith(id.lower())]
    if len(found) != 1:
        said = UnknownName.of("document", (id or "")[:80], [one.sha256[:SHORT] for one in known])
        raise UnknownName(said.seen, said.expected, ADD)
    return found[0]


def chosen(catalog: Catalog, ids: tuple[str, ...]) -> tuple[Document, ...]:
    """These documents, or all that are on the shelf where none is named."""
    return tuple(document(catalog, id) for id in ids) if ids else shelf(catalog)[0]


def graph(catalog: Catalog, documents: tuple[Document, ...]) -> Graph:
    """The entities of these documents and how they connect."""
    return _graph(catalog, tuple(one.sha256 for one in documents), _Held(documents))


def said(found: Document) -> str:
    """The day on which a document was said, or the days between which."""
    low, high = found.dating.low, found.dating.high
    if low is None and high is None:
        return "undated"
    return str(low) if low == high else f"{low or '?'} to {high or '?'}"


def cited(documents: tuple[Document, ...]) -> str:
    """Documents as a sentence names its sources: titles with their days, and what read them."""
    from nomoat.views.table import printable
    from nomoat.views.words import count

    told = [f"“{printable(one.title)[:TITLE]}”, {said(one)}, sha256 {one.sha256[:SHORT]}" for one in documents[:MOST]]
    more = [f"{len(documents) - MOST} more"] if len(documents) > MOST else []
    return f"{count(len(documents), 'document')} ({'; '.join([*told, *more, f'read by nomoat {__version__}'])})"


def place(found: Document, passage: str = "") -> str:
    """The address of a document, or of a passage in it."""
    from nomoat.explorer.render import anchor

    start = 0
    if passage:
        order = [one.id for one in found.passages]
        start = order.index(passage) // PAGE * PAGE if passage in order else 0
    asked = f"&start={start}" if start else ""
    return f"/document?id={found.sha256[:SHORT]}{asked}" + (f"#p-{anchor(passage)}" if passage else "")


PAGE = 400  # passages of a document on one page: an hour of talk has 600


class _Held:
    """Documents beside their checksums in a key: the checksums alone decide whether two keys are equal."""

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _read(home: Path | None, sha256: str, name: str, retrieved: date | None) -> Document:
    from nomoat.catalog.shelf import Kept, Shelf
    from nomoat.documents.read import read_bytes

    kept = Kept(sha256=sha256, name=name, size=0, retrieved=retrieved)
    return read_bytes(name, Shelf(home).content(kept), retrieved)


@lru_cache(maxsize=8)
def _graph(catalog: Catalog, checksums: tuple[str, ...], held: _Held) -> Graph:
    from nomoat.documents.graph import graph as connect

    known = catalog.table("models").columns["name"]
    names = tuple(dict.fromkeys(name for name in known if name and len(name) <= NAMED))
    return connect(held.documents, catalog=names)
