"""Somebody's figure: which definitions give it, and whether the waterfall adds up."""

from __future__ import annotations

import pytest

import nomoat
from nomoat.errors import InputError, NotComparable
from nomoat.world.reconcile import figure, reconcile_gap


@pytest.mark.parametrize("text", ["3.5 months", "4 months", "8 points", "8-10 months", "about 2 years"])
def test_readings_are_near_and_the_waterfall_ends_at_our_default(text):
    found = nomoat.reconcile(text)
    assert found.tried > 50
    within = [r for r in found.readings if r.distance <= found.tolerance]
    assert within == list(found.readings) or len(found.readings) == 1
    for reading in found.readings:
        assert reading.distance == pytest.approx(abs(reading.value - found.value))
    gap = nomoat.gap(draws=0)
    ours = gap.quality_gap.value if found.unit == "points" else gap.current_lag.months
    assert found.waterfall[-1].value == pytest.approx(ours)
    total = found.value + sum(step.delta for step in found.waterfall)
    assert total == pytest.approx(ours)


def test_published_figures_come_out_on_their_publishers_rule():
    """Epoch printed 3.5 months in 2025-10 with the loop that forgets; it gives nearly the same today."""
    found = nomoat.reconcile("3.5 months")
    assert any(r.definition["rule"] == "epoch" for r in found.readings)
    assert any(p["publisher"] == "Epoch AI" and p["published"] == "2025-10-30" for p in found.published)
    # Epoch printed 8 points in May 2026: the mean daily gap of the vintage of that month, to its rounding.
    points = nomoat.reconcile("8 points")
    vintages = {r.definition["vintage"]: r.value for r in points.readings if r.definition["at"] == "2026-05-31"}
    assert vintages["2026-05-31"] == pytest.approx(8, abs=0.5)


def test_figures_are_read_with_their_rounding():
    assert figure("3.5 months") == (3.5, "months", pytest.approx(0.05))
    assert figure("~4 mo") == (4.0, "months", 0.5)
    assert figure("5–22 months") == (13.5, "months", 8.5)
    assert figure("2 years")[0] == 24
    assert figure("Open models are about 3 months behind.") == figure("3 months")
    assert figure("the best open models trail closed ones by 8-10 months") == figure("8-10 months")


def test_a_cohort_that_no_definition_tells_apart_is_refused_and_not_ignored():
    with pytest.raises(InputError, match="'chinese', 'coding'"):
        figure("Chinese models are 3 months behind in coding")
    with pytest.raises(InputError, match="2 figures"):
        figure("the gap went from 8 months to 3 months")
    with pytest.raises(InputError, match="no figure"):
        figure("-3 months")


@pytest.mark.parametrize(("text", "error"), [("5 %", NotComparable), ("many", InputError), ("3 parsecs", InputError)])
def test_what_is_no_gap_is_refused_with_the_way_on(text, error):
    with pytest.raises(error, match="nomoat reconcile"):
        reconcile_gap(text)


@pytest.mark.parametrize("text", ["3.5 months", "3 months", "10 months", "8 points"])
def test_each_step_begins_where_the_one_before_ended_and_changes_one_choice(text):
    """The statistic that only a rule has is left before the rule is: its mean stays a mean under ours."""
    found = reconcile_gap(text)
    held = dict(found.readings[0].definition)
    for step in found.waterfall[1:]:
        if step.changed == "statistic" and held["statistic"] != step.before:
            assert (held["statistic"], step.before) == ("mean by the rule", "mean time to match")
        else:
            assert held[step.changed] == step.before
        if step.changed == "rule":
            assert held["statistic"] == "mean by the rule"
        held[step.changed] = step.after


def test_a_figure_that_somebody_published_is_read_on_that_day_where_a_definition_gives_it_then():
    """Epoch's "3 months" of 2025-10-30 is its rule seen from that day."""
    first = reconcile_gap("3 months").readings[0]
    assert (first.definition["rule"], first.definition["at"]) == ("epoch", "2025-10-30")
