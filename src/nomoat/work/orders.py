"""How often does a pairwise judge turn with the order in which it is shown two answers?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nomoat.stats import paired
from nomoat.types import Noun

PICKS = ("first", "second", "tie")


class Asked(NamedTuple):
    """What a judge picked of one pair in each order: the incumbent's answer first, then the candidate's first."""

    conversation_id: str
    incumbent_first: str
    candidate_first: str


class Orders(Noun, frozen=True, kw_only=True):
    """A judge's pairs of replies on one use case; `rate` is the share of pairs that do not say the same in both orders.

    `swapped` of them named the place, first or second, in both orders, so that the winner swapped; `half` found a tie
    in one order alone. `low` to `high` is Wilson's 95 % interval, on as many pairs as conversations leave independent.
    """

    use_case: str
    judge: str
    pairs: int
    swapped: int
    half: int
    rate: float
    low: float
    high: float
    first: int  # replies that named the answer shown first, of twice as many as pairs
    second: int
    unreadable: int = 0  # pairs with a reply that could not be read, left out

    def said(self) -> str:
        """The rate in words, its interval and the number of pairs with it."""
        return (
            f"turned with the order in {self.rate:.0%} of {self.pairs:,} {'pair' if self.pairs == 1 else 'pairs'} of "
            f"answers that differ (95 % interval {100 * self.low:.0f} to {100 * self.high:.0f} %)."
        )


def orders_of(use_case: str, judge: str, asked: Sequence[Asked], unreadable: int = 0) -> Orders | None:
    """The rate of a judge's turns; None where no pair was read in both orders.

    >>> found = orders_of("u", "j", [Asked("a", "first", "first"), Asked("b", "second", "first")])
    >>> found.rate, found.swapped, round(found.low, 2), round(found.high, 2)
    (0.5, 1, 0.09, 0.91)
    """
    if not asked:
        return None
    same = {("first", "second"), ("second", "first"), ("tie", "tie")}
    talks: dict[str, list[float]] = {}
    swapped = half = 0
    for one in asked:
        picks = (one.incumbent_first, one.candidate_first)
        turns = picks not in same
        talks.setdefault(one.conversation_id, []).append(float(turns))
        swapped += turns and "tie" not in picks
        half += turns and "tie" in picks
    n, every = len(asked), [pick for one in asked for pick in one[1:]]
    rate = (swapped + half) / n
    totals = np.array([sum(those) for those in talks.values()])
    sizes = np.array([float(len(those)) for those in talks.values()])
    alone = max(1, round(n / paired.design_effect(totals, sizes)))
    low, high = paired.wilson(round(rate * alone), alone)
    return Orders(
        use_case=use_case, judge=judge, pairs=n, swapped=swapped, half=half, rate=rate, low=low, high=high,
        first=every.count("first"), second=every.count("second"), unreadable=unreadable,
    )  # fmt: skip
