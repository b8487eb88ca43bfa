"""nomoat traces: which reasoning models show their thinking?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("traces", "traces --at 2025-01-20 --csv"))
@click.option("--at", callback=values.day, metavar="DATE", help="Count what was out by this day only.")
@options.lists
def command(at: date | None) -> Answer:
    """Which reasoning models show their thinking: raw, as a summary, or not at all?

    From a table that we wrote by hand; --json has the page behind each row.
    """
    from nomoat.cli.parts import tabled
    from nomoat.views.labs import traces_table
    from nomoat.world.traces import traces

    found = traces(at=at)
    return tabled(found, traces_table(found))
