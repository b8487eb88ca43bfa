"""nomoat sources: where do the facts come from, and are they in order?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import openness, options, values
from nomoat.cli.code import Coded, leave_with
from nomoat.cli.query import Asked

if TYPE_CHECKING:
    from nomoat.cli.output import Answer

MOST_DAYS = 36_500


@click.group(
    cls=Asked,
    subcommand_metavar="[QUERY]... | COMMAND [ARGS]...",
    epilog=options.examples("sources", "sources epoch", "sources arena --json", "sources check"),
)
def command() -> None:
    """Where do the facts come from, and which vintages are there?

    QUERY is words of a data set, a publisher or a title; it takes the options of nomoat sources list.
    """


@command.command("list", epilog=options.examples("sources list", "sources list arena --json"))
@click.argument("query", nargs=-1)
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="What was known on this day.")
@click.option("--on", callback=values.day, metavar="DATE", help="The day that ages are counted to.")
@options.lists
def listed(query: tuple[str, ...], as_of: date | None, on: date | None) -> Answer:
    """List the data sets with their newest fact, age, rows, licence and health.

    Ages are in days, to the newest copy of all unless --on is given. Health is fresh, old or shrunk.

    --json has address, licence, date and sha256 of every origin.
    """
    from nomoat.cli.output import Answer, listing
    from nomoat.views.table import Column
    from nomoat.views.words import count
    from nomoat.world.origins import origins

    found = origins(" ".join(query), as_of=as_of, on=on)
    columns = (
        Column(key="publisher", title="publisher", wide=20),
        Column(key="dataset", title="data set", wide=30),
        Column(key="title", title="title", terminal=False),
        Column(key="licence", title="licence", wide=24),
        Column(key="oldest", title="oldest", terminal=False),
        Column(key="newest", title="newest"),
        Column(key="newest_fact", title="newest fact"),
        Column(key="age", title="age"),
        Column(key="vintages", title="vintages", terminal=False),
        Column(key="rows", title="rows"),
        Column(key="health", title="health"),
    )
    said = f"{count(len(found.datasets), 'data set')}, {count(len(found.origins), 'origin')}"
    return Answer(result=found, table=listing(said, columns, found.datasets))


@command.command("check", cls=Coded, epilog=options.examples("sources check", "sources check --days 365 --json"))
@click.option(
    "--on", callback=values.day, metavar="DATE", help="The day that ages are counted to; else the newest copy's."
)
@click.option(
    "--days",
    callback=values.whole(MOST_DAYS),
    metavar="N",
    default="180",
    show_default=True,
    help="The age from which a data set that you keep is too old.",
)
@options.lists
def check(on: date | None, days: int) -> Answer:
    """Are the sources whole, fresh, licensed and free of doublets and impossible figures?

    The exit code is 1 where something is wrong. Notices, such as publishers who disagree or sources that nobody keeps
    up any more, are listed and are no failure.
    """
    from nomoat.cli.parts import Told
    from nomoat.sources.health import health
    from nomoat.views.updates import health_table, health_text

    found = health(on=on, stale=days)
    leave_with(1 if found.wrong else 0)
    return Told(result=found, table=health_table(found), said=lambda width: health_text(found, width))


command.add_command(openness.disagreements)
command.add_command(openness.board)


@command.command("drop", epilog=options.examples("sources drop 2026-09-06.001"))
@click.argument("vintage", metavar="VINTAGE")
def drop(vintage: str) -> None:
    """Take a vintage out of your store, such as a damaged one; its folder is kept aside."""
    from nomoat.catalog.home import store_home
    from nomoat.catalog.lock import locked
    from nomoat.sources.vintage import drop as take_out

    home = store_home()
    if not (home / "vintages").is_dir():
        from nomoat.errors import InputError

        raise InputError(f"There is no vintage {vintage!r} in {home}", "one that was written", "nomoat update")
    with locked(home, ".updating"):
        aside = take_out(vintage, home)
    click.echo(f"{vintage} is no longer read; its files are in {aside}")
