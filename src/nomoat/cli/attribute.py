"""nomoat attribute: who raised the follower frontier?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples("attribute", "attribute --by country --start 2025-01-01", "attribute --out credit.svg")
)
@options.cohorts
@options.scale
@click.option(
    "--by", metavar="organisation|country|openness", default="organisation", show_default=True, help="Whose share."
)
@options.start
@options.dates
@options.reconstruct
@options.method
@options.sampling
@options.prints
def command(**asked: Any) -> Answer:
    """Who raised the follower frontier, and by how much?

    Exact Shapley shares over all follower organisations, and the frontier without each of them.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.output import Answer
    from nomoat.views.attribution import attribution_figure
    from nomoat.world.attribution import attribute

    found = attribute(**asked)
    return Answer(result=found, figure=lambda: attribution_figure(found))
