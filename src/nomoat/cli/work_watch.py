"""nomoat work watch: does the policy still hold?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from nomoat.cli import options, values
from nomoat.cli.code import Coded, leave_with


@click.command("watch", cls=Coded, epilog=options.examples("work watch --on 2026-12-01"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--on", callback=values.day, required=True, metavar="DATE", help="The day that is asked about.")
@click.option("--shadow", metavar="NAME", help="A scored run of both arms; else that of nomoat work shadow.")
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="New models, as was known on this day.")
def command(folder: Path | None, on: date, shadow: str | None, as_of: date | None) -> None:
    """Say in one line of JSON whether the policy still holds, and which new models could overturn a verdict.

    A route is void after the end of its proof, when a server names another model or version than in the proof, when a
    price is another than the policy's, or when the sample of nomoat work shadow drifts. New open models come with what
    screening and a proof of each would cost. Made for cron: the exit code is 0 where all routes hold, 1 where one is
    void and must go back to its fallback, 2 where it cannot be told.
    """
    from nomoat.work.place import workplace
    from nomoat.work.watch import watch

    found = watch(workplace(folder), on, shadow=shadow, as_of=as_of)
    click.echo(found.line())
    leave_with(1 if found.void else 0)
