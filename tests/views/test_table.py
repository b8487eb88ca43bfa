"""Tables keep what they were given: CSV reads back, text fits, numbers are never cut, missing is never nought."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.views.table import MISSING, Column, Table, cell, clip, display_width, printable

COLUMNS = (
    Column(key="model", title="model", wide=30),
    Column(key="released", title="released"),
    Column(key="score", title="score behind", digits=1),
    Column(key="low", title="low", only="file"),
    Column(key="shown", title="interval", only="page"),
)
names = st.text(max_size=60)
scores = st.none() | st.floats(-1e6, 1e6, allow_nan=False)
rows = st.lists(st.tuples(names, st.dates(), scores, scores, st.just("1.0 to 2.0")), max_size=8)


def table(found):
    return Table(name="t", caption="", columns=COLUMNS, rows=tuple(found))


@given(rows)
def test_csv_reads_back_as_what_was_written(found):
    read = list(csv.DictReader(io.StringIO(table(found).csv(), newline="")))
    run = ("=", "+", "-", "@", "\t", "\r")
    assert [row["model"] for row in read] == ["'" * row[0].startswith(run) + row[0] for row in found]
    assert [row["released"] for row in read] == [row[1].isoformat() for row in found]
    assert [row["score"] and float(row["score"]) for row in read] == ["" if r[2] is None else r[2] for r in found]
    assert all("shown" not in row and "low" in row for row in read)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a.example")', "+1", "-1+cmd|calc", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_holds_no_formula_and_leaves_numbers_alone(text):
    read = list(csv.reader(io.StringIO(table([(text, date(2026, 1, 1), -1.5, None, "")]).csv(), newline="")))
    assert read[1][0] == f"'{text}"
    assert read[1][2] == "-1.5"


@given(rows, st.integers(60, 140))
def test_text_fits_and_no_number_is_cut(found, width):
    told = table(found).text(width)
    assert all(display_width(line) <= width for line in told.splitlines())
    for row in found:
        assert cell(row[2], 1) in told
        assert row[1].isoformat() in told


@given(st.text())
def test_no_control_character_reaches_a_terminal(text):
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in printable(text))
    assert not set(printable(text)) & set("\u202a\u202e\u2066\u200b\u2028\ufeff")


@given(st.text(), st.integers(1, 30))
def test_a_clipped_text_fits_and_is_a_beginning(text, width):
    kept = clip(text, width)
    assert display_width(kept) <= max(width, 1)
    assert kept == text or text.startswith(kept[:-1].rstrip())


def test_missing_is_a_dash_for_readers_and_empty_for_files():
    one = table([("", date(2026, 1, 1), None, None, "")])
    assert one.shown()[1] == ((MISSING, "2026-01-01", MISSING, MISSING),)
    assert next(csv.DictReader(io.StringIO(one.csv()))) == {
        "model": "",
        "released": "2026-01-01",
        "score": "",
        "low": "",
    }


def test_numbers_stand_to_the_right_under_a_wrapped_heading():
    told = table([("a", date(2026, 1, 1), 1.0, None, "x"), ("b", date(2026, 1, 2), 123.4, None, "x")]).text(100)
    heads = told.splitlines()[:2]
    assert heads[0].split() == ["score"]
    assert heads[1].split() == ["model", "released", "behind", "interval"]
    ends = {
        line.index(number) + len(number) for line, number in zip(told.splitlines()[2:], ("1.0", "123.4"), strict=True)
    }
    assert ends == {heads[0].index("score") + len("score")}


@pytest.mark.parametrize(("value", "shown"), [(-0.04, "0.0"), (True, "yes"), (float("inf"), "inf"), (7, "7")])
def test_cells(value, shown):
    assert cell(value, 1) == shown
