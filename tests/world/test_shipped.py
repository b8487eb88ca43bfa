"""The shipped scores, end to end: what is in them, and that every view of them tells the same story."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import nomoat
from nomoat.errors import DateError, EmptyCohort, NoVintage, UnknownName
from nomoat.world.panel import DOMAINS


@pytest.fixture(scope="module")
def gap():
    return nomoat.gap(draws=100)


@pytest.fixture(scope="module")
def frontier():
    return nomoat.frontier(draws=100)


def test_gap_names_its_data(gap):
    assert gap.cut == date(2026, 8, 11)
    assert gap.n == {"leader": 104, "follower": 94}
    assert {x.what: x.count for x in gap.left_out}["models of unknown openness"] == 24
    assert all(len(o.sha256) == 64 and o.licence and o.address.startswith("https://") for o in gap.origins)


def test_intervals_hold_their_estimates_and_records_fall_in_order(gap):
    assert gap.quality_gap.low < gap.quality_gap.value < gap.quality_gap.high
    assert gap.current_lag.low <= gap.current_lag.months <= gap.current_lag.high
    scores = [r.score for r in gap.records]
    assert scores == sorted(scores, reverse=True)
    caught = [r.p_caught_up for r in gap.records]
    assert min(caught) >= 0
    assert max(caught) == 1
    assert gap.time_to_match.matched + gap.time_to_match.censored == len(gap.records)


def test_frontier_and_gap_are_the_same_numbers(gap, frontier):
    assert frontier.gap_by_month[-1].date == gap.at
    assert frontier.gap_by_month[-1].points == pytest.approx(gap.quality_gap.value)
    assert frontier.gap_by_month[-1].months == pytest.approx(gap.current_lag.months)
    assert frontier.gap_by_month[-1].months_low == pytest.approx(gap.current_lag.low)
    assert [s.model for s in frontier.leader_steps] == [r.model for r in gap.records][::-1]
    assert len(frontier.points) == 222


def test_a_month_of_the_frontier_is_the_gap_at_that_date(frontier):
    month = next(m for m in frontier.gap_by_month if m.date == date(2025, 9, 1))
    then = nomoat.gap(at=date(2025, 9, 1), draws=100)
    assert month.points == pytest.approx(then.quality_gap.value)
    assert month.months == pytest.approx(then.current_lag.months)


def test_epoch_rule_never_prints_a_negative_lag_without_its_warning():
    """LLaMA-65B "matches" GPT-5 two years before it existed, because GPT-5's interval is missing."""
    found = nomoat.gap(rule="epoch", draws=100)
    assert found.rule_reading.months_q05 < -20
    assert any("LLaMA-65B" in w and "GPT-5" in w and "missing interval" in w for w in found.warnings)
    assert found.rule_reading.months_without_those > found.rule_reading.months


def test_older_vintages_know_less():
    """Of November 2025 there is an index and no scores under it: published abilities, no intervals, and the reason."""
    found = nomoat.gap(as_of=date(2025, 12, 1))
    assert found.cut == found.as_of == date(2025, 11, 7)
    assert found.quality_gap.low is None
    assert any("no intervals" in w for w in found.warnings)
    assert all(r.date <= date(2025, 11, 7) for r in found.records)
    with pytest.raises(NoVintage, match="2025-11-07"):
        nomoat.gap(as_of=date(2024, 1, 1))


def test_reconstruction_is_labelled_hindsight():
    found = nomoat.gap(as_of=date(2025, 6, 30), reconstruct=True, draws=20)
    assert "hindsight" in found.method
    assert found.cut == date(2025, 6, 30)
    assert max(r.date for r in found.records) <= date(2025, 6, 30)


def test_panel_changes_one_choice_a_row():
    panel = nomoat.panel(draws=50)
    axes = {r.axis for r in panel.rows}
    assert axes >= {"rule", "weights", "openness", "distillation", "domain", "modality", "source", "dates", "board"}
    assert sum(r.default for r in panel.rows) == 1
    assert all(r.note for r in panel.rows if r.points is None)
    noncommercial = next(r for r in panel.rows if r.choice == "without non-commercial")
    default = next(r for r in panel.rows if r.default)
    assert noncommercial.points > default.points  # the best open model of the day may not be used commercially
    assert noncommercial.n_follower == default.n_follower - 10
    labelled = [r for r in panel.rows if r.axis == "distillation"]
    assert all("cannot speak" in r.note for r in labelled)
    assert labelled[0].n_follower < labelled[1].n_follower < default.n_follower


@pytest.mark.parametrize("by", ["domain", "modality", "country", "organisation"])
def test_groups_say_when_they_are_small(by):
    found = nomoat.gap_by(by=by, draws=0)
    assert found.rows[0].choice == "all"
    for row in found.rows[1:]:
        if row.points is None:
            assert row.note
        elif row.n_follower < 5:
            assert "too few" in row.note
    if by == "domain":
        assert [r.choice for r in found.rows[1:]] == list(DOMAINS)
    if by == "country":
        assert {"CN", "US", "FR"} <= {r.choice for r in found.rows}


