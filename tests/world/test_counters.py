"""Signs on counters: each is planted once, and a counter without fault has none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nomoat.errors import InputError
from nomoat.world.counters import counters
from world.hubs import planted

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=31 * k) for k in range(3)]
MADE = date(2025, 1, 1)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    def row(name, all_time, month, likes):
        return f"acme/{name}", all_time, {"downloads_30d": month, "likes": likes, "created": MADE}

    readings = {
        day: [
            *(row(f"sound-{n}", 200_000 + 1000 * n + 20_000 * k, 15_000, 300 + n) for n in range(30)),
            row("falls", [500_000, 400_000, 450_000][k], 15_000, 500),
            row("above", [300_000, 310_000, 320_000][k], 90_000, 400),
            row("silent", 71_200_000 + k, 1, 100_000),
            row("config", 900_000 + 20_000 * k, 15_000, 0),
            row("small", 50 + k, 1, 0),
        ]
        for k, day in enumerate(DAYS)
    }
    return counters(catalog=planted(tmp_path_factory.mktemp("hub"), readings))


@pytest.mark.parametrize(
    ("sign", "repository"),
    [
        ("fell", "acme/falls"),
        ("month above growth", "acme/above"),
        ("spike, then silence", "acme/silent"),
        ("downloads without likes", "acme/config"),
    ],
)
def test_each_planted_sign_is_found_and_nothing_else(found, sign, repository):
    assert [s.repository for s in found.signs if s.sign == sign] == [repository]


def test_how_many_were_judged_is_said(found):
    assert found.counters == 35
    assert found.judged == {
        "fell": 35,
        "month above growth": 35,
        "spike, then silence": 34,
        "downloads without likes": 34,
    }
    assert "500,000 on 2026-01-01, 400,000 on 2026-02-01" in found.signs[0].seen


def test_few_counters_are_not_called_unusual(tmp_path):
    rows = [("acme/a", 10**6, {"downloads_30d": 1000, "likes": 0, "created": MADE})]
    found = counters(catalog=planted(tmp_path, {START: rows}))
    assert found.judged == {
        "fell": 0,
        "month above growth": 0,
        "spike, then silence": 1,
        "downloads without likes": 0,
    }
    assert not found.signs


def test_without_readings_it_says_what_to_type():
    with pytest.raises(InputError, match="nomoat update hub"):
        counters()
