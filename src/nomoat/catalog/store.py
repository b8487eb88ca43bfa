"""What was known on a date: the shipped snapshot, the user's later vintages, and questions to them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.home import store_home
from nomoat.catalog.manifest import NAME, REBUILD, Manifest, checked, literal, read_manifest
from nomoat.catalog.members import Members, members
from nomoat.catalog.rows import Table
from nomoat.catalog.tables import TABLES
from nomoat.errors import InputError, NoVintage, SnapshotError, UnknownName
from nomoat.types import Origin

if TYPE_CHECKING:
    import duckdb

SNAPSHOT = Path(__file__).parent / "snapshot"

# `table` reads every data set of a table but here: scores of other collections are not the index's input
# and must not slip into its fit.
DEFAULT_DATASET = {"scores": "epoch-eci"}

# What we wrote by hand (names, seats, domains) is a way of reading facts, not news: it has no vintages and
# holds for every date.
BY_HAND = "nomoat-"


class Catalog:
    """What exists and where each fact came from.

    Open one with `Catalog.open()`; nothing is fetched, nothing is written, and DuckDB is loaded with the first table.

    >>> catalog = Catalog.open()
    >>> len(catalog.table("scores"))
    2249
    >>> catalog.vintage("scores")
    datetime.date(2026, 8, 11)
    """

    def __init__(self, vintages: Iterable[tuple[Path, Manifest, bytes]], home: Path | None = None) -> None:
        self.home = home  # of the user's own aliases
        self._vintages = tuple(vintages)
        self._lock = threading.RLock()
        self._open: set[str] = set()
        self._members: dict[date | None, Members] = {}
        self._used: dict[str, list[dict[str, Any]]] = {}

    @classmethod
    def open(cls, home: Path | None = None, snapshot: Path = SNAPSHOT) -> Catalog:
        """Open the shipped snapshot and the later vintages in the user's store, where there are any.

        `home` is the store's folder; without it NOMOAT_HOME, else the platform's data folder.
        Raises `SnapshotError` where a vintage is missing, damaged or of another schema.
        """
        folders = [snapshot]
        later = store_home(home) / "vintages"
        try:
            folders += sorted(path.parent for path in later.glob(f"*/{NAME}"))
        except OSError as error:
            raise SnapshotError(f"{later} cannot be read ({error.strerror})", "a folder of vintages") from None
        return cls(((folder, *read_manifest(folder)) for folder in folders), store_home(home))

    @cached_property
    def key(self) -> str:
        """The checksum of everything in this catalogue: equal keys, equal answers."""
        digest = hashlib.sha256()
        for _, _, raw in self._vintages:
            digest.update(hashlib.sha256(raw).digest())
        return digest.hexdigest()

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The manifest of each vintage, the shipped one first."""
        return tuple(manifest for _, manifest, _ in self._vintages)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where each vintage lies, in the order of `manifests`."""
        return tuple(folder for folder, _, _ in self._vintages)

    def table(self, name: str, as_of: date | None = None, dataset: str | None = None) -> Table:
        """Return a table as it was known on `as_of`: of each data set, the newest vintage retrieved by then.

        Without `as_of`, the newest of all. With `dataset`, that data set alone; `scores` without it are the input
        of Epoch's index. What was written by hand holds for every date. A table of which nothing was known yet
        comes back without rows: `vintage` is the one that complains.
        """
        if name == "origins":
            self._need(name)
            known = "SELECT * FROM origins WHERE $as_of IS NULL OR retrieved <= $as_of"
            return Table(self._cursor, known, {"as_of": as_of})
        newest = self._newest(name, as_of, dataset or DEFAULT_DATASET.get(name))
        wanted = [row["origin_id"] for rows in newest.values() for row in rows]
        sql = f'SELECT * FROM "{name}" WHERE origin_id IN (SELECT unnest($wanted))'
        return Table(self._cursor, sql, {"wanted": wanted})

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Table:
        """Run one SELECT over all vintages of all tables; `$name` in it stands for `parameters["name"]`.

        Statements that would write are refused, and so is any file but the catalogue's own.
        """
        import duckdb

        try:
            statements = self._locked.extract_statements(sql)
            if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
                raise InputError("The catalogue is read, never written", "one SELECT statement")
            found = Table(self._locked.cursor, sql, dict(parameters or {}))
            len(found)
            return found
        except duckdb.Error as error:
            line = str(error).splitlines()[0]
            raise InputError(f"The query does not run: {line}", "one SELECT statement") from None

    def origins(self, ids: Iterable[str]) -> tuple[Origin, ...]:
        """Return the origins behind `ids`, each once, in the order in which they first occur."""
        known = self._origins
        found = []
        for key in dict.fromkeys(ids):
            if key not in known:
                raise UnknownName.of("origin", key, known)
            row = known[key]
            found.append(Origin(id=key, **{name: row[name] for name in Origin.__struct_fields__ if name != "id"}))
        return tuple(found)

    def vintages(self, table: str, dataset: str | None = None) -> list[date]:
        """Return the dates on which something new was known to `table`, oldest first."""
        chosen = dataset or DEFAULT_DATASET.get(table)
        rows = [row for row in self._present(table) if chosen in (None, row["dataset"])]
        dated = [row for row in rows if not row["dataset"].startswith(BY_HAND)] or rows
        return sorted({row["retrieved"] for row in dated})

    def vintage(self, table: str, as_of: date | None = None, dataset: str | None = None) -> date:
        """Return the newest vintage of `table` at or before `as_of`, else of all.

        Raises `NoVintage`, with the oldest there is, where nothing was known on that date.
        """
        known = self.vintages(table, dataset)
        if not known:
            named = f" in {dataset!r}" if dataset else ""
            raise NoVintage(f"The catalogue has no {table}{named}", "", "nomoat sources")
        by_then = [day for day in known if as_of is None or day <= as_of]
        if not by_then:
            raise NoVintage(
                f"Nothing was known of {table} on {as_of}",
                f"a date from {known[0]} on, the oldest vintage",
                f"--as-of {known[0]}",
            )
        return by_then[-1]

    def members(self, as_of: date | None = None) -> Members:
        """Return one row a model, with what cohorts choose by, as it was known on `as_of`."""
        if as_of not in self._members:  # 33 ms, and one question asks several times
            self._members[as_of] = members(
                self.table("models", as_of),
                self.table("openness", as_of),
                self.table("distillation", as_of),
                self.table("organisations", as_of),
                self.table("origins"),
            )
        return self._members[as_of]

    def _newest(self, name: str, as_of: date | None, dataset: str | None) -> dict[str, list[dict[str, Any]]]:
        newest: dict[str, list[dict[str, Any]]] = {}
        for row in sorted(self._present(name), key=lambda row: (row["dataset"], row["retrieved"])):
            if dataset is not None and row["dataset"] != dataset:
                continue
            if as_of is not None and row["retrieved"] > as_of and not row["dataset"].startswith(BY_HAND):
                continue
            kept = newest.setdefault(row["dataset"], [])
            if kept and kept[0]["retrieved"] != row["retrieved"]:
                kept.clear()
            kept.append(row)
        return newest

    def _present(self, name: str) -> list[dict[str, Any]]:
        if name not in self._used:
            self._need(name)
            found = Table(self._cursor, f'SELECT DISTINCT origin_id FROM "{name}"', {})
            self._used[name] = [self._origins[key] for key in found.columns["origin_id"]]
        return self._used[name]

    @cached_property
    def _origins(self) -> dict[str, dict[str, Any]]:
        self._need("origins")
        rows = Table(self._cursor, "SELECT * FROM origins", {}).rows()
        return {row["origin_id"]: row for row in rows}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        return duckdb.connect(":memory:")

    @cached_property
    def _locked(self) -> duckdb.DuckDBPyConnection:
        """All tables in memory, and from then on no file: what a user's SQL runs on."""
        import duckdb

        connection = duckdb.connect(":memory:")
        for name in TABLES:
            self._select(connection, f'CREATE TABLE "{name}" AS', name)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def _select(self, connection: duckdb.DuckDBPyConnection, create: str, name: str) -> None:
        """Make a view or a table of all vintages' files of table `name`, each after its bytes were checked."""
        import duckdb

        files = [
            literal(checked(folder, name, manifest).resolve())
            for folder, manifest, _ in self._vintages
            if name in manifest.tables
        ]
        if not files:
            raise SnapshotError(f"{self._vintages[0][0]} has no table {name!r}", "a full snapshot", REBUILD)
        columns = ", ".join(f'"{column}"' for column in TABLES[name])
        try:
            connection.execute(f"{create} SELECT {columns} FROM read_parquet([{', '.join(files)}])")
        except duckdb.Error as error:
            line = str(error).splitlines()[0]
            raise SnapshotError(f"The table {name!r} cannot be read ({line})", "its columns", REBUILD) from None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._connection.cursor()

    def _need(self, name: str) -> None:
        if name not in TABLES:
            raise UnknownName.of("table", name, TABLES)
        with self._lock:  # two threads that make one view at a time are a write conflict to DuckDB
            if name not in self._open:
                self._select(self._cursor(), f'CREATE OR REPLACE VIEW "{name}" AS', name)
                self._open.add(name)
