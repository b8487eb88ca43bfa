"""models.dev: facts about models, their offerings with prices, and scores that its contributors gathered.

Addresses and format from its README and `packages/core/src/schema.ts` (anomalyco/models.dev, read on 2026-11-22); no
live answer was seen where this was written. `models.json` maps `lab/model` to facts, `api.json` maps a provider to its
models with prices, `catalog.json` holds both as `models` and `providers`. Lists of the same records are read too.

Openness and release date are taken from `models.json` alone: of 2,534 names among the offerings, 202 contradict each
other about open weights and 399 about the date, since resellers fill in defaults.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nomoat.catalog.identity import slug
from nomoat.catalog.maker import maker
from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, document, take
from nomoat.sources.priced import context, is_free, price
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

SITE = "https://models.dev"
LICENCE = "MIT"
ATTRIBUTION = "models.dev, MIT licence, (c) 2025 models.dev"

MODELS = Publication(
    key="models.dev/models",
    publisher="models.dev",
    dataset="models.dev",
    title="Facts about models",
    address=f"{SITE}/models.json",
    licence=LICENCE,
    attribution=ATTRIBUTION,
    evidence="secondary",
)
OFFERINGS = Publication(
    key="models.dev/offerings",
    publisher="models.dev",
    dataset="models.dev-offerings",
    title="Models and prices of providers",
    address=f"{SITE}/api.json",
    licence=LICENCE,
    attribution=ATTRIBUTION,
    evidence="secondary",
)
VENDOR_SCORES = Publication(
    key="models.dev/scores-self-reported",
    publisher="models.dev",
    dataset="models.dev-scores",
    title="Scores that vendors report of their own models",
    address=f"{SITE}/models.json",
    licence=LICENCE,
    attribution=ATTRIBUTION,
    evidence="self-reported",
)
OTHER_SCORES = Publication(
    key="models.dev/scores-secondary",
    publisher="models.dev",
    dataset="models.dev-scores",
    title="Scores gathered from leaderboards and reports",
    address=f"{SITE}/models.json",
    licence=LICENCE,
    attribution=ATTRIBUTION,
    evidence="secondary",
)

# Their terms do not allow that scores be passed on (sources.md 2.4, 2.7), whoever typed them in.
WITHHELD = {"openrouter.ai": "OpenRouter", "artificialanalysis.ai": "Artificial Analysis"}
BOARDS = ("aider.chat", "labs.scale.com", "swebench.com", "tbench.ai", "livebench.ai", "arcprize.org", "epoch.ai")
_REPOSITORY = re.compile(r"https?://(?:www\.)?huggingface\.co/([\w.-]+)/([\w.-]+)/?")
_MONTH = re.compile(r"\d{4}-\d{2}")


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch what models.dev says of models and of offerings."""
    return tuple(
        web.get("modelsdev", name, f"{SITE}/{name}.json", kind="json", limit=64 << 20) for name in ("models", "api")
    )


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read copies of any of the three files; models come first, so that offerings find them."""
    facts = Facts()
    opened = [(copy, document(copy.path)) for copy in copies]
    for copy, found in opened:
        if _base(found) is not None:
            facts.update(read_models(copy.path, copy.retrieved.date(), curated, naming))
    naming.learn(facts)
    for copy, found in opened:
        if _offered(found) is not None:
            facts.update(read_offerings(copy.path, copy.retrieved.date(), curated, naming))
        elif _base(found) is None:
            raise _strange(copy.path)
    return facts


def read_models(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read the facts about models: names, dates, openness and the gathered scores.

    A date of 1970 is refused with its record; a model that is dated by its month alone is entered without a date.
    """
    facts = Facts()
    found = _base(document(path))
    if found is None:
        raise _strange(path)
    scores = _Scores()
    repositories: list[tuple[str, str]] = []
    key = facts.origin(MODELS, retrieved, path)

    def enter(record: Record) -> None:
        raw, name, openly = record.needed("id"), record.needed("name"), record.flag("open_weights")
        if raw.count("/") != 1 or not all(raw.split("/")):
            raise record.wrong("id", "a lab and a model, such as 'openai/gpt-5'")
        released, about = _released(record, retrieved)
        modality = _modality(record.record("modalities"))
        licence = record.text("license")
        benchmarks, weights = record.values("benchmarks"), record.values("weights")
        lab = raw.split("/")[0]
        named = naming.mint(raw, source="models.dev", organisation=slug(lab), released=about, as_of=retrieved)
        if named is None:
            facts.leave("models of models.dev", "the name may mean one of several models")
            return
        if released is None:
            facts.leave("release dates of models.dev", "only a month is given")
        seat = named.model_id.split("/")[0]
        organisation = curated.known(seat) or curated.organisation(lab, None)
        facts.add(
            *("models", key), model_id=named.model_id, name=name, organisation_id=organisation, released=released,
            modality=modality,
        )  # fmt: skip
        naming.alias(facts, key, raw, source="models.dev", named=named)
        if named.version:
            facts.add(
                *("versions", key), version_id=f"{named.model_id}@{named.version}", model_id=named.model_id,
                name=raw.split("/")[1], released=released,
            )  # fmt: skip
        if licence:
            cells = {"source": "models.dev", "name": raw, "model_id": named.model_id, "version": named.version}
            facts.add("licensing", key, written=licence, **cells)
        if openly is not None:
            kind = "weights-unspecified" if openly else "closed-unspecified"
            facts.add("openness", key, **{"model_id": named.model_id, "class": kind, "licence": licence})
        repositories.extend((repository, named.model_id) for repository in _repositories(weights))
        scores.found.extend((named.model_id, lab, record, one) for one in benchmarks)

    take(facts, "models of models.dev", found, path.name, "models", enter)
    _add_repositories(facts, key, repositories, naming)
    scores.enter(facts, path, retrieved)
    return facts


