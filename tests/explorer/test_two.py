"""Two explorers on one store, one of them killed while it writes: the other never gives a broken answer."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

COMMAND = Path(sys.executable).parent / "nomoat"


def started(home):
    server = subprocess.Popen(
        [COMMAND, "explore", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NOMOAT_HOME": str(home)},
    )
    return server, re.search(r"http://\S+(?=/)", server.stdout.readline())[0]


def test_one_that_is_killed_while_it_writes_leaves_nothing_that_the_other_believes(tmp_path):
    (one, its), (other, there) = started(tmp_path), started(tmp_path)
    try:
        asked = httpx.get(f"{its}/api/v1/gap", timeout=100).json()
        one.send_signal(signal.SIGKILL)
        one.wait()
        # What a kill leaves behind: half a file under its own name, and one that was never renamed.
        for kept in (tmp_path / "cache").iterdir():
            kept.write_bytes(kept.read_bytes()[:100])
        (tmp_path / "cache" / ".writing-half").write_bytes(b"half")
        assert httpx.get(f"{there}/api/v1/gap", timeout=100).json() == asked
        assert "interval in a moment" in httpx.get(f"{there}/", timeout=100).text
        assert httpx.get(f"{there}/front/headline.part", timeout=100).status_code == 200
        assert "interval in a moment" not in httpx.get(f"{there}/", timeout=100).text
    finally:
        for server in (one, other):
            server.kill()
            server.wait()
            server.stdout.close()


def test_a_store_that_cannot_be_written_is_looked_at_all_the_same():
    """/proc takes no folder from anybody, root included: a read-only home."""
    server, there = started("/proc/no-home-of-nomoat" if Path("/proc/self").exists() else "/dev/no-home-of-nomoat")
    try:
        for path in ("/", "/gap", "/documents", "/work", "/sources"):
            assert httpx.get(f"{there}{path}", timeout=100).status_code == 200, path
        assert "90% interval" in httpx.get(f"{there}/front/headline.part", timeout=100).text
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
