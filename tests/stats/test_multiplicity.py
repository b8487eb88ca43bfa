"""Several claims at once: what is listed is wrong no more often than it says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.stats.betting import wealth
from nomoat.stats.multiplicity import budget, e_bh, holm

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=25)


@given(values)
def test_listing_is_the_definition_by_trying_every_k(e):
    x = np.array(e)
    ranked = np.sort(x)[::-1]
    most = max((k for k in range(1, len(x) + 1) if ranked[k - 1] >= len(x) / (0.1 * k)), default=0)
    assert e_bh(x, 0.1).sum() == most
    if most:
        assert x[e_bh(x, 0.1)].min() >= ranked[most - 1]


@given(values)
def test_holm_lists_no_more_than_e_bh(e):
    x = np.array(e)
    assert not (holm(x, 0.05) & ~e_bh(x, 0.05)).any()


def test_of_what_is_listed_no_more_than_the_level_is_false():
    """Ten use cases, five at the margin and five that are truly equal, stopped at odd moments of one stream."""
    rng = np.random.default_rng(1)
    shares, any_false = [], []
    for _ in range(200):
        e = []
        stop = int(rng.integers(200, 1200))
        for k in range(10):
            truth = -0.05 if k < 5 else 0.0
            u = rng.random(stop)
            d = np.where(u < (0.1 + truth) / 2, 1.0, np.where(u < 0.1, -1.0, 0.0))
            e.append(wealth(d + 0.05, worst=0.95).e_value)
        listed, strict = e_bh(np.array(e), 0.1), holm(np.array(e), 0.1)
        shares.append(listed[:5].sum() / max(1, listed.sum()))
        any_false.append(strict[:5].any())
    assert np.mean(shares) <= 0.1
    assert np.mean(any_false) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 200)


def test_use_cases_of_the_same_conversations_keep_their_level_whenever_one_stops():
    """Eight use cases, four of them just at the margin, share every conversation, its mood and the order; a person
    stops at the first moment at which any would be listed. One filtration and e-values: no independence is needed.
    """
    rng = np.random.default_rng(2)
    shares, any_false = [], []
    for _ in range(150):
        n, mood = 700, rng.random(700)
        logs = []
        for k in range(8):
            truth = -0.06 if k < 4 else 0.02
            # The mood decides most conversations for all use cases together, the rest is their own.
            u = np.where(rng.random(n) < 0.7, mood, rng.random(n))
            d = np.where(u < (0.2 + truth) / 2, 1.0, np.where(u > 1 - (0.2 - truth) / 2, -1.0, 0.0))
            logs.append(wealth(d + 0.06, worst=0.94).log)
        e = np.exp(np.array(logs))
        stop = next((t for t in range(n) if e_bh(e[:, t], 0.1).any()), n - 1)
        listed = e_bh(e[:, stop], 0.1)
        shares.append(listed[:4].sum() / max(1, listed.sum()))
        any_false.append(holm(e[:4, stop], 0.1).any())
    assert np.mean(shares) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 150)
    assert np.mean(any_false) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 150)


def test_generations_spend_what_was_set_aside_for_them_before_any_data():
    """A generation's part depends on its number alone; at most the whole is spent if a new model comes every day."""
    parts = [budget(g, 0.05) for g in range(1, 3651)]
    assert all(a > b for a, b in pairwise(parts))
    assert sum(parts) < 0.05
    assert parts[0] == pytest.approx(0.030396, abs=1e-6)


def test_all_generations_together_spend_the_level():
    assert sum(budget(g, 0.05) for g in range(1, 50_000)) == pytest.approx(0.05, abs=1e-6)
    with pytest.raises(ValueError, match="1 for the first"):
        budget(0, 0.05)


@pytest.mark.parametrize("bad", [[-1.0], [float("nan")]])
def test_what_is_no_e_value_is_refused(bad):
    with pytest.raises(ValueError, match="e-values"):
        e_bh(np.array(bad), 0.05)


def test_holms_steps_are_statsmodels():
    """multipletests(1/e, method="holm") of 0.15.0: adjusted p of 0.01, 0.0909, 0.0444, 0.075 and 0.0909."""
    e = np.array([500.0, 15.0, 90.0, 40.0, 22.0])
    adjusted = np.array([0.01, 0.09090909, 0.04444444, 0.075, 0.09090909])
    for level in (0.005, 0.02, 0.05, 0.08, 0.1):
        assert (holm(e, level) == (adjusted <= level)).all()
