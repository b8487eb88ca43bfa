"""nomoat forecast: when will the follower stand where the leader stands today?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


FOR_MODELS = ("leader", "follower", "on", "method", "draws", "seed", "level", "reconstruct")


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
        "forecast --record",
        "forecast --cite",
    )
)
@options.cohorts
@click.option("--share", callback=_share, metavar="PERCENT", help="When do open models have this share of tokens?")
@click.option("--record", is_flag=True, help="The past forecasts by which it is scored: vintage, chances, what came.")
@options.scale
@options.dates
@options.reconstruct
@options.method
@options.sampling
@options.prints
def command(share: float | None, record: bool, **asked: Any) -> Answer:
    """By when do open models reach today's best closed one, and how good were such forecasts?

    Three methods, each with its record on past quarters. The record is hindsight: what was known then is reconstructed
    from today's scores. When a device runs today's best (fits=24GB) is not forecast yet.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.parts import Told, tabled

    if share is not None:
        _alone()
        from nomoat.views.passing import passing_figure, passing_table, passing_text, past_table
        from nomoat.world.passing import passing

        passed = passing(share, at=asked["at"], as_of=asked["as_of"])
        if record:
            return tabled(passed, past_table(passed), "No past month can be scored: these forecasts have no record.")
        return Told(
            result=passed,
            figure=lambda: passing_figure(passed),
            table=passing_table(passed),
            said=lambda width: passing_text(passed, width),
        )
    from nomoat.views import forecast as views
    from nomoat.world.forecast import forecast

    found = forecast(**asked)
    if record and found.record is not None:
        made = found.record
        return Told(result=found, table=views.past_table(made), said=lambda width: views.record_text(made, width))
    return Told(
        result=found,
        figure=lambda: views.forecast_figure(found),
        table=views.forecast_table(found),
        said=lambda width: views.forecast_text(found, width),
    )


def _alone() -> None:
    """Refuse what a share of tokens has no use for: an option that is taken and ignored answers another question."""
    context = click.get_current_context()
    names = {p.name: p.opts[0] for p in context.command.params if p.name is not None}
    typed = [
        said.upper() if not said.startswith("-") else said
        for name, said in names.items()
        if name in FOR_MODELS and context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if typed:
        raise click.UsageError(
            f"--share asks for a share of tokens, for which {', '.join(typed)} has no meaning. "
            "Expected --at or --as-of with it"
        )
