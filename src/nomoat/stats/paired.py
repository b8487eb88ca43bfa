"""Two systems answered the same inputs: how much better is one, with a fixed sample?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betainc, ndtri, stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Difference:
    """A mean difference with its interval; `units` are independent ones, conversations and not requests."""

    value: float
    low: float
    high: float
    level: float
    units: int
    method: str


def clustered(totals: Floats, sizes: Floats, level: float = 0.95) -> Difference:
    """The request-weighted mean difference over conversations, with a cluster-robust interval.

    theta = sum of totals / sum of sizes; its variance is G/(G-1) sum (total_c - theta m_c)^2 / (sum m_c)^2 over the G
    conversations (the ratio estimator), t with G - 1 degrees of freedom. The interval, not the value, counts two more
    conversations, one wholly won and one wholly lost (Bonett and Price 2012, for pairs): without them it covers 29 to
    77 % where one conversation in 200 is lost, as a sample without a loss has no spread; with them at least 93 % of
    nominal 95 from 6 conversations on. They have the size of the conversation that a random request lies in, `typical`:
    at the mean size, one giant with half of all requests is covered at 51 %, and rare losses of long conversations at
    65 %. So it holds from two conversations on; a bootstrap-t of few was no nearer to its level and twice as wide.

    >>> found = clustered(np.zeros(60), np.ones(60))
    >>> found.value, found.low < -0.04 and found.high > 0.04
    (0.0, True)
    """
    n = len(totals)
    if n < 2:
        raise ValueError(f"{n} conversations; expected at least 2")
    value = float(totals.sum() / sizes.sum())
    theta, se = _ratio(*_with_two(totals, sizes))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * se
    return Difference(value, theta - half, theta + half, level, n, "cluster-robust t")


def _ratio(totals: Floats, sizes: Floats) -> tuple[float, float]:
    """The ratio estimate and its cluster-robust standard error."""
    n = len(totals)
    theta = float(totals.sum() / sizes.sum())
    return theta, float(np.sqrt(n / (n - 1) * ((totals - theta * sizes) ** 2).sum()) / sizes.sum())


def _with_two(totals: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    """One conversation of typical size wholly won and one wholly lost beside those that were seen."""
    m = typical(sizes)
    return np.append(totals, [m, -m]), np.append(sizes, [m, m])


def typical(sizes: Floats) -> float:
    """How many requests the conversation of a random request has: sum m^2 / sum m, the mean where all are alike.

    Requests over it are how many conversations of one size say as much (Kish 1965).

    >>> typical(np.array([3.0, 3.0])), typical(np.array([99.0, *np.ones(99)]))
    (3.0, 50.0)
    """
    return float((sizes**2).sum() / sizes.sum())


def mcnemar(won: int, lost: int) -> float:
    """The exact two-sided p-value that wins and losses among discordant pairs are equally likely (McNemar 1947).

    Twice the smaller binomial tail at one half, at most 1.

    >>> round(mcnemar(10, 2), 5)
    0.03857
    """
    n = won + lost
    return 1.0 if n == 0 else float(min(1.0, 2 * bdtr(min(won, lost), n, 0.5)))


def tango(won: int, lost: int, n: int, level: float = 0.95) -> Difference:
    """The score interval of a paired difference of proportions (Tango 1998): close to its level for small n.

    Values delta with |(won - lost - n delta)| / sqrt(n (2 q + delta (1 - delta))) at most z, q the constrained maximum
    likelihood estimate of the probability to lose; found by bisection.

    >>> d = tango(0, 0, 50)
    >>> round(d.low, 3), round(d.high, 3)
    (-0.071, 0.071)
    """
    _counts(won, lost, n)
    z = float(ndtri(0.5 + level / 2))
    value = (won - lost) / n

    def score(delta: float) -> float:
        a = 2.0 * n
        b = -won - lost + (2.0 * n - won + lost) * delta
        c = -lost * delta * (1.0 - delta)
        q = (np.sqrt(max(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
        variance = n * (2.0 * q + delta * (1.0 - delta))
        gap = won - lost - n * delta
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap)) if variance <= 0 else float(gap / np.sqrt(variance))

    return Difference(value, _root(score, z, -1.0, value), _root(score, -z, value, 1.0), level, n, "Tango score")


def newcombe(won: int, lost: int, both: int, n: int, level: float = 0.95) -> Difference:
    """The paired difference of proportions by Newcombe's method 10 (1998): two Wilson intervals and their correlation.

    `both` pairs succeeded twice, `n - won - lost - both` failed twice.

    >>> d = newcombe(4, 1, 40, 50)
    >>> round(d.low, 4), round(d.high, 4)
    (-0.0403, 0.1672)
    """
    _counts(won, lost, n)
    neither = n - won - lost - both
    if neither < 0:
        raise ValueError(f"{won} + {lost} + {both} pairs of {n}; expected no more than all")
    p1, p2 = (both + won) / n, (both + lost) / n
    (l1, u1), (l2, u2) = wilson(both + won, n, level), wilson(both + lost, n, level)
    product = float((both + won) * (lost + neither)) * float((both + lost) * (won + neither))
    top = both * neither - won * lost
    # Newcombe's continuity correction takes half of n off a positive association only.
    shared = max(top - n / 2, 0.0) if top > 0 else float(top)
    phi = shared / float(np.sqrt(product)) if product else 0.0
    value = p1 - p2
    low = value - np.sqrt(max((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2, 0.0))
    high = value + np.sqrt(max((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2, 0.0))
    return Difference(value, float(low), float(high), level, n, "Newcombe 10")


def wilson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927).

    >>> [round(end, 4) for end in wilson(126, 143)]
    [0.8179, 0.9244]
    """
    z = float(ndtri(0.5 + level / 2))
    p, q = k / n, z * z / n
    middle = (p + q / 2) / (1 + q)
    half = z * np.sqrt(p * (1 - p) / n + q / (4 * n)) / (1 + q)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def none_lost(n: int, alpha: float = 0.05) -> float:
    """The largest chance of a loss that n pairs without one leave open: 1 - alpha^(1/n), about 3/n.

    >>> round(none_lost(100), 4)
    0.0295
    """
    return float(1.0 - alpha ** (1.0 / n)) if n > 0 else 1.0


