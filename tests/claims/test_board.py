"""On a board the licence decides the side, and a name without one may stand on either."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import board
from nomoat.errors import NoVintage, UnknownName

NAMES = [
    {"name": "shut", "licence": "Proprietary", "organisation": "one", "rating": 1300.0, "low": 1295.0, "high": 1305.0},
    {"name": "free", "licence": "MIT", "organisation": "two", "rating": 1280.0, "low": 1270.0, "high": 1290.0},
]


def world(tmp_path, *more):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    return catalogue(tmp_path, ("2025-01-01", models), board=[*NAMES, *more])


def test_points_take_the_far_ends_of_both_intervals(tmp_path):
    found = board.points(ask(world(tmp_path), "Arena points"))
    assert (found.value, found.low, found.high) == (20, 5, 35)


def test_a_better_name_of_unknown_licence_opens_the_interval_to_both_sides(tmp_path):
    found = board.points(ask(world(tmp_path, {"name": "who", "licence": None, "rating": 1340.0}), "Arena points"))
    assert found.value == 20
    assert found.low == 1295 - 1340
    assert found.high == 1340 - 1270
    assert found.left_out[0].count == 1


def test_reach_is_the_best_open_name_less_a_named_one(tmp_path):
    found = board.reach(ask(world(tmp_path), "Arena points"), model="shut", board="arena:text")
    assert found.value == -20


def test_reach_keeps_to_the_makers_named(tmp_path):
    found = board.reach(ask(world(tmp_path), "Arena points"), model="shut", board="arena:text", makers="two")
    assert found.evidence[0].what == "free"
    with pytest.raises(UnknownName, match="three"):
        board.reach(ask(world(tmp_path), "Arena points"), model="shut", board="arena:text", makers="three")


def test_a_name_of_unknown_licence_that_decides_an_end_is_among_the_rows(tmp_path):
    found = board.points(ask(world(tmp_path, {"name": "who", "licence": None, "rating": 1340.0}), "Arena points"))
    assert "who" in {e.what for e in found.evidence}
    calm = board.points(ask(world(tmp_path / "b", {"name": "who", "licence": None, "rating": 900.0}), "Arena points"))
    assert "who" not in {e.what for e in calm.evidence}


def test_before_its_first_day_a_board_had_nothing(tmp_path):
    with pytest.raises(NoVintage):
        board.points(ask(world(tmp_path), "Arena points", at=date(2024, 1, 1)))


def test_kinds_count_boards_of_a_maker(tmp_path):
    assert board.kinds(ask(world(tmp_path), "boards"), maker="Two").value == 1