def read_offerings(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read who offers what at which price, in US dollars per million tokens.

    What is no longer served is left out, and so are the dearer prices beyond some length of context: both are counted.
    """
    facts = Facts()
    found = _offered(document(path))
    if found is None:
        raise _strange(path)
    key = facts.origin(OFFERINGS, retrieved, path)
    seen: set[tuple[str, str]] = set()

    def enter(record: Record) -> None:
        provider, raw = record.needed("provider"), record.needed("id")
        cost, limit = record.record("cost"), record.record("limit")
        cells: dict[str, Any] = {
            "input": price(cost, "input"),
            "output": price(cost, "output"),
            "cache_read": price(cost, "cache_read", "cached_input", "cache_input"),
            "cache_write": price(cost, "cache_write", "cached_write"),
            "context": context(limit, "context"),
            "mode": record.text("type", 40),
        }
        base = record.text("base_model") or record.text("canonical_model_id") or record.text("canonical_id")
        if (provider, raw) in seen:
            facts.leave("offerings of models.dev", "a provider has the name twice: the first is kept")
            return
        if record.text("status") == "deprecated":
            facts.leave("offerings of models.dev", "no longer served")
            return
        if cost.values("tiers") or cost.cells.get("context_over_200k"):
            facts.leave("price tiers of models.dev", "beyond some length of context: the price up to there is kept")
        seen.add((provider, raw))
        own = naming.model(raw, source="models.dev", as_of=retrieved)
        named = (naming.model(base, source="models.dev", as_of=retrieved) if base else None) or own
        may = naming.meanings(raw, source="models.dev", as_of=retrieved)
        if named and may and named.model_id not in may:
            facts.leave(
                "models of offerings of models.dev", "the name says another model than the one it is listed under"
            )
            named = None
        facts.add(
            *("offerings", key), provider=provider, name=raw, model_id=named and named.model_id,
            version=named and (named.version or (own and own.version)), tier=own and own.tier,
            free=is_free(cells["input"], cells["output"]), **cells,
        )  # fmt: skip

    take(facts, "offerings of models.dev", found, path.name, "offerings", enter)
    return facts


@dataclass
class _Scores:
    """The scores that stand with the models, and where each may go."""

    found: list[tuple[str, str, Record, Any]] = field(default_factory=list)

    def enter(self, facts: Facts, path: Path, retrieved: date) -> None:
        """Enter a share for each percentage; an index, and what may not be passed on, is left out and counted."""

        def one(record: Record) -> None:
            model_id, lab = record.cells.pop("model_id"), record.cells.pop("lab")
            name, address, metric = record.needed("name"), record.needed("source"), record.text("metric") or ""
            host = urlsplit(address).netloc.lower().removeprefix("www.")
            withheld = next((who for site, who in WITHHELD.items() if host.endswith(site) or who in name), None)
            if withheld:
                facts.leave("scores of models.dev", f"taken from {withheld}")
                return
            if "index" in metric or "elo" in metric.lower():
                facts.leave("scores of models.dev", "an index and not a share")
                return
            score = record.number("score", 0, 100)
            if score is None:
                raise record.wrong("score", "a number from 0 to 100")
            if 0 < score <= 1 and "percent" not in metric:
                facts.leave("scores of models.dev", "a share or a percentage: which is not said")
                return
            evidence = _evidence(address, host, lab, model_id)
            published = VENDOR_SCORES if evidence == "vendor-report" else OTHER_SCORES
            ran = [said for part in ("harness", "variant", "dataset", "version") if (said := record.text(part))]
            facts.add(
                *("scores", facts.origin(published, retrieved, path)), model_id=model_id,
                benchmark_id=slug(name.replace("τ", "tau")), performance=float(f"{score / 100:.12g}"),
                evidence=evidence, source=address + (f" ({', '.join(ran)})" if ran else ""),
            )  # fmt: skip

        gathered: Iterator[Any] = (
            {**cells, "model_id": model_id, "lab": lab} if isinstance(cells, dict) else cells
            for model_id, lab, _, cells in self.found
        )
        if self.found:
            take(facts, "scores of models.dev", gathered, path.name, "benchmarks", one)


def _evidence(address: str, host: str, lab: str, model_id: str) -> str:
    """Whose word a score is: a leaderboard's, the maker's own, or another's."""
    if any(host.endswith(board) for board in BOARDS):
        return "leaderboard"
    maker_id = model_id.split("/")[0]
    repository = _REPOSITORY.match(address)
    if repository:
        from nomoat.catalog.lexicon import lexicon

        account = repository[1].lower()
        found = maker("", (account,), None, "hf", lexicon())[0]
        return "vendor-report" if found == maker_id or account.startswith(lab) else "third-party-report"
    labels = {re.sub("[^a-z0-9]", "", label) for label in host.split(".")}
    return "vendor-report" if labels & {lab.replace("-", ""), maker_id.replace("-", "")} else "third-party-report"


def _released(record: Record, retrieved: date) -> tuple[date | None, date | None]:
    """The release date, and about when that is: the middle of the month where only the month is given."""
    written = record.text("release_date")
    if written and _MONTH.fullmatch(written):
        month = Record(record.file, record.place, {"release_date": f"{written}-15"})
        return None, month.day("release_date")
    day = record.day("release_date", latest=retrieved)
    return day, day


def _modality(modalities: Record) -> str | None:
    """What goes in and what comes out, such as 'text,image>text'."""
    ways = []
    for way in ("input", "output"):
        said = modalities.values(way)
        if len(said) > 40 or not all(
            isinstance(one, str) and re.fullmatch(r"[a-z]{1,20}(?:/[a-z0-9.+-]{1,20})?", one) for one in said
        ):
            raise modalities.wrong(way, "a list of words such as 'text'")
        ways.append(",".join(sorted(set(said))))
    return ">".join(ways) if all(ways) else None


def _repositories(weights: list[Any]) -> Iterator[str]:
    """The maker's own weights on the Hub: not what was quantised of them."""
    for one in weights:
        url = one.get("url") if isinstance(one, dict) else None
        if not isinstance(url, str) or one.get("quantization"):
            continue
        found = _REPOSITORY.fullmatch(url)
        if found:
            yield f"{found[1]}/{found[2]}"


def _add_repositories(facts: Facts, key: str, found: list[tuple[str, str]], naming: Naming) -> None:
    """Enter which weights on the Hub are a model's, where only one model claims them and no rule says otherwise."""
    claims = Counter(repository for repository, _ in found)
    for repository, model_id in found:
        known = naming.model(repository, source="hf")
        if claims[repository] > 1 or (known is not None and known.model_id != model_id):
            facts.leave("weights that models.dev names", "another model has them too")
        elif known is None:
            facts.add(
                *("aliases", key), source="hf", name=repository, level="model", id=model_id, method="curated"
            )  # fmt: skip


def _base(found: Any) -> list[Any] | None:
    """The records about models, of any of the published shapes."""
    if isinstance(found, dict) and isinstance(found.get("models"), dict) and "providers" in found:
        found = found["models"]
    if isinstance(found, dict) and found and all(isinstance(key, str) and "/" in key for key in found):
        return [{"id": key, **record} if isinstance(record, dict) else record for key, record in found.items()]
    if isinstance(found, list) and found and not any(isinstance(one, dict) and "provider" in one for one in found):
        return found
    return None


def _offered(found: Any) -> list[Any] | None:
    """The records about offerings, of any of the published shapes, each with its provider."""
    if isinstance(found, list):
        return found if any(isinstance(one, dict) and isinstance(one.get("provider"), str) for one in found) else None
    if isinstance(found, dict) and isinstance(found.get("providers"), dict):
        found = found["providers"]
    if not isinstance(found, dict) or not any(isinstance(one, dict) and "models" in one for one in found.values()):
        return None
    offered: list[Any] = []
    for provider, about in found.items():
        models = about.get("models") if isinstance(about, dict) else None
        if not isinstance(models, dict):
            offered.append(about)
            continue
        # A model's own `provider` says how it is called by software, not who sells it.
        offered += [
            {"id": name, **record, "provider": provider} if isinstance(record, dict) else record
            for name, record in models.items()
        ]
    return offered


def _strange(path: Path) -> SourceError:
    return SourceError(
        f"{path.name} is no file of models.dev that is known",
        "models.json, api.json or catalog.json (the models.json of its repository is another publisher's)",
        "nomoat update modelsdev",
    )
