"""The ATOM project's list of tracked open models: repositories on the Hub, parameters, regions and mended dates.

Files of Interconnects-AI/tracked-models (Apache-2.0, read on 2026-11-22): `models.csv` and `extra_models.csv` with
`org,model,modelId`, and below `metadata/` the three others. The list holds no downloads and no release dates.

A namespace that was renamed is listed under both names (93 of THUDM are there again as zai-org), and a loop that
follows the Hub's redirects counts such a model twice: here the old name goes into `formerly` of the new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, enter_rows
from nomoat.sources.delimited import read as read_csv
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.plain import is_plain
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

SITE = "https://raw.githubusercontent.com/Interconnects-AI/tracked-models/main"
FILES = {
    "models": "models.csv",
    "extra_models": "extra_models.csv",
    "model_parameters": "metadata/model_parameters.csv",
    "organization_regions": "metadata/organization_regions.csv",
    "release_date_corrections": "metadata/release_date_corrections.csv",
}
TITLES = {
    "models": "Tracked models, primary list",
    "extra_models": "Tracked models, secondary list",
    "model_parameters": "Parameters of tracked models",
    "release_date_corrections": "Release dates that the Hub gets wrong",
}
REGIONS = ("us", "china", "eu", "other", "unknown")
# Renamed on the Hub, as organization_regions.csv notes and the list shows by holding each model under both names.
RENAMED = {"THUDM": "zai-org", "mistral-community": "mistralai"}

# What the name of a repository says of its numeric or file format; the weights are those of the model without it.
_REPOSITORY = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)
_FORMAT = re.compile(
    r"[-_.](?P<format>(?:FP8|NVFP4|MXFP[48]|FP4|BF16|INT[48]|W\d+A\d+|GGUF|GPTQ|AWQ|MLX|ONNX|OpenVINO|bnb|4bit|8bit)"
    r"(?:[-_.](?:dynamic|block|ct|qe|Int[48]|\d+bit|QAT|KV))*)$",
    re.IGNORECASE,
)


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the five files."""
    return tuple(web.get("tracked", name, f"{SITE}/{path}", kind="csv", limit=8 << 20) for name, path in FILES.items())


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy of each file; the day is that of the newest of them."""
    newest = {copy.name: copy for copy in sorted(copies, key=lambda copy: copy.retrieved)}
    if missing := sorted(set(FILES) - set(newest)):
        raise SourceError(f"Of the tracked models {missing[0]!r} is missing", ", ".join(FILES), "nomoat update tracked")
    days = [copy.retrieved.date() for copy in newest.values()]
    return read_tracked({name: copy.path for name, copy in newest.items()}, max(days), naming)


def read_tracked(files: Mapping[str, Path], retrieved: date, naming: Naming) -> Facts:
    """Read which repositories are tracked, each once, under the name that its organisation has now.

    `files` maps the five names to paths. `format` says that a repository holds the weights of another in a numeric or
    file format of its own (FP8 twins): it resolves to the same model. `region` is the list's word about the
    organisation and no country of ours. Parameters and mended dates are entered for models that are known.
    """
    facts = Facts()
    regions = _regions(facts, files["organization_regions"])
    created = _corrections(facts, files["release_date_corrections"], retrieved, naming)
    seen: set[str] = set()
    for name in ("models", "extra_models"):
        key = facts.origin(_published(name), retrieved, files[name])
        listed = _repositories(facts, files[name])
        for repository in listed:
            new, old = _renamed(repository, set(listed))
            if old is None and new != repository:
                facts.leave("tracked repositories", "listed again under a renamed account: counted there")
                continue
            if new in seen:
                facts.leave("tracked repositories", "listed twice: the first is kept")
                continue
            seen.add(new)
            packed = _FORMAT.search(new)
            named = naming.model(new, source="hf")
            facts.add(
                *("repositories", key), repository=new, model_id=named and named.model_id, observed=retrieved,
                created=created.get(new), formerly=old, region=regions.get(new.split("/")[0]),
                format=packed["format"].lower() if packed else None,
            )  # fmt: skip
            if named is not None:
                naming.alias(facts, key, new, source="hf", named=named)
    _parameters(facts, files["model_parameters"], retrieved, naming)
    return facts


def _regions(facts: Facts, path: Path) -> dict[str, str]:
    found: dict[str, str] = {}

    def enter(row: Row) -> None:
        account, region = row.needed("hf_org"), row.needed("region")
        if region not in REGIONS:
            raise row.wrong("region", "one of " + ", ".join(REGIONS))
        found[account] = region

    enter_rows(facts, "regions of organisations", read_csv(path, ["hf_org", "region"]), enter)
    return found


def _repositories(facts: Facts, path: Path) -> list[str]:
    found: list[str] = []
    rows = read_csv(path, ["org", "model", "modelId"])
    enter_rows(facts, "tracked repositories", rows, lambda row: found.append(_listed(row)))
    return found


def _listed(row: Row) -> str:
    repository = row.needed("modelId")
    if not _REPOSITORY.fullmatch(repository) or not is_plain(repository):
        raise row.wrong("modelId", "a repository on the Hub, such as 'Qwen/Qwen3-8B'")
    return repository


def _renamed(repository: str, listed: set[str]) -> tuple[str, str | None]:
    """The name of a repository now, and its former one; a former name that stands beside the new one has no second."""
    account, model = repository.split("/")
    if account in RENAMED:
        new = f"{RENAMED[account]}/{model}"
        return (new, None) if new in listed else (repository, None)
    former = next((f"{old}/{model}" for old, new in RENAMED.items() if new == account), None)
    return repository, former if former in listed else None


def _corrections(facts: Facts, path: Path, retrieved: date, naming: Naming) -> dict[str, date]:
    """Enter the mended release dates; return when the Hub says that a repository was made."""
    key = facts.origin(_published("release_date_corrections"), retrieved, path)
    created: dict[str, date] = {}

    def enter(row: Row) -> None:
        repository, made, released = row.needed("model_id"), row.day("hf_created_at"), row.day("actual_release_date")
        if not _REPOSITORY.fullmatch(repository):
            raise row.wrong("model_id", "a repository on the Hub, such as 'Qwen/Qwen3-8B'")
        if made is None or released is None or released.year < 2015 or released > retrieved:
            facts.leave("mended release dates", "no date, or one that cannot be")
            return
        created[repository] = made
        named = naming.model(repository, source="hf", released=released)
        if named is None or named.tier is not None:
            facts.leave("mended release dates", "no model of that name in the catalogue, or a packed twin")
            return
        facts.add(
            *("models", key), model_id=named.model_id, name=repository.split("/")[1], released=released,
            organisation_id=None,
        )  # fmt: skip

    rows = read_csv(path, ["model_id", "hf_created_at", "actual_release_date"], comment="#")
    enter_rows(facts, "mended release dates", rows, enter)
    return created


def _parameters(facts: Facts, path: Path, retrieved: date, naming: Naming) -> None:
    """Enter parameters in units, with the list's word on whether they were reviewed."""
    key = facts.origin(_published("model_parameters"), retrieved, path)
    told: set[str] = set()

    def enter(row: Row) -> None:
        total, active = row.number("total_params_b", 0, 1e5), row.number("active_params_b", 0, 1e5)
        if total is None or total == 0 or (active is not None and active > total):
            facts.leave("parameters of tracked models", "no total, or more active than there are")
            return
        named = naming.model(row.needed("model_id"), source="hf")
        if named is None or named.model_id in told:
            facts.leave("parameters of tracked models", "no model of that name, or a further repository of one")
            return
        told.add(named.model_id)
        old = (row.text("notes") or "").startswith("Legacy data")
        facts.add(
            *("effort", key), model_id=named.model_id, parameters=total * 1e9, active=active and active * 1e9,
            confidence="not recently reviewed" if old else "reviewed",
        )  # fmt: skip

    rows = read_csv(path, ["model_id", "total_params_b", "active_params_b", "notes"])
    enter_rows(facts, "parameters of tracked models", rows, enter)


def _published(name: str) -> Publication:
    return Publication(
        key=f"tracked/{name}",
        publisher="Interconnects AI",
        dataset=f"tracked-{name.replace('_', '-')}",
        title=TITLES[name],
        address=f"{SITE}/{FILES[name]}",
        licence="Apache-2.0",
        attribution="Interconnects AI, tracked-models, Apache-2.0",
        evidence="secondary",
    )
