"""What must an open model cost less than, and how much could be saved at most? Prices alone: no proof of anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

from nomoat.catalog.requests import query
from nomoat.types import Noun
from nomoat.work.formats.gateways import SUM
from nomoat.work.pricing import Listed


class Price(NamedTuple):
    """List prices, US dollars a million tokens; `cached` None: nobody lists another price for what was cached."""

    input: float
    output: float
    cached: float | None = None

    def of(self, input: int, output: int, cached: int) -> float:
        """US dollars of tokens, of which `cached` of the input were read from a cache.

        >>> Price(2.0, 8.0, 0.5).of(1_000_000, 1_000_000, 500_000), Price(2.0, 8.0).of(1_000_000, 0, 500_000)
        (9.25, 2.0)
        """
        fresh = self.input * (input - cached) + (self.input if self.cached is None else self.cached) * cached
        return (fresh + self.output * output) / 1e6


Prices = Mapping[tuple[str, str | None], Price | None]


class Ceiling(Noun, frozen=True, kw_only=True):
    """What closed models took for the tokens they read and wrote, and what open ones list for the same tokens.

    `requests` are those of closed models that say their tokens and whose cost the log or a list price says; of `usd`,
    `listed_usd` is at list prices. `cheapest` is the open model that lists least, each at the middle one of its
    sellers.
    """

    requests: int
    input: int
    output: int
    usd: float
    listed_usd: float
    usd_per_million: float  # tokens in and out together, as they were mixed
    offered: int  # open models that somebody sells
    cheaper: int  # of them, at list prices
    cheapest: str
    cheapest_usd: float
    middle_usd: float

    @property
    def saving(self) -> float:
        """The share of `usd` that can be saved at most, were the cheapest open model good enough for all of it."""
        return max(0.0, 1 - self.cheapest_usd / self.usd)


def ceiling(folder: Path, closed: Prices, offered: Mapping[str, Listed]) -> Ceiling | None:
    """The ceiling for the requests of `folder` to the models of `closed`; None where they say no tokens or no cost.

    usd = what the log says, else tokens x list price, over requests that say both counts of tokens; what was read from
    a cache is at the price of that, where one is listed. `closed` maps the
    log's model and provider to its list prices for a million tokens in and out, `offered` open models to theirs.
    """
    input = output = requests = 0
    paid = listed = 0.0
    for model, provider, n, into, out, cost, bare, bare_in, bare_out, bare_read in query(folder, _SUMS):
        key = (model or "", provider)
        if key not in closed:
            continue
        price = closed[key]
        if price is None:
            n, into, out = n - bare, into - bare_in, out - bare_out
        else:
            listed += price.of(bare_in, bare_out, bare_read)
        requests, input, output, paid = requests + n, input + into, output + out, paid + cost
    usd = paid + listed
    if not usd > 0 or not input + output or not offered:
        return None
    sums = {name: (input * one.input + output * one.output) / 1e6 for name, one in offered.items()}
    cheapest = min(sums, key=lambda name: (sums[name], name))
    return Ceiling(
        requests=requests, input=input, output=output, usd=usd, listed_usd=listed,
        usd_per_million=usd / (input + output) * 1e6, offered=len(sums),
        cheaper=sum(one < usd for one in sums.values()), cheapest=cheapest, cheapest_usd=sums[cheapest],
        middle_usd=median(sums.values()),
    )  # fmt: skip


# Some gateways write OPENAI, others openai: one seller.
FOLDED = "(SELECT * REPLACE (lower(provider) AS provider) FROM requests)"
# A row of a day's sums stands for as many requests as its status says.
_N = f"CASE WHEN status LIKE '{SUM}%' THEN TRY_CAST(substr(status, {len(SUM) + 1}) AS BIGINT) ELSE 1 END"
_BARE = "cost_usd IS NULL"
_SUMS = f"""
    SELECT model, provider, sum({_N})::BIGINT, sum(input)::BIGINT, sum(output)::BIGINT,
        coalesce(sum(cost_usd), 0), coalesce(sum({_N}) FILTER ({_BARE}), 0)::BIGINT,
        coalesce(sum(input) FILTER ({_BARE}), 0)::BIGINT, coalesce(sum(output) FILTER ({_BARE}), 0)::BIGINT,
        coalesce(sum(least(greatest(coalesce(cache_read, 0), 0), input)) FILTER ({_BARE}), 0)::BIGINT
    FROM {FOLDED} WHERE input IS NOT NULL AND output IS NOT NULL GROUP BY model, provider ORDER BY model, provider
"""
