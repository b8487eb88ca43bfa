"""Who serves one's own requests: how many, how many tokens, for what money, how fast, and how much of it is open?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from nomoat.catalog.requests import query
from nomoat.catalog.resolve import resolve
from nomoat.catalog.store import Catalog
from nomoat.catalog.trust import UNKNOWN, side
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work.ceiling import FOLDED, Ceiling, Price, ceiling
from nomoat.work.formats.gateways import SUM
from nomoat.work.pricing import typical
from nomoat.work.sensitive import KINDS, flags
from nomoat.work.store import requests

SIDES = ("open", "closed", "unknown")
UNITS = ("requests", "tokens", "spend")
_SIDE = {"weights": "open", "closed": "closed", None: "unknown"}
_MAKERS = {"google": ("google", "gemini", "vertex_ai"), "alibaba": ("alibaba", "dashscope"), "xai": ("xai", "x-ai")}


class ModelUse(Noun, frozen=True, kw_only=True):
    """One model as the log names it; `openness` is the class of `model_id` in the catalogue, or unknown.

    Sums leave out what is missing: `with_tokens` and `with_cost` say of how many requests they are. `cost_estimated`
    is what the catalogue's list price makes of the tokens of the requests that have no cost of their own, cached ones
    at the price of those where one is listed.
    """

    model: str
    provider: str | None
    model_id: str | None
    openness: str
    side: str
    why: str  # how the name was read, or why it was not
    requests: int
    conversations: int
    errors: int
    input: int
    output: int
    with_tokens: int
    cost_usd: float
    with_cost: int
    cost_estimated: float | None
    latency_ms: float | None  # the median
    latency_p95_ms: float | None
    first: datetime | None
    last: datetime | None


class SideShare(Noun, frozen=True, kw_only=True):
    """Of one unit: the shares of open, closed and unknown models, of which number of requests, in one period."""

    unit: str  # requests | tokens | spend
    period: str  # YYYY-MM, or all
    open: float
    closed: float
    unknown: float
    total: float
    requests: int  # that say the unit at all


class Profile(Noun, frozen=True, kw_only=True):
    """Who serves the requests of a work folder; no proof of anything."""

    schema_version: int = SCHEMA_VERSION
    folder: str
    as_of: date
    requests: int
    conversations: int
    first: datetime | None
    last: datetime | None
    models: tuple[ModelUse, ...]
    shares: tuple[SideShare, ...]
    sensitive: dict[str, int] | None = None  # requests that hold each kind; None where nobody asked
    ceiling: Ceiling | None = None  # None where closed models say no tokens or nobody knows what they cost
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def profile(
    folder: Path, *, as_of: date | None = None, sensitive: bool = False, catalog: Catalog | None = None
) -> Profile:
    """Say who serves the requests of `folder`: by model, and how much of it is open, over all and by month.

    Open and closed are the catalogue's classes as known on `as_of`; a floating name is read on the last day on which
    it was used. Tokens are input and output together; spend is what the log says, in US dollars. With `sensitive` every
    body is looked through for what should not leave the house (`sensitive.KINDS`).

    >>> profile(Path("/nowhere")).requests
    0
    """
    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    raw = query(folder, _BY_MODEL)
    prices = _prices(catalog, as_of) if raw else {}
    uses = tuple(_use(dict(zip(_COLUMNS, row, strict=True)), catalog, members, as_of, prices) for row in raw)
    sides = {(use.model, use.provider): use.side for use in uses}
    shares = _shares(query(folder, _BY_MONTH), sides)
    total, conversations, first, last = query(
        folder,
        f"SELECT coalesce(sum({_N}), 0)::BIGINT, count(DISTINCT conversation_id), min(time), max(time) FROM requests",
    )[0]
    return Profile(
        folder=str(folder), as_of=catalog.vintage("models", as_of), requests=total, conversations=conversations,
        first=first, last=last, models=uses, shares=shares,
        ceiling=_ceiling(folder, uses, prices, members),
        sensitive=_sensitive(folder) if sensitive else None, left_out=_left_out(uses), origins=(),
    )  # fmt: skip


_COLUMNS = ("model", "provider", "requests", "conversations", "errors", "input", "output", "with_tokens", "cost_usd",
            "with_cost", "bare_input", "bare_output", "bare_read", "latency_ms", "latency_p95_ms", "first",
            "last")  # fmt: skip
# A row of a day's sums (OpenRouter's activity) stands for as many requests as its status says.
_N = f"CASE WHEN status LIKE '{SUM}%' THEN TRY_CAST(substr(status, {len(SUM) + 1}) AS BIGINT) ELSE 1 END"
_BY_MODEL = f"""
    SELECT model, provider, sum({_N})::BIGINT AS n, count(DISTINCT conversation_id), count(*) FILTER (status = 'error'),
        coalesce(sum(input), 0)::BIGINT, coalesce(sum(output), 0)::BIGINT,
        coalesce(sum({_N}) FILTER (coalesce(input, output) IS NOT NULL), 0)::BIGINT,
        coalesce(sum(cost_usd), 0), coalesce(sum({_N}) FILTER (cost_usd IS NOT NULL), 0)::BIGINT,
        coalesce(sum(input) FILTER (cost_usd IS NULL), 0)::BIGINT,
        coalesce(sum(output) FILTER (cost_usd IS NULL), 0)::BIGINT,
        coalesce(sum(least(greatest(coalesce(cache_read, 0), 0), input)) FILTER (cost_usd IS NULL), 0)::BIGINT,
        quantile_cont(latency_ms, 0.5), quantile_cont(latency_ms, 0.95), min(time), max(time)
    FROM {FOLDED} GROUP BY model, provider ORDER BY n DESC, model, provider
