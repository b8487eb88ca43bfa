"""Bounds of a share hold whatever the unknown turns out to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.sources.shares import catalogued, kind, split

AMOUNT = st.floats(0, 1e15)


@given(
    parts=st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d", None]), AMOUNT), max_size=9),
    truth=st.fixed_dictionaries({name: st.sampled_from(["open", "closed"]) for name in "abcd"}),
    told=st.sets(st.sampled_from("abcd")),
    rest=AMOUNT,
    of_rest=st.floats(0, 1),
    of_nameless=st.floats(0, 1),
)
def test_the_true_share_lies_between_the_bounds(parts, truth, told, rest, of_rest, of_nameless):
    """Planted truth: the kinds of `told` models are known to us, those of the others and of the rest are not."""
    whole = sum(amount for _, amount in parts) + rest
    found = split(parts, {name: truth[name] for name in told}, rest)
    if whole <= 0:
        assert found == {}
        return
    opened = sum(a for name, a in parts if name and truth[name] == "open")
    opened += of_nameless * sum(a for name, a in parts if name is None) + of_rest * rest
    share = opened / whole
    assert found["open"].low - 1e-9 <= share <= found["open"].high + 1e-9
    assert found["closed"].low - 1e-9 <= 1 - share <= found["closed"].high + 1e-9
    assert found["open"].low + found["closed"].high == pytest.approx(1)


def test_our_openness_decides():
    kinds = catalogued()
    assert kinds["openai/gpt-5"] == "closed"
    assert kinds["deepseek/deepseek-v3"] == "open"
    assert set(kinds.values()) == {"open", "closed"}
    assert kind("closed-unspecified") == "closed"
    assert kind(None) is None
