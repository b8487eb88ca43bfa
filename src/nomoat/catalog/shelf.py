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
_ASIDE = "removed"
# of the text of a document 4 MB are read; what is thirty times as long is a recording or an archive under a wrong name
LARGEST = 128 * 1024 * 1024


class Kept(Noun, frozen=True, kw_only=True):
    """A kept document: its checksum, the name that it came under, and the day it was retrieved, where told."""

    schema_version: int = SCHEMA_VERSION
    sha256: str
    name: str
    size: int
    retrieved: date | None = None
    written: date | None = None  # the day on which the file that was handed in had last been written


class Shelf:
    """The folder `documents/` of the user's store: `<sha256>` holds bytes, `<sha256>.json` their name."""

    def __init__(self, home: Path | None = None) -> None:
        self.folder = store_home(home) / "documents"

    def keep(
        self, path: Path, retrieved: date | None = None, sha256: str | None = None, written: date | None = None
    ) -> tuple[Kept, bool]:
        """Copy a file to the shelf, whole or not at all; return it and whether it is new.

        Bytes that are there are left alone, with the name that they first came under. `sha256`, where told, is what
        was read of it: a file that has changed since is not kept. Raises InputError for a file that cannot be read,
        has changed or is larger than `LARGEST` bytes, OutputError where the store cannot be written.

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
                    if size > LARGEST:
                        raise too_large(path.name, size)
                    copy.write(chunk)
            if sha256 is not None and digest.hexdigest() != sha256:
                raise InputError(f"{path.name} changed while it was read", "a file that is finished", "add it again")
            kept = Kept(sha256=digest.hexdigest(), name=path.name, size=size, retrieved=retrieved, written=written)
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

    def drop(self, kept: Kept, delete: bool = False) -> Path | None:
        """Take a document off the shelf: move its bytes and its card into `removed`, or delete them.

        Returns where the bytes are now, None if they are deleted; OutputError where the folder cannot be written.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as home:
        ...     note = Path(home, "note.md")
        ...     _ = note.write_text("Open models win.")
        ...     shelf = Shelf(Path(home))
        ...     aside = shelf.drop(shelf.keep(note)[0])
        ...     shelf.kept(), aside.read_text(), aside.parent.name
        ((), 'Open models win.', 'removed')
        """
        files = (self.folder / kept.sha256, self._card(kept.sha256))
        try:
            if not delete:
                (self.folder / _ASIDE).mkdir(exist_ok=True)
            for path in files:
                if delete:
                    path.unlink(missing_ok=True)
                elif path.exists():
                    os.replace(path, self.folder / _ASIDE / path.name)
        except OSError as error:
            raise self._unwritable(error) from None
        return None if delete else self.folder / _ASIDE / kept.sha256

    def stamp(self, kept: Kept) -> tuple[int, int]:
        """Size and time of change of a kept document: while they stay, so do its bytes; SnapshotError if it is gone."""
        try:
            found = (self.folder / kept.sha256).stat()
        except OSError as error:
            raise SnapshotError(f"{kept.name} cannot be read from {self.folder} ({error.strerror})") from None
        return found.st_size, found.st_mtime_ns

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


def too_large(name: str, size: int) -> InputError:
    """What to say of a file that is larger than a document may be.

    >>> print(too_large("talk.txt", 200 * 2**20))
    talk.txt is 200 MB or more. Expected at most 128 MB. Try: split it, or save it as text
    """
    return InputError(
        f"{name} is {size >> 20} MB or more", f"at most {LARGEST >> 20} MB", "split it, or save it as text"
    )


def _readable(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror})", "a file") from None
