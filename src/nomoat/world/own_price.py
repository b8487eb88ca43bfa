"""What became of a user's own prices: which count on the day, beside which others, and why the rest do not?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from nomoat.types import Noun
from nomoat.world.market import valid
from nomoat.world.offers import OVER, Offer, choose


class OwnPrice(Noun, frozen=True, kw_only=True):
    """One of a user's own prices, at the mix, beside the cheapest other offer of the same model on that day."""

    provider: str
    model: str
    price: float | None  # None: it does not count, and `why` says so
    cached: float | None
    batch: float | None
    other: float | None  # the cheapest of all other sellers; None: nobody else sells the model
    seller: str | None
    why: str


def own_prices(
    mine: Sequence[dict[str, Any]],
    offers: Sequence[Offer],
    models: Mapping[str, tuple[str, str | None, date, float]],
    scaled: Iterable[str],
    mix: tuple[float, float],
    at: date,
) -> tuple[OwnPrice, ...]:
    """Each of `mine`, rows of `negotiated`, in the order of the file; `models` and `scaled` as in `choose`.

    >>> own_prices([], [], {}, [], (3.0, 1.0), date(2026, 8, 11))
    ()
    """
    on_scale = set(scaled)
    found = []
    for row in mine:
        kept, left = choose([row], models, on_scale, mix=mix)
        offer = kept[0] if kept else None
        why = left[0].why if offer is None else "" if valid(offer, at) else f"{OVER} ({at})"
        others = [o for o in offers if o.model_id == row["model_id"] and not o.yours and valid(o, at)]
        best = min(others, key=lambda o: (o.price, o.provider), default=None)
        counts = offer if not why else None
        found.append(
            OwnPrice(
                provider=row["provider"],
                model=models[row["model_id"]][0] if row["model_id"] in models else row["model_id"] or row["name"],
                price=None if counts is None else counts.price,
                cached=None if counts is None else counts.cached(mix),
                batch=None if counts is None else counts.batch(mix),
                other=None if best is None else best.price,
                seller=None if best is None else best.provider,
                why=why,
            )
        )
    return tuple(found)
