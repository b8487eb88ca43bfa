"""LiveBench's table becomes scores by task, category and in all; each release has benchmarks of its own.

Two rows and the categories are cut from the published release of June 2026; the rest is made for the tests.
"""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.livebench import FOLDER, LISTING, fetch, read, read_table
from nomoat.sources.naming import Naming
from sources.boards import ANY, NOON, PAGE, left, put, serving
from sources.server import Reply

RELEASE = date(2026, 6, 25)
TABLE = """\
model,AMPS_Hard,code_completion,code_generation,integrals_with_game,javascript,math_comp,olympiad,python,typescript
gpt-5.5-xhigh,97.0,82.609,81.69,99.0,54.545,96.078,91.351,55.0,46.667
deepseek-v4-pro,98.0,69.565,70.423,78.0,54.545,96.078,90.624,50.0,23.333
"""
GROUPS = {
    "Coding": ["code_generation", "code_completion"],
    "Agentic Coding": ["javascript", "typescript", "python"],
    "Mathematics": ["AMPS_Hard", "integrals_with_game", "math_comp", "olympiad"],
}


@pytest.fixture
def naming():
    known = Naming()
    for name in ("openai/gpt-5.5", "deepseek/deepseek-v4-pro"):
        known.mint(name, source="models.dev")
    return known


def table(tmp_path, naming, text=TABLE, groups=GROUPS):
    return read_table(put(tmp_path, "table.csv", text.encode()).path, NOON.date(), RELEASE, naming, groups)


def scores(facts, version):
    return {
        row["benchmark_id"].partition("/")[2]: row["performance"]
        for row in facts.tables["scores"]
        if row["version"] == version
    }


def test_tasks_categories_and_the_average_of_categories(tmp_path, naming):
    found = scores(table(tmp_path, naming), "gpt-5.5-xhigh")
    assert found["amps-hard"] == 0.97
    coding, agentic, mathematics = 0.821495, 0.52070667, 0.9585725  # by hand, from the row above
    assert found["coding"] == pytest.approx(coding)
    assert found["agentic-coding"] == pytest.approx(agentic)
    assert found["mathematics"] == pytest.approx(mathematics)
    assert found["average"] == pytest.approx((coding + agentic + mathematics) / 3)


def test_the_effort_stays_in_the_version(tmp_path, naming):
    rows = table(tmp_path, naming).tables["scores"]
    assert {(row["model_id"], row["version"]) for row in rows} == {
        ("openai/gpt-5.5", "gpt-5.5-xhigh"), ("deepseek/deepseek-v4-pro", "deepseek-v4-pro"),
    }  # fmt: skip
    assert {row["evidence"] for row in rows} == {"leaderboard"}


def test_a_missing_cell_is_no_zero_and_takes_its_category_along(tmp_path, naming):
    found = scores(table(tmp_path, naming, TABLE.replace(",54.545,96.078,91.351", ",,96.078,91.351")), "gpt-5.5-xhigh")
    assert "javascript" not in found
    assert {"coding", "mathematics"} < set(found)
    assert not {"agentic-coding", "average"} & set(found)


def test_releases_have_benchmarks_of_their_own(tmp_path, naming):
    copies = [put(tmp_path, f"table_2026_0{at}.csv", TABLE.encode()) for at in ("1_08", "6_25")]
    facts = read([*copies, put(tmp_path, "categories_2026_01_08.json", GROUPS)], Curated(), naming)
    ids = [row["benchmark_id"] for row in facts.tables["benchmarks"]]
    assert len(ids) == len(set(ids)) == 26
    assert {id.partition("/")[0] for id in ids} == {"livebench-2026-01-08", "livebench-2026-06-25"}
    keys = [row["origin_id"] for row in facts.tables["origins"]]
    assert len(keys) == len(set(keys)) == 2


def test_a_name_without_a_model_is_counted(tmp_path):
    facts = table(tmp_path, Naming())
    assert "scores" not in facts.tables
    assert left(facts) == {("models of LiveBench", "the name leads to no model"): 2}


