"""How near a model came to the frontier, and how large its step was, are the planted ones."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import record
from nomoat.errors import UnknownName


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [
        closed("A", "2024-01-01", 130),
        opened("B", "2024-02-01", 110),
        opened("C", "2024-03-01", 112),
        closed("E", "2024-04-01", 136),
        opened("D", "2024-07-01", 129),
    ]
    return catalogue(tmp_path_factory.mktemp("record"), ("2025-01-01", models))


def test_points_behind_the_frontier_of_its_first_day(world):
    found = record.points(ask(world), model="D")
    assert (found.value, found.at) == (pytest.approx(7), date(2024, 7, 1))
    assert found.low < 7 < found.high


def test_months_since_the_frontier_stood_there(world):
    assert record.months(ask(world, "months"), model="D").value == pytest.approx(182 / 30.4375)


def test_the_leader_that_stood_there_first_is_among_the_rows(world):
    # D at 129 was reached by A; E came between and is the best of that day.
    found = record.months(ask(world, "months"), model="D")
    assert [e.what for e in found.evidence] == ["D", "A", "E"]


def test_the_step_and_the_largest_before_it_are_among_the_rows(world):
    assert [e.what for e in record.rise(ask(world), model="D").evidence] == ["D", "C", "B"]


def test_months_are_none_for_a_model_that_takes_the_lead(world):
    assert record.months(ask(world, "months"), model="E", leader="open").value == 0


def test_a_step_is_measured_against_the_largest_before_it(world):
    # D lifts the open frontier by 17; the largest step before it was C's 2.
    assert record.rise(ask(world), model="D").value == pytest.approx(15)


def test_a_model_of_a_later_day_cannot_be_asked_about_yet(world):
    with pytest.raises(Untestable, match="was not out"):
        record.points(ask(world, at=date(2024, 5, 1)), model="D")


def test_a_misspelt_model_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName):
        record.points(ask(world), model="DD")


def test_the_command_gives_the_same_figure(world):
    from nomoat.world.gap import gap

    found = record.points(ask(world), model="D")
    assert found.command == "nomoat gap closed name=D --at 2024-07-01"
    typed = gap("closed", "name=D", at=date(2024, 7, 1), draws=0, catalog=world)
    assert typed.quality_gap.value == pytest.approx(found.value)
    assert typed.current_lag.months == pytest.approx(record.months(ask(world, "months"), model="D").value)
