"""Frontiers, lags and matches against a day-by-day restatement of DESIGN 4, on ties of every kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.stats.frontier import NEVER, current_lag, first_reach, frontier, matches, mean_lag, standing
from oracles import race

# Few days and few scores, so that models share days, scores repeat, and followers equal leaders.
DAY, SCORE = st.integers(0, 14), st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, 4.0])


@st.composite
def cohorts(draw, rows):
    """Release days and a stack of draws, releases in no order."""
    days = draw(st.lists(DAY, min_size=1, max_size=7))
    row = st.lists(SCORE, min_size=len(days), max_size=len(days))
    return np.array(days), np.array(draw(st.lists(row, min_size=rows, max_size=rows)))


@st.composite
def races(draw):
    rows = draw(st.integers(1, 3))
    return draw(cohorts(rows)), draw(cohorts(rows))


def releases(cohort, row):
    days, values = cohort
    return [(int(day), float(score), column) for column, (day, score) in enumerate(zip(days, values[row], strict=True))]


def numbers(array):
    return [None if math.isnan(x) else float(x) for x in array]


@given(cohorts(3))
def test_best_holder_and_records_are_those_of_the_calendar(cohort):
    line = frontier(*cohort)
    assert line.days.tolist() == sorted(set(cohort[0].tolist()))
    for b in range(3):
        told = releases(cohort, b)
        assert line.best[b].tolist() == [race.best_on(told, day) for day in line.days]
        raised = race.records(told)
        k = np.flatnonzero(line.record[b])
        set_on = zip(line.days[k].tolist(), line.best[b, k].tolist(), line.holder[b, k].tolist(), strict=True)
        assert list(set_on) == raised
        standing = [max(r for r in raised if r[0] <= day)[2] for day in line.days]
        assert line.holder[b].tolist() == standing


@given(cohorts(2), st.integers(-2, 17))
def test_the_best_on_any_day(cohort, day):
    assert numbers(standing(frontier(*cohort), day)) == [race.best_on(releases(cohort, b), day) for b in range(2)]


@given(cohorts(2), st.lists(SCORE | st.just(9.0), min_size=1, max_size=4))
def test_the_first_day_at_or_above_a_level(cohort, levels):
    days, index = first_reach(frontier(*cohort), np.array([levels, levels]))
    for b in range(2):
        expected = [race.first_reach(releases(cohort, b), level) for level in levels]
        assert [None if day == NEVER else int(day) for day in days[b]] == expected
    assert ((days == NEVER) == (index == len(set(cohort[0].tolist())))).all()


@given(races(), st.integers(-1, 17))
def test_the_current_lag_and_the_model_it_refers_to(pair, day):
    leader, follower = pair
    line = frontier(*leader)
    lag, index = current_lag(line, frontier(*follower), day)
    for b in range(len(leader[1])):
        ahead, behind = releases(leader, b), releases(follower, b)
        assert numbers(lag)[b] == race.current_lag(ahead, behind, day)
        level = race.best_on(behind, day)
        first = None if level is None else race.first_reach(ahead, level)
        if first is None or first > day:
            assert index[b] == len(line.days), "nobody was there yet"
        else:
            assert line.days[index[b]] == first


@given(races(), st.integers(-1, 12), st.integers(1, 12))
def test_the_mean_lag_is_the_mean_over_the_calendar(pair, start, length):
    leader, follower = pair
    got = numbers(mean_lag(frontier(*leader), frontier(*follower), start, start + length))
    for b, mean in enumerate(got):
        expected = race.mean_lag(releases(leader, b), releases(follower, b), start, start + length)
        assert mean == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(races(), st.integers(-1, 20))
def test_every_record_its_wait_its_match_and_how_long_it_stood(pair, cut):
    leader, follower = pair
    found = matches(frontier(*leader), frontier(*follower), cut)
    days = frontier(*leader).days
    assert (found.days >= 0).all()
    assert (found.stood[~found.record] == 0).all()
    for b in range(len(leader[1])):
        got = [
            race.Match(
                int(days[k]),
                int(found.days[b, k]),
                bool(found.censored[b, k]),
                None if found.by[b, k] < 0 else int(found.by[b, k]),
                int(found.stood[b, k]),
            )
            for k in np.flatnonzero(found.record[b])
        ]
        assert got == race.matches(releases(leader, b), releases(follower, b), cut)


@given(races(), st.integers(0, 20), st.permutations(range(7)))
def test_the_order_of_rows_does_not_matter_when_no_two_scores_are_equal(pair, cut, order):
    (days, values), follower = pair
    values = values + np.arange(values.shape[1]) / 64  # exact in binary, so no two are equal and none change places
    order = [column for column in order if column < len(days)]
    straight, shuffled = (
        matches(frontier(d, v), frontier(*follower), cut) for d, v in ((days, values), (days[order], values[:, order]))
    )
    for name in ("days", "censored", "record", "stood", "by"):
        np.testing.assert_array_equal(getattr(straight, name), getattr(shuffled, name))


def single(day, score):
    return frontier(np.array([day]), np.array([[score]]))


def test_one_model_each():
    behind = matches(single(10, 5.0), single(40, 5.0), 100)
    assert (behind.days.tolist(), behind.censored.tolist(), behind.stood.tolist()) == ([[30]], [[False]], [[90]])
    never = matches(single(10, 5.0), single(40, 4.9), 100)
    assert (never.days.tolist(), never.censored.tolist(), never.by.tolist()) == ([[90]], [[True]], [[-1]])


def test_a_follower_above_the_leader_has_matched_on_the_day_itself_and_is_behind_nobody():
    leader, follower = single(10, 5.0), single(3, 7.0)
    found = matches(leader, follower, 100)
    assert (found.days.tolist(), found.by.tolist()) == ([[0]], [[0]])
    lag, index = current_lag(leader, follower, 50)
    assert (lag.tolist(), index.tolist()) == ([0.0], [1])
    assert mean_lag(leader, follower, 3, 50).tolist() == [0.0]


def test_before_the_followers_first_release_there_is_no_lag_and_no_mean_of_it():
    leader, follower = single(10, 5.0), single(40, 4.0)
    assert np.isnan(current_lag(leader, follower, 39)[0]).all()
    assert np.isnan(mean_lag(leader, follower, 0, 40)).all()
    assert mean_lag(leader, follower, 0, 50).tolist() == [35.0]


def test_a_cut_before_any_release_leaves_no_record():
    found = matches(single(10, 5.0), single(40, 5.0), 5)
    assert not found.record.any()
    assert (found.days.tolist(), found.stood.tolist(), found.by.tolist()) == ([[0]], [[0]], [[-1]])


def test_a_score_that_is_no_number_is_refused_and_not_carried_forward():
    with pytest.raises(ValueError, match=r"1 of 3 .*not a number"):
        frontier(np.array([1, 2, 3]), np.array([[1.0, np.nan, 3.0]]))


def test_no_model_at_all_is_refused():
    with pytest.raises(ValueError, match="no model"):
        frontier(np.array([], dtype=int), np.empty((1, 0)))


def test_a_planted_lag_comes_back_from_the_frontiers():
    """Followers reach each record 137 days later: waits are 137 days, or the age where that is less."""
    born = np.arange(0, 1500, 31)
    score = np.arange(len(born), dtype=float)[None, :]
    leader, follower, cut = frontier(born, score), frontier(born + 137, score), int(born[-1]) + 20
    found = matches(leader, follower, cut)
    assert found.record.all()
    assert found.days[0].tolist() == np.minimum(137, cut - born).tolist()
    assert found.censored[0].tolist() == (born + 137 > cut).tolist()
    assert mean_lag(leader, follower, 500, 1400)[0] == pytest.approx(137 + 15.5, abs=0.2)


def test_many_equal_models_on_one_day_are_held_by_the_first_column():
    """Enough of them that only a stable sort keeps their order: numpy sorts short arrays by insertion."""
    days, values = np.zeros(400, dtype=int), np.ones((1, 400))
    days[::2] = 1
    line = frontier(days, values)
    assert line.holder.tolist() == [[1, 1]]
    assert frontier(days[::2], values[:, ::2]).holder.tolist() == [[0]]


@given(cohorts(3), st.lists(SCORE, min_size=3, max_size=3))
def test_one_level_is_reached_when_it_is_among_several(cohort, levels):
    """One level a draw is counted, several are searched: the two ways have to agree."""
    line, asked = frontier(*cohort), np.array(levels)[:, None]
    for alone, among in zip(first_reach(line, asked), first_reach(line, np.hstack([asked, asked + 1])), strict=True):
        assert alone[:, 0].tolist() == among[:, 0].tolist()
