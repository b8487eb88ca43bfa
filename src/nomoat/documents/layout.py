"""Where does each node of a graph stand, so that neighbours are near and no two boxes overlap?

Springs along connections, repulsion between all nodes (Fruchterman and Reingold 1991) from a seeded start, then boxes
are pushed apart along the shorter way until none overlap. Pure arithmetic on arrays: the same graph gives the same
picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nomoat.types import Noun

ROUNDS = 240
GAP = 8.0  # pixels between boxes


class Layout(Noun, frozen=True, kw_only=True):
    """Centres of the nodes in pixels, in the order they were given, and the size of the picture."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    width: float
    height: float


def layout(
    sizes: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]], seed: int = 0, aspect: float = 1.6
) -> Layout:
    """Place boxes of (width, height) `sizes`, joined by `links`, in a picture of about that aspect.

    >>> made = layout([(60.0, 20.0)] * 3, [(0, 1), (1, 2)])
    >>> made == layout([(60.0, 20.0)] * 3, [(0, 1), (1, 2)]), len(made.x)
    (True, 3)
    """
    count = len(sizes)
    if count == 0:
        return Layout(x=(), y=(), width=0.0, height=0.0)
    box = np.asarray(sizes, dtype=float)
    joined = {end for a, b in links if a != b for end in (a, b)}
    inner = np.array([k for k in range(count) if k in joined], dtype=int)
    outer = np.array([k for k in range(count) if k not in joined], dtype=int)
    at = np.zeros((count, 2))
    if len(inner):
        number = {int(k): n for n, k in enumerate(inner)}
        at[inner] = _map(box[inner], [(number[a], number[b]) for a, b in links if a != b], seed, aspect)
    if len(outer):
        _below(at, box, inner, outer, aspect)
    low = (at - box / 2).min(axis=0) - 2 * GAP
    high = (at + box / 2).max(axis=0) + 2 * GAP
    at = np.round(at - low, 1)
    width, height = (float(v) for v in np.round(high - low, 1))
    return Layout(x=tuple(at[:, 0].tolist()), y=tuple(at[:, 1].tolist()), width=width, height=height)


def overlaps(made: Layout, sizes: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Pairs of boxes that overlap; a finished layout has none.

    >>> overlaps(Layout(x=(0.0, 5.0), y=(0.0, 5.0), width=20.0, height=20.0), [(10.0, 10.0), (10.0, 10.0)])
    [(0, 1)]
    """
    box, at = np.asarray(sizes, dtype=float).reshape(-1, 2), np.column_stack([made.x, made.y])
    half = (box[:, None] + box[None, :]) / 2
    inside = (np.abs(at[:, None] - at[None, :]) < half - 0.11).all(axis=2)
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(inside, 1))]


def _map(box: NDArray[np.float64], links: Sequence[tuple[int, int]], seed: int, aspect: float) -> NDArray[np.float64]:
    at = _spread(len(box), links, seed)
    # springs crowd the middle: half of each coordinate is its rank, which spreads boxes evenly
    ranks = np.argsort(np.argsort(at, axis=0, kind="stable"), axis=0, kind="stable") / max(1, len(box) - 1) - 0.5
    span = np.ptp(at, axis=0)
    at = 0.45 * (at - at.mean(axis=0)) / np.where(span > 0, span, 1.0) + 0.55 * ranks
    area = float(((box[:, 0] + 4 * GAP) * (box[:, 1] + 4 * GAP)).sum()) * 1.9
    return _apart(at * np.array([np.sqrt(area * aspect), np.sqrt(area / aspect)]), box)


def _below(
    at: NDArray[np.float64], box: NDArray[np.float64], inner: NDArray[np.int_], outer: NDArray[np.int_], aspect: float
) -> None:
    """What nothing connects stands in rows under the map."""
    if len(inner):
        left, right = (at[inner] - box[inner] / 2)[:, 0].min(), (at[inner] + box[inner] / 2)[:, 0].max()
        top = (at[inner] + box[inner] / 2)[:, 1].max() + 4 * GAP
    else:
        left, top = 0.0, 0.0
        right = float(np.sqrt((box.prod(axis=1)).sum() * 2 * aspect))
    x, y, tall = left, top, 0.0
    for k in outer:
        if x > left and x + box[k, 0] > right:
            x, y, tall = left, y + tall + 2 * GAP, 0.0
        at[k] = (x + box[k, 0] / 2, y + box[k, 1] / 2)
        x += box[k, 0] + 2 * GAP
        tall = max(tall, float(box[k, 1]))


def _spread(count: int, links: Sequence[tuple[int, int]], seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(count) / count
    at = np.column_stack([np.cos(angle), np.sin(angle)]) * np.sqrt(count) + random.normal(0, 0.05, (count, 2))
    joined = np.array([pair for pair in links if pair[0] != pair[1]], dtype=int).reshape(-1, 2)
    heat = np.sqrt(count)
    for step in range(ROUNDS):
        delta = at[:, None] - at[None, :]
        distance = np.maximum(np.hypot(delta[..., 0], delta[..., 1]), 0.01)
        push = (delta / distance[..., None] ** 2).sum(axis=1) * 1.4
        along = at[joined[:, 0]] - at[joined[:, 1]]
        pull = along * np.hypot(along[:, 0], along[:, 1])[:, None] * 0.35
        np.add.at(push, joined[:, 0], -pull)
        np.add.at(push, joined[:, 1], pull)
        push -= at * 0.06  # pieces without connections stay in the picture
        size = np.maximum(np.hypot(push[:, 0], push[:, 1]), 1e-9)
        cool = heat * (1 - step / ROUNDS) * 0.1
        at = at + push * (np.minimum(size, cool) / size)[:, None]
    return np.asarray(at, dtype=np.float64)


def _apart(at: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Push overlapping boxes apart, half of the way each; if they cannot settle, widen the picture and go on."""
    need = (box[:, None] + box[None, :]) / 2 + GAP
    upper = np.triu(np.ones((len(at), len(at)), dtype=bool), 1)
    for step in range(4000):
        delta = at[:, None] - at[None, :]
        missing = need - np.abs(delta)
        clash = (missing > 0.05).all(axis=2) & upper
        if not clash.any():
            return at
        one, two = np.nonzero(clash)
        short = missing[one, two]
        axis = (short[:, 0] > short[:, 1]).astype(int)
        rows = np.arange(len(one))
        side = np.sign(delta[one, two, axis])
        side[side == 0] = -1.0
        move = side * short[rows, axis] * 0.52
        shift = np.zeros_like(at)
        np.add.at(shift, (one, axis), move)
        np.add.at(shift, (two, axis), -move)
        # a box that many push would leap over others: what it moves at once is bounded
        at = at + np.clip(shift, -need.max() / 2, need.max() / 2)
        if step % 100 == 99:
            at = at * 1.08
    return _rows(box)


def _rows(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last resort: rows of boxes."""
    across = int(np.ceil(np.sqrt(len(box))))
    cell = box.max(axis=0) + GAP
    index = np.arange(len(box))
    return np.asarray(np.column_stack([index % across, index // across]) * cell, dtype=np.float64)
