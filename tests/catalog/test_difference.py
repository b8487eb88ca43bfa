"""Two states of a table differ in exactly the rows that were planted, whatever their order and whichever repeat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.catalog.difference import ASIDE, KEYS, difference, moved
from nomoat.catalog.tables import TABLES

PRICES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), max_size=8)


def rows(prices):
    return [{"provider": "P", "name": name, "tier": None, "input": float(price)} for name, price in prices.items()]


@given(PRICES, PRICES, st.randoms())
def test_rows_are_new_changed_or_gone_as_sets_say(before, after, order):
    old, new = rows(before), rows(after)
    order.shuffle(new)
    found = difference("offerings", old, new)
    assert {row["name"] for row in found.new} == set(after) - set(before)
    assert {row["name"] for row in found.gone} == set(before) - set(after)
    assert {row["name"] for _, row in found.changed} == {
        name for name in set(before) & set(after) if before[name] != after[name]
    }
    assert bool(found) == (before != after)


@given(st.lists(st.integers(0, 2), max_size=6), st.lists(st.integers(0, 2), max_size=6))
def test_rows_about_one_thing_are_matched_as_a_bag(before, after):
    made = [[{"model_id": "m", "class": str(n)} for n in listed] for listed in (before, after)]
    found = difference("openness", *made)
    same = sum(min(before.count(n), after.count(n)) for n in range(3))
    left = len(before) - same, len(after) - same
    assert len(found.changed) == min(left)
    assert (len(found.gone), len(found.new)) == (left[0] - min(left), left[1] - min(left))


def test_neither_origin_nor_the_day_of_the_copy_is_news():
    one = {"board": "b", "category": "c", "name": "n", "rating": 1.0, "published": "x", "origin_id": "a"}
    assert not difference("ratings", [one], [{**one, "published": "y", "origin_id": "b"}])
    assert moved("ratings", one, {**one, "rating": 1.0 + 1e-12}) == ()
    assert moved("ratings", one, {**one, "rating": 1.1}) == ("rating",)


@pytest.mark.parametrize("table", [table for table in TABLES if table != "origins"])
def test_every_table_says_what_its_rows_are_about(table):
    assert set(KEYS[table]) | ASIDE.get(table, set()) <= set(TABLES[table])
