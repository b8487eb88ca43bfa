"""nomoat openings: do laboratories keep opening their best models?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("openings", "openings Meta OpenAI --draws 100 --json"))
@click.argument("organisations", nargs=-1)
@options.scale
@options.start
@options.dates
@options.sampling
@options.lists
def command(**asked: Any) -> Answer:
    """Do laboratories keep opening their best models?

    The open share of each laboratory's own frontier, the days between its open releases, and those since the last.
    """
    from nomoat.cli.parts import tabled
    from nomoat.views.labs import openings_table
    from nomoat.world.openings import openings

    found = openings(**asked)
    return tabled(found, openings_table(found))
