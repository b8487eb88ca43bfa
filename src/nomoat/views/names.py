"""How do outside names, what they mean and who waits for an answer look as tables?"""

from __future__ import annotations

import shlex

from nomoat.catalog.aliases import Aliases
from nomoat.catalog.identified import Identity
from nomoat.catalog.review import Review
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, Value, printable


def identity_table(found: Identity) -> Table:
    """What one name means, a line for each thing that is known."""
    offering = found.levels.offering or {}
    said: list[tuple[str, Value]] = [
        ("model", found.levels.model),
        ("version", found.levels.version),
        ("setting", found.levels.variant),
        ("provider", offering.get("provider")),
        ("served as", " ".join(part for part in (found.tier, found.quantisation) if part) or None),
        ("stage", found.stage),
        ("in the catalogue", ("yes" if found.catalogued else "no entry") if found.resolved else None),
        ("method", found.method),
        ("confidence", found.confidence),
        ("said by", {"you": "you", "nomoat": "nomoat's tables and rules"}.get(found.origin)),
        ("why", found.why),
        *((("could be", one)) for one in found.candidates),
        ("to settle it", _settling(found)),
    ]
    rows = [row for row in said if row[1] is not None]
    whose = f" of {found.source}" if found.source else ""
    when = f" on {found.as_of}" if found.as_of else ""
    return Table(
        name="identity",
        caption=f"{printable(found.raw)!r}{whose}{when}",
        columns=(Column(key="what", title="what"), Column(key="said", title="is", wide=120)),
        rows=tuple(rows),
    )


def identity_text(found: Identity, width: int = 100) -> str:
    """The same for a terminal: a long reason wraps, so that what to type is never cut."""
    table = identity_table(found)
    deep = max(len(str(what)) for what, _ in table.rows) + 2
    lines = [
        fill(f"{what:{deep}}{printable(str(said))}", max(width, deep + 40), subsequent_indent=" " * deep)
        for what, said in table.rows
    ]
    return "\n".join([table.caption, "", *lines]) + "\n"


def _settling(found: Identity) -> str | None:
    """What to type where a name is open and something is known that it could be."""
    if found.resolved or not found.candidates:
        return None
    name = shlex.quote(printable(found.raw))
    if found.as_of is None and found.why.endswith("say on which day it was used"):
        return f"nomoat models resolve {name} --as-of DATE"
    whose = "--source NAME, where that publisher's own word is known; else " if found.source is None else ""
    return f"{whose}nomoat models alias add {name} ID --source {found.source or 'NAME'}"


def review_table(found: Review) -> Table:
    """The names that wait, those with the most rows first."""
    whose = f" of {found.source}" if found.source else ""
    return Table(
        name="unresolved",
        caption=f"{len(found.waiting):,} names{whose} lead to no model; {found.rows:,} rows wait for them",
        columns=(
            Column(key="source", title="source"),
            Column(key="name", title="name", wide=40),
            Column(key="rows", title="rows"),
            Column(key="day", title="seen"),
            Column(key="why", title="why", wide=48),
            Column(key="candidates", title="could be", wide=40, terminal=False),
        ),
        rows=tuple(
            (one.source, one.name, one.rows, one.day, one.why, " ".join(one.candidates)) for one in found.waiting
        ),
    )


def alias_table(found: Aliases) -> Table:
    """The user's own aliases in the order of their file."""
    return Table(
        name="aliases",
        caption=found.said or f"{len(found.aliases)} aliases of yours, in {printable(found.file)}",
        columns=(
            Column(key="source", title="source"),
            Column(key="name", title="name", wide=40),
            Column(key="from", title="from"),
            Column(key="to", title="to"),
            Column(key="id", title="means", wide=44),
            Column(key="because", title="because", wide=30),
        ),
        rows=tuple((one.source, one.name, one.since, one.until, one.id, one.because or None) for one in found.aliases),
    )
