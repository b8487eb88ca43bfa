"""Artificial Analysis: proportions become scores, indices ratings under their version, and the key stays with it.

Formats from description: no live answer was at hand where this was written; the names and figures are invented.
"""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import SourceError
from nomoat.sources.aa import FREE, KEY, WHOLE, fetch, read, read_models
from nomoat.sources.curated import Curated
from nomoat.sources.naming import Naming
from sources.boards import ANY, NOON, PAGE, left, put, serving
from sources.server import Reply

SITE = "https://artificialanalysis.ai"
SECRET = "aa-very-secret"


def model(slug="o3-2025-04-16", name="o3 (high)", evaluations=None, **cells):
    return {
        "id": "2f3c4dc9-a450-4303-8697-0237257cf08f", "name": name, "slug": slug, "release_date": "2025-04-16",
        "model_creator": {"id": "x", "name": "OpenAI", "slug": "openai"},
        "evaluations": evaluations or {"artificial_analysis_intelligence_index": 57.6, "gpqa": 0.83, "hle": None},
        "pricing": {"price_1m_blended_3_to_1": 3.5, "price_1m_input_tokens": 2, "price_1m_output_tokens": 8},
        "median_output_tokens_per_second": 150.2,
    } | cells  # fmt: skip


def answer(*models, **more):
    return {"status": 200, "data": list(models), **more}


@pytest.fixture
def naming():
    known = Naming()
    known.mint("openai/o3-2025-04-16", source="models.dev", released=date(2025, 4, 16))
    return known


def entered(tmp_path, naming, *models, **more):
    return read_models(put(tmp_path, "models.json", answer(*models, **more)).path, NOON.date(), naming)


def test_evaluations_are_scores_and_indices_are_ratings(tmp_path, naming):
    facts = entered(tmp_path, naming, model(), intelligence_index_version=4.1)
    (score,) = facts.tables["scores"]
    assert (score["model_id"], score["benchmark_id"], score["performance"], score["version"], score["evidence"]) == (
        "openai/o3-2025-04-16", "artificial-analysis/gpqa", 0.83, "o3 (high)", "own-run",
    )  # fmt: skip
    (rating,) = facts.tables["ratings"]
    assert (rating["board"], rating["category"], rating["rating"], rating["model_id"]) == (
        "artificial-analysis", "intelligence 4.1", 57.6, "openai/o3-2025-04-16",
    )  # fmt: skip
    assert "offerings" not in facts.tables
    (origin,) = facts.tables["origins"]
    assert (origin["attribution"], origin["dataset"]) == (
        "Artificial Analysis, artificialanalysis.ai", "artificial-analysis",
    )  # fmt: skip


def test_a_release_date_that_is_another_models_joins_nothing(tmp_path, naming):
    naming.mint("openai/gpt-4o-2024-05-13", source="models.dev", released=date(2024, 5, 13))
    named = [
        entered(tmp_path, naming, model("gpt-4o", "GPT-4o", release_date=day)).tables["ratings"][0]["model_id"]
        for day in ("2024-05-20", "2024-11-20")
    ]
    assert named == ["openai/gpt-4o-2024-05-13", None]


@pytest.mark.parametrize("bad", [1.5, -0.1, "NaN", True, "high", 1e308, [1]])
def test_a_bad_evaluation_is_left_out_and_the_others_stay(bad, tmp_path, naming):
    facts = entered(tmp_path, naming, model(evaluations={"gpqa": 0.8, "hle": bad}))
    assert [score["benchmark_id"] for score in facts.tables["scores"]] == ["artificial-analysis/gpqa"]
    assert sum(n for (what, _), n in facts.left_out.items() if what.startswith("evaluations")) == 1


@pytest.mark.parametrize(
    "cells", [{"slug": None}, {"name": "a\u202eb"}, {"name": "=1+1"}, {"release_date": "1970-01-01"}, {"pricing": 5}]
)
def test_a_bad_model_is_left_out_and_counted(cells, tmp_path, naming):
    facts = entered(tmp_path, naming, model(), model() | cells)
    assert len(facts.tables["scores"]) == 1
    assert sum(n for (_, why), n in left(facts).items() if why.startswith("broken")) == 1


def test_all_models_come_in_one_answer(tmp_path):
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(
            WHOLE.removeprefix(SITE), Reply(b"", 429, {"Retry-After": "2"}), json.dumps(answer(model())).encode()
        )
        (copy,) = fetch(web, key=SECRET)
        assert {asked.headers["x-api-key"] for asked in publisher.asked} == {SECRET}
        assert read([copy], Curated(), Naming()).tables["ratings"]
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_documented_pages_are_asked_where_that_is_refused(tmp_path, naming):
    def page(asked):
        number = int(asked.path.rpartition("=")[2])
        pages = {"page": number, "page_size": 1, "total_pages": 2, "has_more": number < 2}
        return Reply(json.dumps(answer(model(name=f"o3 ({number})"), pagination=pages, tier="free")).encode())

    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(WHOLE.removeprefix(SITE), Reply(b"{}", 403))
        publisher.says(FREE.removeprefix(SITE), page)
        copies = fetch(web, key=SECRET)
        assert [copy.name for copy in copies] == ["models-free-01", "models-free-02"]
        facts = read(copies, Curated(), naming)
        assert [row["name"] for row in facts.tables["ratings"]] == ["o3 (1)", "o3 (2)"]
        assert len({row["origin_id"] for row in facts.tables["origins"]}) == 2
        assert [row["benchmark_id"] for row in facts.tables["benchmarks"]] == ["artificial-analysis/gpqa"]


def test_pages_without_an_end_are_refused(tmp_path):
    endless = json.dumps(answer(model(), pagination={"has_more": True})).encode()
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(WHOLE.removeprefix(SITE), Reply(b"{}", 403))
        publisher.says(FREE.removeprefix(SITE), endless)
        with pytest.raises(SourceError, match="403"):
            fetch(web, key=SECRET)
        assert len(publisher.asked) <= 52


def test_without_a_key_nothing_is_asked(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    with serving(tmp_path, SITE) as (web, publisher):
        with pytest.raises(SourceError, match=KEY):
            fetch(web)
        assert publisher.asked == []


def test_a_page_or_a_changed_format_is_an_error(tmp_path, naming):
    with serving(tmp_path, SITE) as (web, publisher):
        publisher.says(WHOLE.removeprefix(SITE), Reply(PAGE, headers={"Content-Type": "text/html"}))
        with pytest.raises(SourceError, match="HTML page"):
            fetch(web, key=SECRET)
    for held, said in (({"data": []}, "is empty"), ({"models": [1]}, "is empty"), (answer({"model": 1}), "None of 1")):
        with pytest.raises(SourceError, match=said):
            read_models(put(tmp_path, "x.json", held).path, NOON.date(), naming)


@given(st.lists(st.tuples(st.sampled_from(list(model())), ANY), max_size=4), ANY)
@settings(max_examples=100, deadline=None)
def test_any_cell_raises_nothing_else(tmp_path_factory, changes, held):
    folder = tmp_path_factory.mktemp("any")
    with contextlib.suppress(SourceError):
        read([put(folder, "held.json", held)], Curated(), Naming())
    with contextlib.suppress(SourceError):
        facts = entered(folder, Naming(), model(), model() | dict(changes))
        assert all(0 <= row["rating"] <= 100 for row in facts.tables.get("ratings", []))
