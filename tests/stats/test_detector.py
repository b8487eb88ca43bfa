"""Drift is told soon, and no drift seldom."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_a_loss_larger_than_was_said_is_refused():
    with pytest.raises(ValueError, match="below"):
        alarm(np.array([-2.0]), worst=1.0, patience=10.0)
