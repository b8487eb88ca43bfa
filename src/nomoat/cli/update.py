"""nomoat update: what have publishers published since, and what of it is new here?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values
from nomoat.cli.code import Coded, leave_with
from nomoat.views.paragraph import fill

if TYPE_CHECKING:
    from nomoat.cli.output import Answer
    from nomoat.sources.web import Step, Web


class _Listing(Coded):
    """The command whose help ends with the sources that there are."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from nomoat.sources.known import SOURCES

        with formatter.section("Sources"):
            formatter.write_dl([(one.name, one.title) for one in SOURCES.values()])
        super().format_epilog(ctx, formatter)


@click.command(
    cls=_Listing,
    epilog=options.examples("update", "update epoch litellm --dry-run", "update --from copies --retrieved 2026-08-01"),
)
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--from",
    "place",
    metavar="DIR|FILE|URL",
    help="Read files that you have, or ask another server, instead of the publisher's own.",
)
@click.option("--retrieved", callback=values.day, metavar="DATE", help="With files: the day on which you got them.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--again", is_flag=True, help="Read bytes again that were read before, with this version's rules.")
@click.option("--accept-fewer", is_flag=True, help="Accept a data set that lost more than half of its rows.")
@options.lists
def command(names: tuple[str, ...], place: str | None, retrieved: date | None, **asked: Any) -> Answer:
    """Fetch what publishers have published since, and keep it as a new vintage in your store.

    This is the one command that asks the network, and it asks only the publishers of SOURCE: all that need no key
    where none is named. Nothing that was known is overwritten. A source that fails is named and loses none of the
    others; the exit code is then 1. Of a folder, the sources that it holds nothing of are said to be absent.
    """
    from nomoat.cli.parts import Told
    from nomoat.errors import InputError
    from nomoat.sources.update import update
    from nomoat.views.updates import left_lines, update_table

    if retrieved and (place is None or _is_address(place)):
        raise InputError(
            "--retrieved dates files that you have", "--from DIR", "nomoat update --from DIR --retrieved ..."
        )
    tell = _teller()
    found = update(
        names,
        _way(place, retrieved, alone=len(names) == 1, tell=lambda step: tell(_shown(step))),
        dry_run=asked["dry_run"],
        again=asked["again"],
        fewer=asked["accept_fewer"],
        step=tell,
    )
    tell("")
    for one in found.failed:
        click.echo(f"{one.source}: {one.why}" + (f" Try: {one.next}" if one.next else ""), err=True)
    leave_with(1 if found.failed else 0)
    table = update_table(found)

    def said(width: int) -> str:
        left = [fill(line, width, subsequent_indent="  ") for line in left_lines(found)]
        return "\n".join([table.caption, "", table.text(width), *([""] if left else []), *left]) + "\n"

    return Told(result=found, table=table, said=said)


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _teller() -> Callable[[str], None]:
    """Say on a terminal, on one line that is written over, what is going on; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda what: None
    return lambda what: click.echo(f"\r\x1b[K{what[:78]}", nl=False, err=True)


def _shown(step: Step) -> str:
    """How far a download is."""
    size = f"{step.received / 1e6:,.1f}" + (f" of {step.total / 1e6:,.1f} MB" if step.total else " MB")
    return f"{step.source}: {step.name}: {step.note or size}"


def _way(
    place: str | None, retrieved: date | None, *, alone: bool, tell: Callable[[Step], None]
) -> Callable[[Path], Web]:
    """How the bytes come: from publishers, from another server, or from files."""
    from nomoat.errors import InputError

    if place is None:
        from nomoat.sources.web import Web

        return lambda home: Web(home, progress=tell)
    if _is_address(place):
        from nomoat.sources.web import Web

        root = place.rstrip("/") + "/"
        return lambda home: Web(home, roots={"https://": root, "http://": root}, progress=tell)
    folder = Path(place)
    if not folder.exists():
        raise InputError(f"There is nothing at {place!r}", "a folder of publishers' files", "--from DIR")
    from nomoat.sources.disk import Disk

    return lambda home: Disk(home, folder, retrieved=retrieved, alone=alone, progress=tell)
