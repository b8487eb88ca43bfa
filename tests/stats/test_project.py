from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from nomoat.stats import irt
from nomoat.stats.project import project


def world(seed: int) -> tuple[irt.Scores, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    difficulty, slope = rng.normal(0, 1, (1, 15)), np.exp(rng.normal(0.3, 0.4, (1, 15)))
    model, benchmark = np.nonzero(rng.random((30, 15)) < 0.6)
    ability = rng.normal(0, 1, 30)
    y = 1 / (1 + np.exp(-slope[0, benchmark] * (ability[model] - difficulty[0, benchmark])))
    noisy = np.clip(y + 0.1 * rng.standard_normal(len(y)), 0, 1)
    return irt.Scores.of(noisy, model, benchmark), difficulty, slope


def test_each_ability_is_the_bounded_scalar_minimum() -> None:
    scores, difficulty, slope = world(1)
    ability, converged = project(scores, difficulty=difficulty, slope=slope, start=np.zeros((1, 30)), ridge=1e-3)
    assert converged.all()
    for m in range(30):
        rows = scores.model == m
        y, b = scores.clipped()[rows], scores.benchmark[rows]

        def loss(c: float, y: np.ndarray = y, b: np.ndarray = b) -> float:
            p = 1 / (1 + np.exp(-slope[0, b] * (c - difficulty[0, b])))
            return float(((p - y) ** 2).sum() + 1e-3 * c * c)

        found = minimize_scalar(loss, bounds=(-10, 10), method="bounded", options={"xatol": 1e-10})
        assert loss(ability[0, m]) <= found.fun + 1e-12


def test_all_rows_give_back_the_abilities_of_the_fit() -> None:
    scores, _, _ = world(2)
    found = irt.fit(scores, anchor=0, tolerance=1e-9)
    ability, converged = project(
        scores,
        difficulty=found.difficulty[None],
        slope=found.slope[None],
        start=np.zeros((1, 30)),
        ridge=irt.eci_penalty(scores).ability,
    )
    assert converged.all()
    np.testing.assert_allclose(ability[0], found.ability, atol=1e-7)


def test_draws_stand_alone_and_a_model_without_rows_rests_at_0() -> None:
    scores, difficulty, slope = world(3)
    weight = np.repeat(irt.resample(scores, draws=4, seed=1), 1, 0)
    weight[:, scores.model == 5] = 0
    known = {"start": np.zeros((4, 30)), "ridge": 1e-3}
    both = project(scores, difficulty=np.tile(difficulty, (4, 1)), slope=np.tile(slope, (4, 1)), weight=weight, **known)
    last = project(scores, difficulty=difficulty, slope=slope, weight=weight[3:], start=np.zeros((1, 30)), ridge=1e-3)
    np.testing.assert_allclose(both[0][3:], last[0], atol=1e-12)
    assert (both[0][:, 5] == 0).all()
    assert both[1].all()


def test_a_perfect_score_on_few_rows_ends_on_the_ridge_not_at_infinity() -> None:
    scores = irt.Scores.of([1, 1, 1], [0, 0, 0], [0, 1, 2])
    ability, converged = project(
        scores, difficulty=np.zeros((1, 3)), slope=np.full((1, 3), 3.0), start=np.zeros((1, 1)), ridge=3e-4
    )
    assert converged.all()
    assert 1 < ability[0, 0] < 10
