"""An outside name means one version or is left to people; what was labelled and drawn by hand says which."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nomoat.catalog import datetoken
from nomoat.catalog.datetoken import STYLES, spell
from nomoat.catalog.joins import join_rates, joins
from nomoat.catalog.lexicon import COLUMNS, FOLDER, Meaning, lexicon
from nomoat.catalog.resolve import parse, resolve, review
from nomoat.catalog.spelling import spelled
from nomoat.catalog.store import Catalog

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in (HERE / "identity_cases.jsonl").read_text(encoding="utf-8").splitlines()]
POINTERS = [case for case in CASES if case.get("kind") == "pointer"]
MODELS = [case for case in CASES if case.get("kind") != "pointer"]
RULES = lexicon().rules_only()
DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def pairs():
    with (HERE / "joined_pairs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def label(case):
    """The labelled identity as (organisation, model, version, effort, budget, mode); a mode is not always labelled."""
    effort = budget = mode = None
    for part in (case["effort"] or "").split("/"):
        if part == "thinking":
            mode = part
        elif part.removeprefix("budget:")[:1].isdigit():
            budget = part.removeprefix("budget:")
        else:
            effort = part or None
    maker = lexicon().organisation(case["org"])
    return maker, f"{maker}/{case['model']}", case["version"], effort, budget, mode


def answer(case, table):
    found = resolve(case["raw"], source=case["src"], table=table)
    mode = found.mode if label(case)[5] else None
    return found.organisation, found.model_id, found.version, found.effort, found.budget, mode


def right(table):
    return [case["raw"] for case in MODELS if answer(case, table) == label(case)]


def test_the_labels_are_the_ones_that_the_figures_speak_of():
    assert (len(CASES), len(MODELS), len(POINTERS)) == (68, 62, 6)


@pytest.mark.parametrize("case", MODELS, ids=lambda case: f"{case['src']}:{case['raw']}")
def test_every_hard_name_is_right_with_the_tables(case):
    assert answer(case, lexicon()) == label(case)


def test_rules_alone_are_right_on_at_least_55_of_62():
    assert len(right(RULES)) >= 55


def test_rules_alone_leave_open_what_they_miss_and_never_join_it_wrongly():
    """A miss may leave out a version or a size; it may not name another version, maker or setting."""
    for case in MODELS:
        maker, _, version, effort, budget, _ = label(case)
        found = resolve(case["raw"], source=case["src"], table=RULES)
        if found.resolved:
            assert found.organisation == maker, case["raw"]
            assert found.version in (None, version), case["raw"]
            assert (found.effort, found.budget) == (effort, budget), case["raw"]


@pytest.mark.parametrize("table", [RULES, lexicon()], ids=["rules", "tables"])
def test_no_two_labelled_names_are_joined_that_are_not_one_version(table):
    found = [resolve(case["raw"], source=case["src"], table=table) for case in MODELS]
    for at, one in enumerate(found):
        for other, case in zip(found[:at], MODELS[:at], strict=True):
            same = label(case)[:3] == label(MODELS[at])[:3]
            assert same or not joins(one, other), (case["raw"], MODELS[at]["raw"])


@pytest.mark.parametrize("case", POINTERS, ids=lambda case: case["raw"])
def test_a_floating_name_needs_a_day(case):
    assert resolve(case["raw"], source=case["src"]).method == "unresolved"


@pytest.mark.parametrize(
    ("raw", "day", "meant"),
    [
        ("deepseek/deepseek-reasoner", date(2025, 3, 1), "deepseek/deepseek-r1@2025-01-20"),
        ("deepseek/deepseek-reasoner", date(2025, 6, 1), "deepseek/deepseek-r1@2025-05-28"),
        ("deepseek/deepseek-reasoner", date(2025, 9, 1), "deepseek/deepseek-v3.1#mode=thinking"),
        ("deepseek/deepseek-chat", date(2026, 5, 1), "deepseek/deepseek-v4-flash#effort=none"),
        ("mistral/mistral-large-latest", date(2024, 8, 1), "mistral/mistral-large-2@2024-07"),
        ("mistral/mistral-large-latest", date(2026, 8, 1), "mistral/mistral-large-3@2025-12"),
        ("gemini/gemini-flash-latest", date(2025, 10, 1), "google/gemini-2.5-flash@2025-09"),
        ("xai/grok-4-latest", date(2025, 8, 1), "xai/grok-4@2025-07-09"),
        ("gpt-4o", date(2024, 6, 1), "openai/gpt-4o@2024-05-13"),
        ("openrouter/openai/gpt-4o", date(2025, 6, 1), "openai/gpt-4o@2024-08-06"),
        ("claude-opus-4-5", date(2026, 1, 1), "anthropic/claude-opus-4.5@2025-11-01"),
    ],
)
def test_a_floating_name_means_what_it_meant_on_that_day(raw, day, meant):
    found = resolve(raw, as_of=day)
    assert (found.id, found.method) == (meant, "pointer")


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("deepseek/deepseek-chat", date(2020, 1, 1)),  # before it was there
        ("deepseek/deepseek-chat", date(2026, 9, 1)),  # after it was retired
        ("azure/gpt-4", date(2025, 1, 1)),  # each customer's own choice
        ("mistral/some-new-line-latest", date(2026, 1, 1)),  # nobody wrote it down
    ],
)
def test_a_floating_name_that_nobody_wrote_down_for_that_day_stays_open(raw, day):
    assert not resolve(raw, source="litellm", as_of=day).resolved


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deepseek-r1", "deepseek-r1-0528"),
        ("kimi-k2-0711-preview", "kimi-k2-0905-preview"),
        ("gpt-4-0314", "gpt-4-1106-preview"),
        ("gpt-4o-2024-05-13", "gpt-4o"),
        ("glm-4.6", "glm-4.6v"),
        ("gpt-5.1", "gpt-5"),
        ("qwen3-235b-a22b", "qwen3-235b-a22b-2507"),
        ("qwen3-235b-a22b-thinking-2507", "qwen3-235b-a22b-instruct-2507"),
        ("llama-4-maverick-03-26-experimental", "llama-4-maverick"),
        ("gemini-2.5-pro-exp-03-25", "gemini-2.5-pro"),
        ("gemini-1.5-pro-001", "gemini-1.5-pro-002"),
        ("qwen3-max-preview", "qwen3-max-2025-09-23"),
        ("grok-4-fast", "grok-4"),
        ("o1-preview", "o1"),
        ("command-r-plus", "command-r-plus-08-2024"),
        ("kimi-k2-thinking", "kimi-k2-instruct"),
        ("mistral-large-2407", "mistral-large-2411"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"),
        ("nvidia/Llama-3.1-Nemotron-70B-Instruct", "meta-llama/Llama-3.1-70B-Instruct"),
        ("huihui-ai/Qwen2.5-32B-Instruct-abliterated", "Qwen/Qwen2.5-32B-Instruct"),
        ("gpt-5-chat", "gpt-5"),
        ("Mixtral-8x7B-v0.1", "Mixtral-8x7B-Instruct-v0.1"),
        ("DeepSeek-V3-Base", "DeepSeek-V3"),
        ("deepseek-coder-33b-base", "deepseek-coder-33b-instruct"),
        ("llama-3.1-405b", "llama-3.1-405b-instruct"),
        ("qwen3-max-thinking", "qwen3-max"),
        ("mistral-medium-thinking", "mistral-7b"),
    ],
)
@pytest.mark.parametrize("source", [None, "arena", "litellm", "hf"])
def test_look_alikes_are_never_joined(one, other, source):
    assert not joins(resolve(one, source=source), resolve(other, source=source))


@pytest.mark.parametrize(
    ("raw", "setting"),
    [
        ("gpt-5-2025-08-07_minimal", ("minimal", None, None)),
        ("gpt-5.2-2025-12-11_xhigh", ("xhigh", None, None)),
        ("gpt-5.6-sol_promax", ("max", None, "pro")),
        ("o3-mini-high", ("high", None, None)),
        ("claude-opus-4-20250514_16K", (None, "16k", "thinking")),
        ("gemini-2.5-flash-preview-04-17 (16K thinking)", (None, "16k", "thinking")),
        ("gemini-3-flash (thinking-minimal)", ("minimal", None, "thinking")),
        ("muse-spark-1.2 (xHigh)", ("xhigh", None, None)),
        ("claude-opus-4-5-20251101-thinking-64k-medium-effort", ("medium", "64k", "thinking")),
        ("anthropic/claude-opus-4.6:thinking:max", ("max", None, "thinking")),
        ("gpt-5.1-2025-11-13-nothinking", ("none", None, None)),
        ("mimo-v2-flash (non-thinking)", ("none", None, None)),
        ("gemini-2.5-flash-lite-preview-09-2025-no-thinking", ("none", None, None)),
        ("xai/grok-4-1-fast-non-reasoning", ("none", None, None)),
        ("kimi-k2.5-instant", ("none", None, None)),
        ("gpt-5.5-instant", (None, None, None)),
        ("claude-3-5-haiku-20241022", (None, None, None)),
        ("phi-3-medium-4k-instruct", (None, None, None)),
        ("mistral-medium-2508", (None, None, None)),
        ("qwen3.7-max", (None, None, None)),
        ("gpt-5.1-codex-max", (None, None, None)),
        ("minimax-m1-80k", (None, None, None)),
        ("Phi-4-reasoning", (None, None, None)),
        ("Kimi-K2-Thinking", (None, None, None)),
        ("gemini-3-deep-think-preview", (None, None, None)),
    ],
)
def test_settings_are_told_from_words_of_the_name(raw, setting):
    found = resolve(raw)
    assert found.resolved
    assert (found.effort, found.budget, found.mode) == setting


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("qwen/qwen3-max-thinking", "alibaba/qwen3-max-thinking"),
        ("qwen3-max-thinking-high", "alibaba/qwen3-max-thinking#effort=high"),
        ("qwen3.5-max-thinking", "alibaba/qwen3.5-max#mode=thinking"),
        ("qwen-max-thinking", None),  # which version qwen-max was is not written down
        ("qwen3.5-maxthinking", "alibaba/qwen3.5-max#mode=thinking"),
        ("mistral-medium-thinking", "mistral/mistral-medium-thinking"),
        ("magistral-medium-thinking", "mistral/magistral-medium#mode=thinking"),
        ("magistral-medium-thinking-high", "mistral/magistral-medium#effort=high;mode=thinking"),
        ("magistral-medium-high-effort", "mistral/magistral-medium#effort=high"),
        ("kimi-k2-thinking-high", "moonshot/kimi-k2-thinking#effort=high"),
        ("phi-4-reasoning-high", "microsoft/phi-4-reasoning#effort=high"),
        ("phi-4-reasoning-high-effort", "microsoft/phi-4-reasoning#effort=high"),
        ("qwen3-next-80b-a3b-thinking-high", "alibaba/qwen3-next-80b-a3b-thinking#effort=high"),
        ("seed-1.6-thinking-high", "bytedance/seed-1.6-thinking#effort=high"),
        ("command-a-reasoning-high", "cohere/command-a-reasoning#effort=high"),
        ("gpt-5.5-instant-high", "openai/gpt-5.5-instant#effort=high"),
        ("gpt-5.1-codex-max-thinking-high", "openai/gpt-5.1-codex-max#effort=high;mode=thinking"),
        ("nvidia/Nemotron-H-47B-Reasoning-128K", "nvidia/nemotron-h-47b-reasoning-128k"),
        ("yi-medium-200k", "01.ai/yi-medium-200k"),
        ("writer/palmyra-med-32k", "writer/palmyra-med-32k"),
        ("phi3:medium", "microsoft/phi-3-medium"),
        ("qwen3.5_max", "alibaba/qwen3.5-max"),
        ("whisper-medium", "openai/whisper-medium"),
        ("openai-community/gpt2-medium", None),  # whose account that is, is not written down
        ("gpt2-medium", "openai/gpt2-medium"),
    ],
)
def test_what_one_suffix_leaves_in_the_name_several_leave_too(raw, meant):
    assert resolve(raw).id == meant


@pytest.mark.parametrize(
    ("raw", "source", "meant"),
    [
        ("TheBloke/Llama-2-70B-Chat-GPTQ", "hf", "meta/llama-2-70b-chat"),
        ("casperhansen/llama-3-70b-instruct-awq", "hf", "meta/llama-3-70b-instruct"),
        ("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4", "hf", "meta/llama-3.1-70b-instruct"),
        ("QuantFactory/Meta-Llama-3-8B-Instruct-GGUF", "hf", "meta/llama-3-8b-instruct"),
        ("TheBloke/Mistral-7B-OpenOrca-GPTQ", "hf", None),  # somebody else tuned it
        ("nobody-knows/Llama-2-70B-Chat-GPTQ", "hf", None),
        ("nobody-knows/Llama-2-70B-Chat", "hf", None),
        ("nobody-knows/airoboros-70b-GGUF", "hf", None),
        ("databricks/databricks-meta-llama-3-3-70b-instruct", "litellm", "meta/llama-3.3-70b-instruct"),
        ("databricks-meta-llama-3-1-405b-instruct", None, "meta/llama-3.1-405b-instruct"),
        ("databricks/dbrx-instruct", "hf", "databricks/dbrx-instruct"),
        ("nvidia/Llama-3.1-Minitron-4B", "hf", None),
        ("bigscience/bloom", "hf", "hugging-face/bloom-176b"),
    ],
)
def test_who_packs_or_serves_weights_did_not_make_them(raw, source, meant):
    assert resolve(raw, source=source).id == meant


@pytest.mark.parametrize("source", [None, "arena", "litellm", "hf"])
@pytest.mark.parametrize(
    "raw",
    [
        *("gpt-4o-2024-13-45", "gpt-4o-2024-02-30", "gpt-4o-20240230", "gpt-4o-13-05-2024", "gpt-4-0231"),
        *("gpt-4o-2024-2-30", "gpt-4o-2024-13", "gpt-4o-2024-00-10", "gpt-4o-2024-8-6"),
        *("gpt-4o-2024-02-30-high", "claude-3-5-sonnet@20241399", "claude-opus-4-20250230-v1:0"),
    ],
)
def test_a_day_that_no_calendar_has_leaves_the_name_open(raw, source):
    found = resolve(raw, source=source)
    assert found.id is None
    assert "shape of a date" in found.why


@pytest.mark.parametrize(
    ("raw", "source", "day", "meant"),
    [
        ("groq/llama3-70b-8192", "litellm", None, "meta/llama-3-70b-instruct"),
        ("groq/llama3-8b-8192", None, None, "meta/llama-3-8b-instruct"),
        ("groq/mixtral-8x7b-32768", None, None, "mistral/mixtral-8x7b-instruct-v0.1"),
        ("llama2-70b-4096", None, None, None),  # base or tuned
        ("ai21labs/jamba-large-1.7-2025-07", "vectara", None, "ai21/jamba-large-1.7@2025-07"),
        ("glm-4.6-8192", None, None, "zhipu/glm-4.6"),
        ("claude-opus-4-thinking:32768", None, None, "anthropic/claude-opus-4#budget=32k;mode=thinking"),
        ("vertex_ai/claude-3-5-sonnet-v2@20241022", "litellm", None, "anthropic/claude-3.5-sonnet@2024-10-22"),
        ("claude-3-5-sonnet-v2", None, None, "anthropic/claude-3.5-sonnet@2024-10-22"),
        ("claude-35-sonnet", "aa", None, None),  # two versions have that name
        ("claude-35-sonnet", "aa", date(2025, 1, 5), "anthropic/claude-3.5-sonnet@2024-10-22"),
        ("claude-35-sonnet-june-24", "aa", None, "anthropic/claude-3.5-sonnet@2024-06-20"),
        ("mistral-small3.2", "models.dev", None, "mistral/mistral-small-3.2-24b-instruct@2025-06"),
        ("ollama/mistral-nemo:12b-instruct-2407-q4_K_M", "aider", None, "mistral/mistral-nemo@2024-07"),
        ("zai-org-glm-5-1", "models.dev", None, "zhipu/glm-5.1"),
        ("route/glm-5.1-6bit", "models.dev", None, "zhipu/glm-5.1"),
        ("minimax-m25", "models.dev", None, "minimax/minimax-m2.5"),
        ("qwen35-397b-a17b", "models.dev", None, "alibaba/qwen3.5-397b-a17b"),
        ("qwen3-6-35b", "models.dev", None, "alibaba/qwen3.6-35b-a3b"),
        ("qwen3-8b", "models.dev", None, "alibaba/qwen3-8b"),
        ("grok-4-20-beta-0309-reasoning", None, None, "xai/grok-4.20@2026-03-09#mode=thinking"),
        ("mistralai/mistral-nemotron", "models.dev", None, "nvidia/mistral-nemotron"),
    ],
)
def test_revisions_lengths_and_joined_digits_are_read(raw, source, day, meant):
    assert resolve(raw, source=source, as_of=day).id == meant


LEVELS = ("minimal", "low", "medium", "high", "xhigh", "max")
BUDGETS = ("1k", "2k", "8k", "10k", "12k", "15k", "16k", "24k", "25k", "27k", "32k", "59k", "64k", "120k", "128k")
SPELLINGS = {
    **{f"_{level}": (level, None, None) for level in (*LEVELS, "none", "unknown", "default")},
    **{f"-{level}": (level, None, None) for level in (*LEVELS, "none", "default")},
    **{f" ({level.title()})": (level, None, None) for level in LEVELS},
    **{f"-{level}-effort": (level, None, None) for level in LEVELS},
    **{f"-{level}thinking": (level, None, "thinking") for level in LEVELS},
    **{f"-thinking-64k-{level}-effort": (level, "64k", "thinking") for level in LEVELS},
    **{f" (Adaptive Reasoning, {level.title()} Effort)": (level, None, "adaptive") for level in LEVELS},
    **{f" (Non-reasoning, {level.title()} Effort)": (level, None, "non-thinking") for level in LEVELS},
    **{f"_{budget.upper()}": (None, budget, "thinking") for budget in BUDGETS},
    **{f"-thinking-{budget}": (None, budget, "thinking") for budget in BUDGETS},
    **{f"-high-{budget}": ("high", budget, None) for budget in BUDGETS},
    **dict.fromkeys(["-thinking", "_thinking", "-reasoning", " (Reasoning)", ":thinking"], (None, None, "thinking")),
    **dict.fromkeys(["-nothinking", "-no-thinking", "-non-thinking", "-non-reasoning"], ("none", None, None)),
    **dict.fromkeys([" (16K thinking)", "-thinking-16000", "-thinking-16384"], (None, "16k", "thinking")),
    "-thinking-auto": (None, "auto", "thinking"),
    "-thinking-auto-high-effort": ("high", "auto", "thinking"),
    "-minthinking": ("minimal", None, "thinking"),
    "-adaptive": (None, None, "adaptive"),
    "_promax": ("max", None, "pro"),
    ":thinking:max": ("max", None, "thinking"),
    "-x-high": ("xhigh", None, None),
}


def test_there_are_more_spellings_of_effort_than_the_survey_counted():
    assert len(SPELLINGS) >= 72


@pytest.mark.parametrize("name", ["claude-opus-4-5-20251101", "gpt-5.4-2026-03-05", "deepseek-v3.2"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_effort_leaves_the_same_version(name, spelling):
    found = resolve(name + spelling)
    assert found.version_id == resolve(name).version_id
    assert (found.effort, found.budget, found.mode) == SPELLINGS[spelling]


def test_unknown_effort_is_not_the_same_as_none_said():
    assert resolve("o3-2025-04-16_unknown").effort == "unknown"
    assert resolve("o3-2025-04-16").effort is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("claude-3-7-sonnet-20250219-2025-03-01", "two dates"),
        ("gpt-5-high_low", "contradict"),
        ("newlab-x7-0528", "whose model"),
        ("glm-9-0528", "year of '0528'"),
        ("mistral-medium-2612", "which number"),
        ("Qwen3.5-27B-BlueStar-Derestricted", "derivative"),
        ("llama-3.3-70b-storyteller", "words that meta does not use"),
        ("ft:gpt-4o-2024-08-06", "customer"),
        ("Qwen3-235B-A22B (Thinking)", "July 2025"),
        ("   ", "empty"),
        ("gpt-4" * 99, "longer"),
    ],
)
def test_what_cannot_be_told_is_left_open_and_says_why(raw, why):
    found = resolve(raw)
    assert (found.method, found.confidence, found.id) == ("unresolved", "none", None)
    assert why in found.why


def test_a_price_list_that_does_not_say_base_or_tuned_offers_both():
    found = resolve("vercel_ai_gateway/meta/llama-3.1-70b", source="litellm")
    assert found.candidates == ("meta/llama-3.1-70b", "meta/llama-3.1-70b-instruct")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("alibaba/qwen-max", "dashscope/qwen-max", True),
        ("google/gemini-flash-latest", "gemini/gemini-flash-latest", True),
        ("alibaba/qwen3-max", "qwen3-max", True),
        ("alibaba/qwen-max", "openrouter/qwen/qwen-max", False),  # what another house means by it is its own
        ("alibaba/qwen-max", "qwen-max-2025-01-25", False),
        ("alibaba/qwen-max", "qwen-plus", False),
        ("alibaba/qwen3-max", "qwen3-max-2025-09-23", False),
        ("azure/gpt-4", "azure/gpt-4", False),  # each customer's own choice
        ("deepseek/deepseek-chat", "deepseek-chat", False),  # retired by then
    ],
)
def test_a_vendors_own_pointer_is_one_name_though_nobody_wrote_down_what_it_meant(one, other, same):
    day = date(2026, 8, 1)
    found = [resolve(raw, source=source, as_of=day) for raw, source in ((one, "models.dev"), (other, "litellm"))]
    assert joins(*found) == same
    assert not found[0].resolved
    assert not any(resolve(raw).pointer for raw in (one, other))  # without a day it is no answer


def test_arena_renames_keep_one_series():
    before = resolve("claude-opus-4-6-thinking", source="arena", as_of=date(2026, 4, 1))
    after = resolve("claude-opus-4-6-high", source="arena", as_of=date(2026, 8, 19))
    later = resolve("claude-opus-4-6-thinking", source="arena", as_of=date(2026, 9, 1))
    assert before.id == after.id == "anthropic/claude-opus-4.6#effort=high"
    assert later.id == "anthropic/claude-opus-4.6#mode=thinking"


def test_what_the_user_wrote_down_comes_first():
    mine = {("house", "our-bot"): Meaning("deepseek/deepseek-r1@2025-05-28", "we host it", date(2025, 6, 1), None)}
    table = lexicon().added(mine)
    assert (
        resolve("Our-Bot", source="house", as_of=date(2025, 7, 1), table=table).id == "deepseek/deepseek-r1@2025-05-28"
    )
    assert not resolve("Our-Bot", source="house", as_of=date(2025, 5, 1), table=table).resolved
    assert not resolve("Our-Bot", source="arena", as_of=date(2025, 7, 1), table=table).resolved


def test_the_review_list_has_each_open_name_once_in_order():
    names = [("arena", "zzz-1"), ("arena", "o3-2025-04-16"), ("arena", "zzz-1"), (None, "mistral-small-latest")]
    assert [left.raw for left in review(names)] == ["zzz-1", "mistral-small-latest"]


# The sheet: pairs drawn from all pairs of shipped sources, each judged by hand. `open` is dated against undated, or a
# preview against a release: probably the same, and not joined until somebody writes it down.


def test_the_sheet_has_a_hundred_pairs_of_every_verdict():
    verdicts = [row["verdict"] for row in pairs()]
    assert len(verdicts) == 100
    assert {"same", "different", "open"} == set(verdicts)


@pytest.mark.parametrize("row", pairs(), ids=lambda row: f"{row['name']}~{row['other_name']}")
def test_a_drawn_pair_is_joined_as_it_was_judged(row):
    one = resolve(row["name"], source=row["source"], as_of=date.fromisoformat(row["as_of"]))
    other = resolve(row["other_name"], source=row["other_source"], as_of=date.fromisoformat(row["other_as_of"]))
    assert joins(one, other) == (row["verdict"] == "same"), (one.id, one.why, other.id, other.why)


def test_join_rates_count_what_is_left_out():
    names = {"arena": ["o3-2025-04-16", "o3-2025-04-16", "zzz"], "litellm": ["azure/o3-2025-04-16", "o3"], "hf": []}
    rates = {(rate.source, rate.target): rate for rate in join_rates(names, {})}
    assert (rates["arena", "litellm"].version, rates["arena", "litellm"].names) == (1, 2)
    assert (rates["litellm", "arena"].version, rates["litellm", "arena"].model) == (1, 2)
    assert rates["arena", "hf"].unresolved == 1
    assert rates["arena", "hf"].rate == 0


# Against the catalogue


def test_the_catalogue_says_which_of_its_models_holds_a_version():
    catalog = Catalog.open()
    assert resolve("gpt-4-0314", source="arena", catalog=catalog).catalogued == "openai/gpt-4-mar-2023"
    assert resolve("deepseek-ai/DeepSeek-R1-0528", source="hf", catalog=catalog).catalogued == (
        "deepseek/deepseek-r1-may-2025"
    )
    assert resolve("zzz", source="hf", catalog=catalog).catalogued is None


def test_rules_agree_with_every_alias_that_was_curated_by_hand():
    """Where a rule finds a model in the catalogue for a name that has a curated alias, it is that model.

    But for the few versions that Epoch counts to a model of other weights: elsewhere their names are their own.
    """
    from nomoat.catalog.held import APART, held

    known = held(Catalog.open(), None)
    checked = 0
    for row in Catalog.open().table("aliases").rows():
        found = resolve(row["name"], source=row["source"])
        model = known.model(found)
        if model is not None and not (row["source"] == "epoch" and found.model_id in APART):
            assert model == row["id"].split("@")[0], row["name"]
            checked += 1
    assert checked >= 600


@pytest.mark.parametrize(
    ("one", "source", "other"),
    [
        ("gpt-5-chat", "arena", "openai/gpt-5"),
        ("openai/gpt-5-chat", "openrouter", "openai/gpt-5"),
        ("meta-llama/Llama-3.1-8B", "hf", "meta/llama-3.1-8b"),
        ("Qwen/Qwen2.5-7B", "hf", "alibaba/qwen2.5-7b"),
        ("mistralai/Mistral-7B-v0.3", "hf", "mistral/mistral-7b-v0.3"),
        ("llama-2-7b-chat", "arena", "meta/llama-2-7b"),
        ("deepseek-ai/deepseek-coder-33b-instruct", "hf", "deepseek/deepseek-coder-33b"),
        ("nemotron-4-340b-instruct", "arena", "nvidia/nemotron-4-340b"),
    ],
)
def test_scores_of_other_weights_are_not_those_of_the_model_that_lends_its_name(one, source, other):
    catalog = Catalog.open()
    assert other in catalog.members().index
    assert resolve(one, source=source, catalog=catalog).catalogued != other
    assert not [row for row in catalog.table("aliases").rows() if row["name"] == one and row["id"] == other]


def test_base_and_tuned_weights_are_one_model_only_where_the_index_says_so():
    """Every model with weights of several kinds has them from Epoch; docs/methods/identity.md names them all."""
    catalog, kinds, tuned = Catalog.open(), {}, re.compile("-(?:instruct|chat|it)(?=-|$)")
    for row in catalog.table("versions").rows():
        found = resolve(row["name"], source="epoch")
        if found.model_id and row["origin_id"].startswith("epoch/"):
            kinds.setdefault(row["model_id"], set()).add(found.model_id)
    for row in catalog.table("aliases").rows():
        found = resolve(row["name"], source=row["source"])
        model_id = row["id"].split("@")[0]
        if not found.model_id or row["source"] == "epoch" or model_id not in kinds:
            continue
        plain, listed = tuned.sub("", found.model_id), kinds[model_id]
        if found.model_id not in listed and re.search(r"\d+b$", plain):
            assert not [one for one in listed if tuned.sub("", one) == plain], (row["name"], listed)
    page = (HERE.parents[1] / "docs/methods/identity.md").read_text(encoding="utf-8")
    groups = {model_id: ids for model_id, ids in kinds.items() if len(ids) > 1}
    assert f"These {len(groups)} models" in page
    for model_id, ids in groups.items():
        assert all(f"`{one.split('/')[1]}`" in page for one in ids), (model_id, ids)


def test_organisations_are_the_catalogues():
    ids = set(Catalog.open().table("organisations").columns["organisation_id"])
    mine = {family.organisation for family in lexicon().families}
    known = {"zhipu", "moonshot", "meta", "alibaba", "deepseek", "mistral", "google", "openai", "anthropic", "xai"}
    assert known <= mine & ids


# Properties


@given(st.text(max_size=300), st.sampled_from([None, "arena", "epoch", "hf", "litellm", "models.dev", "nomoat"]))
def test_no_text_crashes_it(raw, source):
    found = resolve(raw, source=source)
    assert found.resolved == (found.method != "unresolved")
    assert found.why


NAMES = [row["name"] for row in pairs()] + [case["raw"] for case in CASES]
PIECES = st.sampled_from(sorted({part for name in NAMES for part in name.replace("/", "-").split("-")}))


@given(st.lists(PIECES, min_size=1, max_size=8), st.sampled_from(["-", "_", "/", ":", " ", "@"]))
def test_no_jumble_of_real_pieces_crashes_it(parts, separator):
    found = resolve(separator.join(parts), as_of=date(2026, 8, 1))
    assert found.resolved == (found.id is not None)


def test_a_canonical_id_means_itself():
    found = [resolve(raw, source="litellm", as_of=date(2026, 7, 1)) for raw in sorted(set(NAMES))]
    minted = [one for one in found if one.resolved]
    assert len(minted) >= 150
    for one in minted:
        assert resolve(one.id).id == one.id
        assert resolve(one.model_id).model_id == one.model_id
        assert parse(one.id).version_id == one.version_id


def test_every_id_that_is_written_down_is_one_and_means_itself():
    table = lexicon()
    ids = [meaning.id for meaning in table.names.values()]
    ids += [target.id for targets in table.pointers.values() for target in targets if target.id]
    for id in ids:
        assert parse(id) is not None, id
        assert resolve(id).id == id
        assert resolve(id.split("@")[0].split("#")[0], source="nomoat").id == id.split("@")[0].split("#")[0]


@given(DAYS, st.sampled_from([style for style in STYLES if style != "tag"]))
def test_date_tokens_come_back_in_every_style(day, style):
    token = datetoken.ending(f"somemodel-{spell(day, style)}", lambda before: day)
    whole = "D" in style
    assert token is not None
    assert token.version == (day.isoformat() if whole else f"{day:%Y-%m}")
    assert token.before == "somemodel"


@given(DAYS, st.sampled_from(["MMDD", "MM-DD"]), st.integers(0, 364))
def test_a_day_without_a_year_falls_behind_the_first_release(day, style, later):
    assume((day.month, day.day) != (2, 29))
    token = datetoken.ending(f"somemodel-{spell(day, style)}", lambda before: day - timedelta(days=later))
    assert token.version == day.isoformat()


@given(DAYS, st.sampled_from(["MMDD", "MM-DD"]))
def test_a_year_is_never_guessed(day, style):
    assert datetoken.ending(f"somemodel-{spell(day, style)}").version is None


@pytest.mark.parametrize("text", ["2530", "9999", "0000", "1332", "20251301", "2025-02-30", "1080", "99-99", "8192"])
def test_numbers_that_are_no_dates_stay_in_the_name(text):
    assert datetoken.ending(f"somemodel-{text}", lambda before: date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("May '25", "may-'25"),
        ("DeepSeek-R1 (May '25)", "deepseek-r1-may-'25"),
        ("fireworks_ai/accounts/fireworks/models/llama-v3p1-8b-instruct", "llama-3.1-8b-instruct"),
        ("anthropic--claude-3.5-sonnet", "claude-3.5-sonnet"),
        ("anthropic.claude-v2:1", "claude-2.1"),
        ("Meta-Llama-3_3-70B-Instruct", "llama-3.3-70b-instruct"),
        ("llama-3-3-instruct-70b", "llama-3.3-70b-instruct"),
        ("gpt-35-turbo-0613", "gpt-3.5-turbo-0613"),
        ("claude‑opus‑4‑6\u202e", "claude-opus-4.6"),
    ],
)
def test_typing_is_undone(raw, name):
    assert spelled(raw).name == name


def test_the_month_of_a_year_finds_the_one_version_of_that_month():
    assert resolve("DeepSeek-R1 (May '25)").id == "deepseek/deepseek-r1@2025-05-28"
    assert resolve("DeepSeek V3 0324 (Mar '25)").id == "deepseek/deepseek-v3@2025-03-24"
    # Two versions of Gemini 2.5 Pro came in June 2025, so the month says no more than itself.
    assert resolve("Gemini 2.5 Pro (Jun '25)").id == "google/gemini-2.5-pro@2025-06"


# The tables themselves


@pytest.mark.parametrize("table", COLUMNS)
def test_the_hand_made_tables_have_no_line_twice(table):
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    keys = [row[:2] if table in ("names", "pointers", "numbering") else row[:1] for row in rows]
    if table == "names":
        keys = [(*row[:2], row[2], row[3]) for row in rows]
    assert len(keys) == len(set(keys))
    assert len(rows) >= 10


def test_every_pointer_and_name_says_because():
    table = lexicon()
    assert all(meaning.because for meaning in table.names.values())
    assert all(target.because for targets in table.pointers.values() for target in targets)
