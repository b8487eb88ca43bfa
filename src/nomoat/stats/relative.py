"""How does a growing count stand beside the ones that grew most in the same time after their start?

A curve (U,) is a count at ages; NaN where it was not old enough or not observed. A field (J, U) is one row a curve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cutoff(field: Floats, top: int = 10) -> Floats:
    """The `top`-th largest count at each age (..., U), never below that of an earlier age; NaN where fewer are there.

    C(t) = max over u <= t of the k-th largest D_j(u), over the curves j that are known at u.

    >>> field = np.array([[5.0, 9.0, 9.0], [4.0, 8.0, np.nan], [3.0, 7.0, np.nan]])
    >>> cutoff(field, 2).tolist()
    [4.0, 8.0, 8.0]
    """
    ranked = _ranked(field)
    if ranked.shape[-2] < top:
        return np.full(field.shape[:-2] + field.shape[-1:], np.nan)
    kth = ranked[..., top - 1, :]
    return np.asarray(np.fmax.accumulate(kth, axis=-1))


def median_of_top(field: Floats, top: int = 10) -> Floats:
    """The median of the `top` largest counts at each age (..., U); NaN where fewer are there.

    >>> median_of_top(np.array([[5.0], [4.0], [3.0], [1.0]]), 3).tolist()
    [4.0]
    """
    ranked = _ranked(field)
    if ranked.shape[-2] < top:
        return np.full(field.shape[:-2] + field.shape[-1:], np.nan)
    return np.asarray(np.median(ranked[..., :top, :], axis=-2))


def resampled(field: Floats, draws: int, seed: int) -> Floats:
    """Fields (B, J, U) of as many curves drawn with replacement: what another draw of references would have been.

    >>> resampled(np.array([[1.0], [2.0]]), 3, 0).shape
    (3, 2, 1)
    """
    rng = np.random.default_rng(seed)
    return field[rng.integers(len(field), size=(draws, len(field)))]


def at_ages(days: Floats, counts: Floats, ages: Floats, widest: float) -> Floats:
    """A curve read between its observations: linear, and NaN where the two around an age lie more than `widest` apart.

    `days` ascend and begin at the start, where the count is nought; nothing is carried on past the last one.

    >>> at_ages(np.array([0.0, 10.0, 100.0]), np.array([0.0, 20.0, 500.0]), np.array([5.0, 50.0, 100.0, 120.0]), 45.0)
    array([ 10.,  nan, 500.,  nan])
    """
    read = np.interp(ages, days, counts, right=np.nan)
    after = np.searchsorted(days, ages, side="left").clip(max=len(days) - 1)
    before = (np.searchsorted(days, ages, side="right") - 1).clip(min=0)
    return np.where(days[after] - days[before] > widest, np.nan, read)


def _ranked(field: Floats) -> Floats:
    """Largest first along the curves, what is not known last."""
    return np.asarray(-np.sort(-field, axis=-2))
