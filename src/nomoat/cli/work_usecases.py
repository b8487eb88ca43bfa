"""nomoat work usecases: what is your traffic made of?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("usecases", epilog=options.examples("work usecases", "work usecases --json"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--again", is_flag=True, help="Look for them anew; names that you gave are lost.")
@click.option("--clusters/--no-clusters", default=None, help="Look for clusters of words in what has no label.")
@options.lists
def command(folder: Path | None, again: bool, clusters: bool | None) -> Answer:
    """Which use cases is your traffic made of? Found once, named by you, then frozen.

    The first time it looks: labels of the log, templates of system prompts, the form of answer asked for, and clusters
    of words in what is left. It writes usecases.toml, where you name them, and assigner.json, which says of every later
    request what it is. From then on it counts.
    """
    from nomoat.cli.parts import Told
    from nomoat.errors import MissingExtra
    from nomoat.views.traffic import usecases_table, usecases_text
    from nomoat.work.place import workplace
    from nomoat.work.store import count
    from nomoat.work.usecase import FROZEN, UseCases, discover, freeze, usecases

    place = workplace(folder)
    if not count(place):
        found = UseCases(folder=str(place), requests=0, use_cases=(), confirmed=False)
        return Told(result=found, table=usecases_table(found), said=lambda width: usecases_text(found, width))
    if again or not (place / FROZEN).exists():
        try:
            made = discover(place, clusters=clusters is not False)
        except MissingExtra as error:
            if clusters:
                raise
            click.echo(f"No clusters: {error}", err=True)
            made = discover(place, clusters=False)
        click.echo(f"{freeze(place, made)} written: name the use cases there", err=True)
    held = usecases(place)
    return Told(result=held, table=usecases_table(held), said=lambda width: usecases_text(held, width))
