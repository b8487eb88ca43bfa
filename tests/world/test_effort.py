"""Of what several lists say of a model's making, each figure is that of the first list that states it."""

from __future__ import annotations

from types import SimpleNamespace

from nomoat.world.effort import _Book

EFFORT = [
    {"model_id": "a/one", "training_flop": None, "cost_usd": None, "parameters": 8e9, "origin_id": "helm@1"},
    {"model_id": "a/one", "training_flop": 1e24, "cost_usd": None, "parameters": None, "origin_id": "epoch@1"},
    {"model_id": "a/two", "training_flop": None, "cost_usd": None, "parameters": 3e9, "origin_id": "helm@1"},
    {"model_id": "a/two", "training_flop": None, "cost_usd": 5e6, "parameters": 4e9, "origin_id": "epoch@1"},
]
ORIGINS = [
    {"origin_id": "helm@1", "dataset": "helm-models"},
    {"origin_id": "epoch@1", "dataset": "epoch-notable"},
    {"origin_id": "devices@1", "dataset": "devices"},
]


class Shelf:
    """A catalogue of two lists, in either order of rows."""

    def __init__(self, effort):
        self.tables = {"effort": effort, "origins": ORIGINS}

    def table(self, name, as_of=None):
        if name == "devices":
            return SimpleNamespace(columns={"origin_id": ["devices@1"]})
        return SimpleNamespace(rows=lambda: self.tables[name])

    def members(self, as_of=None):
        return SimpleNamespace(model_id=["a/one", "a/two"], name=["One", "Two"])


def test_a_list_that_knows_less_hides_nothing():
    for rows in (EFFORT, EFFORT[::-1]):
        book = _Book(Shelf(rows), None)
        assert book.value("a/one", "training_flop") == 1e24
        assert book.value("a/one", "parameters") == 8e9
        assert book.value("a/two", "parameters") == 4e9
        assert book.value("a/two", "cost_usd") == 5e6
        assert book.value("a/two", "training_flop") is None
        assert book.value("a/none", "parameters") is None
        assert book.value(None, "parameters") is None


def test_only_the_lists_that_were_believed_are_origins():
    book = _Book(Shelf(EFFORT), None)
    assert book.value("a/two", "parameters") == 4e9
    assert list(book.used) == ["devices@1", "epoch@1"]
