"""nomoat work profile: who serves your requests?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("profile", epilog=options.examples("work profile", "work profile --json"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="Classify models as was known on this day.")
@click.option("--sensitive", is_flag=True, help="Look through every prompt and answer for addresses, numbers, keys.")
@options.lists
def command(folder: Path | None, as_of: date | None, sensitive: bool) -> Answer:
    """Who serves your requests: requests, tokens, spend and latency by model, open and closed.

    Nothing here is a proof: it says what you pay for today, and how much of it open models serve already.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.traffic import profile_table, profile_text
    from nomoat.work.place import workplace
    from nomoat.work.profile import profile

    found = profile(workplace(folder), as_of=as_of, sensitive=sensitive)
    return Told(result=found, table=profile_table(found), said=lambda width: profile_text(found, width))
