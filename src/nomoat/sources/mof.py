"""The Model Openness Tool: which components of a model are published under which licence, as its contributors claim.

`models/*.yml` of lfai/model_openness_tool (MIT, read on 2026-11-22), fetched as the repository's archive; an extract
as one JSON list of the same records is read too. A record has `release` with `name, version, producer, huggingface,
license` and `components`, each with a name and `license` (`license_name` in older ones).

An audit in the project's tracker found major errors in nine of ten entries, and of 156 addresses of weights 62 do not
repeat the name of their entry: what stands here is a claim. `date` is the day of an entry and no release date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.identity import slug
from nomoat.sources.claimed import Claims
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.indented import entry
from nomoat.sources.nested import Record, document, take
from nomoat.sources.web import Web
from nomoat.sources.zipped import members

if TYPE_CHECKING:
    from nomoat.sources.naming import Named, Naming

ADDRESS = "https://codeload.github.com/lfai/model_openness_tool/zip/refs/heads/main"
COMPONENTS = Publication(
    key="mof/components",
    publisher="LF AI & Data",
    dataset="mof",
    title="Model Openness Tool",
    address="https://github.com/lfai/model_openness_tool",
    licence="MIT",
    attribution="LF AI & Data, Model Openness Tool, MIT",
    evidence="secondary",
)
WEIGHTS, CODE, DATA = "Model parameters (Final)", "Training code", "Datasets"

# Words that stand where a licence should: the component is there without one, or it is not there.
_NONE = re.compile(r"unlicensed|undisclosed|not specified|no licen[cs]e|none|pending", re.IGNORECASE)
_ABSENT = re.compile(r"component (?:component )?not include|not (?:released|available)|proprietary", re.IGNORECASE)
# Licences approved by the OSI, and those of its kind for data and documents.
_OPEN = re.compile(
    r"(?:apache|mit\b|bsd|isc\b|[al]?gpl|mpl|cc0|cc[- ]by(?:[- ]sa)?[- ]?\d|cdla|odc|odbl|pddl|openmdw|unlicense$"
    r"|public domain|arxiv)",
    re.IGNORECASE,
)


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the archive of the repository."""
    return (web.get("mof", "repository", ADDRESS, kind="zip", limit=64 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy."""
    facts = Facts()
    for copy in copies[-1:]:
        facts.update(read_components(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_components(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read the components of models that are known, and what follows for openness; the rest is counted.

    A component is `open` under an open licence, `partial` under another or none, `closed` where the entry says that it
    is not included; one without a licence of its own has that of the release. A model is `open-source` where weights,
    training code and data are all claimed to be open, else its weights are claimed or nothing is.
    """
    facts = Facts()
    key = facts.origin(COMPONENTS, retrieved, path)
    claims = Claims(facts, key, "mof", curated, naming)

    def enter(record: Record) -> None:
        release = record.record("release")
        name, maker = release.needed("name"), release.text("producer")
        licences = _licences(release)
        said: dict[str, tuple[str, str | None]] = {}
        for at, cells in enumerate(release.values("components")):
            one = Record(record.file, f"{record.place}.components[{at}]", cells if isinstance(cells, dict) else {})
            written = one.text("license") or one.text("license_name") or licences
            said[one.needed("name", 80)] = claim(written), written
        named = _model(name, release.text("huggingface"), naming)
        if named is None:
            facts.leave("models of the Model Openness Tool", "no model of that name in the catalogue")
            return
        weights, licence = said.get(WEIGHTS, ("closed", None))
        if weights != "closed":
            claims.license(name, named, licence)
        if not claims.enter(name, named, name=name, maker=maker):
            return
        for component, (openly, written) in said.items():
            facts.add(
                *("components", key), model_id=named.model_id, component=slug(component), open=openly, licence=written
            )  # fmt: skip
        if weights == "closed":
            facts.leave("openness by the Model Openness Tool", "no weights are listed, which may be an omission")
        elif all(said.get(part, ("closed",))[0] == "open" for part in (WEIGHTS, CODE, DATA)):
            claims.open(named, "open-source", licence)
        else:
            claims.open(named, "weights-unspecified", licence)

    take(facts, "models of the Model Openness Tool", _records(path, facts), path.name, "models", enter)
    return facts


def claim(licence: str | None) -> str:
    """Return whether a component under such a licence is claimed to be open, partial or closed.

    >>> [claim(one) for one in ("Apache-2.0", "CC-BY-SA-4.0", "Gemma Terms of Use", "unlicensed", None)]
    ['open', 'open', 'partial', 'partial', 'partial']
    >>> claim("Component not included"), claim("CC-BY-NC-4.0")
    ('closed', 'partial')
    """
    if licence is None:
        return "partial"
    if _ABSENT.search(licence):
        return "closed"
    return "open" if _OPEN.match(licence) and not _NONE.fullmatch(licence) else "partial"


def _licences(release: Record) -> str | None:
    """The licence of the whole release, where it has one."""
    whole = release.cells.get("license")
    if not isinstance(whole, dict):
        return release.text("license")
    return release.record("license").record("distribution").text("name")


def _model(name: str, address: str | None, naming: Naming) -> Named | None:
    """The model of that name; the address of the weights is believed only where it repeats the name."""
    found = re.fullmatch(r"https?://huggingface\.co/([\w.-]+/([\w.-]+))/?", address or "")
    if found and slug(found[2]) == slug(name):
        return naming.model(found[1], source="hf")
    return naming.model(name, source="mof")


def _records(path: Path, facts: Facts) -> Iterator[Any]:
    if path.suffix == ".json":
        found = document(path)
        return iter(found if isinstance(found, list) else [found])
    return (entry(body, name) for name, body in members(path, r"models/[^/]+\.ya?ml", facts))
