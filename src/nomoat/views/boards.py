"""How does a board of ratings look?"""

from __future__ import annotations

from nomoat.catalog.boards import Board
from nomoat.views.table import Column, Table


def board_table(found: Board) -> Table:
    """The names on a board, the best first."""
    if found.ahead is None:
        said = "open and closed cannot be compared: one of them is not there"
    else:
        ahead, behind = (found.best_closed, found.best_open)[:: 1 if found.ahead >= 0 else -1]
        sides = ("closed", "open")[:: 1 if found.ahead >= 0 else -1]
        said = f"the best {sides[0]} one, {ahead}, is {abs(found.ahead):.0f} points above the best {sides[1]}, {behind}"
    more = f" Categories: {', '.join(found.categories)}." if len(found.categories) > 1 else ""
    return Table(
        name="board",
        caption=f"{found.board}/{found.category} on {found.published}: {said}.{more}",
        columns=(
            Column(key="place", title=""),
            Column(key="name", title="name", wide=34),
            Column(key="organisation", title="organisation", wide=14),
            Column(key="licence", title="licence as written", terminal=False),
            Column(key="openness", title="openness"),
            Column(key="rating", title="rating", digits=0),
            Column(key="low", title="low", digits=0),
            Column(key="high", title="high", digits=0),
            Column(key="votes", title="votes"),
            Column(key="model", title="model", terminal=False),
            Column(key="released", title="released", terminal=False),
            Column(key="origin", title="origin", terminal=False),
        ),
        rows=tuple(
            (
                one.place, one.name, one.organisation, one.licence, one.openness, one.rating, one.low, one.high,
                one.votes, one.model, one.released, one.origin,
            )
            for one in found.rows
        ),
    )  # fmt: skip