"""
_BY_MONTH = f"""
    SELECT coalesce(strftime(time, '%Y-%m'), ''), model, provider, sum({_N})::BIGINT,
        sum(coalesce(input, 0) + coalesce(output, 0))::BIGINT,
        coalesce(sum({_N}) FILTER (coalesce(input, output) IS NOT NULL), 0)::BIGINT,
        coalesce(sum(cost_usd), 0), coalesce(sum({_N}) FILTER (cost_usd IS NOT NULL), 0)::BIGINT
    FROM {FOLDED} GROUP BY 1, model, provider ORDER BY 1
"""


def _use(
    row: dict[str, Any], catalog: Catalog, members: Any, as_of: date | None, prices: Mapping[str, list[dict[str, Any]]]
) -> ModelUse:
    used = row["last"].date() if row["last"] else as_of
    found = resolve(row["model"] or "", source="litellm", as_of=used, catalog=catalog)
    known = members.index.get(found.catalogued)
    openness = str(members.openness[known]) if known is not None else UNKNOWN
    bare = [row.pop(f"bare_{name}") for name in ("input", "output", "read")]
    price = _price(prices.get(found.catalogued or "", []), row["provider"], found.organisation)
    estimated = price.of(*bare) if price and any(bare) else None
    return ModelUse(
        **{**row, "model": row["model"] or ""}, model_id=found.catalogued, openness=openness,
        side=_SIDE[side(openness)], why=found.why, cost_estimated=estimated,
    )  # fmt: skip


def _ceiling(
    folder: Path, uses: Iterable[ModelUse], prices: Mapping[str, list[dict[str, Any]]], members: Any
) -> Ceiling | None:
    closed = {
        (use.model, use.provider): _price(
            prices.get(use.model_id or "", []), use.provider, (use.model_id or "").partition("/")[0]
        )
        for use in uses
        if use.side == "closed"
    }
    if not closed:
        return None
    known = zip(members.model_id, members.openness, members.modality, strict=True)
    weights = (
        id for id, says, modality in known
        if side(str(says)) == "weights" and _talks(modality) and not _JUDGES.search(str(id))
    )  # fmt: skip
    sold = {str(id): typical(prices[id]) for id in weights if id in prices}
    return ceiling(folder, closed, {id: one for id, one in sold.items() if one is not None})


# Models that read a talk and answer with a verdict of their own: the cheapest on sale, and no stand-in for any other.
_JUDGES = re.compile(r"guard|safety|moderation|reward|rerank", re.I)


def _talks(modality: str | None) -> bool:
    """Whether a model reads and writes text, in the words of the catalogue; of an unknown one nobody can say.

    >>> _talks("image,text>text"), _talks("language,vision"), _talks("audio>text"), _talks(None)
    (True, True, False, False)
    """
    reads, arrow, writes = (modality or "").partition(">")
    return "text" in reads.split(",") and "text" in writes.split(",") if arrow else "language" in reads.split(",")


def _prices(catalog: Catalog, as_of: date | None) -> dict[str, list[dict[str, Any]]]:
    """The list prices of each model: plain ones, that are no free tier."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in catalog.table("offerings", as_of).rows():
        sold = row["model_id"] and row["input"] is not None and row["output"] is not None
        if sold and not row["free"] and row["tier"] is None and row["valid_to"] is None:
            found.setdefault(row["model_id"], []).append(row)
    return found


