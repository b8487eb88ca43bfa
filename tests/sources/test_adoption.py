"""Use as published: a figure with what it counts, a series with its bounds; what cannot be true is left out."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.errors import SourceError
from nomoat.sources.adoption import read_facts, read_monthly, read_weekly
from nomoat.sources.curated import Curated

DAY = date(2026, 11, 22)
FACTS = "fact_id,metric,subject,population,value,unit,as_of,published,publisher,title,url,evidence"
MONTHS = "date,frontier_tokens,open_tokens,unknown_tokens,other_tokens,open_share_low,open_share_high"
WEEKS = (
    "date,n_source,tokens_total,open_token_pct,closed_token_pct,unknown_token_pct,est_revenue_usd,open_revenue_pct,"
    "open_request_pct,note"
)
# Lines as published: the monthly vintage of 2026-10-10 and the weekly pages up to 2026-05-11.
JANUARY = "2025-01,1501044287786,337516413796,305460223169,86113031340,0.151344,0.183576"
FEBRUARY = "2025-02,2412044067573,480960309485,453005937134,150557112711,0.137552,0.166249"
OCTOBER = "2026-10,38170301331537,125188869366506,39282635865108,14163114359313,0.577426,0.766341"
PRICED = "2026-05-04,x@02966a2,11846000000000,67.04,32.96,0.0,12897765.49,17.89,50.44,"
UNPRICED = "2026-05-11,x@02966a2,12446000000000,69.79,30.21,0.0,,,,source scraper failed: prices/revenue are 0"
UNSURE = "2026-02-23,x@02966a2,8743000000000,59.0,35.87,5.14,9116055.44,30.52,31.91,"


def fact(name, metric, value, unit, subject="Llama", as_of="2025-08-04", publisher="P", evidence="primary"):
    return (
        f"{name},{metric},{subject},somebody,{value},{unit},{as_of},2025-08-04,{publisher},T,https://e.org,{evidence}"
    )


@pytest.fixture
def read(tmp_path):
    """Read lines as the file of one of the three kinds; return rows and what was left out."""

    def reading(header, *lines, retrieved=DAY):
        path = tmp_path / "file.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        if header == FACTS:
            facts = read_facts(path, retrieved, Curated())
        else:
            facts = (read_monthly if header == MONTHS else read_weekly)(path, retrieved)
        rows = facts.tables.get("facts") or facts.tables.get("usage") or []
        return rows, facts.left_out, {row["origin_id"]: row for row in facts.tables.get("origins", [])}

    return reading


@pytest.mark.parametrize(
    ("name", "metric", "value", "unit", "low", "high", "quoted"),
    [
        ("AD014", "derivative_share", "40", "percent (more than)", 40, None, "more than 40"),
        ("AD141", "zero_download_models", "70", "percent (over)", 70, None, "over 70"),
        ("AD015", "derivative_share", "50", "percent (nearly)", None, 50, "nearly 50"),
        ("AD093", "market_coverage", "1", "percent (just under)", None, 1, "just under 1"),
        ("AD048", "token_share", "70", "percent (about)", 65, 75, "about 70"),
        ("AD051", "open_token_use", "52", "percent (about)", 51.5, 52.5, "about 52"),
        ("AD012", "cumulative_downloads", "300000000", "downloads (approx.)", 2.5e8, 3.5e8, "approx. 300000000"),
        ("AD049", "token_share", "33.3", "percent (roughly one third)", 30, 37, "roughly one third"),
        ("AD074", "token_share", "63", "percent", None, None, None),
        ("AD052", "tokens_per_day", "8.6", "trillion tokens/day", None, None, None),
    ],
)
def test_a_word_before_a_figure_is_a_bound(read, name, metric, value, unit, low, high, quoted):
    ((row,), left, _) = read(FACTS, fact(name, metric, value, unit))
    assert (row["value"], row["low"], row["high"], row["quoted"]) == (float(value), low, high, quoted)
    assert row["unit"] == unit.split(" (")[0]
    assert not left


def test_two_printed_ends_are_one_range(read):
    rows, _, _ = read(
        FACTS,
        fact("AD112", "startup_use_share_low", 16, "percent"),
        fact("AD113", "startup_use_share_high", 24, "percent"),
        fact("AD017", "derivative_share_low", 10, "percent", publisher="another"),
    )
    assert {row["fact_id"]: (row["value"], row["low"], row["high"]) for row in rows} == {
        "AD112": (16, 16, 24),
        "AD113": (24, 16, 24),
        "AD017": (10, 10, None),
    }


def test_what_is_no_number_is_quoted_and_its_window_said(read):
    rows, left, _ = read(
        FACTS,
        fact("AD005", "overtake_date", "2025-09", "year-month"),
        fact("AD008", "overtake_date", "2025 summer", "season"),
    )
    assert not left
    assert {row["fact_id"]: (row["value"], row["quoted"], row["window_from"], row["window_to"]) for row in rows} == {
        "AD005": (None, "2025-09", date(2025, 9, 1), date(2025, 9, 30)),
        "AD008": (None, "2025 summer", date(2025, 6, 1), date(2025, 8, 31)),
    }


def test_each_figure_has_an_origin_and_a_grade_of_its_own(read):
    rows, _, origins = read(
        FACTS,
        fact("AD074", "token_share", 63, "percent", evidence="secondary", publisher="Mozilla"),
        fact("AD089", "token_share", 80, "percent", evidence="primary"),
        fact("AD100", "token_share", 67.04, "percent", evidence="computed"),
        fact("AD042", "cumulative_downloads", 700000000, "downloads", evidence="primary"),
        fact("AD072", "token_share_low", 64.06, "percent", evidence="primary"),
        fact("AD090", "revenue_share", 96, "percent", evidence="primary", publisher="Mozilla"),
    )
    graded = {row["fact_id"]: origins[row["origin_id"]] for row in rows}
    assert {name: origin["evidence"] for name, origin in graded.items()} == {
        "AD074": "secondary",
        "AD089": "measured by publisher",
        "AD100": "computed here",
        "AD042": "self-reported",
        "AD072": "secondary",
        "AD090": "secondary",
    }
    assert len(origins) == 6
    assert graded["AD074"]["publisher"] == "Mozilla"


def test_the_same_share_of_unlike_things_says_so(read):
    rows, _, _ = read(
        FACTS,
        fact("AD095", "request_share", 37.19, "percent"),
        fact("AD096", "spend_share", 8.97, "percent"),
        fact("AD107", "enterprise_llm_share", 11, "percent"),
        fact("AD114", "startup_use_share_quoted", 80, "percent"),
    )
    assert {row["fact_id"]: (row["channel"], row["quantity"]) for row in rows} == {
        "AD095": ("vercel", "requests"),
        "AD096": ("vercel", "money"),
        "AD107": ("enterprises", "respondents"),
        "AD114": ("startups", "respondents"),
    }
    assert "that use open models" in next(row["population"] for row in rows if row["fact_id"] == "AD114")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (fact("AD074", "token_share", 0.63, "fraction"), "its unit is 'fraction', where 'percent' was expected"),
        (fact("AD074", "token_share", 163, "percent"), "a share of 163 % is above 100 %"),
        (fact("AD091", "price_ratio", -6, "times"), "-6 is negative"),
        (fact("AD092", "unrealised_savings", 24.8, "billion USD"), "a currency without a date"),
        (fact("AD999", "token_share", 5, "percent"), "no line in curated/adoption.csv"),
        (fact("AD074", "token_share", "", "percent"), "it has no value"),
        (fact("AD121", "cumulative_downloads", 9, "downloads (more than)", as_of=""), "without its day"),
    ],
)
def test_what_cannot_be_a_fact_is_left_out_by_row(read, line, why):
    rows, left, _ = read(FACTS, line, fact("AD089", "token_share", 80, "percent"))
    assert [row["fact_id"] for row in rows] == ["AD089"]
    ((what, reason),) = left
    assert what == "cited figure " + line[:5]
    assert why in reason


def test_a_cumulative_count_that_falls_is_left_out_whatever_the_order_of_rows(read):
    rows, left, _ = read(
        FACTS,
        fact("AD123", "cumulative_downloads", 300, "downloads", as_of="2024-12-19"),
        fact("AD121", "cumulative_downloads", 350, "downloads (more than)", as_of="2024-08-29"),
    )
    assert [row["fact_id"] for row in rows] == ["AD121"]
    assert list(left) == [
        ("cited figure AD123", "a cumulative count fell from 350 on 2024-08-29 to 300 on 2024-12-19"),
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([fact("AD074", "token_share", 63, "percent")] * 2, "fact_id is 'AD074'"),
        ([fact("AD074", "token_share", "nan", "percent")], "value is 'nan'"),
        ([fact("AD074", "token_share", 63, "percent", evidence="hearsay")], "evidence is 'hearsay'"),
        (["<html>"], "1 cells"),
    ],
)
def test_a_file_that_is_not_what_is_described_is_refused(read, lines, message):
    with pytest.raises(SourceError, match=message):
        read(FACTS, *lines)


def test_lags_and_gaps_are_read_elsewhere(read):
    rows, left, _ = read(
        FACTS,
        fact("AD115", "capability_lag", 3, "months (average)"),
        fact("AD089", "token_share", 80, "percent"),
    )
    assert [row["fact_id"] for row in rows] == ["AD089"]
    assert not left


def test_the_months_have_the_bounds_that_were_printed_and_the_last_is_partial(read):
    rows, left, origins = read(MONTHS, OCTOBER, retrieved=date(2026, 10, 10))
    opened, closed = rows
    assert not left
    # The publisher counted tokens; somebody else said which are of open models, and the shares are worked out here.
    assert [(o["evidence"], "halcyonic-systems" in o["title"]) for o in origins.values()] == [("computed here", True)]
    assert (opened["subject"], opened["period"], opened["ends"]) == ("open", date(2026, 10, 1), date(2026, 10, 31))
    assert opened["partial"]
    assert (round(opened["low"], 6), round(opened["high"], 6), opened["value"]) == (0.577426, 0.766341, None)
    assert closed["high"] == pytest.approx(1 - opened["high"])
    assert closed["low"] < closed["high"] < 1 - opened["low"]
    # The open, closed, unknown and other tokens are the total again.
    rest = (39282635865108 + 14163114359313) / opened["total"]
    assert opened["low"] + closed["low"] + rest == pytest.approx(1)


def test_the_figures_cited_from_a_series_are_those_of_the_series(read):
    (opened, _), _, _ = read(MONTHS, JANUARY)
    cited, _, _ = read(
        FACTS,
        fact("AD054", "token_share_low", 15.13, "percent", as_of="2025-01-31"),
        fact("AD055", "token_share_high", 18.36, "percent", as_of="2025-01-31"),
    )
    assert not opened["partial"]
    for row in cited:
        assert (row["window_from"], row["window_to"]) == (opened["period"], opened["ends"])
        assert row["population"] == opened["population"]
        assert row["low"] == pytest.approx(100 * opened["low"], abs=0.005)
        assert row["high"] == pytest.approx(100 * opened["high"], abs=0.005)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (FEBRUARY.replace("0.137552,0.166249", "13.7552,16.6249"), "its shares are not those of its counts"),
        (FEBRUARY.replace("0.137552", "1.137552"), "its shares are not those of its counts"),
        (FEBRUARY.replace(",480960309485", ",-480960309485"), "negative"),
        (FEBRUARY.replace("150557112711", ""), "a cell is empty"),
        ("2025-02,0,0,5,5,0,0", "no token is classified"),
    ],
)
def test_a_month_that_contradicts_itself_is_left_out(read, line, why):
    rows, left, _ = read(MONTHS, JANUARY, line)
    assert {row["period"] for row in rows} == {date(2025, 1, 1)}
    ((_, reason),) = left
    assert reason.startswith("2025-02: ")
    assert why in reason


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([JANUARY, JANUARY], "row 3: the months overlap"),
        ([FEBRUARY, JANUARY], "row 3: the months overlap or are out of order"),
        ([JANUARY, OCTOBER], "row 3: a month is missing"),
        ([JANUARY.replace("2025-01", "9999-12")], "date is '9999-12'"),
        ([JANUARY.replace("2025-01", "2025-13")], "date is '2025-13'"),
        ([JANUARY.replace("0.151344", "inf")], "open_share_low is 'inf'"),
    ],
)
def test_months_out_of_step_are_refused(read, lines, message):
    with pytest.raises(SourceError, match=message):
        read(MONTHS, *lines)


def test_the_same_week_is_three_shares(read):
    rows, left, _ = read(WEEKS, PRICED)
    assert not left
    opened = {row["unit"]: row for row in rows if row["subject"] == "open"}
    assert {unit: row["value"] for unit, row in opened.items()} == {
        "tokens": 0.6704,
        "requests": 0.5044,
        "money": 0.1789,
    }
    assert {(row["period"], row["ends"]) for row in rows} == {(date(2026, 4, 28), date(2026, 5, 4))}
    assert {unit: row["total"] for unit, row in opened.items()} == {
        "tokens": 11846000000000,
        "requests": None,
        "money": 12897765.49,
    }


@pytest.mark.parametrize("zero", [UNPRICED, UNPRICED.replace(",0.0,,,,", ",0.0,0,0.0,0.0,")])
def test_a_week_of_zero_prices_keeps_its_tokens_alone(read, zero):
    rows, left, _ = read(WEEKS, PRICED, zero)
    assert {row["unit"] for row in rows if row["ends"] == date(2026, 5, 11)} == {"tokens"}
    assert list(left) == [
        ("weeks of OpenRouter's top ten, money and requests", "2026-05-11: prices are zero or missing")
    ]


def test_unclassified_tokens_widen_a_share_and_leave_money_without_a_high_bound(read):
    rows, _, _ = read(WEEKS, UNSURE)
    found = {(row["subject"], row["unit"]): (row["low"], row["high"]) for row in rows}
    assert found == {
        ("open", "tokens"): (0.59, 0.6414),
        ("closed", "tokens"): (0.3587, 0.4101),
        ("open", "money"): (0.3052, None),
        ("open", "requests"): (0.3191, None),
    }


@pytest.mark.parametrize(
    "line",
    [
        UNSURE.replace("59.0,35.87,5.14", "0.59,0.3587,0.0514"),
        UNSURE.replace("59.0,35.87,5.14", "159.0,-59.0,0"),
        UNSURE.replace("59.0,35.87,5.14", "59.0,35.87,"),
    ],
)
def test_a_week_in_another_unit_is_left_out(read, line):
    rows, left, _ = read(WEEKS, line, PRICED)
    assert {row["ends"] for row in rows} == {date(2026, 5, 4)}
    assert list(left) == [("weeks of OpenRouter's top ten", "2026-02-23: open, closed and unknown do not add to 100 %")]


def test_a_share_of_money_above_all_is_left_out(read):
    rows, left, _ = read(WEEKS, PRICED.replace("17.89", "117.89"))
    assert {row["unit"] for row in rows} == {"tokens", "requests"}
    assert list(left) == [("weeks of OpenRouter's top ten, money", "2026-05-04: a share of 118%")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([PRICED, PRICED.replace("2026-05-04", "2026-05-10")], "row 3: the week to 2026-05-10 overlaps"),
        ([PRICED.replace("2026-05-04", "0001-01-01")], "date is '0001-01-01'"),
        ([PRICED.replace("2026-05-04", "")], "date is ''"),
    ],
)
def test_weeks_that_overlap_are_refused(read, lines, message):
    with pytest.raises(SourceError, match=message):
        read(WEEKS, *lines)


def test_every_line_of_the_curated_table_is_whole():
    rows = Curated().rows("adoption", ["fact_id", "unit", "channel", "quantity", "population", "rule"])
    assert len({row.needed("fact_id") for row in rows}) == len(rows)
    for row in rows:
        assert row.needed("population")
        assert row.needed("rule")
        first, last = row.day("window_from"), row.day("window_to")
        assert first is None or last is None or first <= last, row.cells
