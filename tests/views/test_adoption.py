"""What a reader of shares sees: no figure without its rule and its evidence, and what was left out by name."""

from __future__ import annotations

import re
from datetime import date

import pytest

from nomoat.views.adoption import TYPED, adoption_text, rules
from nomoat.views.published import shares, shares_figure
from nomoat.views.shares import said
from nomoat.world.adoption import adoption

GRADES = {"measured by publisher", "self-reported", "secondary", "computed here"}


@pytest.mark.parametrize("by", ["openness", "country", "organisation", "family"])
def test_a_terminal_shows_each_published_figure_with_its_rule_its_publisher_and_its_evidence(by):
    found = adoption(by=by)
    text = adoption_text(found, None, 100)
    whole = "".join(text.split())  # a line may end within a word that has a hyphen
    shown = found.figures[:TYPED]
    assert shown
    for figure in shown:
        assert re.search(rf"^{figure.id}  .*$", text, re.MULTILINE)
        rule = next(line for line in rules(found, TYPED) if figure.id in line.split(": ")[0].split(", "))
        for part in (figure.publisher, figure.population, figure.numerator):
            assert part in rule
        assert rule.endswith(f" Evidence: {figure.evidence}.")
        assert figure.evidence in GRADES
        assert "".join(rule.split()) in whole
    for series in found.series:
        told = f"Rule: {series.numerator}. Evidence: {series.evidence}."
        assert "".join(told.split()) in whole


def test_figures_of_one_rule_share_its_line():
    found = adoption(unit="respondents")
    assert sum("AD105" in line and "AD106" in line for line in rules(found, TYPED)) == 1
    assert sum("AD107" in line for line in rules(found, TYPED)) == 1


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(width):
    assert max(map(len, adoption_text(adoption(by="country"), None, width).splitlines())) <= width


def test_the_way_to_the_rest_repeats_what_was_asked():
    assert "nomoat adoption --by country --csv" in adoption_text(adoption(by="country"), None, 100)


def test_a_quoted_count_is_written_as_people_read_it():
    figure = next(f for f in adoption(by="country").figures if f.id == "AD012")
    assert figure.quoted == "approx. 300000000"
    assert said(figure) == "approx. 300 million"


def test_the_week_without_prices_is_named_among_what_is_left_out():
    left = [x for x in adoption().left_out if "money" in x.why]
    assert [(x.count, x.what) for x in left] == [(1, "period")]
    assert "prices are zero or missing" in left[0].why
    assert "2026-05-05 to 2026-05-11" in left[0].why
    week = date(2026, 5, 5)
    held = {s.unit: {p.start for p in s.periods} for s in adoption().series if "most-used" in s.population}
    assert week in held["tokens"]
    assert week not in held["money"] | held["requests"]


@pytest.mark.parametrize("by", ["country", "organisation", "family", "other"])
def test_published_shares_have_a_picture_with_each_of_them_as_it_was_said_and_no_counts(by):
    found = adoption(by=by)
    texts = shares_figure(found).view["layer"][-1]["data"]["values"]
    assert [row["text"] for row in texts] == [said(f) for f in shares(found)]
    assert texts
    assert all(f.kind == "share" for f in shares(found))
