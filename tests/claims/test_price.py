"""Price at equal capability as a statement is tested on it: planted ratios, and days on which nothing was known."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.claims.ask import Ask
from nomoat.claims.measured import Untestable
from nomoat.claims.tests.price import ratio
from nomoat.errors import NoVintage
from world.shops import catalogue, model, offer, opened

MODELS = [
    model("C", "2024-01-01", 125),
    model("D", "2025-01-01", 125.5),
    opened("O", "2024-06-01", 120),
    opened("P", "2025-06-01", 124),
]
OFFERS = [offer("s", "c", 8, 8), offer("s", "d", 3, 3), offer("s", "o", 2, 2), offer("s", "p", 1, 1)]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return catalogue(tmp_path_factory.mktemp("claim"), ("2026-01-01", MODELS, OFFERS))


def ask(world, **more):
    return Ask(catalog=world, unit="times", draws=100, **more)


def test_the_ratio_is_that_of_the_two_cheapest(world):
    found = ratio(ask(world))
    assert (found.value, found.low, found.high) == (3, 3, 3)
    assert [row.value for row in found.evidence] == [3, 8, 1]  # each side's cheapest, and the closed next one
    assert "reconstructed" in found.notes[0]
    assert "without D it is 8 times" in found.notes
    assert found.command == "nomoat price closed open"
    assert found.origins


def test_a_day_in_the_past_has_the_models_of_that_day(world):
    found = ratio(ask(world, at=date(2024, 12, 1)))
    assert (found.value, found.at) == (4, date(2024, 12, 1))


def test_a_capability_can_be_named(world):
    assert ratio(ask(world), capability="120.5").value == 3
    assert ratio(ask(world), leader="open", follower="closed", capability="119").value == pytest.approx(1 / 3)


def test_what_nobody_sells_cannot_be_compared(world):
    with pytest.raises(Untestable, match="no open model at 125"):
        ratio(ask(world), capability="C")


def test_before_the_first_copy_nothing_was_known(world):
    with pytest.raises(NoVintage):
        ratio(ask(world, as_of=date(2025, 1, 1)))
