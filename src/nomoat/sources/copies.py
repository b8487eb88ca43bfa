"""Which bytes of a publisher are kept on disk, from when, and whether they are whole.

    HOME/bytes/SOURCE/NAME_20261122T070100000000Z_0123456789ab.json        the bytes, never written twice
    HOME/bytes/SOURCE/NAME_20261122T070100000000Z_0123456789ab.json.copy   where they came from, and their sha256

A copy is believed only when both files are there and agree. The second is renamed into place last, so that a process
killed at any moment leaves either a whole copy or none; what it leaves beside is named `.part-*` and never read.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as digest_of
from pathlib import Path

import msgspec

from nomoat.catalog.home import store_home
from nomoat.catalog.manifest import sha256
from nomoat.errors import OutputError

_STAMP = "%Y%m%dT%H%M%S%fZ"
_STALE = 24 * 3600.0  # seconds after which an unfinished download is nobody's: the longest may take ten minutes


@dataclass(frozen=True)
class Copy:
    """Bytes of a publisher on this disk.

    `retrieved` is when these very bytes came in first and `checked` when the publisher last said they still stand;
    `fresh` is False where nothing new came. `address` never holds a key. `next` is the address of the next page.
    """

    path: Path
    address: str
    retrieved: datetime
    sha256: str
    bytes: int
    fresh: bool
    name: str
    checked: datetime
    next: str | None = None


class Slip(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands beside the bytes of a copy."""

    address: str
    retrieved: datetime
    checked: datetime
    sha256: str
    bytes: int
    etag: str | None = None
    last_modified: str | None = None
    next: str | None = None


def slot(name: str) -> str:
    """Return a name as part of a file's name: it stays in its folder, and unlike names stay unlike.

    >>> slot("api")
    'api'
    >>> slot("../../etc/passwd")
    'etc-passwd-3754d6cb'
    """
    plain = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")[:80].rstrip("-.")
    plain = re.sub(r"\.{2,}", ".", plain)
    return (
        plain if plain == name else f"{plain or 'unnamed'}-{digest_of(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )


class Shelf:
    """The copies of one thing of one publisher, oldest first."""

    def __init__(self, home: Path | None, source: str, name: str, kind: str) -> None:
        self.folder = store_home(home) / "bytes" / slot(source)
        self.name, self.kind = name, kind
        self._pattern = re.compile(rf"{re.escape(slot(name))}_\d{{8}}T\d{{12}}Z_[0-9a-f]{{12}}\.{kind}\.copy")

    def newest(self) -> tuple[Copy, Slip] | None:
        """The last whole copy, checked against its sha256; None where there is none."""
        return next(self._whole(), None)

    def all(self) -> tuple[Copy, ...]:
        """Every whole copy, oldest first."""
        return tuple(copy for copy, _ in self._whole())[::-1]

    def _whole(self) -> Iterator[tuple[Copy, Slip]]:
        names = sorted(os.listdir(self.folder), reverse=True) if self.folder.is_dir() else []
        for name in names:
            if not self._pattern.fullmatch(name):
                continue
            path = self.folder / name.removesuffix(".copy")
            try:
                slip = msgspec.json.decode((self.folder / name).read_bytes(), type=Slip)
                if path.stat().st_size != slip.bytes or sha256(path) != slip.sha256:
                    continue
            except (OSError, msgspec.DecodeError, UnicodeDecodeError):
                continue
            yield self._copy(path, slip, fresh=False), slip

    @contextlib.contextmanager
    def part(self) -> Iterator[Path]:
        """A file to download into, which is gone afterwards."""
        with _writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
            os.close(handle)
        part = Path(name)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def keep(self, part: Path, slip: Slip) -> Copy:
        """Put the bytes of `part` in place with their slip, unless the newest copy has the same bytes."""
        last = self.newest()
        if last and last[0].sha256 == slip.sha256:
            return self.touch(last[0].path, msgspec.structs.replace(slip, retrieved=last[1].retrieved))
        stamp = slip.retrieved.strftime(_STAMP)
        path = self.folder / f"{slot(self.name)}_{stamp}_{slip.sha256[:12]}.{self.kind}"
        with _writable(self.folder):
            os.replace(part, path)
            self._write(path, slip)
        return self._copy(path, slip, fresh=True)

    def touch(self, path: Path, slip: Slip) -> Copy:
        """Write down that the bytes at `path` still stand; the bytes are left alone."""
        with _writable(self.folder):
            self._write(path, slip)
        return self._copy(path, slip, fresh=False)

    def _write(self, path: Path, slip: Slip) -> None:
        with self.part() as part:
            part.write_bytes(msgspec.json.format(msgspec.json.encode(slip), indent=2) + b"\n")
            os.replace(part, path.with_name(path.name + ".copy"))

    def _copy(self, path: Path, slip: Slip, fresh: bool) -> Copy:
        return Copy(
            path=path, address=slip.address, retrieved=slip.retrieved, sha256=slip.sha256, bytes=slip.bytes,
            fresh=fresh, name=self.name, checked=slip.checked, next=slip.next,
        )  # fmt: skip

    def _sweep(self) -> None:
        oldest = time.time() - _STALE
        for left in self.folder.glob(".part-*"):
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < oldest:
                    left.unlink()


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror})", "a folder of yours with room", "NOMOAT_HOME=DIR"
        ) from None
