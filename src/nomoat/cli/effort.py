"""nomoat effort: what did a record take, and what its match?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("effort", "effort --run Transformer --utilisation 0.3", "effort --csv"))
@options.cohorts
@options.scale
@click.option("--run", metavar="MODEL", default="Transformer", show_default=True, help="The run to time on one device.")
@click.option(
    "--utilisation",
    callback=values.between_0_and_1,
    metavar="P",
    default="0.4",
    show_default=True,
    help="Sustained share of a device's peak.",
)
@options.dates
@options.method
@options.prints
def command(**asked: Any) -> Answer:
    """What did it take to set a record, and what to match it?

    Training compute, cost and parameters of each record and of its match, and how many hours one device of today takes
    for a named training run.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.output import Answer
    from nomoat.views.effort import effort_figure
    from nomoat.world.effort import effort

    found = effort(**asked)
    return Answer(result=found, figure=lambda: effort_figure(found))
