"""Every Eval Ever's records become scores of their own data set; who ran them decides what they count for.

Formats: schema 0.3.0 and the example record of 0.2.0 as published; the records here are made for the tests.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.eee import ADDRESS, TREE, fetch, read
from nomoat.sources.naming import Naming
from sources.boards import ANY, NOON, PAGE, left, put, serving
from sources.server import Reply

HUB = "https://huggingface.co"


def result(name="IFEval", score=0.4486, low=0.0, high=1.0, worse=False, **metric):
    return {
        "evaluation_name": name,
        "source_data": {"dataset_name": name, "source_type": "hf_dataset", "hf_repo": "google/IFEval"},
        "metric_config": {
            "lower_is_better": worse, "score_type": "continuous", "min_score": low, "max_score": high, **metric,
        },
        "score_details": {"score": score},
    }  # fmt: skip


def record(*results, schema="0.3.0", relation="third_party", model="openai/o3-2025-04-16", **more):
    return {
        "schema_version": schema,
        "evaluation_id": "hfopenllm_v2/o3/1770682486.623709",
        "retrieved_timestamp": "1770682486.623709",
        "source_metadata": {
            "source_name": "A board", "source_type": "documentation", "source_organization_name": "Somebody",
            "evaluator_relationship": relation,
        },
        "eval_library": {"name": "inspect_ai", "version": "unknown"},
        "model_info": {"name": model.rpartition("/")[2], "id": model, "developer": "OpenAI"},
        "evaluation_results": list(results or [result()]),
    } | more  # fmt: skip


@pytest.fixture
def naming():
    known = Naming()
    known.mint("openai/o3-2025-04-16", source="models.dev", released=date(2025, 4, 16))
    return known


def scores(tmp_path, naming, *records, name="record.json", **options):
    body = records[0] if len(records) == 1 and name.endswith(".json") else list(records)
    if name.endswith(".jsonl"):
        body = "\n".join(json.dumps(one) for one in records).encode()
    return read([put(tmp_path, name, body, **options)], Curated(), naming)


@pytest.mark.parametrize("schema", ["0.2.0", "0.3.0"])
@pytest.mark.parametrize("name", ["record.json", "records.jsonl"])
def test_both_schemas_are_read_from_json_and_lines(schema, name, tmp_path, naming):
    facts = scores(tmp_path, naming, record(schema=schema), name=name)
    (score,) = facts.tables["scores"]
    assert (score["model_id"], score["benchmark_id"], score["performance"], score["source"]) == (
        "openai/o3-2025-04-16", "eee/ifeval", 0.4486, "A board",
    )  # fmt: skip
    (origin,) = facts.tables["origins"]
    assert (origin["dataset"], origin["evidence"], score["evidence"]) == (
        "every-eval-ever", "secondary", "third-party-report",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "evidence", "kind"),
    [
        ("first_party", "self-reported", "vendor-report"),
        ("collaborative", "self-reported", "vendor-report"),
        ("third_party", "secondary", "third-party-report"),
        ("other", "secondary", "unsourced"),
    ],
)
def test_who_ran_it_decides_what_it_counts_for(relation, evidence, kind, tmp_path, naming):
    facts = scores(tmp_path, naming, record(relation=relation))
    assert (facts.tables["origins"][0]["evidence"], facts.tables["scores"][0]["evidence"]) == (evidence, kind)


@pytest.mark.parametrize("version", ["0.0.1", "0.1.0", "0.4.0", "1.0.0", "", None])
def test_another_schema_is_refused_by_name(version, tmp_path, naming):
    with pytest.raises(SourceError, match=r"schema_version is .* Expected one of 0\.2\.0, 0\.3\.0") as error:
        scores(tmp_path, naming, record(schema=version))
    assert repr(version) in str(error.value)


def test_another_schema_among_known_ones_is_counted_by_name(tmp_path, naming):
    facts = scores(tmp_path, naming, record(), record(schema="0.9.0"), name="records.jsonl")
    assert len(facts.tables["scores"]) == 1
    assert left(facts) == {("evaluation records", "schema_version is '0.9.0'"): 1}


@pytest.mark.parametrize(
    ("one", "performance"),
    [
        (result(score=40.0, low=0.0, high=100.0), 0.4),
        (result(score=25.0, low=0.0, high=100.0, worse=True), 0.75),
        (result(score=0.0, low=-1.0, high=1.0), 0.5),
        (result(score=1.0, low=None, high=None, score_type="binary"), 1.0),
    ],
)
def test_a_score_is_put_on_the_scale_that_the_record_states(one, performance, tmp_path, naming):
    (score,) = scores(tmp_path, naming, record(one)).tables["scores"]
    assert score["performance"] == pytest.approx(performance)


@given(
    low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), part=st.floats(0, 1), worse=st.booleans(),
    error=st.floats(0, 1e3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_scale_is_undone_exactly(tmp_path_factory, low, width, part, worse, error):
    high = low + width
    one = result(score=min(high, max(low, low + part * width)), low=low, high=high, worse=worse)
    one["score_details"]["uncertainty"] = {"standard_error": {"value": error}}
    known = Naming()
    known.mint("openai/o3-2025-04-16", source="models.dev")
    (score,) = scores(tmp_path_factory.mktemp("scale"), known, record(one)).tables["scores"]
    assert score["performance"] == pytest.approx(1 - part if worse else part, abs=1e-6)
    assert score["stderr"] * width == pytest.approx(error, rel=1e-6, abs=1e-9)
    assert 0 <= score["performance"] <= 1


@pytest.mark.parametrize(
    "one",
    [
        result(low=None, high=None), result(high="Infinity"), result(low="-Infinity"), result(low=1.0, high=0.0),
        result(score=1.5), result(score=-0.1), result(score="NaN"), result(score=None), result(worse=None),
        result(score_type="levels"), result(name=""), result(name="a\u202eb"), result(name="=1+1"),
        result(low=-1e308, high=1e308), result(score=True), "a result",
    ],
)  # fmt: skip
def test_a_result_without_a_scale_is_left_out_and_counted(one, tmp_path, naming):
    facts = scores(tmp_path, naming, record(one, result("BBH")))
    assert [score["benchmark_id"] for score in facts.tables["scores"]] == ["eee/bbh"]
    assert sum(facts.left_out.values()) == 1


def test_metrics_of_one_evaluation_are_kept_apart(tmp_path, naming):
    facts = scores(tmp_path, naming, record(result(metric_id="accuracy"), result(metric_id="f1")))
    assert [row["benchmark_id"] for row in facts.tables["benchmarks"]] == ["eee/ifeval-accuracy", "eee/ifeval-f1"]


def test_a_name_without_a_model_is_counted(tmp_path, naming):
    facts = scores(tmp_path, naming, record(model="TencentARC/LLaMA-Pro-8B-Instruct"))
    assert "scores" not in facts.tables
    assert left(facts) == {("evaluation results", "the model's name leads to no model"): 1}


def test_files_have_origins_of_their_own_and_one_broken_file_loses_no_other(tmp_path, naming):
    copies = [put(tmp_path, f"{name}.json", record()) for name in ("a", "b")]
    copies.append(put(tmp_path, "c.json", PAGE))
    facts = read(copies, Curated(), naming)
    keys = [row["origin_id"] for row in facts.tables["origins"]]
    assert len(keys) == len(set(keys)) == 2
    assert len(facts.tables["benchmarks"]) == 1
    assert [what for what, _ in facts.left_out] == ["files of records"]


def test_a_data_set_is_known_on_one_day(tmp_path, naming):
    """An unchanged file keeps its first date on disk; as facts of an older day it would be hidden by the newer ones."""
    older = put(tmp_path, "a.json", record(), retrieved=NOON - timedelta(days=9))
    facts = read([older, put(tmp_path, "b.json", record())], Curated(), naming)
    assert {row["retrieved"] for row in facts.tables["origins"]} == {NOON.date()}


def test_fetch_follows_the_pages_of_a_collection(tmp_path, naming):
    place = f"{TREE}/hle".removeprefix(HUB)
    files = [f"data/hle/openai/o3/{name}" for name in ("a.json", "b.json", "a_samples.jsonl")]
    listed = [{"type": "file", "path": path} for path in files]
    listed += [{"type": "directory", "path": "data/hle/openai"}, {"type": "file", "path": "data/../../etc/x.json"}]
    with serving(tmp_path, HUB) as (web, publisher):
        link = {"Link": f'<{publisher.address}{place}?recursive=true&cursor=2>; rel="next"'}
        publisher.says(f"{place}?recursive=true", Reply(json.dumps(listed[:1]).encode(), headers=link))
        publisher.says(f"{place}?recursive=true&cursor=2", json.dumps(listed[1:]).encode())
        for path in files[:2]:
            publisher.says(f"{ADDRESS}/resolve/main/{path}".removeprefix(HUB), json.dumps(record()).encode())
        copies = fetch(web, collections=["hle"])
        assert [copy.name for copy in copies] == ["hle/openai/o3/a.json", "hle/openai/o3/b.json"]
        assert len(read(copies, Curated(), naming).tables["scores"]) == 2
        with pytest.raises(SourceError, match="beyond 1"):
            fetch(web, collections=["hle"], most=1)


def test_a_collection_that_is_none_is_refused(tmp_path):
    with serving(tmp_path, HUB) as (web, _):
        for collections, said in ((["../x"], "no collection"), ([""], "no collection"), (["hle"], "404")):
            with pytest.raises(SourceError, match=said):
                fetch(web, collections=collections)


@given(st.lists(st.tuples(st.integers(0, 40), ANY), min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_any_change_of_a_record_raises_nothing_else(tmp_path_factory, changes):
    held = record(result("BBH"), result(metric_id="f1"))
    for at, put_in in changes:
        spots = [(held, key) for key in held]
        for owner, key in spots:
            inner = owner[key]
            if isinstance(inner, dict):
                spots += [(inner, each) for each in inner]
            elif isinstance(inner, list):
                spots += [(inner, each) for each in range(len(inner))]
        owner, key = spots[at % len(spots)]
        owner[key] = put_in
    known = Naming()
    known.mint("openai/o3-2025-04-16", source="models.dev")
    try:
        facts = scores(tmp_path_factory.mktemp("any"), known, held)
    except SourceError:
        return
    assert all(0 <= row["performance"] <= 1 for row in facts.tables.get("scores", []))


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_random_bytes_raise_nothing_else(tmp_path_factory, body):
    for name in ("x.json", "x.jsonl"):
        with pytest.raises(SourceError):
            read([put(tmp_path_factory.mktemp("random"), name, body)], Curated(), Naming())
