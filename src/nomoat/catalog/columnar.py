"""What are the rows of a Parquet file? One JSON object each, in the order of the file, a few hundred in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nomoat.catalog.embedded import connect
from nomoat.catalog.requests import literal
from nomoat.errors import InputError

BATCH = 500
_MEMORY = "400MB"


def objects(path: Path) -> Iterator[list[bytes]]:
    """The rows as JSON, batch by batch; times as texts in UTC. Raises InputError for a file that is broken.

    >>> import duckdb, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     name = f"{folder}/a.parquet"
    ...     _ = duckdb.execute(f"COPY (SELECT 1 AS a, MAP {{'input': 3}} AS usage) TO '{name}'")
    ...     list(objects(Path(name)))
    [[b'{"a":1,"usage":{"input":3}}']]
    """
    import duckdb

    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "threads": 1,
        "autoinstall_known_extensions": "false",
        "TimeZone": "UTC",
    }
    connection = connect(**config)
    try:
        found = connection.execute(f"SELECT to_json(line)::VARCHAR FROM read_parquet({literal(path)}) AS line")
        while batch := found.fetchmany(BATCH):
            yield [text.encode("utf-8", "replace") for (text,) in batch]
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise InputError(f"{path.name} is a Parquet file that cannot be read ({said})", "a whole one") from None
    finally:
        connection.close()
