"""Which requests does a piece of work hold? One table over Parquet parts: added to, never added twice, read by SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from nomoat.catalog.arrow import Column, Frame, Texts
from nomoat.catalog.batch import COLUMNS, Batch
from nomoat.catalog.cells import TIMES, typed
from nomoat.catalog.lock import locked
from nomoat.errors import SnapshotError
from nomoat.types import Noun

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

FILLED = ("messages", "response", "input", "cost_usd", "time")  # of which a reader is told how many rows have them
_MEMORY = "400MB"
# Snappy takes 0.2 of 1.3 CPU s less than zstd for 160 MB with bodies, and 1.5 times the disk (benchmarks/logs.py).
# _GROUP is bytes of texts in a group of rows: one stays in the cache and in little memory.
_PARQUET, _GROUP, _FEWEST, _MOST = "FORMAT parquet, COMPRESSION snappy", 12 * 1024 * 1024, 2_048, 122_880


class Added(Noun, frozen=True, kw_only=True):
    """What became of rows: `new` ones, `known` ones that were dropped, and new ones under an id of other content.

    `filled` counts the cells of new rows that hold something, of the columns FILLED; `first` and `last` are their times
    in UTC. `faults` counts single cells that were set to missing, by what was wrong with them.
    """

    new: int = 0
    known: int = 0
    renamed: int = 0
    filled: dict[str, int] = msgspec.field(default_factory=dict)
    faults: dict[str, int] = msgspec.field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None

    def plus(self, other: Added) -> Added:
        """Both together.

        >>> both = Added(new=2).plus(Added(new=1, faults={"a": 1}))
        >>> both.new, both.faults
        (3, {'a': 1})
        """
        times = [time for time in (self.first, other.first, self.last, other.last) if time is not None]
        return Added(
            new=self.new + other.new, known=self.known + other.known, renamed=self.renamed + other.renamed,
            filled=_sum(self.filled, other.filled), faults=_sum(self.faults, other.faults),
            first=min(times, default=None), last=max(times, default=None),
        )  # fmt: skip


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def parts(folder: Path) -> list[Path]:
    """The Parquet files of the requests in the work folder `folder`, in the order in which they are read."""
    return sorted((folder / "requests").glob("*.parquet"))


@contextmanager
def opened(folder: Path, threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the table `requests` (COLUMNS) can be asked; empty where nothing was read yet.

    >>> with opened(Path("/nowhere")) as connection:
    ...     connection.execute("SELECT count(*) FROM requests").fetchall()
    [(0,)]
    """
    import duckdb

    config: dict[str, Any] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(folder / ".spill"),
        "autoinstall_known_extensions": "false",
        "TimeZone": "UTC",
    }
    connection = duckdb.connect(config={**config, **({"threads": threads} if threads else {})})
    try:
        connection.execute("SET enable_progress_bar = false")  # a program without a file, such as python -c, gets one
        found = parts(folder)
        if found:
            origin = f"read_parquet([{', '.join(map(literal, found))}], union_by_name=true)"
            connection.execute(f"CREATE TEMP VIEW requests AS SELECT * FROM {origin}")
        else:
            cells = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
            connection.execute(f"CREATE TEMP VIEW requests AS SELECT {cells} WHERE false")
        yield connection
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise SnapshotError(
            f"The requests in {folder / 'requests'} cannot be read: {str(error).splitlines()[0]}",
            "Parquet files as nomoat wrote them",
            "delete that folder and nomoat work read FILE",
        ) from None
    finally:
        connection.close()


