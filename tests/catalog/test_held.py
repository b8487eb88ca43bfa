"""One thing has one id: what a name means is answered under the id by which the catalogue keeps it."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.held import Held, held
from nomoat.catalog.identified import identify
from nomoat.catalog.resolve import parse, resolve
from nomoat.catalog.review import publisher
from nomoat.catalog.store import Catalog


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return Catalog.open(tmp_path_factory.mktemp("none"))


def test_every_alias_of_the_snapshot_leads_to_the_id_that_tables_use(shipped):
    models = set(shipped.table("models").columns["model_id"])
    rows = shipped.table("aliases").rows()
    for row in rows:
        day = row["valid_from"] or row["valid_to"]
        found = resolve(row["name"], source=row["source"], as_of=day, catalog=shipped)
        assert found.model_id == found.catalogued == row["id"].split("@")[0], row["name"]
        assert found.model_id in models
    assert len(rows) > 2000


def test_no_two_ids_denote_the_same_organisation_model_and_version(shipped):
    """Neither by the names that the models go by, nor by an id that is free for what is not there."""
    known = held(shipped)
    assert {name: ids for name, ids in known.names().items() if len(ids) > 1} == {}
    ids = set(shipped.members().model_id)
    for id in ids:
        assert resolve(id, source="nomoat", catalog=shipped).model_id == id
        assert resolve(id, catalog=shipped).model_id == id
    assert len(ids) == len({id.casefold() for id in ids}) > 1000


def test_every_price_rating_and_repository_is_found_again_by_its_name(shipped):
    """A name that a rule joined when the snapshot was made resolves to the same id now, whoever asks."""
    about = {row["origin_id"]: row for row in shipped.table("origins").rows()}
    met = 0
    for table, column in (("offerings", "name"), ("ratings", "name"), ("repositories", "repository")):
        rows = {(row["origin_id"], row[column]): row for row in shipped.table(table).rows()}.values()
        for row in rows:
            origin = about[row["origin_id"]]
            if row["model_id"] is None or origin["dataset"].startswith("models.dev"):
                continue  # models.dev says itself of which of its models an offering is
            day = row.get("published") or origin["retrieved"]
            found = resolve(row[column], source=publisher(origin["dataset"]), as_of=day, catalog=shipped)
            assert found.model_id == row["model_id"], (row[column], found)
            met += 1
    assert met > 2500


@pytest.mark.parametrize(
    ("raw", "source", "day", "model_id", "said"),
    [
        ("deepseek-r1-0528", "arena", None, "deepseek/deepseek-r1-may-2025", ("deepseek-r1", "2025-05-28")),
        ("deepseek/deepseek-r1@2025-05-28", None, None, "deepseek/deepseek-r1-may-2025", ("deepseek-r1", "2025-05-28")),
        ("deepseek/deepseek-r1-may-2025", None, None, "deepseek/deepseek-r1-may-2025", ("deepseek-r1", "2025-05-28")),
        ("meta-llama/Llama-3.1-8B-Instruct", "hf", None, "meta/llama-3.1-8b", ("llama-3.1-8b-instruct", None)),
        ("meta-llama/Llama-3.1-8B", "hf", None, "meta/llama-3.1-8b-base", ("llama-3.1-8b", None)),
        ("Llama 3.1-8B", "epoch", None, "meta/llama-3.1-8b", ("llama-3.1-8b", None)),
        (
            "claude-3-5-sonnet-20241022",
            None,
            None,
            "anthropic/claude-3.5-sonnet-october-2024",
            ("claude-3.5-sonnet", "2024-10-22"),
        ),
        ("claude-3-5-sonnet-20240620", None, None, "anthropic/claude-3.5-sonnet", ("claude-3.5-sonnet", "2024-06-20")),
        (
            "claude-3-5-sonnet-20250101",
            None,
            None,
            "anthropic/claude-3.5-sonnet-2025-01-01",
            ("claude-3.5-sonnet", "2025-01-01"),
        ),
        ("openai/gpt-9-ultra", "models.dev", None, "openai/gpt-9-ultra", ("gpt-9-ultra", None)),
        # What a name meant on an early day is in the catalogue though no vintage is as old.
        (
            "deepseek/deepseek-chat",
            "litellm",
            date(2025, 4, 1),
            "deepseek/deepseek-v3-mar-2025",
            ("deepseek-v3", "2025-03-24"),
        ),
        (
            "claude-opus-4-7-20260416",
            "litellm",
            date(2026, 8, 1),
            "anthropic/claude-opus-4.7",
            ("claude-opus-4.7", "2026-04-16"),
        ),
    ],
)
def test_the_answer_bears_the_catalogues_id_and_says_what_the_name_says(shipped, raw, source, day, model_id, said):
    found = identify(raw, source=source, as_of=day, catalog=shipped)
    assert (found.model_id, (found.model, found.version)) == (model_id, said)
    assert found.levels.model == found.model_id
    there = model_id in set(shipped.members().model_id)
    assert found.catalogued == (model_id if there else None)
    assert there or found.why.endswith("the catalogue has no entry of it")


def test_a_name_of_several_releases_is_none_of_them(shipped):
    found = identify("deepseek-r1", source="litellm", catalog=shipped)
    assert (found.resolved, found.model_id, found.catalogued) == (False, None, None)
    assert found.candidates == ("deepseek/deepseek-r1", "deepseek/deepseek-r1-may-2025")
    assert (found.organisation, found.model) == ("deepseek", "deepseek-r1")


def test_candidates_are_ids_of_the_catalogue(shipped):
    found = identify("claude-3-5-sonnet", catalog=shipped)
    assert found.candidates == (
        "anthropic/claude-3.5-sonnet@2024-06-20",
        "anthropic/claude-3.5-sonnet-october-2024@2024-10-22",
    )
    for one in found.candidates:
        assert resolve(one, catalog=shipped).catalogued == one.split("@")[0]
        assert parse(one) is not None


def test_titles_that_two_models_share_are_names_of_neither():
    known = Held()
    rows = [("a/x-1", "X"), ("a/x-2", "X"), ("a/y-1", "Y")]
    known.entitle({"model_id": id, "name": name} for id, name in rows)
    assert known.alias("epoch", "X", None) is None
    assert known.alias("epoch", "y", None) == "a/y-1"
