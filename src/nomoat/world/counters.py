"""Which counters of the Hub cannot be what they are taken for: downloads by people?"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nomoat.stats.share import outlying
from nomoat.types import MONTH, SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import hub
from nomoat.world.hub import Counter

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

SIGNS = {
    "fell": "the all-time count stood lower than at an earlier reading",
    "month above growth": "the last 30 days count more than the all-time counter grew in at least as long",
    "spike, then silence": "the last 30 days are less than a thousandth of the mean month before",
    "downloads without likes": "far fewer likes for its downloads than repositories have: loaded by machines, it seems",
}
MONTHLY = 30  # days of the Hub's short counter
SILENT = 1e-3  # of the mean month: 71.2 million all-time and 1 in 30 days is the case on record (adoption.md 4)
LARGE = 100_000  # downloads all-time below which nothing is said of silence or likes
OUTLIER = 3.5  # robust standard deviations: the usual cut-off of the modified z-score (Iglewicz and Hoaglin 1993)
MATERIAL = 10  # times fewer likes than the median: where all are alike, a little less is an outlier too
FEWEST = 20  # counters before one is called unusual


class Sign(Noun, frozen=True, kw_only=True):
    """One counter and one reason to distrust it."""

    repository: str
    model: str
    sign: str
    day: date
    downloads_all: int | None
    downloads_30d: int | None
    likes: int | None
    seen: str  # the figures that decide


class Suspects(Noun, frozen=True, kw_only=True):
    """Counters with signs, and how many were looked at for each."""

    schema_version: int = SCHEMA_VERSION
    as_of: date
    counters: int
    judged: dict[str, int]
    signs: tuple[Sign, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with how many counters show what."""
        told = ", ".join(f"{name} {sum(s.sign == name for s in self.signs)} of {n}" for name, n in self.judged.items())
        return f"Of {self.counters} counters of the Hub: {told} (nomoat, from {hub.sources(self.origins)})."


def counters(*, at: date | None = None, as_of: date | None = None, catalog: Catalog | None = None) -> Suspects:
    """Look through every counter of the Hub for signs that it is no count of people's downloads.

    `fell` and `month above growth` contradict what the counters are said to be; the two others are unusual only, and
    can be innocent. Each says how many counters it could be asked of: a fall needs two readings, the 30 days two that
    lie 30 days apart or more, likes a company of twenty.

    Raises InputError where the Hub was never read.
    """
    seen = hub.observed(at=at, as_of=as_of, catalog=catalog)
    found: list[Sign] = []
    judged = dict.fromkeys(SIGNS, 0)
    for counter in seen.counters:
        for name, said in (("fell", _fell), ("month above growth", _above), ("spike, then silence", _silent)):
            asked, what = said(counter)
            judged[name] += asked
            if what:
                found.append(_sign(counter, name, what))
    unliked, judged["downloads without likes"] = _unliked(list(seen.counters))
    found += unliked
    order = list(SIGNS)
    return Suspects(
        as_of=max(origin.retrieved for origin in seen.origins),
        counters=len(seen.counters),
        judged=judged,
        signs=tuple(sorted(found, key=lambda s: (order.index(s.sign), -(s.downloads_all or 0), s.repository))),
        left_out=seen.left_out,
        origins=seen.origins,
    )


def _sign(counter: Counter, name: str, seen: str) -> Sign:
    last = counter.readings[-1]
    return Sign(
        repository=counter.repository,
        model=counter.model,
        sign=name,
        day=last.day,
        downloads_all=last.all_time,
        downloads_30d=last.month,
        likes=last.likes,
        seen=seen,
    )


def _fell(counter: Counter) -> tuple[bool, str]:
    counts = [(r.day, r.all_time) for r in counter.readings if r.all_time is not None]
    falls = [(a, b) for a, b in pairwise(counts) if b[1] < a[1]]
    said = "; ".join(f"{a[1]:,} on {a[0]}, {b[1]:,} on {b[0]}" for a, b in falls)
    return len(counts) > 1, said


def _above(counter: Counter) -> tuple[bool, str]:
    """A window of 30 days lies within one that is longer, so that it cannot hold more."""
    asked = False
    for k, late in enumerate(counter.readings):
        for early in reversed(counter.readings[:k]):
            if late.month is None or late.all_time is None or early.all_time is None:
                continue
            days = (late.day - early.day).days
            if days < MONTHLY:
                continue
            asked = True
            if late.month > late.all_time - early.all_time >= 0:
                grew = late.all_time - early.all_time
                return True, f"{late.month:,} in 30 days to {late.day}, {grew:,} all-time in {days} days"
            break
    return asked, ""


def _silent(counter: Counter) -> tuple[bool, str]:
    last = counter.readings[-1]
    if last.month is None or last.all_time is None or counter.created is None or last.all_time < LARGE:
        return False, ""
    months = (last.day - counter.created).days / MONTH
    if months < 2:
        return False, ""
    mean = (last.all_time - last.month) / (months - MONTHLY / MONTH)
    if last.month < SILENT * mean:
        return True, f"{last.month:,} in 30 days, {mean:,.0f} in the mean month before"
    return True, ""


def _unliked(counters: list[Counter]) -> tuple[list[Sign], int]:
    asked = [
        c
        for c in counters
        if (last := c.readings[-1]).all_time is not None and last.all_time >= LARGE and last.likes is not None
    ]
    if len(asked) < FEWEST:
        return [], 0
    # One is added to the likes: none at all is the very case that is looked for.
    per = np.array([(c.readings[-1].likes or 0) + 1 for c in asked]) / [c.readings[-1].all_time or 1 for c in asked]
    away = outlying(np.log(per))
    found = [
        _sign(counter, "downloads without likes", f"{1e6 * x:,.1f} likes a million downloads, median {median:,.1f}")
        for median in [1e6 * float(np.median(per))]
        for counter, x, z in zip(asked, per, away, strict=True)
        if z < -OUTLIER and 1e6 * x < median / MATERIAL
    ]
    return found, len(asked)
