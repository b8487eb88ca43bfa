"""nomoat frontier: the running best of both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        "frontier", "frontier --on benchmark:'GPQA diamond' --csv", "frontier 'country=US' 'country=CN' --out race.svg"
    )
)
@options.cohorts
@options.scale
@options.dates
@options.reconstruct
@options.method
@options.sampling
@options.prints
def command(**asked: Any) -> Answer:
    """The running best of both sides, and every model under it.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.output import Answer
    from nomoat.views.frontier import frontier_figure
    from nomoat.world.frontier import frontier
    from nomoat.world.gap import gap

    found = frontier(**asked)
    return Answer(result=found, figure=lambda: frontier_figure(found, gap(**asked)))
