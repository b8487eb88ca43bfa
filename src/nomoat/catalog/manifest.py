"""What a vintage on disk consists of, and whether its bytes are the ones that were written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from nomoat.catalog.tables import SCHEMA_VERSION
from nomoat.errors import SnapshotError
from nomoat.types import LeftOut

NAME = "manifest.json"
REBUILD = "reinstall nomoat, or nomoat snapshot build --from DIR"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a vintage, or one input that it was made from."""

    sha256: str
    bytes: int
    rows: int | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of a vintage with rows and checksums, the inputs they came from, and what was left out."""

    schema_version: int
    tables: dict[str, File]
    inputs: dict[str, File]
    left_out: tuple[LeftOut, ...] = ()
    # Where the writer said so: table -> the origins that have rows in it, and the columns that its file has.
    held: dict[str, tuple[str, ...]] = {}
    columns: dict[str, tuple[str, ...]] = {}

    def encode(self) -> bytes:
        """Stable JSON: keys sorted, two spaces, a final newline."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=2) + b"\n"


def read_manifest(folder: Path) -> tuple[Manifest, bytes]:
    """Return the manifest of the vintage in `folder` and its bytes; tables are checked when they are opened.

    Raises `SnapshotError` where it is missing, is no manifest, or has another schema version.
    """
    path = folder / NAME
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read ({error.strerror})", "a vintage", REBUILD) from None
    try:
        stated = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get("schema_version", msgspec.Raw(b"0"))
        version = msgspec.json.decode(stated)
        if version != SCHEMA_VERSION:
            raise SnapshotError(
                f"{path} has schema_version {version!r}",
                f"{SCHEMA_VERSION}",
                "the nomoat that wrote it, or " + REBUILD,
            )
        return msgspec.json.decode(raw, type=Manifest), raw
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path} is no manifest ({error})", "JSON with tables and inputs", REBUILD) from None


def sized(folder: Path, manifest: Manifest) -> None:
    """Raise `SnapshotError` where a file of a vintage is missing or has another size than was written.

    A look at each size costs microseconds, so that every vintage is looked at when a catalogue is opened; the bytes
    themselves are hashed when a table is.
    """
    for name, told in manifest.tables.items():
        path = folder / f"{name}.parquet"
        try:
            size = path.stat().st_size
        except OSError as error:
            raise SnapshotError(f"{path} cannot be read ({error.strerror})", "a Parquet file", REBUILD) from None
        if size != told.bytes:
            raise SnapshotError(f"{path} is damaged: it has {size:,} bytes", f"{told.bytes:,}", REBUILD)


def checked(folder: Path, name: str, manifest: Manifest) -> Path:
    """Return the Parquet file of table `name`, after its bytes agree with the manifest.

    Reading and hashing the largest shipped table takes about 2 ms; it saves an answer from damaged data.
    """
    path = folder / f"{name}.parquet"
    try:
        found = sha256(path)
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read ({error.strerror})", "a Parquet file", REBUILD) from None
    if found != manifest.tables[name].sha256:
        raise SnapshotError(
            f"{path} is damaged: its sha256 starts with {found[:12]}",
            manifest.tables[name].sha256[:12],
            REBUILD,
        )
    return path


def literal(path: Path) -> str:
    """Return a path as SQL text for DuckDB's readers, which would take `*`, `?` and `[` in it as wildcards.

    >>> literal(Path("a[b]'s"))
    "'a[[]b]''s'"
    """
    plain = "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
    return "'" + plain.replace("'", "''") + "'"


def sha256(path: Path) -> str:
    """Return the checksum of a file's bytes as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
