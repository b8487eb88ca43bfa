"""Somebody's share: which counting gives it, what is nearest where none does, and unlike things left undifferenced."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nomoat
from nomoat.errors import InputError
from nomoat.views.reconcile_share import finding, share_text
from nomoat.world.adoption import adoption
from nomoat.world.countings import countings, unlike
from nomoat.world.reconcile_share import reconcile_share
from nomoat.world.stated import written
from nomoat.world.walk import CHOICES, NONE


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


def test_5_percent_is_true_of_chinese_models_alone_and_the_nearest_of_open_ones_are_named():
    """4.5 % rounds to 5 %, as people round; it is of models from China, and "5 %" is said of open ones."""
    found = reconcile_share("5 %")
    assert [(f.counting.id, f.counting.cohort) for f in found.readings] == [("AD104", "country=CN")]
    near = {(f.counting.publisher, round(f.counting.low, 2)) for f in found.nearest}
    assert {("Menlo Ventures", 0.11), ("Menlo Ventures", 0.13), ("Menlo Ventures", 0.19)} <= near
    assert "of open models nothing here gives it" in finding(found)
    assert "Menlo Ventures 13.0% and 19.0%" in finding(found)


@pytest.mark.parametrize(
    "text",
    [
        "5 % of enterprise workloads",
        "open models are 5% of enterprise workloads",
        "Open-weight models: 5 % of companies",
    ],
)
def test_5_percent_of_enterprises_is_given_by_nothing(text):
    found = reconcile_share(text)
    assert not found.readings
    assert not found.between
    assert {f.counting.channel for f in found.nearest} == {"enterprises"}
    assert finding(found).startswith("Nothing here gives")
    assert found.cite().startswith("Nothing here gives")


def test_workloads_and_api_usage_are_never_one_series():
    """Menlo's 19 and 13 % are of workloads, its 11 % of API usage: two wholes, so that no way leads through both."""
    workloads = reconcile_share("open models are 5% of enterprise workloads")
    assert [(f.counting.id, f.counting.low) for f in workloads.nearest[:2]] == [("AD106", 0.13), ("AD105", 0.19)]
    assert "There it went from 19.0% (2024-12) to 13.0% (2025-07)" in workloads.both
    assert "here from 15.1% to 18.4% (2025-01) to" in workloads.both
    usage = reconcile_share("11 %")
    assert usage.readings[0].counting.id == "AD107"
    assert "There it went" not in usage.both
    assert not {"enterprise AI workloads, Menlo survey"} & {step.after for step in usage.waterfall}


def test_a_word_that_the_reading_does_not_speak_is_said():
    found = reconcile_share("11 % of enterprise workloads")
    assert (found.readings[0].counting.id, found.amiss) == ("AD107", ("workload",))
    assert "does not speak of “workload”" in finding(found)
    assert {f.counting.id for f in found.nearest} == {"AD105", "AD106"}
    assert reconcile_share("5 % of the market").unspoken == ("market",)
    assert "No counting here speaks of “market”" in share_text(reconcile_share("5 % of the market"), 100)


def test_a_week_that_came_by_the_figure_is_no_reading_of_it():
    found = reconcile_share("5 % of open models in money")
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


TEXTS = [
    "5 %",
    "11 %",
    "41 %",
    "70 %",
    "80 % of startups",
    "1.15 billion",
    "18 % of money",
    "9 % of spend",
    "50 %",
    "45 %",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_step_with_a_value_changes_one_choice_or_names_all_that_change_with_it(text):
    """Each value is looked up again, and what sets it apart from the value before is what the steps between name."""
    found = reconcile_share(text, catalog=CATALOG)
    known = countings(CATALOG, None)[0]

    def at(step):
        return [
            c for c in known
            if (c.low, c.high) == (step.low, step.high) and not c.partial
            and {"unit": c.unit, "population": c.population, "channel": c.channel, "cohort": c.subject,
                 "rule": c.numerator, "window": c.period, "period": c.period, "bound": c.bound}.get(step.changed)
            in (step.after, None)
        ]  # fmt: skip

    def differ(a, b):
        named = {"unit": "unit", "population": "population", "channel": "channel", "cohort": "subject"}
        return {name for name, key in named.items() if getattr(a, key) != getattr(b, key)}

    before, named = at(found.waterfall[0]), set()
    for step in found.waterfall[1:]:
        assert step.changed not in named
        named.add(step.changed)
        if step.low is None:
            assert step.note == NONE
            continue
        now = at(step)
        assert any(differ(a, b) == named & {"unit", "population", "channel", "cohort"} for a in before for b in now)
        if len(named) > 1:
            assert step.delta_low is None
            assert all(name in step.note for name in named)
        if step.changed in ("unit", "cohort") and len(named) == 1:
            assert any((a.start, a.end) == (b.start, b.end) for a in before for b in now)
        before, named = now, set()


def test_a_unit_that_is_counted_in_the_same_week_is_changed_alone():
    steps = {s.changed: s for s in reconcile_share("18 % of money").waterfall}
    assert steps["unit"].low == pytest.approx(0.6704)
    assert "money weighs by price" in steps["unit"].note


def test_the_window_of_a_year_is_a_choice_of_its_own():
    steps = [s.changed for s in reconcile_share("41 %").waterfall]
    assert steps == ["figure", "unit", "population", "channel", "cohort", "rule", "bound", "window", "period"]
    assert set(steps) - {"figure", "period", "bound"} == set(CHOICES)


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
    ours = [f for f in (*found.readings, *found.between) if "open" in f.counting.cohort.split(" & ")]
    assert bool(found.nearest) == (not ours)


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
    assert written("Chinese models are 41% of downloads").side == {"country=CN"}
    assert written("closed models still have 80 percent of tokens").side == {"closed"}
    assert written("70 to 75 % of tokens").high == 0.75
    assert written("70% to 75% of tokens").low == 0.7


@pytest.mark.parametrize("text", ["170 %", "many", "-5 %", "$5 billion", "from 19 % in 2024, now 11 %", "", "%"])
def test_what_is_no_share_is_refused_with_what_to_type(text):
    with pytest.raises(InputError, match="nomoat reconcile"):
        reconcile_share(text)


def test_what_was_known_then_is_enough_for_the_way():
    """On 2026-10-15 the router's months were known, and no published figure was gathered yet."""
    found = reconcile_share("70 %", as_of=date(2026, 10, 15))
    assert {f.counting.source for f in (*found.readings, *found.between)} == {"series"}
    with pytest.raises(InputError, match=r"held by 2024-01-01 .*6 series, .*31 published figures"):
        reconcile_share("70 %", as_of=date(2024, 1, 1))


def test_the_door_takes_both_kinds():
    assert nomoat.reconcile("70 %").kind == "share"
    assert nomoat.reconcile("8 points").unit == "points"


def test_what_is_published_beside_a_figure_is_of_the_same_family_and_of_no_other():
    found = reconcile_share("350 million")
    assert {f.counting.subject for f in (*found.readings, *found.beside)} == {"Llama"}


def test_a_figure_of_something_other_than_a_cohort_is_what_its_words_say():
    """52 % lies between the bounds of a month of open models as well, of which the words do not speak."""
    found = reconcile_share("52 % of roleplay")
    assert [(f.counting.id, f.counting.subject) for f in found.readings] == [("AD051", "roleplay")]
    assert not found.between
