"""A name of another list leads to a model that is there, makes one, or is counted: never to a likely one."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming

EPOCH = [
    ("openai/gpt-4-mar-2023", "GPT-4 (Mar 2023)", date(2023, 3, 14), "gpt-4-0314"),
    ("openai/gpt-4o-may-2024", "GPT-4o (May 2024)", date(2024, 5, 13), "gpt-4o-2024-05-13"),
    ("openai/gpt-4o-aug-2024", "GPT-4o (Aug 2024)", date(2024, 5, 13), "gpt-4o-2024-08-06"),
    ("deepseek/deepseek-v3.1", "DeepSeek-V3.1", date(2025, 8, 21), "DeepSeek-V3.1"),
    ("openai/gpt-5", "GPT-5", date(2025, 8, 7), "gpt-5-chat"),
    ("meta/llama-3.1-8b", "Llama 3.1-8B", date(2024, 7, 23), "Llama-3.1-8B-Instruct"),
    ("meta/llama-3.1-405b", "Llama 3.1-405B", date(2024, 7, 23), "Llama-3.1-405B"),
    ("meta/llama-3.1-405b", "Llama 3.1-405B", date(2024, 7, 23), "Llama-3.1-405B-Instruct"),
    ("alibaba/qwen2.5-72b", "Qwen2.5-72B", date(2024, 9, 19), "Qwen2.5-VL-72B-Instruct"),
]


@pytest.fixture
def naming():
    facts = Facts()
    for model_id, name, released, version in EPOCH:
        cells = {"model_id": model_id, "name": name, "released": released, "origin_id": "epoch"}
        facts.tables.setdefault("models", []).append(cells)
        cells = {"model_id": model_id, "name": version, "released": released, "origin_id": "epoch"}
        cells["version_id"] = f"{model_id}@{version}"
        facts.tables.setdefault("versions", []).append(cells)
    known = Naming()
    known.learn(facts)
    return known


@pytest.mark.parametrize(
    ("raw", "source", "model_id"),
    [
        ("azure/gpt-4o-2024-08-06", "litellm", "openai/gpt-4o-aug-2024"),
        ("us.deepseek.v3.1", "litellm", "deepseek/deepseek-v3.1"),
        ("deepseek-ai/DeepSeek-V3.1", "hf", "deepseek/deepseek-v3.1"),
        ("gpt-4o", "arena", None),  # it floats, and no day is said
        ("gpt-4o-2024-11-20", "arena", None),  # a third, which is not there
        ("Qwen/Qwen2.5-VL-72B-Instruct", "hf", None),  # Epoch counts it to the text model; it is another
        ("openai/gpt-5-chat-latest", "models.dev", None),  # Epoch counts it to GPT-5; it is another
        ("meta-llama/Llama-3.1-8B", "hf", None),  # the index has the tuned weights alone under that name
        ("meta-llama/Llama-3.1-8B-Instruct", "hf", "meta/llama-3.1-8b"),
        ("meta-llama/Llama-3.1-405B", "hf", "meta/llama-3.1-405b"),  # the index has both
        ("meta-llama/Llama-3.1-405B-Instruct", "hf", "meta/llama-3.1-405b"),
        ("deepseek-v3.l", "arena", None),  # a look-alike
        ("", "arena", None),
        ("x" * 5000, "arena", None),
    ],
)
def test_names_lead_to_the_model_that_they_name_or_nowhere(naming, raw, source, model_id):
    named = naming.model(raw, source=source)
    assert (named and named.model_id) == model_id
    assert [name for _, name, _ in naming.unresolved()] == ([raw] if model_id is None else [])


def test_a_release_date_says_which_of_several_a_plain_name_means(naming):
    assert naming.model("openai/gpt-4o", source="models.dev", released=date(2024, 5, 13)).model_id == (
        "openai/gpt-4o-may-2024"
    )
    assert naming.model("openai/gpt-4o", source="models.dev", released=date(2025, 3, 1)) is None
    # Two plain names are one model even where a list has the wrong year for it.
    assert naming.model("deepseek-v3.1", source="llm-stats", released=date(2025, 1, 10)).model_id == (
        "deepseek/deepseek-v3.1"
    )


def test_new_models_get_ids_that_do_not_depend_on_the_order(naming):
    dated, plain = "stepfun/step-3.5-flash-2603", "stepfun/step-3.5-flash"
    day, first = date(2026, 4, 2), date(2026, 1, 29)
    one = naming.mint(dated, source="models.dev", released=day), naming.mint(plain, source="models.dev", released=first)
    other = Naming()
    two = other.mint(plain, source="models.dev", released=first), other.mint(dated, source="models.dev", released=day)
    assert [named.model_id for named in one] == [named.model_id for named in two[::-1]]
    assert one[0].model_id == "stepfun/step-3.5-flash-2026-03"
    assert {named.method for named in one} == {"minted"}


@pytest.mark.parametrize(
    "raw",
    [
        "openai/gpt-4o",  # two dated releases are there
        "anthropic/claude-3-7-sonnet-20250219-thinking-10k",  # a run setting
        "openai/gpt-4o-2024-05-13-dspy-zs-cot",  # a harness
        "meta/llama-3.1-70b",  # the base weights or the tuned ones
    ],
)
def test_what_may_be_another_or_a_setting_is_no_new_model(naming, raw):
    source = "models.dev" if raw.startswith("meta") else "helm"
    assert naming.mint(raw, source=source, organisation="someone") is None


def test_a_maker_that_the_list_names_counts_where_the_name_says_nothing(naming):
    named = naming.mint("zz/omega-7b", source="models.dev", organisation="zz-labs", released=date(2026, 1, 1))
    assert named.model_id == "zz-labs/omega-7b"
    assert naming.mint("zz/omega-7b", source="models.dev", organisation="zz-labs").method != "minted"


def test_an_alias_is_entered_once_and_never_against_what_the_name_says(naming):
    facts = Facts()
    v31 = naming.model("deepseek-ai/DeepSeek-V3.1", source="hf")
    for raw in ("deepseek-ai/DeepSeek-V3.1", "deepseek-ai/DeepSeek-V3.1", "microsoft/phi-4-reasoning"):
        naming.alias(facts, "o", raw, source="hf", named=v31)
    assert [row["name"] for row in facts.tables["aliases"]] == ["deepseek-ai/DeepSeek-V3.1"]


def test_what_leads_nowhere_is_counted_with_the_reason(naming):
    facts = Facts()
    for raw in ("o9", "gpt-4o", "o9"):
        naming.model(raw, source="arena")
    naming.count(facts)
    assert sum(facts.left_out.values()) == 2
    assert {what for what, _ in facts.left_out} == {"names of arena"}
