"""Somebody's share: which counting gives it, what is nearest where none does, and unlike things left undifferenced."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nomoat
from nomoat.errors import InputError
from nomoat.world.adoption import adoption
from nomoat.world.countings import unlike
from nomoat.world.reconcile_share import reconcile_share, written


def given_by(text):
    return [f.counting.id for f in reconcile_share(text).readings]


@pytest.mark.parametrize(
    ("text", "id", "unit", "cohort", "population"),
    [
        ("11 %", "AD107", "respondents", "open", "Menlo"),
        ("41 %", "AD035", "downloads", "country=CN", "Hugging Face"),
        ("41 % of downloads", "AD035", "downloads", "country=CN", "Hugging Face"),
        ("1.15 billion", "AD002", "downloads", "country=CN", "ATOM"),
        ("80 % of startups", "AD114", "respondents", "open & country=CN", "that use open models"),
        ("70 %", "openrouter-monthly/tokens/open", "tokens", "open", "OpenRouter"),
        ("88 % of money", "AD109", "money", "org=Anthropic,OpenAI,Google", "Menlo"),
    ],
)
def test_quoted_figures_are_found_with_their_denominators(text, id, unit, cohort, population):
    first = reconcile_share(text).readings[0].counting
    assert (first.id, first.unit, first.cohort) == (id, unit, cohort)
    assert population in first.population
    assert first.numerator


def test_5_percent_is_given_by_nothing_and_the_nearest_are_named():
    found = reconcile_share("5 %")
    assert not found.readings
    assert not found.between
    near = {(f.counting.publisher, round(f.counting.low, 2)) for f in found.nearest}
    assert {("Menlo Ventures", 0.11), ("Menlo Ventures", 0.13), ("Menlo Ventures", 0.19)} <= near
    assert "Nothing here gives 5 %" in found.cite()
    workloads = reconcile_share("5 % of enterprise workloads")
    assert workloads.nearest[0].counting.publisher == "Menlo Ventures"
    assert "There it went from 19.0% (2024-12) to 11.0% (2025-12)" in workloads.both
    assert "here from 15.1% to 18.4% (2025-01) to" in workloads.both


def test_a_week_that_came_by_the_figure_is_no_reading_of_it():
    found = reconcile_share("5 %")
    assert [f.counting.grain for f in found.passing] == ["week"]
    assert found.waterfall[0].low == pytest.approx(found.nearest[0].counting.low)


def test_the_lost_denominator_stands_beside_the_figure():
    """80 % of those that use open models at all are 16 to 24 % of all: the same place, another whole."""
    beside = reconcile_share("80 % of startups").beside
    assert [(f.counting.id, f.counting.low, f.counting.high) for f in beside] == [("AD112", 0.16, 0.24)]


@pytest.mark.parametrize("text", ["5 %", "11 %", "41 %", "70 %", "80 % of startups", "1.15 billion", "18 % of money"])
def test_the_way_ends_at_our_default_and_takes_no_difference_of_unlike_things(text):
    found = reconcile_share(text)
    month = adoption(unit="tokens", channel="openrouter").series[0].latest
    assert (found.default.start, found.default.low, found.default.high) == (month.start, month.low, month.high)
    last = [step for step in found.waterfall if step.low is not None][-1]
    assert (last.low, last.high) == pytest.approx((month.low, month.high))
    for step in found.waterfall:
        if step.changed in ("population", "unit", "channel"):
            assert step.delta_low is None
            assert step.note
        elif step.changed != "figure":
            assert (step.delta_low is None) == bool(step.note)


def test_a_like_step_is_the_difference_of_its_bounds():
    steps = {s.changed: s for s in reconcile_share("70 %").waterfall}
    months = {p.start: p for p in adoption(unit="tokens", channel="openrouter").series[0].periods}
    july, september = months[date(2026, 7, 1)], months[date(2026, 9, 1)]
    assert steps["period"].delta_low == pytest.approx(september.low - july.low)
    assert steps["bound"].delta_high == pytest.approx(september.high - september.low)


def test_a_month_that_was_not_over_is_tried_and_says_so():
    held = [f.counting for f in reconcile_share("70 %").between if f.counting.partial]
    assert [c.period for c in held] == ["2026-10-01 to 2026-10-31, not over"]


@settings(max_examples=40, deadline=None)
@given(value=st.integers(1, 99))
def test_a_reading_rounds_to_the_figure(value):
    found = reconcile_share_once(value)
    for f in found.readings:
        assert round(abs(100 * f.counting.low - value), 9) <= 0.5
    for f in found.between:
        assert 100 * f.counting.low <= value <= 100 * f.counting.high
    assert bool(found.nearest) == (not found.readings and not found.between)


ASKED = {}


def reconcile_share_once(value):
    if value not in ASKED:
        ASKED[value] = reconcile_share(f"{value} %", catalog=CATALOG)
    return ASKED[value]


CATALOG = nomoat.Catalog.open()


def test_unlike_names_the_first_reason():
    found = {f.counting.id: f.counting for text in ("11 %", "41 %", "70 %") for f in reconcile_share(text).readings}
    router = found["openrouter-monthly/tokens/open"]
    assert "a respondent is one answer" in unlike(found["AD107"], router)
    assert unlike(router, router) == ""


def test_figures_are_read():
    assert written("~70%").low == 0.7
    assert (written("20-30 %").low, written("20-30 %").high) == (0.2, 0.3)
    assert written("0.5 percent").half == 0.0005
    assert written("3.5 months") is None
    assert written("8 points") is None
    assert written("5 % of all enterprise workloads").words == ("enterprise", "workload")


@pytest.mark.parametrize("text", ["170 %", "many", "-5 %"])
def test_what_is_no_share_is_refused_with_what_to_type(text):
    with pytest.raises(InputError, match="nomoat reconcile"):
        reconcile_share(text)


def test_what_was_known_then_is_enough_for_the_way():
    """On 2026-10-15 the router's months were known, and no published figure was gathered yet."""
    found = reconcile_share("70 %", as_of=date(2026, 10, 15))
    assert {f.counting.source for f in (*found.readings, *found.between)} == {"series"}
    with pytest.raises(InputError, match="held by 2024-01-01 .*6 series, .*31 published figures"):
        reconcile_share("70 %", as_of=date(2024, 1, 1))


def test_the_door_takes_both_kinds():
    assert nomoat.reconcile("70 %").kind == "share"
    assert nomoat.reconcile("8 points").unit == "points"
