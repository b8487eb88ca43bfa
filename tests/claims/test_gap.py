"""The gap that a claim is tested on is the planted one, between any two cohorts."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import gap


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [
        closed("A", "2024-01-01", 130),
        opened("B", "2024-07-01", 131, country="CN", maker="East"),
        opened("W", "2024-08-01", 120, country="US", maker="West"),
        closed("C", "2024-12-01", 140),
    ]
    return catalogue(tmp_path_factory.mktemp("gap"), ("2025-01-01", models))


def test_points_between_two_cohorts_with_an_interval_around_them(world):
    found = gap.points(ask(world))
    assert found.value == pytest.approx(9)
    assert found.low < 9 < found.high
    assert {e.what for e in found.evidence} == {"B", "C"}
    assert gap.points(ask(world), leader="open & country=CN", follower="open & country=US").value == pytest.approx(11)


def test_months_count_from_the_day_the_leader_stood_there(world):
    # B stands above A and below C, which came on 2024-12-01: 31 days before the cut.
    assert gap.months(ask(world, "months")).value == pytest.approx(31 / 30.4375)


def test_the_median_wait_is_the_planted_one(world):
    # One record matched after 182 days, one not yet: half of the records are matched by then.
    assert gap.wait(ask(world, "months", at=date(2024, 11, 1))).value == pytest.approx(182 / 30.4375)


def test_every_wait_is_a_row(world):
    found = gap.wait(ask(world, "months", at=date(2024, 12, 15)))
    assert {e.what for e in found.evidence} == {"A, matched by B", "C, not matched yet"}


def test_the_command_repeats_the_cohorts_and_the_day(world):
    line = gap.points(ask(world, at=date(2024, 9, 1)), follower="open & country=US").command
    assert line == "nomoat gap closed 'open & country=US' --at 2024-09-01"
