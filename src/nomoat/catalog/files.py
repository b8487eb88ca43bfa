"""What columns does a user's own file hold? CSV and Parquet, every value as text."""

from __future__ import annotations

import csv
from pathlib import Path

from nomoat.catalog.embedded import connect
from nomoat.errors import TableError

LIMIT = 1_000_000  # rows: beyond that it is a log, not a table of models


def columns(path: Path) -> dict[str, list[str]]:
    """Read a CSV or Parquet file into columns of text; an empty cell is an empty string.

    Raises TableError when the file is missing, is neither format, or has lines of different lengths.
    """
    if not path.is_file():
        raise TableError(f"There is no file {str(path)!r}", "a CSV or Parquet table", "--on FILE.csv")
    read = _parquet if path.suffix.lower() == ".parquet" else _csv
    out: dict[str, list[str]] = {}
    for name, values in read(path):
        key = name.strip().lower()
        if key in out:
            raise TableError(f"{path.name} has two columns {key!r}", "each column once", "drop or rename one")
        out[key] = values
    return out


def _csv(path: Path) -> list[tuple[str, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            head = next(lines, None)
            if not head or not any(head):
                raise TableError(f"{path.name} is empty", "a header line and a row a model", _HEADER)
            out: list[list[str]] = [[] for _ in head]
            for row in lines:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(head):
                    where = f"{path.name} line {lines.line_num} has {len(row)} fields"
                    raise TableError(where, f"{len(head)}, as in its header", "quote values that hold a comma")
                if len(out[0]) >= LIMIT:
                    raise TableError(f"{path.name} has more than {LIMIT:,} rows", "a row a model")
                for column, cell in zip(out, row, strict=True):
                    column.append(cell.strip())
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name} is not UTF-8 text (byte {error.start})", "a CSV file in UTF-8") from None
    except csv.Error as error:
        raise TableError(f"{path.name} line {lines.line_num}: {error}", "a CSV file") from None
    return list(zip(head, out, strict=True))


_HEADER = "a first line like model,date,openness,score"


def _parquet(path: Path) -> list[tuple[str, list[str]]]:
    import duckdb

    connection = connect()
    try:
        names = [
            row[0] for row in connection.execute("describe select * from read_parquet($p)", {"p": str(path)}).fetchall()
        ]
        picked = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"::varchar' for name in names)
        rows = connection.execute(
            f"select {picked} from read_parquet($p) limit {LIMIT + 1}", {"p": str(path)}
        ).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise TableError(f"{path.name} cannot be read as Parquet: {reason}", "a Parquet table") from None
    finally:
        connection.close()
    if len(rows) > LIMIT:
        raise TableError(f"{path.name} has more than {LIMIT:,} rows", "a row a model")
    return [(name, ["" if row[i] is None else row[i].strip() for row in rows]) for i, name in enumerate(names)]
