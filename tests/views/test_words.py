"""A sentence holds the result's own numbers and no other, and says what is not known."""

from __future__ import annotations

import re
from datetime import date

import msgspec
import pytest

from nomoat.types import RuleReading
from nomoat.views import words
from nomoat.views.tables import tables, text
from views import planted


def numbers(sentence):
    return re.findall(r"\d+(?:\.\d+)?", sentence)


def allowed(gap):
    """Every number that the headline may hold, as it would be written."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.update({f"{abs(value):.1f}", str(value), f"{value:.0%}".rstrip("%")})

    walk(msgspec.to_builtins(gap))
    return found | {str(len(gap.records)), str(gap.at.day), str(gap.at.year), str(gap.cut.day), str(gap.cut.year)}


@pytest.mark.parametrize(
    "gap",
    [
        planted.gap(),
        planted.gap(median=None, exceeds=8.25, high=None),
        planted.gap(low=None, high=None),
        planted.gap(planted.MODELS[:7]),
    ],
    ids=["plain", "not reached", "no interval", "one follower"],
)
def test_every_number_of_the_headline_is_the_results(gap):
    said = words.headline(gap)
    assert set(numbers(said)) <= allowed(gap)
    assert words.number(gap.quality_gap.value) in said
    assert f"rule {gap.rule}" in said
    assert words.day(gap.cut) in said
    assert said.count(".") - len(re.findall(r"\d\.\d", said)) == 1, "one sentence"


def test_a_published_rule_speaks_in_its_own_form():
    rule = RuleReading(
        rule="epoch", basis="100 levels", n=100, months=0.9, months_q05=-29.3, months_q95=7.1, points=8.5,
        points_q05=2.3, points_q95=16.5, decided_by_missing=9, months_without_those=3.9, months_forgetting=3.5,
        hazards=("A negative wait is averaged in.",),
    )  # fmt: skip
    gap = msgspec.structs.replace(planted.gap(), rule="epoch", rule_reading=rule)
    said = words.headline(gap)
    assert "mean of 0.9 months over 100 levels (5% to 95% of them -29.3 to 7.1, which is no interval)" in said
    assert "9 of them decided by a missing interval" in said
    assert "to match a record" not in said
    told = text(gap)
    assert re.search(r"rule epoch, as its loop runs +3\.5", told)
    assert re.search(r"rule epoch, scores only +3\.9", told)
    assert "time to match, median" not in told


def test_an_unreached_median_is_more_than_known():
    said = words.headline(planted.gap(median=None, exceeds=8.25, low=6.5, high=None))
    assert "not reached, > 8.2 months (90% interval 6.5 to not reached)" in said


def test_a_follower_ahead_is_not_called_behind():
    turned = tuple((m, d, s, {"leader": "follower", "follower": "leader"}[c], o) for m, d, s, c, o in planted.MODELS)
    said = words.headline(planted.gap(turned))
    assert "7.0 points (90% interval 4.8 to 9.5) ahead of the best closed ones" in said
    assert "behind" not in said


def test_countries_and_hostile_cohorts():
    assert words.cohort("country=CN & open") == "open models from China"
    assert words.cohort("a\x1b[2Jb") == "“a�[2Jb” models"


RESULTS = {
    "gap": planted.gap(),
    "gap not reached": planted.gap(median=None, exceeds=8.25, high=None, weighted_median=None),
    "frontier": planted.frontier(),
    "panel": planted.panel(),
    "attribution": planted.attribution(),
    "countries": planted.attribution("country"),
    "effort": planted.effort(),
    "reconciliation": planted.reconciliation(),
}


@pytest.mark.parametrize("name", RESULTS)
def test_text_fits_a_hundred_columns_and_names_origin_and_left_out(name):
    told = text(RESULTS[name])
    assert max(map(len, told.splitlines())) <= 100
    assert planted.ORIGIN.publisher in told
    assert "24" in told
    assert "models of unknown openness" in told
    assert told.endswith("\n")


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_has_a_first_table_with_distinct_columns(name):
    for table in tables(RESULTS[name]):
        keys = [column.key for column in table.columns]
        assert len(set(keys)) == len(keys)
        assert all(len(row) == len(keys) for row in table.rows)
        assert all(column.title for column in table.columns if column.only != "file") or name.startswith("gap")
    assert tables(RESULTS[name])[0].rows


def test_text_of_an_unreached_median():
    told = text(RESULTS["gap not reached"])
    assert "not reached, > 8.2" in told
    assert "3.8 to not reached" in told


def test_names_cannot_steer_the_terminal():
    evil = tuple((f"{m}\x1b[31m\x07\u202e", d, s, c, o) for m, d, s, c, o in planted.MODELS)
    for result in (planted.gap(evil), planted.frontier(evil)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text(result))


def test_dates_of_a_trend_do_not_depend_on_the_month_names_of_a_machine():
    assert [words.day(date(2026, month, 1)).split()[1] for month in (1, 6, 12)] == ["January", "June", "December"]
