"""The interval of a ratio of costs holds the truth, for few conversations, heavy tails and failures not yet seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from nomoat.work.cost import cost
from nomoat.work.pairs import Pairs


def found(sizes, won, costs):
    """Pairs of which only sizes, successes and costs matter; columns are the incumbent's and the candidate's."""
    return Pairs(
        sizes=sizes, first=won[0], second=won[1], bound=won[1] - won[0], first_cost=costs[0], second_cost=costs[1],
        failed=(0, 0), won=0, lost=0, both=0, discordance=0.0, binary=True, waiting=0, unscorable=0,
    )  # fmt: skip


def world(rng, n, right, tail, mean_size):
    """Costs of a tenth for the candidate, log-normal by conversation and by arm with a standard deviation of `tail`."""
    sizes = rng.geometric(1 / mean_size, n).astype(float)
    won = [rng.binomial(sizes.astype(int), p).astype(float) for p in right]
    shared = np.exp(rng.normal(0, tail, n))
    return sizes, won, [k * sizes * shared * np.exp(rng.normal(0, tail / 2, n)) for k in (0.01, 0.001)]


@pytest.mark.parametrize("n", [10, 40, 150])
@pytest.mark.parametrize("right", [(0.9, 0.85), (0.6, 0.1), (1.0, 0.98)])
@pytest.mark.parametrize("tail", [0.0, 0.5, 1.5])
def test_the_ratio_is_covered(n, right, tail):
    """Percentiles of a bootstrap covered 83 % of heavy tails at 10 conversations, and 17 % of rare failures."""
    rng, held, paid, tries = np.random.default_rng(1), 0, 0, 200
    for _ in range(tries):
        seen = cost(found(*world(rng, n, right, tail, 3)))
        low, high = (0.0, np.inf) if seen.low is None else (seen.low, seen.high)
        held += low <= 0.1 * right[0] / right[1] <= high
        paid += seen.paid_low - 1e-9 <= 0.1 <= seen.paid_high + 1e-9
    assert held / tries >= 0.904  # nominal 0.95, three standard errors of 200 draws are 0.046
    assert paid / tries >= 0.904


def test_by_hand():
    """Two costs and two counts of successes, doubled to twelve conversations: sums, ratios, and a jackknife by loop."""
    a_cost, b_cost = np.tile([0.02, 0.04], 6), np.tile([0.001, 0.004], 6)
    a_won, b_won = np.tile([1.0, 2.0], 6), np.tile([1.0, 1.0], 6)
    seen = cost(found(np.full(12, 2.0), [a_won, b_won], [a_cost, b_cost]))
    assert (seen.incumbent, seen.candidate) == pytest.approx((0.36 / 18, 0.03 / 12))
    assert seen.ratio == pytest.approx((0.03 / 12) / (0.36 / 18))
    assert seen.paid == pytest.approx(0.03 / 0.36)
    logs = [np.log((b_cost.sum() - b_cost[k]) / (a_cost.sum() - a_cost[k])) for k in range(12)]
    worth = 0.03**2 / (6 * (0.001**2 + 0.004**2))  # conversations of one cost that the candidate's are worth: 8.8 of 12
    half = stats.t.ppf(0.975, worth - 1) * np.sqrt(11 / 12 * sum((one - np.log(0.03 / 0.36)) ** 2 for one in logs))
    assert (seen.paid_low, seen.paid_high) == pytest.approx((0.03 / 0.36 * np.exp(-half), 0.03 / 0.36 * np.exp(half)))


def test_one_success_bounds_nothing_and_what_is_not_known_is_said():
    ones = np.ones(20)
    seen = cost(found(ones, [ones, np.eye(20)[0]], [0.01 * ones, 0.001 * ones]))
    assert seen.ratio == pytest.approx(2.0)
    assert (seen.low, seen.high) == (None, None)
    never = cost(found(ones, [ones, 0 * ones], [0.01 * ones, 0.001 * ones]))
    assert (never.ratio, never.why_not) == (None, "an arm never succeeded")
    assert never.paid == pytest.approx(0.1)
    free = cost(found(ones, [ones, ones], [0.01 * ones, 0 * ones]))
    assert (free.ratio, free.low, free.paid) == (0.0, None, 0.0)
    gift = cost(found(ones, [ones, ones], [0 * ones, 0.01 * ones]))
    assert (gift.ratio, gift.paid, gift.why_not) == (None, None, "the incumbent costs nothing")
    bare = cost(found(ones, [ones, ones], [np.where(np.arange(20) < 3, np.nan, 0.01), 0.01 * ones]))
    assert bare.why_not == "the cost of 3 conversations is unknown: no price, or no count"
