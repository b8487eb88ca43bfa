"""A gap that was planted to shrink shrinks, one that was planted to grow grows, and noise settles nothing."""

from __future__ import annotations

import numpy as np
import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.comparison import parse
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import change
from nomoat.claims.tests.change import mean_points
from nomoat.stats.frontier import frontier

START = [closed("A", "2022-01-01", 120), opened("B", "2022-06-01", 110)]


def world(tmp_path, *more):
    return catalogue(tmp_path, ("2025-01-01", [*START, *more]))


@pytest.mark.parametrize(
    ("rating", "half", "verdict"),
    [(119, 0.5, "supported"), (100, 0.5, "contradicted"), (112, 30, "mixed")],
)
def test_a_smaller_gap_is_told_from_a_larger_one_and_from_noise(tmp_path, rating, half, verdict):
    # An open model in 2024 at 119 closes nine of ten points; one at 100 changes nothing while A2 runs away.
    more = [opened("C", "2024-01-02", rating, half=half)]
    if verdict == "contradicted":
        more.append(closed("A2", "2024-01-02", 130))
    found = change.points(ask(world(tmp_path, *more)), span=12)
    assert parse("less than 0").judge(found.low, found.high) == verdict


def test_mean_points_agree_with_asking_every_day():
    rng = np.random.default_rng(1)
    leader = frontier(np.sort(rng.choice(200, 8, replace=False)), rng.normal(size=(5, 8)))
    follower = frontier(np.sort(rng.choice(200, 8, replace=False)), rng.normal(size=(5, 8)))
    start, stop = int(max(leader.days[0], follower.days[0])), 260

    def best(line, day):
        return line.best[:, np.searchsorted(line.days, day, side="right") - 1]

    daily = np.mean([best(leader, d) - best(follower, d) for d in range(start, stop)], axis=0)
    np.testing.assert_allclose(mean_points(leader, follower, start, stop), daily)


def test_the_mean_lag_of_a_still_frontier_grows_by_a_month_a_month(tmp_path):
    # Both stand still and B is where A was on 2022-01-01: every day the lag is a day longer.
    models = [closed("A", "2022-01-01", 120, half=1e-9), opened("B", "2022-06-01", 119, half=1e-9)]
    found = change.months(ask(catalogue(tmp_path, ("2025-01-01", models)), "months"), span=12)
    assert found.value == pytest.approx(12, abs=0.02)


def test_a_frontier_that_rose_more_than_before_is_told(tmp_path):
    models = [closed(n, d, r, half=1e-9) for n, d, r in
              (("A", "2022-01-01", 120), ("B", "2023-07-01", 122), ("C", "2024-07-01", 130))]  # fmt: skip
    found = change.rise(
        ask(catalogue(tmp_path, ("2025-01-01", [*models, opened("O", "2022-06-01", 110)]))), cohort="closed"
    )
    assert found.value == pytest.approx(8 - 2)
    assert [e.what for e in found.evidence] == ["closed: A", "closed: B", "closed: C"]


def test_the_rows_are_the_records_that_the_means_are_made_of(tmp_path):
    found = change.points(ask(world(tmp_path, opened("C", "2024-01-02", 119))), span=12)
    assert [e.what for e in found.evidence[2:]] == ["closed: A", "open: B", "open: C"]


def test_too_short_a_history_is_said(tmp_path):
    with pytest.raises(Untestable, match="exist together only since"):
        change.points(ask(world(tmp_path)), span=24)
