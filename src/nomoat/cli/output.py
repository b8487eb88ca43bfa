"""How does an answer leave the program: as text, JSON, CSV or a sentence, or as a file?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from nomoat.errors import OutputError

if TYPE_CHECKING:
    from datetime import date

    from nomoat.types import Noun
    from nomoat.views.figure import Figure
    from nomoat.views.table import Column, Table

MOST_NAMED = 3  # data sets in a sentence; all of them stand in the text and in the JSON
NARROWEST, WIDEST = 60, 140  # columns: a longer line of a table is not followed by eye


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A result with its chart, where it has one; a list of the catalogue brings its table."""

    result: Any
    figure: Callable[[], Figure] | None = None
    table: Table | None = None

    def text(self, width: int) -> str:
        """What a terminal shows."""
        if self.table is None:
            from nomoat.views.tables import text

            return text(self.result, width=width)
        lines = [f"{self.table.caption}\n", self.table.text(width), ""]
        lines += [f"Left out: {left.count:,} {left.what}: {left.why}." for left in self.result.left_out]
        return "\n".join([*lines, f"Data: {self.sources()}.\n"])

    def csv(self) -> str:
        """The rows of the answer."""
        if self.table is not None:
            return self.table.csv()
        from nomoat.views.tables import tables

        return tables(self.result)[0].csv()

    def cite(self) -> str:
        """One sentence to quote: what was found, on which scale and vintage, from whose data."""
        if hasattr(self.result, "cite"):
            return str(self.result.cite())
        found = self.figure().finding if self.figure is not None else ""
        how = [f"{name} {value}" for name in ("scale", "method") if (value := getattr(self.result, name, None))]
        day = getattr(self.result, "cut", None) or getattr(self.result, "as_of", None)
        how += [f"vintage {day}"] if day else []
        return f"{found.rstrip('.')} ({'; '.join([*how, 'nomoat, from ' + self.sources()])})."

    def sources(self) -> str:
        """Whose data these are: each data set once, with its newest date, and the tail of a long list counted."""
        newest: dict[str, date] = {}
        for origin in self.result.origins:
            name = f"{origin.publisher}, {origin.title}"
            newest[name] = max(origin.retrieved, newest.get(name, origin.retrieved))
        named = [f"{name} ({day})" for name, day in newest.items()]
        more = [f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
        return "; ".join([*named[:MOST_NAMED], *more]) or "no origin named"


def listing(caption: str, columns: tuple[Column, ...], nouns: Iterable[Noun]) -> Table:
    """Nouns as rows of a table, a field a column."""
    from nomoat.views.table import Table

    rows = tuple(tuple(getattr(noun, column.key) for column in columns) for noun in nouns)
    return Table(name="listing", caption=caption, columns=columns, rows=rows)


def emit(answer: Answer, form: str | None, out: Path | None) -> None:
    """Print the answer in one form, write it to a file, or both where both were asked for."""
    if out is not None:
        write(out, _encoded(answer, out.suffix.lower().lstrip(".")))
        click.echo(f"{out} written", err=True)
    if form == "json":
        click.echo(answer.result.json())
    elif form == "csv":
        click.echo(answer.csv(), nl=False)
    elif form == "cite":
        click.echo(answer.cite())
    elif out is None:
        width = get_terminal_size((100, 24)).columns
        click.echo(answer.text(min(max(width, NARROWEST), WIDEST)), nl=False)


def _encoded(answer: Answer, ending: str) -> bytes:
    if ending == "json":
        return f"{answer.result.json()}\n".encode()
    if ending == "csv":
        return answer.csv().encode()
    from nomoat.views.render import render

    if answer.figure is None:
        raise OutputError("There is no chart of this answer", "a table as .csv or .json", "--out models.csv")
    return render(answer.figure(), "png" if ending == "png" else "svg" if ending == "svg" else "html")


def write(path: Path, content: bytes) -> None:
    """Put a whole file at `path`, or nothing; raises `OutputError` where that cannot be done."""
    from tempfile import mkstemp

    temporary = ""
    try:
        handle, temporary = mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        folder = str(path.parent.resolve())
        raise OutputError(
            f"{str(path)!r} cannot be written in {folder} ({error.strerror})",
            "a folder that you may write to",
            f"--out ~/{path.name}",
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
