"""nomoat work route: which request may go to which model?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("route", epilog=options.examples("work route", "work route --to litellm", "work route --to python"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--run", "name", metavar="NAME", help="The run's name; else proof and the plan's generation.")
@click.option("--to", "gateways", metavar="GATEWAY", multiple=True, help="litellm, openrouter, vllm-sr, python.")
@options.lists
def command(folder: Path | None, name: str | None, gateways: tuple[str, ...]) -> Answer:
    """Write the policy that the verdict allows, and the same for a gateway.

    Use cases that were shown to be safe go to their candidate, with the incumbent behind it; all others stay. Writes
    policy.json and, for each --to, a file beside it. Nothing is changed at any gateway.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.routed import policy_table, policy_text
    from nomoat.work.place import workplace
    from nomoat.work.routing import routed

    place = workplace(folder)
    found, written = routed(place, name, gateways)
    for path in written:
        click.echo(f"{path} written", err=True)
    return Told(result=found, table=policy_table(found), said=lambda width: policy_text(found, width))
