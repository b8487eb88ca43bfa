"""How long does one wait for an answer? Whole processes, from the shell's point of view, beside the targets."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "nomoat")
LIBRARIES = ("click", "duckdb", "msgspec", "numpy", "scipy")


def took(command: list[str], home: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one process and its children."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NOMOAT_HOME": str(home)})
    wall, after = time.perf_counter() - start, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, spent


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=9)
    runs = reader.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"

        def empty() -> None:
            shutil.rmtree(home, ignore_errors=True)

        def keep() -> None:
            return None

        cases: list[tuple[str, list[str], Callable[[], None], float | None]] = [
            ("python -c pass", [sys.executable, "-c", "pass"], keep, None),
            ("nomoat --help", [COMMAND, "--help"], keep, 0.15),
            ("nomoat models qwen", [COMMAND, "models", "qwen"], keep, None),
            ("nomoat gap --draws 500, from nothing", [COMMAND, "gap", "--draws", "500"], empty, 5.0),
            ("nomoat gap, warm", [COMMAND, "gap"], keep, 0.6),
        ]
        print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {runs} runs each")
        print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
        print(f"\n{'':<38}{'wall, s':>10}{'fastest':>10}{'CPU, s':>10}{'target':>10}")
        for name, command, before, target in cases:
            before()
            took(command, home)
            times = []
            for _ in range(runs):
                before()
                times.append(took(command, home))
            wall, spent = (statistics.median(column) for column in zip(*times, strict=True))
            fastest = min(row[0] for row in times)
            aim = "" if target is None else f"{target:.2f}"
            missed = "" if target is None or wall <= target else "  missed"
            print(f"{name:<38}{wall:>10.3f}{fastest:>10.3f}{spent:>10.3f}{aim:>10}{missed}")


if __name__ == "__main__":
    main()
