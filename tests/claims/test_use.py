"""Shares of use as a statement is tested on them: planted months, and what the shipped series says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nomoat.catalog.store import Catalog
from nomoat.claims.ask import Ask
from nomoat.claims.measured import Untestable
from nomoat.claims.tests import use
from nomoat.errors import NoVintage
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """Open: 20 % + 2 a month, 5 points unknown; closed: the rest. Eighteen months, the last not over."""
    folder = tmp_path_factory.mktemp("use")
    raw = folder / "raw.csv"
    raw.write_text("planted")
    facts = Facts()
    published = Publication(
        key="planted/use", publisher="Planted", dataset="planted", title="Planted", address="https://example.org",
        licence="CC0", attribution="", evidence="measured by publisher",
    )  # fmt: skip
    key = facts.origin(published, date(2026, 7, 1), raw)
    for k in range(18):
        start = date(2025 + k // 12, k % 12 + 1, 1)
        end = date(2025 + (k + 1) // 12, (k + 1) % 12 + 1, 1) - timedelta(days=1)
        for subject, low in (("open", 0.20 + 0.02 * k), ("closed", 0.75 - 0.02 * k)):
            facts.add(
                *("usage", key), series="planted", channel="openrouter", subject=subject, metric="share", unit="tokens",
                population="planted tokens", numerator=f"planted {subject}", grain="month", period=start, ends=end,
                low=low, high=low + 0.05, partial=k == 17,
            )  # fmt: skip
    write(facts, {"raw.csv": raw}, folder / "snapshot")
    return Catalog.open(folder / "home", folder / "snapshot")


def ask(catalog, **more):
    return Ask(catalog, "%", **more)


def test_the_last_full_month_counts_between_its_bounds(catalog):
    found = use.share(ask(catalog), "openrouter", "tokens")
    assert (found.low, found.high) == (pytest.approx(52), pytest.approx(57))
    assert found.value is None
    assert found.at == date(2026, 5, 31)
    assert sorted(row.value for row in found.evidence) == pytest.approx([52, 57])
    assert found.origins


def test_a_day_in_the_past_sees_the_month_before_it(catalog):
    found = use.share(ask(catalog, at=date(2025, 3, 15)), "openrouter", "tokens")
    assert (found.low, found.high) == (pytest.approx(22), pytest.approx(27))


def test_a_change_takes_the_worst_and_the_best_of_both_ends(catalog):
    found = use.change(ask(catalog), "openrouter", "tokens", months=12)
    assert (found.low, found.high) == (pytest.approx(24 - 5), pytest.approx(24 + 5))


def test_a_lead_is_taken_in_one_month_of_one_population(catalog):
    found = use.lead(ask(catalog, at=date(2025, 1, 31)), "openrouter", "tokens", "closed", "open")
    assert (found.low, found.high) == (pytest.approx(75 - 25), pytest.approx(80 - 20))


@pytest.mark.parametrize(
    ("measure", "more"),
    [
        (lambda a: use.share(a, "openrouter", "tokens"), {"at": date(2024, 6, 1)}),
        (lambda a: use.change(a, "openrouter", "tokens"), {"at": date(2025, 9, 1)}),
        (lambda a: use.share(a, "openrouter", "tokens"), {"as_of": date(2025, 6, 1)}),
    ],
)
def test_what_nobody_could_know_is_no_vintage(catalog, measure, more):
    with pytest.raises(NoVintage):
        measure(ask(catalog, **more))


def test_a_series_that_is_not_there_waits_and_says_for_what(catalog):
    with pytest.raises(Untestable, match="derivatives of org=Meta at huggingface"):
        use.share(ask(catalog), "huggingface", "derivatives", cohort="org=Meta")


def test_the_shipped_series_decides_who_is_adopted_most():
    shipped = Catalog.open()
    then = use.lead(ask(shipped, at=date(2025, 2, 9)), "openrouter", "tokens", "closed", "open")
    now = use.lead(ask(shipped), "openrouter", "tokens", "closed", "open")
    assert then.low > 0 > now.high


def test_a_sentence_that_names_no_unit_is_tested_on_all_of_them():
    shipped = Catalog.open()
    now = use.share(ask(shipped), "any", "any")
    assert now.low < 10 < 70 < now.high
    assert {row.what.split(" at ")[0] for row in now.evidence} == {"tokens", "requests", "money"}
    then = use.share(ask(shipped, at=date(2025, 2, 9)), "any", "any")
    assert then.high < 20