def posterior(won: int, lost: int, n: int, margin: float, *, draws: int = 20_000, seed: int = 0) -> float:
    """The probability that the difference is above -margin, for small n: Dirichlet(1/2 each) on won, lost and tied.

    >>> posterior(0, 0, 60, 0.1) > 0.95 > posterior(0, 0, 3, 0.1)
    True
    """
    _counts(won, lost, n)
    if won == lost == 0 and margin >= 1:
        return 1.0
    sample = np.random.default_rng(seed).dirichlet([won + 0.5, lost + 0.5, n - won - lost + 0.5], draws)
    return float((sample[:, 0] - sample[:, 1] > -margin).mean())


def pairs_needed(
    margin: float,
    discordance: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    truth: float = 0.0,
    effect: float = 1.0,
) -> float:
    """How many conversations a fixed-sample proof takes: effect (z_a + z_b)^2 (p - truth^2) / (margin + truth)^2.

    `discordance` p is the share of pairs that differ, `truth` the true difference, `effect` the design effect
    1 + (m - 1) rho of conversations of m requests.

    >>> round(pairs_needed(0.03, 0.10))
    687
    """
    if margin + truth <= 0:
        return float("inf")
    z = float(ndtri(1 - alpha) + ndtri(power))
    return effect * z * z * (discordance - truth**2) / (margin + truth) ** 2


def design_effect(totals: Floats, sizes: Floats, discordance: float | None = None) -> float:
    """By how much correlated requests of one conversation inflate the variance over independent ones, at least 1.

    The cluster-robust variance over the one that takes all requests for independent, whose mean square of single
    differences is `discordance` (exact for differences of -1, 0 or 1, else too large). Without it the totals' own mean
    size stands in, in which a win and a loss of one conversation cancel: five independent requests a conversation then
    seem to be worth half of what they are.

    >>> design_effect(np.array([2.0, -2.0, 0.0, 0.0]), np.full(4, 2.0)) > 1
    True
    """
    n, requests = len(totals), sizes.sum()
    if n < 2 or requests <= n:
        return 1.0
    theta = totals.sum() / requests
    robust = n / (n - 1) * ((totals - theta * sizes) ** 2).sum() / requests**2
    square = np.abs(totals).sum() / requests if discordance is None else discordance
    single = max(square - theta**2, 1e-12) / requests
    return float(max(1.0, robust / single))


def _counts(won: int, lost: int, n: int) -> None:
    if n < 1 or won < 0 or lost < 0 or won + lost > n:
        raise ValueError(f"{won} won and {lost} lost of {n}; expected counts of at least one pair")


def _root(score: Callable[[float], float], bar: float, low: float, high: float) -> float:
    """Where a falling score crosses the bar, by 60 bisections."""
    if score(low) <= bar:
        return low
    if score(high) >= bar:
        return high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle) > bar else (low, middle)
    return (low + high) / 2


def at_least(k: int, n: int, p: float) -> float:
    """The probability of k or more of n when each has probability p.

    >>> round(at_least(1, 10, 0.1), 4)
    0.6513
    """
    return 1.0 if k <= 0 else float(betainc(k, n - k + 1, p))
