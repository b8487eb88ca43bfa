"""What is said of a run's answers once they are scored?"""

from __future__ import annotations

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count
from nomoat.work.marking import Marked
from nomoat.work.orders import Orders


def scored_table(found: Marked) -> Table:
    """A row of every use case, scorer and arm: means of different measures are never taken together."""
    one = found.scored
    return Table(
        name="scored",
        caption=f"{count(one.marks, 'mark')} of the answers of run {printable(one.run)}.",
        columns=(
            Column(key="use_case", title="use case", wide=26),
            Column(key="scorer", title="scored by", wide=20),
            Column(key="arm", title="arm", wide=26),
            Column(key="marks", title="scored"),
            Column(key="mean", title="mean score", digits=3),
            Column(key="failed", title="failed"),
            Column(key="truncated", title="cut off"),
            Column(key="refused", title="refused"),
            Column(key="broken", title="scorer failed"),
        ),
        rows=tuple(
            (
                row.use_case, _BY.get(row.scorer, row.scorer), row.arm, row.marks, row.mean, row.failed, row.truncated,
                row.refused, row.broken,
            )
            for row in one.rows
        ),
    )  # fmt: skip


_BY = {"human": "people", "rubric": "judge, grades", "pairwise": "judge, pairs", "python": "your function"}


def ordered(one: Orders) -> str:
    """How often a pairwise judge turned with the order, and to which side, in words."""
    left = f" {count(one.unreadable, 'pair')} with a reply that cannot be read left out." if one.unreadable else ""
    return (
        f"{printable(one.use_case)}: the judge {printable(one.judge)} {one.said()} In {one.swapped:,} of them the "
        f"winner swapped, in {one.half:,} one order was a tie; it named the first answer {one.first:,} times and the "
        f"second {one.second:,} times.{left}"
    )


def scored_text(found: Marked, width: int) -> str:
    """The table, how far judges and people can be relied on, and which candidate goes to the proof."""
    table = scored_table(found)
    lines = [table.caption, *(["", table.text(width)] if table.rows else [])]
    people = (f"{one.use_case}: {one.said()}" for one in found.scored.agreement)
    notes = (f"{printable(note)}." for note in (*people, *found.scored.notes))
    for said in (*map(ordered, found.scored.orders), *notes):
        lines.append(fill(said, width, subsequent_indent="  "))
    if found.scored.unscorable:
        lines.append(f"{count(len(found.scored.unscorable), 'request')} that no arm can be scored on.")
    if found.scored.strange:
        lines.append(f"{count(found.scored.strange, 'label')} of no answer of this run, left out.")
    if not found.scored.marks:
        lines.append(
            "A judge is asked with: nomoat work score --ask. People label with: nomoat work score --to-label 200"
        )
    for name, chosen in found.chosen.items():
        said = f"{printable(name)}: {printable(chosen.candidate)} goes to the proof, {printable(chosen.why)}."
        lines.append(fill(said, width, subsequent_indent="  "))
    if found.part == "tuning" and found.chosen:
        lines.append("Next: nomoat work run")
    if found.part == "proof" and found.scored.marks:
        lines.append("These means prove nothing yet: nomoat work prove")
    return "\n".join(lines)
