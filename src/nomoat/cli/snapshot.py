"""nomoat snapshot: how is a vintage made of the publishers' files?"""

from __future__ import annotations

from pathlib import Path

import click

from nomoat.cli import options
from nomoat.cli.progress import working


@click.group(epilog=options.examples("snapshot build --from raw --out snapshot"))
def command() -> None:
    """Make a vintage from the publishers' files."""


@command.command(epilog=options.examples("snapshot build --from raw --out snapshot"))
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="The folder that holds the publishers' files as they were downloaded.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default="snapshot",
    show_default=True,
    help="The folder to put the vintage in; an older one there is replaced when the new one is complete.",
)
def build(source: Path, out: Path) -> None:
    """Read the publishers' files, check them, and write the tables as Parquet.

    The same files give the same bytes; the sha256 of each is recorded.
    """
    from nomoat.errors import InputError, SourceError
    from nomoat.sources.build import build as make

    if not source.is_dir():
        raise InputError(f"There is no folder {str(source)!r}", "a folder of publishers' files", "--from DIR")
    try:
        with working("snapshot"):
            manifest = make(source, out)
    except FileNotFoundError as error:
        raise SourceError(
            f"There is no {error.filename}", f"all publishers' files below {source}", "--from DIR"
        ) from None
    click.echo(f"{out}: {len(manifest.tables)} tables from {len(manifest.inputs)} files")
    for name, table in sorted(manifest.tables.items()):
        click.echo(f"  {name:<14}{table.rows or 0:>8,} rows")
    for left in manifest.left_out:
        click.echo(f"Left out: {left.count:,} {left.what}: {left.why}.")