def test_unknown_group_offers_the_nearest():
    with pytest.raises(UnknownName, match="country"):
        nomoat.gap_by(by="contry")


def test_every_scale_form_answers_or_says_why():
    for name in (
        "benchmark:gpqa diamond",
        "domain:coding",
        "contamination:private",
        "arena:text",
        "arena-raw:text/math",
    ):
        assert np.isfinite(nomoat.gap(on=name, draws=20).quality_gap.value)
    for name in ("arena:txt", "benchmark:GPQ", "domain:maths", "nonsense", "capability:x"):
        with pytest.raises(UnknownName):
            nomoat.gap(on=name)


def test_arena_boards_are_two_different_things():
    styled, raw = nomoat.gap(on="arena:text/overall", draws=20), nomoat.gap(on="arena-raw:text/overall", draws=20)
    assert styled.method == "arena:text_style_control"
    assert raw.method == "arena:text"
    assert {x.what for x in styled.left_out} >= {"rated names"}


def test_effort_knows_the_transformer():
    found = nomoat.effort()
    assert found.reference_flop == pytest.approx(7.4e18, rel=0.01)
    assert found.garage
    for device in found.garage:
        assert device.hours == pytest.approx(found.reference_flop / (device.peak_flop_s * device.utilisation) / 3600)
    unknown = {x.what: x.count for x in found.left_out}
    assert unknown["models without training compute"] > 100  # most makers do not say
    known = [p for p in found.pairs if p.flop_ratio]
    assert found.n_flop_ratio == len(known)


def test_citation_carries_the_interval_and_the_origin(gap):
    said = gap.cite()
    for part in ("open models were", "90% interval", "rule km", "2026-08-11", "Epoch AI"):
        assert part in said


def test_no_lag_by_month_before_the_follower_reached_the_first_record(frontier):
    first = frontier.leader_steps[0].score
    for month in frontier.gap_by_month:
        standing = max(s.score for s in frontier.follower_steps if s.date <= month.date)
        assert (month.months is None) == (standing < first)


def test_boards_of_older_dates_answer_or_say_from_when_they_can():
    with pytest.raises(NoVintage, match="2026-06-25"):
        nomoat.gap(on="arena:text/overall", as_of=date(2024, 6, 1), draws=0)
    old = nomoat.gap(on="arena-raw:text/overall", as_of=date(2024, 6, 1), draws=0)
    assert old.cut <= date(2024, 6, 1)
    assert "as known now" in old.method  # who was open then is not in any vintage of that time
    with pytest.raises(NoVintage):
        nomoat.gap(on="arena-raw:text/overall", as_of=date(2020, 1, 1), draws=0)


def test_a_method_that_is_none_is_refused_everywhere():
    for on, as_of in (("capability", None), ("arena:text", None), ("capability", date(2026, 6, 1))):
        with pytest.raises(UnknownName, match="'eci'"):
            nomoat.gap(on=on, as_of=as_of, method="foo")
    with pytest.raises(NoVintage, match="--reconstruct"):
        nomoat.gap(as_of=date(2026, 6, 1), method="nomoat")
    with pytest.raises(NoVintage, match="--reconstruct"):
        nomoat.gap(as_of=date(2025, 6, 1))


def test_a_lag_that_began_before_the_data_is_called_a_lower_bound():
    rows = {r.choice: r for r in nomoat.gap_by(by="country", draws=0).rows}
    assert rows["GB"].months_lower_bound
    assert "lower bound" in rows["GB"].note
    assert not rows["CN"].months_lower_bound
    assert nomoat.gap(follower="open & country=GB", draws=0).cite().startswith("On 2026-08-11, open & country=GB")
    assert "more than 40.9 months" in nomoat.gap(follower="open & country=GB", draws=0).cite()


def test_a_rise_needs_somebody_to_rise_from():
    with pytest.raises(DateError, match="2023-02-24"):
        nomoat.attribute(start=date(2020, 1, 1), draws=0)


def test_running_waits_of_effort_are_marked():
    pairs = {p.record.model: p for p in nomoat.effort().pairs}
    assert pairs["GPT-5.6 Sol"].censored
    assert pairs["GPT-5.6 Sol"].match is None
    assert pairs["GPT-4 (Mar 2023)"].left_truncated


def test_two_years_are_compared_on_the_same_draws(frontier):
    months = frontier.months_change
    assert months.low < months.change < months.high
    assert months.change == pytest.approx(months.after - months.before)
    assert 0 <= months.p_smaller <= 1
    gap = nomoat.gap(draws=0)
    assert (months.before + months.after) / 2 == pytest.approx(gap.current_lag.mean_24_months, abs=0.02)


def test_draws_that_converged_are_counted(gap):
    assert gap.converged == gap.draws == 100


def test_a_rule_without_a_match_is_refused_not_nan():
    with pytest.raises(EmptyCohort, match="finds no match"):
        nomoat.gap(rule="epoch", at=date(2023, 3, 16), draws=0)
