"""How do an update and the health of sources look as tables?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.views.table import Column, Table
from nomoat.views.words import count

if TYPE_CHECKING:
    from nomoat.sources.update import Updated


def update_table(found: Updated) -> Table:
    """A line for each source: what it brought, how much of it is new, what was left out, of which day."""
    if found.vintage:
        said = f"Vintage {found.vintage} written"
    elif found.dry_run:
        said = "Nothing written: this was a dry run"
    else:
        said = "Nothing new: the store is as it was"
    failed = f"; {count(len(found.failed), 'source')} failed" if found.failed else ""
    return Table(
        name="update",
        caption=f"{said}{failed}",
        columns=(
            Column(key="source", title="source"),
            Column(key="state", title="state"),
            Column(key="retrieved", title="copy of"),
            Column(key="rows", title="rows"),
            Column(key="new", title="new"),
            Column(key="changed", title="changed"),
            Column(key="gone", title="gone"),
            Column(key="left_out", title="left out"),
            Column(key="waiting", title="names unknown"),
            Column(key="why", title="why", terminal=False),
        ),
        rows=tuple(
            (
                one.source, one.state, one.retrieved,
                *(None if one.state == "failed" else value for value in (one.rows, one.new, one.changed, one.gone)),
                None if one.state == "failed" else sum(left.count for left in one.left_out),
                None if one.state == "failed" else one.waiting, one.why or None,
            )
            for one in found.sources
        ),
    )  # fmt: skip