def query(folder: Path, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that `sql` selects from the table `requests`."""
    with opened(folder) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def rows(folder: Path, columns: Sequence[str] = tuple(COLUMNS)) -> Iterator[tuple[Any, ...]]:
    """Every request, part by part in the order of its file, a few thousand in memory at a time."""
    picked = ", ".join(columns)
    for part in parts(folder):
        with opened(folder, threads=1) as connection:
            found = connection.execute(f"SELECT {picked} FROM read_parquet({literal(part)})")
            while batch := found.fetchmany(2_000):
                yield from batch


class Intake:
    """Takes rows in, batch by batch; each batch becomes one file, or nothing.

    An id that is there already with the same content is dropped; with other content the row is kept under
    `id~digest`, so nothing is lost where a program numbers its calls anew each day.
    """

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._folder, self._connection = folder / "requests", connection
        found = connection.execute("SELECT hash(request_id) AS id, digest FROM requests").fetchnumpy()
        ids, digests = (np.ma.getdata(found[name]).astype(np.uint64) for name in ("id", "digest"))
        order = np.argsort(ids, kind="stable")
        self._ids, self._digests = ids[order], digests[order]

    def __len__(self) -> int:
        """How many rows the table holds."""
        return len(self._ids)

    def add(self, rows: Batch | Mapping[str, Sequence[Any]], part: str, source: str | None = None) -> Added:
        """Store the rows of a batch, or of what makes one; `part` begins the name of the file.

        `source` is the format and file of all of them, where the rows do not say.
        """
        batch = rows if isinstance(rows, Batch) else Batch()
        if not isinstance(rows, Batch) and len(rows["request_id"]):
            batch.add(rows)
        if not (total := batch.rows):
            return Added()
        given = batch.columns()
        given["request_id"], keep, renamed = self._distinct(batch)
        if not keep.any():
            return Added(known=total)
        if not keep.all():
            kept = np.flatnonzero(keep)
            given = {name: c.picked(kept) if isinstance(c, Texts) else c[kept] for name, c in given.items()}
        new = int(keep.sum())
        if source is not None:
            given["source"] = origins = Texts()
            origins.add_same(source, new)
        stored = typed(given, self._moments({name: given[name] for name in TIMES if name in given}))
        self._write(stored.columns, part)
        filled = {name: _filled(given[name]) if name in given else 0 for name in FILLED}
        return Added(
            new=new, known=total - new, renamed=int(renamed[keep].sum()), filled=filled, faults=stored.faults,
            first=stored.first, last=stored.last,
        )  # fmt: skip

    def _moments(self, texts: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
        """Times in microseconds since 1970 (UTC), masked where a text is none."""
        if not texts:
            return {}
        # A cast to TIMESTAMP drops the offset of a text in DuckDB 2.0; one to TIMESTAMPTZ heeds it.
        read = ", ".join(f"epoch_us(TRY_CAST({name} AS TIMESTAMPTZ)) AS {name}" for name in texts)
        self._connection.register("said", Frame(texts))
        try:
            return self._connection.execute(f"SELECT {read} FROM said").fetchnumpy()
        finally:
            self._connection.unregister("said")

    def _write(self, columns: Mapping[str, Column], part: str) -> None:
        number = 1 + max((int(p.stem[-5:]) for p in self._folder.glob(f"{part}-*.parquet")), default=-1)
        path = self._folder / f"{part}-{number:05}.parquet"
        temporary = path.with_suffix(".tmp")
        rows, size = len(columns["request_id"]), sum(c.size() for c in columns.values() if isinstance(c, Texts))
        form = f"{_PARQUET}, ROW_GROUP_SIZE {max(_FEWEST, min(_MOST, _GROUP * rows // max(1, size)))}"
        cells = ", ".join(name if name in columns else f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
        self._connection.register("given", Frame(columns))
        try:
            self._connection.execute(f"COPY (SELECT {cells} FROM given) TO {literal(temporary)} ({form})")
        finally:
            self._connection.unregister("given")
        temporary.replace(path)

    def _distinct(self, batch: Batch) -> tuple[Texts, NDArray[np.bool_], NDArray[np.bool_]]:
        """The ids under which rows are kept, which of them are new, and which got another id."""
        ids, digests = batch.ids(), batch.digests()
        hashes = self._hashes(ids)
        held = self._held(hashes, digests)
        if (held == 2).any():  # perhaps it was stored by a version that told rows apart by SHA-256
            rows = np.flatnonzero(held == 2)
            former = batch.former(rows)
            held[rows[self._stored(hashes[rows]) == former]] = 1
        clash = held == 2
        if clash.any():
            names, by_row = ids.cells(), dict(zip(rows, former, strict=True))
            for row in np.flatnonzero(clash):
                names[row] = f"{names[row]}~{by_row[row]:016x}"
            ids = Texts(names)
            hashes[clash] = self._hashes(ids)[clash]
            held[clash] = self._held(hashes[clash], digests[clash])
        keep = held == 0
        self._remember(hashes[keep], digests[keep])
        return ids, keep, clash

    def _hashes(self, ids: Texts) -> NDArray[np.uint64]:
        self._connection.register("ids", Frame({"id": ids}))
        found = self._connection.execute("SELECT hash(id) AS h FROM ids").fetchnumpy()["h"]
        self._connection.unregister("ids")
        return np.ma.getdata(found).astype(np.uint64)

    def _held(self, hashes: NDArray[np.uint64], digests: NDArray[np.uint64]) -> NDArray[np.int8]:
        """0 where an id is new, 1 where it is held with this content, 2 where it is held with another."""
        held = np.zeros(len(hashes), dtype=np.int8)
        if len(self._ids):
            at, there = self._places(hashes)
            held[there] = np.where(self._digests[at][there] == digests[there], 1, 2)
        _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        earlier = first[which]
        again = (earlier != np.arange(len(hashes))) & (held == 0)
        held[again] = np.where(digests[earlier][again] == digests[again], 1, 2)
        return held

    def _places(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        at = np.minimum(np.searchsorted(self._ids, hashes), len(self._ids) - 1)
        return at, self._ids[at] == hashes

    def _stored(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The digests of rows that are held; 0 of others."""
        if not len(self._ids):
            return np.zeros(len(hashes), dtype=np.uint64)
        at, there = self._places(hashes)
        return np.where(there, self._digests[at], np.uint64(0))

    def _remember(self, hashes: NDArray[np.uint64], digests: NDArray[np.uint64]) -> None:
        order = np.argsort(hashes, kind="stable")
        at = np.searchsorted(self._ids, hashes[order])
        self._ids = np.insert(self._ids, at, hashes[order])
        self._digests = np.insert(self._digests, at, digests[order])


@contextmanager
def intake(folder: Path) -> Iterator[Intake]:
    """Take rows into the work folder; one process at a time, OutputError for a second.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name, intake(Path(name)) as into:
    ...     first = into.add({"request_id": ["a"], "model": ["m"], "input": [3]}, "log")
    ...     again = into.add({"request_id": ["a", "b"], "model": ["m", "m"], "input": [3, -1]}, "log")
    ...     first.new, again.new, again.known, again.faults, query(Path(name), "SELECT sum(input) FROM requests")
    (1, 1, 1, {'input below zero': 1}, [(3,)])
    """
    with locked(folder / "requests"):
        for stray in (folder / "requests").glob("*.tmp"):
            stray.unlink(missing_ok=True)
        with opened(folder, threads=1) as connection:
            yield Intake(folder, connection)


def literal(path: Path) -> str:
    """The path as an SQL text; DuckDB reads * ? [ in a path as patterns, in brackets they stand for themselves."""
    plain = path if path.suffix == ".tmp" else "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    return "'" + str(plain).replace("'", "''") + "'"


def _filled(column: Column) -> int:
    return column.filled() if isinstance(column, Texts) else int(np.isfinite(column).sum())
