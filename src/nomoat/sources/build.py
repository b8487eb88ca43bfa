"""How a vintage is made of publishers' files: read, checked, sorted, written, and put in place at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from nomoat.catalog.embedded import connect
from nomoat.catalog.manifest import NAME, File, Manifest, literal, sha256
from nomoat.catalog.tables import SCHEMA_VERSION, TABLES
from nomoat.errors import OutputError
from nomoat.sources.bundle import gather, inputs
from nomoat.sources.curated import FOLDER, Curated
from nomoat.sources.facts import Facts


def build(source_dir: Path, out: Path, curated: Path = FOLDER) -> Manifest:
    """Make the snapshot of the files below `source_dir` and put it at `out`; return its manifest.

    The same inputs give the same bytes: rows are sorted by all columns and written by one thread. Nothing is left half
    done: the files are written beside `out` and renamed when they are complete.
    Raises `SourceError` where an input is missing or broken, `OutputError` where `out` cannot be written.
    """
    facts = gather(source_dir, Curated(curated))
    files = {name: source_dir / name for name in inputs(source_dir)}
    files |= {f"curated/{path.name}": path for path in sorted(curated.glob("*.csv"))}
    return write(facts, files, out)


def write(facts: Facts, inputs: Mapping[str, Path], out: Path) -> Manifest:
    """Write rows as a vintage at `out`, with the checksums of the files that they came from."""
    if out.exists() and not (out / NAME).exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} holds something that is no vintage", "a new or empty folder, or a vintage")
    read = {name: File(sha256=sha256(path), bytes=path.stat().st_size) for name, path in inputs.items()}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as temporary:
            folder = Path(temporary) / "snapshot"
            folder.mkdir()
            manifest = Manifest(
                schema_version=SCHEMA_VERSION,
                tables=_write_tables(facts, folder),
                inputs=read,
                left_out=facts.left(),
            )
            (folder / NAME).write_bytes(manifest.encode())
            _replace(folder, out, Path(temporary))
    except OSError as error:
        raise OutputError(f"{out} cannot be written ({error.strerror})", "a folder of yours") from None
    return manifest


def _write_tables(facts: Facts, folder: Path) -> dict[str, File]:
    written: dict[str, File] = {}
    with connect(threads=1) as connection:
        for table, columns in TABLES.items():
            lines = folder / f"{table}.jsonl"
            rows = facts.tables.get(table, [])
            lines.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            types = ", ".join(f"'{column}': '{kind}'" for column, (kind, _) in columns.items())
            connection.execute(
                f'CREATE TABLE "{table}" AS SELECT * FROM read_json({literal(lines)}, '
                f"format = 'newline_delimited', columns = {{{types}}}) ORDER BY ALL"
            )
            lines.unlink()
            path = folder / f"{table}.parquet"
            target = str(path).replace("'", "''")
            connection.execute(
                f"COPY \"{table}\" TO '{target}' "
                "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 122880)"
            )
            written[table] = File(sha256=sha256(path), bytes=path.stat().st_size, rows=len(rows))
    return written


def _replace(folder: Path, out: Path, temporary: Path) -> None:
    if out.exists():
        os.rename(out, temporary / "before")
    try:
        os.rename(folder, out)
    except OSError:
        if (temporary / "before").exists():
            shutil.move(str(temporary / "before"), out)
        raise
