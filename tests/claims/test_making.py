"""Hours, cheaper matches and equal effort are what a hand reckons from the catalogue's rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nomoat import Catalog
from nomoat.claims.ask import Ask
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import making
from nomoat.errors import NoVintage, UnknownName
from nomoat.world.effort import effort


@pytest.fixture(scope="module")
def shipped():
    return Ask(catalog=Catalog.open(), unit="hours", draws=0)


def test_hours_are_flop_over_sustained_speed(shipped):
    found = making.hours(shipped, device="RTX 4090")
    # NVIDIA's 165.2 TFLOP/s at 40 %, and the 7.42e18 FLOP that Epoch gives for the big Transformer.
    assert found.value == pytest.approx(7.4245248e18 / (165.2e12 * 0.4) / 3600)
    assert found.low < found.value < found.high
    with pytest.raises(UnknownName, match="RTX 4090"):
        making.hours(shipped, device="RTX 4091")


def test_hours_are_known_from_the_day_on_which_the_run_was(shipped):
    with pytest.raises(NoVintage):
        making.hours(replace(shipped, as_of=date(2024, 1, 1)), device="RTX 4090")
    early = making.hours(replace(shipped, as_of=date(2026, 8, 19)), device="RTX 4090")
    assert early.as_of <= date(2026, 8, 19)
    assert early.command == "nomoat effort --as-of 2026-08-19"


def test_few_pairs_give_a_wide_interval(shipped):
    known = [p.flop_ratio for p in effort().pairs if p.flop_ratio is not None]
    found = making.cheaper(shipped)
    assert found.value == pytest.approx(100 * sum(r < 1 for r in known) / len(known))
    assert found.high - found.low > 60  # with n below five nothing is settled


def test_equal_effort_carries_its_standard_error(shipped):
    one = next(e for e in effort().at_equal if e.what == "parameters")
    found = making.equal(shipped, what="parameters")
    assert found.high - found.low == pytest.approx(2 * 1.6448536 * one.stderr)
    with pytest.raises(Untestable, match="fewer than five"):
        making.equal(shipped, what="parameters", follower="open & org=Meta & released=2023-02")
