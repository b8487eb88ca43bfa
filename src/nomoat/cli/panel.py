"""nomoat panel: how far does the answer move when one choice changes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer
    from nomoat.types import Panel


@click.command(
    epilog=options.examples("panel --draws 100", "panel --draws 0 --csv", "panel --draws 100 --out panel.svg")
)
@options.cohorts
@options.dates
@options.method
@options.sampling
@options.prints
def command(**asked: Any) -> Answer:
    """How far does the answer move when one choice changes?

    Rule, definition of open, domain, modality, dates, who scored, board, each organisation left out: one changed
    choice a row, each with its own interval. The range over rows is a range of definitions, never an interval.
    """
    from nomoat.world.panel import panel

    return answer(panel(**asked))


def answer(found: Panel) -> Answer:
    """A panel, or the groups of `nomoat gap --by`, as one table and one chart."""
    from nomoat.cli.output import Answer
    from nomoat.views.panel import finding, panel_figure, panel_table

    return Answer(
        result=found,
        headline=finding(found),
        tables=(panel_table(found),),
        figure=lambda: panel_figure(found),
    )
