"""nomoat forecast: when will the follower stand where the leader stands today?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        "forecast",
        "forecast closed 'open & country=CN' --draws 100",
        "forecast --out forecast.svg",
        "forecast --cite",
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
    """By when do open models reach today's best closed one, and how good were such forecasts?

    Three methods, each with its record on past quarters. The record is hindsight: what was known then is reconstructed
    from today's scores.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.forecast import forecast_figure, forecast_table, forecast_text
    from nomoat.world.forecast import forecast

    found = forecast(**asked)
    return Told(
        result=found,
        figure=lambda: forecast_figure(found),
        table=forecast_table(found),
        said=lambda width: forecast_text(found, width),
    )
