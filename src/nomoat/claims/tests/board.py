"""How do open and closed models stand on an arena board, by the board's own licences?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.claims.measured import INCOMPLETE, Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import NoVintage, UnknownName
from nomoat.types import LeftOut

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("board.points", "Arena points", about="best closed less best open name on a board", chart="frontier")
def points(ask: Ask, board: str = "arena:text", category: str = "overall") -> Measured:
    """Best rating of a proprietary name less the best of an open one, on the board's newest day.

    Older days print no licences: a name's licence is then the one that any day of the same board prints for exactly
    that name. Names without one could be either: the interval takes the best of them to one side, then to the other.
    """
    day, rows = _board(ask, board, category)
    closed, opened, neither = (_best(rows, side) for side in (True, False, None))
    if closed is None or opened is None:
        raise Untestable(f"{board} on {day} has no name of known licence on one side", "licences of its names")
    value = closed["rating"] - opened["rating"]
    top = neither["rating"] if neither else -float("inf")
    low = _end(closed, -1) - max(_end(opened, 1), top)
    high = max(_end(closed, 1), top) - _end(opened, -1)
    unknown = sum(row["closed"] is None for row in rows)
    left = LeftOut(what="names of unknown licence", count=unknown, why="the board prints none for exactly that name")
    # A name of unknown licence decides an end of the interval where it is rated above the best of either side.
    wide = neither is not None and top > min(_end(opened, 1), _end(closed, 1))
    rows_used = (closed, opened, *((neither,) if wide and neither else ()))
    return _measured(ask, day, value, low, high, rows_used, (left,) if unknown else ())


@metric("board.reach", "Arena points", about="best open name on a board less a named one", chart="frontier")
def reach(ask: Ask, model: str, board: str, category: str = "overall", makers: str = "") -> Measured:
    """Positive when an open name is rated above `model`; the ends take both intervals at their far sides.

    `makers`, with commas between them, keeps to the names of these organisations as the board spells them.
    """
    day, rows = _board(ask, board, category)
    wanted = {maker.strip().casefold() for maker in makers.split(",") if maker.strip()}
    known = {(row["organisation"] or "").casefold() for row in rows}
    for maker in wanted - known:
        raise UnknownName.of(f"maker on {board}", maker, sorted(known - {""}))
    named = next((row for row in rows if row["name"] == model), None)
    if named is None:
        raise UnknownName.of(f"name on {board}", model, [row["name"] for row in rows])
    opened = _best([row for row in rows if not wanted or (row["organisation"] or "").casefold() in wanted], False)
    if opened is None:
        raise Untestable(f"{board} on {day} has no open name{f' of {makers}' if makers else ''}", "one")
    low, high = _end(opened, -1) - _end(named, 1), _end(opened, 1) - _end(named, -1)
    return _measured(ask, day, opened["rating"] - named["rating"], low, high, (opened, named), ())


@metric("board.kinds", "boards", about="boards of unlike modalities on which a maker stands")
def kinds(ask: Ask, maker: str) -> Measured:
    """A count of boards with a name of this organisation, style-controlled twins counted once: a lower bound.

    A maker may offer what no board of the catalogue ranks.
    """
    newest: dict[str, dict[str, Any]] = {}
    table = ask.catalog.table("ratings", ask.as_of).rows()
    for row in table:
        known = (row["organisation"] or "").casefold() == maker.casefold()
        if row["board"].startswith("arena:") and known and (ask.last is None or row["published"] <= ask.last):
            newest.setdefault(row["board"].removesuffix("_style_control"), row)
    if not newest:
        raise NoVintage(f"No board printed its makers by {ask.at or ask.as_of}, or none has {maker}", "a later date")
    rows = [newest[board] for board in sorted(newest)]
    return Measured(
        value=len(rows),
        low=len(rows),
        high=float("inf"),
        level=None,
        unit=ask.unit,
        n=len({r["board"].removesuffix("_style_control") for r in table if r["board"].startswith("arena:")}),
        spread=INCOMPLETE,
        at=max(row["published"] for row in rows),
        as_of=ask.as_of,
        evidence=tuple(
            Evidence(what=f"{r['board']}: {r['name']}", value=r["rating"], date=r["published"]) for r in rows
        ),
        origins=ask.catalog.origins(row["origin_id"] for row in rows),
    )


def _board(ask: Ask, board: str, category: str) -> tuple[date, list[dict[str, Any]]]:
    day = ask.last
    every = ask.catalog.query(
        "select name, organisation, licence, rating, low, high, published, origin_id from ratings "
        "where board = $board and category = $category and ($as_of is null or published <= $as_of)",
        {"board": board, "category": category, "as_of": ask.as_of if not ask.then else None},
    ).rows()
    if not every:
        raise NoVintage(f"The catalogue has no {board}/{category} by {ask.as_of}", "a later date")
    licences = {row["name"]: row["licence"] for row in every if row["licence"]}
    days = sorted({row["published"] for row in every if day is None or row["published"] <= day})
    if not days:
        raise NoVintage(f"{board} had no rating on {day}", f"a date from {min(r['published'] for r in every)} on")
    rows = [row for row in every if row["published"] == days[-1]]
    for row in rows:
        licence = row["licence"] or licences.get(row["name"])
        row["closed"] = None if licence is None else licence.casefold() == "proprietary"
    return days[-1], rows


def _best(rows: list[dict[str, Any]], closed: bool | None) -> dict[str, Any] | None:
    return max((row for row in rows if row["closed"] is closed), key=lambda row: row["rating"], default=None)


def _end(row: dict[str, Any], sign: int) -> float:
    end = row["low"] if sign < 0 else row["high"]
    return float(row["rating"] if end is None else end)


def _measured(
    ask: Ask, day: date, value: float, low: float, high: float, rows: Any, left: tuple[LeftOut, ...]
) -> Measured:
    exact = all(row["low"] is None for row in rows) and low == high
    return Measured(
        value=value,
        low=None if exact else low,
        high=None if exact else high,
        level=None,
        unit=ask.unit,
        spread="far ends of both printed intervals, unknown licences on either side",
        at=day,
        as_of=day,
        evidence=tuple(Evidence(what=r["name"], value=r["rating"], unit="Arena points", date=day) for r in rows),
        left_out=left,
        origins=ask.catalog.origins(row["origin_id"] for row in rows),
    )
