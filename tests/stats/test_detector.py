"""Drift is told soon, and no drift seldom."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.stats.betting import weighed
from nomoat.stats.detector import alarm


def test_without_drift_an_alarm_is_as_rare_as_was_said():
    rng = np.random.default_rng(1)
    times = []
    for _ in range(150):
        at, _ = alarm(rng.choice([-1.0, 1.0], 1000), worst=1.0, patience=500.0)
        times.append(1000 if at is None else at)
    assert np.mean(times) >= 500


def test_a_drift_is_found_within_a_few_hundred_units():
    rng = np.random.default_rng(2)
    late = []
    for _ in range(60):
        x = np.concatenate([rng.choice([-1.0, 1.0], 400, p=[0.55, 0.45]), rng.choice([-1.0, 1.0], 600, p=[0.3, 0.7])])
        at, _ = alarm(x, worst=1.0, patience=2000.0)
        late.append(at is not None and 400 < at < 600)
    assert np.mean(late) > 0.9


@pytest.mark.parametrize(("sizes", "patience"), [((1,), 400.0), ((1, 8), 400.0)])
def test_at_the_margin_alarms_come_no_sooner_than_the_patience_on_average(sizes, patience):
    """Conversations whose loss over requests is just the margin, long ones worse than short ones: the worst that is
    still allowed. Runs are cut at five times the patience, which lowers the mean.
    """
    rng = np.random.default_rng(3)
    margin, times = 0.1, []
    for _ in range(60):
        m = rng.choice(sizes, int(5 * patience)).astype(float)
        loss = np.where(m == max(sizes), margin * (1.0 if len(sizes) == 1 else 1.1), margin * 0.2)
        u = rng.random(len(m))
        d = np.where(u < (0.3 + loss) / 2, -1.0, np.where(u > 1 - (0.3 - loss) / 2, 1.0, 0.0))
        assert (m * loss).mean() / m.mean() == pytest.approx(margin, abs=0.005)
        at, _ = alarm(-weighed(d, m, float(max(sizes)), margin), worst=1.0 + margin, patience=patience)
        times.append(len(m) if at is None else at)
    assert np.mean(times) >= patience


@pytest.mark.parametrize(("to", "within"), [(0.20, 250), (0.35, 100)])
def test_a_loss_that_grows_above_the_margin_is_found_in_a_shadow_sample_of_that_size(to, within):
    """From no loss to `to` at conversation 300, margin 0.1, 10 % of answers differing before: the median delay."""
    rng = np.random.default_rng(4)
    late = []
    for _ in range(60):
        u = rng.random(1500)
        before = np.where(u < 0.05, -1.0, np.where(u > 0.95, 1.0, 0.0))
        d = np.where(np.arange(1500) < 300, before, np.where(u < to, -1.0, 0.0))
        at, _ = alarm(-weighed(d, np.ones(1500), 1.0, 0.1), worst=1.1, patience=2000.0)
        late.append(np.inf if at is None else at - 300)
    assert min(late) > 0
    assert np.median(late) < within


def test_a_loss_larger_than_was_said_is_refused():
    with pytest.raises(ValueError, match="below"):
        alarm(np.array([-2.0]), worst=1.0, patience=10.0)


def test_a_drift_that_nobody_acts_on_does_not_overflow():
    at, path = alarm(np.full(4000, 1.0), worst=1.0, patience=2000.0)
    assert at is not None
    assert at < 20
    assert np.isfinite(path).all()
