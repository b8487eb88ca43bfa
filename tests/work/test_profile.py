"""Who serves the requests: sums, shares and classes agree with a count by hand; what is missing is not zero."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from nomoat.views.traffic import profile_table, profile_text
from nomoat.work.ceiling import Price, ceiling
from nomoat.work.pricing import Listed
from nomoat.work.profile import profile
from nomoat.work.request import Request, Usage
from nomoat.work.store import append


def one(i: int, model: str, **said) -> Request:
    month = 1 + i % 2
    return Request(
        request_id=str(i), conversation_id=str(i // 2), model=model, time=datetime(2026, month, 3, tzinfo=UTC), **said
    )


ROWS = [
    one(0, "gpt-4o-2024-08-06", usage=Usage(input=100, output=10), cost_usd=0.03, latency_ms=100),
    one(1, "gpt-4o-2024-08-06", usage=Usage(input=100, output=10), cost_usd=0.03, latency_ms=300),
    one(2, "gpt-4o-2024-08-06", status="error"),
    one(3, "deepseek-ai/DeepSeek-R1", usage=Usage(input=200, output=80), cost_usd=0.02),
    one(4, "our-own-tune-v7", usage=Usage(input=400, output=100)),
]


def test_sums_and_shares_are_those_counted_by_hand(tmp_path):
    append(tmp_path, ROWS)
    found = profile(tmp_path)
    assert (found.requests, found.conversations) == (5, 3)
    use = {m.model: m for m in found.models}
    gpt = use["gpt-4o-2024-08-06"]
    assert (gpt.requests, gpt.errors, gpt.input, gpt.output, gpt.with_tokens, gpt.with_cost) == (3, 1, 200, 20, 2, 2)
    assert (gpt.latency_ms, gpt.side, gpt.openness) == (200, "closed", "closed-api")
    assert use["deepseek-ai/DeepSeek-R1"].side == "open"
    assert use["our-own-tune-v7"].side == "unknown"
    share = {(s.unit, s.period): s for s in found.shares}
    every = share["requests", "all"]
    assert (every.open, every.closed, every.unknown, every.requests) == (0.2, 0.6, 0.2, 5)
    tokens = share["tokens", "all"]
    assert (tokens.open, tokens.closed, tokens.unknown) == (0.28, 0.22, 0.5)
    spend = share["spend", "all"]
    assert (spend.open, spend.closed, spend.unknown, spend.requests) == pytest.approx((0.25, 0.75, 0, 3))
    assert share["requests", "2026-02"].requests == 2
    left = {one.what: one.count for one in found.left_out}
    assert left == {
        "requests without tokens": 1, "requests without a cost": 2, "requests of models that are unknown here": 1,
    }  # fmt: skip


def test_what_no_request_says_is_a_dash_and_not_a_zero(tmp_path):
    append(tmp_path, [one(0, "gpt-4o-2024-08-06")])
    table = profile_table(profile(tmp_path))
    row = dict(zip((column.key for column in table.columns), table.rows[0], strict=True))
    assert (row["requests"], row["input"], row["cost_usd"], row["latency_ms"]) == (1, None, None, None)


def test_a_days_sum_counts_as_the_requests_that_it_stands_for(tmp_path):
    append(tmp_path, [one(0, "gpt-4o-2024-08-06", status="sum of 120", cost_usd=2.0), one(1, "our-own", cost_usd=1.0)])
    found = profile(tmp_path)
    assert found.requests == 121
    assert found.models[0].with_cost == 120


def test_a_seller_is_one_however_its_name_is_written(tmp_path):
    append(tmp_path, [one(0, "gpt-4o", provider="openai"), one(1, "gpt-4o", provider="OPENAI")])
    assert [(use.model, use.provider, use.requests) for use in profile(tmp_path).models] == [("gpt-4o", "openai", 2)]


def test_a_hostile_name_of_a_model_moves_no_cursor(tmp_path):
    append(tmp_path, [one(0, "\x1b[2J\u202eevil\n" + "x" * 500)])
    said = profile_text(profile(tmp_path, sensitive=True), 100)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert max(map(len, said.splitlines())) < 130


def test_the_class_is_the_one_of_the_day_asked_for(tmp_path):
    append(tmp_path, ROWS)
    assert profile(tmp_path, as_of=date(2026, 11, 1)).as_of <= date(2026, 11, 1)


def test_sensitive_requests_are_counted_by_kind_when_asked(tmp_path):
    held = one(9, "m", messages=({"role": "user", "content": "ada@x.org and bea@x.org"},))
    append(tmp_path, [*ROWS, held])
    assert profile(tmp_path).sensitive is None
    found = profile(tmp_path, sensitive=True).sensitive
    assert found["e-mail"] == 1
    assert sum(found.values()) == 1


def test_a_log_without_bodies_gives_a_price_ceiling_that_is_no_proof(tmp_path):
    append(tmp_path, ROWS)
    found = profile(tmp_path).ceiling
    # Of the closed model two requests say tokens and cost; the open one, the unknown one and the failure stay out.
    assert (found.requests, found.input, found.output, found.usd, found.listed_usd) == (2, 200, 20, 0.06, 0)
    assert found.usd_per_million == pytest.approx(0.06 / 220 * 1e6)
    assert 0 < found.cheapest_usd <= found.middle_usd < found.usd
    assert "guard" not in found.cheapest.lower()
    assert found.cheaper <= found.offered
    assert found.saving == pytest.approx(1 - found.cheapest_usd / 0.06)
    assert "Price ceiling, not a proof" in profile_text(profile(tmp_path), 100)


def test_the_ceiling_is_of_given_prices_and_says_nothing_of_what_has_none(tmp_path):
    append(tmp_path, [
        one(0, "a", usage=Usage(input=1_000_000, output=1_000_000), cost_usd=10.0),
        one(1, "a", usage=Usage(input=1_000_000, output=0)),
        one(2, "b", usage=Usage(input=5_000_000, output=0)),
        one(3, "c", usage=Usage(input=9, output=9), cost_usd=9.0),
    ])  # fmt: skip
    sold = {"x": Listed(1.0, 3.0, None, "s"), "y": Listed(20.0, 20.0, None, "s"), "z": Listed(0.5, 4.0, None, "s")}
    found = ceiling(tmp_path, {("a", None): Price(2.0, 8.0), ("b", None): None}, sold)
    assert (found.requests, found.input, found.output) == (2, 2_000_000, 1_000_000)
    assert (found.usd, found.listed_usd, found.usd_per_million) == (12.0, 2.0, 4.0)
    assert (found.offered, found.cheaper, found.cheapest) == (3, 2, "x")
    assert (found.cheapest_usd, found.middle_usd, found.saving) == (5.0, 5.0, pytest.approx(1 - 5 / 12))
    assert ceiling(tmp_path, {("b", None): None}, sold) is None
    assert ceiling(tmp_path, {("a", None): Price(2.0, 8.0)}, {}) is None


def test_what_was_cached_is_estimated_at_its_own_price(tmp_path):
    rows = [one(at, "claude-sonnet-4-5-20250929", usage=Usage(input=100_000, output=0, cache_read=read))
            for at, read in ((0, 0), (1, 90_000))]  # fmt: skip
    for row in rows:
        append(tmp_path / row.request_id, [row])
    fresh, cached = (profile(tmp_path / row.request_id).models[0].cost_estimated for row in rows)
    assert cached == pytest.approx(0.19 * fresh)  # a tenth of the price for nine tenths of the tokens
    append(tmp_path / "given", [one(0, "a", usage=Usage(input=1_000_000, output=0, cache_read=2_000_000))])
    found = ceiling(tmp_path / "given", {("a", None): Price(2.0, 8.0, 0.5)}, {"x": Listed(1.0, 3.0, None, "s")})
    assert found.usd == 0.5  # never more cached than there is


def test_without_tokens_there_is_no_ceiling_and_it_says_so(tmp_path):
    append(tmp_path, [one(0, "gpt-4o-2024-08-06", cost_usd=1.0)])
    found = profile(tmp_path)
    assert found.ceiling is None
    assert "No price ceiling" in profile_text(found, 100)
