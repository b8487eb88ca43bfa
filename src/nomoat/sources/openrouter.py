"""OpenRouter: what it offers at which price, and how many tokens went to which model.

The two are different things in law. Its list of models is public, and its terms forbid that data be extracted from the
site: it is read live for its user and never bundled. The rankings come from its Data API, for which any of its keys
will do, under CC BY 4.0 with the line "Source: OpenRouter (openrouter.ai/rankings), as of ...".
Formats from description: the API reference of OpenRouter as of November 2026; no live answer was at hand here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, one, take
from nomoat.sources.priced import context, is_free, price
from nomoat.sources.shares import RULE, Kind, catalogued, classified, split

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.curated import Curated
    from nomoat.sources.naming import Named, Naming
    from nomoat.sources.web import Web

KEY = "OPENROUTER_API_KEY"
MODELS = "https://openrouter.ai/api/v1/models"
RANKINGS = "https://openrouter.ai/api/v1/datasets/rankings-daily"
FIRST = date(2025, 1, 1)  # the data set begins here
WINDOW = timedelta(days=365)  # a request spans at most 366 days, both ends counted
OTHER = "other"  # the row of all models outside of the day's top 50
MOST_TOKENS = 1e18  # a day: a hundred thousand times that of 2026

OFFERED = Publication(
    key="openrouter/models",
    publisher="OpenRouter",
    dataset="openrouter-models",
    title="Models that OpenRouter offers",
    address=MODELS,
    licence="OpenRouter's terms: for the user's own reading, not to be redistributed",
    attribution="OpenRouter, openrouter.ai",
    evidence="measured by publisher",
)

_EFFORT = re.compile(r"[a-z]{2,12}")


def rankings(as_of: str, window: str) -> Publication:
    """Return the data set of the rankings with the words that its licence asks for."""
    return Publication(
        key=f"openrouter/rankings-daily/{window}",
        publisher="OpenRouter",
        dataset="openrouter-rankings",
        title="Tokens by model and day, the top 50 of each day",
        address=RANKINGS,
        licence="CC BY 4.0",
        attribution=f"Source: OpenRouter (openrouter.ai/rankings), as of {as_of}",
        evidence="measured by publisher",
    )


def fetch(web: Web, *, since: date = FIRST, until: date | None = None, key: str | None = None) -> tuple[Copy, ...]:
    """Fetch the list of models and, with a key, the daily rankings from `since` to `until` in windows of a year.

    `key` is read from OPENROUTER_API_KEY where it is not given; without one the list of models is all. Without `until`
    the last window ends on the day of the list's copy: the server cuts it to the last day that is complete. Of a disk
    the files `models*.json` and `rankings*.json` are taken, or the one file that it is.
    """
    if isinstance(web, Disk):
        files = web.files("openrouter", "json")
        said = [path for path in files if len(files) == 1 or path.name.startswith(("models", "rankings"))]
        return tuple(web.take("openrouter", path.stem, path, kind="json") for path in said)
    models = web.get("openrouter", "models", MODELS, kind="json")
    key = key or os.environ.get(KEY)
    if not key:
        return (models,)
    last = until or models.checked.date()
    if last < since:
        raise SourceError(f"The rankings were asked for from {since} to {last}", "a first day before the last one")
    copies = [models]
    start = max(since, FIRST)
    while start <= last:
        end = min(start + WINDOW, last)
        copies.append(
            web.get(
                "openrouter", f"rankings-daily-{start}", RANKINGS, kind="json",
                headers={"Authorization": f"Bearer {key}"}, params={"start_date": str(start), "end_date": str(end)},
            )
        )  # fmt: skip
        start = end + timedelta(days=1)
    return tuple(copies)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read lists of models and rankings: the latter are the documents that have `meta`."""
    facts = Facts()
    listed = [(copy, one(copy.path)) for copy in copies]
    for copy, held in listed:
        if "meta" not in held.cells:
            facts.update(read_models(copy.path, copy.retrieved.date(), naming))
    if ranked := [(copy.path, copy.retrieved.date()) for copy, held in listed if "meta" in held.cells]:
        facts.update(read_rankings(ranked, naming, catalogued()))
    return facts


