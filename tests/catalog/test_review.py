"""The review list names what nobody knows, counts the rows that wait, and forgets a name once it is settled."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.aliases import Alias, add
from nomoat.catalog.resolve import resolve
from nomoat.catalog.review import WAITING, publisher, unresolved, write_waiting
from nomoat.catalog.store import Catalog
from nomoat.errors import UnknownName

DAY = date(2026, 8, 11)


@pytest.fixture
def store(tmp_path, write_vintage, publication):
    """A vintage with offerings and ratings of which some lead to a model."""

    def rows(facts, inputs):
        board = facts.origin(publication("arena:text"), DAY, inputs)
        prices = facts.origin(publication("litellm-prices"), DAY, inputs)
        for category in ("overall", "coding", "math"):
            facts.add("ratings", board, board="arena:text", category=category, name="mystery-7b", rating=1.0)
        facts.add("ratings", board, board="arena:text", name="o3-2025-04-16", rating=1.0)
        facts.add("ratings", board, board="arena:text", name="gpt-5", model_id="openai/gpt-5", rating=1.0)
        facts.add("offerings", prices, provider="mistral", name="mistral/mistral-large-latest", input=2.0)
        facts.add("offerings", prices, provider="azure", name="azure/gpt-4", input=2.0)

    folder = tmp_path / "shipped"
    write_vintage(folder, DAY, {"openai/gpt-5": (date(2025, 8, 7), "closed-api", 150.0)}, extra=rows)
    return tmp_path / "home", folder


def listed(store, source=None):
    home, folder = store
    return unresolved(source, catalog=Catalog.open(home, folder))


def test_names_wait_with_their_rows_the_most_first(store):
    found = listed(store)
    assert [(one.source, one.name, one.rows) for one in found.waiting] == [
        ("arena", "mystery-7b", 3),
        ("litellm", "azure/gpt-4", 1),
    ]
    assert found.rows == 4
    assert found.waiting[0].tables == ("ratings",)
    assert all(one.why for one in found.waiting)
    # Understood, though no row of the catalogue has them: an o3, and what the pointer meant on the day of the copy.
    assert [(left.what, left.count) for left in found.left_out] == [("names that are understood", 2)]
    assert found.names == 4
    assert {one.title for one in found.origins} == {"Its arena:text", "Its litellm-prices"}


def test_one_source_or_its_other_name(store):
    assert [one.name for one in listed(store, "litellm").waiting] == ["azure/gpt-4"]
    assert listed(store, "lmarena") == listed(store, "arena")
    with pytest.raises(UnknownName, match="litellm"):
        listed(store, "litelm")


def test_an_alias_takes_a_name_off_the_list(store):
    home, folder = store
    add(Alias(source="arena", name="mystery-7b", id="openai/gpt-5"), catalog=Catalog.open(home, folder), home=home)
    assert [one.name for one in listed(store).waiting] == ["azure/gpt-4"]


def test_names_whose_rows_are_in_no_table_wait_as_well(store, write_vintage):
    home, folder = store
    later = home / "vintages" / "2026-09-01"
    write_vintage(later, date(2026, 9, 1), {})
    write_waiting(later, [("helm", 'somebody, "new"', 7, date(2026, 9, 1)), ("arena", "mystery-7b", 2, DAY)])
    assert (later / WAITING).exists()
    found = {(one.source, one.name): one for one in listed(store).waiting}
    assert found["helm", 'somebody, "new"'].rows == 7
    assert found["helm", 'somebody, "new"'].tables == ()
    assert found["arena", "mystery-7b"].rows == 5
    before = unresolved(as_of=date(2026, 8, 20), catalog=Catalog.open(home, folder))
    assert ("helm", 'somebody, "new"') not in {(one.source, one.name) for one in before.waiting}


def test_what_ships_waits_for_reasons_that_are_said():
    catalog = Catalog.open()
    found = unresolved(catalog=catalog)
    assert found.waiting
    for one in found.waiting:
        assert one.why
        assert one.rows >= 1
        again = resolve(one.name, source=one.source, as_of=one.day, catalog=catalog)
        assert not again.resolved
        assert again.candidates == one.candidates
    # A name that means any of several releases of the catalogue waits, with them.
    several = [one for one in found.waiting if "releases of that name" in one.why]
    assert several
    assert all(len(one.candidates) > 1 and set(one.candidates) <= set(catalog.members().index) for one in several)


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("arena:vision", "arena"),
        ("epoch-eci", "epoch"),
        ("models.dev-offerings", "models.dev"),
        ("modelsdev-prices", "models.dev"),
        ("litellm", "litellm"),
        ("huggingface-hub", "hf"),
        ("llm-stats", "llm-stats"),
        ("something-else", "something-else"),
    ],
)
def test_a_data_set_is_somebodys_spelling(dataset, name):
    assert publisher(dataset) == name
