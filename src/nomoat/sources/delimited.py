"""How a publisher's CSV is read so that what is broken in it is named by file and row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.facts import Facts
from nomoat.sources.nested import reason

_MOST_SHOWN, _WIDEST = 24, 40  # columns of a header in an error, and characters of each

# Larger fields are refused as broken. The limit is global to the process, and readers of logs raise it: set anew.
_LARGEST = 128 * 1024


@dataclass(frozen=True)
class Row:
    """One record of a CSV file, which knows where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str | None:
        """The cell without surrounding blanks; None where it is empty."""
        return self.cells[column].strip() or None

    def needed(self, column: str) -> str:
        """The cell, which must not be empty."""
        found = self.text(column)
        if found is None:
            raise self.wrong(column, "a value")
        return found

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """The cell as a finite number within bounds; None where it is empty."""
        found = self.text(column)
        if found is None:
            return None
        try:
            value = float(found.replace(",", "").replace("_", "?"))  # float() would read 1_0 as ten
        except ValueError:
            raise self.wrong(column, "a number") from None
        if not (math.isfinite(value) and low <= value <= high):
            bounds = "" if (low, high) == (-math.inf, math.inf) else f" from {low:g} to {high:g}"
            raise self.wrong(column, "a finite number" + bounds)
        return value

    def day(self, column: str) -> date | None:
        """The cell as a date, written 2026-08-11, 2026/08/11 or 20260811; None where it is empty."""
        found = self.text(column)
        if found is None:
            return None
        try:
            return date.fromisoformat(found.replace("/", "-"))
        except ValueError:
            raise self.wrong(column, "a date such as 2026-08-11") from None

    def wrong(self, column: str, expected: str) -> SourceError:
        """The error that names this row, the column and what stands there."""
        return SourceError(f"{self.file}, row {self.line}: {column} is {self.cells[column][:80]!r}", expected)


def read(path: Path, columns: Iterable[str], comment: str | None = None) -> Iterator[Row]:
    """Yield the records of a CSV file that must have `columns`; others are ignored.

    With `comment`, the lines before the header that start so are passed over.

    Raises `SourceError` where the file cannot be read, lacks a column, has a record of another length, or holds
    no record at all (an HTML error page is one of these).
    """
    needed = list(columns)
    name = path.name
    csv.field_size_limit(_LARGEST)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(f"{name} cannot be read ({reason})", "a CSV file", f"look at {path}") from None
    if "\0" in text:  # csv reads it since Python 3.11
        raise SourceError(f"{name} holds a NUL character", "a CSV file", f"look at {path}")
    above = 0
    while comment and text.startswith(comment) and above < 100:
        text, above = text.partition("\n")[2], above + 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    count = 0
    try:
        header = [cell.strip() for cell in next(reader, [])]
        check_header(name, header, needed)
        for cells in reader:
            if not cells:
                continue
            count += 1
            if len(cells) != len(header):
                raise SourceError(
                    f"{name}, row {above + reader.line_num}: {len(cells)} cells", f"{len(header)}, as in the header"
                )
            yield Row(name, above + reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise SourceError(f"{name}, row {above + reader.line_num}: {error}", "comma-separated values") from None
    if not count:
        raise SourceError(f"{name} has a header and nothing else", "at least one record")


def enter_rows(facts: Facts, what: str, rows: Iterable[Row], enter: Callable[[Row], None]) -> None:
    """Enter each row; one that is broken is left out and counted with its reason.

    `enter` must look at all cells before it adds a row. Raises `SourceError` where no row is whole: then it is the
    format that has changed, and the first error says how.
    """
    first: SourceError | None = None
    taken = broken = 0
    for row in rows:
        try:
            enter(row)
        except SourceError as error:
            first, broken = first or error, broken + 1
            facts.leave(what, f"broken in the source: {reason(error)}")
            continue
        taken += 1
    if not taken and first is not None:
        raise SourceError(
            f"None of {broken:,} {what} can be read; the first: {first.seen}", first.expected, "the format has changed"
        )


def check_header(file: str, header: list[str], needed: Iterable[str]) -> None:
    """Raise `SourceError` where a file lacks columns, with all that it lacks and those that it has, or has one twice.

    >>> check_header("a.csv", ["model", "score", "day"], ["model", "rating", "date"])
    Traceback (most recent call last):
    nomoat.errors.SourceError: a.csv has no column 'rating', 'date'; it has 'model', 'score', 'day'. ...
    """
    expected = f"the columns {', '.join(needed := list(needed))}"
    if missing := [column for column in needed if column not in header]:
        shown = [repr(column if len(column) <= _WIDEST else f"{column[:_WIDEST]}…") for column in header[:_MOST_SHOWN]]
        more = f" and {len(header) - _MOST_SHOWN} more" if len(header) > _MOST_SHOWN else ""
        has = f"it has {', '.join(shown)}{more}" if any(header) else "its first line is empty"
        raise SourceError(f"{file} has no column {', '.join(map(repr, missing))}; {has}", expected)
    if twice := [column for column in needed if header.count(column) > 1]:
        raise SourceError(f"{file} has the column {twice[0]!r} {header.count(twice[0])} times", expected)
