"""nomoat documents: what do people say, who, when, about what?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values
from nomoat.cli.parts import Listed
from nomoat.cli.progress import working

if TYPE_CHECKING:
    from nomoat.cli.output import Answer

which = click.argument("which", metavar="[FILE|ID]...", nargs=-1)


_REFUSED = "nomoat.documents.refused"


def _all_or_one(verb: Callable[..., None]) -> Callable[..., None]:
    """Leave with 1 where the answer was given and something was refused."""

    @wraps(verb)
    def told(**asked: Any) -> None:
        verb(**asked)
        context = click.get_current_context()
        if context.meta.get(_REFUSED):
            context.exit(1)

    return told


@click.group(cls=Listed, epilog=options.examples("documents add note.md", "documents graph note.md --out graph.html"))
def command() -> None:
    """Read notes, transcripts and articles: passages, entities, statements, and notes written back.

    FILE is Markdown, plain text, HTML, .vtt, .srt, JSON segments or a talk digest; ID is the name or the checksum of
    a document that was added; without either, all that were.
    """


@command.command("list", epilog=options.examples("documents list", "documents list --json"))
@options.lists
def listed() -> Answer:
    """Which documents were added?"""
    from nomoat.cli.parts import tabled
    from nomoat.documents.collection import ADD, on_shelf
    from nomoat.views.documents import collection_table

    found = on_shelf()
    _tell(found.refused)
    return tabled(found, collection_table(found), f"No document is kept yet. Try: {ADD}")


@command.command(
    "add", epilog=options.examples("documents add note.md", "documents add note.md --retrieved 2026-08-01")
)
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--retrieved", callback=values.day, metavar="DATE", help="When you got it: no undated one is younger.")
@_all_or_one
@options.lists
def add(paths: tuple[Path, ...], retrieved: date | None) -> Answer:
    """Read documents and keep their bytes; a file that cannot be read is named, and the others are kept.

    Leaves with 0 when all were kept, 1 when some were refused, 2 when none could be kept.
    """
    from nomoat.cli.parts import tabled
    from nomoat.documents.collection import add as take
    from nomoat.errors import InputError
    from nomoat.views.documents import collection_table

    found = take(paths, retrieved=retrieved)
    if not found.documents and len(found.refused) == 1:
        raise InputError(found.refused[0].why)
    _tell(found.refused)
    for one in found.left_out:
        click.echo(f"Left out: {one.count:,} {one.what} ({one.why})", err=True)
    if not found.documents:
        raise InputError(f"None of {len(found.refused)} could be read", "Markdown, text, HTML, .vtt, .srt or JSON")
    click.get_current_context().meta[_REFUSED] = bool(found.refused)
    return tabled(found, collection_table(found))


@command.command("remove", epilog=options.examples("documents remove note.md", "documents remove 1a2b3c4d --delete"))
@click.argument("which", metavar="ID...", nargs=-1, required=True)
@click.option("--delete", is_flag=True, help="Delete the bytes that were kept; else they are moved aside.")
@options.lists
def remove(which: tuple[str, ...], delete: bool) -> Answer:
    """Take documents off the shelf; your own file stays where it is."""
    from nomoat.cli.parts import tabled
    from nomoat.documents.collection import remove as take_off
    from nomoat.views.documents import removals_table

    found = take_off(which, delete=delete)
    return tabled(found, removals_table(found))


@command.command("show", epilog=options.examples("documents show note.md", "documents show note.md --json"))
@click.argument("document", metavar="FILE|ID")
@options.lists
def show(document: str) -> Answer:
    """One document: when it was said and why, chapters, moments, themes, what was repaired and what was refused."""
    from nomoat.claims.verdicts import said_in
    from nomoat.cli.parts import Told
    from nomoat.documents.collection import chosen, entities_of
    from nomoat.views.documents import document_table, document_text

    found = said_in(chosen([document])[0])

    def said(width: int) -> str:
        sources = entities_of([found.document], _models()).sources if found.document.declared else (None,)
        return document_text(found.document, found.claims, width, sources[0])

    return Told(result=found, table=document_table(found.document), said=said)


@command.command(
    "statements", epilog=options.examples("documents statements note.md", "documents statements note.md --csv")
)
@which
@options.lists
def statements(which: tuple[str, ...]) -> Answer:
    """Which sentences can be held against data: amounts, comparisons, trends, forecasts, somebody's view?"""
    from nomoat.cli.parts import Told
    from nomoat.documents.collection import chosen, statements_of
    from nomoat.views.documents import statements_table, statements_text

    found = statements_of(chosen(which))
    return Told(result=found, table=statements_table(found), said=lambda width: statements_text(found, width))


@command.command("entities", epilog=options.examples("documents entities note.md", "documents entities note.md --json"))
@which
@options.lists
def entities(which: tuple[str, ...]) -> Answer:
    """Whom and what do they speak of: medias, companies, products, concepts, locations, persons?"""
    from nomoat.cli.parts import Told
    from nomoat.documents.collection import chosen, entities_of
    from nomoat.views.documents import entities_table, entities_text

    found = entities_of(chosen(which), _models())
    return Told(result=found, table=entities_table(found), said=lambda width: entities_text(found, width))


