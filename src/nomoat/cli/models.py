"""nomoat models: which models are there?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(epilog=options.examples("models qwen", "models 'open & country=CN' --csv", "models"))
@click.argument("query", nargs=-1)
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="As it was known on this day.")
@options.lists
def command(query: tuple[str, ...], as_of: date | None) -> Answer:
    """Which models are there, and what is known of them?

    QUERY is words of a name, such as "qwen 3", or a cohort, such as "open & country=CN".
    """
    from nomoat.cli.output import Answer, listing
    from nomoat.views.table import Column
    from nomoat.world.models import models

    found = models(" ".join(query), as_of=as_of)
    columns = (
        Column(key="model", title="model", wide=36),
        Column(key="id", title="id", only="file"),
        Column(key="organisation", title="organisation", wide=24),
        Column(key="country", title="country"),
        Column(key="released", title="released"),
        Column(key="openness", title="openness"),
        Column(key="ability", title="ability (ECI)", digits=1),
        Column(key="scores", title="scores"),
    )
    said = f"{len(found.models):,} of {found.total:,} models, as known on {found.as_of}"
    return Answer(result=found, table=listing(said, columns, found.models))
