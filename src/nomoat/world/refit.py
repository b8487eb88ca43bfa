"""Which part of a move of abilities is the scale's own: a refit, and not what was learnt of a model?"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

MOST = 200  # models through which lines are laid; more of them move the line by less than is printed
FEWEST, MANY = 3, 20
MOVED = 0.05  # points: less than a table prints


def line(old: NDArray[np.float64], new: NDArray[np.float64]) -> tuple[float, float]:
    """Return (slope, shift) of the line that most models follow from their old ability to the new one: (M,), (M,).

    The abilities of one index are known up to such a line, so that a common one says nothing of any model. It is the
    line through two models with the least sum of absolute distances to all. Where it explains less than a tenth of the
    moves (half of them among fewer than twenty models), or fewer than three models are there, the scale did not move:
    (1, 0). Between the shipped vintages it explains 20 to 46 %; from noise alone, two free numbers explain 2 %.

    >>> line(np.array([100.0, 110.0, 120.0]), np.array([102.0, 112.0, 122.0]))
    (1.0, 2.0)
    >>> line(np.array([100.0, 110.0, 120.0, 130.0]), np.array([100.0, 110.0, 120.0, 138.0]))
    (1.0, 0.0)
    """
    if len(old) < FEWEST:
        return 1.0, 0.0
    kept = np.unique(np.linspace(0, len(old) - 1, min(len(old), MOST)).astype(int))
    x, y = old[kept], new[kept]
    one, other = np.triu_indices(len(x), 1)
    run = x[other] - x[one]
    apart = np.abs(run) > 1e-9
    slope = (y[other] - y[one])[apart] / run[apart]
    shift = y[one][apart] - slope * x[one][apart]
    usual = (slope > 0.5) & (slope < 2)  # a scale that turns or halves is no refit
    if not usual.any():
        return 1.0, 0.0
    slope, shift = slope[usual], shift[usual]
    costs = np.array([np.abs(a * x + b - y).sum() for a, b in zip(slope, shift, strict=True)])
    best = int(costs.argmin())
    left = 0.9 if len(x) >= MANY else 0.5
    if not costs[best] < left * np.abs(y - x).sum() - 1e-9:
        return 1.0, 0.0
    return round(float(slope[best]), 12), round(float(shift[best]), 12)


def same_scores(catalog: Catalog, early: date, late: date) -> set[str] | None:
    """Return the models whose scores in the index's input are the very same on both days.

    None where one of the days has no input: old vintages are the abilities that were published, and nothing else.
    """
    then, now = (_scores(catalog, day) for day in (early, late))
    if not then or not now:
        return None
    return {model for model, said in then.items() if now.get(model) == said}


def _scores(catalog: Catalog, day: date) -> dict[str, frozenset[tuple[str, float]]]:
    found: dict[str, set[tuple[str, float]]] = defaultdict(set)
    for row in catalog.table("scores", day).rows():
        found[row["model_id"]].add((row["benchmark_id"], round(row["performance"], 9)))
    return {model: frozenset(said) for model, said in found.items()}
