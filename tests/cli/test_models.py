"""`nomoat models` still answers a query; its parts say what names mean, which wait, and take the user's word."""

from __future__ import annotations

import csv
import io
import json

import pytest

from nomoat.catalog.resolve import resolve
from nomoat.catalog.store import Catalog
from nomoat.world.models import models


@pytest.fixture
def own(ask, tmp_path, monkeypatch):
    """The program with a store of this test's own."""
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "own"))
    return ask


def test_words_that_name_no_part_are_a_query(ask):
    assert ask("models", "qwen", "--csv").out == ask("models", "list", "qwen", "--csv").out
    assert ask("models", "open & country=CN", "--json").out == models("open & country=CN").json() + "\n"
    assert ask("models", "--csv").out == ask("models", "list", "--csv").out
    assert ask("models", "resolv").err.startswith("Error: No model 'resolv'.")


def test_a_dated_spelling_leads_to_its_model_and_says_so(ask):
    """Logs and price lists write the version; `resolve` knew it, the list did not."""
    for raw, model, means in (
        ("gpt-4o-2024-08-06", "GPT-4o (Aug 2024)", "openai/gpt-4o-aug-2024@2024-08-06"),
        (
            "claude-3-5-sonnet-20241022",
            "Claude 3.5 Sonnet (October 2024)",
            "anthropic/claude-3.5-sonnet-october-2024@2024-10-22",
        ),
        ("openai/o3@2025-04-16#effort=high", "o3", "openai/o3@2025-04-16#effort=high"),
    ):
        found = models(raw)
        assert ([one.model for one in found.models], found.means) == ([model], means)
    said = ask("models", "gpt-4o-2024-08-06").out
    assert "“gpt-4o-2024-08-06” is in no name; it means openai/gpt-4o-aug-2024@2024-08-06." in said
    assert models("gpt-4o").means is None


def test_a_name_as_the_list_writes_it_finds_its_model(ask):
    assert [one.model for one in models("GPT-4o (Aug 2024)").models] == ["GPT-4o (Aug 2024)"]
    assert "The end of the cohort 'qwen |'" in ask("models", "qwen |").err


def test_a_floating_name_is_no_model_and_leads_to_what_it_could_be(ask):
    said = ask("models", "chatgpt-4o-latest").err
    assert "floating name" in said
    assert said.rstrip().endswith("Try: nomoat models resolve chatgpt-4o-latest")


