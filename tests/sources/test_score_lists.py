"""Lists of scores: each a data set of its own, whose word it is kept with it, and never in the default fit."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest

from nomoat.catalog.store import DEFAULT_DATASET
from nomoat.errors import SourceError
from nomoat.sources import aider, llm_stats, vectara
from nomoat.sources.curated import Curated
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

DAY = date(2026, 3, 10)
RAW = "https://raw.githubusercontent.com"


@pytest.fixture
def naming():
    known = Naming()
    for raw in ("gpt-4o-mini-2024-07-18", "claude-3-5-sonnet-20241022", "Qwen/QwQ-32B", "microsoft/Phi-4"):
        assert known.mint(raw, source="hf") is not None
    return known


def scores(facts):
    return [(row["model_id"], row["benchmark_id"], row["performance"]) for row in facts.tables.get("scores", [])]


def test_none_of_them_is_what_the_default_fit_reads(tmp_path, naming):
    (tmp_path / "a.yml").write_bytes(AIDER)
    (tmp_path / "v.md").write_bytes(README)
    (tmp_path / "l.json").write_text(json.dumps([model()]))
    read = (
        aider.read_board("polyglot", tmp_path / "a.yml", DAY, naming),
        vectara.read_rates(tmp_path / "v.md", DAY, naming),
        llm_stats.read_models(tmp_path / "l.json", DAY, Curated(), naming),
    )
    for facts in read:
        dataset = {row["origin_id"]: row["dataset"] for row in facts.tables["origins"]}
        assert facts.tables["scores"]
        assert DEFAULT_DATASET["scores"] not in {dataset[row["origin_id"]] for row in facts.tables["scores"]}


# --- Aider: runs cut from the two boards, and some that are wrong on purpose

AIDER = b"""- dirname: 2024-12-21-18-41-18--polyglot-gpt-4o-mini
  test_cases: 225
  model: gpt-4o-mini-2024-07-18
  edit_format: whole
  commit_hash: 12e5
  pass_rate_1: 0.9
  pass_rate_2: 3.6
  date: 2024-12-21

- model: claude-3-5-sonnet-20241022 (diff)
  edit_format: diff
  pass_rate_2: 51.6
  date: 2025-01-17
- model: DeepSeek R1 + claude-3-5-sonnet-20241022
  pass_rate_2: 64.0
  date: 2025-01-24
- model: Quasar Alpha
  pass_rate_2: 54.7
  date: 2025-04-04
- model: QwQ-32B
  pass_rate_2: 120
  date: 2025-03-06
- model: QwQ-32B
  pass_rate_2: .nan
  date: 2025-03-06
- model: QwQ-32B
  pass_rate_2: 20.9
  date: 2027-03-06
- model: QwQ-32B
  date: 2025-03-06
"""


def test_a_run_is_the_share_solved_by_the_second_attempt(tmp_path, naming):
    path = tmp_path / "polyglot.yml"
    path.write_bytes(AIDER)
    facts = aider.read_board("polyglot", path, DAY, naming)
    assert scores(facts) == [
        ("openai/gpt-4o-mini-2024-07-18", "aider-polyglot", 0.036),
        ("anthropic/claude-3.5-sonnet-2024-10-22", "aider-polyglot", 0.516),
    ]
    assert {row["evidence"] for row in facts.tables["scores"]} == {"own-run"}
    assert facts.tables["scores"][1]["version"] == "claude-3-5-sonnet-20241022 (diff)"
    assert facts.left_out["runs of Aider polyglot", "two models at work together"] == 1
    assert facts.left_out["runs of Aider polyglot", "no model of that name in the catalogue"] == 1
    assert sum(n for (_, why), n in facts.left_out.items() if why.startswith("broken")) == 4


def test_a_floating_name_in_brackets_is_dated_by_them():
    assert aider._plain("chatgpt-4o-latest (2025-02-15)", DAY) == ("chatgpt-4o-latest", date(2025, 2, 15))
    assert aider._plain("o1-mini (whole)", DAY) == ("o1-mini", DAY)
    assert aider._plain("DeepSeek-V3.2-Exp (Chat)", DAY) == ("DeepSeek-V3.2-Exp (Chat)", DAY)
    assert aider._plain("x (2025-99-99)", DAY) == ("x (2025-99-99)", DAY)


def test_both_boards_are_fetched_and_kept_apart(tmp_path, naming):
    publisher = Publisher()
    for board in aider.BOARDS:
        publisher.says(f"/Aider-AI/aider/main/aider/website/_data/{board}_leaderboard.yml", AIDER)
    with opened(publisher, tmp_path, RAW) as web:
        facts = aider.read(aider.fetch(web), Curated(), naming)
    publisher.close()
    assert {row["dataset"] for row in facts.tables["origins"]} == {"aider-polyglot", "aider-edit"}
    assert [row["benchmark_id"] for row in facts.tables["benchmarks"]] == ["aider-edit"]


@pytest.mark.parametrize("body", [b"runs: []", b"just text", b"- model: QwQ-32B\n"])
def test_another_format_of_the_board_is_refused(tmp_path, naming, body):
    (tmp_path / "a.yml").write_bytes(body)
    with pytest.raises(SourceError, match=r"list of runs|None of 1 runs"):
        aider.read_board("polyglot", tmp_path / "a.yml", DAY, naming)


# --- Vectara: the table as the page has had it since 2023

README = b"""# Hallucination Leaderboard

