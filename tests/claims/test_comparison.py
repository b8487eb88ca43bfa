"""An interval supports, contradicts or leaves open, and never more than that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.claims.comparison import parse
from nomoat.errors import InputError

numbers = st.integers(-50, 50).map(float)


@pytest.mark.parametrize(
    ("text", "low", "high", "verdict"),
    [
        ("at most 6", 1, 6, "supported"),
        ("at most 6", 6.1, 9, "contradicted"),
        ("at most 6", 5, 7, "mixed"),
        ("less than 0", -2, -1, "supported"),
        ("less than 0", 0, 0, "contradicted"),
        ("less than 0", -1, 0, "mixed"),
        ("more than 50", 50, 50, "contradicted"),
        ("more than 50", 50, 51, "mixed"),
        ("between 80 and 90", 80, 90, "supported"),
        ("between 80 and 90", 91, 99, "contradicted"),
        ("between 80 and 90", 79, 91, "mixed"),
        ("about 5 give 2", 3, 7, "supported"),
        ("about 5 give 2", 11, 11, "contradicted"),
        ("at least 9", 9, float("inf"), "supported"),
    ],
)
def test_an_interval_is_judged_by_all_of_it(text, low, high, verdict):
    assert parse(text).judge(low, high) == verdict


@given(
    st.sampled_from(["at most 7", "at least 7", "less than 7", "more than 7", "between 3 and 7", "about 7 give 4"]),
    numbers,
    numbers,
)
def test_verdicts_agree_with_asking_value_by_value(text, one, other):
    # The oracle looks at many values of the interval instead of at its ends.
    low, high = sorted((one, other))
    test = parse(text)
    inside = [test.holds(low + (high - low) * k / 400) for k in range(401)]
    expected = "supported" if all(inside) else "mixed" if any(inside) else "contradicted"
    assert test.judge(low, high) == expected


@pytest.mark.parametrize("text", ["", "5", "at most", "at most six", "between 9 and 1", "about 5", "at most 5 %"])
def test_what_is_no_comparison_is_refused_with_the_forms(text):
    with pytest.raises(InputError):
        parse(text)
