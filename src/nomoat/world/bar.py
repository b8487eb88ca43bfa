"""Which capability is to be paid for: a number, a model's, or that of the follower's best that is sold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, InputError, UnknownName
from nomoat.world.contest import Contest
from nomoat.world.market import Market

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bar:
    """A capability: its name, its value, and its value in each draw."""

    name: str
    value: float
    draws: Floats | None


def bar_of(asked: str | float, match: Contest, catalog: Catalog, as_of: date | None) -> Bar:
    """A number on the scale, the same in each draw, or a model's ability, which moves with it.

    Raises UnknownName for what is no model on the scale, InputError for a number that is none.
    """
    scale, count = match.scale, 0 if match.scale.draws is None else len(match.scale.draws)
    try:
        value = float(asked)
    except ValueError:
        value = None
    if value is not None:
        if not isfinite(value):
            raise InputError(f"The level {asked!r}", f"a number of {scale.unit}, or a model", "--at-level GPT-5")
        return Bar(f"{value:g} {scale.unit}", value, None if scale.draws is None else np.full(count, value))
    written = str(asked).strip().casefold()
    for column in (scale.names, scale.members.model_id):
        rows = [row for row, name in enumerate(column) if str(name).casefold() == written]
        if len(rows) == 1:
            break
    else:
        from nomoat.world.negotiated import meant

        found = meant(str(asked), as_of or match.at, catalog)[0]
        rows = [row for row, id in enumerate(scale.members.model_id) if found is not None and id == found]
        if not rows:
            raise UnknownName.of(f"model on {scale.name}", str(asked), map(str, scale.names), "--at-level GPT-5")
    row = rows[0]
    draws = None if scale.draws is None else scale.draws[:, row]
    return Bar(str(scale.names[row]), float(scale.values[row]), draws)


def bar_today(match: Contest, market: Market) -> Bar:
    """The ability of the follower's best model that somebody can buy; the model, and so its ability, moves in draws."""
    offered = np.isfinite(market.prices[:, -1])
    if not offered.any():
        raise EmptyCohort(
            f"No model of {market.side.cohort!r} with an ability has a known price on {match.at}",
            "a cohort of which one is sold, or a level",
            "nomoat price --at-level 'GPT-5'",
        )
    best = int(np.where(offered, market.side.values, -np.inf).argmax())
    draws = None if market.side.draws is None else market.side.draws[:, best]
    return Bar(str(market.side.names[best]), float(market.side.values[best]), draws)
