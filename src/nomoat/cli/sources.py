"""nomoat sources: where do the facts come from?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("sources", "sources epoch", "sources arena --json"))
@click.argument("query", nargs=-1)
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="What was known on this day.")
@options.lists
def command(query: tuple[str, ...], as_of: date | None) -> Answer:
    """Where do the facts come from, and which vintages are there?

    --json has address, licence, date and sha256 of every origin.
    """
    from nomoat.cli.output import Answer, listing
    from nomoat.views.table import Column
    from nomoat.views.words import count
    from nomoat.world.origins import origins

    found = origins(" ".join(query), as_of=as_of)
    columns = (
        Column(key="publisher", title="publisher", wide=20),
        Column(key="dataset", title="data set", wide=30),
        Column(key="title", title="title", terminal=False),
        Column(key="licence", title="licence", wide=24),
        Column(key="oldest", title="oldest"),
        Column(key="newest", title="newest"),
        Column(key="vintages", title="vintages"),
    )
    said = f"{count(len(found.datasets), 'data set')}, {count(len(found.origins), 'origin')}"
    return Answer(result=found, table=listing(said, columns, found.datasets))
