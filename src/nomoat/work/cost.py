"""What does a success cost with either arm, and how sure is the ratio?"""

from __future__ import annotations

import numpy as np

from nomoat.types import Noun
from nomoat.work.pairs import Pairs

FEWEST = 10  # conversations: a bootstrap of fewer says nothing


class Cost(Noun, frozen=True, kw_only=True):
    """US dollars a success: all that was paid, failed calls and retries with it, over the sum of scores.

    `ratio` is candidate over incumbent. None where a price or a count of tokens is unknown, or nothing succeeded.
    """

    incumbent: float | None = None
    candidate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    why_not: str | None = None


def cost(found: Pairs, *, level: float = 0.95, draws: int = 1000, seed: int = 0) -> Cost:
    """Cost per success of both arms and their ratio, with a bootstrap of whole conversations of the log ratio.

    Cost per success = sum of costs / sum of scores (workload.md 6.8); percentiles of `draws` resamples.
    """
    columns = np.stack([found.first_cost, found.first, found.second_cost, found.second])
    if not found.n:
        return Cost(level=level, why_not="nothing was answered yet")
    if np.isnan(columns).any():
        unknown = int(np.isnan(columns).any(axis=0).sum())
        return Cost(level=level, why_not=f"the cost of {unknown:,} conversations is unknown: no price, or no count")
    a_cost, a_won, b_cost, b_won = columns.sum(axis=1)
    one = float(a_cost / a_won) if a_won > 0 else None
    two = float(b_cost / b_won) if b_won > 0 else None
    if not one or two is None:
        why = "the incumbent costs nothing" if one == 0 else "an arm never succeeded"
        return Cost(incumbent=one, candidate=two, level=level, why_not=why)
    ratio = two / one
    if found.n < FEWEST or two == 0:
        return Cost(incumbent=one, candidate=two, ratio=ratio, level=level)
    dice, even = np.random.default_rng(seed), np.full(found.n, 1 / found.n)
    batch = max(1, 4_000_000 // found.n)  # 32 MB of weights at a time
    parts = [dice.multinomial(found.n, even, min(batch, draws - k)) @ columns.T for k in range(0, draws, batch)]
    sums = np.concatenate(parts)
    kept = sums[(sums > 0).all(axis=1)]
    logs = np.log(kept[:, 2] / kept[:, 3]) - np.log(kept[:, 0] / kept[:, 1])
    low, high = np.exp(np.quantile(logs, [0.5 - level / 2, 0.5 + level / 2])) if len(logs) else (np.nan, np.nan)
    return Cost(incumbent=one, candidate=two, ratio=ratio, low=float(low), high=float(high), level=level)
