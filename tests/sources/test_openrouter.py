"""OpenRouter's models become offerings, its rankings shares by month with bounds; its key stays with it.

Formats from description: the API reference of November 2026. No live answer was at hand where this was written.
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
from nomoat.sources.naming import Naming
from nomoat.sources.openrouter import KEY, MODELS, RANKINGS, fetch, read, read_models, read_rankings
from sources.boards import ANY, NOON, PAGE, left, put, serving
from sources.server import Reply

SITE = "https://openrouter.ai"
TODAY = NOON.date()
SECRET = "sk-or-very-secret"


def offered(id="openai/o3", slug="openai/o3-2025-04-16", **cells):
    return {
        "id": id, "canonical_slug": slug, "hugging_face_id": "", "name": "OpenAI: o3", "created": 1744823457,
        "context_length": 200000,
        "architecture": {"modality": "text->text", "input_modalities": ["text"], "output_modalities": ["text"]},
        "pricing": {"prompt": "0.000002", "completion": "0.000008", "input_cache_read": "0.0000005"},
        "reasoning": {"supported_efforts": ["high", "medium", "low"], "default_effort": "medium", "mandatory": True},
        "expiration_date": None,
    } | cells  # fmt: skip


def ranked(rows, as_of="2026-11-22T02:00:00Z"):
    data = [{"date": day, "model_permaslug": slug, "total_tokens": str(tokens)} for day, slug, tokens in rows]
    days = [row["date"] for row in data] or ["2026-01-01"]
    return {"data": data, "meta": {"as_of": as_of, "start_date": min(days), "end_date": max(days), "version": "v1"}}


@pytest.fixture
def naming():
    known = Naming()
    for name, day in (("openai/o3-2025-04-16", date(2025, 4, 16)), ("deepseek/deepseek-r1-0528", date(2025, 5, 28))):
        known.mint(name, source="models.dev", released=day)
    return known


KINDS = {"openai/o3-2025-04-16": "closed", "deepseek/deepseek-r1-2025-05-28": "open"}


def listed(tmp_path, naming, *records):
    return read_models(put(tmp_path, "models.json", {"data": list(records)}).path, TODAY, naming)


def months(tmp_path, naming, *answers):
    places = [(put(tmp_path, f"{at}.json", answer).path, TODAY) for at, answer in enumerate(answers)]
    return read_rankings(places, naming, KINDS)


def test_an_offering_has_price_context_efforts_and_its_dated_model(tmp_path, naming):
    facts = listed(tmp_path, naming, offered())
    (row,) = facts.tables["offerings"]
    assert {key: row[key] for key in ("model_id", "input", "output", "cache_read", "context", "efforts", "free")} == {
        "model_id": "openai/o3-2025-04-16", "input": 2.0, "output": 8.0, "cache_read": 0.5, "context": 200000,
        "efforts": "medium high low", "free": False,
    }  # fmt: skip
    (origin,) = facts.tables["origins"]
    assert "not to be redistributed" in origin["licence"]


def test_a_free_tier_is_no_price_and_a_routed_price_is_none(tmp_path, naming):
    free = offered("openai/o3:free", pricing={"prompt": "0", "completion": "0"})
    routed = offered("openrouter/auto", "openrouter/auto", pricing={"prompt": "-1", "completion": "-1"})
    facts = listed(tmp_path, naming, free, routed)
    one, two = facts.tables["offerings"]
    assert (one["free"], one["tier"], one["input"]) == (True, "free", 0.0)
    assert (two["free"], two["input"], two["model_id"]) == (None, None, None)
    assert left(facts)["prices of OpenRouter", "they depend on where a request is routed"] == 1


def test_a_repository_is_an_alias_only_where_its_own_name_agrees(tmp_path, naming):
    slug = "deepseek/deepseek-r1-0528"
    for repository, entered in (
        ("deepseek-ai/DeepSeek-R1-0528", True),
        ("deepseek-ai/DeepSeek-R1", False),
        ("openai/o3-2025-04-16", False),
        ("somebody/unheard-of", False),
    ):
        facts = listed(tmp_path, naming, offered("deepseek/deepseek-r1-0528", slug, hugging_face_id=repository))
        names = [row["name"] for row in facts.tables.get("aliases", []) if row["source"] == "hf"]
        assert names == ([repository] if entered else []), repository


@pytest.mark.parametrize(
    "cells",
    [
        {"pricing": {"prompt": "-5", "completion": "1"}}, {"pricing": {"prompt": "NaN"}}, {"context_length": -1},
        {"pricing": {"prompt": "1e9"}}, {"id": None}, {"id": "=1+1"}, {"id": "a\u202eb"}, {"pricing": [1]},
        {"reasoning": {"supported_efforts": ["low", "<b>"]}}, {"expiration_date": "1970-01-01"},
    ],
)  # fmt: skip
def test_a_bad_offering_is_left_out_and_counted(cells, tmp_path, naming):
    facts = listed(tmp_path, naming, offered(), offered("b/c") | cells)
    assert [row["name"] for row in facts.tables["offerings"]] == ["openai/o3"]
    assert sum(n for (what, _), n in facts.left_out.items() if what == "offerings of OpenRouter") == 1


MARCH = [f"2026-03-{day:02d}" for day in range(1, 32)]


def test_a_month_has_the_shares_of_models_and_of_open_and_closed_with_bounds(tmp_path, naming):
    rows = []
    for day in MARCH:
        rows += [(day, "deepseek/deepseek-r1-0528", 40), (day, "deepseek/deepseek-r1-0528:free", 10)]
        rows += [(day, "openai/o3-2025-04-16", 30), (day, "stealth/nobody-knows", 5), (day, "other", 15)]
    facts = months(tmp_path, naming, ranked(rows))
    found = {(row["series"], row["subject"]): row for row in facts.tables["usage"]}
    opened = found["openrouter-rankings", "open"]
    assert (opened["low"], opened["high"], opened["value"]) == (0.5, 0.7, None)
    closed = found["openrouter-rankings", "closed"]
    assert (closed["low"], closed["high"]) == (0.3, 0.5)
    model = found["openrouter-models", "deepseek/deepseek-r1-2025-05-28"]
    assert (model["value"], model["low"], model["high"], model["total"]) == (0.5, 0.5, 0.65, 3100)
    assert {row["partial"] for row in facts.tables["usage"]} == {False}
    assert {(row["period"], row["ends"]) for row in facts.tables["usage"]} == {(date(2026, 3, 1), date(2026, 3, 31))}


def test_an_unfinished_month_and_one_with_a_hole_are_partial(tmp_path, naming):
    rows = [(day, "openai/o3-2025-04-16", 30) for day in [*MARCH[:9], *MARCH[10:], "2026-04-01", "2026-04-02"]]
    facts = months(tmp_path, naming, ranked(rows))
    assert {row["period"].month: row["partial"] for row in facts.tables["usage"]} == {3: True, 4: True}


def test_the_day_of_knowledge_is_the_publishers_and_the_later_restates(tmp_path, naming):
    before = ranked([(day, "openai/o3-2025-04-16", 1) for day in MARCH], "2026-04-01T02:00:00Z")
    after = ranked([(MARCH[0], "deepseek/deepseek-r1-0528", 3)], "2026-10-11T00:27:00Z")
    for answers in ((before, after), (after, before)):
        facts = months(tmp_path, naming, *answers)
        assert {row["retrieved"] for row in facts.tables["origins"]} == {date(2026, 10, 11)}
        totals = {row["total"] for row in facts.tables["usage"]}
        assert totals == {33}
    assert "as of 2026-04-01T02:00:00Z" in facts.tables["origins"][0]["attribution"]


@pytest.mark.parametrize(
    "row",
    [
        ("1970-01-01", "a/b", "1"), ("2031-01-01", "a/b", "1"), ("2024-12-31", "a/b", "1"), (MARCH[0], "a/b", "-1"),
        (MARCH[0], "a/b", "Infinity"), (MARCH[0], "a/b", "1_0"), (MARCH[0], "a\u202eb", "1"), (MARCH[0], "", "1"),
        (MARCH[0], "openai/o3-2025-04-16", "7"), (MARCH[0], "a/b", "9" * 60), ("soon", "a/b", "1"),
    ],
)  # fmt: skip
def test_a_bad_day_is_left_out_and_counted(row, tmp_path, naming):
    facts = months(tmp_path, naming, ranked([(MARCH[0], "openai/o3-2025-04-16", 30), row]))
    assert {each["total"] for each in facts.tables["usage"]} == {30}
    assert sum(n for (what, _), n in facts.left_out.items() if what == "daily totals of OpenRouter") == 1


def test_a_changed_format_is_an_error(tmp_path, naming):
    renamed = [{"day": MARCH[0], "model": "a/b", "tokens": "1"}]
    for answer, said in (
        ({"data": renamed, "meta": {"as_of": "2026-11-22T02:00:00Z"}}, "None of 1 daily totals"),
        ({"data": [], "meta": {"as_of": "2026-11-22T02:00:00Z"}}, "is empty"),
        ({"data": renamed, "meta": {}}, "as_of is missing"),
        ({"data": renamed, "meta": {"as_of": "2031-01-01T00:00:00Z"}}, "as_of"),
    ):
        with pytest.raises(SourceError, match=said):
            months(tmp_path, naming, answer)
    with pytest.raises(SourceError, match="None of 1 offerings"):
        listed(tmp_path, naming, {"model": "a"})


def test_fetch_asks_in_windows_of_a_year_and_keeps_the_key_to_itself(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(MODELS.removeprefix(SITE), json.dumps({"data": [offered()]}).encode())
        answer = json.dumps(ranked([(MARCH[0], "openai/o3-2025-04-16", 30)])).encode()
        publisher.says(RANKINGS.removeprefix(SITE), Reply(b"", 429, {"Retry-After": "1"}), Reply(answer))
        copies = fetch(web)
        asked = [one for one in publisher.asked if "rankings" in one.path]
        spans = [one.path.partition("?")[2] for one in asked[1:]]
        assert spans == [
            "start_date=2025-01-01&end_date=2026-01-01", "start_date=2026-01-02&end_date=2026-11-22",
        ]  # fmt: skip
        assert {one.headers["authorization"] for one in asked} == {f"Bearer {SECRET}"}
        assert all("authorization" not in one.headers for one in publisher.asked if "rankings" not in one.path)
        assert len(read(copies, Curated(), Naming()).tables["usage"]) > 0
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_without_a_key_the_list_of_models_is_all(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(MODELS.removeprefix(SITE), json.dumps({"data": [offered()]}).encode())
        assert [copy.name for copy in fetch(web)] == ["models"]
        publisher.says(MODELS.removeprefix(SITE), Reply(PAGE, headers={"Content-Type": "text/html"}))
        with pytest.raises(SourceError, match="HTML page"):
            fetch(web)


def test_a_refused_key_is_said_and_not_shown(tmp_path):
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(MODELS.removeprefix(SITE), json.dumps({"data": [offered()]}).encode())
        publisher.says(RANKINGS.removeprefix(SITE), Reply(b'{"error": {"code": 401}}', 401))
        with pytest.raises(SourceError, match=r"401.*a key that is valid") as error:
            fetch(web, key=SECRET)
        assert SECRET not in str(error.value)


@given(st.dictionaries(st.sampled_from(["data", "meta", "x"]), ANY | st.lists(
    st.dictionaries(st.sampled_from(["id", "pricing", "date", "model_permaslug", "total_tokens", "reasoning"]), ANY),
    max_size=3), max_size=3))  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_any_document_raises_nothing_else(tmp_path_factory, held):
    with contextlib.suppress(SourceError):
        read([put(tmp_path_factory.mktemp("any"), "x.json", held)], Curated(), Naming())


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["date", "model_permaslug", "total_tokens"]), ANY)))
@settings(max_examples=80, deadline=None)
def test_any_cell_of_the_rankings_raises_nothing_else(tmp_path_factory, changes):
    answer = ranked([(day, slug, 5) for day in MARCH[:7] for slug in ("a/b", "openai/o3-2025-04-16", "other")])
    for at, key, put_in in changes:
        answer["data"][at][key] = put_in
    try:
        facts = months(tmp_path_factory.mktemp("any"), Naming(), answer)
    except SourceError:
        return
    assert all(0 <= row["low"] <= row["high"] <= 1 for row in facts.tables["usage"])
