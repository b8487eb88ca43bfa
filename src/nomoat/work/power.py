"""How likely is a proof to list a use case, and how many conversations does that take? Simulated as it will bet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nomoat.stats import betting
from nomoat.types import Noun
from nomoat.work.plan import ALIKE

Floats = NDArray[np.float64]
WORLDS = 300  # simulated proofs
SURE = 4  # times what a proof takes at the most: who has so many conversations need not simulate more
MOST_PROOF = 20_000  # conversations: more are not asked about at once


class Power(Noun, frozen=True, kw_only=True):
    """The chance to list a use case after `conversations`, were the candidate as good as the incumbent.

    `needed` is the number of conversations for the chance asked for; None where the longest simulated proof,
    `simulated` conversations, does not reach it.
    """

    conversations: int
    chance: float
    needed: int | None
    simulated: int


def power(
    sizes: Sequence[int],
    *,
    margin: float,
    largest: int,
    needs: float,
    available: int,
    discordance: float = 0.1,
    chance: float = 0.8,
    alike: float = ALIKE,
    truth: float = 0.0,
    worlds: int = WORLDS,
    seed: int = 0,
) -> Power:
    """Simulate the proof itself: conversations of the sizes given, requests that differ with `discordance`.

    A turn goes as its conversation does with probability `alike`, else by itself; `truth` is the candidate's mean
    minus the incumbent's; `needs` is the e-value that lists a use case. With 300 worlds a chance near 0.8 has a
    standard error of 2.3 points.

    >>> found = power([1], margin=0.1, largest=1, needs=20, available=250, discordance=0.1, worlds=100)
    >>> found.chance > 0.8, 60 < found.needed < 200
    (True, True)
    """
    takes = betting.units_needed(max(margin + truth, margin / 10), discordance, needs=needs, power=chance)
    horizon = int(min(max(50, 2 * takes, min(available, SURE * takes * stretch(sizes, largest))), MOST_PROOF))
    times = np.array(
        [
            log.searchsorted(np.log(needs)) + 1
            for log in proofs(
                sizes, horizon, margin=margin, largest=largest, discordance=discordance, alike=alike, truth=truth,
                worlds=worlds, seed=seed,
            )
        ]
    )  # fmt: skip
    reached = int(np.quantile(times, chance, method="higher"))
    return Power(
        conversations=available,
        chance=float((times <= min(available, horizon)).mean()),
        needed=reached if reached <= horizon else None,
        simulated=horizon,
    )


def proofs(
    sizes: Sequence[int],
    horizon: int,
    *,
    margin: float,
    largest: int,
    discordance: float,
    alike: float = ALIKE,
    truth: float = 0.0,
    worlds: int = WORLDS,
    seed: int = 0,
) -> Iterator[Floats]:
    """The most that the capital's logarithm has been by each of `horizon` conversations, world by world.

    Each quantity has dice of its own, so that a longer horizon goes on where a shorter one ends.
    """
    pool = np.minimum(np.asarray(sizes, dtype=np.int64), largest)
    lost, won = (discordance - truth) / 2, (discordance + truth) / 2
    for world in range(worlds):
        dice = [np.random.default_rng((seed, world, k)) for k in range(5)]
        size = pool[(dice[0].random(horizon) * len(pool)).astype(np.int64)]
        alone = dice[1].binomial(size, 1 - alike)
        minus = dice[2].binomial(alone, lost)
        plus = dice[3].binomial(alone - minus, min(1.0, won / (1 - lost)))
        u = dice[4].random(horizon)
        shared = np.where(u < lost, -1, np.where(u > 1 - won, 1, 0)) * (size - alone)
        x = betting.weighed((plus - minus + shared) / size, size.astype(float), float(largest), margin)
        yield np.maximum.accumulate(betting.wealth(x, worst=1.0 - margin).log)


def stretch(sizes: Sequence[int] | NDArray[np.int64], largest: int) -> float:
    """How many times more conversations a proof may take because they are smaller than the largest that counts."""
    return float(largest / np.minimum(sizes, largest).mean())
