"""A common move of all abilities is a refit of the scale; what one model does alone is its own."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts
from nomoat.world.changes import changes
from nomoat.world.refit import line, same_scores
from publisher import publication

OLD, NEW = date(2026, 3, 1), date(2026, 6, 1)
ABILITIES = st.lists(st.floats(80, 160, allow_nan=False), min_size=5, max_size=60, unique=True)


@given(ABILITIES, st.floats(0.6, 1.8), st.floats(-20, 20), st.data())
def test_the_line_that_was_planted_is_found_though_two_models_in_five_moved_on_their_own(old, slope, shift, data):
    x = np.array(sorted(old))
    if np.diff(x).min() < 0.01 or abs(slope - 1) + abs(shift) < 0.5:
        return
    y = slope * x + shift
    for at in data.draw(st.sets(st.integers(0, len(x) - 1), max_size=(len(x) - 3) // 3)):
        y[at] += 40
    found = line(x, y)
    common = np.abs(found[0] * x + found[1] - y) < 1e-6
    assert found == (1.0, 0.0) or common.sum() >= 3


@pytest.mark.parametrize("n", [4, 30, 300])
def test_what_a_few_models_do_alone_and_noise_are_no_refit(n):
    rng = np.random.default_rng(n)
    x = rng.normal(120, 15, n)
    alone = x.copy()
    alone[: max(1, n // 10)] += 7
    assert line(x, alone) == (1.0, 0.0)
    assert line(x, x) == (1.0, 0.0)
    if n > 20:
        assert line(x, x + rng.normal(0, 0.5, n)) == (1.0, 0.0)
        shifted = line(x, x + 3 + rng.normal(0, 0.5, n))
        assert shifted[0] * 120 + shifted[1] == pytest.approx(123, abs=0.5)


def test_a_scale_that_turns_or_loses_its_models_is_no_refit():
    x = np.array([100.0, 110.0, 120.0, 130.0])
    assert line(x, -x) == (1.0, 0.0)
    assert line(x[:2], x[:2] + 5) == (1.0, 0.0)
    assert line(np.full(5, 100.0), np.full(5, 105.0)) == (1.0, 0.0)


def vintage(folder, day, abilities, scores):
    """An index that publishes abilities, with the scores that they rest on where there are any."""
    inputs = folder.parent / f"{folder.name}.csv"
    inputs.parent.mkdir(parents=True, exist_ok=True)
    inputs.write_text(f"{day} {abilities} {scores}")
    facts = Facts()
    key = facts.origin(publication("epoch-eci"), day, inputs)
    for at, (name, ability) in enumerate(abilities.items()):
        id = f"maker/{name.lower()}"
        side = "closed-api" if name.startswith("C") else "weights-permissive"
        facts.add("models", key, model_id=id, name=name, released=date(2025, 1, 1 + at))
        facts.add("openness", key, **{"model_id": id, "class": side})
        facts.add("ratings", key, board="eci", published=day, name=name, model_id=id, rating=ability)
    for name, performance in scores.items():
        facts.add("scores", key, model_id=f"maker/{name.lower()}", benchmark_id="b", performance=performance)
    return write(facts, {inputs.name: inputs}, folder)


BASE = {"C1": 100.0, "C2": 120.0, "O1": 95.0, "O2": 105.0, "O3": 90.0}


def test_a_refit_has_its_own_step_and_label_apart_from_what_one_model_learnt(tmp_path):
    stretched = {name: 1.1 * ability - 6 for name, ability in BASE.items()}
    stretched["O2"] += 4.0
    vintage(tmp_path / "shipped", OLD, BASE, {})
    vintage(tmp_path / "home" / "vintages" / "later", NEW, stretched, {})
    found = changes(since=OLD, until=NEW, catalog=Catalog.open(tmp_path / "home", tmp_path / "shipped"))
    steps = {step.changed: step for step in found.steps}
    assert (steps["refitted"].kind, steps["scored otherwise"].kind) == ("refit", "revision")
    assert steps["refitted"].points_moved == pytest.approx(0.1 * 15)
    assert steps["scored otherwise"].points_moved == pytest.approx(-4.0)
    assert (steps["refitted"].models, steps["scored otherwise"].models) == (5, 1)
    assert "+1.5 points by a refit of the scale, -4.0 by revision" in found.cite()
    assert any("has no scores" in left.why for left in found.left_out)


def test_whose_scores_are_the_same_is_known_where_both_vintages_have_them(tmp_path):
    scores = {name: ability / 200 for name, ability in BASE.items()}
    vintage(tmp_path / "shipped", OLD, BASE, scores)
    vintage(tmp_path / "home" / "vintages" / "later", NEW, BASE, {**scores, "O2": 0.9, "C9": 0.5})
    catalog = Catalog.open(tmp_path / "home", tmp_path / "shipped")
    assert same_scores(catalog, OLD, NEW) == {"maker/c1", "maker/c2", "maker/o1", "maker/o3"}
    assert same_scores(catalog, date(2020, 1, 1), NEW) is None
