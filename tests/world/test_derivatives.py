"""Who is built on whom: a planted tree by depth, merges by parts, rings cut, silence as a bound."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import InputError, UnknownName
from nomoat.world.derivatives import _bases_first, _credits, _cut, _Line, derivatives
from world.hubs import planted

DAY = date(2026, 1, 1)
MODELS = (
    ("alibaba/qwen-a", "alibaba", date(2025, 1, 1), None),
    ("meta/llama-b", "meta", date(2025, 1, 1), None),
    ("acme/tuned", "acme", date(2025, 5, 1), None),
    ("acme/packed", "acme", date(2025, 6, 1), None),
    ("acme/merged", "acme", date(2025, 7, 1), None),
    ("acme/strange", "acme", None, None),
    ("acme/alone", "acme", date(2025, 7, 1), None),
)
TREE = (
    ("acme/tuned", "alibaba/qwen-a", "finetune", "declared"),
    ("acme/packed", "acme/tuned", "quantized", "inferred"),
    ("acme/merged", "acme/tuned", "merge", "declared"),
    ("acme/merged", "meta/llama-b", "merge", "declared"),
    ("acme/strange", "nobody/unknown-base", "adapter", "declared"),
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    rows = {DAY: [(m[0], 1, {"model_id": m[0]}) for m in MODELS]}
    return planted(tmp_path_factory.mktemp("hub"), rows, models=MODELS, lineage=TREE, countries={"alibaba": "CN"})


def credit(found):
    return {g.name: round(g.credit, 3) for g in found.groups}


def test_direct_and_at_any_depth(hub):
    assert credit(derivatives(by="model", catalog=hub)) == {
        "acme/tuned": 1.5,
        "alibaba/qwen-a": 1.0,
        "meta/llama-b": 0.5,
        "nobody/unknown-base": 1.0,
    }
    deep = derivatives(by="model", count="ancestors", catalog=hub)
    assert credit(deep) == {
        "acme/tuned": 1.5,
        "alibaba/qwen-a": 2.5,
        "meta/llama-b": 0.5,
        "nobody/unknown-base": 1.0,
    }
    qwen = next(g for g in deep.groups if g.name == "alibaba/qwen-a")
    assert qwen.depths == {"1": 1.0, "2": 1.5}
    assert qwen.relations == {"finetune": 1.0, "merge": 0.5, "quantized": 1.0}
    assert (qwen.declared, qwen.inferred) == (1.5, 1.0)


def test_bounds_hold_what_names_no_base(hub):
    found = derivatives(by="family", catalog=hub)
    assert found.silent == 1, "acme/alone names no base and is nobody's"
    assert found.derivatives == 4
    assert found.coverage == pytest.approx(4 / 7)
    qwen = next(g for g in found.groups if g.name == "qwen")
    assert qwen.low == pytest.approx(1 / 5)
    # Of no known family: tuned (1 for packed, a half of merged) and the strange one's base.
    assert found.unattributed == pytest.approx(2.5)
    assert qwen.high == pytest.approx((1 + 2.5 + 1) / 5)


def test_one_kind_alone(hub):
    assert credit(derivatives(by="model", relation="merge", catalog=hub)) == {"acme/tuned": 0.5, "meta/llama-b": 0.5}
    assert derivatives(by="model", stated="inferred", catalog=hub).derivatives == 1
    late = derivatives(by="model", since=date(2025, 6, 1), catalog=hub)
    assert late.derivatives == 2
    assert {(x.why, x.count) for x in late.left_out} == {
        ("released before 2025-06-01", 1),
        ("without a release date", 1),
    }


def test_a_ring_is_cut_and_counted(tmp_path):
    rows = {DAY: [(f"acme/{x}", 1, {"model_id": f"acme/{x}"}) for x in "abc"]}
    ring = [
        ("acme/a", "acme/b", "finetune", "declared"),
        ("acme/b", "acme/c", "finetune", "declared"),
        ("acme/c", "acme/a", "finetune", "declared"),
    ]
    found = derivatives(by="model", count="ancestors", catalog=planted(tmp_path, rows, lineage=ring))
    assert found.derivatives == 2
    assert credit(found) == {"acme/b": 1.0, "acme/c": 2.0}
    assert [x.why for x in found.left_out] == ["that lead back to the derivative itself"]


def test_refusals_say_what_to_type(hub):
    with pytest.raises(InputError, match="nomoat update hub"):
        derivatives()
    with pytest.raises(UnknownName, match="merge"):
        derivatives(relation="merged", catalog=hub)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abcdefgh"), st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=8
    )
)
def test_every_derivative_gives_its_bases_one_credit_in_all(tree):
    """Whatever the graph, rings included: direct credits of a derivative add up to one, and no group gets more."""
    lines = {
        child: _Line(tuple(sorted(parents - {child})), "merge", "declared")
        for child, parents in tree.items()
        if parents - {child}
    }
    _cut(lines, __import__("collections").Counter())
    order = _bases_first(lines)
    assert sorted(order) == sorted(lines)
    assert all(order.index(p) < order.index(c) for c in lines for p in lines[c].parents if p in lines)
    groups = {name: name for name in "abcdefgh"}
    direct, lost = _credits(lines, sorted(lines), groups, "direct")
    assert sum(sum(c.values()) for c in direct.values()) == pytest.approx(len(lines))
    assert lost == 0
    deep, _ = _credits(lines, sorted(lines), groups, "ancestors")
    for mine in deep.values():
        by_child: dict[str, float] = {}
        for (child, _), x in mine.items():
            by_child[child] = by_child.get(child, 0.0) + x
        assert all(0 < x <= 1 + 1e-12 for x in by_child.values())
