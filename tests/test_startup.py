"""Asking for help loads the command line and nothing that computes: modules are counted, seconds are not."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "duckdb", "scipy", "altair", "msgspec", "jinja2", "vl_convert", "pandas"}
ASK = """
import sys
bare = set(sys.modules)
from nomoat.cli import main
try:
    main({arguments!r})
except SystemExit as leave:
    assert not leave.code, leave.code
sys.stderr.write(" ".join(set(sys.modules) - bare))
"""


def asked(*arguments: str) -> tuple[str, set[str]]:
    code = ASK.format(arguments=list(arguments))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout, set(run.stderr.split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_loads_nothing_that_computes(arguments):
    said, loaded = asked(*arguments)
    assert "nomoat" in said
    assert not loaded & HEAVY
    # 80 at this writing, click and what it needs; twice that is somebody's new habit.
    assert len(loaded) < 160
    assert not {name for name in loaded if name.startswith(("nomoat.world", "nomoat.views", "nomoat.report"))}
