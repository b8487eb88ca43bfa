"""Days at the top are the days a calendar gives."""

from __future__ import annotations

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import top
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
    assert top.days(ask(world, "%"), holder="Nobody").value == 0


def test_tenures_follow_each_other_without_a_hole(world):
    found = standing(catalog=world, draws=50)
    assert [t.model for t in found.tenures] == ["E1", "W1"]
    assert found.tenures[0].since == found.tenures[1].until
    assert sum(h.days for h in found.holders) == (found.at - found.start).days
    assert sum(h.share for h in found.holders) == pytest.approx(1)
