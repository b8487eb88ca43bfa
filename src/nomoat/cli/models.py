"""nomoat models: which models are there, and what does a name mean?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import openness, options, values
from nomoat.cli.parts import Listed
from nomoat.cli.query import Asked

if TYPE_CHECKING:
    from nomoat.catalog.aliases import Aliases
    from nomoat.cli.output import Answer

source_of = click.option("--source", metavar="NAME", help="Whose spelling it is: arena, epoch, hf, litellm, ...")


@click.group(
    cls=Asked,
    subcommand_metavar="[QUERY]... | COMMAND [ARGS]...",
    epilog=options.examples(
        "models qwen", "models 'open & country=CN' --csv", "models", "models resolve o3-2025-04-16"
    ),
)
def command() -> None:
    """Which models are there, and what is known of them?

    QUERY is words of a name, such as "qwen 3", or a cohort, such as "open & country=CN"; it takes the options of
    nomoat models list.
    """


@command.command("list", epilog=options.examples("models list qwen", "models list 'open & country=CN' --csv"))
@click.argument("query", nargs=-1)
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="As it was known on this day.")
@options.lists
def listed(query: tuple[str, ...], as_of: date | None) -> Answer:
    """List the models that words of a name or a cohort select."""
    from nomoat.cli.parts import Told
    from nomoat.views.paragraph import fill
    from nomoat.views.profile import models_notes, models_table
    from nomoat.world.models import models

    found = models(" ".join(query), as_of=as_of)
    table = models_table(found)

    def said(width: int) -> str:
        notes = (fill(note, width) for note in models_notes(found))
        return "\n\n".join([table.caption, table.text(width), *notes])

    return Told(result=found, table=table, said=said)


@command.command(
    "resolve",
    epilog=options.examples(
        "models resolve o3-2025-04-16_high --source epoch",
        "models resolve deepseek/deepseek-chat --source litellm --as-of 2025-04-01 --json",
    ),
)
@click.argument("raw", metavar="RAW")
@source_of
@click.option("--as-of", callback=values.day, metavar="DATE", help="The day on which the name was used.")
@options.lists
def resolved(raw: str, source: str | None, as_of: date | None) -> Answer:
    """Which model, version and setting does an outside name mean, and how is that known?

    Your own aliases come first, then what is written down for the name, then rules. Nothing is joined because it looks
    alike: a name that nothing settles is unresolved, with its candidates.
    """
    from nomoat.catalog.identified import identify
    from nomoat.cli.parts import Told
    from nomoat.views.names import identity_table, identity_text

    found = identify(raw, source=source, as_of=as_of)
    return Told(result=found, table=identity_table(found), said=lambda width: identity_text(found, width))


@command.command("unresolved", epilog=options.examples("models unresolved", "models unresolved --source arena --csv"))
@source_of
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="As it was known on this day.")
@options.lists
def unresolved(source: str | None, as_of: date | None) -> Answer:
    """Which names does nobody know, what could they be, and how many rows wait for each?

    nomoat models alias add settles one.
    """
    from nomoat.catalog.review import unresolved as waiting
    from nomoat.cli.parts import tabled
    from nomoat.views.names import review_table

    found = waiting(source, as_of=as_of)
    return tabled(found, review_table(found), "No name waits for an answer.")


command.add_command(openness.openness)
command.add_command(openness.licences)


@command.group(
    "alias",
    cls=Listed,
    epilog=options.examples("models alias list", "models alias add our-o3 openai/o3@2025-04-16 --source gateway"),
)
def alias() -> None:
    """Say what a name means: your own table, which wins over what is shipped.

    It is a small file in your store, aliases.csv, that you can read, edit and keep under version control.
    """


@alias.command("list", epilog=options.examples("models alias list", "models alias list --json"))
@options.lists
def aliases() -> Answer:
    """Which names did you give a meaning?"""
    from nomoat.catalog.aliases import aliases as yours

    return _told(yours())


@alias.command(
    "add",
    epilog=options.examples(
        "models alias add our-o3 openai/o3@2025-04-16 --source gateway",
        "models alias add house-model openai/gpt-5 --source gateway --from 2025-08-07 --to 2026-01-31",
    ),
)
@click.argument("raw", metavar="RAW")
@click.argument("id", metavar="ID")
@click.option("--source", metavar="NAME", required=True, help="Whose spelling it is: arena, litellm, your own, ...")
@click.option("--from", "since", callback=values.day, metavar="DATE", help="The first day on which it means that.")
@click.option("--to", "until", callback=values.day, metavar="DATE", help="The last day on which it means that.")
@click.option("--because", metavar="WORDS", default="", help="Why, for whoever reads the file.")
@options.lists
def add(raw: str, id: str, source: str, since: date | None, until: date | None, because: str) -> Answer:
    """Say that RAW, as SOURCE writes it, means ID.

    ID is an id that nomoat models --csv lists, or organisation/model@version#effort=high. Days on which the name means
    something already are refused, and so is an id of another date than the name itself carries.
    """
    from nomoat.catalog.aliases import Alias
    from nomoat.catalog.aliases import add as enter
    from nomoat.catalog.store import Catalog

    said = Alias(source=source, name=raw, id=id, since=since, until=until, because=because)
    return _told(enter(said, catalog=Catalog.open()))


@alias.command("remove", epilog=options.examples("models alias remove our-o3 --source gateway"))
@click.argument("raw", metavar="RAW")
@click.option("--source", metavar="NAME", required=True, help="Whose spelling it is.")
@click.option("--from", "since", callback=values.day, metavar="DATE", help="The first day of the one to take out.")
@options.lists
def remove(raw: str, source: str, since: date | None) -> Answer:
    """Take an alias of yours out again."""
    from nomoat.catalog.aliases import remove as take_out

    return _told(take_out(raw, source=source, since=since))


def _told(found: Aliases) -> Answer:
    from nomoat.cli.parts import tabled
    from nomoat.views.names import alias_table

    return tabled(found, alias_table(found), (found.said and f"{found.said}.\n") + "There is no alias of yours.")
