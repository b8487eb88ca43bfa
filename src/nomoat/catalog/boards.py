"""What does a board of ratings say, model by model, and is an open or a closed one ahead on it?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.catalog.licences import Licences
from nomoat.catalog.trust import UNKNOWN, side
from nomoat.errors import UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Rated(Noun, frozen=True, kw_only=True):
    """One name on a board; `openness` is that of its model, else what the licence beside the name allows."""

    place: int
    name: str
    organisation: str | None
    licence: str | None
    openness: str
    rating: float
    low: float | None
    high: float | None
    votes: int | None
    model: str | None  # our id; None where no exact alias leads from the name to a model
    released: date | None
    origin: str


class Board(Noun, frozen=True, kw_only=True):
    """A board's category on its newest day, the best first, and the points from the best open to the best closed one.

    `ahead` is the rating of the best closed name less that of the best open one; None where a side has none. It says
    nothing of time: a board has no dates of release, and only names that lead to a dated model enter a frontier.
    """

    schema_version: int = SCHEMA_VERSION
    board: str
    category: str
    categories: tuple[str, ...]
    published: date
    ahead: float | None
    best_closed: str | None
    best_open: str | None
    rows: tuple[Rated, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def boards(*, catalog: Catalog | None = None) -> tuple[str, ...]:
    """List the boards of every modality by name.

    >>> "text_to_image" in boards() and "text_to_video" in boards()
    True
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    return tuple(sorted(name.removeprefix("arena:") for name in catalog.held("ratings") if name.startswith("arena:")))


def board(name: str, as_of: date | None = None, *, catalog: Catalog | None = None) -> Board:
    """Read a board as BOARD or BOARD/CATEGORY (`text_to_image`, `arena:vision/overall`) on its newest publish date.

    Raises UnknownName with the boards, or the categories, that there are; NoVintage where nothing was known yet.

    >>> found = board("text_to_image")
    >>> found.rows[0].place, found.rows[0].rating >= found.rows[1].rating
    (1, True)
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    wanted, _, category = name.removeprefix("arena:").partition("/")
    known = boards(catalog=catalog)
    if wanted not in known:
        raise UnknownName.of("board", wanted, known, "nomoat sources board text")
    dataset = f"arena:{wanted}"
    catalog.vintage("ratings", as_of, dataset)
    rows = catalog.table("ratings", as_of, dataset).rows()
    categories = sorted({row["category"] for row in rows})
    category = category or ("overall" if "overall" in categories else categories[0])
    if category not in categories:
        raise UnknownName.of(f"category of {wanted}", category, categories, f"nomoat sources board {wanted}")
    rows = [row for row in rows if row["category"] == category]
    newest = max(row["published"] for row in rows)
    rows = sorted((row for row in rows if row["published"] == newest), key=lambda row: (-row["rating"], row["name"]))
    licences = Licences(catalog.table("spellings").rows(), catalog.table("licences").rows())
    members = catalog.members(as_of)
    found = []
    for place, row in enumerate(rows, start=1):
        at = members.index.get(row["model_id"] or "")
        meant = licences.of(row["licence"], row["name"], source="arena")
        openness = members.openness[at] if at is not None else (meant and meant.openness) or UNKNOWN
        found.append(
            Rated(
                place=place, name=row["name"], organisation=row["organisation"], licence=row["licence"],
                openness=str(openness), rating=row["rating"], low=row["low"], high=row["high"], votes=row["votes"],
                model=row["model_id"], released=row["released"] or (members.released[at] if at is not None else None),
                origin=row["origin_id"],
            )
        )  # fmt: skip
    first = {half: next((one for one in found if side(one.openness) == half), None) for half in ("closed", "weights")}
    best_closed, best_open = first["closed"], first["weights"]
    sideless = sum(side(one.openness) is None for one in found)
    undated = sum(one.released is None for one in found)
    left = (
        LeftOut(what="names in the comparison of open and closed", count=sideless, why="nothing says what they are"),
        LeftOut(what="names on a frontier", count=undated, why="no exact alias leads to a model with a release date"),
    )
    return Board(
        board=dataset,
        category=category,
        categories=tuple(categories),
        published=newest,
        ahead=best_closed.rating - best_open.rating if best_closed and best_open else None,
        best_closed=best_closed.name if best_closed else None,
        best_open=best_open.name if best_open else None,
        rows=tuple(found),
        left_out=tuple(one for one in left if one.count),
        origins=catalog.origins(one.origin for one in found),
    )
