"""Results that were computed before, kept on disk and trusted only while their checksum holds."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from nomoat.catalog.home import cache_home

LIMIT = 256_000_000  # bytes: the verdicts on the shipped statements take 2 MB a vintage, 500 draws of a scale 1 MB
_DIGEST = 32
_LOOKED = 16  # one write in so many looks whether there is too much: listing a full cache takes 10 ms


def remember(parts: Mapping[str, Any], compute: Callable[[], bytes], home: Path | None = None) -> bytes:
    """Return `compute()`, from disk where the same `parts` were computed before by the same code.

    `parts` names all that the result depends on (`catalog.key`, method, settings, seed); the file's name is the
    sha256 of its canonical JSON and of the code version. A file whose own checksum fails is computed again, and
    where nothing can be written the result is computed without being kept: this never fails on its own account.
    What was used least lately goes when there is more than `LIMIT`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one = remember({"seed": 1}, lambda: b"slow", Path(folder))
    ...     two = remember({"seed": 1}, lambda: b"not asked", Path(folder))
    >>> one, two
    (b'slow', b'slow')
    """
    kept = recall(parts, home)
    if kept is not None:
        return kept
    result = compute()
    with contextlib.suppress(OSError):
        _write(_path(parts, home), hashlib.sha256(result).digest() + result)
    return result


def recall(parts: Mapping[str, Any], home: Path | None = None) -> bytes | None:
    """Return what `remember` kept for these `parts`, or None where it has to be computed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     before, _ = recall({"seed": 1}, Path(folder)), remember({"seed": 1}, lambda: b"slow", Path(folder))
    ...     after = recall({"seed": 1}, Path(folder))
    >>> before, after
    (None, b'slow')
    """
    with contextlib.suppress(OSError):
        path = _path(parts, home)
        kept = path.read_bytes()
        with contextlib.suppress(OSError):  # a cache that may only be read is used as it is
            os.utime(path)
        if len(kept) >= _DIGEST and hashlib.sha256(kept[_DIGEST:]).digest() == kept[:_DIGEST]:
            return kept[_DIGEST:]
    return None


def _path(parts: Mapping[str, Any], home: Path | None) -> Path:
    named = msgspec.json.encode({"parts": dict(parts), "code": code_version()}, order="sorted")
    return cache_home(home) / hashlib.sha256(named).hexdigest()


@cache
def code_version() -> str:
    """Return a digest of name, size and time of every source file of the package: an edit empties the cache.

    The version number alone would keep results of code that was changed since; listing 100 files takes 1 ms.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            if name.endswith((".py", ".sql")):
                found = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    if content[0] % _LOOKED == 0:
        _trim(path.parent)


def _trim(folder: Path) -> None:
    """Delete what was used least lately, and what a killed process left half written, down to three quarters."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another process may trim as well; what is not ours is left alone.
            with contextlib.suppress(FileNotFoundError):
                if re.fullmatch(r"[0-9a-f]{64}|\.writing-\w+", entry.name) and entry.is_file(follow_symlinks=False):
                    found.append((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path))
    total = sum(size for _, size, _ in found)
    if total <= LIMIT:
        return
    for _, size, path in sorted(found):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        total -= size
        if total <= LIMIT * 3 // 4:
            return
