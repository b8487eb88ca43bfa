"""Which documents did the reader hand in? Their bytes are kept as they came, once, under their checksum."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from datetime import date
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

import msgspec

from nomoat.catalog.home import store_home
from nomoat.errors import InputError, OutputError, SnapshotError
from nomoat.types import SCHEMA_VERSION, Noun

_CHUNK = 1 << 20


class Kept(Noun, frozen=True, kw_only=True):
    """A kept document: its checksum, the name that it came under, and the day it was retrieved, where told."""

    schema_version: int = SCHEMA_VERSION
    sha256: str
    name: str
    size: int
    retrieved: date | None = None


class Shelf:
    """The folder `documents/` of the user's store: `<sha256>` holds bytes, `<sha256>.json` their name."""

    def __init__(self, home: Path | None = None) -> None:
        self.folder = store_home(home) / "documents"

    def keep(self, path: Path, retrieved: date | None = None) -> tuple[Kept, bool]:
        """Copy a file to the shelf, whole or not at all; return it and whether it is new.

        Bytes that are there are left alone, with the name that they first came under. Raises InputError for a file
        that cannot be read, OutputError where the store cannot be written.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as home:
        ...     note = Path(home, "note.md")
        ...     _ = note.write_text("Open models win.")
        ...     shelf = Shelf(Path(home))
        ...     shelf.keep(note)[1], shelf.keep(note)[1], [kept.name for kept in shelf.kept()]
        (True, False, ['note.md'])
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = mkstemp(dir=self.folder, prefix=".keeping-")
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            digest, size = hashlib.sha256(), 0
            with os.fdopen(handle, "wb") as copy, _readable(path) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    copy.write(chunk)
            kept = Kept(sha256=digest.hexdigest(), name=path.name, size=size, retrieved=retrieved)
            new = self._place(Path(temporary), self.folder / kept.sha256)
            if new or not self._card(kept.sha256).exists():
                self._write(kept)
            return self._read(kept.sha256), new
        except OSError as error:
            raise self._unwritable(error) from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def kept(self) -> tuple[Kept, ...]:
        """All that is on the shelf, by name."""
        try:
            found = [path.name for path in self.folder.iterdir() if re.fullmatch("[0-9a-f]{64}", path.name)]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise SnapshotError(f"{self.folder} cannot be read ({error.strerror})", "a folder of documents") from None
        return tuple(sorted((self._read(name) for name in found), key=lambda k: (k.name.casefold(), k.sha256)))

    def content(self, kept: Kept) -> bytes:
        """The bytes of a kept document; raises SnapshotError where they are gone or no longer those that were kept."""
        try:
            data = (self.folder / kept.sha256).read_bytes()
        except OSError as error:
            raise SnapshotError(f"{kept.name} cannot be read from {self.folder} ({error.strerror})") from None
        if hashlib.sha256(data).hexdigest() != kept.sha256:
            raise SnapshotError(
                f"{kept.name}: the bytes in {self.folder / kept.sha256} are damaged",
                "those that were added",
                "remove that file, then: nomoat documents add FILE",
            )
        return data

    def _card(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _read(self, sha256: str) -> Kept:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            found = msgspec.json.decode(self._card(sha256).read_bytes(), type=Kept)
            if found.sha256 == sha256:
                return found
        return Kept(sha256=sha256, name=sha256[:12], size=(self.folder / sha256).stat().st_size)

    def _write(self, kept: Kept) -> None:
        handle, temporary = mkstemp(dir=self.folder, prefix=".keeping-")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(kept))
        os.replace(temporary, self._card(kept.sha256))

    def _place(self, temporary: Path, target: Path) -> bool:
        try:
            os.link(temporary, target)  # unlike a rename, a link never takes the place of a file
        except FileExistsError:
            return False
        return True

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.folder} cannot be written ({error.strerror})", "a folder of yours", "NOMOAT_HOME=DIR nomoat ..."
        )


def _readable(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})", "a file") from None
