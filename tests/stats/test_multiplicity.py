"""Several claims at once: what is listed is wrong no more often than it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.stats.betting import trial
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
            e.append(trial(d, np.ones(stop), margin=0.05, largest=1.0).safe.e_value)
        listed, strict = e_bh(np.array(e), 0.1), holm(np.array(e), 0.1)
        shares.append(listed[:5].sum() / max(1, listed.sum()))
        any_false.append(strict[:5].any())
    assert np.mean(shares) <= 0.1
    assert np.mean(any_false) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 200)


def test_all_generations_together_spend_the_level():
    assert sum(budget(g, 0.05) for g in range(1, 50_000)) == pytest.approx(0.05, abs=1e-6)
    with pytest.raises(ValueError, match="1 for the first"):
        budget(0, 0.05)


@pytest.mark.parametrize("bad", [[-1.0], [float("nan")]])
def test_what_is_no_e_value_is_refused(bad):
    with pytest.raises(ValueError, match="e-values"):
        e_bh(np.array(bad), 0.05)
