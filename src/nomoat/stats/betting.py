"""Is the follower no worse than the leader by more than a margin, whenever one looks?

A bet against the claim "the mean is at most 0": capital that is at least 1/alpha is evidence at level alpha at any
moment, whatever made one look (Ville's inequality). Observations are one a unit that was drawn at random; bets on
requests of one conversation are no such units, and betting on them errs 46 % of the time in our simulations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
STAKES = 40  # on a grid; 20 against 80 move the median stopping time by less than 2 %
BOLDEST = 0.9  # of the stake at which one observation could take all


@dataclass(frozen=True, eq=False)
class Capital:
    """The capital (T,) after each observation of a mixture of stakes, as its logarithm; it started at 1."""

    log: Floats

    @property
    def e_value(self) -> float:
        """The capital now: an e-value, mean at most 1 under the claim that is bet against, at any stopping time."""
        return float(np.exp(self.log[-1])) if len(self.log) else 1.0

    def first(self, alpha: float) -> int | None:
        """How many observations it took until the capital was 1/alpha; None where it never was.

        >>> wealth(np.full(100, 0.5), worst=1.0).first(0.05) <= 15
        True
        """
        over = np.flatnonzero(self.log >= -np.log(alpha))
        return int(over[0]) + 1 if len(over) else None


def stakes(worst: float, n: int = STAKES) -> Floats:
    """A grid of stakes (n,) in (0, 0.9/worst], denser near 0, where small effects are found.

    >>> bool(stakes(2.0)[-1] == 0.45)
    True
    """
    if not worst > 0:
        raise ValueError(f"a worst loss of {worst}; expected the largest amount that one observation can lose, above 0")
    return BOLDEST / worst * ((np.arange(n) + 1) / n) ** 2


def wealth(x: Floats, *, worst: float, n: int = STAKES) -> Capital:
    """Bet that the mean of `x` is above 0: K_t = mean over stakes of prod (1 + stake x_s), s <= t.

    x (T,) in the order in which units were drawn, each at least -worst. Each factor has mean at most 1 when E[x | past]
    is at most 0, so that K is a test supermartingale (Waudby-Smith and Ramdas, arXiv 2010.09686). O(T n), a few MB.

    >>> wealth(np.array([1.0, 1.0]), worst=1.0).e_value > 1 > wealth(np.array([-1.0, -1.0]), worst=1.0).e_value
    True
    """
    x = np.asarray(x, dtype=float)
    if not np.isfinite(x).all() or (x < -worst - 1e-12).any():
        raise ValueError(f"an observation below -{worst} or not finite; expected none that loses more than was said")
    stake = stakes(worst, n)
    logs = np.cumsum(np.log1p(stake[:, None] * x[None, :]), axis=1)
    top = logs.max(axis=0, initial=0.0)
    return Capital(top + np.log(np.exp(logs - top).mean(axis=0)))


def weighed(means: Floats, sizes: Floats, largest: float, margin: float) -> Floats:
    """Observations (C,) for a request-weighted mean: (m_c / m_max)(mean d_c + margin), one a conversation.

    Their expectation is not above 0 exactly when the mean difference over requests is not above -margin, when
    conversations are drawn uniformly. `largest` is fixed before the data; a longer conversation counts its first
    `largest` requests (its mean must be of those).

    >>> weighed(np.array([0.0, -0.5]), np.array([1.0, 4.0]), 4.0, 0.1).tolist()
    [0.025, -0.4]
    """
    if (sizes <= 0).any() or (sizes > largest).any():
        raise ValueError(f"sizes from {sizes.min()} to {sizes.max()}; expected above 0 and at most {largest}")
    return np.asarray(sizes / largest * (means + margin))


MIXING = 0.7  # what a mixture pays for not knowing the best stake, in the logarithm: fitted to 44 simulated settings


def units_needed(margin: float, discordance: float, *, needs: float, power: float = 0.8) -> float:
    """How many units it takes until the bet has reached `needs` with probability `power`, if the true mean is 0.

    With the best stake s of the grid: the n at which n g - z sqrt(n v) = log needs + MIXING, g and v the mean and the
    variance of log(1 + s x), x = margin + 1, margin, margin - 1 with probabilities discordance/2, the rest, and
    discordance/2. Within a quarter of the simulated 80 % quantiles for margins of 0.02 to 0.2, needs of 20 to 3,300.

    >>> round(units_needed(0.05, 0.1, needs=20), -1)
    540.0
    """
    x = margin + np.array([-1.0, 0.0, 1.0])
    chance = np.array([discordance / 2, 1 - discordance, discordance / 2])
    log = np.log1p(stakes(1.0 - margin)[:, None] * x)
    gain = log @ chance
    spread = np.maximum((log**2) @ chance - gain**2, 0.0)
    z, bar = float(ndtri(power)), float(np.log(needs)) + MIXING
    grows = gain > 0
    gain, spread = gain[grows], spread[grows]
    root = (z * np.sqrt(spread) + np.sqrt(z**2 * spread + 4 * gain * bar)) / (2 * gain)
    return float((np.maximum(root, 0.0) ** 2).min()) if len(root) else float("inf")


@dataclass(frozen=True, eq=False)
class Trial:
    """Three bets on one stream of differences d = follower - leader: is it safe, is it futile, is it better?

    `safe` bets that the mean is above -margin; `worse` that it is below -margin (stop, it will not be proven);
    `better` that it is above 0.
    """

    safe: Capital
    worse: Capital
    better: Capital
    margin: float
    units: int


def trial(means: Floats, sizes: Floats, *, margin: float, largest: float) -> Trial:
    """Bet on conversations in the random order in which they were drawn; means (C,) in [-1, 1], sizes (C,) requests.

    >>> t = trial(np.zeros(400), np.ones(400), margin=0.1, largest=1.0)
    >>> t.safe.e_value > 20, t.worse.e_value < 1, t.better.e_value
    (True, True, 1.0)
    """
    if not 0 < margin < 1:
        raise ValueError(f"a margin of {margin}; expected between 0 and 1")
    if (np.abs(means) > 1 + 1e-12).any():
        raise ValueError("a mean difference outside of [-1, 1]; expected scores between 0 and 1")
    return Trial(
        safe=wealth(weighed(means, sizes, largest, margin), worst=1.0 - margin),
        worse=wealth(-weighed(means, sizes, largest, margin), worst=1.0 + margin),
        better=wealth(weighed(means, sizes, largest, 0.0), worst=1.0),
        margin=margin,
        units=len(means),
    )


NEAR = 0.0005  # how near to an end the search for it stops


def sequence(means: Floats, sizes: Floats, *, largest: float, alpha: float = 0.05) -> tuple[float, float]:
    """The interval of request-weighted mean differences that no bet has ruled out, valid at any moment.

    A value is ruled out once a one-sided bet against it has won at alpha/2 (Waudby-Smith and Ramdas: a confidence
    sequence by inversion). Each end is found by bisection from the mean outwards, 25 bets where a search of the whole
    scale takes 800; it is the value that is ruled out, so that the interval errs outwards by at most 0.0005.

    >>> low, high = sequence(np.zeros(500), np.ones(500), largest=1.0)
    >>> low < 0 < high and high - low < 0.1
    True
    """
    bar, value = -float(np.log(alpha / 2)), float((means * sizes).sum() / sizes.sum())

    def out(at: float) -> bool:
        """Has a bet against "the mean is at `at`" ever won? Capital that was ever high enough rules it out for good."""
        sign = 1.0 if at < value else -1.0
        capital = wealth(sign * sizes / largest * (means - at), worst=1.0 + sign * at, n=12)
        return bool(capital.log.max(initial=0.0) >= bar)

    ends = []
    for end in (-1.0, 1.0):
        # At the end itself one side cannot lose, and a bet on it means nothing.
        outside, inside = 0.999 * end, value
        if abs(value - end) <= 0.001 or not out(outside):
            ends.append(end)
            continue
        while abs(outside - inside) > NEAR:
            middle = (outside + inside) / 2
            outside, inside = (middle, inside) if out(middle) else (outside, middle)
        ends.append(outside)
    return ends[0], ends[1]
