"""What cannot be decided says which data would; what is being built says which part."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat import Catalog
from nomoat.claims.comparison import parse
from nomoat.claims.entry import known
from nomoat.claims.ledger import ledger
from nomoat.claims.measured import Unmeasured, Untestable
from nomoat.claims.metric import metrics


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-01-01", 120)]
    return catalogue(tmp_path_factory.mktemp("none"), ("2025-01-01", models))


def test_the_data_that_would_decide_are_named(world):
    with pytest.raises(Untestable, match="a census of moats"):
        metrics()["none"].function(ask(world, ""), would="a census of moats")


LEDGER = ledger(home=Path("/nonexistent"))
COMING = [claim for claim in LEDGER if metrics()[claim.test.metric].needs]
# Of the tables that the measures will read: a test in other words would never come alive.
CHANNELS, QUANTITIES = {"openrouter", "huggingface"}, {"tokens", "requests", "money", "downloads", "derivatives"}


@pytest.mark.parametrize("claim", COMING, ids=lambda c: c.id)
def test_a_claim_that_waits_has_its_whole_test_written(claim):
    catalog = Catalog.open()
    test = claim.test
    for part in (test.population, test.window, test.reading, test.comparison):
        assert part.strip()
    assert test.unit in metrics()[test.metric].units
    parse(test.comparison)
    known(claim, catalog, {})
    given = test.arguments
    assert given.get("channel", "openrouter") in CHANNELS
    assert given.get("quantity", "tokens") in QUANTITIES
    if "device" in given:
        assert given["device"] in set(catalog.table("devices").columns["device"])


WAITING = [name for name, metric in metrics().items() if metric.needs]


@pytest.mark.parametrize("name", WAITING)
def test_a_measure_that_waits_names_its_part(world, name):
    metric = metrics()[name]
    given = {k: 1.0 if p.annotation == "float" else "x" for k, p in metric.arguments().items()}
    with pytest.raises(Unmeasured) as waiting:
        metric.function(ask(world, metric.units[0]), **given)
    assert waiting.value.needs == metric.needs
