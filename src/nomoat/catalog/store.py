"""What was known on a date: the shipped snapshot, the user's later vintages, and questions to them."""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.embedded import connect
from nomoat.catalog.home import store_home
from nomoat.catalog.manifest import REBUILD, Manifest, checked, literal, read_manifest, sized
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

KEPT, CELLS = 256, 2_000_000  # tables and cells that a catalogue holds in memory


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
        self._whole: dict[tuple[int, str], tuple[str, str]] = {}
        self._members: dict[date | None, Members] = {}
        self._used: dict[str, list[_Part]] = {}
        self._asked: dict[tuple[Any, ...], Table] = {}
        self.skipped: tuple[Skipped, ...] = ()

    @classmethod
    def open(cls, home: Path | None = None, snapshot: Path = SNAPSHOT) -> Catalog:
        """Open the shipped snapshot and the later vintages in the user's store, where there are any.

        `home` is the store's folder; without it NOMOAT_HOME, else the platform's data folder.
        A vintage in the store that is visibly broken is left out, named in `skipped` and in a `UserWarning`: it does
        not take the shipped snapshot with it. Raises `SnapshotError` where the shipped one is damaged or missing.
        """
        later = store_home(home) / "vintages"
        found, skipped = [(snapshot, *read_manifest(snapshot))], []
        try:
            folders = sorted(path for path in later.iterdir() if path.name[0] != "." and path.is_dir())
        except FileNotFoundError:
            folders = []
        except OSError as error:
            raise SnapshotError(f"{later} cannot be read ({error.strerror})", "a folder of vintages") from None
        for folder in folders:
            try:
                manifest, raw = read_manifest(folder)
                sized(folder, manifest)
                found.append((folder, manifest, raw))
            except SnapshotError as error:
                skipped.append(Skipped(vintage=folder.name, why=error.seen))
        catalog = cls(found, store_home(home))
        catalog.skipped = tuple(skipped)
        for one in skipped:
            # The line to type is ours: reinstalling, which the error proposes, mends the shipped snapshot alone.
            warnings.warn(f"{one.why}. The answer is without that vintage. Try: {one.next}", stacklevel=2)
        return catalog

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

    def before(self, day: date) -> Catalog:
        """The same without the user's vintages that brought a copy of a later day: the state that they were added to.

        A board of 15 September in an update of 1 October was not known on 30 September, whatever its date says.
        """
        copies = {key: row for key, row in self._origins.items() if not row["dataset"].startswith(BY_HAND)}
        late = {key for key, row in copies.items() if row["retrieved"] > day}
        kept = [
            one
            for at, one in enumerate(self._vintages)
            if not at or late.isdisjoint(key for keys in one[1].held.values() for key in keys)
        ]
        return self if len(kept) == len(self._vintages) else Catalog(kept, self.home)

    def table(self, name: str, as_of: date | None = None, dataset: str | None = None) -> Table:
        """Return a table as it was known on `as_of`: of each data set, the newest vintage retrieved by then.

        Without `as_of`, the newest of all. With `dataset`, that data set alone; `scores` without it are the input
        of Epoch's index. What was written by hand holds for every date. A table of which nothing was known yet
        comes back without rows: `vintage` is the one that complains.
        """
        self._check(name)
        if name == "origins":
            every = [(at, None) for at in self._having(name)]
            return self._shared(self._reading(name, every, "$as_of IS NULL OR retrieved <= $as_of"), {"as_of": as_of})
        newest = self._newest(name, as_of, dataset or DEFAULT_DATASET.get(name))
        wanted: dict[int, list[str]] = {}
        for parts in newest.values():
            for part in parts:
                wanted.setdefault(part.at, []).append(part.origin["origin_id"])
        return self._shared(self._reading(name, sorted(wanted.items())), {})

    def of(self, name: str, origins: Iterable[str]) -> Table:
        """Return the rows of some origins in a table, whatever is newer: what a copy said."""
        wanted: dict[int, list[str]] = {}
        asked = set(origins)
        for part in self._present(name):
            if part.origin["origin_id"] in asked:
                wanted.setdefault(part.at, []).append(part.origin["origin_id"])
        return Table(self._cursor, self._reading(name, sorted(wanted.items())), {})

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

    def held(self, table: str) -> dict[str, tuple[date, ...]]:
        """Return each data set that has rows in a table, with the dates of its vintages, oldest first."""
        found: dict[str, set[date]] = {}
        for part in self._present(table):
            found.setdefault(part.dataset, set()).add(part.retrieved)
        return {dataset: tuple(sorted(days)) for dataset, days in sorted(found.items())}

    def vintages(self, table: str, dataset: str | None = None) -> list[date]:
        """Return the dates on which something new was known to `table`, oldest first."""
        chosen = dataset or DEFAULT_DATASET.get(table)
        rows = [part.origin for part in self._present(table) if chosen in (None, part.origin["dataset"])]
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

    def _shared(self, sql: str, parameters: dict[str, Any]) -> Table:
        """The table that this question gave before, where it was asked lately: a page asks 20 times for 30 ms each.

        The shipped tables have half a million cells; what is kept of more than four times as many is forgotten.
        """
        key = (sql, *parameters.values())
        with self._lock:
            found = self._asked.pop(key, None)
            if found is None:
                found = Table(self._cursor, sql, parameters)
                held = sum(table.cells for table in self._asked.values())
                while self._asked and (len(self._asked) >= KEPT or held > CELLS):
                    held -= self._asked.pop(next(iter(self._asked))).cells
            self._asked[key] = found
            return found

    def _newest(self, name: str, as_of: date | None, dataset: str | None) -> dict[str, list[_Part]]:
        """Of each data set the parts of its newest vintage; of two with one date, the one that was written later."""
        newest: dict[str, list[_Part]] = {}
        for part in sorted(self._present(name), key=lambda part: (part.dataset, part.retrieved, part.at)):
            by_hand = part.dataset.startswith(BY_HAND)
            if dataset is not None and part.dataset != dataset:
                continue
            if as_of is not None and part.retrieved > as_of and not by_hand:
                continue
            kept = newest.setdefault(part.dataset, [])
            if kept and (kept[0].retrieved != part.retrieved or (kept[0].at != part.at and not by_hand)):
                kept.clear()
            kept.append(part)
        return newest

    def _present(self, name: str) -> list[_Part]:
        """Which origins have rows in a table, and in which vintage."""
        if name not in self._used:
            self._check(name)
            found: list[tuple[int, str]] = []
            unsaid = []
            for at in self._having(name):
                told = self._vintages[at][1].held.get(name)
                found += [(at, key) for key in told or ()]
                unsaid += [at] if told is None else []
            for at in unsaid:
                sql = f"SELECT DISTINCT origin_id FROM ({self._reading(name, [(at, None)])})"
                found += [(at, key) for key in Table(self._cursor, sql, {}).columns["origin_id"]]
            self._used[name] = [_Part(at, self._origins[key]) for at, key in found]
        return self._used[name]

    @cached_property
    def _origins(self) -> dict[str, dict[str, Any]]:
        every = [(at, None) for at in self._having("origins")]
        rows = Table(self._cursor, self._reading("origins", every), {}).rows()
        return {row["origin_id"]: row for row in rows}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return connect()

    @cached_property
    def _locked(self) -> duckdb.DuckDBPyConnection:
        """All tables in memory, and from then on no file: what a user's SQL runs on."""
        connection = connect()
        for name in TABLES:
            every = [(at, None) for at in self._having(name)]
            connection.execute(f'CREATE TABLE "{name}" AS {self._reading(name, every)}')
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection

    def _having(self, name: str) -> list[int]:
        """The vintages that hold a table."""
        found = [at for at, (_, manifest, _) in enumerate(self._vintages) if name in manifest.tables]
        if not found:
            raise SnapshotError(f"{self._vintages[0][0]} has no table {name!r}", "a full snapshot", REBUILD)
        return found

    def _reading(self, name: str, wanted: Sequence[tuple[int, list[str] | None]], where: str = "") -> str:
        """One SELECT of a table's columns over some vintages, and of each some origins or all; files are checked."""
        if not wanted:
            empty = ", ".join(f'NULL::{kind} AS "{column}"' for column, (kind, _) in TABLES[name].items())
            return f"SELECT {empty} WHERE false"
        alike: dict[tuple[str, str], list[str]] = {}
        for at, origins in wanted:
            keys = "" if origins is None else ", ".join("'" + key.replace("'", "''") + "'" for key in origins)
            file, columns = self._file(at, name)
            alike.setdefault((columns, keys and f"origin_id IN ({keys})"), []).append(file)
        parts: list[str] = []
        for (columns, which), files in alike.items():
            told = " AND ".join(f"({one})" for one in (which, where) if one)
            parts.append(
                f"SELECT {columns} FROM read_parquet([{', '.join(files)}])" + (f" WHERE {told}" if told else "")
            )
        return " UNION ALL ".join(parts)

    def _file(self, at: int, name: str) -> tuple[str, str]:
        """The file of a table in a vintage and what to select of it, as SQL, after its bytes were checked once."""
        with self._lock:
            if (at, name) not in self._whole:
                folder, manifest, _ = self._vintages[at]
                try:
                    file = literal(checked(folder, name, manifest).resolve())
                    self._whole[at, name] = file, self._columns(file, name, manifest.columns.get(name))
                except SnapshotError as error:
                    raise error if at == 0 else Skipped(vintage=folder.name, why=error.seen).error() from None
            return self._whole[at, name]

    def _columns(self, file: str, name: str, told: tuple[str, ...] | None) -> str:
        """The declared columns of a table; one that was declared after the vintage was written is null there.

        Within a schema version columns are added and none is taken away, so a file with others is no such table.
        """
        import duckdb

        have, declared = set(told or ()), TABLES[name]
        if told is None:  # looking costs a millisecond a file, which a store of many vintages would feel
            try:
                found = self._connection.cursor().execute(f"DESCRIBE SELECT * FROM read_parquet([{file}])").fetchall()
            except duckdb.Error as error:
                line = str(error).splitlines()[0]
                raise SnapshotError(f"The table {name!r} cannot be read ({line})", "its columns", REBUILD) from None
            have = {row[0] for row in found}
        missing = [column for column in declared if column not in have]
        if missing and not have < set(declared):
            seen = f"The table {name!r} cannot be read (it has no column {missing[0]!r})"
            raise SnapshotError(seen, "its columns", REBUILD)
        return ", ".join(
            f'"{column}"' if column in have else f'NULL::{kind} AS "{column}"' for column, (kind, _) in declared.items()
        )

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._connection.cursor()

    def _check(self, name: str) -> None:
        if name not in TABLES:
            raise UnknownName.of("table", name, TABLES)


@dataclass(frozen=True)
class _Part:
    """The rows of one origin in a table of one vintage."""

    at: int
    origin: dict[str, Any]

    @property
    def dataset(self) -> str:
        return str(self.origin["dataset"])

    @property
    def retrieved(self) -> date:
        day: date = self.origin["retrieved"]
        return day


@dataclass(frozen=True)
class Skipped:
    """A vintage of the user's store that cannot be read."""

    vintage: str
    why: str

    @property
    def next(self) -> str:
        """What to type to be rid of it; its folder is kept aside."""
        return f"nomoat sources drop {self.vintage}"

    def error(self) -> SnapshotError:
        """The same as an error: damage that shows only when the table is opened, when answers may rest on it."""
        return SnapshotError(f"{self.why.rstrip('.')}, in your own vintage {self.vintage}", "whole files", self.next)
