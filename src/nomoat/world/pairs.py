"""Can two models be told apart on a scale?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from nomoat.errors import InputError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.rule import quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Against(Noun, frozen=True, kw_only=True):
    """One model less another: the difference with its interval, and in how many draws the first is the better one."""

    one: str
    other: str
    difference: float
    low: float | None
    high: float | None
    p_better: float | None

    @property
    def apart(self) -> bool | None:
        """Whether the interval leaves no doubt who is better; None without an interval."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


class Pairs(Noun, frozen=True, kw_only=True):
    """Every two of the models that were asked about."""

    schema_version: int = SCHEMA_VERSION
    scale: str
    unit: str
    level: float
    as_of: date
    pairs: tuple[Against, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def pairs(
    names: Sequence[str],
    *,
    on: str = "capability",
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Pairs:
    """Compare every two models on one scale, by draws of both at once: errors that they share cancel.

    A model that is not on the scale is left out and counted. Raises InputError where fewer than two are there.

    >>> found = pairs(["GPT-5.6 Sol", "Kimi K3"], draws=100)
    >>> found.pairs[0].apart
    True
    """
    from nomoat.world.scale import scale

    measured = scale(on, catalog=catalog, as_of=as_of, draws=draws, seed=seed, level=level)
    folded = {str(name).casefold(): k for k, name in enumerate(measured.names)}
    folded |= {str(key).casefold(): k for k, key in enumerate(measured.members.model_id)}
    rows, missing = [], []
    for name in dict.fromkeys(names):
        if name.casefold() in folded:
            rows.append(folded[name.casefold()])
        else:
            missing.append(name)
    rows = list(dict.fromkeys(rows))
    if len(rows) < 2:
        if missing:
            raise UnknownName.of(f"model on {on}", missing[0], [*map(str, measured.names)], "nomoat models")
        raise InputError(f"{len(rows)} models", "two or more", "nomoat models")
    found = []
    for a, b in combinations(rows, 2):
        low = high = better = None
        if measured.draws is not None:
            less = measured.draws[:, a] - measured.draws[:, b]
            low, high = quantiles(less, level)
            better = float((less > 0).mean() + 0.5 * (less == 0).mean())
        found.append(
            Against(
                one=str(measured.names[a]),
                other=str(measured.names[b]),
                difference=float(np.round(measured.values[a] - measured.values[b], 12)),
                low=low,
                high=high,
                p_better=better,
            )
        )
    left = (LeftOut(what="models", count=len(missing), why=f"not on {on}: {', '.join(missing)}"),) if missing else ()
    return Pairs(
        scale=measured.name,
        unit=measured.unit,
        level=level,
        as_of=measured.as_of,
        pairs=tuple(found),
        left_out=left,
        origins=measured.origins,
    )
