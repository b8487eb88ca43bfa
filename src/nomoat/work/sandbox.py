"""Does code that a model wrote pass tests? In a process of its own with limits; no wall against malice."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = 512 * 2**20
FILE = 2**20
_LIMITS = """\
import resource, sys
seconds, told, said = int(sys.argv[1]), sys.argv[2], sys.stdout
for what, most in (("CPU", seconds), ("AS", {memory}), ("FSIZE", {file}), ("NOFILE", 32), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + what), (most, most))
sys.argv = ["answer.py"]
exec(compile(open("answer.py", encoding="utf-8").read(), "answer.py", "exec"), {{"__name__": "__main__"}})
said.write(told)
"""


def passes(code: str, tests: str, seconds: float = 5.0) -> tuple[float, str]:
    """1 where `code` followed by `tests` ends without an exception, else 0 and the last line of what went wrong.

    A fresh folder, no environment variables (so no keys), limits on time, memory, files and core dumps. It does not
    keep code from the network or from reading files: run it where that is no harm, in a container for instance.

    >>> passes("def f(x):\\n    return x + 1", "assert f(1) == 2"), passes("1/0", "")
    ((1.0, ''), (0.0, 'ZeroDivisionError: division by zero'))
    """
    with tempfile.TemporaryDirectory(prefix="nomoat-code-") as name:
        (Path(name) / "answer.py").write_text(f"{code}\n\n{tests}\n", encoding="utf-8", errors="replace")
        limits = _LIMITS.format(memory=MEMORY, file=FILE)
        said, ended = Path(name) / "said.txt", Path(name) / "ended.txt"
        # An answer that leaves by sys.exit(0) before the tests has passed none: only what runs to its end says this.
        told = secrets.token_hex(16)
        with said.open("wb") as err, ended.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", limits, str(int(seconds) + 1), told],
                cwd=name, env={}, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True,
            )  # fmt: skip
            try:
                code_out = process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return 0.0, f"no end after {seconds:g} s"
            finally:
                _end(process)
        ran = ended.read_bytes().endswith(told.encode())
        lines = said.read_bytes()[-4000:].decode("utf-8", "replace").strip().splitlines()
    if code_out == 0 and ran:
        return 1.0, ""
    return 0.0, (lines[-1] if lines else f"ended before the tests, exit {code_out}")[:120]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
