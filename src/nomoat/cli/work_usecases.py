"""nomoat work usecases: what is your traffic made of?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nomoat.cli.output import Answer


@click.command("usecases", epilog=options.examples("work usecases", "work usecases --json"))
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--again", is_flag=True, help="Look for them anew; names that you gave are lost.")
@click.option("--clusters/--no-clusters", default=None, help="Look for clusters of words in what has no label.")
@click.option("--embed", "name", metavar="NAME", help="Tell likeness by the embeddings of this endpoint, not by words.")
@click.option("--endpoints", "servers", metavar="FILE", type=click.Path(path_type=Path), help="TOML: [endpoints.NAME].")
@click.option("--budget", metavar="USD", type=click.FloatRange(min=0), help="What embeddings may cost at most.")
@options.lists
def command(
    folder: Path | None,
    again: bool,
    clusters: bool | None,
    name: str | None,
    servers: Path | None,
    budget: float | None,
) -> Answer:
    """Which use cases is your traffic made of? Found once, named by you, then frozen.

    The first time it looks: labels of the log, templates of system prompts, the form of answer asked for, and clusters
    of words in what is left. It writes usecases.toml, where you name them, and assigner.json, which says of every later
    request what it is. From then on it counts.
    """
    from nomoat.cli.parts import Told
    from nomoat.errors import InputError, MissingExtra
    from nomoat.views.traffic import usecases_table, usecases_text
    from nomoat.work.place import workplace
    from nomoat.work.store import count
    from nomoat.work.usecase import FROZEN, UseCases, discover, freeze, usecases

    place = workplace(folder)
    if not count(place):
        found = UseCases(folder=str(place), requests=0, use_cases=(), confirmed=False)
        return Told(result=found, table=usecases_table(found), said=lambda width: usecases_text(found, width))
    new = again or not (place / FROZEN).exists()
    if name and (clusters is False or not new):
        seen = "--no-clusters with --embed" if new else "--embed where use cases were found already"
        raise InputError(seen, "clusters to look for", f"nomoat work usecases --again --embed {name}")
    if new:
        try:
            made = discover(place, clusters=clusters is not False, embed=_embedder(name, place, servers, budget))
        except MissingExtra as error:
            if clusters or name:
                raise
            click.echo(f"No clusters: {error}", err=True)
            made = discover(place, clusters=False)
        click.echo(f"{freeze(place, made)} written: name the use cases there", err=True)
    held = usecases(place)
    return Told(result=held, table=usecases_table(held), said=lambda width: usecases_text(held, width))


def _embedder(
    name: str | None, place: Path, servers: Path | None, usd: float | None
) -> Callable[[list[str]], NDArray[np.float32]] | None:
    if name is None:
        return None
    from nomoat.work.budget import Budget
    from nomoat.work.embed import embed, server

    endpoint, budget = server(name, place, servers), Budget(usd=usd)
    return lambda texts: embed(endpoint, texts, place, budget=budget, say=lambda line: click.echo(line, err=True))