@pytest.mark.parametrize(
    "cells",
    ["x,nan", "x,101", "x,-1", "x,inf", "x,ten", "x,", ",5", "=1+1,5", "a\u202eb,5", "gpt-5.5-xhigh,5"],
)
def test_a_bad_row_is_left_out_and_counted(cells, tmp_path, naming):
    facts = table(tmp_path, naming, f"model,AMPS_Hard\ngpt-5.5-xhigh,97.0\n{cells}\n", {})
    assert scores(facts, "gpt-5.5-xhigh") == {"amps-hard": 0.97}
    assert sum(n for (what, _), n in facts.left_out.items() if what == "rows of LiveBench") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAGE.decode(), "no column 'model'"),
        ("model\ngpt-5.5-xhigh\n", "0 columns of tasks"),
        ("model,<script>\na,1\n", "columns of tasks"),
        ("model," + ",".join(f"t{i}" for i in range(300)) + "\na" + ",1" * 300 + "\n", "300 columns"),
        ("model,ab\n", "nothing else"),
        ("model,ab\nx,high\n", "None of 1 rows"),
    ],
)
def test_a_changed_format_is_an_error(text, said, tmp_path, naming):
    with pytest.raises(SourceError, match=said):
        table(tmp_path, naming, text)


def test_a_release_of_tomorrow_or_of_no_day_is_refused(tmp_path, naming):
    for name, said in (
        ("table_2031_01_01.csv", "after the day of the copy"),
        ("table_2026_13_01.csv", "does not say which release"),
        ("table_1970_01_01.csv", "does not say which release"),
        ("latest.csv", "does not say which release"),
        ("categories.json", "no table"),
    ):
        body = TABLE.encode() if name.endswith(".csv") else GROUPS
        with pytest.raises(SourceError, match=said):
            read([put(tmp_path, name, body)], Curated(), naming)


def test_fetch_takes_the_newest_table_and_the_categories_before_it(tmp_path, naming):
    names = ["table_2026_01_08.csv", "table_2026_06_25.csv", "categories_2026_01_08.json", "categories_2025_11_25.json"]
    listing = json.dumps([{"name": name, "type": "file"} for name in [*names, "table.csv", "../x", 5]]).encode()
    api, raw = "https://api.github.com", "https://raw.githubusercontent.com"
    with serving(tmp_path, api, raw) as (web, publisher):
        publisher.says(LISTING.removeprefix(api), listing)
        folder = FOLDER.removeprefix(raw)
        publisher.says(f"{folder}/{names[1]}", TABLE.encode())
        publisher.says(f"{folder}/{names[0]}", TABLE.encode())
        publisher.says(f"{folder}/{names[2]}", json.dumps(GROUPS).encode())
        copies = fetch(web)
        assert [copy.name for copy in copies] == [names[1], names[2]]
        assert scores(read(copies, Curated(), naming), "gpt-5.5-xhigh")["average"] > 0.5
        assert [copy.name for copy in fetch(web, release=date(2026, 1, 8))] == [names[0], names[2]]
        with pytest.raises(SourceError, match="lists no table of 2024-01-01"):
            fetch(web, release=date(2024, 1, 1))
        publisher.says(LISTING.removeprefix(api), Reply(b'{"message": "rate limit"}', 403))
        with pytest.raises(SourceError, match="403"):
            fetch(web)


@given(st.text(max_size=120) | st.binary(max_size=120), ANY)
@settings(max_examples=100, deadline=None)
def test_any_file_raises_nothing_else(tmp_path_factory, text, groups):
    folder = tmp_path_factory.mktemp("any")
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    for csv in (body, b"model,a,b\nx,1,2\n" + body, TABLE.encode().replace(b"97.0", body)):
        copies = [put(folder, "table_2026_06_25.csv", csv), put(folder, "categories_2026_01_08.json", groups)]
        for some in (copies, copies[:1]):
            with contextlib.suppress(SourceError):
                rows = read(some, Curated(), Naming()).tables.get("scores", [])
                assert all(0 <= row["performance"] <= 1 for row in rows)
