"""nomoat report: the whole answer as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nomoat.cli import options, values
from nomoat.cli.progress import working


@click.command(
    epilog=options.examples("report", "report --out answer --draws 100", "report --out then --at 2025-06-30 --draws 50")
)
@click.option(
    "--out",
    callback=values.folder,
    metavar="DIR",
    default="nomoat-report",
    show_default=True,
    help="The folder to write index.html and its charts and tables to.",
)
@click.option("--work", "mine", is_flag=True, help="Begin with the verdict on your own traffic, from your store.")
@options.dates
@options.method
@options.sampling
def command(out: Path, mine: bool, **asked: Any) -> None:
    """Write the whole answer as one HTML page with its charts and tables."""
    from nomoat.report import write_report
    from nomoat.work.place import workplace

    asked["work"] = workplace() if mine else None

    with working("report") as step:
        written = write_report(out, progress=step, **asked)
    click.echo(written.headline)
    click.echo(f"\n{written.path}")
