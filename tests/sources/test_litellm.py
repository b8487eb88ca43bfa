"""LiteLLM's price map: per token becomes per million, regions become tiers, impossible prices stay out."""

from __future__ import annotations

import json
from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources import litellm
from nomoat.sources.curated import Curated
from nomoat.sources.known import SOURCES
from nomoat.sources.naming import Naming
from sources.server import Publisher, Reply, opened

SITE = "https://raw.githubusercontent.com"


def priced(provider, input=None, output=None, **more):
    tokens = {"input_cost_per_token": input, "output_cost_per_token": output}
    return {"litellm_provider": provider, "mode": "chat", "max_input_tokens": 128000, **tokens, **more}


# Facts cut from the copy of 2026-08-01; the two last keys are of today's schema.
PRICES = {
    "sample_spec": {"litellm_provider": "one of https://docs.litellm.ai/docs/providers", "input_cost_per_token": 0.0},
    "fallback_generalizations": {"rules": []},
    "gpt-4o-2024-08-06": priced(
        "openai", 2.5e-06, 1e-05, cache_read_input_token_cost=1.25e-06, input_cost_per_token_batches=1.25e-06,
        output_cost_per_token_batches=5e-06, input_cost_per_token_priority=4.25e-06,
    ),
    "us.anthropic.claude-sonnet-4-20250514-v1:0": priced(
        "bedrock_converse", 3e-06, 1.5e-05, cache_creation_input_token_cost=3.75e-06,
        input_cost_per_token_above_200k_tokens=6e-06,
    ),
    "bedrock/eu-north-1/moonshotai.kimi-k2.5": priced("bedrock", 7.2e-07, 3.6e-06),
    "bedrock/eu-central-1/1-month-commitment/anthropic.claude-v2:1": priced("bedrock", input_cost_per_second=0.04),
    "azure/eu/gpt-4o-2024-08-06": priced("azure", 2.75e-06, 1.1e-05, deprecation_date="2026-03-31"),
    "fireworks_ai/accounts/fireworks/models/deepseek-v3p2": priced("fireworks_ai", 5.6e-07, 1.68e-06),
    "groq/free": priced("groq", 0.0, 0.0),
    "1024-x-1024/dall-e-3": {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04},
    "gpt-4.1": priced("openai", 2e-06, 8e-06, aliases=["gpt-4.1-2025-04-14", "gpt-4o-2024-08-06", 5, "=cmd"]),
}  # fmt: skip
BROKEN = {
    "wandb/deepseek-ai/DeepSeek-R1-0528": priced("wandb", 0.135, 0.54),  # as published on 2026-08-01
    "negative": priced("x", -1e-06, 1e-06),
    "words": priced("x", "cheap", 1e-06),
    "nobody": {"mode": "chat"},
    "endless": priced("x", 1e-06, 1e-06, max_input_tokens=10**18),
    "undated": priced("x", 1e-06, 1e-06, deprecation_date="soon"),
    "list": [],
    "evil\u202e": priced("x", 1e-06, 1e-06),
}


@pytest.fixture
def publisher():
    site = Publisher()
    yield site
    site.close()


def read(publisher, tmp_path, prices, naming=None):
    publisher.says("/BerriAI/litellm/main/model_prices_and_context_window.json", Reply(json.dumps(prices).encode()))
    with opened(publisher, tmp_path, SITE) as web:
        copies = SOURCES["litellm"].fetch(web)
    return SOURCES["litellm"].read(copies, Curated(), naming or known())


def known():
    naming = Naming()
    for name in ("gpt-4o-2024-08-06", "claude-sonnet-4-20250514", "kimi-k2.5", "deepseek-v3.2", "gpt-4.1-2025-04-14"):
        assert naming.mint(name, source="models.dev")
    return naming


def by_name(facts):
    return {row["name"]: row for row in facts.tables["offerings"]}


