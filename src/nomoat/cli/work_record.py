"""nomoat work record: what do your own programs ask?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command("record", epilog=options.examples("work record https://api.openai.com/v1 --port 4141"))
@click.argument("upstream", metavar="URL")
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--port", type=click.IntRange(0, 65535), default=4141, show_default=True, help="0 takes a free one.")
@options.lists
def command(upstream: str, folder: Path | None, port: int) -> Answer:
    """Pass chat calls on to URL, and write them down with their answers for nomoat work read.

    Let your program ask http://127.0.0.1:PORT/v1 in place of URL. It gets what URL answers, streamed as it comes; its
    key is passed on and written nowhere; a full disk stops the writing, never the passing. Ctrl-C ends it.
    """
    from nomoat.cli.parts import tabled
    from nomoat.views.ran import recorded_table
    from nomoat.work.place import workplace
    from nomoat.work.record import record

    place = workplace(folder) / "recorded"
    found = record(upstream, place, port=port, say=lambda line: click.echo(line, err=True))
    return tabled(found, recorded_table(found))
