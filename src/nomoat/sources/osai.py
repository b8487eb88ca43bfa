"""The European Open Source AI Index: fourteen dimensions of openness, judged open, partial or closed.

One YAML file a system at the root of Language-Technology-Assessment/main-database (CC BY 4.0, read on 2026-11-22),
fetched as the repository's archive: `system` with names, licence and month of release, `org`, and for each dimension
`class`, `link` and `notes`. An extract as one JSON list with the classes under `dimensions` is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.held import agree
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

ADDRESS = "https://codeload.github.com/Language-Technology-Assessment/main-database/zip/refs/heads/main"
INDEX = Publication(
    key="osai/index",
    publisher="European Open Source AI Index",
    dataset="osai",
    title="European Open Source AI Index",
    address="https://doi.org/10.5281/zenodo.15386042",
    licence="CC BY 4.0",
    attribution="Liesenfeld & Dingemanse, European Open Source AI Index, osai-index.eu, CC BY 4.0",
    evidence="measured by publisher",
)
CLASSES = ("open", "partial", "closed")
# All must be open: the licence too, since weights under a non-commercial one are listed as open weights.
SOURCE = ("weights_endmodel", "trainingcode", "datasources_basemodel", "datasources_endmodel", "licenses")
_ABOUT = ("system", "org")


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the archive of the database."""
    return (web.get("osai", "database", ADDRESS, kind="zip", limit=64 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy."""
    facts = Facts()
    for copy in copies[-1:]:
        facts.update(read_index(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_index(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read the dimensions of systems whose model is known, and what follows for openness; the rest is counted.

    The index judges the largest model of a family by its newest version. A model is `open-source` where its weights,
    its training code, both kinds of data and its licence are all judged open; else its weights are open (in part), or
    closed where those of its base are closed too. The month of release leads to the model and is no release date.
    """
    facts = Facts()
    key = facts.origin(INDEX, retrieved, path)
    claims = Claims(facts, key, "osai", curated, naming)

    def enter(record: Record) -> None:
        name, licence = record.text("endmodel") or record.needed("name"), record.text("endmodellicense", 1000)
        dimensions = record.record("dimensions")
        judged = {dimension: dimensions.text(dimension, 20) for dimension in sorted(dimensions.cells)}
        for dimension, found in judged.items():
            if found not in (*CLASSES, None) or not re.fullmatch(r"[a-z_]{1,40}", dimension):
                raise dimensions.wrong(dimension, ", ".join(CLASSES))
        if not any(judged.values()):
            raise record.wrong("dimensions", "a judgement of at least one")
        named = _model(name, record.text("link", 1000), str(record.cells.get("releasedate") or ""), naming)
        if named is None:
            facts.leave("systems of the Open Source AI Index", "no model of that name in the catalogue")
            return
        claims.license(name, named, licence)
        if not claims.enter(name, named, name=name, maker=record.text("org")):
            return
        for dimension, found in judged.items():
            if found is not None:
                facts.add(*("components", key), model_id=named.model_id, component=dimension, open=found)
        weights = judged.get("weights_endmodel"), judged.get("weights_basemodel")
        if all(judged.get(part) == "open" for part in SOURCE):
            claims.open(named, "open-source", licence)
        elif weights[0] in ("open", "partial"):
            claims.open(named, "weights-unspecified", licence)
        elif weights == ("closed", "closed"):
            claims.open(named, "closed-unspecified")
        else:
            facts.leave("openness by the Open Source AI Index", "weights of the end model are closed, others are not")

    take(facts, "systems of the Open Source AI Index", _records(path, facts), path.name, "systems", enter)
    return facts


def _model(name: str, address: str | None, month: str, naming: Naming) -> Named | None:
    """The model at the address that the index names, which must be a repository, or of the name itself.

    The address is that of the newest weights: one whose own date is not of the month of the entry is of a later release
    (DeepSeek R1 of 2025-01 is linked to DeepSeek-R1-0528), and then the name counts, with that month.
    """
    found = re.fullmatch(r"https?://huggingface\.co/((?!collections/)[\w.-]+/[\w.-]+)/?", address or "")
    there = naming.model(found[1], source="hf") if found else None
    said = re.match(r"(20\d\d)-(0[1-9]|1[0-2])(?!\d)", month)
    released = date(int(said[1]), int(said[2]), 15) if said else None
    if there and released and agree(_day(there.version), released) is False:
        return naming.model(name, source="osai", released=released)
    return there or naming.model(name, source="osai")


def _day(version: str | None) -> date | None:
    """The day in the middle of what a version's tag says; None where that is no date."""
    said = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])(?:-(\d\d))?", version or "")
    return date(int(said[1]), int(said[2]), int(said[3] or 15)) if said else None


def _records(path: Path, facts: Facts) -> Iterator[Any]:
    if path.suffix == ".json":
        found = document(path)
        return iter(found if isinstance(found, list) else [found])
    return (_flat(entry(body, name)) for name, body in members(path, r"(?!_)[^/]+\.ya?ml", facts))


def _flat(found: Any) -> Any:
    """A file of the database in the shape of the extract; what is none is handed on, to be counted as broken."""
    if not isinstance(found, dict) or not isinstance(found.get("system"), dict):
        return found
    system, org = found["system"], found.get("org")
    dimensions = {key: one.get("class") for key, one in found.items() if key not in _ABOUT and isinstance(one, dict)}
    return {
        "name": system.get("name"),
        "endmodel": system.get("endmodelname"),
        "endmodellicense": system.get("endmodellicense"),
        "link": system.get("link"),
        "releasedate": system.get("releasedate"),
        "org": org.get("name") if isinstance(org, dict) else None,
        "dimensions": dimensions,
    }
