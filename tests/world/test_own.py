"""A user's own table: what is refused, and in which words."""

from __future__ import annotations

import contextlib

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nomoat
from nomoat.errors import NomoatError, TableError

GOOD = "model,date,openness,score\nA,2024-01-01,closed,1\nB,2024-02-01,open,2\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("model,openness,score\nA,open,1\n", "no column 'date'"),
        ("model,date,openness,score\n", "no rows"),
        ("model,date,openness,score\nA,2024-01-01,open,1\nB,2024-01-01,open,2\n", "one group"),
        (GOOD + "B,2024-03-01,open,3\n", "'B' twice, in rows 2 and 3"),
        (GOOD + "C,2024-03-01,open,nan\n", "'C'.*score 'nan'"),
        (GOOD + "C,2024-03-01,open,inf\n", "score 'inf'"),
        (GOOD + "C,2024-03-01,open,\n", "score ''"),
        (GOOD + "C,March 2024,open,3\n", "date 'March 2024'.*2026-08-11"),
        (GOOD + "C,9998-01-01,open,3\n", "date '9998-01-01'.*when the file was last written"),
        (GOOD + ",2024-03-01,open,3\n", "model ''"),
        (GOOD + "C,2024-03-01,open,3,4\n", "line 4 has 5 fields"),
        (GOOD + 'C,"2024-03-01,open,3\n', "line"),
        ("model,date,group,score\nA,2024-01-01,x,1\nB,2024-01-01,y,2\nC,2024-01-01,z,3\n", "3 groups"),
        ("model,date,openness,score,low,high\nA,2024-01-01,open,1,3,2\nB,2024-01-01,closed,2,1,3\n", "low '3'"),
        ("model,date,openness,score,stderr\nA,2024-01-01,open,1,-3\nB,2024-01-01,closed,2,1\n", "stderr '-3'"),
    ],
)
def test_refused_with_the_place(tmp_path, text, words):
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=words):
        nomoat.gap(on=path)


def test_missing_file_binary_and_parquet_that_is_none(tmp_path):
    with pytest.raises(TableError, match="no file"):
        nomoat.gap(on=tmp_path / "absent.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00model")
    with pytest.raises(TableError, match="UTF-8"):
        nomoat.gap(on=tmp_path / "b.csv")
    (tmp_path / "p.parquet").write_text(GOOD)
    with pytest.raises(TableError, match="Parquet"):
        nomoat.gap(on=tmp_path / "p.parquet")


def test_parquet_and_csv_say_the_same(tmp_path):
    csv = tmp_path / "own.csv"
    csv.write_text(GOOD)
    frame = pandas.read_csv(csv)
    frame.to_parquet(tmp_path / "own.parquet")
    frame["date"] = pandas.to_datetime(frame["date"])
    frame.to_parquet(tmp_path / "stamped.parquet")
    answers = [nomoat.gap(on=tmp_path / n).dict() for n in ("own.csv", "own.parquet", "stamped.parquet")]
    for name in ("quality_gap", "current_lag", "time_to_match", "records"):
        assert answers[0][name] == answers[1][name] == answers[2][name]


def test_rows_without_a_group_are_counted(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(GOOD + "C,2024-03-01,,3\n")
    assert {x.what: x.count for x in nomoat.gap(on=path).left_out}["rows without a group"] == 1


def test_level_of_low_and_high_is_used(tmp_path):
    def width(level):
        path = tmp_path / f"{level}.csv"
        rows = f"A,2024-01-01,closed,9,8,10,{level}\nB,2024-02-01,open,2,1,3,{level}\n"
        path.write_text("model,date,openness,score,low,high,level\n" + rows)
        found = nomoat.gap(on=path, draws=2000, level=0.9).quality_gap
        return found.high - found.low

    # A 50 % interval of the same width stands for a standard deviation 2.44 times as large as a 90 % one.
    assert width(0.5) / width(0.9) == pytest.approx(1.645 / 0.6745, rel=0.02)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_by_name(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "own.csv"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with contextlib.suppress(NomoatError):  # any other exception fails the test
        nomoat.gap(on=path)


def test_group_names_of_any_spelling_are_groups(tmp_path):
    """Signs of the cohort grammar in a name, and one name in two cases, are no trap."""
    path = tmp_path / "own.csv"
    path.write_text("model,date,group,score\nA,2024-01-01,R&D,9\nB,2024-02-01,Team A (new),2\nC,2024-03-01,r&d,10\n")
    found = nomoat.gap(on=path)
    assert found.n == {"leader": 2, "follower": 1}
    assert found.quality_gap.value == 8
    path.write_text("model,date,group,score\nA,2024-01-01,closed,40\nB,2024-02-01,open,2\nC,2024-03-01,Open,30\n")
    assert nomoat.gap(on=path).quality_gap.value == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model,date,group,score,Score\nA,2024-01-01,a,1,2\nB,2024-01-01,b,2,3\n", "two columns 'score'"),
        ("model,date,group,openness,score\nA,2024-01-01,a,open,1\n", "both openness and group"),
        (
            "model,date,group,score,low,high\nA,2024-01-01,a,1,5,7\nB,2024-01-01,b,2,1,3\n",
            "inside of its interval, 5 to 7",
        ),
    ],
)
def test_contradictions_of_a_table_are_refused(tmp_path, text, words):
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=words):
        nomoat.gap(on=path)


def test_an_own_table_is_split_by_its_columns(tmp_path):
    path = tmp_path / "own.csv"
    rows = "A,2024-01-01,closed,9,US\nB,2024-02-01,open,2,FR\nC,2024-03-01,open,5,CN\n"
    path.write_text("model,date,openness,score,country\n" + rows)
    found = {r.choice: r.points for r in nomoat.gap_by(on=path, by="country").rows}
    assert found == {"all": 4, "CN": 4, "FR": 7}
