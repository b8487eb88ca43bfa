from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nomoat.errors import EmptyCohort, InputError, UnknownName
from nomoat.types import Origin
from nomoat.world.capability import Capability, capability

START = date(2023, 1, 1)
DOMAINS = ("math", "coding")
KINDS = ("own-run", "leaderboard", "vendor-report")


@pytest.fixture(autouse=True)
def _no_kept_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))


def strings(values: list[Any]) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


@dataclass
class Columns:
    columns: dict[str, np.ndarray]


@dataclass
class Small:
    """A catalogue of a world whose abilities are known: 30 models, 16 benchmarks, noise of 3 points of 100."""

    key: str = "small"
    tables: dict[str, Columns] = field(default_factory=dict)
    truth: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, seed: int = 0, noise: float = 0.03, lift: dict[str, float] | None = None) -> Small:
        rng = np.random.default_rng(seed)
        names = ["Claude 3.5 Sonnet", "GPT-5", *(f"model {i:02}" for i in range(28))]
        truth = np.concatenate([[0.0, 1.5], rng.normal(0.4, 1, 28)])
        tests = ["Winogrande", *(f"test {i:02}" for i in range(15))]
        difficulty = rng.normal(0.2, 0.8, 16)
        slope = np.concatenate([[1.0], np.exp(rng.normal(0.4, 0.3, 15))])
        domain = [DOMAINS[i % 2] for i in range(16)]
        m, b = np.nonzero(rng.random((30, 16)) < 0.8)
        raised = np.array([(lift or {}).get(domain[i], 0.0) for i in range(16)])
        special = np.where(m == 29, raised[b], 0.0)  # the last model is better in one domain
        y = 1 / (1 + np.exp(-slope[b] * (truth[m] + special - difficulty[b])))
        ids = [name.replace(" ", "-") for name in names]
        tables = {
            "scores": {
                "model_id": strings([ids[i] for i in m]),
                "benchmark_id": strings([tests[i] for i in b]),
                "performance": np.clip(y + noise * rng.standard_normal(len(y)), 0, 1),
                "evidence": strings([KINDS[(i + 2 * j) % 3] for i, j in zip(m, b, strict=True)]),
                "origin_id": strings(["scores"] * len(m)),
            },
            "members": {
                "model_id": strings(ids),
                "name": strings(names),
                "organisation": strings(["a", "b", *(["a", "b", "c", None] * 7)]),
                "released": strings([START + timedelta(days=30 * i) for i in range(30)]),
            },
            "benchmarks": {
                "benchmark_id": strings(tests),
                "name": strings(tests),
                "released": strings([None] * 16),
                "domain": strings(domain),
                "modality": strings(["text"] * 16),
                "contamination": strings(["public"] * 12 + ["private"] * 4),
                "origin_id": strings(["labels"] * 16),
            },
        }
        return cls(key=f"{seed} {noise} {lift}", tables={k: Columns(v) for k, v in tables.items()}, truth=truth)

    def table(self, name: str, as_of: date | None = None) -> Columns:
        return self.tables[name]

    def members(self, as_of: date | None = None) -> SimpleNamespace:
        return SimpleNamespace(**self.tables["members"].columns)

    def vintage(self, name: str, as_of: date | None = None) -> date:
        return date(2026, 1, 1)

    def origins(self, ids: list[str]) -> tuple[Origin, ...]:
        common = {"address": "", "licence": "", "retrieved": date(2026, 1, 1), "sha256": "", "evidence": ""}
        return tuple(Origin(id=key, publisher="somebody", title=key, **common) for key in dict.fromkeys(ids))


def of(found: Capability, name: str) -> float:
    return float(found.values[found.names.index(name)])


def test_planted_abilities_come_out_on_the_public_scale() -> None:
    small = Small.of(noise=0)
    found = capability(small, draws=0)
    assert of(found, "Claude 3.5 Sonnet") == pytest.approx(130)
    assert of(found, "GPT-5") == pytest.approx(150)
    planted = dict(zip(small.tables["members"].columns["name"], 130 + small.truth * 20 / 1.5, strict=True))
    error = [value - planted[name] for name, value in zip(found.names, found.values, strict=True)]
    assert np.abs(error).max() < 2  # the ridge pulls; no noise
    assert np.corrcoef(found.values, [planted[name] for name in found.names])[0, 1] > 0.999


def test_intervals_hold_the_planted_abilities_about_as_often_as_they_say() -> None:
    held = []
    for seed in range(12):
        small = Small.of(seed=seed)
        found = capability(small, draws=100, seed=seed)
        planted = dict(zip(small.tables["members"].columns["name"], 130 + small.truth * 20 / 1.5, strict=True))
        truth = np.array([planted[name] for name in found.names])
        fixed = np.isnan(found.low)
        held += list(((found.low <= truth) & (truth <= found.high))[~fixed])
    # 336 intervals of a nominal 90 %; percentile intervals from 13 resampled scores are short by some percents.
    assert 0.75 < np.mean(held) < 0.97


