"""Price at equal capability: planted halving times and ratios, who may move an interval, and the shipped answer."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import log
from pathlib import Path
from random import Random

import pytest

from nomoat.errors import DateError, EmptyCohort, InputError, NoVintage, UnknownName
from nomoat.world.price import parsed, price
from world.shops import catalogue, model, offer, opened

CUT = "2026-01-01"


def falling(months_to_halve, count=6, open_ratio=4.0):
    """A closed model every half year from 2023-07-01 on, as able as the first or a bit more, at ever lower prices."""
    models, offers, start = [], [], date(2023, 7, 1)
    for k in range(count):
        day = start + timedelta(days=round(k * 182.625))
        asked = 16 * 0.5 ** (6 * k / months_to_halve)
        models += [model(f"C{k}", str(day), 120 + k), opened(f"O{k}", str(day), 120.5 + k)]
        offers += [offer("shop", f"c{k}", asked, asked), offer("shop", f"o{k}", asked / open_ratio, asked / open_ratio)]
    return models, offers


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return catalogue(tmp_path_factory.mktemp("price"), (CUT, *falling(9.0)))


def test_a_planted_halving_time_and_ratio_come_out(world):
    found = price(catalog=world, at_level=[120], at=date(2025, 12, 30), draws=200)
    level = found.levels[0]
    assert level.ratio == pytest.approx(4)
    assert (level.ratio_low, level.ratio_high) == (pytest.approx(4), pytest.approx(4))
    # The first model is offered from its release to the cut: five halvings of nine months in 30 months.
    for sale, then in ((level.leader, 16.0), (level.follower, 4.0)):
        assert sale.fall.since == date(2023, 7, 1)
        assert sale.fall.then == pytest.approx(then)
        years = (date(2025, 12, 30) - sale.fall.since).days / 365.25
        assert sale.fall.factor == pytest.approx((2 ** (30 / 9)) ** (1 / years), rel=1e-3)
        assert sale.fall.halving == pytest.approx(9, rel=2e-3)
        assert sale.fall.fell
    assert [step.model for step in level.leader.history] == [f"C{k}" for k in range(6)]


def fallen_by_hand(models, offers, side, level, last):
    """First day, price then, price now and months to halve, from every single day and the words of the rule alone."""
    able = {m["name"].lower(): m["released"] for m in models if m["rating"] >= level and m["class"].startswith(side)}

    def least(day):
        asked = [
            (3 * o["input"] + o["output"]) / 4
            for o in offers
            if o["model_id"] in able
            and able[o["model_id"]] <= day
            and (o.get("valid_to") is None or day <= o["valid_to"])
        ]
        return min(asked, default=None)

    day = date(2022, 12, 31)
    while least(day) is None:
        day += timedelta(days=1)
        if day > last:
            return None
    then, now = least(day), least(last)
    if now is None:
        return None
    years = (last - day).days / 365.25
    months = None if now >= then else years * 12 * log(2) / (log(then) - log(now))
    return day, then, now, months


@pytest.mark.parametrize("seed", range(4))
def test_a_halving_time_is_what_a_walk_through_every_day_finds(tmp_path, seed):
    """Models come, go and change hands at random; nothing of the measure is used to find what it should say."""
    random = Random(seed)
    models, offers = [], []
    for side, make in (("c", model), ("o", opened)):
        for k in range(9):
            day = date(2023, 1, 1) + timedelta(days=random.randrange(900))
            models.append(make(f"{side}{k}", str(day), 110 + 20 * random.random()))
            for seller in range(random.randrange(1, 3)):
                # Within three times of each other: what lies further off would be taken for a mistake.
                asked = 2.0 ** -(random.random() + (day - date(2023, 1, 1)).days / 300)
                ends = day + timedelta(days=random.randrange(100, 1200))
                gone = {"valid_to": ends} if random.random() < 0.4 else {}
                offers.append(offer(f"shop {seller}", f"{side}{k}", asked, 2 * asked, **gone))
    last = date(2025, 12, 30)
    found = price(catalog=catalogue(tmp_path, (CUT, models, offers)), at_level=[112, 120, 126], at=last, draws=0)
    seen = 0
    for level in found.levels:
        for sale, side in ((level.leader, "closed"), (level.follower, "weights")):
            by_hand = fallen_by_hand(models, offers, side, level.capability, last)
            if by_hand is None:
                assert sale.fall is None
                continue
            since, then, now, months = by_hand
            assert (sale.fall.since, sale.fall.then, sale.fall.now) == (since, pytest.approx(then), pytest.approx(now))
            if sale.fall.factor is not None:
                assert sale.fall.halving == (None if months is None else pytest.approx(months))
                seen += months is not None
    assert seen >= 2


def test_a_price_that_rises_did_not_fall(tmp_path):
    models = [model("A", "2024-01-01", 120), model("B", "2024-06-01", 121), opened("O", "2024-01-01", 120)]
    offers = [offer("s", "a", 1, 1, valid_to=date(2024, 12, 31)), offer("s", "b", 2, 2), offer("s", "o", 1, 1)]
    level = price(catalog=catalogue(tmp_path, (CUT, models, offers)), at_level=["A"], draws=0).levels[0]
    assert level.leader.price == 2
    assert level.leader.fall.fell is False
    assert level.leader.fall.halving is None
    assert level.leader.fall.factor < 1
    assert level.leader.fall.note == "did not fall"
    assert [(s.date, s.price) for s in level.leader.history] == [(date(2024, 1, 1), 1.0), (date(2025, 1, 1), 2.0)]
    assert level.follower.fall.factor == 1
    assert level.follower.fall.halving is None


def test_only_abilities_move_the_interval(tmp_path):
    """One model lies at the level within its noise: half of the draws have it, and the price is one of two."""
    models = [
        model("Sure", "2024-01-01", 130),
        model("Near", "2024-01-01", 120, half=2),
        opened("O", "2024-01-01", 121),
    ]
    offers = [offer("s", "sure", 8, 8), offer("s", "near", 1, 1), offer("s", "o", 1, 1)]
    world = catalogue(tmp_path, (CUT, models, offers))
    found = price(catalog=world, at_level=[120.0], draws=400).levels[0]
    assert (found.leader.low, found.leader.high) == (1, 8)
    assert (found.follower.low, found.follower.high) == (1, 1)
    assert (found.ratio_low, found.ratio_high) == (1, 8)
    # A level that is the model's own moves with it: it always qualifies.
    assert price(catalog=world, at_level=["Near"], draws=400).levels[0].leader.high == 1


def test_what_half_of_the_draws_do_not_offer_has_no_upper_end(tmp_path):
    models = [model("C", "2024-01-01", 120, half=2), opened("O", "2024-01-01", 125)]
    world = catalogue(tmp_path, (CUT, models, [offer("s", "c", 2, 2), offer("s", "o", 1, 1)]))
    found = price(catalog=world, at_level=[120.0], draws=400).levels[0]
    assert found.leader.low == 2
    assert found.leader.high is None
    assert 0.4 < found.leader.unoffered < 0.6
    assert found.ratio_high is None


def test_nobody_offers_what_nobody_can(world):
    level = price(catalog=world, at_level=[999], draws=50).levels[0]
    assert level.leader.price is None
    assert level.leader.models == 0
    assert level.ratio is None
    assert level.leader.history == ()
    assert level.leader.fall is None


def test_the_default_level_is_the_best_follower_that_is_sold(tmp_path):
    models = [model("C", "2024-01-01", 130), opened("Sold", "2024-01-01", 120), opened("Unsold", "2024-01-01", 125)]
    world = catalogue(tmp_path, (CUT, models, [offer("s", "c", 2, 2), offer("s", "sold", 1, 1)]))
    found = price(catalog=world, draws=50)
    assert found.levels[0].name == "Sold"
    assert any("Unsold" in warning for warning in found.warnings)
    assert found.n == {"models": 3, "priced": 2, "offerings": 2}


def test_the_mix_weighs_input_and_output(tmp_path):
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    offers = [offer("s", "c", 1, 9, cache_read=0.2, batch_input=0.5, batch_output=4.5), offer("s", "o", 2, 2)]
    world = catalogue(tmp_path, (CUT, models, offers))
    sale = price(catalog=world, at_level=[120], draws=0).levels[0].leader
    assert (sale.price, sale.cached_price, sale.batch_price) == (3.0, 2.4, 1.5)
    assert price(catalog=world, at_level=[120], mix="1:1", draws=0).levels[0].leader.price == 5
    assert price(catalog=world, at_level=[120], mix="1:0", draws=0).levels[0].leader.price == 1


def test_without_the_cheapest_model_the_second_remains(world):
    sale = price(catalog=world, at_level=[120], draws=0).levels[0].leader
    assert (sale.cheapest.model, sale.second.model) == ("C5", "C4")


def test_the_plane_marks_who_nobody_beats(world):
    found = price(catalog=world, at_level=[120], draws=0)
    assert {p.model for p in found.models if p.best} == {"C5", "O5"}
    assert {p.model for p in found.models if p.best_of_all} == {"O5"}


def test_more_capability_never_costs_less(world):
    found = price(catalog=world, at_level=[*range(119, 127)], draws=0).levels
    for side in ("leader", "follower"):
        asked = [getattr(level, side).price for level in found]
        sold = [x for x in asked if x is not None]
        assert sold == sorted(sold)
        assert asked == [*sold, *[None] * (len(asked) - len(sold))]


def test_several_levels_keep_the_order_asked(world):
    assert [x.name for x in price(catalog=world, at_level=["C2", 121, "o1"], draws=0).levels] == [
        "C2", "121 ECI points", "O1",
    ]  # fmt: skip


def test_a_published_ratio_is_quoted_and_not_compared(tmp_path):
    figure = {"fact_id": "F1", "metric": "price_ratio", "value": 6.0, "rule": "mean prices", "population": "a router"}
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    offers = [offer("s", "c", 2, 2), offer("s", "o", 1, 1)]
    found = price(catalog=catalogue(tmp_path, (CUT, models, offers), facts_of=[figure]), draws=0)
    assert found.levels[0].ratio == 2
    assert (found.quoted[0].value, found.quoted[0].rule) == (6.0, "mean prices")
    assert "reproduces" in found.quoted[0].why_not


@pytest.mark.parametrize("mix", ["", "3", "3:1:1", "a:b", "-1:2", "0:0", "nan:1", "inf:1", "1:-1"])
def test_a_mix_that_is_none_is_refused(mix):
    with pytest.raises(InputError, match="3:1"):
        parsed(mix)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"at_level": ["No Such Model"]}, UnknownName),
        ({"at_level": [float("nan")]}, InputError),
        ({"at_level": ["inf"]}, InputError),
        ({"as_of": date(2020, 1, 1)}, NoVintage),
        ({"at": date(2030, 1, 1)}, DateError),
        ({"leader": "nonsense"}, UnknownName),
    ],
)
def test_bad_input_is_refused_with_its_reason(world, asked, error):
    with pytest.raises(error):
        price(catalog=world, draws=0, **asked)


def test_a_cohort_that_nobody_sells_says_so(tmp_path):
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    with pytest.raises(EmptyCohort, match="known price"):
        price(catalog=catalogue(tmp_path, (CUT, models, [offer("s", "c", 2, 2)])), draws=0)


def test_the_shipped_answer_adds_up_and_cites():
    from nomoat.catalog.store import Catalog

    catalog = Catalog.open()
    found = price(draws=50, catalog=catalog)
    total = sum(x.count for x in found.left_out if x.what == "offerings") + found.n["offerings"]
    assert total == len(catalog.table("offerings"))
    level = found.levels[0]
    assert level.ratio == pytest.approx(level.leader.price / level.follower.price)
    for sale in (level.leader, level.follower):
        rows = [
            r
            for r in catalog.table("offerings").rows()
            if (r["provider"], r["name"]) == (sale.cheapest.provider, sale.cheapest.name)
        ]
        assert sale.price in [pytest.approx((3 * r["input"] + r["output"]) / 4) for r in rows]
    for part in (level.name, found.mix, level.leader.cheapest.provider, "models.dev", "LiteLLM"):
        assert part in found.cite()
    assert any(q.id == "AD091" and q.value == 6 for q in found.quoted)
    assert {o.id for o in found.origins} >= {p.offer.origin for p in found.models}
    assert "reconstructed" in found.basis
    assert found.dict()["schema_version"] == 1


def test_a_sentence_to_quote_has_every_level_with_its_intervals(world):
    found = price(catalog=world, at_level=[120, "C3"], at=date(2025, 12, 30), draws=100)
    cited = found.cite()
    assert "at 120.0 ECI points closed" in cited
    assert f"at the capability of C3 ({found.levels[1].capability:.1f} ECI points) closed" in cited
    assert "120 ECI points (120.0" not in cited
    for level in found.levels:
        for sale in (level.leader, level.follower):
            assert f"${sale.price:.3g} (90% interval ${sale.low:.3g} to ${sale.high:.3g})" in cited
        assert f"closed over open {level.ratio:.3g} (90% interval" in cited
    assert found.basis in cited
    assert found.mix in cited


def test_the_counts_that_the_page_rounds_are_those_of_the_shipped_tables():
    """Within a tenth: a name more that leads to a model must not make the page lie, a rule that is gone should."""
    page = (Path(__file__).parents[2] / "docs" / "methods" / "price.md").read_text(encoding="utf-8")
    printed = [int(n.replace(",", "")) for n in re.findall(r"^\| [^|]+ \| ([\d,]+) \| [^|]+ \|$", page, re.MULTILINE)]
    counted = [left.count for left in price(draws=0).left_out if left.what == "offerings"]
    assert len(printed) == len(counted) >= 14
    for one, other in zip(sorted(printed), sorted(counted), strict=True):
        assert one == pytest.approx(other, rel=0.1)


def test_names_of_ones_own_table_lead_to_the_catalogues_prices(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        "model,date,openness,score\nGPT-5,2025-08-07,closed,80\nDeepSeek-V3.2,2025-12-01,open,70\nOurs,2025-12-01,open,60"
    )
    own = tmp_path / "my.toml"
    own.write_text('[[price]]\nprovider="rack"\nmodel="Ours"\ninput=0.01\noutput=0.01\nvalid_from=2025-12-01\n')
    found = price(on=table, prices=own, at_level=[60], draws=0)
    level = found.levels[0]
    assert (level.leader.cheapest.model, level.follower.cheapest.model) == ("GPT-5", "Ours")
    assert level.follower.second.model == "DeepSeek-V3.2"
    assert level.follower.cheapest.yours
