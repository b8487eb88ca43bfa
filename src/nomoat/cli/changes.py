"""nomoat changes: what differs between two vintages, and what did that do to the gap?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        "changes", "changes --since 2026-06-30 --until 2026-08-11 --json", "changes closed 'open & country=CN' --csv"
    )
)
@options.cohorts
@click.option("--since", callback=values.day, metavar="VINTAGE", help="The earlier date of knowledge.")
@click.option("--until", callback=values.day, metavar="VINTAGE", help="The later one; without it, what is known now.")
@options.lists
def command(leader: str | None, follower: str | None, since: date | None, until: date | None) -> Answer:
    """What differs between two vintages, and what did that do to the gap?

    The gap is walked from the old vintage to the new one, a kind of change a step: first what was revised of the same
    days, then what happened since. --json has every row that moved, --csv the steps.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.changes import changes_text, steps_table
    from nomoat.world.changes import changes

    found = changes(leader, follower, since=since, until=until)
    return Told(result=found, table=steps_table(found), said=lambda width: changes_text(found, width))