def _price(offers: Iterable[dict[str, Any]], provider: str | None, maker: str | None) -> Price | None:
    """The prices of the provider that the log names, else the maker's own, else the median."""
    offers = list(offers)
    for names in ((provider,), _MAKERS.get(maker or "", (maker,))):
        chosen = [row for row in offers if row["provider"] in names]
        if chosen:
            return _middle(chosen)
    return _middle(offers) if offers else None


def _middle(offers: list[dict[str, Any]]) -> Price:
    cached = [row["cache_read"] for row in offers if row["cache_read"] is not None]
    return Price(
        median(row["input"] for row in offers), median(row["output"] for row in offers),
        median(cached) if cached else None,
    )  # fmt: skip


def _shares(rows: list[tuple[Any, ...]], sides: Mapping[tuple[str, str | None], str]) -> tuple[SideShare, ...]:
    sums: dict[tuple[str, str], dict[str, float]] = {}
    said: dict[tuple[str, str], int] = {}
    for month, model, provider, calls, tokens, with_tokens, cost, with_cost in rows:
        amounts = (("requests", calls, calls), ("tokens", tokens, with_tokens), ("spend", cost, with_cost))
        for unit, amount, count in amounts:
            for period in filter(None, ("all", month)):
                key = (unit, period)
                sums.setdefault(key, dict.fromkeys(SIDES, 0.0))[sides[model or "", provider]] += amount
                said[key] = said.get(key, 0) + count
    found = []
    for (unit, period), parted in sorted(sums.items(), key=lambda entry: (UNITS.index(entry[0][0]), entry[0][1])):
        total = sum(parted.values())
        if total > 0:
            parts = {name: amount / total for name, amount in parted.items()}
            found.append(SideShare(unit=unit, period=period, total=total, requests=said[unit, period], **parts))
    return tuple(found)


def _sensitive(folder: Path) -> dict[str, int]:
    seen: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    for request in requests(folder):
        seen.update(flags(request))
    return dict(seen)


def _left_out(uses: Iterable[ModelUse]) -> tuple[LeftOut, ...]:
    uses = tuple(uses)
    counts = (
        ("requests without tokens", sum(use.requests - use.with_tokens for use in uses), "the log does not say them"),
        ("requests without a cost", sum(use.requests - use.with_cost for use in uses), "the log does not say it"),
        (
            "requests of models that are unknown here",
            sum(use.requests for use in uses if use.side == "unknown"),
            "say what the name means: nomoat models alias add",
        ),
    )
    return tuple(LeftOut(what=what, count=count, why=why) for what, count, why in counts if count)
