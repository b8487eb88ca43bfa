"""Every DuckDB of this process is opened in one place, and none of them writes to the terminal."""

from __future__ import annotations

import ast
from pathlib import Path

import nomoat
from nomoat.catalog.embedded import connect
from nomoat.catalog.store import Catalog

SRC = Path(nomoat.__file__).parent
ELSEWHERE = {"catalog/requests.py"}  # sets the same by itself

ASKED = "SELECT current_setting('enable_progress_bar') AS bar"


def test_no_connection_and_no_cursor_of_it_draws_a_bar():
    assert connect().cursor().execute(ASKED).fetchall() == [(False,)]
    assert Catalog.open().query(ASKED).rows() == [{"bar": False}]


def test_no_other_file_opens_a_database():
    found = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "duckdb.connect":
                found.add(path.relative_to(SRC).as_posix())
    assert found == {"catalog/embedded.py"} | ELSEWHERE


def test_settings_are_duckdbs_own():
    setting = connect(threads=1, memory_limit="200MB").execute("SELECT current_setting('threads')").fetchone()
    assert setting == (1,)
