"""JSON of a publisher is taken apart cell by cell, and what is broken is named by file and place."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import SourceError
from nomoat.sources import nested
from nomoat.sources.facts import Facts
from nomoat.sources.nested import Record, document, lines, one, take
from nomoat.sources.plain import is_plain
from sources.boards import ANY


def record(**cells):
    return Record("file.json", "data[3]", cells)


@given(ANY, st.sampled_from(["text", "needed", "number", "flag", "day", "record", "values"]))
def test_a_cell_is_what_was_asked_for_or_a_source_error(value, method):
    said = None
    try:
        found = getattr(record(x=value), method)("x")
    except SourceError as error:
        said = str(error)
    if said is not None:
        assert said.startswith("file.json, data[3]: x ")
        assert len(said) < 400
        return
    kinds = {"text": str, "needed": str, "number": float, "flag": bool, "day": date, "record": Record, "values": list}
    assert isinstance(found, kinds[method]) or (found is None and method not in ("needed", "record", "values"))
    if isinstance(found, str):
        assert is_plain(found)
    if isinstance(found, float):
        assert abs(found) <= 1e300


@given(st.floats(-1e300, 1e300))
def test_a_number_is_the_same_as_text(value):
    assert record(x=value).number("x") == value
    assert record(x=repr(value)).number("x") == pytest.approx(value)


@pytest.mark.parametrize("text", ["1_000", " 1", "1,5", "0x10", "inf", "NaN", "--1", "1e5000", "١٢"])
def test_text_that_only_python_reads_as_a_number_is_none(text):
    with pytest.raises(SourceError):
        record(x=text).number("x")


def test_bounds_and_dates():
    assert record(x=0).number("x", 0) == 0
    assert record(x="2026-05-12T02:00:00Z").day("x") == date(2026, 5, 12)
    for cells, call in (
        ({"x": -0.1}, lambda one: one.number("x", 0)),
        ({"x": "1970-01-01"}, lambda one: one.day("x")),
        ({"x": "2026-05-12"}, lambda one: one.day("x", date(2026, 5, 11))),
        ({"x": "2026-05-12-extra"}, lambda one: one.day("x")),
        ({}, lambda one: one.needed("x")),
        ({"x": "  "}, lambda one: one.needed("x")),
    ):
        with pytest.raises(SourceError, match=r"file\.json, data\[3\]: x "):
            call(record(**cells))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[" * 1_000_000, b'{"a":' * 200_000 + b"1", b'{"a": NaN', b"[Infinity", b"[1e999", b"\xff", b"NaN" * 9,
        b'{"\x80": 1}',
        b"9" * 5_000, b"<!DOCTYPE html>", b'["\\ud800"]', b'{"a": 1',
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_json_is_named(body, tmp_path):
    path = tmp_path / "broken.json"
    path.write_bytes(body)
    with pytest.raises(SourceError, match=r"broken\.json"):
        document(path)
    with pytest.raises(SourceError, match=r"broken\.json"):
        one(path)


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "LARGEST", 10)
    path = tmp_path / "large.json"
    path.write_bytes(json.dumps(list(range(100))).encode())
    with pytest.raises(SourceError, match=r"large\.json has"):
        document(path)


def test_a_line_is_named_by_its_number(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b'{"a": 1}\n\n{"a": 2}\n{"a": \n')
    found = lines(path)
    assert [next(found), next(found)] == [{"a": 1}, {"a": 2}]
    with pytest.raises(SourceError, match="line 4"):
        next(found)


def test_broken_objects_are_counted_by_reason_and_none_whole_is_an_error():
    facts, kept = Facts(), []

    def enter(one):
        kept.append(one.needed("name"))

    found = [{"name": "a"}, {"name": 5}, {"name": 6}, {}, "text", {"name": "b"}]
    assert take(facts, "things", found, "file.json", "data", enter) == 2
    assert kept == ["a", "b"]
    assert sorted(facts.left_out.values()) == [1, 1, 2]
    for none, said in (([], "is empty"), ([{"called": "a"}], "None of 1 things can be read; .* name is missing")):
        with pytest.raises(SourceError, match=said):
            take(Facts(), "things", none, "file.json", "data", enter)


@pytest.mark.parametrize("cell", ["NaN", "Infinity", "-Infinity", "1e999", "-1e400"])
def test_a_number_that_is_none_is_refused_where_it_stands_and_loses_no_other(cell, tmp_path):
    path = tmp_path / "list.json"
    path.write_text(f'[{{"x": {cell}}}, {{"x": 2.5}}]')
    bad, good = document(path)
    assert record(**good).number("x") == 2.5
    with pytest.raises(SourceError, match="x is"):
        record(**bad).number("x")
