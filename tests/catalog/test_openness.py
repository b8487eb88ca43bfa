"""Openness is settled by the order of trust, with a reason; licences mean what the table says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.catalog.licences import Licences
from nomoat.catalog.openness import disagreements, openness
from nomoat.catalog.store import Catalog
from nomoat.catalog.terms import CLASSES
from nomoat.catalog.trust import TRUST, rank, settled
from nomoat.errors import UnknownName
from nomoat.sources.curated import Curated
from nomoat.sources.licensed import licences, read_licences

CLAIMS = st.lists(st.tuples(st.sampled_from([*TRUST, "arena:text", "hearsay"]), st.sampled_from(CLASSES)), max_size=6)


def trusted(claims):
    return sorted(claims, key=lambda claim: rank(claim[0]))


@pytest.mark.parametrize(
    ("claims", "openness", "winner"),
    [
        ([], "unknown", None),
        ([("epoch-notable", "unknown")], "unknown", None),
        ([("epoch-notable", "unknown"), ("arena:text", "closed-unspecified")], "closed-unspecified", 1),
        ([("epoch-eci", "unknown"), ("models.dev", "weights-permissive")], "unknown", 0),
        ([("epoch-models", "closed-api"), ("models.dev", "weights-permissive")], "closed-api", 0),
        ([("models.dev", "weights-unspecified"), ("helm-models", "closed-api")], "weights-unspecified", 0),
        ([("models.dev", "closed-unspecified"), ("helm-models", "closed-api")], "closed-api", 1),
        ([("epoch-eci", "weights-permissive"), ("osai", "open-source")], "open-source", 1),
        ([("epoch-eci", "weights-restricted"), ("osai", "open-source")], "weights-restricted", 0),
        ([("epoch-eci", "weights-permissive"), ("hearsay", "open-source")], "weights-permissive", 0),
        ([("mof", "open-source")], "open-source", 0),
        ([("hearsay", "open-source")], "weights-permissive", 0),
    ],
)
def test_the_claim_that_counts(claims, openness, winner):
    found = settled(claims)
    assert found[:2] == (openness, winner)
    assert found[2]


@given(CLAIMS)
def test_no_class_comes_from_nowhere(claims):
    claims = trusted(claims)
    found, winner, _ = settled(claims)
    said = {one for _, one in claims}
    assert found in said | {"unknown"} or (found == "weights-permissive" and "open-source" in said)
    if found == "open-source":
        assert any(name in ("osai", "mof") and one == "open-source" for name, one in claims)
    assert winner is not None or found == "unknown"


@given(CLAIMS, st.sampled_from(["weights-unspecified", "closed-unspecified", "unknown"]))
def test_a_claim_of_the_least_trusted_that_says_little_changes_nothing(claims, said):
    claims = trusted(claims)
    if any(one != "unknown" for _, one in claims):
        assert settled([*claims, ("hearsay", said)])[:2] == settled(claims)[:2]


def test_every_model_of_the_snapshot_has_the_class_that_its_claims_give():
    catalog = Catalog.open()
    members = catalog.members()
    found = disagreements(catalog=catalog)
    assert found.sides < len(found.rows) < found.models
    for row in found.rows:
        assert row.openness == members.openness[members.index[row.id]]
        assert row.reason
        assert [rank(claim.dataset) for claim in row.claims] == sorted(rank(claim.dataset) for claim in row.claims)
    assert {row.id for row in found.rows} >= {"moonshot/kimi-k2-jul-2025"}


def test_a_model_is_found_by_name_and_id_or_the_nearest_are_offered():
    assert openness("DeepSeek-R1").id == openness("deepseek/deepseek-r1").id == "deepseek/deepseek-r1"
    with pytest.raises(UnknownName, match="deepseek/deepseek-r1"):
        openness("deepseek/deepseek-r7")


def test_what_other_hides_is_by_model():
    known = licences(read_licences(Curated()))
    assert known.of("other", source="hf").licence_id is None
    assert known.of("other", "Qwen/Qwen2.5-3B-Instruct", source="hf").openness == "weights-noncommercial"
    assert known.of("Modified MIT", "minimax-m2.7", source="arena").licence_id == "minimax-m2.7-noncommercial"
    assert known.of("Modified MIT", "kimi-k2-thinking", source="arena").openness == "weights-restricted"
    assert known.of("Modified MIT", source="arena").openness == "weights-unspecified"
    assert known.of("gemma", source="hf").licence_id == known.of("Gemma license").licence_id == "gemma-terms"
    assert known.of("a licence of my own") is None


def test_a_spelling_with_two_meanings_is_refused():
    row = {"source": None, "name": None, "written": "MIT", "licence_id": "mit", "class": None}
    with pytest.raises(ValueError, match="two meanings"):
        Licences([row, row | {"licence_id": "x", "written": "mit"}], [])
