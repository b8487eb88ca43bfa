"""How a publisher's Parquet is read so that no claim in it can fill this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.embedded import connect
from nomoat.catalog.manifest import literal
from nomoat.errors import SourceError
from nomoat.sources.delimited import Row, check_header

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 20_000_000  # Arena's longest history had 1,168,522 rows on 2026-10-02
MOST_COLUMNS = 200
MOST_BYTES = 2 * 2**30  # of all columns that are read, unpacked
MEMORY = "1GB"
_CELL = 1000  # characters of a cell that are looked at; what is longer is refused as too long by its reader


def read_parquet(
    path: Path, columns: Iterable[str], optional: Iterable[str] = (), only: Mapping[str, Iterable[str]] | None = None
) -> Iterator[Row]:
    """Yield the records of a Parquet file that must have `columns`; those of `optional` that it has come too.

    Every cell comes as text, as in a CSV file, so that the same reader checks both and a drifted type is met as a
    value. `only` keeps the records whose cell is one of those given. What the footer claims is looked at first: rows,
    columns and unpacked bytes beyond the bounds here are refused before a page is read; memory stays bounded after.
    Raises `SourceError` where the file is no Parquet, is damaged, lacks a column, claims too much or is empty.
    """
    needed = list(columns)
    with _connection() as connection:
        found = _bounded(connection, path, needed, list(optional))
        wanted = [column for column in [*needed, *optional] if column in found]
        cells = ", ".join(f"left(CAST({_name(column)} AS VARCHAR), {_CELL})" for column in wanted)
        conditions = [
            f"CAST({_name(column)} AS VARCHAR) IN ({', '.join(map(_text, values)) or 'NULL'})"
            for column, values in (only or {}).items()
        ]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT file_row_number, {cells} FROM read_parquet({literal(path)}, file_row_number = true){where}"
        for number, *values in _fetched(connection, query, path):
            row = {column: "" if value is None else value for column, value in zip(wanted, values, strict=True)}
            yield Row(path.name, int(number) + 1, row)


def distinct(path: Path, column: str) -> list[str]:
    """Return the different values of one column as text, sorted; null is left out. The bounds are the same."""
    with _connection() as connection:
        _bounded(connection, path, [column], [])
        query = f"SELECT DISTINCT left(CAST({_name(column)} AS VARCHAR), {_CELL}) FROM read_parquet({literal(path)})"
        return sorted(value for (value,) in _fetched(connection, query, path) if value is not None)


def _connection() -> duckdb.DuckDBPyConnection:
    return connect(
        threads=1,
        memory_limit=MEMORY,
        temp_directory="",  # nothing is put on the disk when memory runs out: the file is refused
        autoload_known_extensions="false",
        autoinstall_known_extensions="false",
    )


def _bounded(
    connection: duckdb.DuckDBPyConnection, path: Path, needed: list[str], optional: list[str]
) -> dict[str, str]:
    """Check what the footer claims; return the columns."""
    expected = f"a Parquet file with the columns {', '.join(needed)}"
    file = literal(path)
    claimed = next(_fetched(connection, f"SELECT num_rows FROM parquet_file_metadata({file})", path), (0,))[0]
    chunks = (
        "SELECT path_in_schema, sum(row_group_num_rows), sum(total_uncompressed_size) "
        f"FROM parquet_metadata({file}) GROUP BY ALL LIMIT {MOST_COLUMNS + 1}"
    )
    found: dict[str, str] = {}
    size = 0
    for column, rows, unpacked in _fetched(connection, chunks, path):
        claimed = max(claimed, rows or 0)
        found[column] = column
        size += max(unpacked or 0, 0) if column in {*needed, *optional} else 0
    if len(found) > MOST_COLUMNS:
        raise SourceError(f"{path.name} has more than {MOST_COLUMNS} columns", expected, f"look at {path}")
    if claimed > MOST_ROWS:
        raise SourceError(
            f"{path.name} claims {claimed:,} rows", f"at most {MOST_ROWS:,}", f"look at {path}: nothing of it was read"
        )
    if size > MOST_BYTES:
        raise SourceError(
            f"{path.name} claims {size / 2**30:,.1f} GiB unpacked", f"at most {MOST_BYTES / 2**30:.0f} GiB"
        )
    if not claimed:
        raise SourceError(f"{path.name} has no rows", "at least one record")
    check_header(path.name, list(found), needed)
    return found


def _fetched(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query over a publisher's file; whatever DuckDB says of the file is a `SourceError`."""
    import duckdb

    try:
        result = connection.execute(query)
        while rows := result.fetchmany(10_000):
            yield from rows
    except (duckdb.Error, UnicodeDecodeError, ValueError, OverflowError, RuntimeError, MemoryError) as error:
        said = str(error).partition("\n")[0][:160]
        raise SourceError(f"{path.name} cannot be read ({said})", "a Parquet file", f"look at {path}") from None


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
