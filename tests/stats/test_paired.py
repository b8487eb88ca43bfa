"""Paired differences: coverage in small tables, and the same by brute force or by somebody else's hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from nomoat.stats import paired


def test_mcnemar_is_scipys_exact_binomial():
    for won, lost in [(0, 0), (5, 0), (10, 2), (7, 7), (1, 9)]:
        expected = 1.0 if won + lost == 0 else stats.binomtest(won, won + lost, 0.5).pvalue
        assert paired.mcnemar(won, lost) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("won", "lost", "n"), [(10, 2, 40), (0, 3, 25), (1, 0, 44), (6, 6, 30), (0, 0, 50), (20, 1, 60)]
)
def test_tango_is_the_score_test_with_the_likelihood_maximised_by_search(won, lost, n):
    """At each end of the interval the score statistic is z, with the nuisance found by a numeric search."""
    found = paired.tango(won, lost, n, 0.95)
    for delta in (found.low, found.high):
        if abs(delta) > 0.999:
            continue

        def loss(q, delta=delta):
            # q: probability to lose, q + delta to win, the rest tied.
            win, tie = q + delta, 1 - 2 * q - delta
            if min(win, tie) < 0 or q < 0:
                return 1e9
            logs = [k * np.log(p) for k, p in ((won, win), (lost, q), (n - won - lost, tie)) if k > 0 and p > 0]
            return (
                -sum(logs) if all(p > 0 or k == 0 for k, p in ((won, win), (lost, q), (n - won - lost, tie))) else 1e9
            )

        ends = max(0.0, -delta), (1 - delta) / 2
        best = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
        z = (won - lost - n * delta) / np.sqrt(n * (2 * best + delta * (1 - delta)))
        assert abs(z) == pytest.approx(1.959964, abs=2e-3)


@pytest.mark.parametrize("method", ["tango", "newcombe"])
@pytest.mark.parametrize(("n", "win", "lose"), [(30, 0.1, 0.1), (50, 0.05, 0.15), (100, 0.02, 0.02)])
def test_small_tables_are_covered(method, n, win, lose):
    """Every possible table, weighted by its probability: the exact coverage of the nominal 95 %."""
    covered = 0.0
    both = 0.6
    for won in range(n + 1):
        for lost in range(n + 1 - won):
            chance = stats.multinomial.pmf([won, lost, n - won - lost], n, [win, lose, 1 - win - lose])
            if chance < 1e-7:
                continue
            if method == "tango":
                found = paired.tango(won, lost, n)
            else:
                found = paired.newcombe(won, lost, round((n - won - lost) * both / (1 - win - lose) * 1.0), n)
            covered += chance * (found.low <= win - lose <= found.high)
    assert covered > 0.93


def test_wilson_is_statsmodels_formula_of_the_published_shadow_evaluation():
    """126 of 143 judged turns: the headline of 88.1 % that carries no interval."""
    low, high = paired.wilson(126, 143)
    interval = stats.binomtest(126, 143).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((interval.low, interval.high))


def test_conversations_and_not_requests_are_counted():
    rng = np.random.default_rng(1)
    covered, naive = [], []
    for _ in range(400):
        sizes = rng.integers(1, 12, 80).astype(float)
        own = rng.normal(0.0, 0.2, 80)
        totals = np.array([np.clip(rng.normal(o, 0.3, int(m)), -1, 1).sum() for o, m in zip(own, sizes, strict=True)])
        found = paired.clustered(totals, sizes)
        covered.append(found.low <= 0.0 <= found.high)
        requests = sizes.sum()
        half = 1.96 * np.sqrt(0.13 / requests)
        naive.append(abs(totals.sum() / requests) <= half)
    assert np.mean(covered) > 0.92
    assert np.mean(naive) < 0.9


def test_pairs_needed_are_those_of_the_field_notes():
    table = {(0.02, 0.10): 1546, (0.03, 0.10): 688, (0.03, 0.20): 1375, (0.05, 0.20): 495, (0.10, 0.20): 124}
    for (margin, discordance), n in table.items():
        assert paired.pairs_needed(margin, discordance) == pytest.approx(n, rel=0.01)
    assert paired.pairs_needed(0.03, 0.1, truth=-0.03) == float("inf")


def test_no_loss_in_n_leaves_three_in_n():
    assert paired.none_lost(100) == pytest.approx(0.03, abs=0.001)
    assert paired.none_lost(0) == 1.0


def test_no_spread_rules_nothing_out_that_it_cannot():
    """Ten conversations without a difference leave losses open up to about 3 / n."""
    found = paired.clustered(np.zeros(10), np.ones(10))
    assert found.value == 0.0
    assert found.low < -0.2
    assert found.high > 0.2


SHAPES = {
    "1 to 3": lambda rng, n: rng.integers(1, 4, n),
    "1 or 20": lambda rng, n: rng.choice([1, 20], n, p=[0.8, 0.2]),
    "heavy": lambda rng, n: np.minimum(np.ceil(rng.pareto(1.2, n) + 0.01), 200),
    "a giant": lambda rng, n: rng.permutation(np.append(np.ones(n - 1), n - 1)),
}


@pytest.mark.parametrize("n", [2, 6, 12, 38, 60, 200])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("loss", "win"), [(0.005, 0.0), (0.02, 0.0), (0.1, 0.02), (0.05, 0.05), (0.3, 0.05)])
def test_conversations_of_any_size_that_go_together_are_covered(n, shape, loss, win):
    """With the two conversations at the mean size 51 % of these for a giant, 65 % for 1 or 20, 78 % for heavy tails;
    without them 29 to 77 % where losses are rare.
    """
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(300):
        sizes = SHAPES[shape](rng, n).astype(float)
        u = rng.random(n)
        means = np.where(u < loss, -1.0, np.where(u > 1 - win, 1.0, 0.0))
        found = paired.clustered(means * sizes, sizes)
        covered.append(found.low <= win - loss <= found.high)
    assert np.mean(covered) >= 0.912  # nominal 0.95, and three standard errors of 300 draws are 0.038


def test_the_typical_size_is_the_mean_where_all_are_alike_and_half_of_a_giant():
    assert paired.typical(np.full(7, 3.0)) == 3.0
    assert paired.typical(np.append(np.ones(99), 99.0)) == pytest.approx(50.0)


def test_published_tables():
    """Airway hyper-responsiveness in 21 children (Bentur et al. 2009; table 1, 1, 7, 12): McNemar's exact p of
    Fagerland, Lydersen and Laake (2013), Tango's interval as in R's ratesci; PropCIs::scoreci.mp(25, 28, 618) at 90 %;
    statsmodels 0.15 on 20 against 9.
    """
    found = paired.tango(1, 7, 21)
    assert (round(found.low, 3), round(found.high, 3)) == (-0.517, -0.026)
    found = paired.tango(28, 25, 618, 0.90)
    assert (round(found.low, 4), round(found.high, 4)) == (-0.0148, 0.0247)
    assert paired.mcnemar(1, 7) == pytest.approx(0.0703, abs=5e-5)
    assert paired.mcnemar(20, 9) == pytest.approx(0.06142834573984146)


def test_newcombe_by_hand():
    """The same children: Wilson's intervals of 2 and 8 of 21 squared and added, with their correlation.

    p1 - p2 = -6/21. Association 1 * 12 - 1 * 7 = 5 below half of 21, so that Newcombe's correction leaves no
    correlation, and the ends are the plain root of the sum of squares.
    """
    (l1, u1), (l2, u2) = paired.wilson(2, 21), paired.wilson(8, 21)
    low = -6 / 21 - np.hypot(2 / 21 - l1, u2 - 8 / 21)
    high = -6 / 21 + np.hypot(u1 - 2 / 21, 8 / 21 - l2)
    found = paired.newcombe(1, 7, 1, 21)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (round(found.low, 3), round(found.high, 3)) == (-0.507, -0.026)


def test_independent_requests_of_one_conversation_count_each():
    """Conversations of five independent requests have no design effect, and of five equal ones have 5."""
    rng = np.random.default_rng(6)
    single = rng.choice([-1.0, 0.0, 1.0], (4000, 5), p=[0.2, 0.6, 0.2])
    sizes = np.full(4000, 5.0)
    assert paired.design_effect(single.sum(axis=1), sizes, np.abs(single).mean()) == pytest.approx(1.0, abs=0.06)
    assert paired.design_effect(single.sum(axis=1), sizes) > 1.3
    alike = np.repeat(single[:, :1], 5, axis=1)
    assert paired.design_effect(alike.sum(axis=1), sizes, np.abs(alike).mean()) == pytest.approx(5.0, rel=0.05)


def test_the_spread_over_conversations_is_statsmodels():
    """OLS on a constant, cov_type="cluster", 18 requests of 7 conversations: mean and standard error of 0.15.0."""
    talks = [[1, 0, 0, -1], [0, 0], [-1, -1, -1], [0], [1, 0, 0, 0, -1], [0, 0], [1]]
    totals, sizes = (np.array([f(one) for one in talks], float) for f in (sum, len))
    assert paired._ratio(totals, sizes) == pytest.approx((-0.11111111111111106, 0.1796497803809289))
    assert paired.mcnemar(3, 14) == pytest.approx(0.012725830078125)
    assert paired.mcnemar(0, 6) == pytest.approx(0.03125)
    assert paired.wilson(0, 25) == pytest.approx((0.0, 0.13319225093904855), abs=1e-9)
    assert paired.wilson(17, 20) == pytest.approx((0.639581135259243, 0.9476312541037833))
