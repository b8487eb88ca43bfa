"""Does code that a model wrote pass tests? In a process of its own, behind the walls that the system has."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

_PROGRAM = Path(__file__).with_name("confined.py")
WALLS = {
    "files": "reading outside of Python and the system's libraries and writing outside of its folder",
    "network": "the network",
    "process": "other processes, and outliving its test",
}


def passes(code: str, tests: str, seconds: float = 5.0) -> tuple[float, str]:
    """1 where `code` and then `tests` end without an exception, else 0 and the last line of what went wrong.

    A fresh folder, no environment variables (so no keys), limits on time, memory, files and core dumps; on Linux, as
    far as its kernel lets one (`missing` says what it does not), no other files, network or processes.

    >>> passes("def f(x):\\n    return x + 1", "assert f(1) == 2"), passes("1/0", "")
    ((1.0, ''), (0.0, 'ZeroDivisionError: division by zero'))
    """
    # An answer that leaves by sys.exit(0) before the tests has passed none: only what runs to its end says this.
    told = secrets.token_hex(16)
    ended, out, err = _run(code, tests, seconds, told)
    if ended is None:
        return 0.0, f"no end after {seconds:g} s"
    if ended == 0 and out.endswith(told.encode()):
        return 1.0, ""
    lines = err.decode("utf-8", "replace").strip().splitlines()
    return 0.0, (lines[-1] if lines else f"ended before the tests, exit {ended}")[:120]


def missing() -> tuple[str, ...]:
    """What this machine does not keep code from: run it in a container then."""
    said = _run("", "", 20.0, "")[1].decode().split()
    return tuple(words for name, words in WALLS.items() if name not in said)


def _run(code: str, tests: str, seconds: float, told: str) -> tuple[int | None, bytes, bytes]:
    """The exit code, None where it did not end in time, and the ends of what it wrote."""
    with tempfile.TemporaryDirectory(prefix="nomoat-code-", ignore_cleanup_errors=True) as name:
        for file, text in (("answer.py", code), ("tests.py", tests)):
            (Path(name) / file).write_text(text, encoding="utf-8", errors="replace")
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                [sys.executable, "-I", str(_PROGRAM), str(int(seconds) + 1), told],
                cwd=name, env={}, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
            )  # fmt: skip
            ended: int | None = None
            with suppress(subprocess.TimeoutExpired):
                ended = process.wait(timeout=seconds)
            _end(process)
            return ended, _tail(out.fileno()), _tail(err.fileno())


def _tail(handle: int) -> bytes:
    return os.pread(handle, 4000, max(0, os.fstat(handle).st_size - 4000))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