def read_models(path: Path, retrieved: date, naming: Naming) -> Facts:
    """Read the list of models: offerings with price, context and efforts, and the repositories it names for weights.

    Prices are US dollars a token, written as text; -1 stands for "depends on where it is routed" and becomes no price.
    `canonical_slug` is the dated identity and leads to the model where `id` is a pointer. `created` is the day of the
    listing and no release date. A repository becomes an alias only where its own name leads to the same model.
    """
    facts = Facts()
    key = facts.origin(OFFERED, retrieved, path)
    document = one(path)

    def enter(record: Record) -> None:
        name, slug = record.needed("id"), record.text("canonical_slug")
        prices = record.record("pricing")
        varies = any(_negative(prices, each) for each in ("prompt", "completion"))
        paid: dict[str, Any] = {} if varies else _prices(prices)
        window, efforts = context(record, "context_length"), _efforts(record.record("reasoning"))
        repository = record.text("hugging_face_id")
        until = record.day("expiration_date")
        named = _named(naming, slug, name, retrieved)
        modality = record.record("architecture").text("modality")
        facts.add(
            *("offerings", key), provider="OpenRouter", name=name, model_id=named and named.model_id,
            version=named and named.version, tier=_tier(name, named), **paid, context=window, mode=modality,
            free=is_free(paid.get("input"), paid.get("output")), efforts=efforts, valid_to=until,
        )  # fmt: skip
        if varies:
            facts.leave("prices of OpenRouter", "they depend on where a request is routed")
        if named and slug:
            naming.alias(facts, key, slug, source="openrouter", named=named)
        if named and repository:
            _bridge(facts, key, naming, repository, named, retrieved)

    take(facts, "offerings of OpenRouter", document.values("data"), path.name, "data", enter)
    return facts


def read_rankings(copies: Sequence[tuple[Path, date]], naming: Naming, kinds: Mapping[str, Kind]) -> Facts:
    """Read daily rankings into months: tokens by model, and the open and the closed share by `kinds`.

    The date of knowledge is the newest `meta.as_of`: figures are restated. Of two copies of a day the one with the
    later `as_of` holds. A model's share is its tokens of all; at its high bound what lies outside of the daily top 50
    is its own too, since its variants can stand there. Open and closed: see `shares.split`. A month is partial that is
    not over on the last day of the data, or of which a day is missing.
    Raises `SourceError` where a file has no `meta.as_of` or no whole row.
    """
    facts = Facts()
    windows = sorted((_window(path, retrieved, facts) for path, retrieved in copies), key=lambda window: window.as_of)
    newest = windows[-1]
    days: dict[date, tuple[_Window, dict[str, float]]] = {}
    for window in windows:
        days |= {day: (window, tokens) for day, tokens in window.days.items()}
    known = date.fromisoformat(newest.as_of[:10])
    months: dict[date, list[date]] = {}
    for day in sorted(days):
        months.setdefault(day.replace(day=1), []).append(day)
    for first, present in months.items():
        window = days[present[-1]][0]
        ranked = rankings(window.as_of, window.span)
        keys = tuple(facts.origin(each, known, window.path) for each in (ranked, classified(ranked)))
        _add_month(facts, keys, first, [days[day][1] for day in present], naming, kinds)
    return facts


@dataclass(frozen=True)
class _Window:
    """One answer of the rankings: tokens by day and model, and when they were known."""

    path: Path
    as_of: str
    span: str
    days: dict[date, dict[str, float]]


def _window(path: Path, retrieved: date, facts: Facts) -> _Window:
    document = one(path)
    meta = document.record("meta")
    known = meta.day("as_of", retrieved)
    if known is None:
        raise meta.wrong("as_of", "the time at which the figures were known")
    days: dict[date, dict[str, float]] = {}

    def enter(record: Record) -> None:
        day, slug = record.day("date", known), record.needed("model_permaslug")
        tokens = record.number("total_tokens", 0, MOST_TOKENS)
        if day is None or day < FIRST:
            raise record.wrong("date", f"a day from {FIRST} on")
        if tokens is None:
            raise record.wrong("total_tokens", "a number of tokens")
        if slug in days.setdefault(day, {}):
            raise record.wrong("model_permaslug", "each model once a day")
        days[day][slug] = tokens

    take(facts, "daily totals of OpenRouter", document.values("data"), path.name, "data", enter)
    days = {day: tokens for day, tokens in days.items() if tokens}
    return _Window(path, meta.needed("as_of"), f"{min(days)}-{max(days)}", days)


