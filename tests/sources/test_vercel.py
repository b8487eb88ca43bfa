"""Vercel's shares by model become the open and the closed share of each day, on three units, with Other in the bounds.

Format from description: no live answer was at hand where this was written.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming
from nomoat.sources.vercel import ADDRESS, fetch, read, read_export
from sources.boards import ANY, PAGE, left, put, serving
from sources.server import Reply

SITE = "https://vercel.com"
DAY = "2026-11-20"
TODAY = date(2026, 11, 22)
KINDS = {"deepseek/deepseek-r1-2025-05-28": "open", "openai/o3-2025-04-16": "closed"}


def row(name, share, metric="tokens", day=DAY, **cells):
    return {"date": day, "modality": "text", "metric": metric, "name": name, "share_percent": share} | cells


def export(*rows):
    return {"dataset": "models", "license": "CC-BY-4.0", "rows": list(rows)}


@pytest.fixture
def naming():
    known = Naming()
    for name, day in (("openai/o3-2025-04-16", date(2025, 4, 16)), ("deepseek/deepseek-r1-0528", date(2025, 5, 28))):
        known.mint(name, source="models.dev", released=day)
    return known


def usage(tmp_path, naming, *rows):
    facts = Facts()
    read_export(put(tmp_path, "export.json", export(*rows)).path, TODAY, naming, KINDS, facts)
    return facts, {(one["series"], one["unit"], one["subject"]): one for one in facts.tables.get("usage", [])}


MIXED = (("deepseek-r1-0528", 50), ("o3-2025-04-16", 30), ("Nobody Knows 7", 5), ("Other", 15))


def test_open_and_closed_are_bounded_by_what_is_unknown(tmp_path, naming):
    facts, found = usage(tmp_path, naming, *(row(name, share) for name, share in MIXED))
    opened, closed = (found["vercel-daily", "tokens", side] for side in ("open", "closed"))
    assert (opened["low"], opened["high"], opened["value"]) == (0.5, pytest.approx(0.7), None)
    assert (closed["low"], closed["high"]) == (0.3, 0.5)
    model = found["vercel-models", "tokens", "openai/o3-2025-04-16"]
    assert (model["value"], model["low"], model["high"], model["partial"]) == (0.3, 0.3, 0.45, False)
    assert sum(facts.left_out.values()) == 1


def test_the_same_day_looks_different_on_three_units(tmp_path, naming):
    rows = [row("deepseek-r1-0528", s, metric) for metric, s in (("tokens", 76), ("requests", 37), ("spend", 9))]
    rows += [row("o3-2025-04-16", s, metric) for metric, s in (("tokens", 24), ("requests", 63), ("spend", 91))]
    _, found = usage(tmp_path, naming, *rows)
    units = ("tokens", "requests", "money")
    assert [round(found["vercel-daily", unit, "open"]["low"], 4) for unit in units] == [0.76, 0.37, 0.09]


def test_what_a_day_lacks_of_all_is_unknown_too(tmp_path, naming):
    _, found = usage(tmp_path, naming, row("deepseek-r1-0528", 60), row("Other", 10))
    assert found["vercel-daily", "tokens", "closed"]["high"] == pytest.approx(0.4)


def test_the_running_day_is_partial(tmp_path, naming):
    days = ("2026-11-21", "2026-11-22")
    facts, _ = usage(tmp_path, naming, *(row("o3-2025-04-16", 30, day=day) for day in days))
    assert {str(one["period"]): one["partial"] for one in facts.tables["usage"]} == {days[0]: False, days[1]: True}


@pytest.mark.parametrize(
    "bad",
    [
        row("a", -1), row("a", 101), row("a", "NaN"), row("a", None), row("a", True), row("a", 5, day="1970-01-01"),
        row("a", 5, day="2031-01-01"), row("a", 5, day="2025-09-30"), row("a\u202eb", 5), row("=1+1", 5),
        row("a", 5, metric="downloads"), row("o3-2025-04-16", 7), row("a", 5, modality="image"), "a row", None,
    ],
)  # fmt: skip
def test_a_bad_row_is_left_out_and_counted(bad, tmp_path, naming):
    facts, found = usage(tmp_path, naming, row("o3-2025-04-16", 30), bad)
    assert {one[2] for one in found} == {"openai/o3-2025-04-16", "open", "closed"}
    assert sum(n for (what, _), n in facts.left_out.items() if what == "shares of Vercel's gateway") == 1


def test_a_day_of_more_than_all_is_left_out(tmp_path, naming):
    facts, found = usage(tmp_path, naming, row("o3-2025-04-16", 80), row("deepseek-r1-0528", 80))
    assert found == {}
    assert left(facts) == {("days of Vercel's gateway", "the shares of tokens add to more than 100 %"): 1}


def test_older_copies_add_the_days_that_rolled_out_of_the_export(tmp_path):
    older = put(
        tmp_path, "older.json", export(row("o3", 10, day="2026-09-01"), row("o3", 20, day="2026-11-20")),
        retrieved=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    newer = put(tmp_path, "newer.json", export(row("o3", 30, day="2026-11-20")))
    facts = read([older, newer], Curated(), Naming())
    bounds = {str(one["period"]): one["partial"] for one in facts.tables["usage"]}
    assert bounds == {"2026-09-01": False, "2026-11-20": False}
    # Each copy twice: as the publisher's counts, and with the classification that is ours.
    assert [one["evidence"] for one in facts.tables["origins"]] == ["measured by publisher", "computed here"] * 2
    assert len({one["origin_id"] for one in facts.tables["origins"]}) == 4
    assert {one["retrieved"] for one in facts.tables["origins"]} == {TODAY}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(PAGE, headers={"Content-Type": "text/html"}), "HTML page"),
        (Reply(b'{"rows": [', length=40, cut=10), "asked"),
        (Reply(b"", 503), "503"),
    ],
)
def test_what_is_no_export_is_refused_when_it_is_fetched(reply, said, tmp_path):
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(ADDRESS.removeprefix(SITE), reply)
        with pytest.raises(SourceError, match=said):
            fetch(web)


def test_fetch_asks_for_models_and_does_not_load_twice(tmp_path):
    body = json.dumps(export(row("o3", 30))).encode()

    def answer(asked):
        return Reply(b"", 304) if asked.headers.get("if-none-match") == '"a"' else Reply(body, headers={"ETag": '"a"'})

    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(ADDRESS.removeprefix(SITE), answer)
        assert [copy.fresh for _ in range(2) for copy in fetch(web)] == [True, False]
        assert publisher.asked[0].path.endswith("?dataset=models&modality=text&format=json")


def test_fetch_brings_the_copies_of_before(tmp_path):
    with serving(tmp_path, SITE) as (web, publisher):
        one, two = (json.dumps(export(row("o3", 30, day=day))).encode() for day in ("2026-09-01", "2026-11-20"))
        publisher.says(ADDRESS.removeprefix(SITE), one, two)
        fetch(web)
        facts = read(fetch(web), Curated(), Naming())
    assert {str(one["period"]) for one in facts.tables["usage"]} == {"2026-09-01", "2026-11-20"}
    assert len({one["origin_id"] for one in facts.tables["origins"]}) == len(facts.tables["origins"])


def test_a_changed_format_is_an_error(tmp_path, naming):
    for held, said in (({"rows": []}, "is empty"), ({"data": []}, "is empty"), ({"rows": [{"day": DAY}]}, "None of 1")):
        with pytest.raises(SourceError, match=said):
            read([put(tmp_path, "x.json", held)], Curated(), naming)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(row("a", 1))), ANY), max_size=4), ANY)
@settings(max_examples=100, deadline=None)
def test_any_cell_raises_nothing_else(tmp_path_factory, changes, held):
    rows = [row(name, share) for name, share in MIXED]
    for at, key, put_in in changes:
        rows[at][key] = put_in
    folder = tmp_path_factory.mktemp("any")
    with contextlib.suppress(SourceError):
        read([put(folder, "held.json", held)], Curated(), Naming())
    with contextlib.suppress(SourceError):
        _, found = usage(folder, Naming(), *rows)
        assert all(0 <= one["low"] <= one["high"] <= 1 for one in found.values())
