"""Worlds whose truth is known: the printed intervals hold it as often as they say.

A hundred worlds here, two thousand in `make calibrate`, whose table comes with the package.
"""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from scipy.special import bdtr

from nomoat.catalog.store import Catalog
from nomoat.world import calibration

WORLDS = 100
DOCS = Path(__file__).parents[2] / "docs" / "methods" / "calibration.md"


@pytest.fixture(scope="module")
def outcomes():
    design = calibration.shipped()
    return [calibration.run(design, "well-specified", draws=100, level=0.9, seed=(77, k)) for k in range(WORLDS)]


def band(p):
    """The counts out of WORLDS outside of which a share p is refused at 99 %."""
    counts = np.arange(WORLDS + 1)
    below = bdtr(counts, WORLDS, p)
    return int(counts[below >= 0.005][0]), int(counts[below >= 0.995][0])


def test_coverage_is_what_the_design_asks_for(outcomes):
    for row in calibration.summarise("well-specified", outcomes):
        held = round(row.coverage * WORLDS)
        # Smooth quantities 87 to 93 %; a step quantity cannot be cut finer than its steps and may hold more.
        least, most = band(0.87)[0], band(0.93)[1] if row.form == "smooth" else WORLDS
        assert least <= held <= most, (row.quantity, held, least, most)


def test_every_draw_converged(outcomes):
    assert all(o.converged == 100 for o in outcomes)


def test_a_world_without_noise_gives_the_truth_back():
    """With next to no noise and a ridge that hardly matters above, estimate and truth tell the same story."""
    d = calibration.shipped()
    ability = calibration.truth(d, (5, 1))
    quiet = calibration.world(d, "well-specified", ability)
    quiet = type(quiet)(**{**{f: getattr(quiet, f) for f in quiet.__dataclass_fields__}, "noise": 1e-6})
    scores = calibration.simulate(quiet, seed=1)
    fit = calibration.irt.fit(scores, anchor=d.table.anchor)
    found, horizon = calibration.quantities(d, calibration.public(d, fit.ability[None]))
    true, _ = calibration.quantities(d, calibration.public(d, ability[None]), horizon)
    assert found["quality gap"][0] == pytest.approx(true["quality gap"][0], abs=0.4)
    assert found["current lag"][0] == pytest.approx(true["current lag"][0], abs=0.01)


def test_worlds_differ_and_keep_their_seed():
    d = calibration.shipped()
    first, second = calibration.truth(d, (1, 1)), calibration.truth(d, (1, 2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, calibration.truth(d, (1, 1)))
    for k in d.anchors:
        assert first[k] == d.fit.ability[k]


def test_the_shipped_table_is_of_the_shipped_scores_and_the_page_shows_it():
    rows = list(csv.DictReader(io.StringIO(calibration.TABLE.read_text())))
    catalog = Catalog.open()
    scores = catalog.origins(catalog.table("scores").columns["origin_id"].tolist())[0].sha256
    assert {r["scores_sha256"] for r in rows} == {scores}
    assert {r["kind"] for r in rows} == set(calibration.KINDS)
    assert all(int(r["worlds"]) >= 2000 for r in rows if r["kind"] == "well-specified")
    page = DOCS.read_text()
    assert sha256(calibration.TABLE.read_bytes()).hexdigest() in page
    for row in rows:
        assert f"{float(row['coverage']):.3f}" in page
    said = calibration.bias("quality gap", scores)
    assert said == pytest.approx(float(rows[0]["bias"]))
