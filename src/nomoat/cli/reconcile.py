"""nomoat reconcile: which definitions give somebody's figure?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        'reconcile "3.5 months"',
        'reconcile "8 points" --out steps.svg',
        'reconcile "70 %"',
        'reconcile "80 % of startups"',
    )
)
@click.argument("figure")
@options.method
@options.draws(200)
@options.seed
@options.prints
def command(figure: str, **asked: Any) -> Answer:
    """Which definitions give somebody's figure, and why is ours another?

    FIGURE is a number with its unit: a gap such as "4 months", a share such as "70 %" or "5 % of enterprise workloads",
    or a count such as "1.15 billion". Every definition that the data allow is tried; then one choice a step leads from
    the nearest of them to the default here. Shares of unlike things get no difference.
    """
    from nomoat.cli.output import Answer
    from nomoat.cli.parts import Told
    from nomoat.types import Reconciliation
    from nomoat.world.reconcile import reconcile

    found = reconcile(figure, **asked)
    if isinstance(found, Reconciliation):
        from nomoat.views.waterfall import waterfall_figure

        return Answer(result=found, figure=lambda: waterfall_figure(found))
    from nomoat.views.reconcile_share import share_figure, share_text, steps_table

    return Told(
        result=found,
        figure=lambda: share_figure(found),
        table=steps_table(found),
        said=lambda width: share_text(found, width),
    )
