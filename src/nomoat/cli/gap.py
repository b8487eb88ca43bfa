"""nomoat gap: how far is the follower behind the leader?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer
    from nomoat.types import Gap
    from nomoat.views.figure import Figure


@click.command(
    epilog=options.examples(
        "gap",
        "gap closed 'open & country=CN' --on domain:math",
        "gap --by country --draws 100",
        "gap --rule epoch --at 2025-11-07 --json",
        "gap --on scores.csv --out gap.svg",
    )
)
@options.cohorts
@options.scale
@click.option("--by", metavar="domain|modality|country|organisation", help="One answer a group, side by side.")
@click.option(
    "--rule", metavar="km|strict|epoch|iaps", default="km", show_default=True, help="When a record is matched."
)
@options.dates
@options.reconstruct
@options.method
@options.sampling
@options.prints
def command(by: str | None, rule: str, on: str, reconstruct: bool, **asked: Any) -> Answer:
    """How far is the follower behind the leader, in points and in months?

    LEADER and FOLLOWER are cohorts: closed and open where nothing is said, and otherwise any of open, closed,
    permissive, country=CN, org!=DeepSeek, distilled=no, joined by &, | and parentheses. --on work measures it on your
    own use cases, as nomoat work scored them, and --on "work:USE CASE" on one of them.
    """
    from nomoat.cli.output import Answer

    asked |= {"on": on, "reconstruct": reconstruct}
    if on == "work" or on.startswith("work:"):
        return _own_work(on, by, rule, asked)
    if by is None:
        from nomoat.world.gap import gap

        found = gap(rule=rule, **asked)
        return Answer(result=found, figure=lambda: _figure(found, asked))
    from nomoat.views.panel import panel_figure
    from nomoat.world.groups import gap_by

    groups = gap_by(by=by, rule=rule, **asked)
    return Answer(result=groups, figure=lambda: panel_figure(groups))


def _own_work(on: str, by: str | None, rule: str, asked: dict[str, Any]) -> Answer:
    """The same gap on what models scored on the user's own use cases."""
    from nomoat.cli.output import Answer
    from nomoat.errors import InputError
    from nomoat.work.measured import measured, write
    from nomoat.work.place import workplace
    from nomoat.world.gap import gap

    if by is not None:
        raise InputError(f"--by {by} on your own work", "one answer, or one use case", '--on "work:USE CASE"')
    folder = workplace()
    table = measured(folder, on.partition(":")[2] or None, as_of=asked.pop("as_of", None))
    asked["on"] = write(folder, table)
    found = table.beside(gap(rule=rule, **asked))
    return Answer(result=found, figure=lambda: _figure(found, asked))


def _figure(found: Gap, asked: dict[str, Any]) -> Figure:
    """Both frontiers with the two gaps between them."""
    from nomoat.views.frontier import frontier_figure
    from nomoat.world.frontier import frontier

    return frontier_figure(frontier(**asked), found)
