"""What is a finding about the catalogue, and what does every check look at?"""

from __future__ import annotations

from datetime import date
from typing import Any

from nomoat.catalog.store import BY_HAND, Catalog
from nomoat.types import Noun

WRONG, NOTICE = "wrong", "notice"

Row = dict[str, Any]


class Finding(Noun, frozen=True, kw_only=True):
    """One thing that is wrong or worth knowing; a notice is no failure."""

    check: str
    severity: str  # wrong | notice
    dataset: str
    subject: str
    said: str
    next: str = ""
    origin: str = ""
    origins: tuple[str, ...] = ()  # of a conflict: who says the one, and who the other


class Look:
    """What every check looks at, read once."""

    def __init__(self, catalog: Catalog, about: dict[str, Row], newest: dict[str, date], on: date, stale: int) -> None:
        self.catalog, self.about, self.newest, self.on, self.stale = catalog, about, newest, on, stale
        self._tables: dict[str, list[Row]] = {}

    def rows(self, table: str) -> list[Row]:
        """The newest rows of a table over all data sets but those written by hand."""
        if table not in self._tables:
            self._tables[table] = [
                row
                for name in self.catalog.held(table)
                if not name.startswith(BY_HAND)
                for row in self.catalog.table(table, None, name).rows()
            ]
        return self._tables[table]

    def dataset(self, row: Row) -> str:
        """The data set that a row is of."""
        return str(self.about[row["origin_id"]]["dataset"])

    def origins(self, dataset: str, day: date) -> tuple[str, ...]:
        """The copies of a data set of one day."""
        found = (key for key, row in self.about.items() if (row["dataset"], row["retrieved"]) == (dataset, day))
        return tuple(sorted(found))
