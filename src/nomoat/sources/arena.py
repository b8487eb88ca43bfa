"""Arena (LMArena): ratings by blind human votes, by board, category and publish date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication

LEVEL = 0.95
ATTRIBUTION = "Arena, leaderboard dataset, huggingface.co/datasets/lmarena-ai/leaderboard-dataset, CC BY 4.0"
ADDRESS = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"


def board(subset: str, history: bool = False) -> Publication:
    """Return the data set of one board; its vintages are the board's own publish dates.

    `text` is the board without style control and `text_style_control` the one with it.
    """
    past = " as kept in its public history" if history else ""
    return Publication(
        key=f"arena/{subset}",
        publisher="Arena",
        dataset=f"arena:{subset}",
        title=f"Arena leaderboard {subset}{past}",
        address=ADDRESS,
        licence="CC BY 4.0",
        attribution=ATTRIBUTION,
        evidence="measured by publisher",
    )


class Arena:
    """Reads the leaderboard's files; names lead to models only through `aliases_arena.csv`.

    A name with an effort (`-high`, `-thinking-32k`) or a harness is the same model; a name whose own date, family or
    pointer leaves a doubt has no line there and stays without a model. The board's licence is kept as it is written and
    decides nothing: the one of `qwen-max-0919`, a model without weights, reads "Qwen".
    """

    def __init__(self, curated: Curated) -> None:
        self.curated = curated
        self.aliases = curated.aliases("arena")
        self.facts = Facts()
        self._met: set[str] = set()

    def read(self, path: Path) -> None:
        """Read one extract of all boards at their newest publish date."""
        columns = ["subset", "category", "model_name", "organization", "license", "rating"]
        more = ["rating_lower", "rating_upper", "vote_count", "leaderboard_publish_date"]
        for row in read(path, [*columns, *more]):
            published = row.day("leaderboard_publish_date")
            if published is None:
                raise row.wrong("leaderboard_publish_date", "a date")
            subset = row.needed("subset")
            key = self.facts.origin(board(subset), published, path)
            self._add(row, key, subset, row.needed("category"), published)

    def read_history(self, path: Path, subset: str, skip: frozenset[date] = frozenset()) -> None:
        """Read a history of the overall category of one board; dates in `skip` are known whole already.

        It holds only models that are still registered, so that a past frontier may miss one that was withdrawn.
        """
        for row, published in _dated(path):
            if published in skip:
                continue
            key = self.facts.origin(board(subset, history=True), published, path)
            self._add(row, key, subset, "overall", published)

    def finish(self) -> Facts:
        """Enter the aliases that were used, count the names without one, and return all rows."""
        key = self.curated.origin(self.facts, "aliases_arena", "Which models the arena's names mean")
        for name in sorted(self._met & set(self.aliases)):
            self.facts.add(
                *("aliases", key), source="arena", name=name, level="model", id=self.aliases[name].model_id,
                effort=self.aliases[name].effort, method="curated",
            )  # fmt: skip
        self.facts.leave("arena names", "no exact alias to a dated model", len(self._met - set(self.aliases)))
        return self.facts

    def _add(self, row: Row, key: str, subset: str, category: str, published: date) -> None:
        name = row.needed("model_name")
        self._met.add(name)
        alias = self.aliases.get(name)
        votes = row.number("vote_count", 0) if "vote_count" in row.cells else None
        bounded = "rating_lower" in row.cells and row.text("rating_lower") is not None
        self.facts.add(
            *("ratings", key), board=f"arena:{subset}", category=category, published=published, name=name,
            model_id=alias and alias.model_id, released=alias and alias.released,
            organisation=_given(row, "organization"), licence=_given(row, "license"), rating=row.number("rating"),
            low=row.number("rating_lower") if bounded else None,
            high=row.number("rating_upper") if bounded else None,
            level=LEVEL if bounded else None, votes=None if votes is None else int(votes),
        )  # fmt: skip


def _dated(path: Path) -> Iterator[tuple[Row, date]]:
    """Yield the rows of either history file: one names its dates `date`, the other `leaderboard_publish_date`."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        column = "date" if file.readline().startswith("date,") else "leaderboard_publish_date"
    for row in read(path, [column, "model_name", "rating"]):
        published = row.day(column)
        if published is None:
            raise row.wrong(column, "a date")
        yield row, published


def _given(row: Row, column: str) -> str | None:
    return row.text(column) if column in row.cells else None
