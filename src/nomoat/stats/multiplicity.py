"""Several questions at once, asked again with every new model: which answers may be listed?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def e_bh(e_values: Floats, level: float) -> NDArray[np.bool_]:
    """Which claims to list so that at most `level` of those listed are expected to be false (Wang and Ramdas 2022).

    With e-values sorted downwards, the largest k with e_(k) >= K / (level k); those k are listed. Valid under any
    dependence, and at stopping times of one filtration.

    >>> e_bh(np.array([100.0, 30.0, 1.0]), 0.05).tolist(), e_bh(np.array([59.0, 1.0, 1.0]), 0.05).tolist()
    ([True, True, False], [False, False, False])
    """
    e = np.asarray(e_values, dtype=float)
    if not 0 < level < 1 or np.isnan(e).any() or (e < 0).any():
        raise ValueError("e-values of 0 or more and a level between 0 and 1 are expected")
    order = np.argsort(-e, kind="stable")
    k = np.arange(1, len(e) + 1)
    enough = np.flatnonzero(e[order] >= len(e) / (level * k))
    listed = np.zeros(len(e), dtype=bool)
    if len(enough):
        listed[order[: enough[-1] + 1]] = True
    return listed


def holm(e_values: Floats, level: float) -> NDArray[np.bool_]:
    """Which claims to list so that with probability 1 - level none of them is false: Holm's steps on p = min(1, 1/e).

    >>> holm(np.array([100.0, 30.0, 1.0]), 0.05).tolist()
    [True, False, False]
    """
    e = np.asarray(e_values, dtype=float)
    p = 1.0 / np.maximum(e, 1.0)
    order = np.argsort(p, kind="stable")
    listed = np.zeros(len(p), dtype=bool)
    for step, at in enumerate(order):
        if p[at] > level / (len(p) - step):
            break
        listed[at] = True
    return listed


def budget(generation: int, level: float) -> float:
    """The level of the g-th generation of models, so that all generations together keep `level`.

    level * 6 / (pi^2 g^2): sums to `level` over g = 1, 2, ... Each generation is tested on fresh traffic.

    >>> round(sum(budget(g, 0.05) for g in range(1, 2000)), 4)
    0.05
    """
    if generation < 1:
        raise ValueError(f"generation {generation}; expected 1 for the first")
    return level * 6.0 / (np.pi**2 * generation**2)
