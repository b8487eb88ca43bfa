"""Which competitors can be compared at all: who is linked to whom by wins, and in which direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Links:
    """The group and the piece (K,) of each competitor, numbered by battles, most first.

    Two are in one group if a chain of wins or ties leads from each to the other; in one piece if any chain of battles
    does. `beats` and `beaten` (K,): whether a chain of wins or ties leads to, or from, somebody of group 0.
    """

    groups: Ints
    pieces: Ints
    beats: Flags
    beaten: Flags


def links(a: ArrayLike, b: ArrayLike, results: ArrayLike, competitors: int) -> Links:
    """Find the groups within which strengths can be fitted (Ford 1957): strongly connected components of "scored on".

    `a`, `b` (C,), `results` (C, 3) as in `pairwise.bradley_terry`. Between two groups of one piece all wins went one
    way, so that the best fit would put them infinitely far apart; between two pieces nothing is known.

    >>> found = links([0, 1, 2, 3], [1, 0, 0, 4], [[1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]], 5)
    >>> found.groups[:3].tolist(), found.pieces.tolist(), found.beats[2].item()
    ([0, 0, 1], [0, 0, 0, 1, 1], True)
    """
    first, second = np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
    counts = np.asarray(results, dtype=np.float64).reshape(-1, 3)
    forth, back = (counts[:, 0] + counts[:, 2]) > 0, (counts[:, 1] + counts[:, 2]) > 0
    source, target = np.concatenate([first[forth], second[back]]), np.concatenate([second[forth], first[back]])
    games = counts.sum(axis=1)
    battles = np.bincount(first, games, competitors) + np.bincount(second, games, competitors)
    both = np.concatenate([source, target]), np.concatenate([target, source])
    groups, pieces = np.full(competitors, -1), np.full(competitors, -1)
    for start in np.argsort(-battles, kind="stable"):
        if pieces[start] < 0:
            pieces[_reached(*both, start, competitors)] = pieces.max() + 1
    # The busiest competitor's group is nearly always all of them; the slower search is for the rest.
    start = int(np.argmax(battles)) if competitors else 0
    if competitors:
        main = _reached(source, target, start, competitors) & _reached(target, source, start, competitors)
        groups[main] = 0
    _components(source, target, groups)
    groups, pieces = _by_battles(groups, battles), _by_battles(pieces, battles)
    anyone = int(np.argmax(groups == 0)) if competitors else 0
    beats, beaten = (_reached(*edges, anyone, competitors) for edges in ((target, source), (source, target)))
    return Links(groups, pieces, beats, beaten)


def _reached(source: Ints, target: Ints, start: int, n: int) -> Flags:
    """Who can be reached from `start`, itself included: one pass over all edges a step away."""
    seen = np.zeros(n, dtype=bool)
    if n:
        seen[start] = True
    fresh = seen
    while fresh.any():
        fresh = np.bincount(target[fresh[source]], minlength=n).astype(bool) & ~seen
        seen = seen | fresh
    return seen


def _components(source: Ints, target: Ints, groups: Ints) -> None:
    """Number the strongly connected components of those with group -1, in place (Tarjan 1972, without recursion)."""
    left = (groups[source] < 0) & (groups[target] < 0)
    edges = np.unique(np.stack([source[left], target[left]]), axis=1)
    ends = np.searchsorted(edges[0], np.arange(len(groups) + 1)).tolist()
    heads, at = edges[1].tolist(), ends[:-1]
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    waiting: list[int] = []
    number = int(groups.max(initial=-1))
    for root in np.flatnonzero(groups < 0).tolist():
        path = [] if root in order else [root]
        while path:
            node = path[-1]
            if node not in order:
                order[node] = lowest[node] = len(order)
                waiting.append(node)
            if at[node] < ends[node + 1]:
                head = heads[at[node]]
                at[node] += 1
                if head not in order:
                    path.append(head)
                elif groups[head] < 0:
                    lowest[node] = min(lowest[node], order[head])
                continue
            path.pop()
            if path:
                lowest[path[-1]] = min(lowest[path[-1]], lowest[node])
            if lowest[node] == order[node]:
                number += 1
                members = waiting[waiting.index(node) :]
                del waiting[-len(members) :]
                groups[members] = number


def _by_battles(label: Ints, battles: Ints) -> Ints:
    """The same labels, numbered from 0 by the battles of those who carry them, most first."""
    if not len(label):
        return label
    total = np.bincount(label, battles)
    place = np.empty(len(total), dtype=np.int64)
    place[np.argsort(-total, kind="stable")] = np.arange(len(total))
    return place[label]
