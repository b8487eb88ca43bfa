"""nomoat work prove: which use cases may be listed as safe?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("prove", epilog=options.examples("work prove", "work prove --out verdict.png", "work prove --cite"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--run", "name", metavar="NAME", help="The run's name; else proof and the plan's generation.")
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="Whether a model is open, as was known then.")
@click.option(
    "--holds", metavar="DAYS", type=click.IntRange(1, 3650), default=90, show_default=True, help="After the run."
)
@options.prints
def command(folder: Path | None, name: str | None, as_of: date | None, holds: int) -> Answer:
    """Prove, use case by use case, that the candidate loses less than the margin, or say that it is not shown.

    Valid whenever you look: a run that still goes on may be proven as often as you like. Writes verdict.json into the
    run's folder.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.work import verdict_figure, verdict_table, verdict_text
    from nomoat.work.place import workplace
    from nomoat.work.proven import proven

    found = proven(workplace(folder), name, as_of=as_of, holds=holds)
    return Told(
        result=found,
        figure=lambda: verdict_figure(found),
        table=verdict_table(found),
        said=lambda width: verdict_text(found, width),
    )
