"""nomoat panel: how far does the answer move when one choice changes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples("panel --draws 100", "panel --draws 0 --csv", "panel --draws 100 --out panel.svg")
)
@options.cohorts
@options.dates
@options.method
@options.draws(200)
@options.seed
@options.level
@options.prints
def command(**asked: Any) -> Answer:
    """How far does the answer move when one choice changes?

    Rule, definition of open, domain, modality, dates, who scored, board, each organisation left out: one changed
    choice a row, each with its own interval. The range over rows is a range of definitions, never an interval.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.output import Answer
    from nomoat.views.panel import panel_figure
    from nomoat.world.panel import panel

    found = panel(**asked)
    return Answer(result=found, figure=lambda: panel_figure(found))
