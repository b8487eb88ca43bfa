"""The closed form against enumeration over all coalitions, and the four properties that define a Shapley value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.stats.shapley import max_game
from oracles.coalitions import shapley

GAINS = st.lists(st.floats(-20, 20) | st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=8)


def worth(values, floor):
    return lambda coalition: max([floor, *(values[p] for p in coalition)]) - floor


@given(GAINS, st.sampled_from([-5.0, 0.0, 1.0, 30.0]))
def test_closed_form_equals_enumeration(values, floor):
    assert max_game(np.array(values), floor) == pytest.approx(shapley(len(values), worth(values, floor)), abs=1e-9)


@given(st.lists(st.lists(st.floats(-5, 9), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_stack_of_days_is_each_day_alone_and_its_mean_is_the_value_of_the_mean_game(days):
    """The Shapley value is additive: v(S) as a mean over days may be shared out day by day."""
    values, floor = np.array(days), np.arange(len(days), dtype=float) - 1
    shares = max_game(values, floor)
    for row, day, base in zip(shares, days, floor, strict=True):
        assert row == pytest.approx(shapley(4, worth(day, base)), abs=1e-9)
    games = [worth(day, base) for day, base in zip(days, floor, strict=True)]
    mean_game = shapley(4, lambda coalition: sum(game(coalition) for game in games) / len(games))
    assert shares.mean(axis=0) == pytest.approx(mean_game, abs=1e-9)


@given(GAINS)
def test_the_shares_add_up_to_the_worth_of_all(values):
    assert max_game(np.array(values)).sum() == pytest.approx(max(0.0, *values, 0.0), abs=1e-9)


@given(GAINS)
def test_equal_players_get_equal_shares_and_who_adds_nothing_gets_nothing(values):
    values = [*values, values[0], -1.0, float("-inf")]
    shares = max_game(np.array(values))
    assert shares[-3] == pytest.approx(shares[0], abs=1e-12)
    assert shares[-2:].tolist() == [0.0, 0.0]
    assert (shares >= 0).all()


def test_one_player_takes_all_and_no_player_is_no_error():
    assert max_game(np.array([7.0]), 3.0).tolist() == [4.0]
    assert max_game(np.empty((3, 0))).shape == (3, 0)
