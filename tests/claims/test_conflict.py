"""A contradiction is one: no value satisfies both, on the same day, of the same things; the rest only share a topic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from nomoat.claims.comparison import parse, shared
from nomoat.claims.conflict import NAMED, ONE_NUMBER, TOPIC, UNLIKE, conflicts
from nomoat.claims.ledger import Ledger, ledger

LEDGER = ledger(home=Path("/nonexistent"))
ONE = LEDGER.claim("stayed-close")  # the lag is at most 4 months


def pair(test=None, **changes):
    """What `stayed-close` and a changed copy of it, against open, are to each other."""
    tested = msgspec.structs.replace(ONE.test, **(test or {}))
    other = msgspec.structs.replace(ONE, **{"id": "other", "polarity": "against open", **changes}, test=tested)
    found = conflicts(Ledger((ONE, other)))
    return found[0] if found else None


def test_no_value_for_both_of_one_number_on_one_day_means_that_one_is_wrong():
    found = pair({"comparison": "at least 5"})
    assert (found.kind, found.both_can_be_right, found.differ) == (ONE_NUMBER, False, ())


def test_naming_a_claim_does_not_make_both_right():
    found = pair({"comparison": "at least 5"}, contrary={"stayed-close": "for a reason of ours"})
    assert (found.kind, found.both_can_be_right) == (NAMED, False)
    assert found.why == "for a reason of ours"


def test_a_value_that_satisfies_both_is_named_and_contradicts_nothing():
    found = pair({"comparison": "at least 3"})
    assert (found.kind, found.both_can_be_right) == (TOPIC, True)
    assert "3 to 4" in found.why


@pytest.mark.parametrize(
    ("changes", "differ"),
    [
        ({"test": {"population": "models of one maker"}}, "population"),
        ({"test": {"window": "12 months"}}, "window"),
        ({"test": {"arguments": {"follower": "permissive"}}}, "arguments"),
        ({"earliest": date(2026, 1, 1), "latest": date(2026, 2, 1)}, "days"),
    ],
)
def test_what_is_counted_otherwise_or_said_of_another_day_can_be_right_beside_it(changes, differ):
    test = {"comparison": "at least 5", **changes.pop("test", {})}
    found = pair(test, **changes)
    assert (found.kind, found.both_can_be_right, found.differ) == (UNLIKE, True, (differ,))


@pytest.mark.parametrize("tied", [{"due": date(2027, 1, 1)}, {"until": date(2023, 12, 31)}])
def test_a_forecast_and_a_sentence_about_the_past_contradict_no_present(tied):
    found = pair({"comparison": "at least 5"}, **tied)
    assert (found.kind, found.both_can_be_right) == (TOPIC, True)


def test_two_units_contradict_each_other_only_in_which_side_of_zero_they_take():
    rises = {"metric": "change.months", "unit": "months"}
    other = {"metric": "change.points", "unit": "ECI points", "comparison": "more than 0"}
    one = msgspec.structs.replace(
        ONE, id="one", test=msgspec.structs.replace(ONE.test, **rises, comparison="less than 0")
    )
    two = msgspec.structs.replace(
        ONE, id="two", polarity="against open", test=msgspec.structs.replace(ONE.test, **other)
    )
    assert conflicts(Ledger((one, two)))[0].kind == UNLIKE
    far = msgspec.structs.replace(two, test=msgspec.structs.replace(two.test, comparison="more than 3"))
    assert conflicts(Ledger((one, far)))[0].kind == TOPIC


def test_the_seeds_own_contradiction_comes_first_and_is_explained():
    first, second = conflicts(LEDGER)[:2]
    assert {first.one.id, first.other.id} == {"adoption-increasing", "enterprise-decreasing"}
    assert {second.one.id, second.other.id} == {"adoption-increasing", "enterprise-five-percent"}
    assert (first.kind, first.both_can_be_right) == (NAMED, True)
    for word in ("money", "enterprises", "tokens", "router"):
        assert word in first.why


def test_no_pair_is_called_wrong_that_one_value_satisfies():
    found = conflicts(LEDGER)
    assert [c.kind for c in found] == sorted((c.kind for c in found), key=(NAMED, ONE_NUMBER, UNLIKE, TOPIC).index)
    for one in found:
        if one.one.comparison and one.other.comparison and not one.both_can_be_right:
            assert shared(parse(one.one.comparison), parse(one.other.comparison)) is None


def test_a_claim_that_names_nobody_is_refused():
    from nomoat.errors import UnknownName

    library = Path("/nonexistent")
    assert ledger(home=library, library=library).claims == ()
    with pytest.raises(UnknownName, match="stayed-close"):
        LEDGER.claim("stayed-closed")
