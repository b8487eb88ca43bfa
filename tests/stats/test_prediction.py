"""Chances of things to come: against other people's curves, planted truths, and arithmetic by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from scipy import stats

from nomoat.stats import prediction


def test_waits_agree_with_lifelines_when_the_endless_one_is_added_by_hand():
    rng = np.random.default_rng(3)
    time, censored = rng.integers(1, 20, 15).astype(float), rng.random(15) < 0.3
    fitted = KaplanMeierFitter().fit(np.append(time, 1e9), np.append(~censored, False))
    elapsed, ahead = 4.5, np.array([1.0, 3.0, 7.0])
    chance = prediction.waited(time[None], censored[None], np.ones((1, 15)), np.array([elapsed]), ahead)
    survival = [float(fitted.predict(elapsed + h)) / float(fitted.predict(elapsed)) for h in ahead]
    np.testing.assert_allclose(chance.by[0], 1 - np.array(survival), atol=1e-12)


def test_chances_from_waits_come_true_as_often_as_they_say():
    """1,000 planted pasts of 12 waits each, the wait to be forecast drawn from the same law."""
    rng = np.random.default_rng(7)
    waits = rng.gamma(2.0, 4.0, (1000, 13))
    horizon = np.array([2.0, 5.0, 10.0, 20.0])
    never = np.zeros((1000, 12), dtype=bool)
    chance = prediction.waited(waits[:, :12], never, np.ones((1000, 12)), np.zeros(1000), horizon)
    came = waits[:, 12:] <= horizon
    # The endless extra wait makes them a little too careful: n / (n + 1) of what happens.
    np.testing.assert_allclose(chance.by.mean(axis=0), came.mean(axis=0) * 12 / 13, atol=0.03)


def test_a_wait_longer_than_any_other_is_not_forecast():
    chance = prediction.waited(
        np.array([[2.0, 3.0]]), np.zeros((1, 2), bool), np.ones((1, 2)), np.array([5.0]), np.array([1.0])
    )
    assert np.isnan(chance.by).all()


def test_a_wait_that_still_runs_is_not_an_end():
    time, ahead = np.array([[2.0, 4.0, 9.0]]), np.array([8.0])
    over = prediction.waited(time, np.array([[False, False, False]]), np.ones((1, 3)), np.array([3.0]), ahead)
    runs = prediction.waited(time, np.array([[False, False, True]]), np.ones((1, 3)), np.array([3.0]), ahead)
    assert runs.by[0, 0] < over.by[0, 0]
    assert not over.told[0, 0]


def test_the_pace_comes_true_as_often_as_it_says_at_every_level():
    """20,000 walks whose drift nobody knows: of those given about p, a share of about p arrives."""
    rng = np.random.default_rng(11)
    drift = rng.uniform(-2.0, 2.0, (20_000, 1))
    steps = rng.normal(drift, 1.0, (20_000, 24))
    target, ahead = rng.uniform(-6.0, 12.0, 20_000), np.array([6.0])
    arrived = rng.normal(drift, 1.0, (20_000, 6)).sum(axis=1) >= target
    told = prediction.drifted(np.full(20_000, -99.0), steps, target - 99.0, ahead).by[:, 0]
    for low in np.arange(0.0, 1.0, 0.2):
        some = (told >= low) & (told < low + 0.2)
        assert abs(told[some].mean() - arrived[some].mean()) < 0.03


def test_steps_that_are_not_known_leave_nothing_to_go_by():
    steps, ahead = np.array([[np.nan, 1.0, 1.0], [1.0, 1.0, 1.0]]), np.array([1.0, 9.0])
    told = prediction.drifted(np.zeros(2), steps, np.array([5.0, 5.0]), ahead).by
    assert np.isnan(told[0]).all()
    assert told[1].tolist() == [0.0, 1.0]
    assert prediction.drifted(np.array([5.0]), steps[:1], np.array([5.0]), ahead).by.tolist() == [[1.0, 1.0]]


@given(st.lists(st.floats(0, 60), min_size=1, max_size=20), st.floats(0, 60))
def test_repeated_lags_rise_and_never_promise(lags, elapsed):
    ahead = np.array([1.0, 3.0, 100.0])
    by = prediction.repeated(np.array([lags]), np.array([elapsed]), ahead).by[0]
    if max(lags) <= elapsed:
        assert np.isnan(by).all()
    else:
        assert (np.diff(by) >= 0).all()
        assert by[-1] < 1


@pytest.mark.parametrize(("k", "n"), [(0, 5), (3, 8), (5, 5), (1, 40)])
def test_the_binomial_interval_is_scipys(k, n):
    exact = stats.binomtest(k, n).proportion_ci(0.9, method="exact")
    np.testing.assert_allclose(prediction.binomial(k, n), (exact.low, exact.high), atol=1e-9)


def test_the_log_score_is_best_for_the_truth():
    rng = np.random.default_rng(5)
    grid = np.array([3.0, 6.0, 9.0, 12.0, 18.0, 24.0])
    times = rng.exponential(8.0, 4000)
    cut = rng.uniform(2.0, 30.0, 4000)

    def mean(scale):
        by = 1 - np.exp(-grid / scale)
        seen = [prediction.log_score(by, grid, min(t, c), bool(c < t)) for t, c in zip(times, cut, strict=True)]
        return np.mean(seen)

    assert mean(8.0) > mean(5.0)
    assert mean(8.0) > mean(13.0)
