"""The proof errs no more often than it says, whenever one looks, and finds what is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.stats.betting import sequence, trial, units_needed, wealth, weighed
from oracles.search import searched

ALPHA = 0.05


def differences(rng, n, discordance, truth):
    """Paired outcomes in {-1, 0, 1}: a share `discordance` differs, with mean `truth`."""
    u = rng.random(n)
    return np.where(u < (discordance + truth) / 2, 1.0, np.where(u < discordance, -1.0, 0.0))


def erred(means, sizes, margin, largest):
    """Whether the safe bet of a trial ever won; the two beside it are not asked."""
    return wealth(weighed(means, sizes, largest, margin), worst=1 - margin).first(ALPHA) is not None


def errs(runs, bound=ALPHA):
    """The share of runs that erred, and whether it is within three standard errors above the level."""
    share = np.mean(runs)
    return share <= bound + 3 * np.sqrt(bound * (1 - bound) / len(runs))


@pytest.mark.parametrize(("margin", "discordance"), [(0.03, 0.10), (0.05, 0.20), (0.02, 0.05)])
def test_at_the_margin_it_lists_wrongly_at_most_at_its_level_looking_after_every_unit(margin, discordance):
    rng = np.random.default_rng(1)
    wrong = []
    for _ in range(300):
        d = differences(rng, 2000, discordance, -margin)
        wrong.append(erred(d, np.ones(2000), margin, 1.0))
    assert errs(wrong)


def test_interval_after_interval_errs_many_times_more_often():
    """The same stream with a 95 % interval looked at every 50 units: what the proof is there to avoid."""
    rng = np.random.default_rng(2)
    peeked = []
    for _ in range(300):
        d = differences(rng, 2000, 0.10, -0.03)
        n = np.arange(50, 2001, 50)
        mean = np.cumsum(d)[n - 1] / n
        sd = np.sqrt(np.maximum(np.cumsum(d**2)[n - 1] / n - mean**2, 1e-12) / n)
        peeked.append((mean - 1.645 * sd > -0.03).any())
    assert np.mean(peeked) > 3 * ALPHA


def test_long_conversations_that_are_worse_do_not_pass_as_many_good_short_ones():
    """Informative size: short conversations gain, long ones lose, over requests the mean is just at the margin."""
    rng = np.random.default_rng(3)
    wrong, naive = [], []
    for _ in range(300):
        long = rng.random(1500) < 0.2
        sizes = np.where(long, 10.0, 1.0)
        # Over requests: (0.8 * 1 * gain - 0.2 * 10 * loss) / (0.8 + 2) = -0.05.
        loss = (0.05 * 2.8 + 0.8 * 0.1) / 2.0
        p = np.where(long, -loss, 0.1)
        means = p + 0.3 * rng.choice([-1.0, 1.0], 1500)
        wrong.append(erred(means, sizes, 0.05, 10.0))
        naive.append(wealth(means + 0.05, worst=0.95).first(ALPHA) is not None)
    assert errs(wrong)
    assert np.mean(naive) > 0.5


def test_correlated_turns_are_one_unit():
    """Ten equal turns a conversation: bets on conversations keep the level, bets on turns do not."""
    rng = np.random.default_rng(4)
    right, wrong = [], []
    for _ in range(300):
        d = differences(rng, 400, 0.3, -0.05)
        right.append(erred(d, np.full(400, 10.0), 0.05, 10.0))
        wrong.append(wealth(np.repeat(d, 10) + 0.05, worst=0.95).first(ALPHA) is not None)
    assert errs(right)
    assert np.mean(wrong) > 3 * ALPHA


@pytest.mark.parametrize(("margin", "discordance", "median"), [(0.05, 0.10, 226), (0.10, 0.20, 126), (0.05, 0.20, 574)])
def test_it_takes_about_as_many_units_as_a_fixed_sample_would(margin, discordance, median):
    """Median stopping times beside those that our field notes measured with an implementation of their own."""
    rng = np.random.default_rng(5)
    stops = []
    for _ in range(120):
        d = differences(rng, 4000, discordance, 0.0)
        stops.append(wealth(d + margin, worst=1 - margin).first(ALPHA))
    assert None not in stops
    assert np.median(stops) == pytest.approx(median, rel=0.3)


def test_the_safe_bet_of_a_trial_is_that_bet():
    rng = np.random.default_rng(10)
    d, sizes = differences(rng, 300, 0.3, 0.0), rng.integers(1, 5, 300).astype(float)
    alone = wealth(weighed(d, sizes, 4.0, 0.05), worst=0.95)
    assert (trial(d, sizes, margin=0.05, largest=4.0).safe.log == alone.log).all()


def test_a_hopeless_candidate_is_stopped_and_a_better_one_is_called_better():
    rng = np.random.default_rng(6)
    bad = trial(differences(rng, 2000, 0.3, -0.15), np.ones(2000), margin=0.05, largest=1.0)
    good = trial(differences(rng, 2000, 0.3, 0.15), np.ones(2000), margin=0.05, largest=1.0)
    assert bad.worse.first(ALPHA) is not None
    assert bad.safe.first(ALPHA) is None
    assert good.better.first(ALPHA) is not None


def test_the_confidence_sequence_holds_at_every_moment():
    rng = np.random.default_rng(7)
    missed = []
    for _ in range(60):
        d = differences(rng, 400, 0.3, -0.08)
        ends = [sequence(d[:n], np.ones(n), largest=1.0) for n in (25, 100, 400)]
        missed.append(any(not low <= -0.08 <= high for low, high in ends))
    assert errs(missed)


@settings(max_examples=60)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=60), st.floats(0.01, 0.5))
def test_capital_is_never_lost_whole_and_more_is_never_less(values, margin):
    means = np.array(values)
    capital = wealth(weighed(means, np.ones(len(means)), 1.0, margin), worst=1 - margin)
    assert np.isfinite(capital.log).all()
    better = wealth(weighed(np.minimum(means + 0.1, 1.0), np.ones(len(means)), 1.0, margin), worst=1 - margin)
    assert better.e_value >= capital.e_value - 1e-9


@pytest.mark.parametrize("bad", [np.array([np.nan]), np.array([-2.0]), np.array([np.inf])])
def test_what_cannot_be_bet_on_is_refused(bad):
    with pytest.raises(ValueError, match="expected"):
        wealth(bad, worst=1.0)


@pytest.mark.parametrize("truth", [-0.3, 0.0, 0.08])
def test_the_confidence_sequence_is_the_one_of_a_full_search(truth):
    rng = np.random.default_rng(8)
    d, sizes = differences(rng, 200, 0.4, truth), rng.integers(1, 5, 200).astype(float)
    # The oracle's ends lie on its grid, rounded outwards: up to one step of 0.01 further out.
    assert sequence(d, sizes, largest=4.0) == pytest.approx(searched(d, sizes, largest=4.0, grid=201), abs=0.0106)


@pytest.mark.parametrize(("margin", "discordance", "needs"), [(0.05, 0.1, 20), (0.1, 0.05, 33), (0.1, 0.2, 3300),
                                                              (0.2, 0.4, 33)])  # fmt: skip
def test_the_units_needed_are_those_of_a_simulation(margin, discordance, needs):
    rng, asked = np.random.default_rng(9), units_needed(margin, discordance, needs=needs, power=0.8)
    reached = [
        wealth(differences(rng, int(asked), discordance, 0.0) + margin, worst=1 - margin).first(1 / needs) is not None
        for _ in range(200)
    ]
    assert 0.68 < np.mean(reached) < 0.92
    assert units_needed(0.01, 1.0, needs=needs) > 30_000


@pytest.mark.parametrize("value", [1.0, -1.0])
def test_a_candidate_that_always_wins_or_loses_has_an_interval_with_one_end(value):
    low, high = sorted(value * end for end in sequence(np.full(100, value), np.ones(100), largest=1.0))
    assert (low, high) == pytest.approx((0.85, 1.0), abs=0.1)
