"""The chapters on use, price and time to come say what their measures say, and lead statements to their charts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nomoat.claims.ledger import ledger
from nomoat.report import Parts
from nomoat.report.use import ahead, costs, use
from nomoat.report.verdicts import chart
from nomoat.report.write import SHARES
from nomoat.views.shares import percent
from nomoat.views.split import newest
from nomoat.world.adoption import adoption
from nomoat.world.concentration import concentration
from nomoat.world.forecast import forecast
from nomoat.world.passing import passing
from nomoat.world.price import price
from nomoat.world.reconcile_share import reconcile_share
from nomoat.world.split import split
from views import planted


def parts(**given):
    return Parts(gap=planted.gap(), frontier=planted.frontier(), **given)


@pytest.fixture(scope="module")
def shown():
    given = {
        "adoption": adoption(),
        "split": split(),
        "concentration": concentration(),
        "quoted": tuple(reconcile_share(figure) for figure in SHARES),
        "forecast": forecast(draws=20, backtest=False),
        "passing": passing(0.8),
        "price": price(draws=20),
    }
    return {chapter.id: chapter for chapter in (build(parts(**given)) for build in (use, ahead, costs))}


def test_the_share_is_three_numbers_in_one_window_and_a_band_over_time(shown):
    said = shown["use"].answer
    week = newest(split())[0]
    assert (week.end - week.start).days == 6
    for side in week.sides:
        assert f"{percent(side.low, side.high)} of {side.unit}" in said[0]
    assert "it passed 50% in 2026-02 at the earliest and in 2026-05 at the latest" in said[1]
    assert said[2].startswith("Nothing here gives 5 % of enterprise workloads")
    assert said[3].startswith("Both can be right.")
    assert [f.wide.name for f in shown["use"].figures] == ["split", "share-tokens", "quoted", "concentration"]


def test_how_few_have_it_is_said_with_bounds_evidence_and_what_would_say_more(shown):
    said, first = shown["use"].answer[-1], concentration().wholes[0]
    for top in first.latest.top:
        assert f"the top {top.n} had {percent(top.low, top.high)}" in said
    assert "one sum of 3 organisations, so that only bounds follow. Evidence: secondary." in said
    assert shown["use"].notes == (
        "No series by single organisations in this snapshot: nomoat update openrouter (tokens, by month) or nomoat "
        "update vercel (tokens, requests and spend, by day).",
    )


def test_every_quoted_figure_has_its_denominator_and_its_rule(shown):
    quoted, published = shown["use"].tables
    assert [row[0] for row in quoted.rows] == list(SHARES)
    assert all("Rule: " in row[-1] for row in (*quoted.rows, *published.rows))
    assert {"11%", "13%", "19%"} <= {row[0] for row in published.rows}
    months = {row[5] for row in published.rows if "halcyonic" in row[-1]}
    assert not months, "what was taken from the series is left to the series"


def test_forecast_and_price_say_what_they_found(shown):
    assert "with a chance of" in shown["ahead"].answer[0]
    assert "80% or more" in shown["ahead"].answer[1]
    assert [f.wide.name for f in shown["ahead"].figures] == ["forecast", "passing"]
    assert "a million tokens cost" in shown["price"].answer[0]
    assert [f.wide.name for f in shown["price"].figures] == ["price", "price-capability"]


def test_what_is_not_there_leaves_its_reason():
    missing = {name: f"No {name}." for name in ("adoption", "split", "concentration", "forecast", "price")}
    for build, names in ((use, ("split", "adoption", "concentration")), (ahead, ("forecast",)), (costs, ("price",))):
        chapter = build(parts(missing=missing))
        assert chapter.answer == tuple(f"The data cannot say: No {name}." for name in names)
        assert not chapter.figures


def test_statements_about_use_lead_to_the_chart_that_decides_them(shown):
    drawn = {f.wide.name for chapter in shown.values() for f in chapter.figures}
    led = {}
    for claim in ledger().claims:
        name = chart(SimpleNamespace(claim=claim))
        if claim.test.metric.startswith(("adoption.", "price.")) or name == "quoted":
            led[claim.id] = name
    assert led["enterprise-five-percent"] == "quoted"
    assert set(led.values()) - {""} <= drawn
    assert "share-tokens" in led.values()
    assert "split" in led.values()
