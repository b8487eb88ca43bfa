"""The cheapest that is good enough: planted prices, and what must hold of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nomoat.stats.price import YEAR, cheapest, frontier, halvings

PRICE = st.one_of(st.just(np.inf), st.floats(0.001, 1000))
SHOPS = st.integers(1, 6).flatmap(
    lambda m: st.tuples(
        st.integers(1, 5).flatmap(lambda d: arrays(float, (m, d), elements=PRICE)),
        arrays(float, (3, m), elements=st.integers(80, 160)),
    )
)


@given(SHOPS, st.integers(70, 170), st.integers(0, 40))
def test_more_capability_never_costs_less(shops, bar, more):
    prices, abilities = shops
    low = cheapest(prices, abilities, np.full(3, float(bar)))[0]
    high = cheapest(prices, abilities, np.full(3, float(bar + more)))[0]
    assert (high >= low).all()


@given(SHOPS, st.integers(70, 170), st.data())
def test_one_offering_more_never_raises_a_price(shops, bar, data):
    prices, abilities = shops
    added = data.draw(arrays(float, (1, prices.shape[1]), elements=PRICE))
    able = data.draw(arrays(float, (3, 1), elements=st.integers(80, 160)))
    bars = np.full(3, float(bar))
    before = cheapest(prices, abilities, bars)[0]
    after = cheapest(np.vstack([prices, added]), np.hstack([abilities, able]), bars)[0]
    assert (after <= before).all()


@given(SHOPS, st.integers(70, 170))
def test_the_cheapest_is_what_looking_at_each_finds(shops, bar):
    prices, abilities = shops
    least, whose = cheapest(prices, abilities, np.full(3, float(bar)))
    for b in range(3):
        for d in range(prices.shape[1]):
            fit = [(prices[m, d], m) for m in range(len(prices)) if abilities[b, m] >= bar and prices[m, d] < np.inf]
            assert (least[b, d], whose[b, d]) == (min(fit) if fit else (np.inf, -1))


@given(st.integers(1, 8).flatmap(lambda m: arrays(float, (2, m), elements=st.integers(1, 5))))
def test_the_frontier_is_who_nobody_beats(table):
    prices, abilities = table
    found = frontier(prices, abilities)
    for i, (p, a) in enumerate(zip(prices, abilities, strict=True)):
        beaten = any((q <= p and b >= a and (q, b) != (p, a)) for q, b in zip(prices, abilities, strict=True))
        assert found[i] == (not beaten)
    assert found.any()


def test_a_planted_halving_time_comes_out():
    days = np.arange(0, 4 * 365, 30)
    prices = 10 * 0.5 ** (days / YEAR * 2)  # halves every six months
    rate, first = halvings(prices[None], days)
    assert 12 / rate[0] == pytest.approx(6)
    assert first[0] == 0


@pytest.mark.parametrize(
    ("prices", "rate"),
    [([4.0, 4.0], 0.0), ([2.0, 4.0], -1.0), ([np.inf, 4.0], None), ([4.0, np.inf], None), ([np.inf, np.inf], None)],
)
def test_what_did_not_fall_has_no_halving_time(prices, rate):
    found, first = halvings(np.array([prices]), np.array([0, 365.25]).astype(int), 0.25)
    assert np.isnan(found[0]) if rate is None else found[0] == pytest.approx(rate, rel=1e-3)
    assert first[0] == next((k for k, p in enumerate(prices) if np.isfinite(p)), 2)


def test_a_week_is_too_short_for_a_yearly_factor():
    assert np.isnan(halvings(np.array([[4.0, 1.0]]), np.array([0, 7]), 0.25)[0][0])
