"""Has a mean that was proven drifted since?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nomoat.stats.betting import stakes

Floats = NDArray[np.float64]


def alarm(x: Floats, *, worst: float, patience: float) -> tuple[int | None, Floats]:
    """Watch observations for a mean that is above 0: an e-detector by Shiryaev and Roberts (Shin et al. 2022).

    R_t = (R_{t-1} + 1) (1 + stake x_t), averaged over stakes. An alarm at R >= patience comes on average no sooner than
    after `patience` observations while the mean is at most 0. Returns the observation of the alarm, counted from 1, or
    None, and R (T,).

    >>> alarm(np.full(200, 0.3), worst=1.0, patience=1000.0)[0] < 60
    True
    >>> alarm(np.full(200, -0.3), worst=1.0, patience=1000.0)[0] is None
    True
    """
    if not patience > 1:
        raise ValueError(f"a patience of {patience}; expected more than 1 observation")
    stake = stakes(worst, 12)
    running = np.zeros(len(stake))
    path = np.empty(len(x))
    for t, value in enumerate(np.asarray(x, dtype=float)):
        if value < -worst - 1e-12:
            raise ValueError(f"an observation of {value}; expected none below -{worst}")
        # A drift that nobody acts on for a thousand observations must not overflow.
        running = np.minimum((running + 1.0) * (1.0 + stake * value), 1e300)
        path[t] = running.mean()
    over = np.flatnonzero(path >= patience)
    return (int(over[0]) + 1 if len(over) else None), path
