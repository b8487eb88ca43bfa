"""Days at the top are the days a calendar gives."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import top
from nomoat.errors import UnknownName
from nomoat.world.standing import standing

MODELS = [
    closed("A", "2023-01-01", 140),
    opened("W1", "2023-01-01", 110, maker="West", country="US", half=1e-6),
    opened("E1", "2024-10-13", 120, maker="East", country="CN", half=1e-6),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return catalogue(tmp_path_factory.mktemp("top"), ("2025-01-01", MODELS))


def test_eighty_days_of_a_year_are_eighty_days(world):
    found = top.days(ask(world, "%"), holder="CN", by="country", months=12)
    assert found.value == pytest.approx(100 * 80 / 365, abs=0.1)
    assert found.low == pytest.approx(found.high)


def test_one_who_never_stood_there_has_none(world):
    assert top.days(ask(world, "%"), holder="Theirs").value == 0
    with pytest.raises(UnknownName):
        top.days(ask(world, "%"), holder="Nobody")


def test_days_of_a_year_that_has_passed(world):
    found = top.days(ask(world, "%", until=date(2024, 10, 31)), holder="East", start=date(2024, 10, 1))
    assert found.value == pytest.approx(100 * 18 / 30)
    assert found.command == "nomoat standing open --at 2024-10-31 --by organisation --start 2024-10-01"
    assert found.evidence[0].what == "E1 (East)"


def test_a_tenure_is_the_window_over_its_records(world):
    assert top.tenure(ask(world, "months"), months=12).value == 12
    assert top.tenure(ask(world, "months"), months=2).value == 4


def test_one_cohort_is_not_said_to_be_two(world):
    said = [left.why for left in standing(catalog=world, draws=0).left_out]
    assert "they are not in 'open'" in said
    assert not [why for why in said if "neither" in why and "nor" in why]


def test_tenures_follow_each_other_without_a_hole(world):
    found = standing(catalog=world, draws=50)
    assert [t.model for t in found.tenures] == ["E1", "W1"]
    assert found.tenures[0].since == found.tenures[1].until
    assert sum(h.days for h in found.holders) == (found.at - found.start).days
    assert sum(h.share for h in found.holders) == pytest.approx(1)
