from __future__ import annotations

import numpy as np
import pytest

from nomoat.stats.worlds import World, coverage, simulate

FULL = np.nonzero(np.ones((200, 10)))
PLAIN = {
    "ability": np.zeros(200),
    "difficulty": np.zeros(10),
    "slope": np.full(10, 2.0),
    "model": FULL[0],
    "benchmark": FULL[1],
}


def test_without_noise_scores_are_the_logistic_curve() -> None:
    ability = np.linspace(-3, 3, 200)
    scores = simulate(World(**{**PLAIN, "ability": ability}, noise=0.0), seed=1)
    np.testing.assert_allclose(scores.performance, 1 / (1 + np.exp(-2 * ability[scores.model])))


def test_noise_has_the_size_that_was_asked_for_row_by_row() -> None:
    noise = np.where(FULL[1] < 5, 0.02, 0.1)
    off = simulate(World(**PLAIN, noise=noise), seed=2).performance - 0.5
    assert off[FULL[1] < 5].std() == pytest.approx(0.02, rel=0.1)
    assert off[FULL[1] >= 5].std() == pytest.approx(0.1, rel=0.1)


def test_bounded_noise_vanishes_near_one() -> None:
    high = {**PLAIN, "ability": np.full(200, 2.5)}
    even = simulate(World(**high, noise=0.1), seed=3).performance
    bounded = simulate(World(**high, noise=0.1, bounded=True), seed=3).performance
    assert bounded.std() < 0.3 * even.std()


@pytest.mark.parametrize(
    ("shared", "same", "other"),
    [
        ({"domain": np.arange(10) // 5, "domain_sd": 0.5}, (0, 1), (0, 9)),
        ({"domain": np.arange(10), "domain_sd": 0.5}, (3, 3), (3, 4)),
    ],
)
def test_a_domain_is_shared_inside_and_not_across(
    shared: dict[str, object], same: tuple[int, int], other: tuple[int, int]
) -> None:
    table = simulate(World(**PLAIN, noise=0.0, **shared), seed=4).performance.reshape(200, 10)
    assert np.corrcoef(table[:, same[0]], table[:, same[1]])[0, 1] > 0.99
    assert abs(np.corrcoef(table[:, other[0]], table[:, other[1]])[0, 1]) < 0.3


def test_a_family_shares_a_benchmark_and_nothing_else() -> None:
    who = np.arange(200) // 10
    scores = simulate(World(**PLAIN, noise=0.0, family=who, family_sd=0.5), seed=5)
    table = scores.performance.reshape(200, 10)
    assert np.allclose(table[:10], table[0])
    assert abs(np.corrcoef(table[::10, 0], table[::10, 1])[0, 1]) < 0.6
    assert table[::10, 0].std() > 0.1


def test_an_offset_lifts_the_rows_it_names_and_scores_stay_between_0_and_1() -> None:
    offset = np.where(FULL[1] == 0, 0.3, 0.0)
    scores = simulate(World(**PLAIN, noise=0.3, offset=offset), seed=6).performance
    assert scores[FULL[1] == 0].mean() > scores[FULL[1] > 0].mean() + 0.15
    assert scores.min() >= 0
    assert scores.max() <= 1


def test_a_seed_is_a_world_and_coverage_counts_known_intervals() -> None:
    one, two = (simulate(World(**PLAIN), seed=(1, 2)).performance for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert (simulate(World(**PLAIN), seed=(1, 3)).performance != one).any()
    assert coverage([0.0, 0.0], [-1.0, np.nan], [1.0, 1.0]) == 1
