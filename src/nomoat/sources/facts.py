"""Rows on their way into a vintage, and the origin that each of them carries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nomoat.catalog.manifest import sha256
from nomoat.catalog.tables import TABLES
from nomoat.errors import SourceError
from nomoat.types import LeftOut


@dataclass(frozen=True)
class Publication:
    """A data set and its publisher, before it is known which copy was read."""

    key: str
    publisher: str
    dataset: str
    title: str
    address: str
    licence: str
    attribution: str
    evidence: str


@dataclass
class Facts:
    """Rows by table and what was left out, gathered from one or several files."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    _origins: dict[tuple[str, Path], str] = field(default_factory=dict)

    def origin(self, published: Publication, retrieved: date, path: Path) -> str:
        """Enter the copy at `path`, retrieved on a date, as an origin; return its id."""
        key = f"{published.key}@{retrieved}"
        known = self._origins.get((key, path))
        if known is None:
            try:
                digest = sha256(path)
            except OSError as error:
                expected = f"the file of {published.title!r}"
                raise SourceError(f"{path} cannot be read ({error.strerror})", expected) from None
            known = self._origins[key, path] = key
            row = {
                "origin_id": key,
                "publisher": published.publisher,
                "dataset": published.dataset,
                "title": published.title,
                "address": published.address,
                "licence": published.licence,
                "attribution": published.attribution,
                "retrieved": retrieved,
                "sha256": digest,
                "evidence": published.evidence,
            }
            self.tables.setdefault("origins", []).append(row)
        return known

    def add(self, table: str, origin_id: str, **cells: Any) -> None:
        """Enter one row; a column that is not named is null."""
        columns = TABLES[table]
        if unknown := set(cells) - set(columns):
            raise TypeError(f"{table} has no column {sorted(unknown)}")
        row = {column: cells.get(column) for column in columns}
        row["origin_id"] = origin_id
        self.tables.setdefault(table, []).append(row)

    def leave(self, what: str, why: str, count: int = 1) -> None:
        """Count something that was seen and not entered."""
        self.left_out[what, why] += count

    def update(self, other: Facts) -> None:
        """Take over everything from `other`."""
        for table, rows in other.tables.items():
            self.tables.setdefault(table, []).extend(rows)
        self.left_out.update(other.left_out)

    def left(self) -> tuple[LeftOut, ...]:
        """Return what was left out, in a stable order."""
        return tuple(LeftOut(what=what, count=n, why=why) for (what, why), n in sorted(self.left_out.items()))
