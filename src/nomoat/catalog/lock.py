"""Who may change the user's store right now? One at a time; a killed holder lets go by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nomoat.errors import OutputError


@contextmanager
def locked(home: Path, name: str = ".lock") -> Iterator[None]:
    """Hold the store's folder, made where it is not there, for as long as the block runs; `name` is what is held.

    The operating system keeps the lock with the open file and drops it when the process ends, however it ends: there
    is no stale lock to remove. Raises OutputError where another process holds it or the folder cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     with locked(Path(home)):
    ...         sorted(path.name for path in Path(home).iterdir())
    ['.lock']
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(
            f"{home} cannot be written ({error.strerror})", "a folder of yours", "NOMOAT_HOME=DIR nomoat ..."
        ) from None
    try:
        try:
            _take(handle)
        except OSError:
            raise OutputError(
                f"Another nomoat is changing the store in {home}", "one at a time", "the same again when it is done"
            ) from None
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
