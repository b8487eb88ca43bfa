"""A forest of families: each model at its date, a line to its parent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, clip, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, MARGIN, WIDE
from nomoat.world.lineage import Lineage, Node

STEP = 17  # pixels a model
MOST = 60  # models in a picture; the table has all
_OPEN = ("weights", "open-source")


def lineage_figure(found: Lineage, *, width: int = WIDE, container: bool = False) -> Figure:
    """The largest families that fit, one model a row under its parent; an undated one stands at its relatives' day."""
    compact = width < 560
    chosen = [key for tree in _fitting(found) for key, _ in tree]
    spot = {key: (row, _day(found, key)) for row, key in enumerate(chosen)}
    days = [day for _, day in spot.values()] or [found.as_of]
    first, last = min(days) - timedelta(days=40), max(days)
    room = timedelta(days=round((last - first).days * (0.75 if compact else 0.42)) + 60)
    x = marks.dates(first, last + room, last, compact=compact)
    height = STEP * max(1, len(chosen)) + 10
    y: dict[str, Any] = {
        "field": "row", "type": "quantitative", "axis": None,
        "scale": {"domain": [-0.7, len(chosen) - 0.3], "reverse": True, "nice": False, "zero": False},
    }  # fmt: skip
    edges = [edge for edge in found.edges if edge.child in spot and edge.parent in spot]
    down = [{"date": spot[e.parent][1].isoformat(), "row": spot[e.parent][0], "until": spot[e.child][0]} for e in edges]
    across = [
        {"date": spot[e.parent][1].isoformat(), "row": spot[e.child][0], "until": spot[e.child][1].isoformat()}
        for e in edges
    ]
    layers = [
        marks.rule(down, x, y, y2="until", color=LIGHT.other, strokeWidth=1),
        marks.rule(across, x, y, x2="until", color=LIGHT.other, strokeWidth=1),
    ]
    for colour, shape, kept in (
        (LIGHT.follower, FOLLOWER_SHAPE, True),
        (LIGHT.leader, LEADER_SHAPE, False),
    ):
        rows = [
            {"date": spot[key][1].isoformat(), "row": spot[key][0]}
            for key in chosen
            if found.node(key).openness.startswith(_OPEN) is kept and found.node(key).known
        ]
        layers.append(marks.points(rows, x, y, colour, shape))
    foreign = [{"date": spot[key][1].isoformat(), "row": spot[key][0]} for key in chosen if not found.node(key).known]
    layers.append(marks.points(foreign, x, y, LIGHT.other, "square", hollow=True))
    names = [
        {"date": day.isoformat(), "row": row, "text": _label(found.node(key), compact)}
        for key, (row, day) in spot.items()
    ]
    layers.append(marks.texts(names, x, y, dx=8))
    hidden = len(found.nodes) - len(chosen)
    return Figure(
        name="lineage",
        finding=finding(found),
        alt=f"{words.count(len(chosen), 'model')} by date, a line from each to its parent. {finding(found)}.",
        footer=(
            "Circle: open weights; diamond: closed; hollow square: a parent known by its name alone."
            + (f" {words.count(hidden, 'more model')} stand in the table." if hidden else ""),
            f"As declared by publishers, known on {found.as_of}. {words.sources(found.origins)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=lineage_table(found),
    )


def finding(found: Lineage) -> str:
    """How many families, and which is the largest."""
    if not found.trees:
        return "Nobody declares a parent of these models"
    top = found.trees[0]
    rest = len(top.members) - 1
    return (
        f"{words.count(len(found.trees), 'family', 'families')} of {words.count(len(found.nodes), 'model')}; the "
        f"largest comes of {printable(found.node(top.root).model)}, with {words.count(rest, 'descendant')}"
    )


def lineage_table(found: Lineage) -> Table:
    """One edge a row."""
    rows = []
    for edge in found.edges:
        child, parent = found.node(edge.child), found.node(edge.parent)
        rows.append(
            (
                *(child.model, child.organisation, child.released, edge.relation, parent.model, parent.organisation),
                *(parent.released, edge.stated, ", ".join(edge.publishers), edge.child, edge.parent),
            )
        )
    return Table(
        name="lineage",
        caption="Which model was made of which",
        columns=(
            Column(key="child", title="model", wide=32),
            Column(key="child_organisation", title="maker", wide=18, terminal=False),
            Column(key="child_released", title="released"),
            Column(key="relation", title="made by"),
            Column(key="parent", title="of", wide=32),
            Column(key="parent_organisation", title="maker", wide=18, terminal=False),
            Column(key="parent_released", title="released", terminal=False),
            Column(key="stated", title="stated"),
            Column(key="publishers", title="by whom", wide=30, terminal=False),
            *raw("child_id", "parent_id"),
        ),
        rows=tuple(rows),
    )


def _fitting(found: Lineage) -> list[tuple[tuple[str, int], ...]]:
    kept: list[tuple[tuple[str, int], ...]] = []
    for tree in found.trees:
        if sum(map(len, kept)) + len(tree.members) > MOST:
            break
        kept.append(tree.members)
    return kept or [found.trees[0].members[:MOST]] if found.trees else []


def _day(found: Lineage, key: str) -> date:
    """The day of a model, of its oldest child where it has none, else of its parent."""
    own = found.node(key).released
    if own is not None:
        return own
    below = [found.node(e.child).released for e in found.edges if e.parent == key]
    above = [found.node(e.parent).released for e in found.edges if e.child == key]
    near = [day for day in below if day] or [day for day in above if day]
    return min(near) if near else found.as_of


def _label(node: Node, compact: bool) -> str:
    maker = "" if compact or node.organisation is None else f", {node.organisation}"
    return clip(printable(f"{node.model}{maker}"), 24 if compact else 44)
