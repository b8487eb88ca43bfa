"""models.dev: three shapes of two files; openness and dates from the facts about models alone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import modelsdev
from nomoat.sources.curated import Curated
from nomoat.sources.known import SOURCES
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

SITE = "https://models.dev"
TEXT = {"input": ["text"], "output": ["text"]}
SEEN = {"input": ["text", "image"], "output": ["text"]}
NEWS = "https://www.anthropic.com/news/claude-opus-4-8"


def fact(id, released, openly, **more):
    """A record of models.json, with the keys that its schema asks for."""
    return {
        "id": id, "name": id.split("/")[-1], "release_date": released, "last_updated": released, "attachment": False,
        "reasoning": False, "tool_call": True, "open_weights": openly, "limit": {"context": 128000},
        "modalities": TEXT, **more,
    }  # fmt: skip


def score(name, value, source, **more):
    return {"name": name, "score": value, "source": source, **more}


# Facts cut from the copy of 2026-07-02, and some records that are wrong on purpose.
MODELS = {
    record["id"]: record
    for record in [
        fact(
            "alibaba/qwen3-32b", "2025-04-28", True,
            weights=[{"label": "Hugging Face", "url": "https://huggingface.co/Qwen/Qwen3-32B"},
                     {"label": "FP8", "url": "https://huggingface.co/Qwen/Qwen3-32B-FP8", "quantization": "fp8"}],
            benchmarks=[
                score("Aider Polyglot", 40.0, "https://aider.chat/docs/leaderboards/", metric="percent correct"),
                score("SciCode", 27.8, "https://openrouter.ai/qwen/qwen3-32b/benchmarks", metric="percent correct"),
                score("Terminal-Bench Hard", 9.1, "https://artificialanalysis.ai/models/qwen3-32b"),
                score("Artificial Analysis Coding Index", 19.4, "https://example.org", metric="index"),
                score("Some Index", 19.4, "https://example.org", metric="index"),
                score("SWE-Bench Verified", 61.5, "https://huggingface.co/Qwen/Qwen3-32B", metric="percent resolved"),
                score("GPQA Diamond", 0.61, "https://example.org"),
                score("τ3 Banking", 120, "https://example.org"),
                score("NL2Repo", "many", "https://example.org"),
            ],
        ),
        fact("anthropic/claude-opus-4-8", "2026-05-28", False, benchmarks=[
            score("SWE-Bench Pro", 60.1, NEWS, variant="max", harness="own"),
        ]),
        fact("google/gemini-3.1-pro-preview", "2026-02-19", False, benchmarks=[
            score("SWE-Bench Pro", 54.2, NEWS),
        ]),
        fact("openai/gpt-4o-2024-08-06", "2024-08-06", False, modalities=SEEN),
        fact("deepreinforce/ornith-1.0-31b", "2026-06-25", True, license="MIT"),
        fact("mistral/mistral-nemo", "2024-07", True),
    ]
}  # fmt: skip
BROKEN = {
    "openai/gpt-zero": fact("openai/gpt-zero", "1970-01-01", False),
    "openai/gpt-later": fact("openai/gpt-later", "2031-01-01", False),
    "openai/gpt-never": fact("openai/gpt-never", "soon", False),
    "openai/gpt-half": fact("openai/gpt-half", "2025-01-01", "half"),
    "openai/gpt\u202eevil": fact("openai/gpt\u202eevil", "2025-01-01", False),
    "x/=1+1": fact("=1+1", "2025-01-01", False),
    "x/list": [1, 2],
    "x/modal": fact("x/modal", "2025-01-01", False, modalities={"input": ["x" * 5000], "output": ["text"]}),
    "../../x": fact("../../x", "2025-01-01", False),
}


def offer(id, input=None, output=None, **more):
    cost = {} if input is None else {"cost": {"input": input, "output": output, **more.pop("cost", {})}}
    limit = {"limit": {"context": 131072}}
    return {"id": id, "name": id, "open_weights": False, "release_date": "2025-01-01", **limit, **cost, **more}


PROVIDERS = {
    "openai": {"id": "openai", "env": ["K"], "name": "OpenAI", "doc": "https://x", "models": {
        "gpt-4o-2024-08-06": offer("gpt-4o-2024-08-06", 2.5, 10, cost={"cache_read": 1.25}),
        "gpt-3": offer("gpt-3", 1, 1, status="deprecated"),
    }},
    "frogbot": {"id": "frogbot", "models": {
        "house/qwen": offer("house/qwen", 0, 0, base_model="alibaba/qwen3-32b", release_date="1970-01-01"),
        "@cf/mystery": offer("@cf/mystery", 0.1, 0.2, provider={"npm": "x"}),
        "plan": offer("plan"),
        "tiered": offer("tiered", 1, 2, cost={"cached_input": 0.1, "cached_write": 1.5, "tiers": [{"input": 9}]}),
        "negative": offer("negative", -1, 2),
        "absurd": offer("absurd", 1e9, 2),
        "worded": offer("worded", "free", 2),
    }},
}  # fmt: skip


@pytest.fixture
def publisher():
    site = Publisher()
    yield site
    site.close()


def read(publisher, tmp_path, models, providers, path="/api.json"):
    publisher.says("/models.json", json.dumps(models).encode())
    publisher.says("/api.json", json.dumps(providers).encode())
    with opened(publisher, tmp_path / "home", SITE) as web:
        copies = SOURCES["modelsdev"].fetch(web)
    return SOURCES["modelsdev"].read(copies, Curated(), Naming())


def rows(facts, table, *columns):
    return [tuple(row[column] for column in columns) for row in facts.tables.get(table, [])]


def left(facts):
    return {(one.what, one.why): one.count for one in facts.left()}


def test_models_have_dates_and_openness_of_their_own_records(publisher, tmp_path):
    facts = read(publisher, tmp_path, MODELS, PROVIDERS)
    assert rows(facts, "models", "model_id", "released", "organisation_id") == [
        ("alibaba/qwen3-32b", date(2025, 4, 28), "alibaba"),
        ("anthropic/claude-opus-4.8", date(2026, 5, 28), "anthropic"),
        ("google/gemini-3.1-pro", date(2026, 2, 19), "google"),
        ("openai/gpt-4o-2024-08-06", date(2024, 8, 6), "openai"),
        ("deepreinforce/ornith-1.0-31b", date(2026, 6, 25), "deepreinforce"),
        ("mistral/mistral-nemo-2024-07", None, "mistral"),
    ]
    assert rows(facts, "openness", "class", "licence") == [
        ("weights-unspecified", None),
        ("closed-unspecified", None),
        ("closed-unspecified", None),
        ("closed-unspecified", None),
        ("weights-unspecified", "MIT"),
        ("weights-unspecified", None),
    ]
    assert rows(facts, "versions", "model_id", "name", "released") == [
        ("openai/gpt-4o-2024-08-06", "gpt-4o-2024-08-06", date(2024, 8, 6)),
        ("mistral/mistral-nemo-2024-07", "mistral-nemo", None),
    ]
    assert facts.tables["models"][3]["modality"] == "image,text>text"
    assert left(facts)["release dates of models.dev", "only a month is given"] == 1
    assert {row["organisation_id"] for row in facts.tables["models"]} <= {
        name for (name,) in rows(_organised(facts), "organisations", "organisation_id")
    }


def _organised(facts):
    curated = Curated()
    for row in facts.tables["models"]:
        assert curated.known(row["organisation_id"]) or curated.organisation(row["organisation_id"], None)
    curated.add_organisations(facts)
    return facts


def test_the_makers_weights_are_an_alias_and_quantised_ones_are_not(publisher, tmp_path):
    facts = read(publisher, tmp_path, MODELS, PROVIDERS)
    names = {(source, name): id for source, name, id in rows(facts, "aliases", "source", "name", "id")}
    assert names["models.dev", "alibaba/qwen3-32b"] == "alibaba/qwen3-32b"
    assert not any("FP8" in name for _, name in names)


def test_scores_are_shares_marked_by_whose_word_they_are(publisher, tmp_path):
    facts = read(publisher, tmp_path, MODELS, PROVIDERS)
    assert rows(facts, "scores", "model_id", "benchmark_id", "performance", "evidence") == [
        ("alibaba/qwen3-32b", "aider-polyglot", 0.4, "leaderboard"),
        ("alibaba/qwen3-32b", "swe-bench-verified", 0.615, "vendor-report"),
        ("anthropic/claude-opus-4.8", "swe-bench-pro", 0.601, "vendor-report"),
        ("google/gemini-3.1-pro", "swe-bench-pro", 0.542, "third-party-report"),
    ]
    kinds = {row["origin_id"]: (row["dataset"], row["evidence"]) for row in facts.tables["origins"]}
    for row in facts.tables["scores"]:
        own = row["evidence"] == "vendor-report"
        assert kinds[row["origin_id"]] == ("models.dev-scores", "self-reported" if own else "secondary")
    assert facts.tables["scores"][2]["source"] == f"{NEWS} (own, max)"
    out = {why: n for (what, why), n in left(facts).items() if what == "scores of models.dev"}
    assert out == {
        "taken from OpenRouter": 1,
        "taken from Artificial Analysis": 2,
        "an index and not a share": 1,
        "a share or a percentage: which is not said": 1,
        "broken in the source: score is not a finite number from 0 to 100": 1,
        "broken in the source: score is not a number": 1,
    }


def test_offerings_have_prices_and_lend_nothing_to_models(publisher, tmp_path):
    facts = read(publisher, tmp_path, MODELS, PROVIDERS)
    columns = ("provider", "name", "model_id", "input", "output", "cache_read", "cache_write", "context", "free")
    assert rows(facts, "offerings", *columns) == [
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06", 2.5, 10, 1.25, None, 131072, False),
        ("frogbot", "house/qwen", "alibaba/qwen3-32b", 0, 0, None, None, 131072, True),
        ("frogbot", "@cf/mystery", None, 0.1, 0.2, None, None, 131072, False),
        ("frogbot", "plan", None, None, None, None, None, 131072, None),
        ("frogbot", "tiered", None, 1, 2, 0.1, 1.5, 131072, False),
    ]
    assert len(facts.tables["models"]) == len(facts.tables["openness"]) == len(MODELS)
    out = left(facts)
    assert out["offerings of models.dev", "no longer served"] == 1
    assert out["price tiers of models.dev", "beyond some length of context: the price up to there is kept"] == 1
    assert sum(n for (what, why), n in out.items() if what == "offerings of models.dev" and "broken" in why) == 3


def test_broken_records_are_left_out_and_counted(publisher, tmp_path):
    facts = read(publisher, tmp_path, MODELS | BROKEN, PROVIDERS)
    assert len(facts.tables["models"]) == len(MODELS)
    broken = [n for (what, why), n in left(facts).items() if what == "models of models.dev" and "broken" in why]
    assert sum(broken) == len(BROKEN)


def test_one_file_holds_both(publisher, tmp_path):
    separate = read(publisher, tmp_path, MODELS, PROVIDERS)
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps({"models": MODELS, "providers": PROVIDERS}))
    with opened(publisher, tmp_path / "other", SITE) as web:
        copy = web.take("modelsdev", "catalog", path, kind="json")
    together = modelsdev.read([copy], Curated(), Naming())
    for table in ("models", "openness", "scores", "offerings", "versions", "aliases"):
        assert together.tables[table] == separate.tables[table]


def test_lists_of_the_same_records_are_read(tmp_path):
    day = date(2026, 7, 2)
    models, offerings = tmp_path / "models.json", tmp_path / "offerings.json"
    models.write_text(json.dumps(list(MODELS.values())))
    listed = [{**one, "provider": name} for name, about in PROVIDERS.items() for one in about["models"].values()]
    offerings.write_text(json.dumps([*listed, listed[0]]))
    naming = Naming()
    facts = modelsdev.read_models(models, day, Curated(), naming)
    naming.learn(facts)
    offered = modelsdev.read_offerings(offerings, day, Curated(), naming)
    assert len(facts.tables["models"]) == len(MODELS)
    assert rows(offered, "offerings", "name", "model_id")[1] == ("house/qwen", "alibaba/qwen3-32b")
    assert left(offered)["offerings of models.dev", "a provider has the name twice: the first is kept"] == 1


@pytest.mark.parametrize(
    "models",
    [
        {"data": [{"id": "openai/gpt-5"}]},  # what lies under this name in the repository: OpenRouter's
        [],
        {},
        {"openai/gpt-5": 5},
        {"openai/gpt-5": {"id": "openai/gpt-5"}},
        "text",
    ],
)
def test_another_file_under_the_name_is_refused(publisher, tmp_path, models):
    with pytest.raises(SourceError):
        read(publisher, tmp_path, models, PROVIDERS)


def test_deep_json_is_refused(publisher, tmp_path):
    publisher.says("/models.json", Reply(b'{"a/b":' + b"[" * 200_000 + b"]" * 200_000 + b"}"))
    publisher.says("/api.json", json.dumps(PROVIDERS).encode())
    with opened(publisher, tmp_path, SITE) as web:
        copies = modelsdev.fetch(web)
    with pytest.raises(SourceError, match="nested too deeply"):
        modelsdev.read(copies, Curated(), Naming())


def test_a_model_that_is_there_keeps_its_id(publisher, tmp_path):
    naming = Naming()
    naming.mint("claude-opus-4-8_high", source="epoch", released=date(2026, 5, 28))
    publisher.says("/models.json", json.dumps(MODELS).encode())
    publisher.says("/api.json", json.dumps(PROVIDERS).encode())
    with opened(publisher, tmp_path, SITE) as web:
        facts = modelsdev.read(modelsdev.fetch(web), Curated(), naming)
    assert ("anthropic/claude-opus-4.8",) in rows(facts, "models", "model_id")


def test_an_offering_listed_under_another_model_than_its_name_says_is_of_neither(publisher, tmp_path):
    """Cloudflare's distillation stood under DeepSeek-R1, Scaleway's weights of July under those of April."""
    models = {id: MODELS[id] for id in ("openai/gpt-4o-2024-08-06", "alibaba/qwen3-32b")}
    offered = {
        "qwen3-32b": "openai/gpt-4o-2024-08-06",
        "gpt-4o-2024-08-06": "openai/gpt-4o-2024-08-06",
        "house-special": "alibaba/qwen3-32b",
    }
    house = {name: offer(name, 1, 2, base_model=base) for name, base in offered.items()}
    facts = read(publisher, tmp_path, models, {"house": {"id": "house", "models": house}})
    assert dict(rows(facts, "offerings", "name", "model_id")) == {
        "qwen3-32b": None,
        "gpt-4o-2024-08-06": "openai/gpt-4o-2024-08-06",
        "house-special": "alibaba/qwen3-32b",
    }
    why = "the name says another model than the one it is listed under"
    assert left(facts)["models of offerings of models.dev", why] == 1
