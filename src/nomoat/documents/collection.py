"""Which documents does the reader have, which of them are meant, and what became of each file handed in?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from nomoat.catalog.shelf import Kept, Shelf
from nomoat.documents.document import Document
from nomoat.documents.entities import Entities
from nomoat.documents.read import read, read_bytes
from nomoat.documents.statements import Statements, statements
from nomoat.errors import InputError, NomoatError, OutputError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

ADD = "nomoat documents add FILE"
SHORT = 8  # characters of a checksum that are shown and may be typed
_LEAST = 4


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
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def add(paths: Iterable[Path], home: Path | None = None, retrieved: date | None = None) -> Collection:
    """Read files, and those in folders, and keep the bytes of each that is a document.

    A file that is none is named with the reason in `refused`, and nothing of it is kept. Raises InputError where a
    path does not exist or a folder is empty, OutputError where the store cannot be written.
    """
    shelf = Shelf(home)
    entries: dict[str, Entry] = {}
    refused = []
    for path in _files(paths):
        try:
            if not path.is_file():
                raise InputError(f"{path.name} is no file", "Markdown, plain text, HTML, .vtt, .srt or JSON")
            document = read(path, retrieved)
            kept, new = shelf.keep(path, retrieved)
        except OutputError:
            raise
        except NomoatError as error:
            refused.append(Refused(name=str(path), why=str(error)))
            continue
        entries[kept.sha256] = _entry(document, new)
    return Collection(documents=tuple(entries.values()), refused=tuple(refused))


def on_shelf(home: Path | None = None) -> Collection:
    """Every kept document, read again; one whose bytes are damaged is named in `refused`."""
    shelf = Shelf(home)
    entries, refused = [], []
    for kept in shelf.kept():
        try:
            entries.append(_entry(_document(shelf, kept)))
        except NomoatError as error:
            refused.append(Refused(name=kept.name, why=str(error)))
    return Collection(documents=tuple(entries), refused=tuple(refused))


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


def _meant(shelf: Shelf, word: str) -> Document:
    path = Path(word)
    if path.is_file():
        return read(path)
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
    return _document(shelf, found[0])


def _document(shelf: Shelf, kept: Kept) -> Document:
    return read_bytes(kept.name, shelf.content(kept), kept.retrieved)


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
        statements=len(statements(document).statements),
        repairs=len(document.repairs),
        flags=len(document.flags),
        new=new,
    )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant; of a folder, all in it and below that are not hidden, by name."""
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no {str(path)!r}", "a file or a folder", "check the path")
        if not path.is_dir():
            yield path
            continue
        inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not _hidden(p.relative_to(path))]
        if not inside:
            raise InputError(f"{str(path)!r} holds no file", "a folder of documents")
        yield from inside


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
