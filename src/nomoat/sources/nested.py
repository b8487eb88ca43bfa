"""How a publisher's JSON is read so that what is broken in it is named by file and place."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import SourceError
from nomoat.sources.facts import Facts
from nomoat.sources.plain import LONGEST, is_plain

LARGEST = 256 * 2**20  # bytes: the largest file of this kind, a year of daily rankings, has 3 MB
MOST_RECORDS = 5_000_000

# A number written as text: no blanks, no underscores, no words for infinity.
_DECIMAL = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Record:
    """One object of a JSON file, which knows where it stands."""

    file: str
    place: str
    cells: dict[str, Any]

    def text(self, key: str, longest: int = LONGEST) -> str | None:
        """The text without surrounding blanks; None where it is missing, null or empty."""
        found = self.cells.get(key)
        if found is None:
            return None
        if not isinstance(found, str) or not is_plain(found.strip(), longest):
            raise self.wrong(key, f"a plain text of at most {longest} characters")
        return found.strip() or None

    def needed(self, key: str, longest: int = LONGEST) -> str:
        """The text, which must not be empty."""
        found = self.text(key, longest)
        if found is None:
            raise self.wrong(key, "a text")
        return found

    def number(self, key: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """The number, or the number that a text spells, within bounds; None where it is missing, null or empty."""
        found = self.cells.get(key)
        if found is None or found == "":
            return None
        if isinstance(found, str) and _DECIMAL.fullmatch(found):
            found = float(found)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.wrong(key, "a number")
        if not low <= found <= high or (isinstance(found, float) and not math.isfinite(found)) or abs(found) > 1e300:
            bounds = "" if (low, high) == (-math.inf, math.inf) else f" from {low:g} to {high:g}"
            raise self.wrong(key, "a finite number" + bounds)
        return float(found)

    def flag(self, key: str) -> bool | None:
        """True or false; None where it is missing or null."""
        found = self.cells.get(key)
        if found is not None and not isinstance(found, bool):
            raise self.wrong(key, "true or false")
        return found

    def day(self, key: str, latest: date | None = None) -> date | None:
        """The date of `2026-08-11` or of a time such as `2026-08-11T02:00:00Z`; None where it is missing or null.

        A date of 1970 is a clock's zero and no date; one after `latest` cannot be known yet.
        """
        found = self.text(key, 40)
        if found is None:
            return None
        try:
            day = date.fromisoformat(found[:10])
        except ValueError:
            raise self.wrong(key, "a date such as 2026-08-11") from None
        if len(found) > 10 and found[10] not in "T ":
            raise self.wrong(key, "a date such as 2026-08-11")
        if day.year <= 1970 or (latest is not None and day > latest):
            raise self.wrong(key, "a date after 1970" + (f" and not after {latest}" if latest else ""))
        return day

    def record(self, key: str) -> Record:
        """The object under a key; an empty one where it is missing or null."""
        found = self.cells.get(key)
        if found is None:
            found = {}
        if not isinstance(found, dict):
            raise self.wrong(key, "an object")
        return Record(self.file, f"{self.place}.{key}", found)

    def values(self, key: str) -> list[Any]:
        """The list under a key; an empty one where it is missing or null."""
        found = self.cells.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.wrong(key, "a list")
        return found

    def wrong(self, key: str, expected: str) -> SourceError:
        """The error that names this record, the key and what stands there."""
        seen = f"is {_shown(self.cells[key])}" if key in self.cells else "is missing"
        return SourceError(f"{self.file}, {self.place}: {key} {seen}", expected)


def document(path: Path) -> Any:
    """Return what a JSON file holds.

    NaN, Infinity and numbers beyond the range of a float come as floats that are not finite, so that the one cell is
    refused by whoever reads it and not the file. Raises `SourceError` where the file cannot be read, is larger than
    `LARGEST`, is no JSON otherwise (an HTML page is one of these), or is nested more deeply than the reader follows.
    """
    return _decoded(_bytes(path), path.name, path)


def one(path: Path) -> Record:
    """Return the object that a JSON file consists of."""
    found = document(path)
    if not isinstance(found, dict):
        raise SourceError(f"{path.name} holds {_shown(found)}", "a JSON object", f"look at {path}")
    return Record(path.name, "the document", found)


def lines(path: Path) -> Iterator[Any]:
    """Yield what each line of a JSON Lines file holds; empty lines are passed over."""
    for number, line in enumerate(_bytes(path).split(b"\n"), start=1):
        if number > MOST_RECORDS:
            raise SourceError(f"{path.name} has more than {MOST_RECORDS:,} lines", "fewer")
        if line.strip():
            yield _decoded(line, f"{path.name}, line {number}", path)


def take(facts: Facts, what: str, found: Iterable[Any], file: str, place: str, enter: Callable[[Record], None]) -> int:
    """Enter each object of a list and return how many; one that is broken is left out and counted with its reason.

    `enter` must look at all cells before it adds a row. Raises `SourceError` where there is no object, or none that
    is whole: then it is the format that has changed, and the first error says how.
    """
    first: SourceError | None = None
    taken = seen = 0
    for seen, cells in enumerate(found, start=1):
        if seen > MOST_RECORDS:
            raise SourceError(f"{file}, {place} has more than {MOST_RECORDS:,} records", "fewer")
        try:
            if not isinstance(cells, dict):
                raise SourceError(f"{file}, {place}[{seen - 1}]: {_shown(cells)}", "an object")
            enter(Record(file, f"{place}[{seen - 1}]", cells))
        except SourceError as error:
            first = first or error
            facts.leave(what, f"broken in the source: {reason(error)}")
            continue
        taken += 1
    if not seen:
        raise SourceError(f"{file}, {place} is empty", f"at least one of {what}")
    if not taken and first is not None:
        raise SourceError(
            f"None of {seen:,} {what} can be read; the first: {first.seen}", first.expected, "the format has changed"
        )
    return taken


def reason(error: SourceError) -> str:
    """Return what an error expected and where, without the cell itself, so that like errors are counted together."""
    key = error.seen.partition(": ")[2].partition(" is ")[0]
    return f"{key if is_plain(key, 40) else 'a cell'} is not {error.expected}"


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise SourceError(f"{path.name} has {size / 2**20:,.0f} MB", f"at most {LARGEST / 2**20:,.0f} MB")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read ({error.strerror})", "a JSON file", f"look at {path}") from None


def _decoded(text: bytes, where: str, path: Path) -> Any:
    try:
        return msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise SourceError(f"{where} is nested too deeply", "JSON", f"look at {path}") from None
    except ValueError as error:  # msgspec's own, and UnicodeDecodeError for a key that is not UTF-8
        if "out of range" in str(error) or b"NaN" in text or b"Infinity" in text:
            with contextlib.suppress(ValueError, RecursionError):
                return json.loads(text.decode("utf-8-sig"))
        start = text[:60].decode("utf-8", "replace").strip()
        raise SourceError(f"{where} starts with {start!r}: {error}", "JSON", f"look at {path}") from None


def _shown(found: Any) -> str:
    if isinstance(found, dict | list):
        return f"{'an object' if isinstance(found, dict) else 'a list'} of {len(found)}"
    if isinstance(found, int) and not isinstance(found, bool) and found.bit_length() > 200:
        return "a number of more than 60 digits"  # str() of an int refuses 4,300 digits with a ValueError
    return repr(found)[:80]
