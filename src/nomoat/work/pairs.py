"""What did two arms score on the same conversations, in the order in which these were drawn?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nomoat.work.answer import Answer, Mark
from nomoat.work.frame import INCUMBENT, Drawn
from nomoat.work.plan import AGAIN

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of an answer for the proof: its score, whether it failed, and what it cost."""

    score: float
    failed: bool
    cost: float | None


Table = Mapping[tuple[str, str], Told]  # (arm, request) -> what is kept


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Two arms on the first conversations of the order, (C,) each: up to the first that one arm has not answered.

    Whatever was answered beyond that waits: to take what happens to be there would favour conversations that are
    answered fast. Totals are sums of scores over the requests that count. `lost` and `won` count requests on which the
    second arm scored lower and higher; `binary` says that all scores are 0 or 1.
    """

    sizes: Floats
    first: Floats  # totals of the first arm (the incumbent)
    second: Floats
    bound: Floats  # totals of the second minus the first, had every failure of the first been a full success
    first_cost: Floats  # NaN where a cost is unknown
    second_cost: Floats
    failed: tuple[int, int]
    won: int
    lost: int
    both: int
    discordance: float  # mean absolute difference of a request
    binary: bool
    waiting: int  # conversations of the frame that are not in yet
    unscorable: int  # requests that no arm can be scored on
    unreached: int = 0  # requests on which both calls failed

    @property
    def differences(self) -> Floats:
        """Totals of the second arm minus the first (C,)."""
        return self.second - self.first

    @property
    def means(self) -> Floats:
        """The mean difference of each conversation (C,), second arm minus first."""
        return self.differences / self.sizes

    @property
    def n(self) -> int:
        """Conversations."""
        return len(self.sizes)

    @property
    def requests(self) -> int:
        """Requests."""
        return int(self.sizes.sum())


def table(marks: Iterable[Mark], answers: Iterable[Answer]) -> dict[tuple[str, str], Told]:
    """Marks joined with the costs and failures of their answers."""
    known = {(a.arm, a.request_id): (a.error is not None or a.response is None, a.cost_usd) for a in answers}
    told = {}
    for mark in marks:
        failed, cost = known.get((mark.arm, mark.request_id), (False, None))
        told[mark.arm, mark.request_id] = Told(mark.score, failed, cost)
    return told


def pairs(
    drawn: Iterable[Drawn], told: Table, second: str, unscorable: Mapping[str, str], first: str = INCUMBENT
) -> Pairs:
    """Pair two arms, conversation by conversation; stops at the first conversation that is not whole.

    Requests in `unscorable` count for neither arm, whatever was answered; a conversation of nothing else is passed
    over. So do requests on which both calls failed: two zeros would be "no difference", and a night without a network
    would list every candidate; what is claimed is about requests that one arm at least answers, of which the mean loss
    is the larger. A failed call that names no cost is taken to have cost nothing, any other makes it unknown.
    """
    rows, tally, waiting, skipped, unreached = [], np.zeros(5), 0, 0, 0
    binary = True
    for one in drawn:
        names = [name for name in one.requests if name not in unscorable]
        cells = [(told.get((first, name)), told.get((second, name))) for name in names]
        if waiting or any(a is None or b is None for a, b in cells):
            waiting += 1
            continue
        whole = [(a, b) for a, b in cells if a is not None and b is not None and not (a.failed and b.failed)]
        skipped += len(one.requests) - len(names)
        unreached += len(names) - len(whole)
        if not whole:
            continue
        gaps = [b.score - a.score for a, b in whole]
        binary = binary and all(x.score in (0.0, 1.0) for pair in whole for x in pair)
        tally += (
            sum(a.failed for a, _ in whole),
            sum(b.failed for _, b in whole),
            sum(gap > 0 for gap in gaps),
            sum(gap < 0 for gap in gaps),
            sum(a.score == b.score == 1 for a, b in whole),
        )
        rows.append(
            (
                len(whole),
                sum(a.score for a, _ in whole),
                sum(b.score for _, b in whole),
                sum(b.score - (1.0 if a.failed else a.score) for a, b in whole),
                sum(_cost(a) for a, _ in whole),
                sum(_cost(b) for _, b in whole),
                sum(map(abs, gaps)),
            )
        )
    found = np.array(rows, dtype=float).reshape(len(rows), 7).T
    total = found[0].sum()
    return Pairs(
        sizes=found[0], first=found[1], second=found[2], bound=found[3], first_cost=found[4], second_cost=found[5],
        failed=(int(tally[0]), int(tally[1])), won=int(tally[2]), lost=int(tally[3]), both=int(tally[4]),
        discordance=float(found[6].sum() / total) if total else 0.0,
        binary=binary, waiting=waiting, unscorable=skipped, unreached=unreached,
    )  # fmt: skip


def floor(drawn: Iterable[Drawn], told: Table, unscorable: Mapping[str, str]) -> Pairs:
    """The incumbent against itself, on the conversations that it answered twice."""
    return pairs(drawn, told, AGAIN, unscorable)


def _cost(one: Told) -> float:
    return one.cost if one.cost is not None else 0.0 if one.failed else float("nan")
