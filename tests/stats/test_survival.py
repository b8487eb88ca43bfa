"""Kaplan-Meier against lifelines, against exact fractions, and on planted waits whose truth is known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nomoat.stats.survival import kaplan_meier, median, restricted_mean
from oracles import waiting

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what lifelines' own imports say is not ours to answer
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

SUBJECTS = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 40)), min_size=1, max_size=14)


def columns(subjects):
    times, censored, weights = zip(*subjects, strict=True)
    return np.array([times], dtype=float), np.array([censored]), np.array([weights], dtype=float)


def lifelines_fit(times, censored, weights):
    there = weights[0] > 0
    return KaplanMeierFitter().fit(times[0][there], ~censored[0][there], weights=weights[0][there])


@given(SUBJECTS, st.integers(1, 20))
def test_weighted_and_tied_waits_agree_with_exact_fractions(subjects, horizon):
    curves = kaplan_meier(*columns(subjects))
    exact = waiting.steps(*map(list, zip(*subjects, strict=True)))
    assert median(curves)[0] == waiting.median(exact)
    assert restricted_mean(curves, horizon)[0] == pytest.approx(float(waiting.area(exact, horizon)), abs=1e-9)
    assert curves.longest[0] == max([0, *(time for time, _, weight in subjects if weight)])


@given(SUBJECTS, st.integers(1, 12), st.booleans())
def test_median_and_restricted_mean_agree_with_lifelines(subjects, horizon, weighted):
    subjects = [(time, waits, weight if weighted else 1) for time, waits, weight in subjects]
    assume(any(weight for _, _, weight in subjects))
    # lifelines multiplies floats without slack, so a share of exactly one half may fall on either side of it.
    exact = waiting.steps(*map(list, zip(*subjects, strict=True)))
    assume(all(2 * share != 1 for _, share in exact))
    curves, peer = kaplan_meier(*columns(subjects)), lifelines_fit(*columns(subjects))
    assert median(curves)[0] == peer.median_survival_time_
    assert restricted_mean(curves, horizon)[0] == pytest.approx(restricted_mean_survival_time(peer, t=horizon))


def test_nobody_censored_is_the_plain_mean_and_middle():
    times = np.array([[4.0, 1.0, 7.0, 2.0, 6.0]])
    curves = kaplan_meier(times, np.zeros_like(times, bool), np.ones_like(times))
    assert median(curves)[0] == np.median(times)
    assert restricted_mean(curves, 7.0)[0] == pytest.approx(times.mean())


def test_all_censored_never_reaches_the_median_and_waits_the_whole_horizon():
    times = np.array([[4.0, 1.0, 7.0]])
    curves = kaplan_meier(times, np.ones_like(times, bool), np.ones_like(times))
    assert median(curves).tolist() == [np.inf]
    assert restricted_mean(curves, 5.0).tolist() == [5.0]
    assert curves.longest.tolist() == [7.0]


def test_a_stack_of_draws_is_each_draw_alone():
    rng = np.random.default_rng(3)
    times, censored = rng.integers(0, 9, (40, 12)).astype(float), rng.random((40, 12)) < 0.4
    weights = rng.integers(0, 3, (40, 12)).astype(float)
    together = kaplan_meier(times, censored, weights)
    for b in range(40):
        alone = kaplan_meier(times[b : b + 1], censored[b : b + 1], weights[b : b + 1])
        assert median(alone)[0] == median(together)[b]
        assert restricted_mean(alone, 8.0)[0] == restricted_mean(together, 8.0)[b]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_only_the_ratio_of_weights_counts(scale):
    times, censored = np.array([[3.0, 3.0, 5.0, 8.0, 9.0]]), np.array([[False, True, False, True, False]])
    weights = np.array([[1.0, 2.0, 4.0, 1.0, 3.0]])
    base, scaled = kaplan_meier(times, censored, weights), kaplan_meier(times, censored, weights * scale)
    np.testing.assert_allclose(scaled.surviving, base.surviving, rtol=1e-12)
    assert median(scaled)[0] == median(base)[0] == 5.0  # 10/11, then 10/11 * 4/8


def test_subjects_of_no_weight_are_not_there():
    times, nobody = np.array([[2.0, 5.0]]), np.zeros((1, 2))
    curves = kaplan_meier(times, np.array([[False, True]]), nobody)
    assert median(curves).tolist() == [np.inf]
    assert restricted_mean(curves, 6.0).tolist() == [6.0]
    assert curves.longest.tolist() == [0.0]


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=30))
def test_when_the_last_one_at_risk_has_its_event_exactly_nobody_is_left(weights):
    times = np.arange(float(len(weights)))[None, :]
    curves = kaplan_meier(times, np.zeros((1, len(weights)), bool), np.array([weights]))
    assert curves.surviving[0, -1] == 0.0
    assert (np.diff(curves.surviving) <= 0).all()


# Exponential waits of mean 8 months, records set evenly over 36 months, seen until month 36: a third still waits.
MEAN, SPAN = 8.0, 36.0


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(20261122)
    waits = rng.exponential(MEAN, (4000, 60))
    ages = np.linspace(0.5, SPAN, 60)[None, :]
    return np.minimum(waits, ages), waits > ages


def test_the_median_of_planted_waits_is_hit_from_both_sides(planted):
    seen, censored = planted
    estimate = median(kaplan_meier(seen, censored, np.ones_like(seen)))
    truth = MEAN * np.log(2)
    assert 0.10 < censored.mean() < 0.50
    assert np.mean(estimate > truth) == pytest.approx(0.5, abs=0.05)
    assert estimate.mean() == pytest.approx(truth, rel=0.03)


def test_the_restricted_mean_of_planted_waits_is_unbiased_where_the_mean_of_the_matched_is_not(planted):
    seen, censored = planted
    truth = MEAN * (1 - np.exp(-24 / MEAN))
    estimate = restricted_mean(kaplan_meier(seen, censored, np.ones_like(seen)), 24.0)
    assert estimate.mean() == pytest.approx(truth, rel=0.01)
    matched_only = np.nanmean(np.where(censored, np.nan, seen), axis=1)
    assert matched_only.mean() < 0.85 * truth


def test_four_standard_errors_of_greenwood_cover_the_planted_curve(planted):
    """S(truth median) is one half; its Kaplan-Meier estimate has Greenwood's variance, here by its sample twin."""
    seen, censored = planted
    curves = kaplan_meier(seen, censored, np.ones_like(seen))
    known = (curves.time <= MEAN * np.log(2)).sum(axis=1)
    share = np.take_along_axis(np.c_[np.ones(len(seen)), curves.surviving], known[:, None], axis=1)[:, 0]
    assert abs(share.mean() - 0.5) < 4 * share.std() / np.sqrt(len(share))