def test_prices_are_per_million_tokens(publisher, tmp_path):
    found = by_name(read(publisher, tmp_path, PRICES))
    columns = ("provider", "input", "output", "cache_read", "cache_write", "batch_input", "batch_output", "context")
    assert [found["gpt-4o-2024-08-06"][column] for column in columns] == [
        *("openai", 2.5, 10, 1.25, None, 1.25, 5, 128000)
    ]
    assert found["us.anthropic.claude-sonnet-4-20250514-v1:0"]["cache_write"] == 3.75
    assert found["fireworks_ai/accounts/fireworks/models/deepseek-v3p2"]["input"] == 0.56
    assert found["1024-x-1024/dall-e-3"]["input"] is None


def test_documentation_is_no_offering(publisher, tmp_path):
    assert not {"sample_spec", "fallback_generalizations"} & set(by_name(read(publisher, tmp_path, PRICES)))


def test_a_price_of_zero_is_free_and_a_missing_one_is_not(publisher, tmp_path):
    found = by_name(read(publisher, tmp_path, PRICES))
    assert found["groq/free"]["free"] is True
    assert found["gpt-4.1"]["free"] is False
    assert found["1024-x-1024/dall-e-3"]["free"] is None


def test_regions_are_tiers_of_one_model(publisher, tmp_path):
    found = by_name(read(publisher, tmp_path, PRICES))
    assert {name: (row["model_id"], row["tier"]) for name, row in found.items() if row["tier"]} == {
        "us.anthropic.claude-sonnet-4-20250514-v1:0": ("anthropic/claude-sonnet-4-2025-05-14", "us"),
        "bedrock/eu-north-1/moonshotai.kimi-k2.5": ("moonshot/kimi-k2.5", "eu-north-1"),
        "bedrock/eu-central-1/1-month-commitment/anthropic.claude-v2:1": (None, "eu-central-1 1-month-commitment"),
        "azure/eu/gpt-4o-2024-08-06": ("openai/gpt-4o-2024-08-06", "eu"),
    }
    assert found["azure/eu/gpt-4o-2024-08-06"]["version"] == "2024-08-06"
    assert found["azure/eu/gpt-4o-2024-08-06"]["valid_to"] == date(2026, 3, 31)


def test_other_names_of_a_record_are_offerings_too(publisher, tmp_path):
    facts = read(publisher, tmp_path, PRICES)
    names = [row["name"] for row in facts.tables["offerings"]]
    assert names.count("gpt-4.1-2025-04-14") == 1
    assert names.count("gpt-4o-2024-08-06") == 1  # its own record stands
    assert "=cmd" not in names


def test_what_cannot_be_true_is_left_out_and_counted(publisher, tmp_path):
    facts = read(publisher, tmp_path, PRICES | BROKEN)
    assert not set(BROKEN) & set(by_name(facts))
    out = {one.why: one.count for one in facts.left() if one.what == "offerings of LiteLLM"}
    assert sum(out.values()) == len(BROKEN)
    assert out["broken in the source: input_cost_per_token is not a finite number from 0 to 0.001"] == 2
    tiers = "long contexts, faster or slower service: the list price is kept"
    assert {one.why: one.count for one in facts.left() if "tiers" in one.what} == {tiers: 2}


@pytest.mark.parametrize("body", [b"[]", b'{"sample_spec": {}}', b'{"a": {"price": 1}}', b'{"a": 1}', b"[1]"])
def test_another_format_is_said(publisher, tmp_path, body):
    with pytest.raises(SourceError):
        read(publisher, tmp_path, json.loads(body))


def test_the_copy_dates_the_prices(publisher, tmp_path):
    facts = read(publisher, tmp_path, PRICES)
    assert [row["retrieved"] for row in facts.tables["origins"]] == [date(2026, 11, 22)]
    assert facts.tables["origins"][0]["origin_id"] == "litellm/prices@2026-11-22"
    assert facts.tables["origins"][0]["address"] == litellm.ADDRESS
