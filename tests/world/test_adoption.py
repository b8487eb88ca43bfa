"""Shares of use: published figures as published, a planted overtake, and unlike things refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, NotComparable, UnknownName
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication
from nomoat.world.adoption import adoption
from nomoat.world.comparable import compare
from nomoat.world.split import split

ROUTER = Publication(
    key="planted/use",
    publisher="Planted",
    dataset="planted-use",
    title="Planted use",
    address="https://example.org/use",
    licence="CC0",
    attribution="",
    evidence="measured by publisher",
)


@pytest.fixture
def planted(tmp_path):
    """Twelve months of tokens: above one half by the high bound in the 5th, by the low bound from the 8th on."""
    raw = tmp_path / "raw.csv"
    raw.write_text("planted")
    facts = Facts()
    key = facts.origin(ROUTER, date(2026, 1, 31), raw)
    for k in range(12):
        start = date(2025, k + 1, 1)
        end = date(2025 + (k + 1) // 12, (k + 1) % 12 + 1, 1) - timedelta(days=1)
        low = 0.30 + 0.03 * k
        facts.add(
            *("usage", key),
            series="planted",
            channel="openrouter",
            subject="open",
            metric="share",
            unit="tokens",
            population="planted tokens",
            numerator="planted",
            grain="month",
            period=start,
            ends=end,
            low=low,
            high=low + 0.10,
            total=1000.0,
            partial=k == 11,
        )
    for unit, value in (("requests", 0.2), ("money", 0.1)):
        facts.add(
            *("usage", key),
            series="planted",
            channel="openrouter",
            subject="open",
            metric="share",
            unit=unit,
            population="planted tokens",
            numerator="planted",
            grain="month",
            period=date(2025, 11, 1),
            ends=date(2025, 11, 30),
            value=value,
            partial=False,
        )
    write(facts, {"raw.csv": raw}, tmp_path / "snapshot")
    return Catalog.open(tmp_path / "home", tmp_path / "snapshot")


def test_a_planted_share_and_its_overtake_come_back(planted):
    series = adoption(unit="tokens", catalog=planted).series[0]
    assert (series.latest.low, series.latest.high) == pytest.approx((0.60, 0.70))
    assert series.overtake.earliest == date(2025, 5, 1)
    assert series.overtake.latest == date(2025, 8, 1)
    assert series.latest.end == date(2025, 11, 30)


def test_a_period_that_was_not_over_is_left_out_counted_and_can_be_asked_for(planted):
    found = adoption(unit="tokens", catalog=planted)
    assert [x.count for x in found.left_out] == [1]
    assert adoption(unit="tokens", partial=True, catalog=planted).series[0].latest.end == date(2025, 12, 31)


def test_one_month_in_two_sides_and_two_units_is_one_period_that_was_not_over():
    assert [(x.count, x.what) for x in adoption(unit="tokens").left_out if "not over" in x.why] == [(1, "period")]
    assert len([s for s in adoption(unit="tokens").series if s.grain == "month"]) == 2


def test_a_period_that_one_unit_lacks_is_counted_where_the_unit_had_begun(planted):
    """Requests and money are planted for November alone: nothing lacks before, and December is not over."""
    assert [x.why for x in adoption(catalog=planted).left_out if "and not in" in x.why] == []
    running = [x for x in adoption(partial=True, catalog=planted).left_out if "and not in" in x.why]
    assert [x.count for x in running] == [1]
    assert running[0].why.startswith("counted in tokens and not in money or requests")
    assert [x.why.split(":")[0] for x in adoption(unit="money", partial=True, catalog=planted).left_out] == [
        "counted in tokens and not in money"
    ]


def test_what_was_not_held_on_a_day_is_counted_and_not_dropped_in_silence():
    then, now = adoption(as_of=date(2026, 6, 1)), adoption()
    left = {x.what: x for x in then.left_out if "first held" in x.why}
    assert left["series"].count == len(now.series) - len(then.series)
    assert left["published figures"].count == len(now.figures) - len(then.figures) == len(now.figures)
    printed = sum(1 for f in now.figures if f.published <= date(2026, 6, 1))
    assert f"{printed} had been published by then" in left["published figures"].why
    with pytest.raises(InputError, match="23 published figures"):
        adoption(by="country", as_of=date(2026, 10, 20))


def test_every_shipped_figure_of_use_is_quoted_in_one_grouping():
    """None is left out: 52 % of open tokens for roleplay and 50 % of developers who use both are of no cohort."""
    from nomoat.world.omitted import whole
    from nomoat.world.subjects import BY, METRICS

    rows = whole([r for r in Catalog.open().table("facts").rows() if r["metric"] in METRICS])
    quoted = [f.id for by in BY for f in adoption(by=by).figures]
    assert sorted(quoted) == sorted(r["fact_id"] for r in rows)
    assert not [x for by in BY for x in adoption(by=by).left_out if "neither of open" in x.why]
    other = {f.id: (f.subject, f.value, f.unit) for f in adoption(by="other").figures}
    assert other["AD051"] == ("roleplay", 0.52, "tokens")
    assert other["AD082"] == ("open and closed models at once", 0.5, "respondents")
    assert other["AD039"] == ("top 0.01% of models", 0.5, "downloads")


def test_a_figure_of_nobodys_group_is_counted(tmp_path):
    raw = tmp_path / "raw.csv"
    raw.write_text("planted")
    facts = Facts()
    key = facts.origin(ROUTER, date(2026, 1, 31), raw)
    for name, who in (("X1", "open models"), ("X2", "somebody unheard of")):
        facts.add(
            *("facts", key), fact_id=name, metric="token_share", subject=who, population="p", value=40.0,
            unit="percent", quantity="tokens", window_to=date(2026, 1, 1), published=date(2026, 1, 2),
        )  # fmt: skip
    write(facts, {"raw.csv": raw}, tmp_path / "snapshot")
    found = adoption(catalog=Catalog.open(tmp_path / "home", tmp_path / "snapshot"))
    assert [f.id for f in found.figures] == ["X1"]
    assert [(x.count, "somebody unheard of" in x.why) for x in found.left_out] == [(1, True)]


def test_a_date_cuts_what_came_later(planted):
    assert adoption(unit="tokens", at=date(2025, 6, 15), catalog=planted).series[0].latest.end == date(2025, 5, 31)


def test_one_window_in_three_units_and_no_unit_filled_from_another_window(planted):
    weeks = split(catalog=planted).weeks
    assert [(s.unit, s.low) for s in weeks[0].sides] == [
        ("tokens", pytest.approx(0.60)),
        ("requests", 0.2),
        ("money", 0.1),
    ]
    assert len(weeks) == 1
    assert weeks[0].spread == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("fact", "share"),
    [("AD074", 0.63), ("AD105", 0.19), ("AD107", 0.11), ("AD094", 0.7587), ("AD096", 0.0897), ("AD100", 0.6704)],
)
def test_published_figures_come_out_as_published_with_rule_and_origin(fact, share):
    found = adoption()
    figure = next(f for f in found.figures if f.id == fact)
    assert figure.value == pytest.approx(share)
    assert figure.population
    assert figure.numerator
    assert set(figure.origins) <= {o.id for o in found.origins}


def test_41_percent_of_downloads_is_a_share_of_models_from_china():
    figure = next(f for f in adoption(by="country").figures if f.value == pytest.approx(0.41))
    assert (figure.unit, figure.cohort, figure.channel) == ("downloads", "country=CN", "huggingface")


def test_the_series_meet_the_figures_that_were_quoted_from_them():
    """Two ways to one number: the month's bounds in the series, and the fact somebody took from it."""
    found = adoption()
    months = {p.start: p for s in found.series if s.id == "openrouter-monthly/tokens/open" for p in s.periods}
    quoted = [f for f in found.figures if f.metric == "token_share_low" and f.start in months]
    assert len(quoted) >= 8
    for figure in quoted:
        assert figure.low == pytest.approx(months[figure.start].low, abs=6e-5)
        assert figure.high == pytest.approx(months[figure.start].high, abs=6e-5)


