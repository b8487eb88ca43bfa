"""Strengths, slopes, intervals and ranks agree with planted truth and with a slow fit of single battles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr

from nomoat.errors import InputError
from nomoat.stats.links import links
from nomoat.stats.pairwise import ELO, bradley_terry, contextual, rank_intervals, ratings, slopes
from oracles import battles as slow


@pytest.mark.parametrize(("seed", "n", "rows", "ties"), [(1, 2, 40, 0.3), (2, 5, 300, 0.2), (3, 12, 900, 0.0)])
def test_counts_give_what_single_battles_give(seed, n, rows, ties):
    _, a, b, points, _ = slow.battles(seed, n, rows, ties=ties)
    strength, _, covariance = slow.fit(a, b, points, n)
    fit = bradley_terry(*slow.counted(a, b, points, n), n)
    np.testing.assert_allclose(fit.log_odds, strength, atol=2e-7)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-5, atol=1e-9)
    assert fit.battles == rows


@pytest.mark.parametrize(
    ("seed", "n", "rows", "true"), [(4, 2, 200, (0.5,)), (5, 6, 500, (0.8, -0.3)), (6, 4, 300, (0.0, 0.0, 1.5))]
)
def test_covariates_agree_with_the_slow_fit(seed, n, rows, true):
    _, a, b, points, features = slow.battles(seed, n, rows, true)
    units = [x * 10.0**f for f, x in enumerate(features)]
    strength, slope, covariance = slow.fit(a, b, points, n, units)
    fit = contextual(a, b, points, units, n)
    np.testing.assert_allclose(fit.log_odds, strength, atol=1e-5)
    np.testing.assert_allclose(fit.slopes, slope, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=2e-3, atol=1e-8)


def test_no_covariate_is_the_fit_of_counts():
    _, a, b, points, _ = slow.battles(7, 8, 2000)
    plain, empty = bradley_terry(*slow.counted(a, b, points, 8), 8), contextual(a, b, points, [], 8)
    np.testing.assert_allclose(empty.log_odds, plain.log_odds, atol=1e-9)
    np.testing.assert_allclose(empty.covariance, plain.covariance, rtol=1e-6, atol=1e-12)


def test_planted_strengths_come_back():
    strength, a, b, points, features = slow.battles(8, 30, 400_000, (0.4, -0.2), ties=0.0)
    fit = contextual(a, b, points, features, 30)
    error = np.sqrt(np.diag(fit.covariance))
    assert np.abs(fit.log_odds - strength).max() < 4 * error[:30].max() < 0.1
    assert np.abs(fit.slopes - [0.4, -0.2]).max() < 4 * error[30:].max() < 0.04


def test_two_competitors_have_the_odds_of_their_score():
    """With ties as half wins: 30 wins, 10 losses, 20 ties are 40 to 20; variance is of a mean of 1, 1/2 and 0."""
    fit = bradley_terry([0], [1], [[30, 10, 20]], 2)
    assert np.exp(fit.log_odds[0] - fit.log_odds[1]) == pytest.approx(2.0, abs=1e-9)
    score = 2 / 3
    spread = (30 * (1 - score) ** 2 + 10 * score**2 + 20 * (0.5 - score) ** 2) / 60
    of_difference = spread / 60 / (score * (1 - score)) ** 2
    assert 4 * fit.covariance[0, 0] == pytest.approx(of_difference, rel=1e-7)


def test_rows_in_many_pieces_sum_to_the_same(monkeypatch):
    _, a, b, points, features = slow.battles(9, 10, 5000, (0.4, 0.1))
    whole = contextual(a, b, points, features, 10)
    monkeypatch.setattr("nomoat.stats.pairwise._CHUNK", 97)
    pieces = contextual(a, b, points, features, 10)
    np.testing.assert_allclose(pieces.log_odds, whole.log_odds, atol=1e-9)
    np.testing.assert_allclose(pieces.covariance, whole.covariance, rtol=1e-6, atol=1e-12)


def test_single_precision_covariates_move_ratings_by_less_than_a_thousandth_of_a_point():
    _, a, b, points, features = slow.battles(10, 40, 100_000, (0.6, -0.4, 0.2, 0.0))
    double = contextual(a, b, points, [100 + x for x in features], 40)
    single = contextual(a, b, points, [(100 + x).astype(np.float32) for x in features], 40)
    assert ELO * np.abs(double.log_odds - single.log_odds).max() < 1e-3
    np.testing.assert_allclose(np.diag(single.covariance), np.diag(double.covariance), rtol=1e-4)


def within_binomial(hits: int, n: int, p: float) -> bool:
    """Whether `hits` of `n` is no surprise for probability p: both tails above one in 10,000."""
    return bdtr(hits, n, p) > 1e-4 and 1 - bdtr(hits - 1, n, p) > 1e-4


@pytest.mark.parametrize("ties", [0.0, 0.4])
def test_intervals_hold_the_truth_as_often_as_they_say(ties):
    """600 worlds, one competitor and one slope each: independent trials of a nominal 90 %.

    With ties at random the fit aims at logit(ties / 2 + (1 - ties) p), which is no difference of strengths, so the
    tied worlds are of two competitors, where that target is exact.
    """
    hits, slope_hits = 0, 0
    for world in range(600):
        if ties:
            strength, a, b, points, _ = slow.battles(world, 2, 200, ties=ties, spread=0.5)
            p = 1 / (1 + np.exp(strength[1] - strength[0]))
            score = ties / 2 + (1 - ties) * p
            truth = np.log(score / (1 - score)) / 2
            fit = bradley_terry(*slow.counted(a, b, points, 2), 2)
        else:
            strength, a, b, points, features = slow.battles(world, 6, 600, (0.5,), ties=0.0, spread=0.7)
            truth = strength[0]
            fit = contextual(a, b, points, features, 6)
            ends = slopes(fit, 0.9)
            slope_hits += bool(ends.low[0] <= 0.5 * ELO <= ends.high[0])
        ends = ratings(fit, 0.9)
        hits += bool(ends.low[0] <= 1000 + ELO * truth <= ends.high[0])
    assert within_binomial(hits, 600, 0.9)
    assert ties or within_binomial(slope_hits, 600, 0.9)


def test_curvature_alone_would_be_too_wide_with_ties():
    """Half of the battles tied: the sandwich is about half the inverse curvature, which is what 1/(n p q) says."""
    fit = bradley_terry([0], [1], [[250, 250, 500]], 2)
    assert 4 * fit.covariance[0, 0] == pytest.approx(0.5 / (1000 * 0.25), rel=1e-9)


def test_rank_intervals_hold_all_true_ranks_as_often_as_they_say():
    worlds, n, wrong = 300, 8, np.zeros(8)
    for world in range(worlds):
        rng = np.random.default_rng(world)
        strength = np.array([0.0, 0.0, 0.0, 0.4, 0.5, 0.9, 1.0, 1.5])
        a, b = np.triu_indices(n, 1)
        wins = rng.binomial(40, 1 / (1 + np.exp(strength[b] - strength[a])))
        fit = bradley_terry(a, b, np.stack([wins, 40 - wins, 0 * wins], axis=1), n)
        best, worst = rank_intervals(fit, 0.9)
        true_best = 1 + (strength[:, None] < strength).sum(axis=1)
        true_worst = n - (strength[:, None] > strength).sum(axis=1)
        wrong += (best > true_best) | (worst < true_worst)
        assert (best <= worst).all()
    assert all(bdtr(worlds - missed, worlds, 0.9) > 1e-4 for missed in wrong)


@st.composite
def cells(draw):
    n = draw(st.integers(2, 6))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    counts = [[draw(st.integers(1, 40)), draw(st.integers(1, 40)), draw(st.integers(0, 9))] for _ in pairs]
    return n, np.array(pairs), np.array(counts)


@given(cells())
def test_swapping_sides_and_winners_changes_nothing(drawn):
    n, pairs, counts = drawn
    fit = bradley_terry(pairs[:, 0], pairs[:, 1], counts, n)
    swapped = bradley_terry(pairs[:, 1], pairs[:, 0], counts[:, [1, 0, 2]], n)
    np.testing.assert_allclose(swapped.log_odds, fit.log_odds, atol=1e-9)
    np.testing.assert_allclose(swapped.covariance, fit.covariance, rtol=1e-7, atol=1e-12)


@given(cells(), st.integers(2, 9))
def test_every_battle_k_times_divides_the_variance_by_k(drawn, k):
    n, pairs, counts = drawn
    fit, more = (bradley_terry(pairs[:, 0], pairs[:, 1], counts * m, n) for m in (1, k))
    np.testing.assert_allclose(more.log_odds, fit.log_odds, atol=1e-8)
    np.testing.assert_allclose(more.covariance * k, fit.covariance, rtol=1e-6, atol=1e-12)


@given(cells(), st.randoms(use_true_random=False))
def test_names_do_not_matter(drawn, random):
    n, pairs, counts = drawn
    order = list(range(n))
    random.shuffle(order)
    place = np.array(order)
    fit, moved = bradley_terry(*pairs.T, counts, n), bradley_terry(*place[pairs].T, counts, n)
    np.testing.assert_allclose(moved.log_odds[place], fit.log_odds, atol=1e-9)
    np.testing.assert_allclose(moved.covariance[np.ix_(place, place)], fit.covariance, rtol=1e-7, atol=1e-12)


@given(cells())
def test_expected_scores_equal_scores(drawn):
    """The likelihood equations: what the fit expects of each competitor is what it got."""
    n, pairs, counts = drawn
    fit = bradley_terry(*pairs.T, counts, n)
    win = 1 / (1 + np.exp(fit.log_odds[pairs[:, 1]] - fit.log_odds[pairs[:, 0]]))
    games, points = counts.sum(axis=1), counts[:, 0] + counts[:, 2] / 2
    expected = np.bincount(pairs[:, 0], games * win, n) + np.bincount(pairs[:, 1], games * (1 - win), n)
    got = np.bincount(pairs[:, 0], points, n) + np.bincount(pairs[:, 1], games - points, n)
    np.testing.assert_allclose(expected, got, rtol=1e-9)
    assert abs(fit.log_odds.sum()) < 1e-9


def test_an_anchor_moves_the_scale_and_takes_the_interval_to_itself():
    fit = bradley_terry([0, 1, 2], [1, 2, 0], [[30, 10, 5], [20, 20, 5], [10, 30, 5]], 3)
    free, held = ratings(fit, 0.95), ratings(fit, 0.95, anchor=1, value=1200)
    np.testing.assert_allclose(held.rating - free.rating, 1200 - free.rating[1])
    assert held.low[1] == held.high[1] == 1200
    of_difference = np.array([1.0, -1.0, 0.0])
    sd = ELO * np.sqrt(of_difference @ fit.covariance @ of_difference)
    assert held.high[0] - held.rating[0] == pytest.approx(1.959964 * sd, rel=1e-6)
    assert free.rating.mean() == pytest.approx(1000)


def test_one_tie_gives_equal_ratings_and_no_interval():
    fit = bradley_terry([0], [1], [[0, 0, 1]], 2)
    ends = ratings(fit)
    assert ends.rating.tolist() == [1000.0, 1000.0]
    assert np.isnan(ends.low).all()
    assert [r.tolist() for r in rank_intervals(fit)] == [[1, 1], [2, 2]]


def test_a_lopsided_pair_is_climbed_to_the_end():
    fit = bradley_terry([0, 1], [1, 2], [[10**9, 1, 0], [1, 10**9, 0]], 3)
    assert fit.log_odds[0] - fit.log_odds[1] == pytest.approx(np.log(1e9), rel=1e-7)


@pytest.mark.parametrize(
    ("a", "b", "counts", "n", "said"),
    [
        ([], [], np.zeros((0, 3)), 0, "no battle"),
        ([0], [1], [[0, 0, 0]], 2, "no battle"),
        ([0], [1], [[1, 0, 0]], 2, "Wins do not go round: 2 groups"),
        ([0, 2], [1, 3], [[1, 1, 0], [1, 1, 0]], 4, "Wins do not go round: 2 groups"),
        ([0, 0], [1, 2], [[5, 5, 0], [9, 0, 0]], 3, "Wins do not go round"),
        ([0], [1], [[1, 1, 0]], 5001, "5,001 competitors"),
    ],
)
def test_what_cannot_be_fitted_is_said(a, b, counts, n, said):
    with pytest.raises(InputError, match=said):
        bradley_terry(np.array(a, dtype=int), np.array(b, dtype=int), counts, n)


def test_covariates_that_cannot_be_told_are_named():
    _, a, b, points, (x,) = slow.battles(11, 5, 400, (0.5,))
    price = np.array([1.0, 2.0, 5.0, 9.0, 4.0])
    for feature, said in [
        (np.zeros(400), "price is 0 in every battle"),
        (np.full(400, np.nan), "price has values that are no finite numbers"),
        (price[a] - price[b], "price is determined by the competitors"),
        (2 * x, "determined by the competitors or the other covariates"),
        (np.where(points == 1, 0, points - 1.0), "decides every battle|No strengths fit best"),
    ]:
        with pytest.raises(InputError, match=said):
            contextual(a, b, points, [x, feature], 5, ["length", "price"])


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(
                    st.integers(0, n - 1), st.integers(0, n - 1), st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
                ),
                max_size=12,
            ),
        )
    )
)
def test_links_agree_with_walking_every_chain(drawn):
    """Reachability by repeated squaring of the matrix of who scored on whom."""
    n, fought = drawn
    fought = [(a, b, r) for a, b, r in fought if a != b]
    scored, met = np.eye(n, dtype=bool), np.eye(n, dtype=bool)
    for a, b, r in fought:
        scored[a, b] |= r[0] or r[2]
        scored[b, a] |= r[1] or r[2]
        met[a, b] = met[b, a] = True
    for _ in range(n):
        scored, met = scored @ scored, met @ met
    found = links([f[0] for f in fought], [f[1] for f in fought], [f[2] for f in fought], n)
    home = np.flatnonzero(found.groups == 0)
    np.testing.assert_array_equal(found.groups[:, None] == found.groups, scored & scored.T)
    np.testing.assert_array_equal(found.pieces[:, None] == found.pieces, met)
    np.testing.assert_array_equal(found.beats, scored[:, home].any(axis=1))
    np.testing.assert_array_equal(found.beaten, scored[home].any(axis=0))
    battles = np.zeros(n)
    for a, b, _ in fought:
        battles[[a, b]] += 1
    by_group = [battles[found.groups == g].sum() for g in range(found.groups.max() + 1)]
    assert by_group == sorted(by_group, reverse=True)


def test_a_long_chain_of_pairs_is_walked_without_recursion():
    """2,000 pairs, each of which beat the next one: 2,000 groups in one piece, in an instant."""
    n = 4000
    inside = np.arange(0, n, 2)
    a, b = np.concatenate([inside, inside[:-1] + 1]), np.concatenate([inside + 1, inside[1:]])
    counts = np.concatenate([np.tile([1, 1, 0], (len(inside), 1)), np.tile([1, 0, 0], (len(inside) - 1, 1))])
    found = links(a, b, counts, n)
    assert found.groups.max() == 1999
    assert found.pieces.max() == 0
