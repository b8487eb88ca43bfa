"""How open is a model, under which licences are its versions, where do publishers disagree, and who leads a board?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer

known_on = click.option("--as-of", callback=values.day, metavar="VINTAGE", help="As it was known on this day.")


@click.command(
    "openness", epilog=options.examples("models openness deepseek/deepseek-v3", "models openness 'Kimi K2.5' --json")
)
@click.argument("model", metavar="MODEL", nargs=-1, required=True)
@known_on
@options.lists
def openness(model: tuple[str, ...], as_of: date | None) -> Answer:
    """How open is a model, who claims what, and why does one claim win?

    MODEL is an id or a name that nomoat models lists. Then the licence of each version, as every source writes it, and
    which parts of the release are open. --csv has the claims; --json has everything.
    """
    from nomoat.catalog.openness import openness as asked
    from nomoat.cli.parts import Told
    from nomoat.views.openness import claims_table, openness_text

    found = asked(" ".join(model), as_of)
    return Told(result=found, table=claims_table(found), said=lambda width: openness_text(found, width))


@click.command("licences", epilog=options.examples("models licences qwen2.5", "models licences open --csv"))
@click.argument("query", nargs=-1)
@known_on
@options.lists
def licences(query: tuple[str, ...], as_of: date | None) -> Answer:
    """Under which licence is each version of the models, and whose word is that?

    QUERY is words of a name or a cohort, as for nomoat models; without it, all. A licence is stated for a release: one
    version, size or repository, under the name that a source gives it.
    """
    from nomoat.catalog.licensing import licensing
    from nomoat.cli.parts import tabled
    from nomoat.views.openness import licensing_table
    from nomoat.world.models import models

    asked = " ".join(query)
    ids = [one.id for one in models(asked, as_of=as_of).models] if asked else None
    found = licensing(ids, as_of)
    return tabled(found, licensing_table(found), "No source states a licence of any of their releases.\n")


@click.command("disagreements", epilog=options.examples("sources disagreements", "sources disagreements --csv"))
@known_on
@options.lists
def disagreements(as_of: date | None) -> Answer:
    """On how open a model is, where do publishers disagree, and which claim wins why?

    nomoat models openness MODEL has the claims of one. Release dates on which they disagree are among the notices of
    nomoat sources check.
    """
    from nomoat.catalog.openness import disagreements as asked
    from nomoat.cli.parts import Told
    from nomoat.views.openness import disagreements_table, disagreements_text

    found = asked(as_of)
    return Told(result=found, table=disagreements_table(found), said=lambda width: disagreements_text(found, width))


@click.command("board", epilog=options.examples("sources board text_to_image", "sources board vision/english --csv"))
@click.argument("board", metavar="BOARD[/CATEGORY]")
@known_on
@options.lists
def board(board: str, as_of: date | None) -> Answer:
    """What does a board of ratings say, and is an open or a closed model ahead on it?

    BOARD is one of Arena's, of any modality: text, vision, webdev, search, document, text_to_image, image_edit,
    text_to_video, image_to_video, video_edit, or what a later update brought. A board has no release dates: months
    behind are counted by nomoat gap --on arena:BOARD, over the names that lead to a dated model.
    """
    from nomoat.catalog.boards import board as read
    from nomoat.cli.parts import tabled
    from nomoat.views.boards import board_table

    found = read(board, as_of)
    return tabled(found, board_table(found))
