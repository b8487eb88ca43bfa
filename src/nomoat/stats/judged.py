"""A judge marked all and people marked some: what is the mean, and how much did the judge help?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """A mean corrected for the judge's errors, with its interval.

    `effective` is the number of human labels that would give the same precision without a judge; `correlation` is
    between the judge's marks and the people's.
    """

    value: float
    low: float
    high: float
    level: float
    labelled: int
    unlabelled: int
    weight: float
    correlation: float
    effective: float


def corrected(
    human: Floats,
    judge: Floats,
    judge_only: Floats,
    level: float = 0.95,
    *,
    weight: float | None = None,
    unit: float = 1.0,
) -> Judged:
    """The mean of what people would say of all conversations, from labels of some that were drawn at random.

    PPI++ (Angelopoulos et al., arXiv 2311.01453): mean over the unlabelled of w f plus mean over the labelled of
    (d - w f), w = cov(d, f) / ((1 + n/N) var f) clipped to [0, 1], or the `weight` given; var f is of all marks. d (n,)
    and f (n,), (N,) are totals of conversations over the mean size, so that correlated requests are one unit. t with
    n - 1 degrees of freedom. The interval, not the value, counts two more labelled conversations, one wholly won and
    one wholly lost, as `paired.clustered` does: where one in 200 is lost, 60 labels without them cover 25 %. Their size
    is `unit` mean sizes: `paired.typical` over the mean, 1 where conversations are alike; at the mean size one giant
    conversation is covered at 12 %. Below about 40 labelled conversations take `paired.clustered` of the labels alone.

    >>> rng = np.random.default_rng(0)
    >>> truth = rng.normal(size=200)
    >>> found = corrected(truth[:50], truth[:50] + 0.1, truth[50:] + 0.1)
    >>> bool(found.low < truth.mean() < found.high), bool(found.effective > 100)
    (True, True)
    """
    n, m = len(human), len(judge_only)
    if n < 2 or len(judge) != n:
        raise ValueError(f"{n} labels and {len(judge)} marks of the same conversations; expected two or more of each")
    spread = float(np.var(judge, ddof=1))
    shared = float(np.cov(human, judge, ddof=1)[0, 1])
    plain = float(np.var(human, ddof=1))
    every = float(np.var(np.append(judge, judge_only), ddof=1))
    if m == 0 or every == 0:
        weight = 0.0
    elif weight is None:
        weight = float(np.clip(shared / ((1 + n / m) * every), 0.0, 1.0))
    value = float((human - weight * judge).mean() + (weight * judge_only.mean() if m else 0.0))
    variance = float(np.var(human - weight * judge, ddof=1)) / n
    if m > 1:
        variance += weight**2 * float(np.var(judge_only, ddof=1)) / m
    # What the labels say beyond the judge, with the two.
    rest = np.append(human - weight * judge, [unit, -unit])
    middle = float(rest.mean() + (weight * judge_only.mean() if m else 0.0))
    wider = float(np.var(rest, ddof=1)) / len(rest) + (variance - float(np.var(human - weight * judge, ddof=1)) / n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * float(np.sqrt(wider))
    correlation = 0.0 if spread == 0 or plain == 0 else shared / np.sqrt(spread * plain)
    return Judged(
        value=value,
        low=middle - half,
        high=middle + half,
        level=level,
        labelled=n,
        unlabelled=m,
        weight=weight,
        correlation=float(correlation),
        # Labels that are all alike say nothing of what a judge would save.
        effective=plain / variance if plain > 0 and variance > 0 else float(n),
    )
