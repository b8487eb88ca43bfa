"""Bounds, overtakes and concentration: invariants, and sums done the slow way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.stats import share

counts = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1))
def test_whatever_the_unknown_is_the_share_lies_between_its_bounds(ours, others, unknown, part):
    if ours + others + unknown == 0:
        return
    low, high = share.bounds(*(np.array([x]) for x in (ours, others, unknown)))
    truth = (ours + part * unknown) / (ours + others + unknown)
    assert low[0] - 1e-9 <= truth <= high[0] + 1e-9


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40), st.floats(0.1, 0.9))
def test_the_earliest_overtake_is_never_after_the_latest(pairs, level):
    low = np.array([min(p) for p in pairs])
    high = np.array([max(p) for p in pairs])
    earliest, latest = share.overtake(low, high, level)
    if latest is not None:
        assert earliest is not None
        assert earliest <= latest
        assert (low[latest : latest + share.RUN] > level).all()
        assert not any((low[k : k + share.RUN] > level).all() for k in range(latest))
    if earliest is None:
        assert (high <= level).all()


def test_a_known_overtake_is_found_and_one_lucky_month_is_not_one():
    low = np.array([0.3, 0.51, 0.45, 0.52, 0.53, 0.54])
    assert share.overtake(low, low + 0.02) == (1, 3)


def test_a_month_without_figures_breaks_the_run():
    low = np.array([0.6, np.nan, 0.6, 0.6])
    assert share.overtake(low, low)[1] is None


@given(counts)
def test_concentration_is_the_textbook_sum(values):
    x = np.array(values)
    hhi, gini, top = share.concentration(x)
    if x.sum() == 0:
        assert np.isnan(hhi)
        return
    p = x / x.sum()
    slow = np.abs(x[:, None] - x[None, :]).sum() / (2 * len(x) ** 2 * x.mean())
    assert hhi == pytest.approx((p * p).sum())
    assert gini == pytest.approx(slow, abs=1e-9)
    assert top == pytest.approx(p.max())


def test_a_negative_count_has_no_concentration():
    assert np.isnan(share.concentration([3, -1])[0])


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=8),
    st.floats(0, 0.9),
    st.integers(0, 8),
)
def test_however_the_rest_is_divided_the_index_and_the_tops_lie_between_their_bounds(parts, cut, rest, to_the_named):
    if sum(parts) == 0:
        return
    shares = np.array(parts) / sum(parts) * (1 - rest)
    pieces = rest * np.array(cut) / sum(cut)
    world = np.concatenate([shares, pieces[to_the_named:]])
    for k, piece in enumerate(pieces[:to_the_named]):  # some of it is the named ones' own
        world[k % len(shares)] += piece
    (low, high), tops = share.held(shares, rest)
    assert low - 1e-9 <= (world**2).sum() <= high + 1e-9
    for n, (least, most) in zip((1, 3, 5), tops, strict=True):
        assert least - 1e-9 <= np.sort(world)[::-1][:n].sum() <= most + 1e-9


@given(st.floats(0.05, 1), st.lists(st.floats(0.01, 1), min_size=2, max_size=5))
def test_however_a_joint_share_is_divided_the_index_lies_between_its_bounds(together, cut):
    own = together * np.array(cut) / sum(cut)
    (low, high), _ = share.held([together], 1 - together, members=[len(cut)], theirs=False)
    for others in (1, 2, 50):
        world = np.concatenate([own, np.full(others, (1 - together) / others)])
        assert low - 1e-9 <= (world**2).sum() <= high + 1e-9
