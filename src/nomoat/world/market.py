"""What did each model of a side cost on each day, at its cheapest?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nomoat.world.contest import Side
from nomoat.world.offers import Offer

Floats = NDArray[np.float64]


def valid(offer: Offer, day: date) -> bool:
    """Whether an offer holds on a day."""
    return offer.start <= day and (offer.end is None or day <= offer.end)


def days_of(offers: list[Offer], at: date) -> list[date]:
    """Every day up to `at` on which some price begins or has just ended."""
    turns = {offer.start for offer in offers} | {o.end + timedelta(days=1) for o in offers if o.end is not None}
    return [*sorted(day for day in turns if day < at), at]


@dataclass(frozen=True, eq=False)
class Market:
    """One side with its offers and what its models cost on each day, (M, D), infinite where they are not offered."""

    side: Side
    offers: list[Offer]
    days: list[date]
    prices: Floats

    @classmethod
    def of(cls, side: Side, offers: list[Offer], days: list[date]) -> Market:
        """The offers of one side, laid out over the days on which any price turns."""
        column = {str(id): at for at, id in enumerate(side.ids)}
        own = [offer for offer in offers if offer.model_id in column]
        table = np.full((len(side.ids), len(days)), np.inf)
        turns = np.array([day.toordinal() for day in days])
        for offer in own:
            begin = int(np.searchsorted(turns, offer.start.toordinal()))
            end = len(days) if offer.end is None else int(np.searchsorted(turns, offer.end.toordinal(), side="right"))
            row = table[column[offer.model_id], begin:end]
            np.minimum(row, offer.price, out=row)
        return cls(side, own, days, table)

    @cached_property
    def _by_model(self) -> dict[str, list[Offer]]:
        found: dict[str, list[Offer]] = {}
        for offer in self.offers:
            found.setdefault(offer.model_id, []).append(offer)
        return found

    @cached_property
    def today(self) -> list[Offer]:
        """What is offered on the last day."""
        return [offer for offer in self.offers if valid(offer, self.days[-1])]

    def cheapest(self, column: int, day: date) -> Offer | None:
        """The cheapest offer of one model on a day; of equal ones the seller that is first by name."""
        own = [o for o in self._by_model.get(str(self.side.ids[column]), ()) if valid(o, day)]
        return min(own, key=lambda o: (o.price, o.provider, o.name), default=None)
