"""nomoat work route: which request may go to which model?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    "route", epilog=options.examples("work route", "work route --to litellm", "work route --to python --on 2026-12-01")
)
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--run", "name", metavar="NAME", help="The run's name; else proof and the plan's generation.")
@click.option("--to", "gateways", metavar="GATEWAY", multiple=True, help="litellm, openrouter, vllm-sr, python.")
@click.option("--on", callback=values.day, metavar="DATE", help="Only the gateways' files, as the policy holds then.")
@options.lists
def command(folder: Path | None, name: str | None, gateways: tuple[str, ...], on: date | None) -> Answer:
    """Write the policy that the verdict allows, and the same for a gateway.

    Use cases that were shown to be safe go to their candidate, with the incumbent behind it; all others stay, and so
    does what is sensitive and would leave the house. Writes policy.json and, for each --to, a file beside it. With
    --on, policy.json stays, and what nomoat work watch calls void on that day goes back to the incumbent: for cron,
    after it. Nothing is changed at any gateway.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.routed import policy_table, policy_text
    from nomoat.work.place import workplace
    from nomoat.work.routing import renewed, routed

    place = workplace(folder)
    if on is not None and not gateways:
        raise click.UsageError("--on writes files of gateways: name one with --to", click.get_current_context())
    found, written = routed(place, name, gateways) if on is None else renewed(place, on, gateways)
    for path in written:
        click.echo(f"{path} written", err=True)
    return Told(result=found, table=policy_table(found), said=lambda width: policy_text(found, width, gateways))
