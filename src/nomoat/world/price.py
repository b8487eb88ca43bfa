"""What does the same capability cost, from open models and from closed ones, and how fast has it become cheaper?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import InputError
from nomoat.stats import price as stats
from nomoat.types import LeftOut, Origin
from nomoat.world.bar import bar_of, bar_today
from nomoat.world.contest import Contest, contest
from nomoat.world.market import Market, days_of, valid
from nomoat.world.offers import OVER, Offer, choose, known
from nomoat.world.own_price import own_prices
from nomoat.world.priced import Price, Priced, Quoted
from nomoat.world.sale import sales

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


MIX = "3:1"  # tokens read for one written, as Artificial Analysis blends prices
RECONSTRUCTED = "reconstructed from releases: prices of the copy, dated by the model's release"
UNLIKE = (
    "A ratio of mean prices weighs what people bought, good and bad models alike; a ratio at equal capability compares "
    "the cheapest way to the same. Neither reproduces the other."
)


def price(
    leader: str | None = None,
    follower: str | None = None,
    *,
    at_level: Sequence[str | float] = (),
    mix: str = MIX,
    prices: str | Path | None = None,
    quantised: bool = False,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Price:
    """Say what one capability costs from either cohort, since when it is offered, and how fast its price fell.

    P(t) = the least price among offerings valid on day t of models released by t with ability >= c, a price being
    (i * input + o * output) / (i + o) at the `mix` i:o, in US dollars per million tokens. c is each of `at_level`: a
    number on the scale or a model whose ability it is; without any, the follower's best model that has a price. Yearly
    factor = (P(first day c was offered) / P(at)) ^ (1 / years), halving time = 12 / log2(factor) months. Intervals move
    with abilities alone: which models qualify, and c with them where it is a model's; prices and releases stand.
    `prices` is a file of your own (`world/negotiated.py`); `quantised` takes copies in that are named as such.

    Raises what `gap` raises, NoVintage where no price was known, EmptyCohort where no follower model has a price,
    UnknownName for a level that is no model on the scale, TableError for your own file.

    >>> found = price(draws=0)
    >>> found.levels[0].follower.cheapest.model, found.mix
    ('GLM-5.2', '3:1')
    """
    from nomoat.world.scale import scale

    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    ratio = parsed(mix)
    measured = scale(on, catalog=catalog, method=method, draws=draws, seed=seed, level=level, as_of=as_of)
    match = contest(measured, *measured.sides(leader, follower), at)
    return measure(
        match, catalog, at_level=at_level, mix=ratio, prices=prices, quantised=quantised, as_of=as_of, seed=seed
    )


def parsed(mix: str) -> tuple[float, float]:
    """How many tokens are read for how many written.

    >>> parsed("3:1")
    (3.0, 1.0)
    """
    try:
        read, written = (float(part) for part in mix.split(":"))
    except ValueError:
        read = written = -1.0
    if not (isfinite(read) and isfinite(written) and read >= 0 and written >= 0 and 0 < read + written <= 1e9):
        raise InputError(f"mix {mix!r:.40}", "tokens read for tokens written, such as 3:1", "--mix 3:1")
    return read, written


def measure(
    match: Contest,
    catalog: Catalog,
    *,
    at_level: Sequence[str | float] = (),
    mix: tuple[float, float] = (3.0, 1.0),
    prices: str | Path | None = None,
    quantised: bool = False,
    as_of: date | None = None,
    seed: int = 0,
) -> Price:
    """The prices of two sides that have been drawn up already."""
    rows = known(catalog, as_of)
    held = catalog.held("offerings").values()
    copies = sorted({day for days in held for day in days if as_of is None or day <= as_of})
    own: Origin | None = None
    mine: list[dict[str, Any]] = []
    if match.scale.origins[0].own:
        here = _catalogued(match, catalog)
        rows = [{**row, "model_id": here.get(row["model_id"], row["model_id"])} for row in rows]
    if prices is not None:
        from nomoat.world.negotiated import negotiated

        names = {
            str(n).casefold(): str(i) for n, i in zip(match.scale.names, match.scale.members.model_id, strict=True)
        }
        mine, own = negotiated(prices, catalog=catalog, names=names)
        rows = [*rows, *mine]
    there = match.scale.days <= match.at.toordinal()
    models = _models(match)
    offers, left = choose(rows, models, match.scale.members.model_id[there], mix=mix, quantised=quantised)
    days = days_of(offers, match.at)
    markets = [Market.of(side, offers, days) for side in (match.leader, match.follower)]
    over = sum(not valid(offer, match.at) for offer in offers)
    if over:
        left = (*left, LeftOut(what="offerings", count=over, why=f"{OVER} ({match.at}); earlier days have them"))
    bars = [bar_of(asked, match, catalog, as_of) for asked in at_level] or [bar_today(match, markets[1])]
    levels = tuple(sales(bar, markets, mix, match) for bar in bars)
    used = [offer.origin for market in markets for offer in market.offers]
    quoted = _quoted(catalog, as_of)
    ids = [*dict.fromkeys(i for i in [*used, *(q.origin for q in quoted)] if own is None or i != own.id)]
    origins = (*match.scale.origins, *(o for o in catalog.origins(ids) if o not in match.scale.origins))
    return Price(
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        scale=match.scale.name,
        unit=match.scale.unit,
        method=match.scale.method,
        mix=f"{mix[0]:g}:{mix[1]:g}",
        basis=_basis(offers, copies),
        copies=tuple(copies),
        as_of=match.scale.as_of,
        at=match.at,
        cut=match.scale.cut,
        level=match.scale.level,
        draws=0 if match.scale.draws is None else len(match.scale.draws),
        seed=seed,
        n={
            "models": len(models),
            "priced": len({o.model_id for o in offers if valid(o, match.at)}),
            "offerings": len(offers) - over,
        },
        levels=levels,
        models=_plane(markets, mix, match),
        quoted=quoted,
        own=own_prices(mine, offers, models, match.scale.members.model_id[there], mix, match.at),
        left_out=(*match.left_out, *left),
        warnings=(*match.warnings, *_warnings(match, markets, copies)),
        origins=(*origins, *((own,) if own is not None else ())),
    )


def _catalogued(match: Contest, catalog: Catalog) -> dict[str, str]:
    """Which models of the catalogue a user's own table means by its names: their ids there to the ids here."""
    from nomoat.world.negotiated import meant

    found: dict[str, str] = {}
    for id in map(str, match.scale.members.model_id):
        known_as = meant(id, match.at, catalog)[0]
        if known_as is not None:
            found.setdefault(known_as, id)
    return found


