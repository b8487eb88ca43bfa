"""Who of several players made a maximum as high as it is: exact Shapley values of a max game."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def max_game(values: Floats, floor: float | Floats = 0.0) -> Floats:
    """Share out max(floor, max of the players present) - floor among the players, exactly.

    values (..., P): what each player reaches alone. The Shapley value has the closed form of the airport game
    (Littlechild and Owen 1973): with gains sorted g(1) <= ... <= g(P) and g(0) = 0, the player at rank k gets
    sum over j <= k of (g(j) - g(j-1)) / (P - j + 1). The P shares add up to the game's worth.

    >>> max_game(np.array([3.0, 1.0, 0.0])).tolist()
    [2.5, 0.5, 0.0]
    """
    gains = np.maximum(np.asarray(values, dtype=float) - np.expand_dims(np.asarray(floor, dtype=float), -1), 0.0)
    order = np.argsort(gains, axis=-1, kind="stable")
    ranked = np.take_along_axis(gains, order, axis=-1)
    players = gains.shape[-1]
    shares = np.cumsum(np.diff(ranked, axis=-1, prepend=0.0) / np.arange(players, 0, -1), axis=-1)
    out = np.empty_like(shares)
    np.put_along_axis(out, order, shares, axis=-1)
    return out