def test_the_overtake_on_the_router_is_a_range_over_definitions():
    series = next(s for s in adoption().series if s.id == "openrouter-monthly/tokens/open")
    assert (series.overtake.earliest, series.overtake.latest) == (date(2026, 2, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("AD107", "openrouter-monthly/tokens/open", "respondents, the other tokens"),
        ("AD096", "AD094", "money, the other tokens"),
        ("AD094", "AD074", "seen at vercel"),
        ("AD002", "AD035", "one is a count"),
        ("AD112", "AD114", "startups pitching a16z that use open models"),
        ("AD107", "AD105", "workloads"),
        ("AD045", "AD046", "two rules"),
    ],
)
def test_unlike_things_are_refused_with_the_reason_and_what_is_allowed(one, other, reason):
    with pytest.raises(NotComparable, match=reason) as refused:
        compare(one, other)
    said = refused.value.next.removeprefix("nomoat adoption ").split()
    if said[0] == "--compare":
        assert compare(*said[1:]).one.population == compare(*said[1:]).other.population
    else:
        assert said == ["--csv"]


def test_like_things_are_compared_with_all_that_differs_still():
    found = compare("AD106", "AD105")
    assert (found.low, found.high) == (pytest.approx(-0.06), pytest.approx(-0.06))
    assert found.differs == ("window",)


def test_bounds_of_both_sides_enter_the_difference():
    found = compare("AD072", "AD054")
    assert found.low == pytest.approx(0.6406 - 0.1836, abs=1e-9)
    assert found.high == pytest.approx(0.7458 - 0.1513, abs=1e-9)


def test_what_is_not_shipped_says_how_to_get_it():
    with pytest.raises(InputError, match="nomoat update hub"):
        adoption(unit="downloads")


def test_misspelt_words_are_named():
    with pytest.raises(UnknownName, match="tokens"):
        adoption(unit="token")
    with pytest.raises(UnknownName, match="AD107"):
        compare("AD0107", "AD107")


def test_where_nothing_was_unclassified_a_share_of_money_is_no_mere_bound():
    """In the week to 2026-05-04 all ten models were classified; in the week to 2025-11-16 4 % of tokens were not."""
    weeks = {w.end: w for w in split().weeks if w.channel == "openrouter"}
    sides = {s.unit: s for s in weeks[date(2026, 5, 4)].sides}
    assert {unit: (round(s.low, 4), s.high) for unit, s in sides.items()} == {
        "tokens": (0.6704, 0.6704), "requests": (0.5044, 0.5044), "money": (0.1789, 0.1789),
    }  # fmt: skip
    sides = {s.unit: s for s in weeks[date(2025, 11, 16)].sides}
    assert sides["tokens"].high > sides["tokens"].low
    assert (sides["requests"].high, sides["money"].high) == (None, None)


def test_a_sentence_to_quote_has_rule_evidence_window_and_only_its_own_sources():
    cited = split().cite()
    assert "67% of tokens, 50% of requests, 18% of money" in cited
    assert "money: tokens at list price" in cited
    assert "johnbean393" in cited
    assert "Vercel" not in cited
    figure = adoption(unit="respondents")
    first = figure.figures[0]
    for part in (first.population, first.numerator, first.evidence, str(first.end), first.publisher):
        assert part in figure.cite()
    assert f"{len(figure.figures) - 1} more figures" in figure.cite()
    assert adoption().series[0].numerator in adoption().cite()
