"""Follow-through, neighbours of the best and newcomers are the planted ones."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import lab


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [
        opened("E1", "2024-01-01", 110, maker="East"),
        closed("E2", "2024-03-01", 115, maker="East"),
        opened("E3", "2024-05-01", 120, maker="East"),
        opened("E4", "2024-06-01", 100, maker="East", rated=False),
        opened("W1", "2024-02-01", 118, maker="West"),
        opened("N1", "2024-08-01", 125, maker="New"),
        opened("S1", "2024-08-02", 90, maker="Small"),
        closed("A", "2024-01-01", 140),
    ]
    return catalogue(tmp_path_factory.mktemp("lab"), ("2025-01-01", models))


def test_the_open_share_counts_records_of_the_labs_own_frontier(world):
    # After 2024-01-15 East raised its own best twice: closed E2, open E3. E4 raised nothing.
    found = lab.share(ask(world, "%"), lab="East", since=date(2024, 1, 15))
    assert (found.value, found.n) == (50, 2)


def test_releases_count_models_without_a_score_too(world):
    found = lab.releases(ask(world, "models"), lab="East", since=date(2024, 1, 15))
    assert (found.value, found.low, found.high) == (2, 2, float("inf"))
    assert [e.what for e in found.evidence[:2]] == ["E3", "E4"]
    assert found.command == "nomoat openings East --start 2024-01-15"


def test_a_rate_moves_with_the_day_and_forgets_what_is_older(world):
    # By 2025-01-01 East opened E3 and E4 in the last nine months and nothing in the last six.
    assert lab.rate(ask(world, "models a month"), lab="East", months=9).value == 2 / 9
    assert lab.rate(ask(world, "models a month"), lab="East", months=6).value == 0
    assert lab.rate(ask(world, "models a month", at=date(2024, 7, 1)), lab="East", months=6).value == 3 / 6


def test_releases_after_the_last_day_of_the_sentence_do_not_count(world):
    known = ask(world, "models", until=date(2024, 5, 20))
    assert lab.releases(known, lab="East", since=date(2024, 1, 15)).value == 1


def test_silence_counts_from_the_last_open_model(world):
    assert lab.silence(ask(world, "days"), lab="East").value == (date(2025, 1, 1) - date(2024, 6, 1)).days


def test_only_makers_near_the_best_are_active(world):
    found = lab.active(ask(world, "laboratories"), cohort="open", within=10, months=12)
    assert {e.what for e in found.evidence} == {"East: E3", "West: W1", "New: N1"}
    assert found.value == 3


def test_makers_without_a_score_may_be_near(world, tmp_path):
    models = [opened("A", "2024-02-01", 110, maker="East"), opened("B", "2024-02-01", 0, maker="Dark", rated=False)]
    dark = catalogue(tmp_path, ("2025-01-01", [closed("X", "2024-01-01", 140), *models]))
    found = lab.active(ask(dark, "laboratories"), cohort="open", within=10, months=12)
    assert (found.value, found.low, found.high) == (1, 1, 2)


def test_a_newcomer_is_one_without_an_earlier_model_that_then_led(world):
    found = lab.arrivals(ask(world, "laboratories"), cohort="open", since=date(2024, 7, 1))
    assert (found.value, [e.what for e in found.evidence]) == (1, ["N1 (New, new)"])
    assert (found.low, found.high) == (1, float("inf"))
    assert [left.why for left in found.left_out if "outside" in left.what] == ["they are not in 'open'"]


def test_nothing_is_known_of_what_comes_after_the_day(world):
    with pytest.raises(Untestable):
        lab.arrivals(ask(world, "laboratories", at=date(2024, 6, 1)), cohort="open", since=date(2024, 7, 1))
