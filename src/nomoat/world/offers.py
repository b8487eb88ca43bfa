"""Which offerings are a price that somebody can pay for a model's ability, and on which days?"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.types import LeftOut, Noun

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

# The snapshot has sellers who ask a fifth to a seventh of everybody else for a dozen closed models (prices in another
# currency, typed as dollars), and 0.1 for a 70B model that others sell at 0.75. The next honest discounts, of makers'
# old prices and of new hosts, are 2.7-fold.
LONE = 3.0
# One seller's prices are mostly such: then its others, which happen to lie nearer to the rest, are no better.
MOSTLY = 3
# What an offering is when its name says nothing else; LiteLLM's `responses` is chat under OpenAI's newer address.
CHAT = (None, "chat", "responses")
# Together and DeepInfra call their 8-bit copies Turbo.
QUANTISED = frozenset(
    (
        *("fp8", "fp4", "nvfp4", "mxfp4", "mxfp8", "int8", "int4", "8bit", "4bit", "w8a8", "w4a16"),
        *("awq", "gptq", "gguf", "mlx", "bnb", "turbo"),
    )
)
# In a name alone `turbo` is a model's own word, as in gpt-4-turbo.
_BITS = re.compile(r"(?:^|[-_/:.@])(?:\dbit|fp[48]|nvfp4|mxfp4|int[48]|awq|gptq|gguf|mlx)(?=$|[-_/:.@])")
_REGION = re.compile(r"us|eu|apac|au|jp|ca|sa|us-gov|[a-z]{2}(?:-gov)?-[a-z]+-\d")
_NAMED_REGION = re.compile(r"(?:^|/)(?:us-gov|us|eu|apac|au|jp|ca|sa)\.[a-z]")
_COMMITMENT = re.compile(r"\d-month-commitment")
_CODING_ONLY = re.compile(r"(?:^|/)coding-")
_FLEX = re.compile(r"-flex$")

UNPRICED = "no price for input and output is given"
FREE = "a price of zero is a plan or a free tier, and no price"
HALF_FREE = "one of its two prices is zero"
UNCHATTED = "they are not for chat"
NAMELESS = "their name leads to no model of the catalogue"
UNABLE = "their model has no ability on this scale, or came later"
OUTSIDE = "their model is in neither cohort"
PLAN = "a subscription, sold with list prices attached"
SHRUNK = "a quantised copy by its name: the ability was measured on the model as released"
COPY = "one region of a seller that sells the model everywhere"
BOUND = "a commitment for months"
SLOW = "slower service by its name"
ALONE = f"less than a third of what any other seller asks for the model: taken for a mistake ({LONE:g}-fold)"
UNSOUND = "of a seller most of whose prices are such mistakes"
OVER = "not offered on that day"


class Offer(Noun, frozen=True, kw_only=True):
    """A model at a seller at a price, in US dollars per million tokens."""

    provider: str
    name: str
    model: str
    model_id: str
    ability: float
    tier: str | None
    price: float  # at the mix
    input: float
    output: float
    cache_read: float | None
    batch_input: float | None
    batch_output: float | None
    start: date
    end: date | None  # the last day; None: still offered as far as is known
    reconstructed: bool  # `start` is the model's release: nobody wrote down when the price was first asked
    yours: bool
    origin: str

    def cached(self, mix: tuple[float, float]) -> float | None:
        """The price when all input is read from the cache; what writing it costs is not in it."""
        return None if not self.cache_read else _mixed(self.cache_read, self.output, mix)

    def batch(self, mix: tuple[float, float]) -> float | None:
        """The price in batches, where there is one for input and output."""
        if not self.batch_input or not self.batch_output:
            return None
        return _mixed(self.batch_input, self.batch_output, mix)


def known(catalog: Catalog, as_of: date | None = None) -> list[dict[str, Any]]:
    """Every price that was ever known by `as_of`, each with the days it was `seen` from and held `until`.

    Of one data set with several vintages a price holds from the vintage that first shows it to the day before the one
    that shows another or none. `previous` is the vintage before it: a model that is younger than that, and every
    price of the first vintage, has no price before, and is dated by its release (`start_of`). Raises NoVintage where
    no price was known.
    """
    catalog.vintage("offerings", as_of)
    found: list[dict[str, Any]] = []
    for dataset, days in catalog.held("offerings").items():
        days = tuple(day for day in days if as_of is None or day <= as_of)
        standing: dict[tuple[Any, ...], dict[str, Any]] = {}
        for at, day in enumerate(days):
            shown = {}
            for row in catalog.table("offerings", day, dataset).rows():
                shown[row["provider"], row["name"], row["tier"]] = row
            for key, old in list(standing.items()):
                if key not in shown or _prices(shown[key]) != _prices(old):
                    old["until"] = _earlier(old["until"], day - timedelta(days=1))
                    del standing[key]
            for key, row in shown.items():
                if key in standing:  # the same price, with the end that the newer copy gives
                    standing[key]["until"] = row["valid_to"]
                    continue
                row |= {"seen": day, "previous": days[at - 1] if at else None, "until": row["valid_to"]}
                standing[key] = row
                found.append(row)
    return found


def start_of(row: Mapping[str, Any], released: date) -> tuple[date, bool]:
    """The first day a price holds for, and whether that is reconstructed from the model's release.

    >>> start_of({"valid_from": None, "seen": date(2026, 7, 2), "previous": None}, date(2025, 1, 20))
    (datetime.date(2025, 1, 20), True)
    >>> start_of({"valid_from": None, "seen": date(2026, 9, 1), "previous": date(2026, 7, 2)}, date(2025, 1, 20))
    (datetime.date(2026, 9, 1), False)
    """
    if row["valid_from"] is not None:
        return max(row["valid_from"], released), False
    if row["previous"] is None or released > row["previous"]:
        return released, True
    return row["seen"], False


def choose(
    rows: Iterable[dict[str, Any]],
    models: Mapping[str, tuple[str, str | None, date, float]],
    scaled: Iterable[str],
    *,
    mix: tuple[float, float],
    quantised: bool = False,
) -> tuple[list[Offer], tuple[LeftOut, ...]]:
    """Keep the offerings of `models` that are a price, and count the others, each under the first reason that holds.

    `models`: model_id -> name, organisation, release, ability, of either cohort; `scaled` the ids of all models on
    the scale by that day. A region is kept where its seller names no other, a seller's low price where nobody else
    sells the model, where the seller made it, or where it is the user's own.
    """
    on_scale = set(scaled)
    left: Counter[str] = Counter()
    offers: list[tuple[Offer, dict[str, str], bool]] = []
    for row in rows:
        yours = bool(row.get("yours"))
        seller = _seller(row["provider"])
        why = _price_fault(row)
        if why is None and row["model_id"] not in models:
            why = NAMELESS if row["model_id"] is None else OUTSIDE if row["model_id"] in on_scale else UNABLE
        if why is None and not yours:
            why = _kind_fault(row, seller, quantised)
        if why is not None:
            left[why] += 1
            continue
        name, organisation, released, ability = models[row["model_id"]]
        start, reconstructed = start_of(row, released)
        offer = Offer(
            provider=row["provider"],
            name=row["name"],
            model=name,
            model_id=row["model_id"],
            ability=ability,
            tier=row["tier"],
            price=_mixed(row["input"], row["output"], mix),
            **{key: row[key] for key in ("input", "output", "cache_read", "batch_input", "batch_output")},
            start=start,
            end=row["until"],
            reconstructed=reconstructed,
            yours=yours,
            origin=row["origin_id"],
        )
        made = bool(seller["maker"]) and seller["maker"] == organisation
        offers.append((offer, {**seller, "made": "yes" if made else ""}, _regional(row, seller)))
    kept = _without_copies(offers, left)
    kept = _without_lone(kept, left)
    return [offer for offer, _ in kept], tuple(
        LeftOut(what="offerings", count=count, why=why) for why, count in left.most_common()
    )


def _price_fault(row: Mapping[str, Any]) -> str | None:
    if row["mode"] not in CHAT:
        return UNCHATTED
    if row["input"] is None or row["output"] is None:
        return UNPRICED
    if row["input"] == 0 and row["output"] == 0:
        return FREE
    return HALF_FREE if row["input"] == 0 or row["output"] == 0 else None


def _kind_fault(row: Mapping[str, Any], seller: Mapping[str, str], quantised: bool) -> str | None:
    words = (row["tier"] or "").split()
    if seller["kind"] == "plan" or _CODING_ONLY.search(row["name"]):
        return PLAN
    if any(_COMMITMENT.fullmatch(word) for word in words):
        return BOUND
    if _FLEX.search(row["name"]):
        return SLOW
    shrunk = bool(QUANTISED.intersection(words)) or bool(_BITS.search(row["name"].casefold()))
    return SHRUNK if shrunk and not quantised else None


def _regional(row: Mapping[str, Any], seller: Mapping[str, str]) -> bool:
    words = (row["tier"] or "").split()
    named = any(_REGION.fullmatch(word) for word in words) or bool(_NAMED_REGION.search(row["name"]))
    return named or seller["kind"] == "region"


def _without_copies(
    offers: list[tuple[Offer, dict[str, str], bool]], left: Counter[str]
) -> list[tuple[Offer, dict[str, str]]]:
    everywhere = {(seller["seller"], offer.model_id) for offer, seller, regional in offers if not regional}
    kept = []
    for offer, seller, regional in offers:
        if regional and not offer.yours and (seller["seller"], offer.model_id) in everywhere:
            left[COPY] += 1
        else:
            kept.append((offer, seller))
    return kept


def _without_lone(offers: list[tuple[Offer, dict[str, str]]], left: Counter[str]) -> list[tuple[Offer, dict[str, str]]]:
    made = {(offer.model_id, seller["seller"]) for offer, seller in offers if seller["made"]}
    asked: dict[str, dict[str, float]] = {}
    for offer, seller in offers:
        if not offer.yours:
            by_seller = asked.setdefault(offer.model_id, {})
            by_seller[seller["seller"]] = min(offer.price, by_seller.get(seller["seller"], offer.price))
    floor: dict[str, float] = {}
    alone: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    for model_id, by_seller in asked.items():
        ranked = sorted((price, name) for name, price in by_seller.items())
        if len(ranked) > 1:
            compared.update(by_seller)
        while len(ranked) > 1 and LONE * ranked[0][0] < ranked[1][0] and (model_id, ranked[0][1]) not in made:
            floor[model_id] = ranked[1][0] / LONE
            alone[ranked.pop(0)[1]] += 1
    unsound = {name for name, count in alone.items() if count >= MOSTLY and 2 * count >= compared[name]}
    kept = []
    for offer, seller in offers:
        exempt = offer.yours or bool(seller["made"])
        if not exempt and offer.price < floor.get(offer.model_id, 0.0):
            left[ALONE] += 1
        elif not exempt and seller["seller"] in unsound:
            left[UNSOUND] += 1
        else:
            kept.append((offer, seller))
    return kept


def _mixed(input: float, output: float, mix: tuple[float, float]) -> float:
    # 4.05 and not 4.050000000000001, as the sources round what they multiply.
    return float(f"{(mix[0] * input + mix[1] * output) / (mix[0] + mix[1]):.12g}")


def _prices(row: Mapping[str, Any]) -> tuple[float | None, ...]:
    return tuple(row[key] for key in ("input", "output", "cache_read", "batch_input", "batch_output"))


def _earlier(one: date | None, other: date) -> date:
    return other if one is None else min(one, other)


@cache
def _sellers() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "curated" / "sellers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["provider"]: row for row in csv.DictReader(file)}


def _seller(provider: str) -> dict[str, str]:
    """Who a provider's name means, so that one seller under two names is not two.

    >>> _seller("bedrock_converse")["seller"], _seller("Some Cloud")["seller"]
    ('amazon', 'somecloud')
    """
    plain = {"seller": re.sub("[^a-z0-9]", "", provider.casefold()), "maker": "", "kind": ""}
    return _sellers().get(provider.casefold(), plain)
