from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from nomoat.stats import irt
from nomoat.stats.newton import Penalty

MODELS, BENCHMARKS = 40, 12


def planted(seed: int, noise: float, present: float = 0.6) -> tuple[irt.Scores, dict[str, np.ndarray]]:
    """A world with known abilities, difficulties and slopes; the first benchmark has slope 1."""
    rng = np.random.default_rng(seed)
    truth = {
        "ability": rng.normal(0, 1.2, MODELS),
        "difficulty": rng.normal(0, 1, BENCHMARKS),
        "slope": np.concatenate([[1.0], np.exp(rng.normal(0.5, 0.4, BENCHMARKS - 1))]),
    }
    model, benchmark = np.nonzero(rng.random((MODELS, BENCHMARKS)) < present)
    logit = truth["slope"][benchmark] * (truth["ability"][model] - truth["difficulty"][benchmark])
    y = 1 / (1 + np.exp(-logit)) + noise * rng.standard_normal(len(model))
    return irt.Scores.of(np.clip(y, 0, 1), model, benchmark), truth


def oracle(
    scores: irt.Scores, weight: np.ndarray, anchor: int, ridge: float, start: np.ndarray
) -> tuple[float, np.ndarray]:
    """The published objective written out, left to scipy's trust region: slopes themselves, a residual a term."""
    models, benchmarks = scores.models, scores.benchmarks
    y, root = np.clip(scores.performance, 0.001, 0.999), np.sqrt(weight)
    others = [b for b in range(benchmarks) if b != anchor]
    share = np.sqrt(ridge / (models + 2 * benchmarks - 1))

    def residuals(theta: np.ndarray) -> np.ndarray:
        ability, difficulty = theta[:models], theta[models : models + benchmarks]
        slope = np.ones(benchmarks)
        slope[others] = theta[models + benchmarks :]
        logit = slope[scores.benchmark] * (ability[scores.model] - difficulty[scores.benchmark])
        return np.concatenate([root * (1 / (1 + np.exp(-logit)) - y), share * theta])

    low = np.full(models + 2 * benchmarks - 1, -10.0)
    low[models + benchmarks :] = 0.1
    found = least_squares(
        residuals, start, bounds=(low, 10.0), method="trf", xtol=1e-15, ftol=1e-15, gtol=1e-13, max_nfev=500
    )
    return found.cost, found.x


def flat(ability: np.ndarray, difficulty: np.ndarray, slope: np.ndarray, anchor: int) -> np.ndarray:
    return np.concatenate([ability, difficulty, np.delete(slope, anchor)])


def test_planted_abilities_return_without_noise_as_the_ridge_vanishes() -> None:
    scores, truth = planted(seed=1, noise=0)
    tiny = Penalty(ability=1e-9, difficulty=1e-9, slope=1e-9)
    found = irt.fit(scores, anchor=0, penalty=tiny)
    assert found.converged
    shift = found.difficulty[0] - truth["difficulty"][0]  # location is free without a ridge
    inside = np.abs(truth["ability"]) < 2
    assert np.abs(found.ability - shift - truth["ability"])[inside].max() < 0.02
    assert np.abs(found.slope - truth["slope"]).max() < 0.02


def test_noise_of_one_twentieth_leaves_the_order_of_models() -> None:
    scores, truth = planted(seed=2, noise=0.05)
    found = irt.fit(scores, anchor=0)
    assert np.corrcoef(found.ability, truth["ability"])[0, 1] > 0.97
    assert np.corrcoef(found.difficulty, truth["difficulty"])[0, 1] > 0.95


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_objective_is_scipys_least_to_1e_9(seed: int) -> None:
    scores, _ = planted(seed=seed, noise=0.1)
    found = irt.fit(scores, anchor=2)
    start = np.concatenate([np.zeros(MODELS + BENCHMARKS), np.ones(BENCHMARKS - 1)])
    cost, _ = oracle(scores, np.ones(len(scores.model)), 2, irt.RIDGE, start)
    assert found.converged
    assert found.objective == pytest.approx(cost, abs=1e-9)
    assert found.slope[2] == 1


def test_every_draw_is_a_least_of_its_own_objective() -> None:
    scores, _ = planted(seed=6, noise=0.1)
    point = irt.fit(scores, anchor=0)
    drawn = irt.draw(scores, point, anchor=0, draws=12, seed=9)
    counts = irt.resample(scores, draws=12, seed=9)
    assert drawn.converged.all()
    for k in range(12):
        here = flat(drawn.ability[k], np.nan_to_num(drawn.difficulty[k]), np.nan_to_num(drawn.slope[k], nan=0.1), 0)
        cost, theta = oracle(scores, counts[k], 0, irt.RIDGE, np.clip(here, -9.99, 9.99))
        assert drawn.objective[k] == pytest.approx(cost, abs=1e-9)
        assert np.abs(theta[:MODELS] - drawn.ability[k]).max() < 1e-5