def test_anchors_are_constants_in_every_draw_and_have_no_interval() -> None:
    found = capability(Small.of(), draws=50)
    assert found.draws is not None
    for name, value in (("Claude 3.5 Sonnet", 130), ("GPT-5", 150)):
        i = found.names.index(name)
        np.testing.assert_allclose(found.draws[:, i], value)
        assert np.isnan(found.low[i])
    row = next(row for row in found.rows() if row["model"] == "GPT-5")
    assert row["low"] is None
    assert "no interval" in found.cite("GPT-5")
    assert found.converged == 50


def test_the_same_question_has_the_same_answer_from_the_cache_and_without(tmp_path: Path) -> None:
    small = Small.of()
    one, kept = capability(small, draws=20, seed=3), capability(small, draws=20, seed=3)
    assert any((tmp_path / "cache").iterdir())
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(b"damaged")
    again = capability(small, draws=20, seed=3)
    assert one.draws is not None
    for other in (kept, again):
        np.testing.assert_array_equal(one.draws, other.draws)
        np.testing.assert_array_equal(one.values, other.values)
    other_seed = capability(small, draws=20, seed=4).draws
    assert other_seed is not None
    assert (other_seed != one.draws).any()


def test_a_model_that_is_better_in_one_domain_is_better_there() -> None:
    found = {domain: capability(Small.of(lift={"math": 1.0}), draws=40, domain=domain) for domain in DOMAINS}
    last = "model 27"
    assert of(found["math"], last) - of(found["coding"], last) == pytest.approx(20 / 1.5, abs=4)
    assert set(found["math"].benchmark_id).isdisjoint(found["coding"].benchmark_id)
    assert found["math"].draws is not None
    assert np.isfinite(found["math"].draws).all()
    assert not np.isnan(found["math"].low[found["math"].names.index("GPT-5")])  # placed anew, so no constant
    assert {origin.id for origin in found["math"].origins} == {"scores", "labels"}


def test_all_benchmarks_of_one_label_place_models_where_the_fit_does() -> None:
    whole, text = capability(Small.of(), draws=0), capability(Small.of(), draws=0, modality="text")
    np.testing.assert_allclose(text.values, whole.values, atol=1e-3)


def test_models_with_fewer_than_three_scores_of_a_label_are_left_out_and_counted() -> None:
    found = capability(Small.of(), draws=0, contamination="private")
    assert found.n_benchmarks.min() >= 3
    (few,) = [left for left in found.left_out if "contamination private" in left.why]
    assert few.count == 30 - len(found.names) > 0


def test_evidence_refits_and_counts_what_it_leaves_out() -> None:
    small = Small.of()
    found = capability(small, draws=10, evidence=("own-run", "leaderboard"))
    kinds = small.tables["scores"].columns["evidence"]
    lost = {left.what: left.count for left in found.left_out}
    assert lost["scores"] == (kinds == "vendor-report").sum()
    assert found.n_benchmarks.min() >= 4
    assert len(found.names) + lost.get("models", 0) == 30
    whole = capability(small, draws=0)
    assert (found.objective, found.n) != (whole.objective, whole.n)


def test_without_an_anchor_model_the_scale_is_that_of_the_full_fit() -> None:
    small = Small.of()
    with pytest.raises(EmptyCohort):
        capability(small, draws=0, released_by=START - timedelta(days=1))
    small.tables["members"].columns["released"][1] = date(2027, 1, 1)  # GPT-5 is not out
    found = capability(small, draws=10, released_by=date(2026, 1, 1))
    whole = capability(small, draws=0)
    assert "GPT-5" not in found.names
    assert any("anchor model is missing" in note for note in found.notes)
    shared = [of(whole, name) for name in found.names]
    assert found.values.mean() == pytest.approx(np.mean(shared))
    assert found.values.std() == pytest.approx(np.std(shared))
    assert any(left.count == 1 and left.what == "models" for left in found.left_out)


def test_missing_and_repeated_scores_are_counted() -> None:
    small = Small.of()
    scores = small.tables["scores"].columns
    for name, column in scores.items():
        scores[name] = np.concatenate([column, column[:2]])
    scores["performance"][-1] = np.nan
    scores["performance"][-2] = 0.0
    found = capability(small, draws=0)
    lost = {(left.what, left.why.split(" of ")[0]): left.count for left in found.left_out}
    assert lost == {("scores", "no number"): 1, ("scores", "a higher score"): 1}
    assert found.values == pytest.approx(capability(Small.of(), draws=0).values)


@pytest.mark.parametrize(
    ("choice", "error", "said"),
    [
        ({"method": "elo"}, UnknownName, "eci"),
        ({"domain": "maths"}, UnknownName, "'math'"),
        ({"evidence": ("vendor",)}, UnknownName, "vendor-report"),
        ({"draws": -1}, InputError, "draws"),
        ({"level": 1.0}, InputError, "level"),
    ],
)
def test_what_cannot_be_answered_says_what_can(choice: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        capability(Small.of(), **choice)


def test_a_model_that_is_not_there_is_answered_with_its_neighbours() -> None:
    with pytest.raises(UnknownName, match="model 03"):
        capability(Small.of(), draws=0).cite("modle 03")
