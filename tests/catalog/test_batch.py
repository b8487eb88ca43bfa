"""Rows reach the table as they were said, from str, bytes or Raw; what older versions stored is known again."""

from __future__ import annotations

import hashlib

import duckdb
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.catalog.arrow import Frame, Texts
from nomoat.catalog.batch import Batch
from nomoat.catalog.requests import intake, parts, query

CELLS = st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs",)), max_size=9), min_size=1, max_size=40)


@settings(max_examples=20, deadline=None)
@given(CELLS, st.integers(0, 40), st.randoms())
def test_texts_come_out_as_they_went_in(cells, cut, draw):
    form = (lambda c: c, lambda c: c.encode(), lambda c: msgspec.Raw(c.encode()))
    said = [cell if cell is None else draw.choice(form)(cell) for cell in cells]
    column = Texts(said[:cut])
    column.add(said[cut:])
    rows = [draw.randrange(len(cells)) for _ in range(5)]
    with duckdb.connect() as connection:
        connection.register("given", Frame({"a": column, "b": column.picked(range(len(cells)))}))
        found = connection.execute("SELECT a, b FROM given").fetchall()
        again = connection.execute("SELECT count(a) FROM given").fetchall()
    assert found == [(cell, cell) for cell in cells]
    assert column.cells() == cells
    assert column.picked(rows).cells() == [cells[row] for row in rows]
    assert again == [(column.filled(),)] == [(len(cells) - cells.count(None),)]


def test_a_frame_keeps_nothing_and_says_what_python_raised():
    from nomoat.catalog import arrow

    class Broken(Texts):
        def buffers(self):
            raise ValueError("no room for é")

    before = len(arrow._held)
    with duckdb.connect() as connection:
        connection.register("given", Frame({"a": Texts(["x"]), "b": np.array([1.5])}))
        assert connection.execute("SELECT * FROM given").fetchall() == [("x", 1.5)]
        connection.register("broken", Frame({"a": Broken(["x"])}))
        with pytest.raises(duckdb.Error, match="no room for"):
            connection.execute("SELECT * FROM broken").fetchall()
    assert len(arrow._held) == before


def test_columns_that_come_late_or_stay_away_leave_gaps(monkeypatch):
    monkeypatch.setattr("nomoat.catalog.batch.SHORT", 2)
    batch = Batch()
    for _ in range(2):  # the second time in the room of the first
        batch.add({"request_id": ["a", "b"], "model": ["m", None], "input": [1, None]})
        batch.add({"request_id": ["c"], "response": [b"{}"], "turn": [4]})
        batch.add({"request_id": ["d", "e"], "model": ["n", "o"], "tools": [None, None]})
        found = batch.columns()
        texts = {name: column.cells() for name, column in found.items() if isinstance(column, Texts)}
        assert texts["request_id"] == list("abcde")
        assert texts["model"] == ["m", None, None, "n", "o"]
        assert texts["response"] == [None, None, "{}", None, None]
        np.testing.assert_equal(found["input"], [1, np.nan, np.nan, np.nan, np.nan])
        np.testing.assert_equal(found["turn"], [np.nan, np.nan, 4, np.nan, np.nan])
        batch = batch.emptied()


def test_a_row_says_the_same_in_any_form_and_another_where_a_letter_differs():
    def said(**cells):
        batch = Batch()
        batch.add({"request_id": ["a"], **{name: [cell] for name, cell in cells.items()}})
        return batch.digests()[0]

    row = {"time": "2026-09-01", "model": "m", "messages": '["é"]', "response": "{}", "input": 3, "output": None}
    assert said(**row) == said(**{**row, "messages": msgspec.Raw('["é"]'.encode()), "response": b"{}"})
    others = [
        {**row, name: cell}
        for name, cell in (
            ("time", "2026-09-02"), ("model", "n"), ("messages", '["e"]'), ("messages", None),
            ("response", "[]"), ("input", 4), ("output", 3),
        )
    ]  # fmt: skip
    moved = {**row, "messages": '["é"]{', "response": "}"}
    assert len({said(**one) for one in (row, moved, *others)}) == 2 + len(others)


def test_a_store_of_an_older_version_is_known_again(tmp_path):
    rows = {
        "request_id": ["a", "b", "b"], "time": ["2026-09-01"] * 3, "model": ["m", "m", "n\x1f"],
        "input": [3, None, 5.0], "output": [1, 2, 3], "messages": ['["é"]', None, b"[1]"],
        "response": [None, "{}", "{}"],
    }  # fmt: skip
    told = ['2026-09-01\x1fm\x1f["é"]\x1f\x1f3\x1f1', "2026-09-01\x1fm\x1f\x1f{}\x1f\x1f2",
            "2026-09-01\x1fn\x1f\x1f[1]\x1f{}\x1f5.0\x1f3"]  # fmt: skip
    former = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") for text in told]
    with intake(tmp_path) as into:
        assert (into.add(rows, "log").new, parts(tmp_path)[0].name) == (3, "log-00000.parquet")
    renamed = f"b~{former[2]:016x}"  # the name that it has had in every version
    assert query(tmp_path, "SELECT request_id FROM requests") == [("a",), ("b",), (renamed,)]
    path = parts(tmp_path)[0]
    with duckdb.connect() as connection:  # as it was written until November 2026
        cases = " ".join(
            f"WHEN '{id}' THEN {digest}::UBIGINT" for id, digest in zip(("a", "b", renamed), former, strict=True)
        )
        old = f"SELECT * REPLACE (CASE request_id {cases} END AS digest) FROM '{path}'"
        connection.execute(f"COPY ({old}) TO '{tmp_path}/old' (FORMAT parquet, COMPRESSION zstd)")
    (tmp_path / "old").replace(path)
    assert [digest for (digest,) in query(tmp_path, "SELECT digest FROM requests")] == former
    with intake(tmp_path) as into:
        again = into.add(rows, "other")
        changed = into.add({**rows, "messages": ['["e"]', None, b"[1]"]}, "other")
    assert (again.new, again.known, changed.new, changed.known, changed.renamed) == (0, 3, 1, 2, 1)
