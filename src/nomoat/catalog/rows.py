"""What a query gives back: columns for NumPy, dictionaries for people, Arrow for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nomoat.errors import MissingExtra

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray


class Table:
    """Rows of the catalogue, read once when they are first looked at.

    Each look runs on a DuckDB cursor of its own: an Arrow stream that is still open blocks the connection it was
    opened on, so that two streams of one connection would never end.
    """

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection], sql: str, parameters: dict[str, Any]) -> None:
        self._cursor, self._sql, self._parameters = cursor, sql, parameters

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns by name, to be read and not written: other questions may look at the same table.

        Doubles with NaN for null, integers and booleans as such, or as doubles and objects where a null occurs;
        strings and `datetime.date` as object arrays with None for null.
        """
        found = self._cursor().execute(self._sql, self._parameters).fetchnumpy()
        columns = {name: _plain(column) for name, column in found.items()}
        for column in columns.values():
            column.flags.writeable = False
        return columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def cells(self) -> int:
        """How many cells are in memory: none before the first look."""
        read = self.__dict__.get("columns")
        return len(read) * len(next(iter(read.values()))) if read else 0

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of built-in types, None for null."""
        lists = {
            # Only doubles say NaN for null: to ask every text as well was a quarter of the time of all verdicts.
            name: [None if x != x else x for x in column.tolist()] if column.dtype.kind == "f" else column.tolist()
            for name, column in self.columns.items()
        }
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Export as an Arrow stream, so that any Arrow library can read the table without copying."""
        cursor = self._cursor()  # held by name: DuckDB 1.4 closes a cursor that nobody holds under its relation
        relation = cursor.sql(self._sql, params=self._parameters)
        return relation.__arrow_c_stream__(requested_schema)

    def df(self) -> Any:
        """The rows as a pandas data frame; raises `MissingExtra` where pandas is not installed."""
        try:
            import pandas  # noqa: F401
        except ImportError:
            raise MissingExtra("pandas is not installed", "it for .df()", "pip install 'nomoat[frames]'") from None
        return self._cursor().execute(self._sql, self._parameters).df()


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    empty = np.ma.getmaskarray(column)
    values = np.ma.getdata(column)
    if values.dtype.kind == "M":
        dates = values.astype("datetime64[D]").astype(object)
        dates[empty] = None
        return dates
    if values.dtype.kind == "f":
        return np.where(empty, np.nan, values).astype(np.float64)
    if values.dtype.kind in "iu" and not empty.any():
        return values.astype(np.int64)
    if values.dtype.kind in "iu":
        return np.where(empty, np.nan, values.astype(np.float64))
    if values.dtype.kind == "b" and not empty.any():
        return values
    plain = values.astype(object)
    plain[empty] = None
    return plain
