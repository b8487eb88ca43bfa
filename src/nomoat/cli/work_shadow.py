"""nomoat work shadow: what do both arms answer to a sample of the latest requests?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from nomoat.cli import options, values
from nomoat.cli.code import Coded, leave_with


@click.command("shadow", cls=Coded, epilog=options.examples("work shadow", "work shadow --most 10 --budget 5"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--since", callback=values.day, metavar="DATE", help="Draw from requests after this day's beginning.")
@click.option(
    "--most",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="New conversations of each use case.",
)
@click.option("--budget", metavar="USD", type=click.FloatRange(min=0), help="US dollars in all; else the plan's.")
@click.option("--tokens", metavar="N", type=click.IntRange(min=0), help="Tokens in all; else the plan's.")
@click.option("--redact", is_flag=True, help="Go on only if the plan masks personal data.")
@click.option("--unmasked", is_flag=True, help="Let prompts leave that hold keys, addresses or numbers of people.")
@click.option(
    "--patience",
    metavar="S",
    type=click.FloatRange(0, 86_400),
    default=600.0,
    show_default=True,
    help="Seconds to wait for a busy server.",
)
def command(
    folder: Path | None,
    since: date | None,
    most: int,
    budget: float | None,
    tokens: int | None,
    redact: bool,
    unmasked: bool,
    patience: float,
) -> None:
    """Ask both arms about a random sample of requests logged since the proof, for nomoat work watch.

    Made for cron, after nomoat work read of the newest log: draws whole conversations that were not drawn before, asks
    the incumbent and the routed model, scores, and prints one line of JSON. The caps hold over all sittings together;
    the same line goes on where one stopped, and pays for nothing twice. The exit code is 0 where all that was drawn is
    answered, 1 where the budget or a server ended it before, 2 where there is nothing to watch.
    """
    from nomoat.work.place import workplace
    from nomoat.work.run import Settings
    from nomoat.work.shadow import shadow

    found = shadow(
        workplace(folder),
        since=since,
        most=most,
        usd=budget,
        tokens=tokens,
        redact=redact,
        unmasked=unmasked,
        settings=Settings(patience_s=patience),
        say=lambda line: click.echo(line, err=True),
    )
    click.echo(found.line())
    leave_with(0 if found.ended == "finished" else 1)
