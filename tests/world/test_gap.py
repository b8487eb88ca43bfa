"""The gap on tables small enough to be worked out by hand, from the definitions in the methods page."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

import nomoat
from nomoat.errors import DateError, EmptyCohort, UnknownName

MONTH = 30.4375

# Closed records: C1 (day 0), C2 (day 100), C3 (day 300); C2b ties C2 and is none. Open reaches C1 on day 150, C2 on
# day 400, C3 never. The table ends on day 500.
HAND = """model,date,openness,score
C1,2024-01-01,closed,10
C2,2024-04-10,closed,20
C2b,2024-05-01,closed,20
C3,2024-10-27,closed,30
O1,2024-05-30,open,12
O2,2025-02-04,open,20
O3,2025-05-15,open,19
"""


@pytest.fixture
def table(tmp_path):
    def write(text, name="table.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_gap_by_hand(table):
    g = nomoat.gap(on=table(HAND))
    assert g.cut == g.at == date(2025, 5, 15)
    assert g.quality_gap.value == 10
    assert (g.quality_gap.leader.model, g.quality_gap.follower.model) == ("C3", "O2")
    # Open stands at 20; closed first stood there on 2024-04-10, 400 days before the cut.
    assert g.current_lag.reference.model == "C2"
    assert g.current_lag.months == pytest.approx(400 / MONTH)
    records = {r.model: r for r in g.records}
    assert list(records) == ["C3", "C2", "C1"]
    assert records["C1"].matched_by == "O1"
    assert records["C1"].months == pytest.approx(150 / MONTH)
    assert records["C2"].matched_by == "O2"
    assert records["C2"].months == pytest.approx(300 / MONTH)
    assert records["C3"].censored
    assert records["C3"].matched_by is None
    assert records["C3"].months == pytest.approx(200 / MONTH)
    assert [records[m].days_as_frontier for m in ("C1", "C2", "C3")] == [100, 200, 200]
    assert records["C1"].left_truncated
    assert not records["C2"].left_truncated


def test_a_mean_of_fewer_months_than_24_says_of_how_many(table):
    young = nomoat.gap(on=table(HAND)).warnings
    assert "The mean lag is over the 11 months since 2024-05-30, when the follower's first model came out" in young[1]
    assert not any("mean lag" in said for said in nomoat.gap(on=table(HAND.replace("O1,2024", "O1,2022"))).warnings)


def test_kaplan_meier_by_hand(table):
    """Waits 150 and 300 ended, 200 still runs: S falls to 2/3 at 150 and to 0 at 300."""
    wait = nomoat.gap(on=table(HAND)).time_to_match
    assert wait.median == pytest.approx(300 / MONTH)
    assert wait.horizon == pytest.approx(300 / MONTH)
    assert wait.restricted_mean == pytest.approx((150 + 2 / 3 * 150) / MONTH)
    # Weights 100, 200 and 200 days: S is 4/5 from 150 on, and 0 at 300.
    assert wait.weighted_median == pytest.approx(300 / MONTH)
    assert wait.weighted_restricted_mean == pytest.approx((150 + 4 / 5 * 150) / MONTH)
    assert (wait.matched, wait.censored, wait.settled_by) == (2, 1, 2)


def test_mean_lag_is_the_average_of_daily_lags(table):
    """A slow restatement: the lag on every day of the last 24 months on which open exists."""
    g = nomoat.gap(on=table(HAND))
    closed = [(date(2024, 1, 1), 10), (date(2024, 4, 10), 20), (date(2024, 10, 27), 30)]
    opened = [(date(2024, 5, 30), 12), (date(2025, 2, 4), 20)]
    day, lags = date(2024, 5, 30), []
    while day < g.cut:
        best = max(s for d, s in opened if d <= day)
        lags.append((day - min(d for d, s in closed if s >= best)).days + 0.5)
        day += timedelta(days=1)
    assert g.current_lag.mean_24_months == pytest.approx(sum(lags) / len(lags) / MONTH)


def test_median_not_reached_says_more_than_what(table):
    g = nomoat.gap(on=table(HAND.replace("O2,2025-02-04,open,20", "O2,2025-02-04,open,11")))
    assert g.time_to_match.median is None
    assert g.time_to_match.exceeds == pytest.approx(400 / MONTH)  # C2 has waited since 2024-04-10


def test_at_cuts_releases(table):
    g = nomoat.gap(on=table(HAND), at=date(2024, 12, 31))
    assert g.quality_gap.follower.model == "O1"
    assert g.quality_gap.value == 18
    assert {x.what: x.count for x in g.left_out}["later models"] == 2


def test_equal_scores_reach(table):
    """No tolerance, and equality counts as reached."""
    g = nomoat.gap(on=table(HAND + "O4,2025-05-15,open,30\n"))
    assert g.quality_gap.value == 0
    assert {r.model: r.months for r in g.records}["C3"] == pytest.approx(200 / MONTH)


def test_follower_ahead_has_no_lag_and_says_so(table):
    g = nomoat.gap(on=table(HAND + "O4,2025-05-15,open,31\n"))
    assert g.quality_gap.value == -1
    assert g.current_lag.months == 0
    assert any("follower leads" in w for w in g.warnings)


def test_without_uncertainty_intervals_are_null_with_the_reason(table):
    g = nomoat.gap(on=table(HAND))
    assert g.quality_gap.low is g.current_lag.low is g.time_to_match.low is None
    assert g.records[0].p_caught_up is None
    assert any("no stderr, and no low with its high" in w for w in g.warnings)


def test_uncertainty_of_a_table_becomes_intervals(table):
    rows = [line + (",stderr" if i == 0 else ",2") for i, line in enumerate(HAND.splitlines())]
    g = nomoat.gap(on=table("\n".join(rows)), draws=4000, level=0.9)
    # C3 and O2 stand far apart: the gap is near N(10, 2 sqrt 2), the running maxima shift it a little.
    assert g.quality_gap.low == pytest.approx(10 - 1.645 * math.hypot(2, 2), abs=1.2)
    assert g.quality_gap.high == pytest.approx(10 + 1.645 * math.hypot(2, 2), abs=1.2)
    caught = {r.model: r.p_caught_up for r in g.records}
    assert caught["C1"] > 0.99 > caught["C2"] > 0.4 > caught["C3"]


def test_same_seed_same_answer(table):
    rows = [line + (",stderr" if i == 0 else ",2") for i, line in enumerate(HAND.splitlines())]
    path = table("\n".join(rows))
    assert nomoat.gap(on=path, seed=7) == nomoat.gap(on=path, seed=7)
    assert nomoat.gap(on=path, seed=7).quality_gap.low != nomoat.gap(on=path, seed=8).quality_gap.low


def test_two_groups_of_any_name_the_better_leads(table):
    text = HAND.replace("openness", "group").replace("open", "lab B").replace("closed", "lab A")
    g = nomoat.gap(on=table(text))
    assert (g.leader, g.follower) == ("lab A", "lab B")
    assert g.quality_gap.value == 10


def test_rows_in_another_order_change_nothing(table):
    head, *rows = HAND.splitlines()
    straight = nomoat.gap(on=table(HAND, "a.csv")).dict()
    turned = nomoat.gap(on=table("\n".join([head, *rows[::-1]]), "b.csv")).dict()
    for name in ("quality_gap", "current_lag", "time_to_match", "records"):
        assert straight[name] == turned[name]


def test_published_rules_by_hand(table):
    """strict drops C3; iaps takes its age as a wait and lets O1 match nothing later than itself."""
    strict = nomoat.gap(on=table(HAND), rule="strict")
    assert strict.rule_reading.months == pytest.approx(225 / MONTH)
    assert any("dropped" in h for h in strict.rule_reading.hazards)
    iaps = nomoat.gap(on=table(HAND), rule="iaps")
    assert iaps.rule_reading.months == pytest.approx((150 + 300 + 200) / 3 / 30.5)  # its own month
    assert iaps.time_to_match.censored == 1


def test_epoch_rule_says_when_a_missing_interval_decided(table):
    g = nomoat.gap(on=table(HAND), rule="epoch")
    assert g.rule_reading.decided_by_missing > 0
    assert any("decided by a missing interval" in w for w in g.warnings)


def test_cite_holds_value_rule_vintage_and_origin(table):
    said = nomoat.gap(on=table(HAND)).cite()
    for part in ("13.1 months", "10.0 points", "rule km", "2025-05-15", "table.csv", "no interval"):
        assert part in said


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"rule": "guess"}, UnknownName, "km"),
        ({"leader": "closd"}, UnknownName, "closed"),
        ({"follower": "open & country=FR"}, EmptyCohort, "no model"),
        ({"at": date(2031, 1, 1)}, DateError, "2025-05-15"),
        ({"at": date(2023, 1, 1)}, EmptyCohort, "later"),
    ],
)
def test_bad_questions_say_what_to_type(table, arguments, error, words):
    asked = {"leader": "closed", "follower": "open", **arguments}
    with pytest.raises(error, match=words):
        nomoat.gap(asked.pop("leader"), asked.pop("follower"), on=table(HAND), **asked)
