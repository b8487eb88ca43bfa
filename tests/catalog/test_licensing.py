"""Each release has its own licence, with the origin of every statement, and words that name none are counted."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.licensing import licensing
from nomoat.catalog.openness import openness
from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts
from nomoat.sources.licensed import draw
from publisher import publication

OLD, NEW = date(2026, 6, 1), date(2026, 9, 1)


@pytest.fixture
def shelf(tmp_path):
    """A catalogue of a board of two days and a list, made as an update makes it."""

    def make(*rows, terms=(("mit", "weights-permissive", "text"), ("nc", "weights-noncommercial", "recalled"))):
        facts = Facts()
        (tmp_path / "bytes.csv").write_text("x")
        key = facts.origin(publication("epoch-eci"), OLD, tmp_path / "bytes.csv")
        facts.add("models", key, model_id="a/m", name="M", released=OLD)
        facts.add("models", key, model_id="a/n", name="N", released=OLD)
        hand = facts.origin(publication("nomoat-licences"), OLD, tmp_path / "bytes.csv")
        for name, kind, basis in terms:
            facts.add("licences", hand, licence_id=name, name=name, basis=basis, **{"class": kind})
            facts.add("spellings", hand, written=name, licence_id=name)
        facts.add("spellings", hand, written="other")
        facts.add("spellings", hand, source="arena", name="m-2", written="other", licence_id="nc")
        for day, name, model, licence in rows:
            board = facts.origin(publication("arena:text"), day, tmp_path / "bytes.csv")
            facts.add(
                "ratings", board, board="arena:text", category="overall", published=day, name=name, model_id=model,
                licence=licence, rating=1.0,
            )  # fmt: skip
        draw(facts)
        write(facts, {"bytes.csv": tmp_path / "bytes.csv"}, tmp_path / "snapshot")
        return Catalog.open(tmp_path / "home", tmp_path / "snapshot")

    return make


def test_two_versions_of_one_model_keep_their_own_licences_and_days(shelf):
    catalog = shelf((OLD, "m-1", "a/m", "MIT"), (NEW, "m-1", "a/m", "MIT"), (NEW, "m-2", "a/m", "other"))
    found = licensing(catalog=catalog)
    said = [(one.name, one.licence, one.licence_id, one.openness, one.basis) for one in found.releases]
    assert said == [
        ("m-1", "MIT", "mit", "weights-permissive", "text"),
        ("m-2", "other", "nc", "weights-noncommercial", "recalled"),
    ]
    assert [(one.since, one.until) for one in found.releases] == [(OLD, NEW), (NEW, NEW)]
    assert (found.models, found.several, found.left_out) == (1, 1, ())
    assert {one.origin for one in found.releases} == {origin.id for origin in found.origins}
    assert openness("M", catalog=catalog).releases == found.releases


def test_a_release_that_changed_its_licence_has_both_with_their_days(shelf):
    found = licensing(catalog=shelf((OLD, "m-1", "a/m", "NC"), (NEW, "m-1", "a/m", "MIT")))
    assert [(one.licence, one.since, one.until) for one in found.releases] == [("MIT", NEW, NEW), ("NC", OLD, OLD)]


def test_words_that_name_no_licence_are_counted_and_others_models_are_not_listed(shelf):
    catalog = shelf((NEW, "m-1", "a/m", "other"), (NEW, "n", "a/n", "MIT"), (NEW, "nobody", None, "MIT"))
    found = licensing(catalog=catalog)
    assert [left.count for left in found.left_out] == [1]
    assert [one.id for one in found.releases] == ["a/m", "a/n"]
    assert [one.id for one in licensing(["a/n"], catalog=catalog).releases] == ["a/n"]
    assert licensing([], catalog=catalog).releases == ()


def test_what_ships_tells_versions_apart_by_licence():
    """As published: DeepSeek-V3's first weights and those of March 2025; Qwen2.5 by size; Llama by number."""
    said = {}
    for one in licensing().releases:
        said.setdefault(one.id, set()).add(one.licence_id)
    assert said["deepseek/deepseek-v3"] == {"deepseek"}
    assert said["deepseek/deepseek-v3-mar-2025"] == {"mit"}
    assert "qwen" in said["alibaba/qwen2.5-72b"]
    assert "apache-2.0" in said["alibaba/qwen2.5-32b"]
    assert said["meta/llama-3.3-70b"] == {"llama-3.3-community"}
    assert "llama-3.1-community" in said["meta/llama-3.1-405b"]
    assert "kimi-k2-modified-mit" in said["moonshot/kimi-k2.5"]


def test_few_licences_still_rest_on_memory():
    found = licensing()
    assert sum(found.bases.values()) == 82
    assert found.bases["recalled"] <= 20, "read the text of a new licence before it is entered"
    assert len(found.releases) >= 580
