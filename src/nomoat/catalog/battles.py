"""Who fought whom how often, and with what result? Battles in any number, counted by DuckDB."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.catalog import engine
from nomoat.catalog.embedded import connect
from nomoat.errors import TableError, UnknownName

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

COLUMNS = ("model_a", "model_b", "winner")
OUTCOMES = ("a", "b", "tie", "both bad")
LIMIT_MODELS = 5_000
LIMIT_GROUPS = 1_000
_TIES = {"tie": 2, "bothbad": 3, "both_bad": 3, "both bad": 3, "tie (bothbad)": 3, "tie (both bad)": 3}
# How others write the same: arena-rank, evalica's left and right, "a_win". Words that could be a model's own name too
# are believed only where no model is called so.
_OTHERS = {
    **dict.fromkeys(("a", "left", "a_win", "a wins", "win_a", "model_a_win", "model_a wins"), 0),
    **dict.fromkeys(("b", "right", "b_win", "b wins", "win_b", "model_b_win", "model_b wins"), 1),
    **dict.fromkeys(("draw", "ties", "both", "both good", "both_good", "bothgood", "tie (bothgood)"), 2),
    **dict.fromkeys(("neither", "both are bad"), 3),
}
_WEIGHTS = ("weight", "weights", "sample_weight")
_DATES = ("date", "tstamp", "timestamp")
_SHAPE = "columns model_a,model_b,winner with winner one of model_a, model_b, tie"
# Why a row is not counted, in the order in which a row with several reasons is put to one.
_WHY = {
    1: ("battles without a date", "with `at`, a battle needs a date"),
    2: ("battles after the date asked for", "they were not fought yet"),
    3: ("battles with a covariate missing", "it is empty or no finite number"),
    4: ("battles without a model", "a name is empty"),
    5: ("battles without a winner", "the cell is empty"),
    6: ("battles without a group", "the column they are grouped by is empty"),
    7: ("battles of a model against itself", "they say nothing of its strength"),
}


@dataclass(frozen=True, eq=False)
class Rows:
    """Single battles, for what cannot be counted: codes (N,), points (N,) 2, 1 or 0 for a, covariates F arrays (N,)."""

    group: NDArray[Any]
    a: NDArray[Any]
    b: NDArray[Any]
    points: NDArray[Any]
    covariates: tuple[NDArray[Any], ...]


@dataclass(frozen=True, eq=False)
class Battles:
    """Counted battles: cells (C,) of group, a and b as codes into `groups` and `models`, counts (C, 4) by OUTCOMES.

    `left_out` holds (what, count, why); `sha256` is of the counts, the same for the same battles in CSV, Parquet or
    memory; `newest` is the last day a counted battle was fought on, where dates were read.
    """

    name: str
    models: tuple[str, ...]
    groups: tuple[str | None, ...]
    group: NDArray[Any]
    a: NDArray[Any]
    b: NDArray[Any]
    counts: NDArray[Any]
    rows: Rows | None
    left_out: tuple[tuple[str, int, str], ...]
    newest: date | None
    sha256: str


def count_battles(
    source: Path | str | Mapping[str, Any] | Any,
    *,
    columns: tuple[str, str, str] = COLUMNS,
    by: str | None = None,
    covariates: Sequence[str] = (),
    at: date | None = None,
    dated: str | None = None,
) -> Battles:
    """Count battles by pair and result, and by the values of the column `by`.

    `source`: a CSV or Parquet file, a dictionary of columns, a pandas frame, anything with `__arrow_c_stream__`, or an
    Ibis table, which is counted on its own engine (with covariates the columns that are needed are fetched).
    A winner is the name of a side's column, `tie`, or one of the spellings of "both bad". A covariate is a column of
    differences a - b, or the stem of two columns `stem_a` and `stem_b`. `at` keeps battles fought on or before that
    day, by the column `dated`, else `date`, `tstamp` or `timestamp` (text, a time, or seconds since 1970; UTC).

    Raises TableError for a file that cannot be read, a missing column, an unknown winner, too many models or groups.

    >>> found = count_battles({"model_a": ["x", "y"], "model_b": ["y", "x"], "winner": ["model_a", "tie"]})
    >>> found.models, found.counts.tolist()
    (('x', 'y'), [[1, 0, 0, 0], [0, 0, 1, 0]])
    """
    import duckdb

    name = Path(source).name if isinstance(source, Path | str) else "a table in memory"
    if engine.is_elsewhere(source):
        name = "an Ibis table"
        view = _View(name, engine.known(source), columns, by, covariates, at, dated)
        if covariates:
            source = engine.fetched(source, view.read)
        else:
            table = engine.counted(source, columns, by, view.dated, at)
            with _opened(table, scans=1) as (connection, origin):
                connection.execute(f"CREATE TEMP TABLE cells AS SELECT * FROM {origin}")
                return _count(connection, view, columnar=False)
    with _opened(source, scans=2 if covariates else 1) as (connection, origin):
        try:
            known = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()}
            view = _View(name, known, columns, by, covariates, at, dated)
            columnar = origin.startswith("read_parquet")
            told = f"SELECT {view.select} FROM {origin}"
            told = told if columnar else f"SELECT *, {view.why} AS why FROM ({told})"
            connection.execute(f"CREATE TEMP VIEW fought AS {told}")
            if not columnar:
                connection.execute(f"CREATE TEMP TABLE cells AS {engine.CELLS}")
            return _count(connection, view, columnar)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise TableError(f"{name} cannot be read: {reason}", _SHAPE) from None


@contextmanager
def _opened(source: Any, scans: int) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection of its own and the SQL name under which the battles stand in it; nothing spills to disk."""
    import duckdb

    connection = connect(temp_directory="", autoinstall_known_extensions="false")
    try:
        if isinstance(source, Path | str):
            yield connection, _file(Path(source))
            return
        table = _arrays(source) if isinstance(source, Mapping) else source
        try:
            connection.register("given", table)
        except (duckdb.Error, TypeError, ValueError) as error:
            raise TableError(f"A {type(source).__name__} is no table: {error}".splitlines()[0], _SHAPE) from None
        if scans > 1 and hasattr(source, "__arrow_c_stream__"):
            connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM given")  # a stream may flow only once
            yield connection, "kept"
        else:
            yield connection, "given"
    finally:
        connection.close()


