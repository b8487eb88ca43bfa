"""nomoat scales: what can models be compared on?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("scales", "scales math", "scales arena:text --csv"))
@click.argument("query", nargs=-1)
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="As it was known on this day.")
@options.lists
def command(query: tuple[str, ...], as_of: date | None) -> Answer:
    """What can models be compared on?

    Each line is something to type after --on. QUERY keeps the lines that hold its words.
    """
    from nomoat.cli.output import Answer, listing
    from nomoat.views.table import Column
    from nomoat.views.words import count
    from nomoat.world.scales import scales

    found = scales(" ".join(query), as_of=as_of)
    columns = (
        Column(key="scale", title="scale", wide=60),
        Column(key="models", title="models"),
        Column(key="newest", title="as of"),
        Column(key="about", title="about"),
    )
    said = f"{count(len(found.scales), 'scale')}; one with a space in its name is typed in quotes"
    return Answer(result=found, table=listing(said, columns, found.scales))
