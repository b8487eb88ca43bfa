"""nomoat hub: what do the counters of the Hugging Face Hub say?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values
from nomoat.cli.parts import Listed

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.group(cls=Listed, epilog=options.examples("hub downloads --by country", "hub derivatives", "hub counters"))
def command() -> None:
    """What do the Hub's counters say: downloads, derivatives, relative adoption, and which of them mislead?

    The data that come with this program hold no counts: nomoat update hub reads them into your store, and a second
    reading some weeks later shows what grew.
    """


@command.command("list", epilog=options.examples("hub list"))
@click.option("--as-of", callback=values.day, metavar="VINTAGE", help="Use only what was known on this day.")
@options.lists
def listed(as_of: date | None) -> Answer:
    """On which days was the Hub read?"""
    from nomoat.cli.parts import tabled
    from nomoat.views.hub import readings_table
    from nomoat.world.hub import readings

    found = readings(as_of=as_of)
    return tabled(found, readings_table(found))


@command.command(epilog=options.examples("hub downloads", "hub downloads --by model --count month --csv"))
@click.option(
    "--by",
    default="openness",
    show_default=True,
    metavar="openness|country|organisation|family|model",
    help="Whose downloads.",
)
@click.option(
    "--count",
    default="new",
    show_default=True,
    metavar="new|month|all",
    help="New between two readings, of the last 30 days, or all-time.",
)
@click.option("--start", callback=values.day, metavar="DATE", help="Count from the first reading on or after this day.")
@options.dates_of("readings")
@options.prints
def downloads(**asked: Any) -> Answer:
    """Whose models are downloaded, with twins and mirrors rolled up, and how few hold most of it?"""
    from nomoat.cli.parts import Told
    from nomoat.views import hub as views
    from nomoat.world.downloads import downloads as measure

    found = measure(**asked)
    return Told(
        result=found,
        figure=lambda: views.downloads_figure(found),
        table=views.downloads_table(found),
        said=lambda width: views.downloads_text(found, width),
    )


@command.command(epilog=options.examples("hub derivatives", "hub derivatives --count ancestors --relation finetune"))
@click.option(
    "--by",
    default="family",
    show_default=True,
    metavar="openness|country|organisation|family|model",
    help="Whose models it is built on.",
)
@click.option(
    "--count",
    default="direct",
    show_default=True,
    metavar="direct|ancestors",
    help="Credit what is named as the base, or everything that it descends from.",
)
@click.option("--relation", metavar="finetune|adapter|merge|quantized|...", help="Only derivatives of this kind.")
@click.option("--stated", metavar="declared|inferred", help="Only what the author says, or what the Hub concludes.")
@click.option("--since", callback=values.day, metavar="DATE", help="Only derivatives released from this day on.")
@options.dates_of("readings")
@options.prints
def derivatives(**asked: Any) -> Answer:
    """What is built on whose models, by relation and depth, between bounds for what names no base?"""
    from nomoat.cli.parts import Told
    from nomoat.views import hub as views
    from nomoat.world.derivatives import derivatives as measure

    found = measure(**asked)
    return Told(
        result=found,
        figure=lambda: views.derivatives_figure(found),
        table=views.derivatives_table(found),
        said=lambda width: views.derivatives_text(found, width),
    )


@command.command(epilog=options.examples("hub relative", "hub relative --classes page --rolled"))
@click.option(
    "--classes",
    default="code",
    show_default=True,
    metavar="code|page",
    help="Whose size classes: of ATOM's code or page.",
)
@click.option("--rolled", is_flag=True, help="Add twins and mirrors to the maker's own repository.")
@options.dates_of("readings")
@options.draws(200, "sets of reference models")
@options.seed
@options.level
@options.prints
def relative(**asked: Any) -> Answer:
    """How much is a model downloaded beside the most downloaded ones of its size at the same age?"""
    from nomoat.cli.parts import Told
    from nomoat.views import hub as views
    from nomoat.world.relative import relative as measure

    found = measure(**asked)
    return Told(
        result=found, table=views.relative_table(found), said=lambda width: views.relative_text(found, width)
    )  # fmt: skip


@command.command(epilog=options.examples("hub counters", "hub counters --csv"))
@options.dates_of("readings")
@options.prints
def counters(**asked: Any) -> Answer:
    """Which counters cannot be downloads by people: fallen, above their growth, fallen silent, or without likes?"""
    from nomoat.cli.parts import Told
    from nomoat.views import hub as views
    from nomoat.world.counters import counters as measure

    found = measure(**asked)
    return Told(
        result=found, table=views.counters_table(found), said=lambda width: views.counters_text(found, width)
    )  # fmt: skip
