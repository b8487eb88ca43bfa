"""nomoat claims: is what people say true?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values
from nomoat.cli.parts import Listed

if TYPE_CHECKING:
    from nomoat.cli.output import Answer

knowledge = click.option(
    "--as-of", callback=values.day, metavar="VINTAGE", help="What was known on this day stands for now."
)


@click.group(cls=Listed, epilog=options.examples("claims", "claims check china-performance", "claims conflicts pace"))
def command() -> None:
    """What is said of open and closed models, and is it true?

    Each statement is judged three times: with what was known when it was said, up to that day as known now, and now.
    """


@command.command("list", epilog=options.examples("claims list", "claims list deepseek --csv"))
@click.argument("query", nargs=-1)
@options.lists
def listed(query: tuple[str, ...]) -> Answer:
    """Which statements are in the ledger? QUERY keeps those that hold its words."""
    from nomoat.claims.verdicts import statements
    from nomoat.cli.parts import tabled
    from nomoat.errors import UnknownName
    from nomoat.views.ledger import statements_table

    found = statements(" ".join(query))
    if query and not found.claims:
        raise UnknownName(
            f"No claim holds {' '.join(query)!r}", "words of its id, statement or speaker", "nomoat claims"
        )
    return tabled(found, statements_table(found))


@command.command("show", epilog=options.examples("claims show china-performance", "claims show garage --json"))
@click.argument("id")
@knowledge
@options.sampling
@options.lists
def show(id: str, **asked: Any) -> Answer:
    """One statement in full: words, place, test, verdicts, evidence and the line that gives the same figure."""
    from nomoat.claims.ledger import ledger
    from nomoat.claims.verdicts import verdicts
    from nomoat.cli.parts import Told
    from nomoat.views.ledger import claim_text, verdicts_table

    found = verdicts([ledger().claim(id)], **asked)
    said = found.checked[0]
    return Told(result=found, table=verdicts_table(found), said=lambda width: claim_text(said, width))


@command.command("check", epilog=options.examples("claims check china-performance garage", "claims check --draws 100"))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@knowledge
@options.sampling
@options.lists
def check(ids: tuple[str, ...], **asked: Any) -> Answer:
    """Is it true: with what was known then, then as known now, and now? Without an ID, all statements."""
    from nomoat.claims.ledger import ledger
    from nomoat.claims.verdicts import verdicts
    from nomoat.cli.parts import Told
    from nomoat.views.ledger import verdicts_table, verdicts_text

    book = ledger()
    found = verdicts([book.claim(id) for id in dict.fromkeys(ids)] or book, **asked)
    return Told(result=found, table=verdicts_table(found), said=lambda width: verdicts_text(found, width))


@command.command("conflicts", epilog=options.examples("claims conflicts cost", "claims conflicts --csv --draws 0"))
@click.argument("query", nargs=-1)
@click.option("--every", is_flag=True, help="Those as well that share a topic and no more.")
@knowledge
@options.sampling
@options.lists
def opposed(query: tuple[str, ...], as_of: date | None, **asked: Any) -> Answer:
    """Which statements contradict each other, and can both be right?

    First those that name each other, then those about one number, then those that count unlike things.
    """
    from nomoat.claims.verdicts import disagreements
    from nomoat.cli.parts import Told
    from nomoat.views.ledger import conflicts_table, conflicts_text

    found = disagreements(" ".join(query), as_of=as_of, **asked)
    return Told(result=found, table=conflicts_table(found), said=lambda width: conflicts_text(found, width))


@command.command("add", epilog=options.examples("claims add mine.toml"))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.lists
def add(files: tuple[Path, ...]) -> Answer:
    """Take statements of your own into the ledger, from TOML files.

    A file enters whole or not at all; what is wrong with it is said by file and claim. A file that enters:

    \b
      [document]
      name = "my-newsletter"
      title = "The newsletter of June"
      sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
      earliest = 2025-06-01
      latest = 2025-06-30
      dated = "undated; it calls a model of May recent"

    \b
      [[claim]]
      id = "newsletter-two-years-behind"
      says = "Open models are two years behind."
      quote = "open models are two years behind"
      speaker = "a guest"
      polarity = "against open"
      topic = "the gap"
      line = 12

    \b
      [claim.test]
      metric = "gap.months"
      population = "open behind closed models, capability scale"
      unit = "months"
      window = "on the day"
      comparison = "at least 24"
      reading = "two years: 24 months of current lag"

    sha256 is what `sha256sum FILE` prints for the document; a quotation has at most 15 words. Measures are listed by
    `nomoat claims measure`.
    """
    from nomoat.claims.entry import enter
    from nomoat.cli.parts import tabled
    from nomoat.views.ledger import statements_table

    found, refused = enter(files)
    for error in refused:
        click.echo(f"Refused: {error}", err=True)
    return tabled(found, statements_table(found))


@command.command(
    "measure",
    epilog=options.examples(
        "claims measure", "claims measure gap.points", "claims measure lab.releases lab=OpenAI since=2025-08-05"
    ),
)
@click.argument("name", required=False)
@click.argument("words", metavar="[ARGUMENT=VALUE]...", nargs=-1)
@click.option("--unit", metavar="UNIT", help="Where the measure has several.")
@click.option("--at", callback=values.day, metavar="DATE", help="Count releases up to this day only.")
@click.option(
    "--until", callback=values.day, metavar="DATE", help="As --at, but not beyond the last day that the data speak of."
)
@knowledge
@click.option("--then", is_flag=True, help="Only what was known on --as-of may enter.")
@options.sampling
@options.lists
def measure(name: str | None, words: tuple[str, ...], unit: str | None, **asked: Any) -> Answer:
    """What does a measure that statements are tested on give? Without a NAME: which measures are there?"""
    from nomoat.catalog.store import Catalog
    from nomoat.claims.ask import Ask
    from nomoat.claims.metric import Measures, found_metric, metrics
    from nomoat.cli.parts import Told, tabled
    from nomoat.views.ledger import measured_table, measured_text, measures_table

    if name is None:
        every = Measures(metrics=tuple(metric.told() for metric in metrics().values()))
        return tabled(every, measures_table(every))
    metric = found_metric(name)
    ask = Ask(catalog=Catalog.open(), unit=metric.unit(unit), **asked)
    given = metric.read(words)
    found = metric.function(ask, **given)
    return Told(
        result=found,
        table=measured_table(metric.name, found),
        said=lambda width: measured_text(metric.name, found, width),
    )
