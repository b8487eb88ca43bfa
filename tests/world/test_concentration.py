"""How few have most of it: planted holders and a planted rest, published sums, and wholes that are kept apart."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, UnknownName
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication
from nomoat.world.concentration import concentration, own_concentration

ROUTER = Publication(
    key="planted/models", publisher="Planted", dataset="planted-models", title="Tokens by model",
    address="https://example.org/models", licence="CC0", attribution="", evidence="measured by publisher",
)  # fmt: skip
MODELS = {"a/one": "a", "a/two": "a", "b/one": "b", "c/one": None}
SHARES = {"a/one": 0.4, "a/two": 0.1, "b/one": 0.2, "c/one": 0.1}  # and 0.2 that the router calls `other`


def plant(folder, shares=SHARES, units=("tokens",), month=9):
    folder.mkdir(exist_ok=True)
    raw = folder / "raw.csv"
    raw.write_text("planted")
    facts = Facts()
    key = facts.origin(ROUTER, date(2026, 10, 31), raw)
    for name in ("a", "b"):
        facts.add("organisations", key, organisation_id=name, name=f"Maker {name}", country="US")
    for name, maker in MODELS.items():
        facts.add("models", key, model_id=name, name=name, organisation_id=maker, released=date(2025, 1, 1))
        facts.add("openness", key, **{"model_id": name, "class": "closed-api"})
    for unit in units:
        for name, share in shares.items():
            facts.add(
                *("usage", key), series="planted-models", channel="openrouter", subject=name, metric="share", unit=unit,
                population=f"planted {unit}", numerator="by model", grain="month", period=date(2026, month, 1),
                ends=date(2026, month, 30), value=share, low=share, high=share + 0.2, partial=False,
            )  # fmt: skip
    write(facts, {"raw.csv": raw}, folder / "snapshot")
    return Catalog.open(folder / "home", folder / "snapshot")


def bounds(whole):
    held = whole.latest
    return [round(x, 4) for x in (held.hhi_low, held.hhi_high, *(y for t in held.top for y in (t.low, t.high)))]


def test_the_planted_shares_of_models_come_back_with_the_rest_in_the_bounds(tmp_path):
    found = concentration(by="model", catalog=plant(tmp_path))
    (whole,) = found.wholes
    assert (whole.latest.holders, round(whole.latest.rest, 9)) == (4, 0.2)
    assert bounds(whole) == [0.22, 0.42, 0.4, 0.6, 0.7, 0.9, 0.8, 1.0]
    assert [h.name for h in whole.latest.largest] == ["a/one", "b/one", "a/two", "c/one"]
    assert found.missing == ""


def test_the_models_of_one_maker_are_one_and_a_model_of_no_known_maker_is_rest(tmp_path):
    (whole,) = concentration(by="organisation", catalog=plant(tmp_path)).wholes
    assert [(h.name, round(h.share, 9)) for h in whole.latest.largest] == [("Maker a", 0.5), ("Maker b", 0.2)]
    assert round(whole.latest.rest, 9) == 0.3
    assert bounds(whole) == [0.29, 0.68, 0.5, 0.8, 0.7, 1.0, 0.7, 1.0]


def test_units_and_populations_are_never_added(tmp_path):
    found = concentration(catalog=plant(tmp_path, units=("tokens", "money")))
    assert [(w.unit, w.population) for w in found.wholes] == [("tokens", "planted tokens"), ("money", "planted money")]
    assert len(concentration(unit="money", catalog=plant(tmp_path / "again", units=("tokens", "money"))).wholes) == 1


def test_shares_that_exceed_their_whole_are_refused(tmp_path):
    with pytest.raises(InputError, match="add to 130"):
        concentration(catalog=plant(tmp_path, {"a/one": 0.9, "b/one": 0.4}))


def test_a_published_sum_gives_bounds_only_and_says_what_fetches_more():
    """Of 88 % for three vendors: the largest has a third of it at least, and HHI is 3 (0.88/3)^2 to 0.88^2 + 0.12^2."""
    found = concentration(by="organisation")
    (whole,) = found.wholes
    assert (whole.id, whole.published) == ("AD109", True)
    assert bounds(whole) == [0.2581, 0.7888, 0.2933, 0.88, 0.88, 1.0, 0.88, 1.0]
    assert "nomoat update openrouter" in found.missing
    for part in (whole.population, whole.numerator, whole.evidence, "88% to 100%", "2025-12-09"):
        assert part in found.cite()


def test_published_concentrations_are_quoted_with_their_rules():
    found = concentration(by="model")
    assert {(f.id, f.subject, f.value) for f in found.figures} == {
        ("AD039", "top 0.01% of models", 0.5), ("AD142", "top 1% of models", 0.99),
    }  # fmt: skip
    assert not found.wholes
    assert found.figures[0].population in found.cite()


def test_an_own_table_names_its_rest_or_leaves_it(tmp_path):
    head = "start,end,subject,unit,population,rule,share\n"
    rows = [f"2026-08-01,2026-08-31,{who},tokens,ours,by maker,{x}" for who, x in (("a", 0.4), ("b", 0.2), ("c", 0.1))]
    (tmp_path / "left.csv").write_text(head + "\n".join(rows))
    rest = "2026-08-01,2026-08-31,Others,tokens,ours,by maker,30%"
    (tmp_path / "named.csv").write_text(head + "\n".join([*rows, rest]))
    left, named = (own_concentration(tmp_path / name).wholes[0] for name in ("left.csv", "named.csv"))
    assert bounds(left) == bounds(named) == [0.21, 0.54, 0.4, 0.7, 0.7, 1.0, 0.7, 1.0]
    (tmp_path / "much.csv").write_text(head + "\n".join([*rows, "2026-08-01,2026-08-31,d,tokens,ours,by maker,60%"]))
    with pytest.raises(InputError, match="add to 130"):
        own_concentration(tmp_path / "much.csv")


def test_what_nobody_holds_is_said_with_the_nearest_to_type():
    with pytest.raises(InputError, match="No such series in this snapshot"):
        concentration(unit="requests")
    with pytest.raises(UnknownName, match="organisation"):
        concentration(by="country")


def test_a_date_cuts_what_came_later_and_figures_without_a_day():
    with pytest.raises(InputError, match="up to 2024-01-01"):
        concentration(at=date(2024, 1, 1))
    assert [f.id for f in concentration(by="model", at=date(2024, 1, 1)).figures] == ["AD142"]
