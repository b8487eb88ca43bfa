"""nomoat work read: what is in these logs?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("read", epilog=options.examples("work read calls.jsonl", "work read calls.jsonl --in mine --json"))
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--format", metavar="NAME", help="The format, where the content does not tell it.")
@click.option(
    "--map",
    "pairs",
    metavar="OURS=FIELD",
    multiple=True,
    help="Where the log keeps what, as in --map prompt=frage or --map response=reply.text.",
)
@click.option("--redact", is_flag=True, help="Mask addresses, numbers and keys before anything is stored.")
@options.lists
def command(
    paths: tuple[Path, ...], folder: Path | None, format: str | None, pairs: tuple[str, ...], redact: bool
) -> Answer:
    """Read logs into the table of requests; the same ones twice add nothing.

    FILE is JSON lines, JSON, CSV or Parquet, plain or packed, of a gateway, a provider, a tracer or an evaluation; its
    content tells whose. What nobody described is read by the names of its fields; --map gives them where they are your
    own. What is missing and what was set aside is said, with counts.
    """
    from nomoat.cli.parts import Told
    from nomoat.errors import InputError
    from nomoat.views.logs import read_table, read_text
    from nomoat.views.table import printable
    from nomoat.work.logs import read
    from nomoat.work.place import workplace
    from nomoat.work.sensitive import masked_json

    columns = {}
    for pair in pairs:
        ours, _, field = pair.partition("=")
        if not ours or not field:
            raise InputError(f"--map {pair}", "ours=field", "--map prompt=frage")
        columns[ours.strip()] = field.strip()
    if columns and format:
        raise InputError("Both --map and --format", "one of them", "nomoat work read FILE --map prompt=FIELD")
    seen = sys.stderr.isatty()

    def progress(line: str) -> None:
        click.echo(f"\r\x1b[K{printable(line)}", nl=False, err=True)

    found = read(
        paths,
        workplace(folder),
        format=format,
        columns=columns,
        mask=masked_json if redact else None,
        progress=progress if seen else lambda line: None,
    )
    if seen:
        click.echo("\r\x1b[K", nl=False, err=True)
    return Told(result=found, table=read_table(found), said=lambda width: read_text(found, width))
