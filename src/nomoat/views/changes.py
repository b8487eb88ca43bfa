"""How does what moved between two vintages look: the walk of the gap, the tallies, and what moved?"""

from __future__ import annotations

from msgspec.structs import replace

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count
from nomoat.world.changes import Changes, Moved

MOST = 8  # lines of one kind in a terminal; all of them stand in --json


def steps_table(found: Changes) -> Table:
    """The old gap, each kind of change, and the new gap: what the steps sum to."""
    return Table(
        name="changes",
        caption=f"From the old gap to the new one, a kind of change a step; the steps sum to the whole ({found.unit})",
        columns=(
            Column(key="changed", title="changed", wide=34),
            Column(key="kind", title="kind"),
            Column(key="models", title="models"),
            Column(key="points", title="points", digits=2),
            Column(key="points_moved", title="moved", digits=2),
            Column(key="months", title="months", digits=2),
            Column(key="months_moved", title="moved", digits=2),
            Column(key="leader", title="leader", wide=22),
            Column(key="follower", title="follower", wide=22),
        ),
        rows=tuple(
            (
                step.changed, step.kind, step.models if step.kind != "start" else None, step.points,
                step.points_moved if step.kind != "start" else None, step.months,
                step.months_moved if step.kind != "start" else None, step.leader, step.follower,
            )
            for step in found.steps
        ),
    )  # fmt: skip


def tallies_table(found: Changes) -> Table:
    """How many rows of each data set's tables are new, changed and gone."""
    return Table(
        name="tallies",
        caption="What publishers say now and did not then",
        columns=(
            Column(key="table", title="table"),
            Column(key="dataset", title="data set", wide=34),
            Column(key="before", title="vintage"),
            Column(key="after", title="and now"),
            Column(key="new", title="new"),
            Column(key="changed", title="changed"),
            Column(key="gone", title="gone"),
            Column(key="renamed", title="named otherwise here"),
        ),
        rows=tuple((t.table, t.dataset, t.before, t.after, t.new, t.changed, t.gone, t.renamed) for t in found.tallies),
    )


def changes_text(found: Changes, width: int) -> str:
    """What a terminal shows."""
    parts = [fill(found.cite(), width)]
    if found.steps:
        table = steps_table(found)
        parts.append(f"{fill(table.caption, width)}\n\n{table.text(width)}")
    if found.tallies:
        known = tuple(one for one in found.tallies if one.before)
        table = tallies_table(replace(found, tallies=known))
        parts += [f"{table.caption}\n\n{table.text(width)}"] if known else []
        first = len({one.dataset for one in found.tallies if not one.before})
        parts += [f"{count(first, 'data set')} not known then: --json has them"] if first else []
    parts += [part for part in (_listed(*group, width) for group in _groups(found)) if part]
    return "\n\n".join(parts) + "\n"


def _groups(found: Changes) -> list[tuple[str, list[Moved]]]:
    def models(column: str) -> list[Moved]:
        return [one for one in found.models if one.what == "changed" and one.column == column]

    def rows(table: str, *columns: str) -> list[Moved]:
        return [one for one in found.rows if one.table == table and one.what == "changed" and one.column in columns]

    return [
        ("dated otherwise", models("released")),
        ("of another class of openness", models("openness")),
        ("with another licence", rows("openness", "licence") + rows("repositories", "licence")),
        ("scored otherwise", rows("scores", "performance")),
        ("scores withdrawn", [one for one in found.rows if (one.table, one.what) == ("scores", "gone")]),
        ("with another price", rows("offerings", "input", "output")),
        ("named otherwise here", [one for one in found.rows if one.what == "renamed"]),
    ]


def _listed(what: str, moved: list[Moved], width: int) -> str:
    if not moved:
        return ""
    lines = [f"{count(len(moved), 'line')} {what}"]
    for one in moved[:MOST]:
        change = f": {one.before or '–'} → {one.after or '–'}" if one.what in ("changed", "renamed") else ""
        lines.append(printable(f"  {one.subject}{change}")[:width])
    if len(moved) > MOST:
        lines.append(f"  and {len(moved) - MOST:,} more: --json has them all")
    return "\n".join(lines)
