"""A judge's errors are taken out, and what the judge saves is said."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.stats.judged import corrected


def world(rng, n, favour):
    """Success of two arms, and a judge who sees the leader's right answers more often than the follower's."""
    leader, follower = rng.random(n) < 0.85, rng.random(n) < 0.80

    def seen(right, sensitivity):
        return np.where(right, rng.random(n) < sensitivity, rng.random(n) < 0.30).astype(float)

    truth = follower.astype(float) - leader
    return truth, seen(follower, 0.97 - favour) - seen(leader, 0.97)


@pytest.mark.parametrize("favour", [0.0, 0.12])
def test_a_biased_judge_is_corrected_and_a_judge_alone_is_not(favour):
    rng = np.random.default_rng(1)
    covered, alone = [], []
    for _ in range(300):
        truth, judge = world(rng, 2200, favour)
        found = corrected(truth[:200], judge[:200], judge[200:])
        covered.append(found.low <= -0.05 <= found.high)
        half = 1.96 * judge.std(ddof=1) / np.sqrt(len(judge))
        alone.append(abs(judge.mean() + 0.05) <= half)
    assert np.mean(covered) > 0.92
    if favour:
        assert np.mean(alone) < 0.05


def test_a_perfect_judge_is_worth_all_its_marks_and_a_deaf_one_none():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=2000)
    perfect = corrected(truth[:100], truth[:100], truth[100:])
    deaf = corrected(truth[:100], rng.normal(size=100), rng.normal(size=1900))
    assert perfect.effective > 1000
    assert 60 < deaf.effective < 160
    assert abs(perfect.correlation - 1) < 1e-9


def test_without_unlabelled_ones_it_is_the_mean_of_the_labels():
    labels = np.array([1.0, 0.0, 1.0, 1.0])
    found = corrected(labels, np.zeros(4), np.array([]))
    assert found.value == pytest.approx(0.75)
    assert found.weight == 0.0


def test_one_label_is_too_few():
    with pytest.raises(ValueError, match="two or more"):
        corrected(np.array([1.0]), np.array([1.0]), np.array([1.0]))