def _models(match: Contest) -> dict[str, tuple[str, str | None, date, float]]:
    found = {}
    for side in (match.leader, match.follower):
        for column, row in enumerate(side.rows):
            organisation = match.scale.members.organisation[row]
            released = date.fromordinal(int(side.days[column]))
            found[str(side.ids[column])] = (str(side.names[column]), organisation, released, float(side.values[column]))
    return found


def _plane(markets: list[Market], mix: tuple[float, float], match: Contest) -> tuple[Priced, ...]:
    """Price against capability: each model that is sold, and who is beaten by nobody."""
    everything = np.concatenate([m.prices[:, -1] for m in markets])
    abilities = np.concatenate([m.side.values for m in markets])
    overall, found, offset = stats.frontier(everything, abilities), [], 0
    for cohort, market in zip(("leader", "follower"), markets, strict=True):
        best = stats.frontier(market.prices[:, -1], market.side.values)
        for column in np.flatnonzero(np.isfinite(market.prices[:, -1])):
            offer = market.cheapest(int(column), match.at)
            if offer is None:
                continue
            own = [o for o in market.today if o.model_id == offer.model_id]
            row = market.side.rows[column]
            known_ends = np.isfinite(match.scale.low[row])
            found.append(
                Priced(
                    model=offer.model,
                    model_id=offer.model_id,
                    cohort=cohort,
                    ability=offer.ability,
                    low=float(match.scale.low[row]) if known_ends else None,
                    high=float(match.scale.high[row]) if known_ends else None,
                    offer=offer,
                    cached=min((x for o in own if (x := o.cached(mix)) is not None), default=None),
                    batch=min((x for o in own if (x := o.batch(mix)) is not None), default=None),
                    best=bool(best[column]),
                    best_of_all=bool(overall[offset + column]),
                )
            )
        offset += len(market.side.ids)
    return tuple(sorted(found, key=lambda p: (-p.ability, p.model, p.cohort)))


def _basis(offers: list[Offer], copies: list[date]) -> str:
    """How prices were dated, with the share that nobody dated."""
    guessed = sum(offer.reconstructed for offer in offers)
    said = f"{RECONSTRUCTED} ({guessed:,} of {len(offers):,} offerings)" if guessed else "dated by their vintages"
    return f"{said}; copies of {', '.join(map(str, copies))}"


def _warnings(match: Contest, markets: list[Market], copies: list[date]) -> list[str]:
    found = []
    for market in markets:
        sold = np.isfinite(market.prices[:, -1])
        best = market.side.values[sold].max() if sold.any() else -np.inf
        above = [str(market.side.names[at]) for at in np.flatnonzero(~sold & (market.side.values > best))]
        if above:
            found.append(
                f"No price is known of {' and '.join(sorted(above))}, abler than any of "
                f"{market.side.cohort!r} that is sold."
            )
    if copies and max(copies) < match.at:
        found.append(f"Prices were last copied on {max(copies)} and are taken as holding until {match.at}.")
    return found


def _quoted(catalog: Catalog, as_of: date | None) -> tuple[Quoted, ...]:
    rows = [row for row in catalog.table("facts", as_of).rows() if row["metric"] == "price_ratio"]
    publishers = {row["origin_id"]: row["publisher"] for row in catalog.table("origins", as_of).rows()}
    return tuple(
        Quoted(
            id=row["fact_id"],
            value=row["value"],
            rule=row["rule"],
            population=row["population"],
            start=row["window_from"],
            end=row["window_to"],
            publisher=publishers[row["origin_id"]],
            why_not=UNLIKE,
            origin=row["origin_id"],
        )
        for row in rows
        if row["value"] is not None
    )