def _file(path: Path) -> str:
    if not path.is_file():
        raise TableError(f"There is no file {str(path)!r}", "a CSV or Parquet file", "nomoat rank BATTLES.parquet")
    if not path.stat().st_size:
        raise TableError(f"{path.name} is empty", _SHAPE)
    # DuckDB reads * ? [ in a path as patterns; in brackets they stand for themselves.
    literal = "".join(f"[{c}]" if c in "*?[" else c for c in str(path)).replace("'", "''")
    if path.suffix.lower() == ".parquet":
        return f"read_parquet('{literal}')"
    separator = r"\t" if ".tsv" in path.suffixes else ","
    # As text: a guess would turn the model "01" into 1.
    return f"read_csv('{literal}', all_varchar=true, header=true, delim=E'{separator}', quote='\"', escape='\"')"


def _arrays(table: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    out = {}
    for name, values in table.items():
        column = np.asarray(values)
        out[str(name)] = column.astype(object) if column.dtype.kind == "U" else column
    lengths = {len(column) if column.ndim == 1 else -1 for column in out.values()}
    if len(lengths) > 1 or -1 in lengths:
        raise TableError("The columns of the table differ in length or are no columns", "arrays of one length")
    if not out:
        raise TableError("The table has no columns", _SHAPE)
    return out


class _View:
    """The columns that are read, as SQL: a, b, w, g as text, t in microseconds, x0.. as FLOAT, why a row is left."""

    def __init__(
        self,
        name: str,
        known: dict[str, str],
        columns: tuple[str, str, str],
        by: str | None,
        covariates: Sequence[str],
        at: date | None,
        dated: str | None,
    ) -> None:
        self.name, self.columns, self.by, self.at, self.known = name, columns, by, at, known
        self.read: list[str] = []
        self.width = len(covariates)
        parts = [f"{self._column(column)}::VARCHAR AS {short}" for column, short in zip(columns, "abw", strict=True)]
        parts.append((f"{self._column(by)}::VARCHAR" if by else "''") + " AS g")
        self.dated = dated or (next((c for c in _DATES if c in known), None) if at else None)
        if at and not self.dated:
            raise TableError(f"{name} has no column {', '.join(_DATES)}", "a date to cut at", "dated='its name'")
        parts.append((self._time(self.dated) if self.dated else "NULL::BIGINT") + " AS t")
        parts += [f"TRY_CAST({self._covariate(c)} AS FLOAT) AS x{i}" for i, c in enumerate(covariates)]
        why = []
        if at:
            midnight = datetime.combine(at, datetime.min.time(), UTC) + timedelta(days=1)
            after = int(midnight.timestamp()) * 1_000_000
            why += ["WHEN t IS NULL THEN 1", f"WHEN t >= {after} THEN 2"]
        if covariates:
            finite = " AND ".join(f"coalesce(isfinite(x{i}), false)" for i in range(self.width))
            why.append(f"WHEN NOT ({finite}) THEN 3")
        self.why = f"CASE {' '.join(why)} ELSE 0 END" if why else "0"
        self.select = ", ".join(parts)

    def _column(self, column: str) -> str:
        if column not in self.known:
            raise self._missing(column)
        self.read.append(column)
        return '"' + column.replace('"', '""') + '"'

    def _missing(self, column: str) -> TableError:
        has = list(self.known)
        seen = f"{self.name} has no column {column!r}; it has {', '.join(has[:12]) or 'none'}"
        if column not in self.columns:
            return TableError(seen, "one of these")
        other = next((mark for mark in ";\t|" if len(has) == 1 and mark in has[0]), None)
        next_ = (
            f"save it with commas instead of {other!r}" if other else "--columns A,B,WINNER with the names that it has"
        )
        return TableError(seen, _SHAPE, next_)

    def _time(self, column: str) -> str:
        quoted, kind = self._column(column), self.known[column]
        if kind in {"FLOAT", "DOUBLE"} or "INT" in kind or kind.startswith("DECIMAL"):
            return f"TRY_CAST({quoted} * 1e6 AS BIGINT)"
        if kind == "VARCHAR":
            written = f"epoch_us(TRY_CAST({quoted} AS TIMESTAMP))"
            return f"coalesce({written}, TRY_CAST(TRY_CAST({quoted} AS DOUBLE) * 1e6 AS BIGINT))"
        return f"epoch_us({quoted})"

    def _covariate(self, covariate: str) -> str:
        sides = [f"{covariate}_a", f"{covariate}_b"]
        if covariate in self.known:
            return self._column(covariate)
        if all(side in self.known for side in sides):
            return " - ".join(f"TRY_CAST({self._column(side)} AS DOUBLE)" for side in sides)
        stems = [
            c[:-2] for c in self.known if c.endswith("_a") and f"{c[:-2]}_b" in self.known and c not in self.columns
        ]
        raise UnknownName.of("covariate", covariate, [*stems, *(c for c in self.known if c not in self.columns)])

    def joined(self, table: str, left: str = "") -> str:
        """The battles in `table` with codes for names; "LEFT" where rows with unknown names are wanted too."""
        pairs = [
            ("names", "x", "a"),
            ("names", "y", "b"),
            ("labels", "l", "w"),
            *([("parts", "p", "g")] if self.by else []),
        ]
        return f"{table} t " + " ".join(f"{left} JOIN {codes} {c} ON {c}.raw = t.{side}" for codes, c, side in pairs)


def _count(connection: duckdb.DuckDBPyConnection, view: _View, columnar: bool) -> Battles:
    # In Parquet the names are numbered already: finding them and grouping by number takes 0.65 s of CPU for ten
    # million, grouping by name 1.1 s. A CSV or a stream is read once, so there names are grouped by first.
    table, count, why = "fought", "count(*)", view.why
    newest = "max(t)" if view.dated else "NULL::BIGINT"
    if not columnar:
        table, count, why = "cells", "sum(n)::BIGINT", "why"
    models = _code(connection, "names", f"SELECT a FROM {table} UNION SELECT b FROM {table}", "models", LIMIT_MODELS)
    _label(connection, view, table, count, models)
    groups: tuple[str | None, ...] = (None,)
    if view.by:
        groups = _code(connection, "parts", f"SELECT DISTINCT g FROM {table}", f"values of {view.by}", LIMIT_GROUPS)
    # Group by array, not by hash, up to a million cells; a key that never varies still costs, and stays out.
    connection.execute("SET perfect_ht_threshold = 20")
    varies = [*(["p.code"] if view.by else []), *(["why"] if why != "0" else [])]
    connection.execute(
        f"CREATE TEMP TABLE coded AS SELECT {why} AS why, {'p.code' if view.by else '0::USMALLINT'} AS g, "
        f"x.code AS a, y.code AS b, l.code AS o, {count} AS n, {newest} AS t FROM {view.joined(table, 'LEFT')} "
        f"GROUP BY {', '.join(['x.code', 'y.code', 'l.code', *varies])}"
    )
    connection.execute(
        "CREATE TEMP TABLE judged AS SELECT *, CASE WHEN why > 0 THEN why WHEN a IS NULL OR b IS NULL THEN 4 "
        "WHEN o IS NULL THEN 5 WHEN g IS NULL THEN 6 WHEN a = b THEN 7 ELSE 0 END AS reason FROM coded"
    )
    lost = connection.execute("SELECT reason, sum(n)::BIGINT FROM judged WHERE reason > 0 GROUP BY 1 ORDER BY 1")
    left_out = tuple((_WHY[reason][0], count, _WHY[reason][1]) for reason, count in lost.fetchall())
    weighted = [column for column in view.known if column.lower() in _WEIGHTS]
    left_out += tuple((f"columns such as {column!r}", 1, "every row counts as one battle") for column in weighted)
    sides = ", ".join(f"coalesce(sum(n) FILTER (o = {o}), 0)::BIGINT AS n{o}" for o in range(len(OUTCOMES)))
    found = connection.execute(
        f"SELECT g, a, b, {sides} FROM judged WHERE reason = 0 GROUP BY g, a, b ORDER BY g, a, b"
    ).fetchnumpy()
    counts = np.stack([np.asarray(found[f"n{o}"]) for o in range(len(OUTCOMES))], axis=1)
    group, a, b = (np.asarray(found[c]) for c in "gab")
    last = connection.execute("SELECT max(t) FROM judged WHERE reason = 0").fetchall()[0][0]
    return Battles(
        view.name,
        models,
        groups,
        group,
        a,
        b,
        counts,
        _rows(connection, view) if view.width else None,
        left_out,
        None if last is None else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=last)).date(),
        _digest(models, groups, group, a, b, counts),
    )


