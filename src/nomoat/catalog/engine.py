"""How are battles counted that stay on an engine of the user's? Ibis expressions, and the SQL that DuckDB gets.

An Ibis table is counted where it lives and only the counts travel: results by pair, of which there are few however many
battles were fought. The SQL is shipped, because Ibis costs 1 s to load and is no dependency; a test writes it anew.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from nomoat.errors import TableError

MOST_CELLS = 5_000_000  # 5,000 models that all met have 12 million pairs, of which an arena sees a few per cent

CELLS = """\
SELECT
  "t0"."a",
  "t0"."b",
  "t0"."w",
  "t0"."g",
  "t0"."why",
  COUNT(*) AS "n",
  MAX("t0"."t") AS "t"
FROM "fought" AS "t0"
GROUP BY
  1,
  2,
  3,
  4,
  5"""


def is_elsewhere(table: Any) -> bool:
    """Whether a table is an Ibis expression, which stays on its engine.

    >>> is_elsewhere({"model_a": ["x"]})
    False
    """
    return type(table).__module__.partition(".")[0] == "ibis"


def known(table: Any) -> dict[str, str]:
    """The columns of an Ibis table with their types."""
    return {str(name): str(kind).upper() for name, kind in table.schema().items()}


def fought(
    table: Any, columns: tuple[str, str, str], by: str | None = None, dated: str | None = None, at: date | None = None
) -> Any:
    """The battles of an Ibis table as a, b, w, g (text), t (microseconds since 1970) and why one is left out (0: none).

    A text is cast to a time by the engine: one that is none is empty on some and an error on others. Times count to
    the second, which is enough to tell days apart.
    """
    import ibis

    a, b, w = (table[column].cast("string") for column in columns)
    told = {"a": a, "b": b, "w": w, "g": table[by].cast("string") if by else ibis.literal("")}
    told["t"] = _microseconds(table[dated]) if dated else ibis.null("int64")
    rows = table.select(**told)
    why = ibis.literal(0)
    if at:
        midnight = datetime.combine(at, datetime.min.time(), UTC) + timedelta(days=1)
        after = int(midnight.timestamp()) * 1_000_000
        why = ibis.cases((rows.t.isnull(), 1), (rows.t >= after, 2), else_=0)
    return rows.mutate(why=why)


def cells(battles: Any) -> Any:
    """The same battles counted: one row for each a, b, w, g and why, n of them, the newest at t. CELLS as Ibis."""
    return battles.group_by("a", "b", "w", "g", "why").agg(n=battles.count(), t=battles.t.max())


def counted(table: Any, columns: tuple[str, str, str], by: str | None, dated: str | None, at: date | None) -> Any:
    """The counts of an Ibis table as an Arrow table, reckoned by its own engine.

    Raises TableError where the engine refuses, and for more kinds of battles than models can make.
    """
    try:
        found = cells(fought(table, columns, by, dated, at)).limit(MOST_CELLS + 1).to_pyarrow()
    except Exception as error:  # each engine has its own
        raise _refused(error) from None
    if len(found) > MOST_CELLS:
        raise TableError(f"More than {MOST_CELLS:,} kinds of battles", "names of models in the columns that are read")
    return found


def fetched(table: Any, columns: list[str]) -> Any:
    """Some columns of an Ibis table, every row, as an Arrow table: what a fit with covariates cannot do without."""
    try:
        return table.select(*dict.fromkeys(columns)).to_pyarrow()
    except Exception as error:
        raise _refused(error) from None


def _microseconds(column: Any) -> Any:
    kind = column.type()
    if kind.is_numeric():
        return (column * 1_000_000).cast("int64")
    moment = column if kind.is_timestamp() or kind.is_date() else column.cast("timestamp")
    return moment.cast("timestamp").epoch_seconds().cast("int64") * 1_000_000


def _refused(error: Exception) -> TableError:
    said = str(error).strip().splitlines() or [""]
    return TableError(
        f"The engine of the Ibis table does not count it: {type(error).__name__}: {said[0][:200]}",
        "columns of text, and dates as times",
        "table.mutate(date=...) with a cast, or rank(table.to_pyarrow())",
    )
