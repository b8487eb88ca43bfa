"""How is the DuckDB opened that runs inside this process?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def connect(**config: Any) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that writes nothing to the terminal; `config` are DuckDB's own settings.

    DuckDB draws a progress bar on standard output after two seconds, in the middle of `--json`, where the program is no
    file: `python -c`, a frozen one, a notebook. Cursors of the connection inherit that it is off.

    >>> connect(threads=1).cursor().execute("SELECT current_setting('enable_progress_bar')").fetchall()
    [(False,)]
    """
    import duckdb

    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET enable_progress_bar = false")
    return connection
