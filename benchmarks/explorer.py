"""How long does one wait for the explorer: from its start to the first page, after a changed filter, in a crowd?

Each time stands twice: as wall clock, which a busy machine stretches, and as CPU seconds of the server.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = str(Path(sys.executable).parent / "nomoat")
FIRST, CHANGED = 1.5, 0.2  # seconds: the targets
PAGES = (
    "", "gap", "models", "model?id=gpt-5", "compare", "adoption", "price", "attribution", "forecast", "lineage",
    "work", "documents", "graph", "claims", "claim?id=china-performance", "sources", "methods",
)  # fmt: skip
# Each of them asks what nothing before it asked; the first of a page is not counted: it may import or fit.
FILTERS = {
    "gap": (
        "at=2025-03-31", "at=2025-09-30", "follower=permissive", "follower=open+%26+country%3DCN", "rule=strict",
        "rule=epoch", "leader=closed+%26+country%3DUS", "model=GPT-4o", "at=2026-01-31&follower=permissive",
    ),
    "models": ("q=llama", "q=qwen", "q=claude", "scored=yes"),
    "compare": ("models=GPT-5,GPT-4.5", "models=GPT-4.5,o1", "models=o1,o3", "models=GPT-5,o3"),
    "adoption": ("by=country", "unit=tokens", "channel=openrouter", "at=2026-05-31"),
    "price": ("follower=permissive", "at=2026-05-31", "at_level=140"),
    "attribution": ("by=country", "at=2025-12-31", "follower=permissive"),
    "forecast": ("at=2026-03-31", "follower=permissive", "share=0.9"),
    "lineage": ("q=llama", "q=qwen", "q=gemma"),
    "claims": ("verdict=supported", "verdict=contradicted", "q=china"),
    "sources": ("as_of=2026-08-31", "q=epoch"),
    "methods": ("q=gap", "q=price"),
}  # fmt: skip


def spent(pid: int) -> float:
    """CPU seconds of a process so far, of all its threads."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """The most memory that a process has held so far, in MB."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) / 1024 if told else float("nan")


@contextmanager
def explorer(home: Path) -> Iterator[tuple[str, int, float]]:
    """The address of a server of its own, its process and when it was started."""
    start = time.perf_counter()
    server = subprocess.Popen(
        [COMMAND, "explore", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NOMOAT_HOME": str(home)},
    )
    try:
        assert server.stdout is not None
        said = re.search(r"http://\S+", server.stdout.readline())
        assert said, "the explorer did not start"
        yield said[0].rstrip("/"), server.pid, start
    finally:
        server.terminate()
        server.wait()


def first(home: Path) -> tuple[float, float]:
    """Wall and CPU seconds from the start of the process to the first byte of the front page."""
    with explorer(home) as (address, pid, start), httpx.stream("GET", f"{address}/", timeout=120) as answer:
        next(answer.iter_raw(1))
        wall, cpu = time.perf_counter() - start, spent(pid)
        assert answer.status_code == 200, answer.status_code
        return wall, cpu


def asked(client: httpx.Client, address: str, path: str, pid: int) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds of the server, and the status of one question."""
    before, start = spent(pid), time.perf_counter()
    answer = client.get(f"{address}/{path}")
    return time.perf_counter() - start, spent(pid) - before, answer.status_code


def starts(runs: int, folder: Path) -> None:
    """From the start to the first page, on a store that nobody used before and on one that somebody did."""
    used = folder / "used"
    with explorer(used) as (address, _, _):
        httpx.get(f"{address}/", timeout=120)
        httpx.get(f"{address}/front/said.part", timeout=120)
        httpx.get(f"{address}/static/vega.js", timeout=120)
        httpx.get(f"{address}/front/headline.part", timeout=120)
    print(f"{'start to first byte of /':<34}{'wall, s':>10}{'fastest':>10}{'CPU, s':>10}{'target':>10}")
    for name, times in (
        ("a fresh store", [first(folder / f"fresh-{run}") for run in range(runs)]),
        ("a used store", [first(used) for _ in range(runs)]),
    ):
        row(name, times, FIRST)


def row(name: str, times: list[tuple[float, float]], target: float) -> None:
    wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
    missed = "  missed" if cpu > target else ""
    print(f"{name:<34}{wall:>10.3f}{min(t[0] for t in times):>10.3f}{cpu:>10.3f}{target:>10.2f}{missed}")


def filters(folder: Path) -> None:
    """A changed filter, page by page, with cached fits."""
    print(f"\n{'a changed filter':<34}{'wall, s':>10}{'fastest':>10}{'CPU, s':>10}{'target':>10}")
    with explorer(folder / "used") as (address, pid, _), httpx.Client(timeout=120) as client:
        for path, changes in FILTERS.items():
            asked(client, address, path, pid)
            times = []
            for change in changes:
                wall, cpu, status = asked(client, address, f"{path}?{change}", pid)
                if status != 200:
                    print(f"  {path}?{change}: {status}")
                times.append((wall, cpu))
            row(path, times, CHANGED)


def crowd(clients: int, each: int, folder: Path) -> None:
    """Many at once over all pages and the API, on a store that nobody used before."""
    addresses = [f"{api}{path or (api and 'front')}" for path in PAGES for api in ("", "api/v1/")]
    with explorer(folder / "crowd") as (address, pid, _):

        def one(number: int) -> list[tuple[str, float, int]]:
            found = []
            with httpx.Client(timeout=300) as client:
                for step in range(each):
                    path = addresses[(number * 7 + step) % len(addresses)]
                    start = time.perf_counter()
                    status = client.get(f"{address}/{path}").status_code
                    found.append((path, time.perf_counter() - start, status))
            return found

        start = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            got = [one for told in pool.map(one, range(clients)) for one in told]
        wall = time.perf_counter() - start
        counts = Counter(status for _, _, status in got)
        print(f"\n{clients} clients, {each} questions each: {wall:.1f} s, {spent(pid):.1f} CPU s, {peak(pid):.0f} MB")
        print("  status: " + ", ".join(f"{status} {n}" for status, n in sorted(counts.items())))
        for path in sorted({path for path, _, status in got if status != 200}):
            print(f"  not answered: /{path}")
        walls = sorted(took for _, took, _ in got)
        print(f"  median {statistics.median(walls):.3f} s, 95 % below {walls[int(0.95 * len(walls))]:.3f} s")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--runs", type=int, default=5)
    reader.add_argument("--clients", type=int, default=50)
    reader.add_argument("--each", type=int, default=20)
    given = reader.parse_args()
    if not Path("/proc/self/stat").exists():
        sys.exit("The CPU seconds of a running server are read from /proc, which this system does not have.")
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.runs} starts each\n")
    with tempfile.TemporaryDirectory() as folder:
        starts(given.runs, Path(folder))
        filters(Path(folder))
        crowd(given.clients, given.each, Path(folder))


if __name__ == "__main__":
    main()
