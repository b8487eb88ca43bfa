"""Battles on the command line: the ranking of Python in every form, and one line for a table that cannot be read."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from nomoat.world.preference import rank
from pages import ROOT, blocks

BATTLES = next(b.text for b in blocks(ROOT / "docs" / "how-to" / "rank-battles.md") if b.file == "battles.csv")
HEAD = "model_a,model_b,winner\n"


@pytest.fixture
def battles(place):
    (place / "battles.csv").write_text(BATTLES)
    return place / "battles.csv"


def test_json_is_what_python_gives(ask, battles):
    said = ask("rank", "battles.csv", "--by", "language", "--covariates", "length", "--level", "0.8", "--json")
    assert said.out == rank(battles, by="language", covariates=["length"], level=0.8).json() + "\n"


def test_the_default_is_pythons(ask, battles):
    assert ask("rank", "battles.csv", "--json").out == rank(battles).json() + "\n"


def test_an_anchor_is_a_rating_or_a_model_with_one(ask, battles):
    rated = json.loads(ask("rank", "battles.csv", "--anchor", "Ada=1200", "--json").out)["boards"][0]["rated"]
    assert next(row["rating"] for row in rated if row["model"] == "Ada") == pytest.approx(1200)
    rated = json.loads(ask("rank", "battles.csv", "--anchor", "0", "--json").out)["boards"][0]["rated"]
    assert sum(row["rating"] for row in rated) == pytest.approx(0, abs=1e-6)


def test_a_day_cuts_battles(ask, battles):
    said = json.loads(ask("rank", "battles.csv", "--at", "2026-02-17", "--json").out)
    assert said["boards"][0]["battles"] < 24
    assert said["left_out"][0]["count"] == 24 - said["boards"][0]["battles"]


def test_columns_of_other_names(ask, place):
    named = BATTLES.replace("model_a", "left").replace("model_b", "right").replace("winner", "won")
    (place / "named.csv").write_text(named)
    (place / "battles.csv").write_text(BATTLES)
    said = ask("rank", "named.csv", "--columns", "left, right, won", "--csv")
    assert said.out == ask("rank", "battles.csv", "--csv").out


def test_the_text_names_ranks_slopes_and_those_not_rated(ask, place):
    (place / "battles.csv").write_text(BATTLES + "Zoe,Ada,model_a,de,1,2026-03-20\n")
    said = ask("rank", "battles.csv", "--covariates", "length")
    assert said.code == 0, said.err
    for part in ("1 to 3", "length", "Not rated", "Zoe", "above", "25 battles"):
        assert part in said.out
    assert max(map(len, said.out.split("\nData:")[0].splitlines())) <= 100


def test_rows_and_a_chart(ask, battles, place):
    rows = list(csv.DictReader(io.StringIO(ask("rank", "battles.csv", "--by", "language", "--csv").out)))
    assert {row["group"] for row in rows} == {"de", "en"}
    assert float(rows[0]["low"]) < float(rows[0]["rating"]) < float(rows[0]["high"])
    assert ask("rank", "battles.csv", "--out", "rank.svg").code == 0
    drawn = "".join(ElementTree.parse(place / "rank.svg").getroot().itertext())
    assert all(name in drawn for name in ("Ada", "Bea", "Cid"))


def test_hostile_names_move_no_cursor(ask, place):
    (place / "evil.csv").write_text(BATTLES.replace("Ada", "A\x1b[31m\u202eda"))
    said = ask("rank", "evil.csv")
    assert said.code == 0, said.err
    assert not set(said.out) & {"\x1b", "\u202e"}


BAD = {
    "nothing.csv": "",
    "no-rows.csv": HEAD,
    "one.csv": HEAD + "a,b,model_a\n",
    "columns.csv": "a,b,c\n1,2,3\n",
    "winner.csv": HEAD + "a,b,model_c\n",
    "binary.parquet": "PAR1 it is not",
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_ranks_nobody_is_one_line(ask, place, name):
    (place / name).write_text(BAD[name])
    said = ask("rank", name)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.csv",),
        ("battles.csv", "--anchor", "Ada"),
        ("battles.csv", "--anchor", "inf"),
        ("battles.csv", "--anchor", "Zed=1"),
        ("battles.csv", "--columns", "a,b"),
        ("battles.csv", "--by", "colour"),
        ("battles.csv", "--covariates", "mood"),
        ("battles.csv", "--level", "95"),
        (),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_one_line(ask, battles, arguments):
    said = ask("rank", *arguments)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert ". Expected " in said.err or ". Try: " in said.err


SMALL = [
    ("standing", "--draws", "10"),
    ("standing", "open", "--by", "country", "--draws", "10"),
    ("openings", "Meta", "OpenAI", "--draws", "10"),
    ("diffusion",),
    ("diffusion", "reasoning models"),
    ("traces",),
    ("traces", "--at", "2025-01-20"),
]


@pytest.mark.parametrize("verb", SMALL, ids=" ".join)
def test_a_small_measure_in_every_form(ask, verb):
    document = json.loads(ask(*verb, "--json").out)
    assert document["schema_version"] == 1
    assert all(origin["sha256"] and origin["address"] for origin in document["origins"])
    rows = list(csv.reader(io.StringIO(ask(*verb, "--csv").out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    text = ask(*verb)
    assert text.code == 0, text.err
    assert max(map(len, text.out.split("\nData:")[0].split("\nLeft out:")[0].splitlines())) <= 100


def test_a_small_measure_is_pythons():
    from nomoat.views.labs import standing_table
    from nomoat.world.standing import standing

    found = standing(draws=0)
    assert sum(row[2] for row in standing_table(found).rows) == pytest.approx(1)


@pytest.mark.parametrize(
    "verb",
    [
        ("standing", "--by", "colour"),
        ("standing", "nobody"),
        ("standing", "--start", "2999-01-01"),
        ("openings", "Nobody Inc"),
        ("diffusion", "magic"),
        ("diffusion", "--at", "1999-01-01"),
        ("traces", "--at", "1999-01-01"),
    ],
    ids=" ".join,
)
def test_a_small_measure_that_cannot_answer_is_one_line(ask, verb):
    said = ask(*verb)
    assert said.code == 2
    assert said.err.count("\n") == 1
