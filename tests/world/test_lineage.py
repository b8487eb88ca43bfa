"""Families of models: planted declarations with two parents, two witnesses, a circle and a stranger."""

from __future__ import annotations

from datetime import date

import pytest

from nomoat.catalog.store import Catalog
from nomoat.errors import UnknownName
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication
from nomoat.views.lineage import lineage_figure, lineage_table
from nomoat.world.lineage import lineage


def published(key):
    return Publication(
        key=key, publisher=key.title(), dataset=key, title=key, address="https://example.org", licence="CC0",
        attribution="", evidence="measured by publisher",
    )  # fmt: skip


@pytest.fixture
def catalog(tmp_path):
    """root -> a -> b; c has the parents a and x (unknown); d and e each declare the other as parent."""
    raw = tmp_path / "raw.csv"
    raw.write_text("planted")
    facts = Facts()
    one, two = (facts.origin(published(k), date(2026, 1, 1), raw) for k in ("one", "two"))
    for k, name in enumerate(("root", "a", "b", "c", "d", "e")):
        facts.add(
            *("models", one),
            model_id=f"o/{name}",
            name=name.upper(),
            organisation_id="o",
            released=date(2024, k + 1, 1),
        )
        facts.add("openness", one, **{"model_id": f"o/{name}", "class": "weights-permissive"})
    facts.add("organisations", one, organisation_id="o", name="Ours", country="FR")

    def edge(child, parent, relation="finetune", origin=one):
        known = parent if parent.startswith("o/") else None
        facts.add(
            *("lineage", origin), child_id=child, parent_id=known, parent=parent, relation=relation, stated="declared"
        )

    edge("o/a", "o/root")
    edge("o/a", "o/root", "unknown", two)
    edge("o/b", "o/a", "distilled")
    edge("o/c", "x/stranger")
    edge("o/c", "o/a", "merge")
    edge("o/d", "o/e")
    edge("o/e", "o/d")
    write(facts, {"raw.csv": raw}, tmp_path / "snapshot")
    return Catalog.open(tmp_path / "home", tmp_path / "snapshot")


def test_an_edge_of_two_witnesses_is_one_with_what_either_says(catalog):
    found = lineage(catalog=catalog)
    edge = next(e for e in found.edges if (e.child, e.parent) == ("o/a", "o/root"))
    assert (edge.relation, edge.publishers) == ("finetune", ("One", "Two"))


def test_a_model_of_two_parents_is_drawn_once_and_keeps_both_edges(catalog):
    found = lineage("root", catalog=catalog)
    drawn = [key for tree in found.trees for key, _ in tree.members]
    assert len(drawn) == len(set(drawn))
    every = lineage(catalog=catalog)
    assert {e.parent for e in every.edges if e.child == "o/c"} == {"o/a", "? x/stranger"}


def test_depth_is_the_number_of_steps_from_the_root(catalog):
    tree = next(t for t in lineage(catalog=catalog).trees if t.root == "o/root")
    assert dict(tree.members)["o/b"] == 2
    assert dict(tree.members)["o/a"] == 1


def test_a_circle_is_cut_and_counted(catalog):
    found = lineage(catalog=catalog)
    assert any(x.count == 1 and "circle" in x.why for x in found.left_out)
    assert len([e for e in found.edges if {e.child, e.parent} == {"o/d", "o/e"}]) == 1


def test_a_parent_known_by_name_alone_is_shown_as_such(catalog):
    found = lineage(catalog=catalog)
    stranger = found.node("? x/stranger")
    assert (stranger.model, stranger.known, stranger.released) == ("x/stranger", False, None)
    assert any("name alone" in x.why for x in found.left_out)


def test_picture_and_table_hold_every_edge(catalog):
    found = lineage(catalog=catalog)
    assert len(lineage_table(found).rows) == len(found.edges)
    for width in (760, 360):
        figure = lineage_figure(found, width=width)
        texts = [
            row["text"] for x in figure.view["layer"] if x["mark"]["type"] == "text" for row in x["data"]["values"]
        ]
        assert len(texts) == len(found.nodes)


def test_a_name_without_relatives_is_said(catalog):
    with pytest.raises(UnknownName, match="declared parent"):
        lineage("nobody", catalog=catalog)


def test_no_model_of_the_shipped_forest_is_its_own_ancestor():
    found = lineage()
    parents = {}
    for edge in found.edges:
        parents.setdefault(edge.child, []).append(edge.parent)
    for start in parents:
        above, ahead = set(), [start]
        while ahead:
            for key in parents.get(ahead.pop(), []):
                assert key != start
                if key not in above:
                    above.add(key)
                    ahead.append(key)
