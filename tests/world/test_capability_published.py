"""The shipped scores against what Epoch published from them: the index, its intervals and its objective."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import NoVintage
from nomoat.stats import irt
from nomoat.world.capability import Capability, capability
from nomoat.world.scores import choose, read


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open(home=Path("no store of a user's own"))


@pytest.fixture(autouse=True)
def _no_kept_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def found(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Capability:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOMOAT_HOME", str(tmp_path_factory.mktemp("home")))
        return capability(catalog, draws=500, as_of=date(2026, 8, 11))


@pytest.fixture(scope="module")
def published(catalog: Catalog, found: Capability) -> dict[str, np.ndarray]:
    ratings = catalog.table("ratings").columns
    rows = np.flatnonzero((ratings["board"] == "eci") & (ratings["published"] == date(2026, 8, 11)))
    at = {ratings["model_id"][i]: i for i in rows}
    order = [at[key] for key in found.model_id]
    return {name: ratings[name][order].astype(float) for name in ("rating", "low", "high")}


def test_the_objective_is_at_most_the_published_fits(found: Capability) -> None:
    assert (len(found.names), found.n, len(found.benchmark_id)) == (222, 2249, 57)
    assert found.objective <= 6.520696
    assert found.left_out == ()


def test_abilities_are_the_published_ones(found: Capability, published: dict[str, np.ndarray]) -> None:
    off = np.abs(found.values - published["rating"])
    assert off[published["rating"] > 120].max() < 0.05
    assert off.max() < 0.25


def test_intervals_are_as_wide_as_the_published_ones(found: Capability, published: dict[str, np.ndarray]) -> None:
    ours, theirs = found.high - found.low, published["high"] - published["low"]
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))  # the two anchors
    both = ~np.isnan(theirs)
    assert np.corrcoef(ours[both], theirs[both])[0, 1] > 0.98
    assert 0.9 < np.median(ours[both]) / np.median(theirs[both]) < 1.2  # both are 500 draws of their own


def test_every_draw_converges(found: Capability) -> None:
    assert found.draws is not None
    assert found.draws.shape == (500, 222)
    assert found.converged == 500


def test_benchmarks_rank_from_trivia_to_research(found: Capability) -> None:
    difficulty = dict(zip(found.benchmark_id, found.difficulty, strict=True))
    hard, easy = difficulty["hle"], difficulty["triviaqa"]
    assert easy < difficulty["mmlu"] < hard
    assert (found.slope > 0).all()


def test_the_fit_is_fast(catalog: Catalog) -> None:
    table = choose(read(catalog, None), None, None)
    scores, anchor = table.scores, table.anchor
    spent = []
    for _ in range(5):
        before = time.process_time()
        point = irt.fit(scores, anchor=anchor)
        spent.append(time.process_time() - before)
    assert point.iterations < 40
    # 0.006 s on one thread of a 2-core machine; the bound has room for BLAS threads and a slower machine.
    assert min(spent) < 0.1


def test_a_date_before_the_oldest_vintage_is_refused(catalog: Catalog) -> None:
    with pytest.raises(NoVintage):
        capability(catalog, draws=0, as_of=date(2020, 1, 1))


def test_the_view_of_the_past_labels_its_scale(catalog: Catalog) -> None:
    past = capability(catalog, draws=0, released_by=date(2025, 1, 1))
    assert any("anchor model is missing" in note for note in past.notes)
    assert {left.what for left in past.left_out} == {"models", "benchmarks"}
    assert np.ptp(past.values) > 20


@pytest.mark.parametrize("choice", [{"domain": "math"}, {"modality": "text"}, {"contamination": "private"}])
def test_every_part_places_the_best_models_near_the_whole(
    catalog: Catalog, found: Capability, choice: dict[str, str]
) -> None:
    part = capability(catalog, draws=0, **choice)
    at = {key: i for i, key in enumerate(found.model_id)}
    whole = np.array([found.values[at[key]] for key in part.model_id])
    assert np.corrcoef(part.values, whole)[0, 1] > 0.9
    assert part.n_benchmarks.min() >= 3


def test_method_nomoat_agrees_where_much_is_known_and_is_surer_of_no_model_for_free(
    catalog: Catalog, found: Capability
) -> None:
    ours = capability(catalog, method="nomoat", draws=200)
    assert ours.model_id == found.model_id
    assert ours.converged == 200
    assert np.corrcoef(ours.values, found.values)[0, 1] > 0.97
    known = np.isfinite(ours.low)
    assert (~known).sum() == 2  # the anchors
    many, few = ours.n_benchmarks >= 15, ours.n_benchmarks <= 6
    width = ours.high - ours.low
    assert np.median(width[known & many]) < 0.7 * np.median(width[known & few])
    assert np.abs(ours.values - found.values)[many].max() < 4


def test_method_nomoat_places_models_by_a_part_of_the_benchmarks(catalog: Catalog) -> None:
    part = capability(catalog, method="nomoat", draws=100, domain="math")
    assert part.draws is not None
    assert np.isfinite(part.draws).all()
    assert part.converged == 100
    whole = capability(catalog, method="nomoat", draws=0)
    at = {key: i for i, key in enumerate(whole.model_id)}
    assert np.corrcoef(part.values, [whole.values[at[key]] for key in part.model_id])[0, 1] > 0.9
