from __future__ import annotations

import numpy as np

from nomoat.stats import families, irt
from nomoat.stats.worlds import World, coverage, simulate

MODELS, BENCHMARKS = 60, 14


def world(seed: int, **choices: object) -> World:
    rng = np.random.default_rng(seed)
    model, benchmark = np.nonzero(rng.random((MODELS, BENCHMARKS)) < 0.7)
    return World(
        ability=rng.normal(0, 1, MODELS),
        difficulty=rng.normal(0, 0.8, BENCHMARKS),
        slope=np.concatenate([[1.0], np.exp(rng.normal(0.6, 0.4, BENCHMARKS - 1))]),
        model=model,
        benchmark=benchmark,
        **choices,  # type: ignore[arg-type]
    )


def family(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 6, MODELS)


def test_what_families_share_comes_out_of_planted_worlds() -> None:
    who = family(1)
    planted = world(1, noise=0.03, bounded=True)
    effect = np.random.default_rng(5).normal(0, 0.3, (6, BENCHMARKS))
    apart = planted.ability[planted.model] + effect[who[planted.model], planted.benchmark]
    p = 1 / (1 + np.exp(-planted.slope[planted.benchmark] * (apart - planted.difficulty[planted.benchmark])))
    noisy = np.clip(p + 0.02 * np.random.default_rng(6).standard_normal(len(p)), 0, 1)
    scores = irt.Scores.of(noisy, planted.model, planted.benchmark)
    found = families.fit(scores, who, anchor=0, family_sd=0.3)
    assert found.converged
    shared = effect[who[planted.model], planted.benchmark]
    # What a family shares on all benchmarks is ability, what all share on one is difficulty: not all is an effect.
    assert np.corrcoef(found.effect[found.group], shared)[0, 1] > 0.75
    plain = irt.fit(scores, anchor=0)

    def off(ability: np.ndarray) -> float:
        line = np.polyfit(ability, planted.ability, 1)  # the scale is each fit's own
        return float(np.sqrt(np.mean((np.polyval(line, ability) - planted.ability) ** 2)))

    assert off(found.ability) < off(plain.ability)


def test_held_out_scores_are_predicted_better_and_held_as_often_as_said() -> None:
    ours, theirs, held = [], [], []
    for seed in range(5):
        who = family(seed)
        scores = simulate(world(seed, noise=0.08, bounded=True, family=who, family_sd=0.2), seed=seed)
        used = np.random.default_rng(seed).random(len(scores.model)) > 0.1
        found = families.fit(scores, who, anchor=0, weight=used)
        plain = irt.fit(scores, anchor=0, weight=used.astype(float))
        logit = plain.slope[scores.benchmark] * (plain.ability[scores.model] - plain.difficulty[scores.benchmark])
        y, out = scores.performance, ~used
        ours.append(np.mean((y - found.expected)[out] ** 2))
        theirs.append(np.mean((y - 1 / (1 + np.exp(-logit)))[out] ** 2))
        half = 1.645 * np.hypot(found.noise_sd, found.expected_sd)
        held.append(coverage(y[out], (found.expected - half)[out], (found.expected + half)[out]))
    assert np.mean(ours) < np.mean(theirs)
    assert 0.85 < np.mean(held) < 0.95  # about 300 scores: a standard error of 0.017


def test_noise_is_told_apart_between_benchmarks() -> None:
    planted = world(3)
    noise = np.where(planted.benchmark < 7, 0.03, 0.12)
    scores = simulate(
        World(**{**{f: getattr(planted, f) for f in World.__dataclass_fields__}, "noise": noise, "bounded": True}),
        seed=1,
    )
    found = families.fit(scores, family(3), anchor=0)
    quiet, loud = np.sqrt(found.noise[:7].mean()), np.sqrt(found.noise[7:].mean())
    assert 1.4 * quiet < loud  # 0.03 and 0.12, each averaged with thirty rows of the pool


def test_rows_without_weight_do_not_enter() -> None:
    scores = simulate(world(4), seed=2)
    used = np.random.default_rng(0).random(len(scores.model)) > 0.2
    who = family(4)
    one = families.fit(scores, who, anchor=0, weight=used)
    changed = irt.Scores(
        performance=np.where(used, scores.performance, 0.5),
        model=scores.model,
        benchmark=scores.benchmark,
        models=MODELS,
        benchmarks=BENCHMARKS,
    )
    other = families.fit(changed, who, anchor=0, weight=used)
    np.testing.assert_allclose(one.ability, other.ability, atol=1e-12)


def test_draws_spread_as_abilities_of_repeated_worlds_do() -> None:
    planted, who = world(5, noise=0.06, bounded=True), family(5)
    found = [families.fit(simulate(planted, seed=(5, k)), who, anchor=0) for k in range(30)]
    inside = np.abs(planted.ability) < 1.2
    # Where zero lies is held by wide priors alone: abilities are compared with their mean.
    spread = np.std([one.ability - one.ability[inside].mean() for one in found], axis=0)[inside]
    drawn = families.draw(simulate(planted, seed=(5, 0)), found[0], anchor=0, draws=300, seed=1)
    centred = drawn.ability - drawn.ability[:, inside].mean(1, keepdims=True)
    ratio = np.median(centred.std(0)[inside] / spread)
    # The posterior also holds family effects that these worlds do not have: somewhat wider, never narrower.
    assert 0.85 < ratio < 1.7


def test_draws_repeat_for_a_seed_and_their_number_does_not_matter() -> None:
    scores, who = simulate(world(6), seed=3), family(6)
    found = families.fit(scores, who, anchor=0)
    many = families.draw(scores, found, anchor=0, draws=20, seed=4)
    few = families.draw(scores, found, anchor=0, draws=5, seed=4)
    np.testing.assert_allclose(many.ability[:5], few.ability, atol=1e-12)
    np.testing.assert_allclose(many.slope[:, 0], 1)
    assert many.difficulty.shape == (20, BENCHMARKS)
