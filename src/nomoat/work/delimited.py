"""What are the rows of a CSV log? Each as the JSON object that the formats read, with the byte at which it begins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO

import msgspec

from nomoat.errors import InputError
from nomoat.work.lines import LONGEST, TOO_LONG, Aside, Records, lines

SEPARATORS = (",", ";", "\t", "|")
BATCH = 1_000
NULLS = ("", "\\N", "NULL")  # what databases write into a table for nothing
TITLES = 20  # lines that may stand above the header, as reports have them


class _Fed:
    """Lines of text, of which it is known at which byte the next one begins."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = lines(stream)
        self._ready: list[bytes] = []
        self.place = 0
        self.asides: list[Aside] = []

    def __iter__(self) -> _Fed:
        return self

    def __next__(self) -> str:
        while not self._ready:
            found = next(self._lines)
            if isinstance(found, Aside):
                self.asides.append(found)
                self.place = found.start + found.length
            else:
                self._ready = found.parts[::-1]
        line = self._ready.pop()
        self.place += len(line)
        try:
            return line.decode().replace("\x00", "")
        except UnicodeDecodeError:
            return line.decode("cp1252", "replace").replace("\x00", "")


def table(stream: IO[bytes]) -> Iterator[Records | Aside]:
    r"""The rows under a header line, as JSON objects without the empty cells.

    A row with more cells than the header is set aside, one with fewer lacks the last ones. Columns without a name are
    left out; a name that comes twice is numbered. Raises InputError for a header that is none.

    >>> import io
    >>> [r.parts for r in table(io.BytesIO(b'model,cost\ngpt-4o,0.1\no3,\n'))]
    [[b'{"model":"gpt-4o","cost":"0.1"}', b'{"model":"o3"}']]
    """
    fed = _Fed(stream)
    first = next(fed, "")
    if first.lower().startswith("sep="):  # as Excel begins a CSV in which the separator is told
        first = next(fed, "")
    begun = fed.place - len(first.encode())
    top = first.strip()
    separator, head = _header(first)
    above = 0
    while len(head) < 2 and above < TITLES and (first := next(fed, "")):
        separator, head = _header(first)
        above += 1
    if separator == "|" and first.startswith("|"):
        raise InputError("It is a table of Markdown", "CSV, or JSON lines", "nomoat work read FILE.csv")
    if len(head) < 2:
        said = "JSONL, or CSV with a header line"
        raise InputError(f"Its first line, {top[:60]!r}, names no columns", said, "nomoat work read FILE")
    if above:
        yield Aside(max(begun, 0), fed.place - begun, "lines above the header")
    csv.field_size_limit(LONGEST)
    rows = csv.reader(fed, delimiter=separator, strict=False)
    starts: list[int] = []
    parts: list[bytes] = []
    while True:
        begun = fed.place
        try:
            row = next(rows, None)
        except csv.Error as error:
            row = []
            why = TOO_LONG if "larger than" in str(error) else "a carriage return outside quotes"
            fed.asides.append(Aside(begun, fed.place - begun, why))
        if row is None or fed.asides or len(starts) >= BATCH:
            if starts:
                yield Records(starts, parts)
                starts, parts = [], []
            yield from fed.asides
            fed.asides = []
        if row is None:
            return
        while len(row) > len(head) and not row[-1]:
            row.pop()
        if len(row) > len(head):
            yield Aside(begun, fed.place - begun, f"more cells than the header's {len(head)}")
        elif any(row):
            starts.append(begun)
            cells = zip(head, row, strict=False)
            parts.append(msgspec.json.encode({name: cell for name, cell in cells if name and cell not in NULLS}))


def _header(line: str) -> tuple[str, list[str]]:
    r"""The separator of a line and the names in it; none where it can be no header. Raises InputError for one of a Mac.

    >>> _header("model;cost;cost;;\n"), _header("Export of May,,\n")
    ((';', ['model', 'cost', 'cost 2']), (',', []))
    """
    separator = max(SEPARATORS, key=line.count)
    if "\r" in line.rstrip("\r\n") and '"' not in line:
        raise InputError(
            "Its lines end in a carriage return alone", "a line feed at their end", "tr '\\r' '\\n' < FILE > calls.csv"
        )
    try:
        found = [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return separator, []
    while found and not found[-1]:
        found.pop()
    head: list[str] = []
    for name in found:
        again = sum(one == name for one in found[: len(head)])
        head.append(f"{name} {again + 1}" if name and again else name)
    return separator, head if sum(map(bool, head)) > 1 else []
