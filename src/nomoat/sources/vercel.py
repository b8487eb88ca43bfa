"""Vercel AI Gateway: each day's share of tokens, requests and spend by model.

Format from description: the leaderboards' documentation of September 2026 and public readers of the export; no live
answer was at hand here. Models are read and labs are not: a lab such as `qwen` or `openai` makes open and closed ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, one, take
from nomoat.sources.shares import RULE, Kind, catalogued, classified, split

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.curated import Curated
    from nomoat.sources.naming import Naming
    from nomoat.sources.web import Web

ADDRESS = "https://vercel.com/api/ai/leaderboard-export"
ASKED = {"dataset": "models", "modality": "text", "format": "json"}
UNITS = {"tokens": "tokens", "requests": "requests", "spend": "money"}
OTHER = "Other"
FIRST = date(2025, 10, 1)  # the board begins here; the export shows about the last sixty days
_ROUNDED = 1.0  # percentage points by which the printed shares of a day may exceed 100

EXPORT = Publication(
    key="vercel/leaderboard-models",
    publisher="Vercel",
    dataset="vercel-models",
    title="AI Gateway leaderboard, share of tokens, requests and spend by model, text",
    address=f"{ADDRESS}?dataset=models&modality=text",
    licence="CC BY 4.0",
    attribution="(c) 2026 Vercel, AI Gateway Leaderboard Data, CC BY 4.0",
    evidence="measured by publisher",
)


def fetch(web: Web) -> tuple[Copy, ...]:
    """Fetch the export of models, and return the earlier copies with it: it shows the last sixty days only."""
    newest = web.get("vercel", "models-text", ADDRESS, kind="json", params=ASKED)
    earlier = web.kept("vercel", "models-text", "json")
    return (newest, *(copy for copy in earlier if copy.path != newest.path))


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the exports, each for the days that no later one has, under the day on which the latest was made."""
    kinds = catalogued()
    newest = max(copy.retrieved for copy in copies)
    facts, seen = Facts(), set[date]()
    for copy in sorted(copies, key=lambda copy: copy.retrieved, reverse=True):
        export = replace(EXPORT, key=f"{EXPORT.key}/{copy.path.stem}") if seen else EXPORT
        known = (export, newest.date())
        seen |= read_export(copy.path, copy.retrieved.date(), naming, kinds, facts, known, frozenset(seen))
    return facts


def read_export(
    path: Path,
    retrieved: date,
    naming: Naming,
    kinds: Mapping[str, Kind],
    facts: Facts,
    known: tuple[Publication, date] | None = None,
    skip: frozenset[date] = frozenset(),
) -> set[date]:
    """Read one export into `facts` and return its days, without those in `skip`.

    Shares become 0 to 1. `Other` and what a day's shares lack of 100 % are nobody's: they widen the high bounds, of a
    model as of open and closed. The day of the copy itself is still running and partial. A day whose shares exceed
    100 % is left out and counted. `known` is the origin of an older copy that is read with a newer one, and the day of
    the newer one. Raises `SourceError` where no row is whole.
    """
    days: dict[tuple[date, str], dict[str, float]] = {}

    def enter(record: Record) -> None:
        day, name, metric = record.day("date", retrieved), record.needed("name"), record.needed("metric")
        share = record.number("share_percent", 0, 100)
        if day is None or day < FIRST:
            raise record.wrong("date", f"a day from {FIRST} on")
        if metric not in UNITS:
            raise record.wrong("metric", f"one of {', '.join(UNITS)}")
        if share is None:
            raise record.wrong("share_percent", "a share in percent")
        if record.text("modality") not in (None, "text"):
            raise record.wrong("modality", "text")
        if name in days.setdefault((day, metric), {}):
            raise record.wrong("name", "each model once a day")
        days[day, metric][name] = share

    document = one(path)
    take(facts, "shares of Vercel's gateway", document.values("rows"), path.name, "rows", enter)
    export, dated = known or (EXPORT, retrieved)
    for (day, metric), shares in sorted(days.items()):
        if day not in skip and shares:
            keys = tuple(facts.origin(each, dated, path) for each in (export, classified(export)))
            _add_day(facts, keys, day, metric, shares, day >= retrieved, naming, kinds)
    return {day for (day, _), shares in days.items() if shares}


def _add_day(
    facts: Facts,
    keys: tuple[str, ...],
    day: date,
    metric: str,
    shares: dict[str, float],
    partial: bool,
    naming: Naming,
    kinds: Mapping[str, Kind],
) -> None:
    whole = sum(shares.values())
    if whole > 100 + _ROUNDED:
        facts.leave("days of Vercel's gateway", f"the shares of {metric} add to more than 100 %")
        return
    rest = shares.pop(OTHER, 0.0) + max(0.0, 100 - whole)
    models: dict[str, float] = {}
    unnamed = 0.0
    for name, share in shares.items():
        named = naming.model(name, source="vercel", as_of=day)
        if named is None:
            unnamed += share
            facts.leave("models of Vercel's gateway", "the name leads to no model: its share is in the bounds")
        else:
            models[named.model_id] = models.get(named.model_id, 0.0) + share
    unit = UNITS[metric]

    def add(key: str, series: str, subject: str, numerator: str, low: float, high: float, value: float | None) -> None:
        facts.add(
            *("usage", key), series=series, channel="vercel", subject=subject, metric="share", unit=unit,
            population="text requests through Vercel's AI Gateway", numerator=numerator, grain="day", period=day,
            ends=day, value=value, low=low, high=high, partial=partial,
        )  # fmt: skip

    for model_id, share in sorted(models.items()):
        told = f"{unit} of the model as the board names it; high: with all of the board's Other"
        add(keys[0], "vercel-models", model_id, told, share / 100, min(1.0, (share + rest) / 100), share / 100)
    for side, bounds in split([*models.items(), (None, unnamed)], kinds, rest).items():
        add(keys[1], "vercel-daily", side, RULE.format(unit=unit, subject=side), bounds.low, bounds.high, None)
