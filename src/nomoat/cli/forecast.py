"""nomoat forecast: when will the follower stand where the leader stands today?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


def _share(_context: click.Context, _option: click.Parameter, written: str | None) -> float | None:
    if written is None:
        return None
    try:
        value = float(written.rstrip("% "))
    except ValueError:
        raise click.BadParameter(f"{written!r} is no share; expected a percentage such as 80%") from None
    share = value / 100 if "%" in written or value > 1 else value
    if not 0 < share < 1:
        raise click.BadParameter(f"{written!r} is no share; expected more than 0% and less than 100%")
    return share


@click.command(
    epilog=options.examples(
        "forecast",
        "forecast closed 'open & country=CN' --draws 100",
        "forecast --share 80%",
        "forecast --out forecast.svg",
        "forecast --cite",
    )
)
@options.cohorts
@click.option("--share", callback=_share, metavar="PERCENT", help="When do open models have this share of tokens?")
@options.scale
@options.dates
@options.reconstruct
@options.method
@options.sampling
@options.prints
def command(share: float | None, **asked: Any) -> Answer:
    """By when do open models reach today's best closed one, and how good were such forecasts?

    Three methods, each with its record on past quarters. The record is hindsight: what was known then is reconstructed
    from today's scores.
    """
    from nomoat.cli.parts import Told

    if share is not None:
        from nomoat.views.passing import passing_figure, passing_table, passing_text
        from nomoat.world.passing import passing

        passed = passing(share, at=asked["at"], as_of=asked["as_of"])
        return Told(
            result=passed,
            figure=lambda: passing_figure(passed),
            table=passing_table(passed),
            said=lambda width: passing_text(passed, width),
        )
    from nomoat.views.forecast import forecast_figure, forecast_table, forecast_text
    from nomoat.world.forecast import forecast

    found = forecast(**asked)
    return Told(
        result=found,
        figure=lambda: forecast_figure(found),
        table=forecast_table(found),
        said=lambda width: forecast_text(found, width),
    )
