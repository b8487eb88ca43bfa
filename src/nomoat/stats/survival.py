"""How long until an event, when some have not happened yet: Kaplan-Meier, for a stack of draws at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Survival:
    """Kaplan-Meier curves of B draws over K subjects each.

    time (B, K), ascending; surviving (B, K): S just after that time (of tied times: at the last of them); longest (B,):
    the largest observed time.
    """

    time: Floats
    surviving: Floats
    longest: Floats


def kaplan_meier(time: Floats, censored: NDArray[np.bool_], weight: Floats) -> Survival:
    """Estimate the share still waiting after each time, counting those who wait still for as long as they were seen.

    S(t) = prod over times <= t of (1 - events / at risk), both weighted (Kaplan and Meier 1958). All arrays (B, K).
    A subject of weight 0 is not there. At a tied time events come before censorings.

    >>> s = kaplan_meier(np.array([[2.0, 3.0, 5.0]]), np.array([[False, True, False]]), np.ones((1, 3)))
    >>> s.surviving.round(3).tolist()
    [[0.667, 0.667, 0.0]]
    """
    # Two stable sorts make "time, then events first" without adding anything to a time.
    inner = np.argsort(censored, axis=1, kind="stable")
    outer = np.argsort(np.take_along_axis(time, inner, axis=1), axis=1, kind="stable")
    order = np.take_along_axis(inner, outer, axis=1)
    t, w = np.take_along_axis(time, order, axis=1), np.take_along_axis(weight, order, axis=1)
    event = np.where(np.take_along_axis(censored, order, axis=1), 0.0, w)
    at_risk = np.cumsum(w[:, ::-1], axis=1)[:, ::-1]
    factor = np.where(at_risk > 0, 1.0 - event / np.where(at_risk > 0, at_risk, 1.0), 1.0)
    # Summed from the end, the last one at risk is its own weight to the bit: 1 - w / w leaves exactly nobody.
    surviving = factor.cumprod(axis=1)
    longest = np.where(w > 0, t, 0.0).max(axis=1, initial=0.0)
    return Survival(t, surviving, longest)


def median(curves: Survival) -> Floats:
    """The first time (B,) at which half or fewer are still waiting; infinite where that is not reached.

    >>> median(kaplan_meier(np.array([[2.0, 3.0]]), np.array([[False, True]]), np.ones((1, 2)))).tolist()
    [2.0]
    """
    half = curves.surviving <= 0.5 + 1e-12
    first = np.argmax(half, axis=1)
    found = np.take_along_axis(curves.time, first[:, None], axis=1)[:, 0]
    return np.where(half.any(axis=1), found, np.inf)


def restricted_mean(curves: Survival, horizon: float) -> Floats:
    """The mean wait (B,) when nobody waits longer than `horizon`: the area under S from 0 to there.

    A curve that ends before the horizon is carried on flat.

    >>> restricted_mean(kaplan_meier(np.array([[2.0, 3.0]]), np.array([[False, True]]), np.ones((1, 2))), 3.0).tolist()
    [2.5]
    """
    t = np.minimum(curves.time, horizon)
    edges = np.concatenate([np.zeros((len(t), 1)), t, np.full((len(t), 1), horizon)], axis=1)
    height = np.concatenate([np.ones((len(t), 1)), curves.surviving], axis=1)
    return np.asarray((np.diff(edges, axis=1) * height).sum(axis=1))
