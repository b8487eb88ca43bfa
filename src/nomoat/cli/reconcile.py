"""nomoat reconcile: which definitions give somebody's figure?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples('reconcile "3.5 months"', 'reconcile "8 points" --out steps.svg'))
@click.argument("figure")
@options.method
@options.draws(200)
@options.seed
@options.prints
def command(figure: str, **asked: Any) -> Answer:
    """Which definitions give somebody's figure, and why is ours another?

    FIGURE is a number with its unit, such as "4 months". Every combination of vintage, scale, definition of open, rule
    and statistic is tried; then one choice a step leads from the nearest of them to the default here.
    """
    from nomoat.cli.output import Answer
    from nomoat.views.waterfall import waterfall_figure
    from nomoat.world.reconcile import reconcile

    found = reconcile(figure, **asked)
    return Answer(result=found, figure=lambda: waterfall_figure(found))
