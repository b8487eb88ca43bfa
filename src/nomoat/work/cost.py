"""What does a success cost with either arm, what do the same requests, and how sure is each ratio?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from nomoat.stats.paired import typical
from nomoat.types import Noun
from nomoat.work.pairs import Pairs

Floats = NDArray[np.float64]
FEWEST = 10  # conversations: of fewer the spread is not known


class Cost(Noun, frozen=True, kw_only=True):
    """US dollars a success: all that was paid, failed calls and retries with it, over the sum of scores.

    `ratio` is candidate over incumbent, `paid` that of what the same requests cost, whatever came of them. None where a
    price or a count of tokens is unknown, or nothing succeeded; ends are None where nothing bounds them.
    """

    incumbent: float | None = None
    candidate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    paid: float | None = None
    paid_low: float | None = None
    paid_high: float | None = None
    level: float = 0.95
    why_not: str | None = None


def cost(found: Pairs, *, level: float = 0.95) -> Cost:
    """Cost per success of both arms and their ratio, with an interval over whole conversations.

    Cost per success = sum of costs / sum of scores (workload.md 6.8). The interval is of the logarithm of the ratio: t,
    its spread by leaving out each conversation once. Its degrees of freedom are one less than the conversations of one
    cost that these are worth, (sum c)^2 / sum c^2 of the arm in which they are fewer (Kish 1965). Where that is wider,
    it is the spread with two more conversations of typical size and mean cost, one that the incumbent alone and one
    that the candidate alone answers rightly: failures too rare to be among those seen are not ruled out. Heavy-tailed
    costs (a standard deviation of 1.5 in the logarithm) are covered at 94 to 98 % of nominal 95 from 10 conversations
    on, by percentiles of a bootstrap at 83 %, with n - 1 degrees of freedom at 88 %.
    """
    columns = np.stack([found.second_cost, found.second, found.first_cost, found.first])
    if not found.n:
        return Cost(level=level, why_not="nothing was answered yet")
    if np.isnan(columns).any():
        unknown = int(np.isnan(columns).any(axis=0).sum())
        return Cost(level=level, why_not=f"the cost of {unknown:,} conversations is unknown: no price, or no count")
    b_cost, b_won, a_cost, a_won = columns.sum(axis=1)
    one = float(a_cost / a_won) if a_won > 0 else None
    two = float(b_cost / b_won) if b_won > 0 else None
    paid = float(b_cost / a_cost) if a_cost > 0 else None
    paid_ends = _ends(columns[[0, 2]], level) if paid and found.n >= FEWEST else (None, None)
    if not one or two is None:
        why = "the incumbent costs nothing" if one == 0 else "an arm never succeeded"
        return Cost(
            incumbent=one, candidate=two, paid=paid, paid_low=paid_ends[0], paid_high=paid_ends[1], level=level,
            why_not=why,
        )  # fmt: skip
    ends = _ends(columns, level, found.sizes) if found.n >= FEWEST and two > 0 else (None, None)
    return Cost(
        incumbent=one, candidate=two, ratio=two / one, low=ends[0], high=ends[1], paid=paid, paid_low=paid_ends[0],
        paid_high=paid_ends[1], level=level,
    )  # fmt: skip


def _ends(columns: Floats, level: float, sizes: Floats | None = None) -> tuple[float | None, float | None]:
    """The interval of the ratio of the columns' sums: the first over the second, over the same of the other two.

    Two columns are a plain ratio. None twice where one conversation holds all that a column has.
    """
    middle, spread = _left_out(columns)
    if sizes is not None:
        m, mean = typical(sizes), float(sizes.mean())
        each = columns.mean(axis=1) * m / mean
        two = np.array([[each[0], each[0]], [m, 0.0], [each[2], each[2]], [0.0, m]])
        spread = max(spread, _left_out(np.hstack([columns, two]))[1])
    if not np.isfinite(spread):
        return None, None
    costs = columns if sizes is None else columns[[0, 2]]
    worth = float((costs.sum(axis=1) ** 2 / (costs**2).sum(axis=1)).min())
    half = float(stdtrit(max(1.0, worth - 1), 0.5 + level / 2)) * spread
    return float(np.exp(middle - half)), float(np.exp(middle + half))


def _left_out(columns: Floats) -> tuple[float, float]:
    """The logarithm of the ratio and its standard error by the jackknife; infinite where a sum hangs on one unit."""
    signs = np.array([1.0, -1.0] if len(columns) == 2 else [1.0, -1.0, -1.0, 1.0])
    total, n = columns.sum(axis=1), columns.shape[1]
    middle = float(signs @ np.log(total))
    rest = total[:, None] - columns
    if (rest <= 1e-12 * total[:, None]).any():
        return middle, float("inf")
    apart = signs @ np.log(rest) - middle
    return middle, float(np.sqrt((n - 1) / n * (apart**2).sum()))
