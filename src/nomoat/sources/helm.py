"""HELM: which models Stanford's evaluation harness knows, with maker, access, parameters and date.

`src/helm/config/model_metadata.yaml` of stanford-crfm/helm (Apache-2.0, read on 2026-11-22) has a list `models` of
`name, display_name, creator_organization_name, access, num_parameters, release_date, tags`; an extract of it as CSV
with the same columns is read too. `access` is `open` (weights), `limited` (an interface) or `closed` (not public).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.identity import slug
from nomoat.errors import SourceError
from nomoat.sources.claimed import Claims
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import read as read_csv
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.indented import document
from nomoat.sources.nested import Record, take
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

ADDRESS = "https://raw.githubusercontent.com/stanford-crfm/helm/main/src/helm/config/model_metadata.yaml"
MODELS = Publication(
    key="helm/models",
    publisher="Stanford CRFM",
    dataset="helm-models",
    title="HELM model metadata",
    address=ADDRESS,
    licence="Apache-2.0",
    attribution="Stanford CRFM, HELM, Apache-2.0",
    evidence="secondary",
)
ACCESS = {"open": "weights-unspecified", "limited": "closed-api", "closed": "closed-unreleased"}
COLUMNS = ("name", "display_name", "creator_organization_name", "access", "num_parameters", "release_date", "tags")


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the list of models."""
    return (web.get("helm", "model_metadata", ADDRESS, kind="yaml", limit=16 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy."""
    facts = Facts()
    for copy in copies[-1:]:
        facts.update(read_models(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_models(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read models as claims: a release date, a class of access, parameters; models that others lack are minted.

    The harness's own test models are left out, and so are pairs of models behind one name and models at another's
    provider, whose `limited` speaks of the provider: the weights of Llama 3 are `limited` on Bedrock.
    """
    facts = Facts()
    claims = Claims(facts, facts.origin(MODELS, retrieved, path), "helm", curated, naming)

    def enter(record: Record) -> None:
        raw, shown = record.needed("name"), record.text("display_name")
        maker, access = record.text("creator_organization_name"), record.needed("access")
        parameters = record.number("num_parameters", 0, 1e15)
        released = record.day("release_date", latest=retrieved)
        if access not in ACCESS:
            raise record.wrong("access", "open, limited or closed")
        why = _no_model(raw, shown or raw)
        if why is not None:
            facts.leave("models of HELM", why)
            return
        named = naming.mint(
            raw, source="helm", organisation=slug(maker) if maker else None, released=released, as_of=retrieved
        )
        if named is None:
            facts.leave("models of HELM", "the name may mean one of several models")
            return
        if not claims.enter(raw, named, name=shown or raw, maker=maker, released=released):
            return
        claims.open(named, ACCESS[access])
        if parameters:
            facts.add("effort", claims.origin_id, model_id=named.model_id, parameters=parameters)

    take(facts, "models of HELM", _records(path), path.name, "models", enter)
    return facts


def _no_model(raw: str, shown: str) -> str | None:
    if raw.startswith("simple/"):
        return "a test of the harness"
    if " + " in shown:
        return "two models behind one name"
    if "bedrock" in (raw + shown).casefold():
        return "a model at another's provider"
    return None


def _records(path: Path) -> Iterator[Any]:
    if path.suffix == ".csv":
        return (row.cells for row in read_csv(path, COLUMNS))
    found = document(path)
    models = found.get("models") if isinstance(found, dict) else None
    if not isinstance(models, list):
        raise SourceError(f"{path.name} has no list of models", "models: with an entry for each", "nomoat update helm")
    return iter(models)