def _add_month(
    facts: Facts,
    keys: tuple[str, ...],
    first: date,
    days: list[dict[str, float]],
    naming: Naming,
    kinds: Mapping[str, Kind],
) -> None:
    counted, by_kind = keys
    ends = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    partial = len(days) < ends.day
    tokens: dict[str, float] = {}
    for day in days:
        for slug, count in day.items():
            tokens[slug] = tokens.get(slug, 0.0) + count
    rest = tokens.pop(OTHER, 0.0)
    total = sum(tokens.values()) + rest
    if total <= 0:
        facts.leave("months of OpenRouter's rankings", f"{first:%Y-%m}: no tokens")
        return
    models: dict[str, float] = {}
    unnamed = 0.0
    for slug, count in tokens.items():
        named = naming.model(slug.partition(":")[0], source="openrouter", as_of=first)
        if named is None:
            unnamed += count
            facts.leave("models of OpenRouter's rankings", "the name leads to no model: its tokens are in the bounds")
        else:
            models[named.model_id] = models.get(named.model_id, 0.0) + count
    common: dict[str, Any] = {
        "channel": "openrouter", "metric": "share", "unit": "tokens", "population": "tokens routed by OpenRouter",
        "grain": "month", "period": first, "ends": ends, "total": total, "partial": partial,
    }  # fmt: skip
    for model_id, count in sorted(models.items()):
        facts.add(
            *("usage", counted), **common, series="openrouter-models", subject=model_id, value=count / total,
            low=count / total, high=min(1.0, (count + rest) / total),
            numerator="prompt and completion tokens of the model in the daily top 50; high: with all outside of it",
        )  # fmt: skip
    for side, share in split([*models.items(), (None, unnamed)], kinds, rest).items():
        facts.add(
            *("usage", by_kind), **common, series="openrouter-rankings", subject=side, low=share.low, high=share.high,
            numerator=RULE.format(unit="tokens", subject=side),
        )  # fmt: skip


def _named(naming: Naming, slug: str | None, name: str, retrieved: date) -> Named | None:
    named = naming.model(slug, source="openrouter", as_of=retrieved) if slug else None
    return named or naming.model(name.partition(":")[0], source="openrouter", as_of=retrieved)


def _prices(prices: Record) -> dict[str, Any]:
    return {
        "input": price(prices, "prompt", per=1),
        "output": price(prices, "completion", per=1),
        "cache_read": price(prices, "input_cache_read", per=1),
        "cache_write": price(prices, "input_cache_write", per=1),
    }


def _negative(prices: Record, key: str) -> bool:
    """Whether a price is the -1 that stands for one that varies; any other negative number is no price at all."""
    return prices.cells.get(key) in ("-1", -1)


def _tier(name: str, named: Named | None) -> str | None:
    variant = name.partition(":")[2]
    said = [part for part in (variant, named.tier if named else None) if part]
    return " ".join(said) or None


def _efforts(reasoning: Record) -> str | None:
    """The settings that are accepted, the default first; None where none are stated."""
    said = reasoning.values("supported_efforts")
    if not all(isinstance(effort, str) and _EFFORT.fullmatch(effort) for effort in said) or len(said) > 20:
        raise reasoning.wrong("supported_efforts", "words such as low and high")
    default = reasoning.text("default_effort")
    return " ".join(sorted(dict.fromkeys(said), key=lambda effort: effort != default)) or None


def _bridge(facts: Facts, key: str, naming: Naming, repository: str, named: Named, retrieved: date) -> None:
    """Enter a repository as an alias of the model; OpenRouter sometimes names a sibling's, so its own name decides."""
    own = naming.model(repository, source="hf", as_of=retrieved)
    if own is None:
        facts.leave("repositories of OpenRouter", "their own name leads to no model")
    elif own.model_id != named.model_id:
        facts.leave("repositories of OpenRouter", "their own name leads to another model")
    else:
        naming.alias(facts, key, repository, source="hf", named=own)
