"""How a body is written to disk: counted, hashed, and inflated in steps that a bomb cannot fill memory with."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from nomoat.errors import OutputError, SourceError

MIB = 1 << 20


class Again(Exception):
    """A failure that another attempt may mend, and how long the server asks to wait."""

    def __init__(self, why: str, wait: float | None = None, most: int = 1000) -> None:
        super().__init__(why)
        self.why, self.wait, self.most = why, wait, most


class Body:
    """A body on its way to disk: inflated a MiB at a time, so that a bomb never fills memory, and counted."""

    def __init__(self, part: Path, limit: int, shown: str, encoding: str = "identity") -> None:
        if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise SourceError(f"{shown} answers in the encoding {encoding[:40]!r}", "gzip or none, as was asked for")
        self._file = part.open("wb")
        self._packed = encoding.strip().lower() not in ("", "identity")
        self._inflate = zlib.decompressobj(47)  # gzip or zlib, told by its head
        self._limit, self._shown = limit, shown
        self.digest, self.received, self.written = hashlib.sha256(), 0, 0

    def write(self, chunk: bytes) -> None:
        """Take bytes as they came over the wire; raises `SourceError` beyond the limit."""
        self.received += len(chunk)
        if self.received > self._limit:
            raise self.too_large()
        if not self._packed:
            self._put(chunk)
            return
        try:
            while chunk:
                if self._inflate.eof:  # gzip may come in several members
                    self._inflate = zlib.decompressobj(47)
                self._put(self._inflate.decompress(chunk, MIB))
                chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
        except zlib.error:
            raise Again("its compressed body is damaged") from None

    def finish(self) -> None:
        """Say that no more bytes come; raises `Again` where a compressed body has not ended."""
        while self._packed and not self._inflate.eof:
            rest = self._inflate.decompress(b"", MIB)  # what zlib still holds when all of its input is taken
            if not rest:
                raise Again("its compressed body is cut short")
            self._put(rest)

    def too_large(self) -> SourceError:
        """The error of a body beyond the limit."""
        return SourceError(f"{self._shown} is larger than {self._limit:,} bytes", "a smaller file")

    def close(self) -> None:
        """Write out what is left."""
        with self._room():
            self._file.close()

    def _put(self, data: bytes) -> None:
        self.written += len(data)
        if self.written > self._limit:
            raise self.too_large()
        self.digest.update(data)
        with self._room():
            self._file.write(data)

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"{self._shown} cannot be kept ({error.strerror})", "room on the disk") from None