def test_draws_do_not_depend_on_how_many_are_made_or_how_they_are_batched() -> None:
    from nomoat.stats import newton

    scores, _ = planted(seed=7, noise=0.1)
    point = irt.fit(scores, anchor=0)
    many = irt.draw(scores, point, anchor=0, draws=30, seed=1)
    few = irt.draw(scores, point, anchor=0, draws=7, seed=1)
    np.testing.assert_allclose(many.ability[:7], few.ability, atol=1e-9)
    start = point.ability, point.difficulty, np.log(point.slope)
    settings = {"penalty": irt.eci_penalty(scores), "anchor": 0, "box": irt.BOX, "tolerance": 1e-4, "limit": 300}
    counts = irt.resample(scores, draws=30, seed=1)
    args = scores.clipped(), counts, scores.model, scores.benchmark, start
    one, four = newton.minimise(*args, **settings, batch=1), newton.minimise(*args, **settings, batch=4)
    np.testing.assert_allclose(one.ability, four.ability, atol=1e-9)
    assert (irt.draw(scores, point, anchor=0, draws=30, seed=2).ability != many.ability).any()


def test_a_draw_that_is_cut_short_is_counted_and_kept() -> None:
    scores, _ = planted(seed=8, noise=0.1)
    point = irt.fit(scores, anchor=0)
    drawn = irt.draw(scores, point, anchor=0, draws=10, seed=1, limit=1)
    assert drawn.ability.shape == (10, MODELS)
    assert drawn.converged.sum() < 10
    assert np.isfinite(drawn.ability).all()


def test_a_benchmark_that_no_row_of_a_draw_saw_has_no_difficulty_there() -> None:
    scores, _ = planted(seed=10, noise=0.05)
    y = np.append(scores.performance, 0.5)  # one row alone on a benchmark of its own
    lone = irt.Scores.of(y, np.append(scores.model, 0), np.append(scores.benchmark, BENCHMARKS))
    counts = irt.resample(lone, draws=40, seed=0)
    drawn = irt.draw(lone, irt.fit(lone, anchor=0), anchor=0, draws=40, seed=0)
    missing = counts[:, -1] == 0
    assert 0 < missing.sum() < 40
    np.testing.assert_array_equal(np.isnan(drawn.difficulty[:, BENCHMARKS]), missing)
    assert drawn.converged.all()


def test_resampling_keeps_each_models_number_of_rows_and_is_uniform() -> None:
    scores, _ = planted(seed=11, noise=0.1)
    counts = irt.resample(scores, draws=4000, seed=3)
    for k in range(5):
        kept = np.bincount(scores.model, counts[k], MODELS)
        np.testing.assert_array_equal(kept, np.bincount(scores.model, minlength=MODELS))
    # A row's mean count is 1 with variance (1 - 1/n) / draws <= 1 / draws: 5 standard errors over all rows.
    assert np.abs(counts.mean(0) - 1).max() < 5 / np.sqrt(4000)


def test_all_zero_and_all_one_models_stay_inside_the_box() -> None:
    y = [0, 0, 0, 0.2, 0.5, 0.8, 1, 1, 1]
    found = irt.fit(irt.Scores.of(y, [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3), anchor=0)
    assert found.converged
    assert np.abs(found.ability).max() <= 10
    assert found.ability[0] < found.ability[1] < found.ability[2]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([0.5, np.nan], [0, 1], [0, 0]), "1 scores are not finite"),
        (([0.5], [0, 1], [0, 0]), "equal length"),
        (([], [], []), "at least one row"),
        (([0.5, 0.5], [0, -1], [0, 0]), "numbered from 0"),
    ],
)
def test_columns_that_are_no_scores_are_refused(columns: tuple[list[float], ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        irt.Scores.of(*columns)


tables = st.integers(0, 2**32 - 1)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    scores, _ = planted(seed=seed, noise=0.08)
    order = np.random.default_rng(seed).permutation(len(scores.model))
    turned = irt.Scores.of(scores.performance[order], scores.model[order], scores.benchmark[order])
    one, other = irt.fit(scores, anchor=0), irt.fit(turned, anchor=0)
    assert one.objective == pytest.approx(other.objective, abs=1e-9)
    np.testing.assert_allclose(one.ability, other.ability, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_a_table_twice_is_the_table_under_half_the_ridge(seed: int) -> None:
    scores, _ = planted(seed=seed, noise=0.08)
    twice = irt.Scores.of(*(np.tile(c, 2) for c in (scores.performance, scores.model, scores.benchmark)))
    half = irt.fit(scores, anchor=0, penalty=irt.eci_penalty(scores, irt.RIDGE / 2))
    both = irt.fit(twice, anchor=0)
    assert both.objective == pytest.approx(2 * half.objective, abs=1e-8)
    np.testing.assert_allclose(both.ability, half.ability, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(tables, st.integers(0, MODELS - 1))
def test_a_model_whose_scores_all_rise_does_not_fall(seed: int, riser: int) -> None:
    scores, _ = planted(seed=seed, noise=0.05)
    raised = np.where(scores.model == riser, np.minimum(1, scores.performance + 0.1), scores.performance)
    before = irt.fit(scores, anchor=0)
    after = irt.fit(irt.Scores.of(raised, scores.model, scores.benchmark), anchor=0)
    others = np.delete(np.arange(scores.models), riser)
    gained = after.ability - before.ability
    assert gained[riser] > np.median(gained[others]) - 1e-9