def test_a_version_of_another_day_than_its_model_is_told(ask):
    """Epoch's index gives three releases of GPT-4o the day of the first; its table of versions has their own."""
    found = {one.model: one for one in models("gpt-4o").models}
    assert str(found["GPT-4o (Aug 2024)"].released) == "2024-05-13"
    assert str(found["GPT-4o (Aug 2024)"].version_released) == "2024-08-06"
    assert found["GPT-4o (May 2024)"].version_released is None
    said = " ".join(ask("models", "gpt-4o").out.split())
    assert "came out on another day: GPT-4o (Aug 2024) 2024-08-06 and GPT-4o (Nov 2024) 2024-11-20." in said
    assert "another day" not in ask("models", "deepseek-r1").out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("o3-2025-04-16_high", "--source", "epoch"), ("openai", "o3", "openai/o3", "2025-04-16", "high", "rule")),
        (
            ("deepseek/deepseek-chat", "--source", "litellm", "--as-of", "2025-04-01"),
            ("deepseek", "deepseek-v3", "deepseek/deepseek-v3-mar-2025", "2025-03-24", None, "pointer"),
        ),
        (("deepseek/deepseek-chat", "--source", "litellm"), (None, None, None, None, None, "unresolved")),
        (("azure/gpt-4", "--source", "litellm"), (None, None, None, None, None, "unresolved")),
    ],
)
def test_resolve_prints_the_whole_identity(ask, arguments, expected):
    said = ask("models", "resolve", *arguments, "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert tuple(found[key] for key in ("organisation", "model", "model_id", "version", "effort", "method")) == expected
    assert found["schema_version"] == 1
    assert found["resolved"] == (expected[2] is not None)
    assert set(found["levels"]) == {"model", "version", "variant", "offering"}
    assert found["why"]
    said = resolve(found["raw"], source=found["source"], catalog=Catalog.open()).candidates
    assert found["candidates"] == list(said) or found["resolved"]


def test_the_id_that_is_printed_is_the_one_that_lists_use(ask):
    """What `resolve` answers, `nomoat models ID` and `resolve` itself know, whatever the name was."""
    listed = {row["id"] for row in csv.DictReader(io.StringIO(ask("models", "--csv").out))}
    for raw, source in (("deepseek-r1-0528", "arena"), ("meta-llama/Llama-3.1-8B-Instruct", "hf"), ("gpt-4-0314", "x")):
        found = json.loads(ask("models", "resolve", raw, "--source", source, "--json").out)
        assert found["model_id"] in listed
        (only,) = json.loads(ask("models", found["id"], "--json").out)["models"]
        assert only["id"] == found["model_id"]
        again = json.loads(ask("models", "resolve", found["id"], "--json").out)
        assert (again["model_id"], again["id"], again["method"]) == (found["model_id"], found["id"], "exact")
    other = json.loads(ask("models", "resolve", "meta-llama/Llama-3.1-8B", "--source", "hf", "--json").out)
    assert (other["model_id"], other["catalogued"]) == ("meta/llama-3.1-8b-base", None)
    assert other["model_id"] not in listed


def test_the_four_levels_of_one_name(ask):
    found = json.loads(ask("models", "resolve", "azure/eu/o3-2025-04-16", "--source", "litellm", "--json").out)
    assert found["levels"] == {
        "model": "openai/o3",
        "version": "openai/o3@2025-04-16",
        "variant": None,
        "offering": {"provider": "azure", "name": "azure/eu/o3-2025-04-16", "tier": None, "quantisation": None},
    }
    assert json.loads(ask("models", "resolve", "gpt-5-high", "--json").out)["levels"]["variant"] == (
        "openai/gpt-5#effort=high"
    )


@pytest.mark.parametrize("raw", ["", "x" * 5000, "\x1b[31mred", "'; DROP TABLE models", "../../etc/passwd", "٣"])
def test_no_name_breaks_resolve(ask, raw):
    said = ask("models", "resolve", raw)
    assert said.code == 0
    assert "unresolved" in said.out
    assert "\x1b" not in said.out


def test_an_alias_from_the_first_line_to_the_last(own, tmp_path):
    assert "no alias" in own("models", "alias", "list").out
    added = own("models", "alias", "add", "our-o3", "openai/o3@2025-04-16", "--source", "gateway")
    assert (added.code, added.err) == (0, "")
    assert "'our-o3' of gateway now means openai/o3@2025-04-16" in added.out
    found = json.loads(own("models", "resolve", "our-o3", "--source", "gateway", "--json").out)
    assert (found["id"], found["origin"], found["method"]) == ("openai/o3@2025-04-16", "you", "exact")
    assert json.loads(own("models", "alias", "list", "--json").out)["aliases"][0]["name"] == "our-o3"
    assert "source,name,from,to,id" in (tmp_path / "own" / "aliases.csv").read_text()
    again = own("models", "alias", "add", "our-o3", "openai/gpt-5", "--source", "gateway")
    assert again.code == 2
    assert again.err.count("\n") == 1
    hint = again.err.split("Try: nomoat ")[1].strip()
    assert own(*hint.replace("'", "").split()).code == 0
    assert not json.loads(own("models", "resolve", "our-o3", "--source", "gateway", "--json").out)["resolved"]
    gone = own("models", "alias", "remove", "our-o3", "--source", "gateway")
    assert (gone.code, gone.err.count("\n")) == (2, 1)


def test_the_example_of_remove_runs_after_the_example_of_add(own):
    from nomoat.cli.models import add, remove

    for command in (add, remove):
        line = next(line.split() for line in command.epilog.splitlines() if "our-o3" in line)
        assert own(*line[1:]).code == 0


def test_the_review_list_is_one_sources_or_all(own):
    every = json.loads(own("models", "unresolved", "--json").out)
    arena = json.loads(own("models", "unresolved", "--source", "lmarena", "--json").out)
    assert {one["source"] for one in arena["waiting"]} == {"arena"}
    assert arena["waiting"] == [one for one in every["waiting"] if one["source"] == "arena"]
    first = arena["waiting"][0]
    own("models", "alias", "add", first["name"], "openai/gpt-5", "--source", "arena")
    later = json.loads(own("models", "unresolved", "--source", "arena", "--json").out)
    assert [one["name"] for one in later["waiting"]] == [one["name"] for one in arena["waiting"][1:]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("alias", "add", "x"),
        ("alias", "add", "x", "openai/o3"),
        ("alias", "add", "x", "openai/o3", "--source", "s", "--from", "yesterday"),
        ("alias", "ad"),
        ("unresolved", "--source", "nobody"),
        ("resolve",),
        ("resolve", "x", "--as-of", "2026"),
    ],
)
def test_what_cannot_be_done_is_one_line(own, arguments):
    said = own("models", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_a_name_that_stays_open_says_what_to_type_and_nothing_of_it_is_cut(ask):
    said = ask("models", "resolve", "deepseek-r1", "--as-of", "2025-03-01").out
    whole = " ".join(said.split())
    assert "2 releases of that name (2025-01-20, 2025-05-28), of which deepseek/deepseek-r1 alone was out" in whole
    assert "nomoat models alias add deepseek-r1 ID --source NAME" in whole
    assert "…" not in said
    floating = " ".join(ask("models", "resolve", "gpt-4o").out.split())
    assert "to settle it nomoat models resolve gpt-4o --as-of DATE" in floating
    assert "to settle it" not in ask("models", "resolve", "o3-2025-04-16").out


def test_openness_takes_a_name_in_any_case_and_an_outside_name(ask):
    whole = ask("models", "openness", "deepseek/deepseek-r1", "--json").out
    assert ask("models", "openness", "deepseek-r1", "--json").out == whole
    assert json.loads(ask("models", "openness", "gpt-4.1-mini-2025-04-14", "--json").out)["id"] == "openai/gpt-4.1-mini"
    assert "Expected one of" in ask("models", "openness", "deepsek-r9").err
