"""What is a price and what is not: each decision on planted rows, and price over time from vintages."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.world import offers as decided
from nomoat.world.price import price
from world.shops import catalogue, model, offer, opened

CUT = "2026-01-01"
MODELS = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120), model("U", "2024-01-01", 118, "unknown")]
BASE = [offer("s", "o", 1, 1), offer("a", "c", 3, 3), offer("b", "c", 4, 4)]
KNOWN = {name: (name.upper(), "maker", date(2024, 1, 1), 120.0) for name in "co"}
CELLS = ("tier", "mode", "cache_read", "batch_input", "batch_output", "valid_from", "valid_to")


def answered(*more, quantised=False):
    """The least price of C on the last day, and what was left out why."""
    seen = {"seen": date(2026, 1, 1), "previous": None, "origin_id": "planted"}
    rows = [{**dict.fromkeys(CELLS), **row, **seen, "until": row.get("valid_to")} for row in [*BASE, *more]]
    kept, left = decided.choose(rows, KNOWN, ["c", "o", "u"], mix=(3.0, 1.0), quantised=quantised)
    sold = [o.price for o in kept if o.model_id == "c" and (o.end is None or o.end >= date(2026, 1, 1))]
    return min(sold), Counter({x.why: x.count for x in left})


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (offer("x", "c", 0, 0), decided.FREE),
        (offer("x", "c", 0, 2), decided.HALF_FREE),
        (offer("x", "c", 2, None), decided.UNPRICED),
        (offer("x", "c", 2, 2, mode="embedding"), decided.UNCHATTED),
        (offer("x", "c", 2, 2, mode="completion"), decided.UNCHATTED),
        (offer("x", None, 2, 2), decided.NAMELESS),
        (offer("x", "elsewhere", 2, 2), decided.UNABLE),
        (offer("x", "u", 2, 2), decided.OUTSIDE),
        (offer("github-copilot", "c", 2, 2), decided.PLAN),
        (offer("aihubmix", "c", 2, 2, name="coding-c"), decided.PLAN),
        (offer("x", "c", 2, 2, tier="fp8"), decided.SHRUNK),
        (offer("x", "c", 2, 2, tier="fast nvfp4"), decided.SHRUNK),
        (offer("x", "c", 2, 2, name="route/c-6bit"), decided.SHRUNK),
        (offer("x", "c", 2, 2, name="maker/C-FP8"), decided.SHRUNK),
        (offer("x", "c", 2, 2, tier="us-east-1 1-month-commitment"), decided.BOUND),
        (offer("x", "c", 2, 2, name="c-flex"), decided.SLOW),
        (offer("a", "c", 2, 2, tier="eu"), decided.COPY),
        (offer("a", "c", 2, 2, name="us.maker.c"), decided.COPY),
        (offer("x", "c", 0.99, 0.99), decided.ALONE),
    ],
)
def test_what_is_no_price_is_counted_and_does_not_count(row, why):
    assert answered(row) == (3, Counter({why: 1}))


def test_what_is_no_longer_sold_is_counted_for_its_day(tmp_path):
    gone = offer("x", "c", 2, 2, valid_to=date(2025, 1, 1))
    found = price(catalog=catalogue(tmp_path, (CUT, MODELS, [*BASE, gone])), at_level=[120], draws=0)
    assert found.levels[0].leader.price == 3
    assert [x.count for x in found.left_out if x.why.startswith(f"{decided.OVER} ({CUT})")] == [1]


@pytest.mark.parametrize(
    "row",
    [
        offer("x", "c", 2, 2),
        offer("x", "c", 2, 2, mode="responses"),
        offer("x", "c", 2, 2, tier="fast"),
        offer("x", "c", 2, 2, tier="bf16"),
        offer("x", "c", 2, 2, name="gpt-4-turbo"),
        offer("x", "c", 2, 2, tier="eu"),  # nowhere else sold by x
        offer("x", "c", 2, 2, valid_to=date(2026, 1, 1)),  # the last day counts
        offer("x", "c", 1.01, 2.97 * 2 - 1.01, name="just inside of threefold"),
    ],
)
def test_what_is_a_price_counts(row):
    asked, left = answered(row)
    assert asked < 3
    assert not left


def test_quantised_copies_count_where_asked_for():
    assert answered(offer("x", "c", 2, 2, tier="fp8"), quantised=True) == (2, Counter())


def test_one_seller_under_two_names_confirms_nothing():
    low = [offer("bedrock", "c", 0.5, 0.5), offer("bedrock_converse", "c", 0.5, 0.5)]
    assert answered(*low) == (3, Counter({decided.ALONE: 2}))
    assert answered(low[0], offer("other", "c", 0.5, 0.5)) == (0.5, Counter())


@given(st.lists(st.floats(1, 2.9), max_size=6), st.floats(1, 2.9))
def test_an_offering_more_never_raises_the_price(asked, more):
    """While prices lie within the factor beyond which one of them is taken for a mistake."""
    offers = [offer(f"s{k}", "c", x, x) for k, x in enumerate([*asked, more])]
    before, after = answered(*offers[:-1])[0], answered(*offers)[0]
    assert after <= before
    assert after == pytest.approx(min(3, more, *asked))


def test_a_price_without_competitors_is_taken_at_its_word(tmp_path):
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    world = catalogue(tmp_path, (CUT, models, [offer("s", "o", 1, 1), offer("a", "c", 0.01, 0.01)]))
    assert price(catalog=world, at_level=[120], draws=0).levels[0].leader.price == 0.01


def test_a_seller_whose_prices_are_mostly_mistakes_is_left_out_whole(tmp_path):
    models = [*(model(f"C{k}", "2024-01-01", 120) for k in range(4)), opened("O", "2024-01-01", 120)]
    rows = [offer("s", "o", 1, 1)]
    for k in range(4):
        rows += [offer("honest", f"c{k}", 7, 7), offer("odd", f"c{k}", 1 if k < 3 else 3, 1 if k < 3 else 3)]
    found = price(catalog=catalogue(tmp_path, (CUT, models, rows)), at_level=[120], draws=0)
    assert found.levels[0].leader.price == 7
    whys = {x.why: x.count for x in found.left_out}
    assert (whys[decided.ALONE], whys[decided.UNSOUND]) == (3, 1)


def test_a_price_holds_from_the_vintage_that_first_shows_it(tmp_path):
    """Shipped 2026-01-01: 8. Fetched in February: still 8; in March: 2; in April it is gone."""
    o = offer("s", "o", 1, 1)
    days = [
        ("2026-01-01", MODELS, [o, offer("a", "c", 8, 8)]),
        ("2026-02-01", MODELS, [o, offer("a", "c", 8, 8), offer("b", "c", 9, 9)]),
        ("2026-03-01", MODELS, [o, offer("a", "c", 2, 2), offer("b", "c", 3, 3)]),
        ("2026-04-01", MODELS, [o, offer("b", "c", 3, 3)]),
    ]
    found = price(catalog=catalogue(tmp_path, *days), at_level=[120], draws=0)
    told = [(s.date, s.price, s.provider) for s in found.levels[0].leader.history]
    assert told == [
        (date(2024, 1, 1), 8.0, "a"),
        (date(2026, 3, 1), 2.0, "a"),
        (date(2026, 4, 1), 3.0, "b"),
    ]
    assert found.copies == tuple(date(2026, m, 1) for m in (1, 2, 3, 4))
    rows = decided.known(catalogue(tmp_path / "again", *days))
    b = [r for r in rows if r["provider"] == "b"]
    assert [decided.start_of(r, date(2024, 1, 1)) for r in b] == [(date(2026, 2, 1), False), (date(2026, 3, 1), False)]
    assert decided.start_of(b[0], date(2026, 1, 15)) == (date(2026, 1, 15), True)


def test_what_was_known_then_holds_no_later_price(tmp_path):
    o = offer("s", "o", 1, 1)
    days = [(f"2026-0{k}-01", MODELS, [o, offer("a", "c", 8 / k, 8 / k)]) for k in (1, 2)]
    world = catalogue(tmp_path, *days)
    then = price(catalog=world, at_level=[120], draws=0, as_of=date(2026, 1, 15))
    assert (then.levels[0].leader.price, then.copies) == (8.0, (date(2026, 1, 1),))
    assert price(catalog=world, at_level=[120], draws=0).levels[0].leader.price == 4
