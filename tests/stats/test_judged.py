"""A judge's errors are taken out, and what the judge saves is said."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.stats.judged import corrected
from nomoat.stats.paired import typical


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


@pytest.mark.parametrize("labels", [40, 60, 150])
@pytest.mark.parametrize(("loss", "win"), [(0.005, 0.0), (0.03, 0.0), (0.05, 0.05)])
def test_losses_too_rare_to_be_among_the_labels_are_not_ruled_out(labels, loss, win):
    """Without a loss among the labels these have no spread: the plain interval covered 16 to 93 % here."""
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(300):
        u = rng.random(labels + 800)
        truth = np.where(u < loss, -1.0, np.where(u > 1 - win, 1.0, 0.0))
        judge = np.where(rng.random(len(u)) < 0.2, rng.choice([-1.0, 0.0, 1.0], len(u)), truth)
        found = corrected(truth[:labels], judge[:labels], judge[labels:])
        covered.append(found.low <= win - loss <= found.high)
    assert np.mean(covered) >= 0.925


@pytest.mark.parametrize("labels", [40, 150])
def test_one_giant_conversation_does_not_make_the_interval_short(labels):
    """Half of all requests in one conversation, which is seldom among the labels: 0 to 12 % without its size."""
    rng, n, covered = np.random.default_rng(5), labels + 800, []
    for _ in range(200):
        sizes = rng.permutation(np.append(np.ones(n - 1), n - 1.0))
        u = rng.random(n)
        truth = np.where(u < 0.3, -1.0, np.where(u > 0.95, 1.0, 0.0))
        judge = np.where(rng.random(n) < 0.2, 0.0, truth)
        d, f = truth * sizes / sizes.mean(), judge * sizes / sizes.mean()
        found = corrected(d[:labels], f[:labels], f[labels:], unit=typical(sizes) / sizes.mean())
        covered.append(found.low <= -0.25 <= found.high)
    assert np.mean(covered) >= 0.9


def test_it_is_ppi_pythons_estimate():
    """ppi-python 0.2.3 on the same numbers: ppi_mean_pointestimate and ppi_mean_ci, tuned and with lam = 0.5."""
    rng = np.random.default_rng(11)
    human = np.round(rng.normal(size=60), 3)
    judge = np.round(human * 0.6 + rng.normal(size=60) * 0.8 + 0.2, 3)
    more = np.round(rng.normal(size=400) * 1.0 + 0.2, 3)
    fixed, tuned = corrected(human, judge, more, weight=0.5), corrected(human, judge, more)
    assert fixed.value == pytest.approx(-0.08038292, abs=1e-8)
    # It divides the covariance by n where we divide by n - 1, and takes the normal for t.
    assert tuned.value == pytest.approx(-0.08598785, abs=0.001)
    assert (tuned.high - tuned.low) / (0.0794941 + 0.2514698) == pytest.approx(1.03, abs=0.02)
    assert (fixed.high - fixed.low) / (0.08204066 + 0.24280649) == pytest.approx(1.03, abs=0.02)


def test_by_hand():
    """Four labels, four more marks: w f + (d - w f) with w = 1/2, all by hand."""
    found = corrected(np.array([1.0, 0.0, -1.0, 0.0]), np.array([1.0, 0.0, 0.0, 1.0]), np.array([1.0, 1.0, 0.0, 1.0]),
                      weight=0.5)  # fmt: skip
    assert found.value == pytest.approx(0.5 * 0.75 + (0.5 + 0.0 - 1.0 - 0.5) / 4)


def test_labels_that_are_all_alike_make_no_judge_worth_more():
    found = corrected(np.zeros(40), np.zeros(40), np.zeros(500))
    assert (found.value, found.effective, found.weight) == (0.0, 40.0, 0.0)
    assert found.low < -0.03
    assert found.high > 0.03


def test_one_label_is_too_few():
    with pytest.raises(ValueError, match="two or more"):
        corrected(np.array([1.0]), np.array([1.0]), np.array([1.0]))
