"""What does a capability cost from either side, since when, from whom, and how fast has it become cheaper?"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nomoat.stats import price as stats
from nomoat.world.bar import Bar
from nomoat.world.contest import Contest
from nomoat.world.market import Market
from nomoat.world.priced import AtLevel, Fall, PriceStep, Sale
from nomoat.world.rule import quantiles

Floats = NDArray[np.float64]

SHORTEST = 0.25  # years: a yearly factor from less is the noise of two releases, raised to a power


def sales(bar: Bar, markets: list[Market], mix: tuple[float, float], match: Contest) -> AtLevel:
    """The least price at or above one capability on both sides, and the leader's over the follower's."""
    level = match.scale.level
    points = [stats.cheapest(m.prices, m.side.values[None, :], np.array([bar.value])) for m in markets]
    drawn: list[Floats] | None = None
    if bar.draws is not None:
        drawn = [stats.cheapest(m.prices, m.side.draws, bar.draws)[0] for m in markets if m.side.draws is not None]
    sold = [
        _sale(market, bar, point, None if drawn is None else drawn[at], mix, level)
        for at, (market, point) in enumerate(zip(markets, points, strict=True))
    ]
    now = [float(point[0][0, -1]) for point in points]
    ratio = now[0] / now[1] if all(map(isfinite, now)) else None
    low, high = None, None
    if ratio is not None and drawn is not None:
        low, high = _ends(_over(drawn[0][:, -1], drawn[1][:, -1]), level)
    own = (None, None) if bar.draws is None else _ends(bar.draws, level)
    return AtLevel(
        name=bar.name,
        capability=bar.value,
        low=own[0],
        high=own[1],
        leader=sold[0],
        follower=sold[1],
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
    )


def _over(leader: Floats, follower: Floats) -> Floats:
    """Leader over follower in the draws in which the follower sells; infinite where the leader does not."""
    sold = np.isfinite(follower)
    return np.asarray(leader[sold] / follower[sold])


def _ends(samples: Floats, level: float) -> tuple[float | None, float | None]:
    """The ends of the central interval; None for one that is not finite, or without samples."""
    if not len(samples):
        return None, None
    low, high = quantiles(samples, level)
    return low if isfinite(low) else None, high if isfinite(high) else None


def _sale(
    market: Market,
    bar: Bar,
    point: tuple[Floats, Any],
    drawn: Floats | None,
    mix: tuple[float, float],
    level: float,
) -> Sale:
    prices, whose = point[0][0], point[1][0]
    able = market.side.values >= bar.value
    there = [o for o in market.today if o.ability >= bar.value]
    last = int(whose[-1])
    first = None if last < 0 else market.cheapest(last, market.days[-1])
    others = [o for o in there if first is not None and o.model_id != first.model_id]
    low, high, unoffered = None, None, None
    if drawn is not None:
        low, high = _ends(drawn[:, -1], level)
        unoffered = float(np.isinf(drawn[:, -1]).mean())
    cached = min((o for o in there if o.cached(mix) is not None), key=lambda o: o.cached(mix) or 0.0, default=None)
    batch = min((o for o in there if o.batch(mix) is not None), key=lambda o: o.batch(mix) or 0.0, default=None)
    return Sale(
        cohort=market.side.cohort,
        models=int((able & np.isfinite(market.prices[:, -1])).sum()),
        cheapest=first,
        price=None if last < 0 else float(prices[-1]),
        low=low,
        high=high,
        unoffered=unoffered,
        second=min(others, key=lambda o: (o.price, o.provider, o.name), default=None),
        cached=cached,
        cached_price=None if cached is None else cached.cached(mix),
        batch=batch,
        batch_price=None if batch is None else batch.batch(mix),
        history=_history(market, prices, whose, drawn, level),
        fall=_fall(market, point[0], drawn, level),
    )


def _history(
    market: Market, prices: Floats, whose: NDArray[Any], drawn: Floats | None, level: float
) -> tuple[PriceStep, ...]:
    steps: list[PriceStep] = []
    for at, day in enumerate(market.days):
        holder = int(whose[at])
        if holder < 0 and not steps:
            continue
        offer = None if holder < 0 else market.cheapest(holder, day)
        low, high = (None, None) if drawn is None else _ends(drawn[:, at], level)
        step = PriceStep(
            date=day,
            price=None if offer is None else float(prices[at]),
            low=low,
            high=high,
            model=None if offer is None else offer.model,
            provider=None if offer is None else offer.provider,
        )
        if not steps or _told(step) != _told(steps[-1]):
            steps.append(step)
    return tuple(steps)


def _told(step: PriceStep) -> tuple[Any, ...]:
    return step.price, step.low, step.high, step.model, step.provider


def _fall(market: Market, point: Floats, drawn: Floats | None, level: float) -> Fall | None:
    days = np.array([day.toordinal() for day in market.days])
    rate, first = stats.halvings(point, days, SHORTEST)
    if first[0] == len(days) or not np.isfinite(point[0, -1]):
        return None
    since, then, now = market.days[int(first[0])], float(point[0, first[0]]), float(point[0, -1])
    h = None if np.isnan(rate[0]) else float(rate[0])
    low, high, count = None, None, 0
    if h is not None and drawn is not None:
        rates = stats.halvings(drawn, days, SHORTEST)[0]
        rates = rates[~np.isnan(rates)]
        count = len(rates)
        low, high = _ends(rates, level)
    note = ""
    if h is None:
        note = f"offered for less than {12 * SHORTEST:g} months, too short for a yearly factor"
    elif h <= 0:
        note = "did not fall"
    return Fall(
        since=since,
        then=then,
        now=now,
        factor=None if h is None else 2.0**h,
        factor_low=None if low is None else 2.0**low,
        factor_high=None if high is None else 2.0**high,
        halving=_halving(h),
        halving_low=_halving(high),
        halving_high=_halving(low),
        fell=h is not None and h > 0,
        draws=count,
        note=note,
    )


def _halving(rate: float | None) -> float | None:
    return None if rate is None or rate <= 0 else 12 / rate
