"""How rows become a vintage in the user's store: all of it in place at once, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nomoat.catalog.manifest import NAME, read_manifest
from nomoat.catalog.review import write_waiting
from nomoat.catalog.store import BY_HAND
from nomoat.catalog.tables import TABLES
from nomoat.errors import OutputError
from nomoat.sources.build import write
from nomoat.sources.facts import Facts

if TYPE_CHECKING:
    from nomoat.catalog.manifest import Manifest

_BUILDING = ".building-"


def write_vintage(
    facts: Facts,
    inputs: Mapping[str, Path],
    home: Path,
    waiting: Iterable[tuple[str, str, int, date]] = (),
) -> str:
    """Write rows as the newest vintage below `home`; return its name, the newest date among its origins and a number.

    The files are made in a folder beside, written through to the disk, and renamed as one: a process that is killed
    leaves the store as it was or with the whole vintage, and what it leaves beside is swept by the next. Tables without
    rows are not written. The caller holds the lock. Raises OutputError where the disk is full or cannot be written.
    """
    import duckdb

    vintages = home / "vintages"
    try:
        vintages.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=vintages, prefix=_BUILDING) as temporary:
            folder = Path(temporary) / "vintage"
            _slim(folder, write(facts, inputs, folder), facts)
            write_waiting(folder, sorted(waiting))
            for path in (*folder.iterdir(), folder):
                _through(path)
            copies = [row for row in facts.tables["origins"] if not row["dataset"].startswith(BY_HAND)]
            name = _next(vintages, max(row["retrieved"] for row in copies))
            os.rename(folder, vintages / name)
        _through(vintages)
    except (OSError, duckdb.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise OutputError(
            f"{vintages} cannot be written ({why})", "a folder of yours with room", "NOMOAT_HOME=DIR nomoat update"
        ) from None
    return name


def sweep(vintages: Path) -> None:
    """Remove what killed processes left unfinished."""
    for left in vintages.glob(f"{_BUILDING}*"):
        shutil.rmtree(left, ignore_errors=True)


def drop(name: str, home: Path) -> Path:
    """Take a vintage out of the store, whole or damaged; its folder is kept in `dropped/` and can be put back.

    Raises OutputError where there is no such vintage.
    """
    vintages, aside = home / "vintages", home / "dropped"
    held = sorted(path.name for path in vintages.iterdir() if path.name[0] != ".") if vintages.is_dir() else []
    if name not in held:
        raise OutputError(
            f"The store has no vintage {name!r}", ", ".join(held[-5:]) or "one that was written", "nomoat sources"
        )
    try:
        aside.mkdir(exist_ok=True)
        target = aside / name
        number = 0
        while target.exists():
            number += 1
            target = aside / f"{name}-{number}"
        os.rename(vintages / name, target)
    except OSError as error:
        raise OutputError(f"{vintages / name} cannot be moved ({error.strerror})", "a store of yours") from None
    return target


def _slim(folder: Path, manifest: Manifest, facts: Facts) -> None:
    """Take out tables without rows, and say in the manifest which origins and columns each of the others has.

    With that, a catalogue of many vintages opens only the files that it needs.
    """
    kept = {table: file for table, file in manifest.tables.items() if file.rows}
    for table in manifest.tables.keys() - kept.keys():
        (folder / f"{table}.parquet").unlink()
    held = {table: tuple(sorted({row["origin_id"] for row in facts.tables[table]})) for table in kept}
    columns = {table: tuple(TABLES[table]) for table in kept}
    (folder / NAME).write_bytes(msgspec.structs.replace(manifest, tables=kept, held=held, columns=columns).encode())
    read_manifest(folder)


def _next(vintages: Path, day: date) -> str:
    taken = {path.name for path in vintages.iterdir()}
    return next(name for number in range(1, 100_000) if (name := f"{day}.{number:03d}") not in taken)


def _through(path: Path) -> None:
    """Have the operating system put a file or folder on the disk, where it can."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
