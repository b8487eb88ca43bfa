"""One player's share is the one a hand can reckon."""

from __future__ import annotations

from datetime import date

import pytest

from claims.planted import ask, catalogue, closed, opened
from nomoat.claims.tests import credit
from nomoat.errors import UnknownName


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    # From the first day on F(start) is 110; on the second half of the days East stands at 130 and West at 120.
    models = [
        closed("A", "2024-01-01", 140),
        opened("B", "2024-01-01", 110, maker="West"),
        opened("C", "2024-07-01", 130, maker="East", half=1e-6),
        opened("D", "2024-07-01", 120, maker="West", half=1e-6),
    ]
    return catalogue(tmp_path_factory.mktemp("credit"), ("2024-12-30", models))


def test_the_share_of_a_max_game_of_two(world):
    # Of a rise of 20 East adds 20 alone and 10 after West: (20 + 10) / 2 = 15 of 20.
    found = credit.share(ask(world, "%"), player="East", start=date(2024, 1, 2))
    assert found.value == pytest.approx(75, abs=0.5)


def test_the_lead_is_the_distance_to_the_best_other(world):
    found = credit.lead(ask(world), player="East", start=date(2024, 1, 2))
    assert found.value == pytest.approx((15 - 5) * 182 / 363, abs=0.1)
    assert credit.lead(ask(world), player="West", start=date(2024, 1, 2)).value == pytest.approx(-found.value)


def test_the_player_is_the_first_row(world):
    assert credit.share(ask(world, "%"), player="West", start=date(2024, 1, 2)).evidence[0].what == "West"


def test_an_unknown_player_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName, match="East"):
        credit.share(ask(world, "%"), player="Eastt")
