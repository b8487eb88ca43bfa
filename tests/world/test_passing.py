"""When a share passes a level: planted walks, and the arithmetic of the record done again."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.errors import EmptyCohort, InputError
from nomoat.world.adoption import adoption
from nomoat.world.passing import HORIZONS, passing


def test_a_level_that_was_passed_has_been_passed():
    assert passing(0.5).passed is True
    assert passing(0.7).passed is None
    assert passing(0.99).passed is False


def test_further_away_is_less_likely_and_later_is_more():
    near, far = passing(0.8), passing(0.95)
    for one, other in zip(near.chances, far.chances, strict=True):
        assert other.low <= one.low
        assert other.high <= one.high
    by = [c.low for c in near.chances if c.default]
    assert by == sorted(by)


def test_the_record_is_what_the_same_walk_says_of_each_past_month():
    """Without drift: half of the walks' spread above a level d away, by the normal law written out here."""
    from scipy.stats import norm

    found = passing(0.8)
    series = next(s for s in adoption(unit="tokens", channel="openrouter").series if s.grain == "month")
    low = np.array([p.low for p in series.periods])
    odds = np.log(low / (1 - low))
    away = np.log(0.8 / 0.2) - odds[-1]
    score = next(s for s in found.scores if s.method == "still" and s.months == 3)
    given, came = [], []
    for now in range(8, len(odds) - 3):
        steps = np.diff(odds[: now + 1])
        both = np.concatenate([steps, -steps])
        sd = both.std(ddof=1) * np.sqrt(3 + 9 / len(both))
        given.append(norm.sf(away / sd))
        came.append(odds[now + 3] >= odds[now] + away)
    assert score.n == len(given)
    assert score.happened == sum(came)
    assert score.expected == pytest.approx(np.mean(given), rel=1e-3)
    assert score.brier == pytest.approx(np.mean((np.array(given) - came) ** 2), rel=1e-3)


def test_every_horizon_is_there_for_both_methods():
    assert [c.months for c in passing(0.8).chances] == [*HORIZONS, *HORIZONS]


@pytest.mark.parametrize("level", [0.0, 1.0, -3, 80])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(InputError, match="between 0 and 1"):
        passing(level)


def test_a_young_series_is_not_forecast():
    from datetime import date

    with pytest.raises(EmptyCohort, match="steps"):
        passing(0.5, at=date(2025, 6, 30))
    with pytest.raises(InputError, match="monthly"):
        passing(0.5, unit="requests")
