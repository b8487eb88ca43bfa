"""What is said of logs that were read, and of the traffic that they hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count

if TYPE_CHECKING:
    from nomoat.work.reading import LogRead, LogsRead

_READ = (
    Column(key="file", title="file", wide=40),
    Column(key="format", title="format"),
    Column(key="records", title="records"),
    Column(key="new", title="new"),
    Column(key="known", title="known"),
    Column(key="prompts", title="prompts"),
    Column(key="answers", title="answers"),
    Column(key="tokens", title="tokens"),
    Column(key="costs", title="costs"),
    Column(key="aside", title="set aside"),
)


def read_table(found: LogsRead) -> Table:
    """A row a file: how many records it has, and how many of the new requests hold what."""
    rows = tuple(
        (
            one.path.rsplit("/", 1)[-1], one.format, one.records, one.new, one.known, one.messages, one.responses,
            one.usage, one.costs, sum(one.skipped.values()),
        )
        for one in found.files
    )  # fmt: skip
    return Table(name="logs", caption=f"The table holds {count(found.total, 'request')}.", columns=_READ, rows=rows)


def read_text(found: LogsRead, width: int) -> str:
    """The same in words: what was understood, what is missing and what was set aside."""
    table = read_table(found)
    lines = [table.caption, "", table.text(width)]
    for one in found.files:
        lines += _told(one, width)
    return "\n".join(lines)


def _told(one: LogRead, width: int) -> list[str]:
    name = printable(one.path.rsplit("/", 1)[-1])
    said = [f"{name}: {one.title}" + (f", {', '.join(one.packed)}" if one.packed else "") + _when(one) + "."]
    if one.resumed_at and not one.records:
        said.append("It was read before, to its end: nothing is new.")
    elif one.resumed_at:
        said.append(f"It was read before up to byte {one.resumed_at:,}; this is what came after.")
    elif one.known and not one.new:
        said.append("The table holds all of it already.")
    said += [f"Missing: {line}." for line in one.missing()]
    if one.new and one.messages < one.new and one.bodies:
        said.append(f"To have prompts logged: {one.bodies}.")
    if one.unnamed:
        said.append(f"{count(one.unnamed, 'request')} without an id: keyed by content, equal ones count once.")
    if one.renamed:
        said.append(f"{count(one.renamed, 'request')} under an id that another has: kept as ID~DIGEST.")
    said += [f"Set aside: {number:,} × {why}." for why, number in sorted(one.skipped.items())]
    said += [f"  at byte {one.place:,}, {one.length:,} bytes: {one.why}" for one in one.aside[:5]]
    if one.strays:
        days = ", ".join(list(one.strays)[:3]) + (" ..." if len(one.strays) > 3 else "")
        said.append(
            f"Clock: {count(sum(one.strays.values()), 'request')} more than a year from all others ({days}): kept as "
            "written; look at the clock of what wrote them."
        )
    said += [f"Mended: {number:,} × {printable(what)}." for what, number in sorted(one.faults.items())]
    return ["", *(line if line.startswith("  ") else fill(line, width, subsequent_indent="  ") for line in said)]


def _when(one: LogRead) -> str:
    if one.first is None or one.last is None:
        return ""
    first, last = one.first.date().isoformat(), one.last.date().isoformat()
    return f", {first}" if first == last else f", {first} to {last}"
