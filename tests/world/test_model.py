"""What is known of one model: against the tables themselves."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, UnknownName
from nomoat.views.pairs import pairs_figure, sentence
from nomoat.views.profile import beside_table, place
from nomoat.world.capability import capability
from nomoat.world.frontier import frontier
from nomoat.world.model import model
from nomoat.world.pairs import pairs


@pytest.fixture(scope="module")
def catalog():
    return Catalog.open()


def test_everything_the_tables_say_of_it_is_there_and_nothing_of_others(catalog):
    found = model("DeepSeek-R1", catalog=catalog)
    sql = "SELECT count(*) AS n FROM scores WHERE model_id = 'deepseek/deepseek-r1'"
    assert len(found.scores) == catalog.query(sql).rows()[0]["n"]
    sql = "SELECT min(input + output) AS p FROM offerings WHERE model_id = $m AND NOT free"
    cheapest = catalog.query(sql, {"m": found.id}).rows()[0]["p"]
    assert found.offers[0].input + found.offers[0].output == pytest.approx(cheapest)
    assert {o.id for o in found.origins} >= {s.origin for s in found.scores} | {o.origin for o in found.offers}


def test_its_place_is_that_of_the_scale(catalog):
    found = model("DeepSeek-R1", catalog=catalog)
    rows = capability(catalog, draws=0).rows()
    assert found.ability.rank == [r["model_id"] for r in rows].index(found.id) + 1
    line = frontier("closed", "open", draws=0, catalog=catalog)
    assert found.ability.record is next(p.record for p in line.points if p.model == found.model)
    assert "139" in place(found)


def test_what_has_no_score_says_so(catalog):
    members = catalog.members()
    scored = set(catalog.table("scores").columns["model_id"])
    name = next(str(n) for n, k in zip(members.name, members.model_id, strict=True) if k not in scored)
    assert "no place" in place(model(name, catalog=catalog))


def test_a_dated_spelling_leads_to_the_model(catalog):
    found = model("gpt-4o-2024-08-06", draws=0, catalog=catalog)
    assert (found.model, str(found.version_released)) == ("GPT-4o (Aug 2024)", "2024-08-06")


def test_a_misspelt_name_offers_the_nearest(catalog):
    with pytest.raises(UnknownName, match="DeepSeek-R1"):
        model("DeepSek-R1", catalog=catalog)


def test_a_difference_is_taken_within_draws_and_said_in_words(catalog):
    found = pairs(["GPT-5.6 Sol", "Claude Fable 5", "Kimi K3"], draws=200, catalog=catalog)
    drawn = capability(catalog, draws=200)
    column = {name: drawn.draws[:, k] for k, name in enumerate(drawn.names)}
    for pair in found.pairs:
        less = column[pair.one] - column[pair.other]
        assert (pair.low, pair.high) == pytest.approx(tuple(np.quantile(less, [0.05, 0.95])))
        assert ("cannot be told apart" in sentence(pair, found)) is (pair.low <= 0 <= pair.high)
    assert len(pairs_figure(found).table.rows) == 3


def test_one_model_is_no_pair_and_a_stranger_is_named(catalog):
    with pytest.raises(UnknownName, match="Nobody"):
        pairs(["Kimi K3", "Nobody"], catalog=catalog)
    with pytest.raises(InputError, match="two or more"):
        pairs(["Kimi K3"], catalog=catalog)


def test_models_stand_beside_each_other(catalog):
    table = beside_table([model("Kimi K3", catalog=catalog), model("GPT-5", catalog=catalog)])
    assert [row[0] for row in table.rows] == ["Kimi K3", "GPT-5"]
    assert len({len(row) for row in table.rows} | {len(table.columns)}) == 1
