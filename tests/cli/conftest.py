"""Every test of the command line has its own folder to work in, and shares one store that is nobody's."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCORES = """model,date,group,score,stderr
Alpha 1,2025-01-10,closed,50,1
Alpha 2,2025-06-10,closed,60,1
Alpha 3,2026-01-10,closed,70,1
Beta 1,2025-04-10,open,48,1
Beta 2,2025-11-10,open,61,1
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def home(tmp_path_factory, furnished) -> Path:
    return furnished(tmp_path_factory.mktemp("home"))


@pytest.fixture
def place(tmp_path, monkeypatch, home) -> Path:
    """The folder in which commands run, with a table of the user's own in it."""
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scores.csv").write_text(SCORES)
    return tmp_path


@pytest.fixture
def nomoat(place):
    """Run the program as a process of its own."""

    def run(*arguments: str, **environment: str) -> Said:
        told = [sys.executable, "-m", "nomoat", *arguments]
        ran = subprocess.run(
            told, capture_output=True, text=True, cwd=place, timeout=300, env={**os.environ, **environment}
        )
        return Said(ran.returncode, ran.stdout, ran.stderr)

    return run


@pytest.fixture
def ask(place):
    """Run the program in this process, which is faster."""
    from click.testing import CliRunner

    from nomoat.cli import main

    def run(*arguments: str) -> Said:
        said = CliRunner().invoke(main, list(arguments))
        if said.exception is not None and not isinstance(said.exception, SystemExit):
            raise said.exception
        return Said(said.exit_code, said.stdout, said.stderr)

    return run