@command.command(
    "graph", epilog=options.examples("documents graph note.md", "documents graph note.md --out graph.html")
)
@which
@click.option("--json", "as_json", is_flag=True, help="Print the whole graph as JSON.")
@click.option("--out", metavar="FILE", help="Write it to FILE: .html to look into, .graphml, .json or .csv.")
def graph(which: tuple[str, ...], as_json: bool, out: str | None) -> None:
    """How do they connect, and which passage says so?"""
    from nomoat.cli.output import Answer, emit, write
    from nomoat.documents.collection import chosen, graph_of
    from nomoat.views.documents import graph_text

    path = _target(out) if out is not None else None
    with working("graph"):
        made = graph_of(chosen(which), _models())
        content = _drawn(made, path.suffix.lower()) if path else b""
    if path is not None:
        write(path, content)
        click.echo(f"{path} written", err=True)
        if not as_json:
            return
    if as_json:
        emit(Answer(result=made), "json", None)
    else:
        click.echo(graph_text(made, 100))


@command.command("write", epilog=options.examples("documents write note.md", "documents write note.md --out notes"))
@click.argument("transcript", metavar="FILE|ID")
@click.option("--out", metavar="DIR", help="The folder to write the notes to; without it they are printed.")
@click.option("--json", "as_json", is_flag=True, help="Print the notes as JSON.")
@click.option("--endpoint", metavar="URL", help="An OpenAI-compatible address that may sum it up; the text goes there.")
@click.option("--model", metavar="NAME", help="The model at that address.")
@click.option("--key-from", metavar="VARIABLE", help="The environment variable that holds its key.")
def write_notes(transcript: str, out: str | None, as_json: bool, **asked: str | None) -> None:
    """Write a recording as Markdown notes, every sentence with the second it was spoken at.

    Sentences are those that were spoken. With --endpoint a model writes them, and each that its passage does not
    carry is dropped and named.
    """
    from nomoat.cli.output import write
    from nomoat.documents.collection import chosen

    with working("write"):
        document = chosen([transcript])[0]
        found, notes = _notes(document, **asked)
    if as_json:
        click.echo(found.json())
    if out is not None:
        for path, text in _placed(Path(out), document.sha256, notes):
            write(path, text.encode())
            click.echo(f"{path} written", err=True)
    elif not as_json:
        click.echo("\n".join(note.text for note in notes), nl=False)


def _notes(document: Any, endpoint: str | None, model: str | None, key_from: str | None) -> tuple[Any, tuple[Any, ...]]:
    import os

    from nomoat.documents.generate import generate
    from nomoat.documents.write import write
    from nomoat.errors import InputError

    if endpoint is None:
        if model or key_from:
            raise InputError(
                "--model and --key-from go with --endpoint", "an address", "--endpoint http://localhost:8000/v1"
            )
        found = write(document)
        return found, found.notes
    if model is None:
        raise InputError("--endpoint without --model", "the model at that address", "--model NAME")
    if key_from and key_from not in os.environ:
        raise InputError(
            f"There is no environment variable {key_from!r}", "one that holds the key", "--key-from VARIABLE"
        )
    made = generate(document, endpoint, model, os.environ[key_from] if key_from else None)
    for dropped in made.dropped:
        click.echo(f"Dropped: {dropped.sentence} ({dropped.why})", err=True)
    return made, (made.note,)


def _placed(folder: Path, sha256: str, notes: tuple[Any, ...]) -> list[tuple[Path, str]]:
    """Where each note goes; a file of somebody else's is never overwritten, an earlier note of the same source is."""
    from nomoat.errors import OutputError

    placed = [(folder / f"{note.slug}.md", note.text) for note in notes]
    try:
        for path, _ in placed:
            if path.exists() and f"source: sha256 {sha256}" not in path.read_text(encoding="utf-8", errors="replace"):
                raise OutputError(
                    f"{path} is there already and is no note of this recording", "another folder", "--out DIR"
                )
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{str(folder)!r} cannot be written ({error.strerror})", "a folder", "--out DIR") from None
    return placed


def _target(out: str) -> Path:
    from nomoat.errors import OutputError

    path = Path(out)
    if path.suffix.lower() not in (".html", ".graphml", ".json", ".csv"):
        raise OutputError(
            f"--out {out!r} names no format", "a name that ends in .html, .graphml, .json or .csv", "--out graph.html"
        )
    if not path.parent.is_dir() or path.is_dir():
        raise OutputError(f"{out!r} cannot be written", "a file name in a folder that exists", f"--out {path.name}")
    return path


def _drawn(made: Any, ending: str) -> bytes:
    from nomoat.views.documents import graph_table
    from nomoat.views.graph import graph_page

    text = {
        ".html": lambda: graph_page(made),
        ".graphml": made.graphml,
        ".json": lambda: made.json() + "\n",
        ".csv": lambda: graph_table(made).csv(),
    }[ending]()
    return str(text).encode("utf-8", "replace")


def _models() -> tuple[str, ...]:
    """The names of the catalogue's models, which entities are resolved against."""
    from nomoat.catalog.store import Catalog

    return tuple(dict.fromkeys(name for name in Catalog.open().table("models").columns["name"] if name))


def _tell(refused: tuple[Any, ...]) -> None:
    for one in refused:
        click.echo(f"Refused: {' '.join(one.why.split())}", err=True)
