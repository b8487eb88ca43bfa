"""LLM-Stats: facts about models and the scores that their makers report of them, each with its address.

`data/organizations/*/models/*/{model,benchmarks}.json` of JonathanChavezTamales/LLMStats (CC BY 4.0, frozen in October
2025), fetched as the repository's archive; an extract as one JSON list of models with `benchmarks` is read too. Of the
2,224 scores of the extract 18 are not marked as self-reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.catalog.identity import slug
from nomoat.sources.claimed import Claims
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, document, take
from nomoat.sources.web import Web
from nomoat.sources.zipped import members

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

ADDRESS = "https://codeload.github.com/JonathanChavezTamales/LLMStats/zip/refs/heads/main"
_HOME = "https://github.com/JonathanChavezTamales/LLMStats"
_ATTRIBUTION = "LLM-Stats (c) 2024 jc, CC BY 4.0"
MODELS = Publication(
    key="llm-stats/models",
    publisher="LLM-Stats",
    dataset="llm-stats-models",
    title="LLM-Stats: models",
    address=_HOME,
    licence="CC BY 4.0",
    attribution=_ATTRIBUTION,
    evidence="secondary",
)
SCORES = Publication(
    key="llm-stats/scores",
    publisher="LLM-Stats",
    dataset="llm-stats",
    title="LLM-Stats: scores that makers report",
    address=_HOME,
    licence="CC BY 4.0",
    attribution=_ATTRIBUTION,
    evidence="self-reported",
)
OTHERS = Publication(
    key="llm-stats/scores-secondary",
    publisher="LLM-Stats",
    dataset="llm-stats",
    title="LLM-Stats: scores not marked as self-reported",
    address=_HOME,
    licence="CC BY 4.0",
    attribution=_ATTRIBUTION,
    evidence="secondary",
)


_ALONE = "lists of scores of LLM-Stats", "no model beside it"


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the archive of the repository."""
    return (web.get("llm_stats", "repository", ADDRESS, kind="zip", limit=64 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy."""
    facts = Facts()
    for copy in copies[-1:]:
        facts.update(read_models(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_models(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read models as claims (date, openness by licence, parameters) and their scores as a data set of its own.

    A score that is marked as self-reported is a `vendor-report`, any other a `third-party-report`; `source` keeps the
    address, or says that none is given. A score outside of 0 to 1, and two of one model on one benchmark, are left out.
    """
    facts = Facts()
    claims = Claims(facts, facts.origin(MODELS, retrieved, path), "llm-stats", curated, naming)

    def enter(record: Record) -> None:
        raw, maker = record.needed("model_id"), record.text("organization_id")
        shown, licence = record.text("name") or raw, record.text("license_id")
        released = record.day("release_date", latest=retrieved) or record.day("announcement_date", latest=retrieved)
        parameters = record.number("param_count", 0, 1e15)
        scores = list(_scores(facts, record))
        named = naming.mint(
            raw, source="llm-stats", organisation=slug(maker) if maker else None, released=released, as_of=retrieved
        )
        if named is None:
            facts.leave("models of LLM-Stats", "the name may mean one of several models")
            return
        claims.license(raw, named, licence)
        if claims.enter(raw, named, name=shown, maker=maker, released=released):
            if licence:
                claims.open(named, "closed-unspecified" if licence == "proprietary" else "weights-unspecified", licence)
            if parameters:
                facts.add("effort", claims.origin_id, model_id=named.model_id, parameters=parameters)
        for benchmark, share, own, address in scores:
            facts.add(
                *("scores", facts.origin(SCORES if own else OTHERS, retrieved, path)), model_id=named.model_id,
                benchmark_id=benchmark, version=raw, performance=share,
                evidence="vendor-report" if own else "third-party-report", source=address or "no address given",
            )  # fmt: skip

    take(facts, "models of LLM-Stats", _records(path, facts), path.name, "models", enter)
    return facts


def _scores(facts: Facts, record: Record) -> Iterator[tuple[str, float, bool, str | None]]:
    """The scores of one model: benchmark, share, whether its maker reports it, address."""
    listed = [one for one in record.values("benchmarks") if isinstance(one, dict)]
    times = Counter(str(one.get("benchmark_id")) for one in listed)
    for at, cells in enumerate(listed):
        one = Record(record.file, f"{record.place}.benchmarks[{at}]", cells)
        name, share, own = one.needed("benchmark_id", 120), one.number("score"), one.flag("is_self_reported")
        address = one.text("self_reported_source_link", 2000)
        if times[name] > 1:
            facts.leave("scores of LLM-Stats", "a model has several on one benchmark")
        elif share is None or not 0 <= share <= 1:
            facts.leave("scores of LLM-Stats", "not a share from 0 to 1")
        else:
            yield slug(name), share, own is not False, address if _is_address(address) else None


def _is_address(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"https?://[\w.-]+(?:/\S*)?", text) is not None


def _records(path: Path, facts: Facts) -> Iterator[Any]:
    if path.suffix == ".json":
        found = document(path)
        yield from found if isinstance(found, list) else [found]
        return
    scores: dict[str, Any] = {}
    for name, body in members(path, r"data/organizations/[^/]+/models/[^/]+/(?:benchmarks|model)\.json", facts):
        try:
            found = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
        except (ValueError, RecursionError):  # msgspec's own, and UnicodeDecodeError for a key that is not UTF-8
            yield f"{name} is no JSON"
            continue
        # The names come sorted: benchmarks.json stands before the model.json of its folder.
        folder, _, kind = name.rpartition("/")
        if kind == "benchmarks.json":
            facts.leave(*_ALONE, len(scores))
            scores = {folder: found}
        elif isinstance(found, dict):
            if scores.get(folder) is None:
                facts.leave("lists of scores of LLM-Stats", "none beside the model")
            yield {**found, "benchmarks": scores.pop(folder, [])}
        else:
            yield f"{name} is no object"
    facts.leave(*_ALONE, len(scores))
