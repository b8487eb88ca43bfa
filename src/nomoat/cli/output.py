"""How does an answer leave the program: as words and a table, as JSON, CSV or a sentence, or as a file?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from nomoat.errors import OutputError

if TYPE_CHECKING:
    from datetime import date

    from nomoat.views.figure import Figure
    from nomoat.views.table import Table

WIDEST = 160  # columns: a longer line of a table is not followed by eye


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A result and how it is told: its headline, its tables (the first is its CSV), and its chart."""

    result: Any
    headline: str
    tables: tuple[Table, ...]
    figure: Callable[[], Figure] | None = None
    notes: tuple[str, ...] = ()

    def cite(self) -> str:
        """One sentence to quote, with scale, method, vintage and origins."""
        if hasattr(self.result, "cite"):
            return str(self.result.cite())
        how = [f"{name} {getattr(self.result, name)}" for name in ("scale", "method") if hasattr(self.result, name)]
        day = getattr(self.result, "cut", None) or getattr(self.result, "as_of", None)
        how += [f"vintage {day}"] if day else []
        return f"{self.headline.rstrip('.')} ({'; '.join([*how, 'nomoat, from ' + self.sources()])})."

    def sources(self) -> str:
        """Publisher and title of each data set, once, with its newest date."""
        newest: dict[str, date] = {}
        for origin in self.result.origins:
            name = f"{origin.publisher}, {origin.title}"
            newest[name] = max(origin.retrieved, newest.get(name, origin.retrieved))
        return "; ".join(f"{name} ({day})" for name, day in newest.items()) or "no origin named"

    def text(self, width: int) -> str:
        """Headline, tables, what was left out and where the data come from, for a terminal of this width."""
        parts = [fill(self.headline, width), *(table.text(width) for table in self.tables if table.rows)]
        notes = [f"Note: {note}" for note in self.notes]
        notes += [f"Left out: {left.count:,} {left.what}: {left.why}." for left in self.result.left_out]
        notes.append(f"Data: {self.sources()}.")
        parts.append("\n".join(fill(note, width, subsequent_indent="  ") for note in notes))
        return "\n\n".join(parts)


def emit(answer: Answer, form: str | None, out: Path | None) -> None:
    """Print the answer in one form, write it to a file, or both where both were asked for."""
    if out is not None:
        write(out, _encoded(answer, out.suffix.lower().lstrip(".")))
        click.echo(f"{out} written", err=True)
    if form == "json":
        click.echo(answer.result.json())
    elif form == "csv":
        click.echo(answer.tables[0].csv(), nl=False)
    elif form == "cite":
        click.echo(answer.cite())
    elif out is None:
        click.echo(answer.text(min(get_terminal_size((100, 24)).columns, WIDEST)))


def _encoded(answer: Answer, ending: str) -> bytes:
    if ending == "json":
        return (answer.result.json() + "\n").encode()
    if ending == "csv":
        return answer.tables[0].csv().encode()
    from nomoat.views.render import render

    if answer.figure is None:
        raise OutputError("There is no chart of this answer", "--out FILE.csv or FILE.json", "--csv")
    content: bytes = render(answer.figure(), ending)  # type: ignore[arg-type]
    return content


def write(path: Path, content: bytes) -> None:
    """Put a whole file at `path`, or nothing; raises `OutputError` where that cannot be done."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written ({error.strerror})", "a folder of yours", "--out FILE") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
