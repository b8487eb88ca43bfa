"""Which documents does the reader have, which of them are meant, and what became of each file handed in?"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import msgspec

from nomoat.catalog.cache import remember
from nomoat.catalog.shelf import LARGEST, Kept, Shelf, too_large
from nomoat.documents.document import Document, Flag
from nomoat.documents.entities import Entities, entities
from nomoat.documents.graph import Graph, Source, graph, merged
from nomoat.documents.quantities import doubt, quantities
from nomoat.documents.read import last_written, read, read_bytes
from nomoat.documents.statements import Statements, statements
from nomoat.errors import InputError, NomoatError, OutputError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

ADD = "nomoat documents add FILE"
SHORT = 8  # characters of a checksum that are shown and may be typed
_LEAST = 4
MOST = 1_000  # files of one folder: each takes some 10 ms to read

_WHY = {
    "symbolic links": "they may lead out of the folder, or in circles",
    "hidden files": "their names begin with a dot",
    "further files": f"of one folder the first {MOST:,} are read, by name",
}


class Entry(Noun, frozen=True, kw_only=True):
    """A document on the shelf in a line: what it is, when it was said, and what was found in it."""

    id: str
    sha256: str
    name: str
    format: str
    title: str
    publisher: str | None
    low: date | None
    high: date | None
    passages: int
    statements: int
    repairs: int
    flags: int
    new: bool = False


class Refused(Noun, frozen=True, kw_only=True):
    """A file that could not be read as a document, and why."""

    name: str
    why: str


class Collection(Noun, frozen=True, kw_only=True):
    """Documents that were read and files that were refused: the document of `documents list` and `add`."""

    schema_version: int = SCHEMA_VERSION
    documents: tuple[Entry, ...]
    refused: tuple[Refused, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


class Removed(Noun, frozen=True, kw_only=True):
    """A document that is on the shelf no more, and where its bytes are now; None: deleted."""

    id: str
    name: str
    bytes_at: str | None


class Removals(Noun, frozen=True, kw_only=True):
    """What was taken off the shelf: the document of `documents remove`."""

    schema_version: int = SCHEMA_VERSION
    documents: tuple[Removed, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


class StatementsOf(Noun, frozen=True, kw_only=True):
    """The statements of several documents: the document of `documents statements`."""

    schema_version: int = SCHEMA_VERSION
    names: dict[str, str]  # document -> its name
    documents: tuple[Statements, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


class EntitiesOf(Noun, frozen=True, kw_only=True):
    """What several documents speak of: the document of `documents entities`."""

    schema_version: int = SCHEMA_VERSION
    names: dict[str, str]
    documents: tuple[Entities, ...]
    sources: tuple[Source, ...] = ()  # what each declares of itself, and what was found of it
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def add(paths: Iterable[Path], home: Path | None = None, retrieved: date | None = None) -> Collection:
    """Read files, and those in folders, and keep the bytes of each that is a document.

    What is none, is not there, or is an empty folder is named with the reason in `refused`, and costs no other file. In
    a folder, hidden files, symbolic links (they may lead out of it or in circles) and what is beyond the first `MOST`
    files by name are counted in `left_out`. Raises OutputError where the store cannot be written.
    """
    shelf = Shelf(home)
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    left: Counter[str] = Counter()
    for path in _files(paths, left, refused):
        try:
            if not path.is_file():
                raise InputError(f"{path.name} is no file", "Markdown, plain text, HTML, .vtt, .srt or JSON")
            if (size := path.stat().st_size) > LARGEST:
                raise too_large(path.name, size)
            document = _doubted(read(path, retrieved))
            kept, new = shelf.keep(path, retrieved, document.sha256, last_written(path))
        except OutputError:
            raise
        except NomoatError as error:
            refused.append(Refused(name=str(path), why=str(error)))
            continue
        except OSError as error:
            refused.append(Refused(name=str(path), why=f"{path.name} cannot be read ({error.strerror})"))
            continue
        # under its own name it is listed from here on; the same bytes under another were listed before
        own = (kept.name, kept.retrieved, kept.written) == (path.name, retrieved, last_written(path))
        entry = _listed(shelf, kept, partial(_entry, document)) if own else _entry(document)
        entries[kept.sha256] = msgspec.structs.replace(entry, new=new)
    return Collection(
        documents=tuple(entries.values()),
        refused=tuple(refused),
        left_out=tuple(LeftOut(what=what, count=count, why=_WHY[what]) for what, count in sorted(left.items())),
    )


def on_shelf(home: Path | None = None) -> Collection:
    """Every kept document; one whose bytes are damaged is named in `refused`.

    What was found in a document is kept in the cache, by its checksum and the version of the code that read it, and
    taken from there while size and time of the kept file stay as they were.
    """
    shelf = Shelf(home)
    entries, refused = [], []
    for kept in shelf.kept():
        try:
            entries.append(_listed(shelf, kept, partial(_fresh, shelf, kept)))
        except NomoatError as error:
            refused.append(Refused(name=kept.name, why=str(error)))
    return Collection(documents=tuple(entries), refused=tuple(refused))


def remove(which: Sequence[str], home: Path | None = None, delete: bool = False) -> Removals:
    """Take documents off the shelf: their bytes are moved into its folder `removed`, or, if told so, deleted.

    All that are named must be there before one is touched: UnknownName else.
    """
    shelf = Shelf(home)
    meant = {kept.sha256: kept for kept in (_on(shelf, word) for word in which)}
    return Removals(
        documents=tuple(
            Removed(
                id=kept.sha256[:SHORT], name=kept.name, bytes_at=str(to) if (to := shelf.drop(kept, delete)) else None
            )
            for kept in meant.values()
        )
    )


def chosen(which: Sequence[str], home: Path | None = None) -> list[Document]:
    """The documents that are meant: files, names or beginnings of checksums of the shelf; all of it where none is.

    Raises UnknownName for what is neither, InputError where the shelf is empty.
    """
    shelf = Shelf(home)
    if not which:
        found = [_document(shelf, kept) for kept in shelf.kept()]
        if not found:
            raise InputError("No document is kept yet", "a file of yours", ADD)
        return found
    documents = [_meant(shelf, word) for word in which]
    return list({document.id: document for document in documents}.values())


def statements_of(documents: Sequence[Document]) -> StatementsOf:
    """The statements of each, those of a document that was asked before from the cache."""
    found = [
        msgspec.json.decode(_kept(document, "statements", partial(statements, document)), type=Statements)
        for document in documents
    ]
    return StatementsOf(names={d.id: d.name for d in documents}, documents=tuple(found))


def entities_of(documents: Sequence[Document], catalog: Sequence[str] = ()) -> EntitiesOf:
    """What each speaks of, and what is found of what it declares; from the cache where it was asked before."""
    found = [
        msgspec.json.decode(
            _kept(document, "entities", partial(entities, document, catalog=catalog), catalog), type=Entities
        )
        for document in documents
    ]
    sources = tuple(source for made in _graphs(documents, catalog) for source in made.documents)
    return EntitiesOf(names={d.id: d.name for d in documents}, documents=tuple(found), sources=sources)


def graph_of(documents: Sequence[Document], catalog: Sequence[str] = ()) -> Graph:
    """`graph`, with the part of each document from the cache where it was asked before."""
    docs = list({document.id: document for document in documents}.values())
    return merged(docs, _graphs(docs, catalog))


def _graphs(documents: Sequence[Document], catalog: Sequence[str]) -> list[Graph]:
    return [
        msgspec.json.decode(_kept(d, "graph", partial(graph, [d], catalog=catalog), catalog), type=Graph)
        for d in documents
    ]


def _kept(document: Document, what: str, compute: Callable[[], Noun], catalog: Sequence[str] = ()) -> bytes:
    """The JSON of what was found in a document, which depends on nothing but what was read, and two lists of names."""
    read_ = hashlib.sha256(msgspec.json.encode(document)).hexdigest()
    known = hashlib.sha256("\0".join(catalog).encode()).hexdigest()
    parts = {"found": what, "document": read_, "lists": _lists(), "catalog": known}
    return remember(parts, lambda: msgspec.json.encode(compute()))


def _meant(shelf: Shelf, word: str) -> Document:
    path = Path(word)
    return _of_file(path) if path.is_file() else _document(shelf, _on(shelf, word))


def _on(shelf: Shelf, word: str) -> Kept:
    """The kept document of that name, or whose checksum begins so."""
    kept = shelf.kept()
    found = [k for k in kept if k.name == word] or [
        k for k in kept if len(word) >= _LEAST and k.sha256.startswith(word.lower())
    ]
    if not found:
        known = [name for k in kept for name in (k.name, k.sha256[:SHORT])]
        raise UnknownName.of("document", word, known, ADD)
    if len(found) > 1:
        ids = ", ".join(k.sha256[:SHORT] for k in found)
        raise InputError(f"{word!r} is {len(found)} documents", f"one of {ids}", "nomoat documents list")
    return found[0]


def _document(shelf: Shelf, kept: Kept) -> Document:
    def fresh() -> Document:
        return read_bytes(kept.name, shelf.content(kept), kept.retrieved, written=kept.written)

    parts = {**_parts(kept.name, kept.sha256, kept.retrieved, kept.written), "kept": shelf.stamp(kept)}
    return _parsed(parts, fresh)


def _listed(shelf: Shelf, kept: Kept, fresh: Callable[[], Entry]) -> Entry:
    parts = {**_parts(kept.name, kept.sha256, kept.retrieved, kept.written), "entry": shelf.stamp(kept)}
    return msgspec.json.decode(remember(parts, lambda: msgspec.json.encode(fresh())), type=Entry)


def _fresh(shelf: Shelf, kept: Kept) -> Entry:
    return _entry(_document(shelf, kept))


def _of_file(path: Path) -> Document:
    """A file as it is now, from the cache where the same bytes were read under the same name before."""
    digest = hashlib.sha256()
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise too_large(path.name, size)
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})", "a file", "check the path") from None
    sha256 = digest.hexdigest()

    def fresh() -> Document:
        document = read(path)
        if document.sha256 != sha256:
            raise InputError(f"{path.name} changed while it was read", "a file that is finished", "try again")
        return document

    return _parsed(_parts(path.name, sha256, None, last_written(path)), fresh)


def _parts(name: str, sha256: str, retrieved: date | None, written: date | None) -> dict[str, object]:
    told = {"retrieved": str(retrieved), "written": str(written)}
    return {"document": sha256, "name": name, **told, "lists": _lists()}


@cache
def _lists() -> str:
    """A checksum of the lists of names that documents are read with: the cache knows the version of code only."""
    digest = hashlib.sha256()
    for file in sorted(files("nomoat.documents").iterdir(), key=lambda file: file.name):
        if file.is_file() and file.name.endswith((".toml", ".csv", ".json")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _parsed(parts: dict[str, object], fresh: Callable[[], Document]) -> Document:
    return msgspec.json.decode(remember(parts, lambda: msgspec.json.encode(_doubted(fresh()))), type=Document)


def _doubted(document: Document) -> Document:
    """The document with a flag on each amount that cannot be as stated: `140% of enterprises`."""
    flags = []
    for passage in document.passages:
        if "%" not in passage.reading and not re.search(r"(?i)per ?cent|\d (?:out )?of ", passage.reading):
            continue
        for quantity in quantities(passage.reading):
            if why := doubt(passage.reading, quantity):
                flags.append(Flag(kind="doubt", place=passage.place, seen=quantity.text, done=f"{why}: not believed"))
    return msgspec.structs.replace(document, flags=(*document.flags, *flags)) if flags else document


def _entry(document: Document, new: bool = False) -> Entry:
    return Entry(
        id=document.sha256[:SHORT],
        sha256=document.sha256,
        name=document.name,
        format=document.format,
        title=document.title,
        publisher=document.publisher,
        low=document.dating.low,
        high=document.dating.high,
        passages=len(document.passages),
        statements=len(statements_of([document]).documents[0].statements),
        repairs=len(document.repairs),
        flags=len(document.flags),
        new=new,
    )


def _files(paths: Iterable[Path], left: Counter[str], refused: list[Refused]) -> list[Path]:
    """The files that are meant, those of a folder by name; `left` counts what is passed over."""
    out: list[Path] = []
    for path in paths:
        if not path.exists():
            why = InputError(f"There is no {str(path)!r}", "a file or a folder", "check the path")
            refused.append(Refused(name=str(path), why=str(why)))
            continue
        if not path.is_dir():
            out.append(path)
            continue
        inside = _inside(path, left)
        if not inside:
            why = InputError(f"{str(path)!r} holds no file", "a folder of documents")
            refused.append(Refused(name=str(path), why=str(why)))
        if len(inside) > MOST:
            left["further files"] += len(inside) - MOST
        out += inside[:MOST]
    return out


def _inside(folder: Path, left: Counter[str]) -> list[Path]:
    """All files in a folder and below by name, without hidden ones; no symbolic link is followed."""
    found: list[Path] = []
    for here, folders, names in os.walk(folder, followlinks=False):
        for name in [*folders]:
            linked = os.path.islink(os.path.join(here, name))
            if linked or name.startswith("."):
                folders.remove(name)
                left["symbolic links" if linked else "hidden files"] += 1
        for name in names:
            place = Path(here, name)
            if place.is_symlink():
                left["symbolic links"] += 1
            elif name.startswith("."):
                left["hidden files"] += 1
            elif place.is_file():
                found.append(place)
    return sorted(found)