def _label(connection: duckdb.DuckDBPyConnection, view: _View, table: str, count: str, models: tuple[str, ...]) -> None:
    """Write the table `labels`: each spelling of a winner that occurs, and its outcome."""
    called = {model.lower() for model in models}
    known = {word: outcome for word, outcome in _OTHERS.items() if word not in called}
    known |= {**_TIES, view.columns[0].lower(): 0, view.columns[1].lower(): 1}
    query = f"SELECT w, {count} AS n FROM {table} WHERE w IS NOT NULL GROUP BY w ORDER BY n DESC, w"
    seen = connection.execute(query)
    rows = [(raw, raw.strip().lower(), count) for raw, count in seen.fetchmany(LIMIT_GROUPS)]
    unknown = [f"{raw!r} ({count:,} times)" for raw, label, count in rows if label and label not in known]
    if unknown:
        more = f" and {len(unknown) - 4} others" if len(unknown) > 4 else ""
        raise TableError(
            f"{view.name} has {view.columns[2]} {', '.join(unknown[:4])}{more}",
            f"one of {view.columns[0]}, {view.columns[1]}, tie, both bad",
            "rename it in the file",
        )
    _table(connection, "labels", [(raw, known[label]) for raw, label, _ in rows if label])


def _code(connection: duckdb.DuckDBPyConnection, table: str, query: str, what: str, limit: int) -> tuple[str, ...]:
    """Number the names that `query` finds, as written in `table`; spaces around a name are no part of it."""
    # No condition here: DuckDB would test it on every battle, which takes three times as long as the names do.
    found = connection.execute(f"SELECT raw FROM ({query}) q(raw) LIMIT {2 * limit + 2}").fetchall()
    spelled = [(raw, raw.strip()) for (raw,) in found if raw and raw.strip()]
    names = tuple(sorted({name for _, name in spelled}))
    if len(names) > limit:
        raise TableError(f"There are more than {limit:,} {what}", f"at most {limit:,}")
    place = {name: i for i, name in enumerate(names)}
    _table(connection, table, [(raw, place[name]) for raw, name in spelled])
    return names


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[str, int]]) -> None:
    raw = np.array([row[0] for row in rows], dtype=object)
    connection.register(f"given_{name}", {"raw": raw, "code": np.array([row[1] for row in rows], dtype=np.uint16)})
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT raw::VARCHAR AS raw, code FROM given_{name}")
    connection.unregister(f"given_{name}")


def _rows(connection: duckdb.DuckDBPyConnection, view: _View) -> Rows:
    """The counted battles one by one: 5 bytes (7 in groups) and 4 a covariate each."""
    points = "(CASE l.code WHEN 0 THEN 2 WHEN 1 THEN 0 ELSE 1 END)::UTINYINT"
    picked = ", ".join(f"x{i}" for i in range(view.width))
    group = "p.code AS g, " if view.by else ""
    found = connection.execute(
        f"SELECT {group}x.code AS a, y.code AS b, {points} AS points, {picked} "
        f"FROM {view.joined('fought')} WHERE ({view.why}) = 0 AND x.code <> y.code"
    ).fetchnumpy()
    a, b, won = (np.ma.getdata(found[c]) for c in ("a", "b", "points"))
    part = np.ma.getdata(found["g"]) if view.by else np.broadcast_to(np.uint16(0), a.shape)
    return Rows(part, a, b, won, tuple(np.ma.getdata(found[f"x{i}"]) for i in range(view.width)))


def _digest(models: tuple[str, ...], groups: tuple[str | None, ...], *arrays: NDArray[Any]) -> str:
    digest = hashlib.sha256(repr((models, groups)).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
    return digest.hexdigest()
