"""An update joins names as the build did: a publisher's bytes under another hash bring nothing new.

The files are made of the shipped rows: what the publisher wrote, without what it was read as.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from nomoat.catalog.store import Catalog
from nomoat.sources.disk import Disk
from nomoat.sources.naming import Naming
from nomoat.sources.recall import recall
from nomoat.sources.update import update

PRICES = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "batch_input": "input_cost_per_token_batches",
    "batch_output": "output_cost_per_token_batches",
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return Catalog.open(tmp_path_factory.mktemp("none"))


@pytest.fixture
def again(tmp_path):
    """Update one source from what lies in the folder of copies, on a day, in a store of its own."""

    def go(source, day, **rest):
        home = tmp_path / "home"
        return update([source], lambda kept: Disk(kept, tmp_path / "copies", retrieved=day), home=home, **rest).sources[
            0
        ]

    return go


def put(tmp_path, name, body):
    path = tmp_path / "copies" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body if isinstance(body, str) else json.dumps(body))


def litellm(shipped):
    """LiteLLM's price map."""
    found = {}
    for row in shipped.table("offerings", dataset="litellm").rows():
        said = {"litellm_provider": row["provider"], "mode": row["mode"], "max_input_tokens": row["context"]}
        said |= {name: row[key] / 1e6 for key, name in PRICES.items() if row[key] is not None}
        if row["valid_to"]:
            said["deprecation_date"] = str(row["valid_to"])
        found[row["name"]] = said
    return found


def lists(shipped):
    """models.dev's list of models: what it calls them, what it says of them, and which weights are theirs."""
    calls, weights = {}, {}
    for row in shipped.table("aliases", dataset="models.dev").rows():
        (calls if row["source"] == "models.dev" else weights).setdefault(row["id"], []).append(row["name"])
    claims = {row["model_id"]: row for row in shipped.table("openness", dataset="models.dev").rows()}
    # A date that contradicts the name stands with the version alone.
    dated = {row["model_id"]: row["released"] for row in shipped.table("versions", dataset="models.dev").rows()}
    for row in shipped.table("models", dataset="models.dev").rows():
        if len(calls[row["model_id"]]) > 1:  # which of its lines said what does not ship
            continue
        (name,) = calls[row["model_id"]]
        said = claims.get(row["model_id"])
        inward, outward = (row["modality"] or ">").split(">")
        yield {
            "id": name,
            "name": row["name"],
            "release_date": str(day) if (day := dated.get(row["model_id"]) or row["released"]) else None,
            "modalities": {"input": inward.split(",") if inward else [], "output": outward.split(",")},
            "open_weights": said and not said["class"].startswith("closed"),
            "license": said and said["licence"],
            "weights": [{"url": f"https://huggingface.co/{one}"} for one in weights.get(row["model_id"], ())],
        }


def test_the_prices_of_litellm_under_another_hash_are_no_news(shipped, again, tmp_path):
    put(tmp_path, "litellm/prices.json", litellm(shipped))
    one = again("litellm", date(2026, 8, 2))
    # A rule of names that changes the joins needs a snapshot that was built by it.
    assert (one.why, one.new, one.changed, one.gone, one.renamed) == ("", 0, 0, 0, 0)
    assert one.rows == len(shipped.table("offerings", dataset="litellm"))


def test_five_changed_prices_are_five_changes_and_no_join_is_lost(shipped, again, tmp_path):
    found = litellm(shipped)
    priced = [name for name, said in found.items() if said.get("input_cost_per_token")]
    for name in priced[:5]:
        found[name]["input_cost_per_token"] *= 2
    for name in priced[10:20]:
        del found[name]
    put(tmp_path, "litellm/prices.json", found)
    one = again("litellm", date(2026, 8, 2))
    assert (one.why, one.new, one.changed, one.gone, one.renamed) == ("", 0, 5, 10, 0)


def test_the_models_of_models_dev_under_another_hash_are_no_news(shipped, again, tmp_path):
    put(tmp_path, "modelsdev/models.json", list(lists(shipped)))
    put(tmp_path, "modelsdev/api.json", [{"provider": "house", "id": "no-such-model", "cost": {"input": 1}}])
    one = again("modelsdev", date(2026, 7, 3), fewer=True)
    # New is the offering; models.dev's own scores and the other offerings are not in these files.
    assert (one.why, one.new, one.changed) == ("", 1, 0)
    held = Catalog.open(tmp_path / "home").table("aliases", dataset="models.dev").rows()
    known = {(row["source"], row["name"], row["id"]) for row in shipped.table("aliases", dataset="models.dev").rows()}
    assert len(held) > 150
    assert {(row["source"], row["name"], row["id"]) for row in held} <= known


def test_a_board_of_arena_under_another_hash_is_no_news(shipped, again, tmp_path):
    lines = ["subset,category,model_name,organization,license,rating,rating_lower,rating_upper,vote_count,"]
    lines[0] += "leaderboard_publish_date"
    for board in ("text", "text_style_control", "vision", "webdev"):
        for row in shipped.table("ratings", dataset=f"arena:{board}").rows():
            cells = (board, row["category"], row["name"], row["organisation"], row["licence"], row["rating"])
            cells = (*cells, row["low"], row["high"], row["votes"], row["published"])
            lines.append(",".join("" if cell is None else f'"{cell}"' for cell in cells))
    put(tmp_path, "arena/arena.csv", "\n".join(lines) + "\n")
    one = again("arena", date(2026, 11, 22))
    assert (one.why, one.changed, one.gone, one.renamed) == ("", 0, 0, 0)
    # What is new is when a licence was seen on a board, since these files hold no past.
    held = Catalog.open(tmp_path / "home")
    for board in ("text", "text_style_control", "vision", "webdev"):
        before, now = (one.table("ratings", dataset=f"arena:{board}").rows() for one in (shipped, held))
        assert {(row["name"], row["model_id"]) for row in now} == {(row["name"], row["model_id"]) for row in before}


def test_a_model_that_a_list_brought_is_known_by_the_name_that_it_was_made_of(shipped):
    naming = recall(shipped, Naming())
    for raw, model_id in {
        "deepinfra/google/gemma-3-12b-it": "google/gemma-3-12b-it",
        "azure/o3-deep-research": "openai/o3-deep-research-2025-06-26",
        "groq/whisper-large-v3": "openai/whisper-large-v3",
        "dall-e-2": "openai/dall-e-2",
    }.items():
        assert naming.model(raw, source="litellm", as_of=date(2026, 8, 1)).model_id == model_id


def test_no_join_moves_when_later_versions_join_the_catalogue(shipped):
    """A second version of a model takes no price and no repository from the first, whose plain name they bear."""
    before, after = recall(shipped, Naming()), recall(shipped, Naming())
    later = ["openai/gpt-6", "deepseek/deepseek-r2"]
    later += [f"{name}-2026-09-01" for name in ("openai/gpt-5", "openai/gpt-oss-120b", "google/gemini-2.5-pro")]
    later += ["anthropic/claude-opus-4-5-20260901", "moonshotai/kimi-k2.5-2609", "qwen/qwen3-32b-2609"]
    for name in later:
        assert after.mint(name, source="models.dev", released=date(2026, 9, 1)).method == "minted"
    joined = 0
    for table, column, source in (("offerings", "name", "litellm"), ("repositories", "repository", "hf")):
        for name in sorted(set(shipped.table(table).columns[column])):
            one, other = (known.model(name, source=source, as_of=date(2026, 8, 1)) for known in (before, after))
            assert (one and one.model_id) == (other and other.model_id), name
            joined += one is not None
    assert joined > 1500
