"""nomoat work score: how good are the answers of a run?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("score", epilog=options.examples("work score", "work score --part tuning", "work score --run proof-1"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--part", metavar="PART", default="proof", show_default=True, help="tuning, which chooses, or proof.")
@click.option("--run", "name", metavar="NAME", help="The run's name; else the part and the plan's generation.")
@click.option("--ask", is_flag=True, help="Ask the plan's judges first: prompts and answers go to their endpoints.")
@click.option(
    "--to-label", metavar="N", type=click.IntRange(min=1), help="Write answers of N conversations for people."
)
@click.option("--unmasked", is_flag=True, help="Let judges see keys, addresses or numbers of people.")
@options.lists
def command(
    folder: Path | None, part: str, name: str | None, ask: bool, to_label: int | None, unmasked: bool
) -> Answer:
    """Score the answers of a run with the plan's scorers; a failed call is a failure of its arm.

    The tuning part also chooses the one candidate of each use case for the proof. A use case with a judge needs
    labels of people as well: the judge alone proves nothing. With --to-label, answers for people to score are written,
    blind and in random order: DIR/to-label.html for a browser, DIR/to-label.csv for a spreadsheet. The filled file is
    the one that the scorer names, file = "labels.csv"; of several people labels-ann.csv, labels-bob.csv, whose mean
    counts and whose agreement is printed.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.scored import scored_table, scored_text
    from nomoat.work.marking import marked
    from nomoat.work.place import workplace

    place = workplace(folder)
    if to_label:
        from nomoat.cli.output import write
        from nomoat.work import labels

        sheet = labels.to_label(place, to_label, name, part)
        write(place / "to-label.csv", sheet.csv().encode())
        write(place / "to-label.html", sheet.page().encode())
        click.echo(
            f"{len(sheet.rows):,} answers to label in {place / 'to-label.html'} (for a browser) and to-label.csv",
            err=True,
        )
    if ask:
        from nomoat.work.asking import ask_judges
        from nomoat.work.leaving import leaving, require_leave

        require_leave(leaving(place, part, judges=True), unmasked)
        ask_judges(place, part, name, say=lambda line: click.echo(line, err=True))
    found = marked(place, part, name, watch=_watch)
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    return Told(result=found, table=scored_table(found), said=lambda width: scored_text(found, width))


def _watch(done: int) -> None:
    """A line that is written over, on a terminal alone: code and functions of the user's take their time."""
    if sys.stderr.isatty() and not done % 50:
        click.echo(f"\r\x1b[K{done:,} answers scored", nl=False, err=True)
