"""What is said of a run's answers once they are scored?"""

from __future__ import annotations

from textwrap import fill

from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count
from nomoat.work.marking import Marked


def scored_table(found: Marked) -> Table:
    """A row an arm: marks, mean score, failures."""
    one = found.scored
    return Table(
        name="scored",
        caption=f"{count(one.marks, 'answer')} of run {printable(one.run)} scored.",
        columns=(
            Column(key="arm", title="arm", wide=30),
            Column(key="marks", title="scored"),
            Column(key="mean", title="mean score", digits=3),
            Column(key="failed", title="failed"),
            Column(key="truncated", title="cut off"),
            Column(key="refused", title="refused"),
            Column(key="broken", title="scorer failed"),
        ),
        rows=tuple(
            (
                arm, marks, found.means.get(arm), one.failed.get(arm, 0), one.truncated.get(arm, 0),
                one.refused.get(arm, 0), one.broken.get(arm, 0),
            )
            for arm, marks in sorted(one.by_arm.items())
        ),
    )  # fmt: skip


def scored_text(found: Marked, width: int) -> str:
    """The table, and which candidate goes to the proof."""
    table = scored_table(found)
    lines = [table.caption, "", table.text(width)]
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
    if found.part == "proof":
        lines.append("These means prove nothing yet: nomoat work prove")
    return "\n".join(lines)