|Name|Value|
|----|----:|
|not|this|

|Model|Hallucination Rate|Factual Consistency Rate|Answer Rate|Average Summary Length (Words)|
|----|----:|----:|----:|----:|
|microsoft/Phi-4|3.7 %|96.3 %|80.7 %|120.9|
|Qwen/QwQ-32B |6.1 % |93.9 % |99.9 % |59.8 |
|acme/unheard-of|1.0 %|99.0 %|99.0 %|1|
|microsoft/Phi-4|103.7 %|0 %|80.7 %|120.9|
|microsoft/Phi-4|0.037|96.3 %|80.7 %|120.9|

|Model|Hallucination Rate|
|---|---|
|microsoft/Phi-4|99 %|
"""
EXTRACT = b"""Model,Hallucination Rate,Factual Consistency Rate,Answer Rate,Average Summary Length (Words)
microsoft/Phi-4,3.7 %,96.3 %,80.7 %,120.9
Qwen/QwQ-32B,6.1 %,93.9 %,99.9 %,59.8
"""


@pytest.mark.parametrize(("name", "body"), [("readme.text", README), ("extract.csv", EXTRACT)])
def test_the_score_is_what_is_not_hallucinated(tmp_path, naming, name, body):
    (tmp_path / name).write_bytes(body)
    facts = vectara.read_rates(tmp_path / name, DAY, naming)
    assert [(model, value) for model, _, value in scores(facts)] == [
        ("microsoft/phi-4", 0.963),
        ("alibaba/qwq-32b", 0.939),
    ]
    if name.endswith("text"):
        left = {why: n for (what, why), n in facts.left_out.items() if what.startswith("models")}
        assert left.pop("no model of that name in the catalogue") == 1
        assert sum(left.values()) == 2


def test_the_oldest_table_with_other_columns_is_read(tmp_path, naming):
    (tmp_path / "r.md").write_bytes(
        b"|Model|Accuracy|Hallucination Rate|\n|--|--:|--:|\n|microsoft/Phi-4|97.0 %|3.0 %|\n"
    )
    assert [value for *_, value in scores(vectara.read_rates(tmp_path / "r.md", DAY, naming))] == [0.97]


def test_a_page_without_the_table_is_refused(tmp_path, naming):
    (tmp_path / "r.md").write_bytes(b"# Hallucination Leaderboard\n|Model|Score|\n|--|--|\n|a|1|\n")
    with pytest.raises(SourceError, match="has no table with"):
        vectara.read_rates(tmp_path / "r.md", DAY, naming)


def test_the_page_is_fetched_and_a_web_page_in_its_place_named(tmp_path, naming):
    publisher = Publisher()
    path = vectara.ADDRESS.removeprefix(RAW)
    publisher.says(path, README, Reply(b"<!DOCTYPE html><title>Sorry</title>", headers={"Content-Type": "text/html"}))
    with opened(publisher, tmp_path, RAW) as web:
        facts = vectara.read(vectara.fetch(web), Curated(), naming)
        with pytest.raises(SourceError, match="HTML page"):
            vectara.fetch(web)
    publisher.close()
    assert len(scores(facts)) == 2


# --- LLM-Stats: models cut from the extract of 2025-10, and scores that are wrong on purpose

PHI = "https://huggingface.co/microsoft/phi-4"


def scored(benchmark, value, own=True, address=PHI):
    return {
        "benchmark_id": benchmark, "benchmark_name": benchmark.upper(), "score": value, "is_self_reported": own,
        "self_reported_source_link": address, "analysis_method": "Accuracy",
    }  # fmt: skip


def model(name="phi-4", organisation="microsoft", licence="mit", released="2024-12-12", **more):
    return {
        "model_id": name, "name": name, "organization_id": organisation, "release_date": released,
        "announcement_date": released, "license_id": licence, "param_count": 14700000000,
        "benchmarks": [scored("mmlu", 0.848), scored("gpqa", 0.561, own=False, address=None)], **more,
    }  # fmt: skip


def read_stats(tmp_path, naming, *records):
    (tmp_path / "l.json").write_text(json.dumps(records))
    return llm_stats.read_models(tmp_path / "l.json", DAY, Curated(), naming)


def test_a_makers_word_is_marked_and_its_address_kept(tmp_path, naming):
    facts = read_stats(tmp_path, naming, model())
    assert [(row["benchmark_id"], row["evidence"], row["source"]) for row in facts.tables["scores"]] == [
        ("mmlu", "vendor-report", PHI),
        ("gpqa", "third-party-report", "no address given"),
    ]
    evidence = {row["origin_id"]: (row["dataset"], row["evidence"]) for row in facts.tables["origins"]}
    assert [evidence[row["origin_id"]] for row in facts.tables["scores"]] == [
        ("llm-stats", "self-reported"),
        ("llm-stats", "secondary"),
    ]


def test_facts_about_models_are_claims(tmp_path, naming):
    closed = model("grok-2-mini", "xai", "proprietary", "2024-08-13", benchmarks=None)
    facts = read_stats(tmp_path, naming, model(), closed)
    assert {row["model_id"]: (row["class"], row["licence"]) for row in facts.tables["openness"]} == {
        "microsoft/phi-4": ("weights-unspecified", "mit"),
        "xai/grok-2-mini": ("closed-unspecified", "proprietary"),
    }
    assert {row["model_id"]: row["released"] for row in facts.tables["models"]} == {
        "microsoft/phi-4": date(2024, 12, 12),
        "xai/grok-2-mini": date(2024, 8, 13),
    }


@pytest.mark.parametrize(
    "wrong",
    [
        [scored("cfeval", 2134)],
        [scored("mmlu", -0.1)],
        [scored("mmlu", None)],
        [scored("aime-2025", 0.807), scored("aime-2025", 0.961)],
    ],
)
def test_a_score_that_is_no_share_or_has_a_rival_is_left_out(tmp_path, naming, wrong):
    facts = read_stats(tmp_path, naming, model(benchmarks=[*wrong, scored("drop", 0.75)]))
    assert [(name, value) for _, name, value in scores(facts)] == [("drop", 0.75)]
    assert sum(n for (what, _), n in facts.left_out.items() if what == "scores of LLM-Stats") == len(wrong)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "not an address", "", "https://a.example/x y"])
def test_an_address_that_is_none_is_not_kept(tmp_path, naming, address):
    facts = read_stats(tmp_path, naming, model(benchmarks=[scored("mmlu", 0.8, address=address)]))
    assert [row["source"] for row in facts.tables["scores"]] == ["no address given"]


def test_the_repository_is_fetched_and_its_files_joined_by_folder(tmp_path, naming):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        folder = "LLMStats-main/data/organizations/microsoft/models"
        facts = {key: value for key, value in model().items() if key != "benchmarks"}
        archive.writestr(f"{folder}/phi-4/model.json", json.dumps(facts))
        archive.writestr(f"{folder}/phi-4/benchmarks.json", json.dumps(model()["benchmarks"]))
        archive.writestr(f"{folder}/phi-5/benchmarks.json", json.dumps([scored("mmlu", 0.99)]))
        archive.writestr(f"{folder}/phi-6/model.json", b'{"model_id": ')
        archive.writestr(
            f"{folder}/qwq/model.json", json.dumps(model("qwq-32b", "qwen", released="2025-03-05", benchmarks=0))
        )
        archive.writestr("LLMStats-main/package.json", b"{}")
    publisher = Publisher()
    publisher.says("/JonathanChavezTamales/LLMStats/zip/refs/heads/main", made.getvalue())
    with opened(publisher, tmp_path, "https://codeload.github.com") as web:
        found = llm_stats.read(llm_stats.fetch(web), Curated(), naming)
    publisher.close()
    assert [(one, name) for one, name, _ in scores(found)] == [("microsoft/phi-4", "mmlu"), ("microsoft/phi-4", "gpqa")]
    assert {row["model_id"] for row in found.tables["models"]} == {"microsoft/phi-4", "alibaba/qwq-32b"}
    assert sum(n for (_, why), n in found.left_out.items() if why.startswith("broken")) == 1
