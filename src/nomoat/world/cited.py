"""What did we write down by hand, and which public page says so?"""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

from nomoat.errors import SnapshotError
from nomoat.types import Origin

FOLDER = Path(__file__).parent / "curated"
WRITTEN = date(2026, 11, 22)  # the day on which these tables were last read through
PRECISIONS = ("day", "month", "year")


def rows(table: str, columns: tuple[str, ...], folder: Path = FOLDER) -> list[dict[str, str]]:
    """Read a hand-made table; every cell of `columns` is filled and every address is one.

    Raises SnapshotError that names the table, the line and what is wrong with it.

    >>> {row["trace"] for row in rows("traces", ("model", "trace"))} <= {"raw", "summary", "hidden"}
    True
    """
    path = folder / f"{table}.csv"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read ({error.strerror})", "the table that the package ships") from None
    read = list(csv.DictReader(text.splitlines()))
    for line, row in enumerate(read, start=2):
        for column in columns:
            if not (row.get(column) or "").strip():
                raise SnapshotError(f"{table}.csv, line {line}: no {column}", "a filled cell")
        for column, cell in row.items():
            if column.endswith("address") and not str(cell).startswith("https://"):
                raise SnapshotError(f"{table}.csv, line {line}: {column} {cell!r}", "an address as its origin")
            if column.endswith("precision") and cell not in PRECISIONS:
                raise SnapshotError(f"{table}.csv, line {line}: {column} {cell!r}", "one of " + ", ".join(PRECISIONS))
    return read


def hindsight(as_of: date) -> str:
    """What a reader of rows known by an earlier day should know of the table they come from.

    >>> hindsight(date(2025, 6, 1))
    'of pages that were public by 2025-06-01; which pages to look at was decided later, on 2026-11-22'
    """
    return f"of pages that were public by {as_of}; which pages to look at was decided later, on {WRITTEN}"


def day(table: str, row: dict[str, str], column: str) -> date:
    """Return the date in a cell, or say whose it is not.

    >>> day("firsts", {"technique": "x", "open_date": "2024-11-28"}, "open_date")
    datetime.date(2024, 11, 28)
    """
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        name = next(iter(row.values()))
        raise SnapshotError(
            f"{table}.csv, {name!r}: {column} {row[column]!r} is no date", "such as 2024-11-28"
        ) from None


def origin(table: str, key: str, publisher: str, address: str, folder: Path = FOLDER) -> Origin:
    """The page behind one cell, as an origin: what it says was read by us, its bytes are not kept.

    >>> origin("firsts", "reasoning models/open", "Alibaba", "https://qwenlm.github.io/").evidence
    'secondary'
    """
    return Origin(
        id=f"nomoat/{table}#{key}",
        publisher=publisher,
        title=f"{key}, as cited in nomoat's table of {table}",
        address=address,
        licence="a cited fact",
        retrieved=WRITTEN,
        sha256=hashlib.sha256((folder / f"{table}.csv").read_bytes()).hexdigest(),
        evidence="secondary",
    )
