"""nomoat diffusion: how fast do techniques reach open models?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("diffusion", "diffusion 'reasoning models' --json"))
@click.argument("technique", required=False)
@click.option("--at", callback=values.day, metavar="DATE", help="Count what was out by this day only.")
@options.lists
def command(technique: str | None, at: date | None) -> Answer:
    """How many months after a closed model did an open one have a technique?

    From a table of firsts that we wrote by hand; --json has the page behind each date.
    """
    from nomoat.cli.parts import tabled
    from nomoat.views.labs import diffusion_table
    from nomoat.world.diffusion import diffusion

    found = diffusion(technique, at=at)
    return tabled(found, diffusion_table(found))
