"""What does an answer about price hold: offers, their history, their fall, and who is beaten by nobody?"""

from __future__ import annotations

from datetime import date

from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.offers import Offer
from nomoat.world.own_price import OwnPrice


class PriceStep(Noun, frozen=True, kw_only=True):
    """The least price of a capability from `date` until the next step; None: nobody offers it any more."""

    date: date
    price: float | None
    low: float | None
    high: float | None  # None: in so many draws nobody offers it
    model: str | None
    provider: str | None


class Fall(Noun, frozen=True, kw_only=True):
    """How a price fell from the first day on which the capability was offered to the last day asked about."""

    since: date
    then: float
    now: float
    factor: float | None  # it becomes so many times cheaper in a year; below 1: dearer. None: `note` says why
    factor_low: float | None
    factor_high: float | None
    halving: float | None  # months; None with a factor: it did not fall
    halving_low: float | None
    halving_high: float | None  # None with a lower end: in so many draws it did not fall
    fell: bool
    draws: int  # in which a factor is defined
    note: str


class Sale(Noun, frozen=True, kw_only=True):
    """What a capability costs from one cohort on the last day."""

    cohort: str
    models: int  # at or above the level, with a price on that day
    cheapest: Offer | None
    price: float | None
    low: float | None
    high: float | None
    unoffered: float | None  # share of draws in which no model of the cohort has both the capability and a price
    second: Offer | None  # the cheapest of another model: how much hangs on the first
    cached: Offer | None  # the cheapest when all input comes from a cache
    cached_price: float | None
    batch: Offer | None  # the cheapest in batches
    batch_price: float | None
    history: tuple[PriceStep, ...]
    fall: Fall | None


class AtLevel(Noun, frozen=True, kw_only=True):
    """Both cohorts' prices at one capability; `ratio` is leader over follower."""

    name: str
    capability: float
    low: float | None
    high: float | None
    leader: Sale
    follower: Sale
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None  # None with a lower end: in so many draws the leader offers nothing so capable


class Priced(Noun, frozen=True, kw_only=True):
    """A model with its cheapest price on the last day; `best`: none of its cohort is as able and cheaper."""

    model: str
    model_id: str
    cohort: str  # leader | follower
    ability: float
    low: float | None
    high: float | None
    offer: Offer
    cached: float | None
    batch: float | None
    best: bool
    best_of_all: bool


class Quoted(Noun, frozen=True, kw_only=True):
    """A price ratio that somebody published by another rule: beside ours, never compared with it."""

    id: str
    value: float
    rule: str | None
    population: str
    start: date | None
    end: date | None
    publisher: str
    why_not: str
    origin: str


class Price(Noun, frozen=True, kw_only=True):
    """Price at equal capability of two cohorts: the document of `price --json`."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    scale: str
    unit: str
    method: str
    mix: str
    currency: str = "USD per million tokens"
    basis: str
    copies: tuple[date, ...]  # the days on which prices were copied
    as_of: date
    at: date
    cut: date
    level: float
    draws: int
    seed: int
    n: dict[str, int]  # models with an ability, with a price as well, offerings that count on the day
    levels: tuple[AtLevel, ...]
    models: tuple[Priced, ...]
    quoted: tuple[Quoted, ...]
    own: tuple[OwnPrice, ...] = ()  # of the user's own prices each, with its place or the reason why it has none
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def used(self) -> tuple[Origin, ...]:
        """The origins of what was computed: without those that are only quoted."""
        aside = {quoted.origin for quoted in self.quoted}
        return tuple(origin for origin in self.origins if origin.id not in aside)

    def cite(self) -> str:
        """One sentence: both offers, ratio and intervals at each level, rule, dates of prices, vintage and origin."""
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.used))
        return (
            f"On {self.at}, a million tokens cost {'; '.join(map(self._said, self.levels))} (cheapest offering, input "
            f"to output {self.mix}, US dollars; {self.basis}; method {self.method}, vintage {self.as_of}; nomoat, from "
            f"{sources})."
        )

    def _said(self, found: AtLevel) -> str:
        """One level: what either side asks, within which ends, and the ratio."""
        value = f"{found.capability:.1f} {self.unit}"
        named = f"{found.capability:g} {self.unit}" == found.name
        where = f"at {value}" if named else f"at the capability of {found.name} ({value})"
        sides = [
            f"{s.cohort} ${s.price:.3g}{self._span(s.low, s.high, '$')} ({s.cheapest.model} at {s.cheapest.provider})"
            if s.cheapest is not None and s.price is not None
            else f"{s.cohort} not offered"
            for s in (found.leader, found.follower)
        ]
        span = self._span(found.ratio_low, found.ratio_high, "")
        ratio = "" if found.ratio is None else f": {found.leader.cohort} over {found.follower.cohort} "
        return f"{where} {sides[0]} and {sides[1]}{ratio}" + ("" if found.ratio is None else f"{found.ratio:.3g}{span}")

    def _span(self, low: float | None, high: float | None, sign: str) -> str:
        if low is None and high is None:
            return ""
        ends = ["beyond what is offered" if end is None else f"{sign}{end:.3g}" for end in (low, high)]
        return f" ({self.level:.0%} interval {ends[0]} to {ends[1]})"
