"""How fast does a log become requests, bodies included, and in how much memory? Beside DuckDB's own reader of JSON.

Each case runs in a process of its own: CPU seconds of all its threads, and the highest mark of its memory. DuckDB's
reader does less: it neither finds an id again nor sets a bad line aside, and keeps every field as it guessed it.

Written down on 2026-11-22 on two cores that eight people shared (load 2 to 6, which shows in CPU seconds as well),
lines of 4.6 KB, libraries loaded before the clock starts in both, the two in turn:

                            160 MB, five runs       480 MB, two runs          the target is 200 MB/s and 1 GB:
    nomoat work read        134 MB/s   0.20 GB      154 MB/s   0.21 GB        memory kept, speed missed
    DuckDB read_json        150 MB/s   0.44 GB      194 MB/s   1.04 GB

A third more than before that day: in turn with its morning's version, 119 to 140 MB/s against 90 to 101, at two thirds
of the memory. What the stages cost, in CPU seconds for 160 MB, the best of six runs in one process; 200 MB/s is 0.80 s:

    read, and split into blocks of lines           0.06 to 0.08
    JSON to structs (msgspec, bodies untouched)    0.08 to 0.11
    structs to columns                             0.20     0.05 to count turns, 0.05 to look for cut texts
    CRC-32 of what each row says                   0.05     SHA-256 before: 0.13 to 0.15
    cells laid end to end                          0.12     0.04 of it bodies
    ids told apart, times read                     0.07
    DuckDB writing Parquet, snappy                 0.29     bodies alone 0.26; zstd 0.50, uncompressed 0.20
    begin and end, hand-over between threads       0.10

That is 1.0 s. Were all of Python's work for single cells (0.2 s), begin and end free, 0.7 s or 220 MB/s would be left,
over a third of it DuckDB, which copies each body on its way to the disk. Above DuckDB's own reader lies what that does
not do: turns, cut texts, digests, ids and times, together 0.22 s. To reach the target takes a parser in C that writes
columns itself.

What was won, in the order of its size: bodies stay where msgspec saw them and reach DuckDB as Arrow, without becoming
str or objects of NumPy; snappy for zstd (1.08 against 1.29 s, seven runs in turn; the table takes 28 % of the log
rather than 17 %, 49 % rather than 34 % where it is prose and code); CRC-32; columns rather than rows; the memory of
one piece used for the next (a new page costs 2 to 5 us here); numbers and times settled by NumPy. Tried and left:
lz4_raw (no faster than snappy, larger), no dictionary or Bloom filter, insertion order not kept, row groups of other
sizes, blocks of 128 and 512 KB, pieces of 8 to 48 MB, a garbage collector that comes less often, malloc told to keep
its memory (each within the noise of 5 %); one thread (7 % less CPU, and longer to wait).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

TEXT = "the ticket invoice order was paid twice please refund account login error page export button plan cancel"
WORDS = TEXT.split()
LIBRARIES = ("duckdb", "msgspec", "numpy")
NOMOAT = """
import sys, time, resource, duckdb
from pathlib import Path
from nomoat.work.logs import read
start = time.process_time()
found = read([Path(sys.argv[1])], Path(sys.argv[2]))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, found.total)
"""
DUCKDB = """
import sys, time, resource, duckdb
start = time.process_time()
connection = duckdb.connect(config={"threads": 1})
connection.execute("SET enable_progress_bar = false")
source = f"read_json('{sys.argv[1]}', format='newline_delimited')"
connection.execute(f"COPY (SELECT * FROM {source}) TO '{sys.argv[2]}.parquet' (FORMAT parquet, COMPRESSION zstd)")
count = connection.execute(f"SELECT count(*) FROM '{sys.argv[2]}.parquet'").fetchall()[0][0]
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, count)
"""


def write(path: Path, megabytes: int, words: int) -> int:
    """A log as LiteLLM writes it with bodies; every text is drawn anew, so that nothing is found twice. Its lines."""
    draw, time, count = random.Random(0), datetime(2026, 9, 1), 0

    def text(size: int) -> str:
        return " ".join(draw.choices(WORDS, k=size)) + f' {draw.random()} "é"\n'

    with path.open("w", encoding="utf-8") as file:
        while file.tell() < megabytes * 1_000_000:
            time += timedelta(seconds=draw.random())
            messages = [
                {"role": "system", "content": text(words)},
                {"role": "user", "content": text(words)},
            ]
            row = {
                "request_id": f"chatcmpl-{draw.getrandbits(96):024x}", "call_type": "acompletion", "api_key": "a" * 64,
                "spend": draw.random() / 100, "total_tokens": 900, "prompt_tokens": 700, "completion_tokens": 200,
                "startTime": f"{time}", "endTime": f"{time + timedelta(seconds=1)}", "completionStartTime": None,
                "model": "gpt-4o-2024-08-06", "custom_llm_provider": "openai", "user": f"u{count % 99}",
                "metadata": {"user_api_key_alias": "app"}, "cache_hit": "False", "request_tags": ["triage"],
                "session_id": f"s{count // 3}", "status": "success", "messages": {},
                "proxy_server_request": {"model": "gpt-4o", "temperature": 0, "messages": messages},
                "response": {"choices": [{"message": {"role": "assistant", "content": text(words)}}]},
            }  # fmt: skip
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def took(code: str, path: Path, folder: Path) -> tuple[float, float, int]:
    """CPU seconds, GB and rows of one process."""
    setting = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    said = subprocess.run([sys.executable, "-c", code, str(path), str(folder)], check=True, capture_output=True,
                          text=True, env=setting).stdout.split()  # fmt: skip
    return float(said[0]), float(said[1]) * 1024 / 1e9, int(said[2])


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--megabytes", type=int, default=256)
    reader.add_argument("--words", type=int, default=200, help="of each of the three texts of a line")
    reader.add_argument("--runs", type=int, default=3)
    asked = reader.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.runs} runs each")
    print(
        f"Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in ("duckdb", "msgspec", "numpy"))
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "log.jsonl"
        lines = write(path, asked.megabytes, asked.words)
        size = path.stat().st_size
        print(f"{size / 1e6:.0f} MB in {lines:,} lines of {size / lines / 1e3:.1f} KB\n")
        print(f"{'':<28}{'CPU, s':>10}{'MB/s a core':>14}{'fastest':>10}{'GB':>8}{'target':>10}")
        cases = (("nomoat work read", NOMOAT, 200), ("DuckDB read_json", DUCKDB, None))
        found = {what: [] for what, *_ in cases}
        for run in range(asked.runs):  # in turn: a busy minute then costs both
            for what, code, _ in cases:
                found[what].append(took(code, path, Path(name) / f"{what}-{run}"))
        for what, _, target in cases:
            runs = found[what]
            assert all(rows == lines for *_, rows in runs)
            spent = statistics.median(seconds for seconds, *_ in runs)
            speed, best = (size / 1e6 / seconds for seconds in (spent, min(seconds for seconds, *_ in runs)))
            memory = max(memory for _, memory, _ in runs)
            missed = "" if target is None or speed >= target else "  missed"
            aim = "" if target is None else f"{target}"
            print(f"{what:<28}{spent:>10.2f}{speed:>14.0f}{best:>10.0f}{memory:>8.2f}{aim:>10}{missed}")


if __name__ == "__main__":
    main()
