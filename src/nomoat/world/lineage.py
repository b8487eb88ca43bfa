"""Which model was made of which?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.errors import UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Node(Noun, frozen=True, kw_only=True):
    """A model of the forest; `known` is False for a parent that the catalogue knows by its name alone."""

    id: str
    model: str
    organisation: str | None
    released: date | None
    openness: str
    known: bool


class Edge(Noun, frozen=True, kw_only=True):
    """A child and its parent: how it was made of it, and whether that was declared or inferred."""

    child: str
    parent: str
    relation: str
    stated: str
    publishers: tuple[str, ...]
    origins: tuple[str, ...]


class Tree(Noun, frozen=True, kw_only=True):
    """One family: its root and everything that came of it, in the order in which it is drawn, with their depth."""

    root: str
    members: tuple[tuple[str, int], ...]


class Lineage(Noun, frozen=True, kw_only=True):
    """Families of models, the largest first."""

    schema_version: int = SCHEMA_VERSION
    query: str
    as_of: date
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    trees: tuple[Tree, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def node(self, key: str) -> Node:
        """The model with this id."""
        return next(node for node in self.nodes if node.id == key)


def lineage(query: str = "", *, as_of: date | None = None, catalog: Catalog | None = None) -> Lineage:
    """Draw up the families that publishers declare, or those that hold a model with every word of `query`.

    An edge that several publishers state is one edge; a model with two parents stands in the family of the first and
    keeps both edges. A circle of declarations is cut at its youngest edge and counted. Raises UnknownName where no
    family has such a model.

    >>> found = lineage("deepseek-r1")
    >>> any(edge.parent == "deepseek/deepseek-v3" for edge in found.edges)
    True
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    members = catalog.members(as_of)
    about = {row["origin_id"]: row["publisher"] for row in catalog.table("origins").rows()}
    stated: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in catalog.table("lineage", as_of).rows():
        parent = row["parent_id"] or f"? {row['parent']}"
        if parent != row["child_id"]:
            stated.setdefault((row["child_id"], parent), []).append(row)
    nodes = {key: _node(key, members) for pair in stated for key in pair}
    edges, circles = _acyclic([_edge(pair, rows, about) for pair, rows in stated.items()], nodes)
    trees = _forest(nodes, edges)
    words = query.casefold().split()
    if words:
        hit = {k for k, n in nodes.items() if all(w in f"{n.model} {n.id} {n.organisation}".casefold() for w in words)}
        trees = [tree for tree in trees if hit & {key for key, _ in tree.members}]
        if not trees:
            raise UnknownName.of("model with a declared parent or child", query, [n.model for n in nodes.values()])
    kept = {key for tree in trees for key, _ in tree.members}
    shown = tuple(edge for edge in edges if edge.child in kept and edge.parent in kept)
    left = []
    if circles:
        left.append(LeftOut(what="declarations", count=circles, why="they close a circle of parents"))
    unknown = sum(not nodes[key].known for key in kept)
    if unknown:
        left.append(LeftOut(what="parents", count=unknown, why="known by name alone: no other fact of theirs is here"))
    return Lineage(
        query=query,
        as_of=catalog.vintage("lineage", as_of),
        nodes=tuple(nodes[key] for tree in trees for key, _ in tree.members),
        edges=shown,
        trees=tuple(trees),
        left_out=tuple(left),
        origins=catalog.origins(dict.fromkeys(o for edge in shown for o in edge.origins)),
    )


def _node(key: str, members: Any) -> Node:
    row = members.index.get(key)
    if row is None:
        return Node(
            id=key, model=key.removeprefix("? "), organisation=None, released=None, openness="unknown", known=False
        )
    return Node(
        id=key,
        model=str(members.name[row]),
        organisation=members.organisation_name[row],
        released=members.released[row],
        openness=str(members.openness[row]),
        known=True,
    )


def _edge(pair: tuple[str, str], rows: list[dict[str, Any]], about: dict[str, str]) -> Edge:
    """One edge of all who state it: the first relation that says something, declared before inferred."""
    ordered = sorted(rows, key=lambda row: (row["stated"] != "declared", row["relation"] == "unknown"))
    return Edge(
        child=pair[0],
        parent=pair[1],
        relation=next((row["relation"] for row in ordered if row["relation"] != "unknown"), "unknown"),
        stated=ordered[0]["stated"],
        publishers=tuple(dict.fromkeys(about[row["origin_id"]] for row in ordered)),
        origins=tuple(dict.fromkeys(row["origin_id"] for row in ordered)),
    )


def _age(node: Node) -> tuple[int, str]:
    return (node.released or date.max).toordinal(), node.id


def _acyclic(edges: list[Edge], nodes: dict[str, Node]) -> tuple[list[Edge], int]:
    """The edges without those that would make a model its own ancestor, the oldest children first."""
    parents: dict[str, list[str]] = {}
    kept, cut = [], 0
    for edge in sorted(edges, key=lambda e: (_age(nodes[e.child]), e.parent)):
        above, ahead = {edge.parent}, [edge.parent]
        while ahead:
            for key in parents.get(ahead.pop(), []):
                if key not in above:
                    above.add(key)
                    ahead.append(key)
        if edge.child in above:
            cut += 1
            continue
        parents.setdefault(edge.child, []).append(edge.parent)
        kept.append(edge)
    return kept, cut


def _forest(nodes: dict[str, Node], edges: list[Edge]) -> list[Tree]:
    """Each model once, under its oldest parent; families by size, then by the age of their root."""
    under: dict[str, str] = {}
    for edge in edges:
        mine = under.get(edge.child)
        if mine is None or _age(nodes[edge.parent]) < _age(nodes[mine]):
            under[edge.child] = edge.parent
    children: dict[str, list[str]] = {}
    for child, parent in under.items():
        children.setdefault(parent, []).append(child)
    trees = []
    for root in sorted(set(nodes) - set(under), key=lambda key: _age(nodes[key])):
        order: list[tuple[str, int]] = []
        ahead = [(root, 0)]
        while ahead:
            key, depth = ahead.pop()
            order.append((key, depth))
            ahead += [(c, depth + 1) for c in sorted(children.get(key, []), key=lambda c: _age(nodes[c]), reverse=True)]
        trees.append(Tree(root=root, members=tuple(order)))
    return sorted(trees, key=lambda tree: -len(tree.members))
