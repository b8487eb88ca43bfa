"""The page of price shows what the measure says, for any address that its parameters allow."""

from __future__ import annotations

import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import NomoatError
from nomoat.explorer.pages import pages
from nomoat.explorer.price import PARAMS, answer
from nomoat.explorer.state import parse
from nomoat.world.price import price


@pytest.fixture(scope="module")
def catalog():
    return Catalog.open()


def test_it_is_in_the_navigation():
    assert pages()["price"].nav == "Price"


def test_the_page_shows_the_numbers_of_the_measure(catalog):
    found = price(catalog=catalog)
    view = answer(catalog, parse(PARAMS, []))
    assert view.cite == found.cite()
    assert view.result.dict() == found.dict()
    assert [tile[1] for tile in view.tiles] == [
        f"${s.price:.4g}" for s in (found.levels[0].leader, found.levels[0].follower)
    ]
    assert {section.id for section in view.sections} == {"history", "levels", "plane", "notes"}
    for section in view.sections:
        content = section.build()
        assert content.figure or content.table or content.words
        if content.figure is not None:
            for size in ({"width": 760}, {"width": 360, "container": True}):
                assert content.figure(**size).spec()["layer"]


def test_each_level_asked_for_has_its_chart(catalog):
    view = answer(catalog, parse(PARAMS, [("at_level", "GPT-5, 140"), ("mix", "1:1")]))
    assert [s.id for s in view.sections][:2] == ["history", "history-2"]
    assert view.section("history-2").title == "How did the price of 140 ECI points or more change?"
    assert "at_level=('GPT-5', '140')" in view.python


@pytest.mark.parametrize(
    "query", [[("mix", "x")], [("at_level", "No Such Model")], [("prices", "my.toml")], [("on", "a.csv")]]
)
def test_what_the_page_cannot_answer_is_refused(catalog, query):
    with pytest.raises(NomoatError):
        answer(catalog, parse(PARAMS, query))
