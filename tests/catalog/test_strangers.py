"""Names that were invented to be hard, each judged by hand: read rightly, or left open, and never joined wrongly.

`strangers.csv` has what a name means (`id`, empty where it must stay open) and which model of the catalogue that is.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from nomoat.catalog.joins import joins
from nomoat.catalog.lexicon import lexicon
from nomoat.catalog.resolve import parse, resolve
from nomoat.catalog.store import Catalog

with (Path(__file__).parent / "strangers.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def read(row, **rest):
    day = date.fromisoformat(row["as_of"]) if row["as_of"] else None
    return resolve(row["name"], source=row["source"] or None, as_of=day, **rest)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return Catalog.open(tmp_path_factory.mktemp("none"))


def test_there_are_more_than_a_hundred_of_which_many_must_stay_open():
    assert len(ROWS) > 100
    assert sum(not row["id"] for row in ROWS) > 25


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']}~{row['as_of']}")
def test_a_strangers_name_is_read_as_it_was_judged(shipped, row):
    found = read(row)
    assert (found.id or "") == row["id"], found.why
    placed = read(row, catalog=shipped)
    assert (placed.catalogued or "") == row["catalogue"], placed.why
    if row["catalogue"]:
        assert placed.model_id == row["catalogue"]
        assert (placed.version, placed.effort, placed.mode) == (found.version, found.effort, found.mode)
    elif placed.model_id:
        assert placed.model_id not in shipped.members().index


def test_rules_alone_name_no_other_version_maker_or_effort():
    for row in ROWS:
        found, meant = read(row, table=lexicon().rules_only()), parse(row["id"]) if row["id"] else None
        if meant and found.resolved and not row["as_of"]:
            same = found.version in (None, "preview", meant.version) or meant.version is None
            assert same, row["name"]
            assert (found.organisation, found.effort) == (meant.organisation, meant.effort), row["name"]


def test_no_two_that_mean_different_things_are_joined():
    found = [(row["id"].split("#")[0], read(row)) for row in ROWS]
    for at, (one, mine) in enumerate(found):
        for other, theirs in found[:at]:
            assert one == other or not joins(mine, theirs), (mine.raw, theirs.raw)


def test_a_customers_tune_names_the_model_that_it_was_made_from(shipped):
    found = resolve("ft:gpt-4o-mini-2024-07-18:acme::9xyz", catalog=shipped)
    assert found.candidates == ("openai/gpt-4o-mini@2024-07-18",)
