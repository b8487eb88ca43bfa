"""What would the scores be, if we knew the abilities?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nomoat.stats.irt import Scores
from nomoat.stats.newton import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """True parameters and who was measured on what: a row of `model` and `benchmark` for each score that exists.

    `noise` is the standard deviation of a score at one half, (N,) or one number, so that classes of sources may
    differ; with `bounded` it shrinks towards 0 and 1 as sqrt(4 p (1 - p)). What is shared by several scores is given
    in units of ability: `domain` (B,) with `domain_sd`, one effect a model and domain; `family` (M,) with
    `family_sd`, one effect a family and benchmark. `offset` (N,) is added to scores, such as a vendor's optimism.
    """

    ability: Floats
    difficulty: Floats
    slope: Floats
    model: Ints
    benchmark: Ints
    noise: Floats | float = 0.08
    bounded: bool = False
    domain: Ints | None = None
    domain_sd: float = 0.0
    family: Ints | None = None
    family_sd: float = 0.0
    offset: Floats | float = 0.0


def simulate(world: World, *, seed: int | tuple[int, ...]) -> Scores:
    """Draw one table of scores from a world, clipped to [0, 1].

    y = logistic(slope_b (ability_m + domain effect + family effect - difficulty_b)) + offset + noise.

    >>> import numpy as np
    >>> two = World(
    ...     ability=np.array([0.0, 2.0]),
    ...     difficulty=np.zeros(1),
    ...     slope=np.ones(1),
    ...     model=np.array([0, 1]),
    ...     benchmark=np.array([0, 0]),
    ...     noise=0.0,
    ... )
    >>> simulate(two, seed=0).performance.round(3).tolist()
    [0.5, 0.881]
    """
    rng = np.random.default_rng(seed)
    m, b = world.model, world.benchmark
    apart = world.ability[m] - world.difficulty[b]
    models, benchmarks = len(world.ability), len(world.difficulty)
    if world.domain is not None:
        effects = rng.standard_normal((models, int(world.domain.max()) + 1))
        apart = apart + world.domain_sd * effects[m, world.domain[b]]
    if world.family is not None:
        effects = rng.standard_normal((int(world.family.max()) + 1, benchmarks))
        apart = apart + world.family_sd * effects[world.family[m], b]
    p = 1 / (1 + np.exp(-world.slope[b] * apart))
    sd = world.noise * (np.sqrt(4 * p * (1 - p)) if world.bounded else 1.0)
    y = np.clip(p + world.offset + sd * rng.standard_normal(len(m)), 0, 1)
    return Scores(performance=y, model=m, benchmark=b, models=models, benchmarks=benchmarks)


def coverage(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of intervals that hold the truth; ends that are NaN do not count.

    >>> coverage([1.0, 2.0, 3.0], [0.0, 2.5, float("nan")], [2.0, 3.0, float("nan")])
    0.5
    """
    t, a, z = (np.asarray(x, float) for x in (truth, low, high))
    known = ~(np.isnan(a) | np.isnan(z))
    return float(((a <= t) & (t <= z))[known].mean())
