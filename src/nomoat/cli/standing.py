"""nomoat standing: who stood at the top?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("standing", "standing open --by country --start 2025-01-01 --csv"))
@click.argument("cohort", required=False, default="open")
@options.scale
@click.option(
    "--by", metavar="organisation|country|openness", default="organisation", show_default=True, help="Whose days."
)
@options.start
@options.dates
@options.sampling
@options.lists
def command(start: date | None, **asked: Any) -> Answer:
    """Who held the frontier of a cohort, and for which share of the days?

    COHORT is open where nothing is said, and otherwise one as for nomoat gap.
    """
    from nomoat.cli.parts import tabled
    from nomoat.views.labs import standing_table
    from nomoat.world.standing import standing

    found = standing(start=start, **asked)
    return tabled(found, standing_table(found))
