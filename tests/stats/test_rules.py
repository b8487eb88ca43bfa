"""Published rules against the prose of their descriptions, one level at a time, missing intervals included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import log_ndtr

from nomoat.stats import rules
from nomoat.stats.frontier import frontier
from oracles import published

SD = st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0, math.nan])


@st.composite
def sides(draw):
    """Days that repeat, scores that do not: what is rank 1 at release is then beyond dispute."""
    n = draw(st.integers(1, 7))
    days = draw(st.lists(st.integers(0, 30), min_size=n, max_size=n))
    scores = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n, unique=True))
    sd = draw(st.lists(SD, min_size=n, max_size=n))
    return np.array(days), np.array(scores) / 4 + draw(st.sampled_from([0.0, 0.125])), np.array(sd)


def models(side):
    return [(int(d), float(v), float(s), k) for k, (d, v, s) in enumerate(zip(*side, strict=True))]


def waits(reading):
    columns = (reading.leader, reading.follower, reading.days, reading.undecided)
    return [(int(a), None if b < 0 else int(b), float(d), bool(u)) for a, b, d, u in zip(*columns, strict=True)]


@given(sides(), sides(), st.booleans())
def test_epoch_level_by_level(leader, follower, drop_passed):
    reading = rules.epoch(*leader, *follower, levels=17, drop_passed=drop_passed)
    told = published.epoch(models(leader), models(follower), levels=17, drop_passed=drop_passed)
    assert waits(reading) == told
    assert not reading.censored.any()
    assert reading.points == pytest.approx(published.daily_points(models(leader), models(follower)))


@given(sides(), sides(), st.integers(-1, 35), st.sampled_from([0.0, 1.0, 2.5]))
def test_iaps_record_by_record(leader, follower, cut, tolerance):
    reading = rules.iaps(*leader[:2], *follower[:2], cut=cut, tolerance=tolerance)
    assert waits(reading) == published.iaps(models(leader), models(follower), cut, tolerance)
    assert reading.censored.tolist() == [b is None for _, b, _, _ in waits(reading)]


@given(sides(), sides(), st.integers(-1, 35))
def test_strict_record_by_record(leader, follower, cut):
    reading = rules.strict(*leader[:2], *follower[:2], cut=cut)
    assert waits(reading) == published.strict(models(leader), models(follower), cut)
    assert not reading.censored.any()
    assert not reading.undecided.any()


@given(sides(), sides(), st.integers(-1, 35), st.integers(0, 2))
def test_a_draw_out_of_a_stack_waits_as_long_as_when_it_is_alone(leader, follower, cut, draw):
    """A page reads 500 draws: their frontiers are followed together, and the daily points left out."""
    stacks = [np.stack([side[1] + k, side[1] - k, side[1][::-1]]) for k, side in ((1, leader), (2, follower))]
    lines = tuple(
        rules.one(frontier(side[0], stack), draw) for side, stack in zip((leader, follower), stacks, strict=True)
    )
    (a, b), sd = (stack[draw] for stack in stacks), (leader[2], follower[2])
    for alone, together in (
        (rules.epoch(leader[0], a, sd[0], follower[0], b, sd[1], lines=told) for told in (None, lines)),
        (rules.iaps(leader[0], a, follower[0], b, cut, lines=told) for told in (None, lines)),
        (rules.strict(leader[0], a, follower[0], b, cut, lines=told) for told in (None, lines)),
    ):
        assert waits(together) == waits(alone)
        assert len(together.points) == 0


def day_by_day(leader, follower, **settings):
    """Rules on sides written as [(day, score, sd), ...]."""
    return rules.epoch(
        *map(np.array, zip(*leader, strict=True)), *map(np.array, zip(*follower, strict=True)), **settings
    )


def test_epoch_calls_a_missing_interval_no_difference_and_the_reading_says_so():
    """An ancient weak follower "matches" a leader without an interval, years before that leader existed."""
    leader = [(0, 10.0, 1.0), (900, 50.0, math.nan)]
    follower = [(20, 1.0, 1.0), (950, 60.0, 1.0)]
    reading = day_by_day(leader, follower, levels=11)
    above = reading.leader == 1
    assert (reading.days[above] == -880.0).all()
    assert reading.undecided[above].all()
    assert not reading.undecided[~above].any()


def test_the_published_loop_forgets_a_follower_it_has_passed_and_so_is_spared_that_match():
    leader = [(0, 10.0, 1.0), (900, 50.0, math.nan)]
    follower = [(20, 1.0, 1.0), (950, 60.0, 1.0)]
    reading = day_by_day(leader, follower, levels=11, drop_passed=True)
    assert reading.days.tolist() == [950.0] + [50.0] * 10
    assert not reading.undecided.any()


def test_wider_intervals_only_ever_bring_the_match_forward():
    leader = [(0, 10.0, 1.0), (100, 20.0, 1.0), (200, 30.0, 1.0)]
    means = []
    for sd in (0.0, 2.0, 5.0, 20.0):
        follower = [(50, 8.0, sd), (150, 14.0, sd), (300, 26.0, sd)]
        means.append(day_by_day(leader, follower).days.mean())
    assert means == sorted(means, reverse=True)
    assert means[0] > 0 > means[-1]


@pytest.mark.parametrize(("score", "days"), [(47.25, 20.0), (47.2, 90.0)])
def test_not_different_is_196_times_the_root_of_both_squares(score, days):
    """1.96 * sqrt(1 + 1) = 2.77 points."""
    reading = day_by_day([(0, 50.0, 1.0)], [(20, score, 1.0), (90, 50.0, 1.0)])
    assert reading.days.tolist() == [days] * 100


def test_sides_that_share_no_level_give_no_wait_and_no_warning():
    nothing = day_by_day([(0, 10.0, 1.0)], [(20, 1.0, 1.0)])
    assert len(nothing.days) == 0
    above = day_by_day([(0, 1.0, 1.0)], [(20, 10.0, 1.0)])
    assert len(above.days) == 0


def test_iaps_does_not_see_a_follower_that_came_first_or_the_same_day():
    leader, earlier = (np.array([10]), np.array([5.0])), (np.array([3, 10]), np.array([6.0, 7.0]))
    reading = rules.iaps(*leader, *earlier, cut=100)
    assert (reading.days.tolist(), reading.censored.tolist()) == ([90.0], [True])
    assert rules.strict(*leader, *earlier, cut=100).days.tolist() == [0.0]


def expected_by_integration(waited, ages):
    """E[T | T > a] = a + integral over t > a of S(t)/S(a), T log-normal, averaged with the ages as weights."""
    m, s = np.log(waited).mean(), np.log(waited).std()
    values = []
    for age in ages:
        u = (math.log(age) - m) / s

        def beyond(w, u=u, age=age):
            return age * s * math.exp(s * w + log_ndtr(-(u + w)) - log_ndtr(-u))

        end = max(12.0, 12.0 - u) if u < 10 else 60.0 / u
        values.append(age + quad(beyond, 0, end, limit=400)[0])
    return np.average(values, weights=ages)


@given(
    st.lists(st.floats(20, 600), min_size=3, max_size=12).filter(lambda w: np.log(w).std() > 0.01),
    st.lists(st.floats(1, 3000), min_size=1, max_size=5),
)
def test_the_expected_wait_is_the_integral_of_the_log_normal_tail(waited, ages):
    days = np.array([*waited, *ages])
    censored = np.arange(len(days)) >= len(waited)
    expected = max(expected_by_integration(waited, ages), *ages)
    assert rules.expected_wait(days, censored) == pytest.approx(expected, rel=1e-6)


def test_an_age_far_beyond_all_waits_does_not_underflow():
    """Waits of a month or so, a record a decade old: the tail is 1e-4000, the expectation a little over the age."""
    wait = rules.expected_wait(np.array([30.0, 31.0, 32.0, 3650.0]), np.array([False, False, False, True]))
    assert 3650.0 < wait < 3651.0


def test_equal_waits_are_a_point_and_an_age_beyond_it_is_its_own_expectation():
    censored = np.array([False, False, False, True, True])
    assert rules.expected_wait(np.array([60.0, 60.0, 60.0, 20.0, 40.0]), censored) == pytest.approx(60.0)
    assert rules.expected_wait(np.array([60.0, 60.0, 60.0, 20.0, 80.0]), censored) == pytest.approx(80.0)


@pytest.mark.parametrize("censored", [[True, True, True], [False, False, False], [False, True, True]])
def test_without_two_ended_waits_and_somebody_waiting_there_is_no_expectation(censored):
    assert math.isnan(rules.expected_wait(np.array([20.0, 30.0, 50.0]), np.array(censored)))
