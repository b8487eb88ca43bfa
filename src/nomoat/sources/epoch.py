"""Epoch AI: the input and output of its Capabilities Index, and what its index said on earlier dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from nomoat.catalog.identity import slug, split_effort
from nomoat.errors import SourceError
from nomoat.sources.curated import Alias, Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication

LICENCE = "CC BY 4.0"
HUB = "Epoch AI, 'AI Benchmarking Hub', epoch.ai, CC BY 4.0"

SCORES = Publication(
    key="epoch/eci-benchmarks",
    publisher="Epoch AI",
    dataset="epoch-eci",
    title="Input of the Epoch Capabilities Index",
    address="https://epoch.ai/data/eci_benchmarks.csv",
    licence=LICENCE,
    attribution=HUB,
    evidence="measured by publisher",
)
INDEX = Publication(
    key="epoch/eci-scores",
    publisher="Epoch AI",
    dataset="epoch-eci",
    title="Epoch Capabilities Index",
    address="https://epoch.ai/data/eci_scores.csv",
    licence=LICENCE,
    attribution=HUB,
    evidence="measured by publisher",
)
MODELS = Publication(
    key="epoch/capabilities-index",
    publisher="Epoch AI",
    dataset="epoch-models",
    title="Epoch Capabilities Index by model version",
    address="https://epoch.ai/data/benchmark_data.zip",
    licence=LICENCE,
    attribution=HUB,
    evidence="measured by publisher",
)
# The same files as abilities: their vintages are counted together with those of the index.
PAST = Publication(
    key="epoch/eci-by-version",
    publisher="Epoch AI",
    dataset="epoch-eci",
    title="Epoch Capabilities Index by model version",
    address="https://epoch.ai/data/benchmark_data.zip",
    licence=LICENCE,
    attribution=HUB,
    evidence="measured by publisher",
)

CLASSES = {
    "Open weights (unrestricted)": "weights-permissive",
    "Open weights (restricted use)": "weights-restricted",
    "Open weights (non-commercial)": "weights-noncommercial",
    "API access": "closed-api",
    "Hosted access (no API)": "closed-hosted",
    "Unreleased": "closed-unreleased",
    "Unknown": "unknown",
}


@dataclass
class Names:
    """Which of our models Epoch's names and version strings mean; equal letter for letter, or not at all."""

    by_name: dict[str, str] = field(default_factory=dict)  # the index's own `model`
    by_version: dict[str, str] = field(default_factory=dict)
    by_family: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # Epoch's `Model`
    ids: dict[str, str] = field(default_factory=dict)  # model_id -> name

    def add(self, model_id: str, name: str) -> None:
        """Enter a model; two names that would share one id are an error, since a join would be silent."""
        taken = self.ids.setdefault(model_id, name)
        if taken != name:
            raise SourceError(
                f"{name!r} and {taken!r} both become {model_id!r}", "two keys", "add an alias or rename one"
            )
        self.by_name[name] = model_id

    def alias(self, alias: Alias) -> str:
        """Return the model of a hand-made alias, which is entered where no source has it yet."""
        if alias.model_id not in self.ids:
            self.add(alias.model_id, alias.called or alias.model_id.partition("/")[2])
        return alias.model_id

    def find(self, version: str, name: str | None) -> str | None:
        """Return the model of a version string: itself, then without its effort, then by the index's name for it.

        Epoch's `Model` does not decide: it merges dated releases, so that a later release would pass for an earlier.
        """
        for spelled in (version.strip(), split_effort(version)[0]):
            if spelled in self.by_version:
                return self.by_version[spelled]
        return None if name is None else self.by_name.get(name)


def read_index(folder: Path, retrieved: date, curated: Curated, names: Names) -> Facts:
    """Read `eci_benchmarks.csv`, `eci_scores.csv` and `edi_scores.csv` of one date; fill `names`.

    Scores are keyed on `model`, never on `Model`, which merges dated releases (222 models become 194).
    `performance` is kept as it is: Epoch has already corrected it for chance and clipped it to 0..1.
    """
    facts = Facts()
    organisations = _read_abilities(folder / "eci_scores.csv", retrieved, curated, names, facts)
    key = facts.origin(SCORES, retrieved, folder / "eci_benchmarks.csv")
    optimised: dict[str, tuple[bool, date | None]] = {}
    seen: set[tuple[str, str]] = set()
    versions: set[tuple[str, str]] = set()
    columns = [
        *("performance", "benchmark", "benchmark_release_date", "optimized"),
        *("model", "model_version", "Model", "source"),
    ]
    for row in read(folder / "eci_benchmarks.csv", columns):
        name, benchmark, version = row.needed("model"), row.needed("benchmark"), row.needed("model_version")
        if name not in names.by_name:
            raise row.wrong("model", "a model of eci_scores.csv")
        model_id = names.by_name[name]
        if (name, benchmark) in seen:
            raise row.wrong("benchmark", f"one score of {name!r} on each benchmark")
        seen.add((name, benchmark))
        performance = row.number("performance", 0, 1)
        if performance is None:
            raise row.wrong("performance", "a number from 0 to 1")
        source = row.text("source")
        facts.add(
            "scores",
            key,
            model_id=model_id,
            benchmark_id=slug(benchmark),
            version=version,
            performance=performance,
            evidence=curated.evidence(source, organisations[name]),
            source=source,
        )
        optimised[benchmark] = _flag(row, "optimized"), row.day("benchmark_release_date")
        if family := row.text("Model"):
            names.by_family[family].add(model_id)
        versions.add((model_id, version))
    _add_versions(facts, key, versions, names)
    _add_benchmarks(facts, curated, optimised)
    return facts


def read_versions(path: Path, retrieved: date, curated: Curated, names: Names) -> Facts:
    """Read an `epoch_capabilities_index.csv`: what the index knew of versions, models and abilities on a date.

    A version resolves by its own string, without its effort, by `aliases_epoch.csv`, or by the index's own name. Models
    that the newest index does not have are entered under Epoch's name for them; a version of which only a family of
    dated releases is known, or nothing, stays without a model and is counted. A model's ability is the best of its
    versions'.
    """
    facts = Facts()
    models_key = facts.origin(MODELS, retrieved, path)
    ratings_key = facts.origin(PAST, retrieved, path)
    aliases = curated.aliases("epoch")
    found: dict[str, list[Row]] = defaultdict(list)
    columns = ["Model version", "ECI Score", "Release date", "Organization", "Country", "Model accessibility"]
    for row in read(path, [*columns, "Model name", "Training compute (FLOP)", "Confidence"]):
        version, name = row.needed("Model version"), row.text("Model name")
        alias = aliases.get(split_effort(version)[0])
        model_id = names.alias(alias) if alias else names.find(version, name)
        if model_id is None and name is not None and name not in names.by_family:
            organisation = curated.organisation(row.text("Organization"), row.text("Country"))
            model_id = f"{organisation or 'unknown'}/{slug(name)}"
            names.add(model_id, name)
        if model_id is None:
            why = (
                f"{path.name}: of a family of dated releases, none of them named"
                if name
                else f"{path.name}: no model name"
            )
            scored = row.text("ECI Score") is not None
            facts.leave("model versions with an ability" if scored else "model versions without one", why)
            if scored:
                facts.add(
                    *("ratings", ratings_key), board="eci", category="overall", published=retrieved,
                    name=version, organisation=row.text("Organization"), rating=row.number("ECI Score"),
                )  # fmt: skip
            continue
        names.by_version.setdefault(split_effort(version)[0], model_id)
        found[model_id].append(row)
    for model_id, rows in found.items():
        _add_past(facts, curated, models_key, ratings_key, retrieved, model_id, rows, names)
    return facts


def _read_abilities(path: Path, retrieved: date, curated: Curated, names: Names, facts: Facts) -> dict[str, str | None]:
    key = facts.origin(INDEX, retrieved, path)
    organisations: dict[str, str | None] = {}
    columns = ["Model", "Display name", "eci", "eci_ci_low", "eci_ci_high", "date", "Organization"]
    for row in read(path, [*columns, "Country (of organization)", "Model accessibility"]):
        name = row.needed("Model")
        if name in names.by_name:
            raise row.wrong("Model", "each model once")
        written = row.text("Organization") or curated.maker(name)
        organisation = curated.organisation(written, row.text("Country (of organization)"))
        organisations[name] = organisation
        model_id = f"{organisation or 'unknown'}/{slug(name)}"
        names.add(model_id, name)
        facts.add(
            *("models", key), model_id=model_id, name=row.needed("Display name"),
            organisation_id=organisation, released=row.day("date"),
        )  # fmt: skip
        facts.add("openness", key, **{"model_id": model_id, "class": accessibility(row, "Model accessibility")})
        facts.add(
            *("ratings", key), board="eci", category="overall", published=retrieved, name=name,
            model_id=model_id, organisation=row.text("Organization"), rating=row.number("eci"),
            low=row.number("eci_ci_low"), high=row.number("eci_ci_high"),
            level=None if row.text("eci_ci_low") is None else 0.9,
        )  # fmt: skip
    return organisations


def _add_past(
    facts: Facts,
    curated: Curated,
    models_key: str,
    ratings_key: str,
    retrieved: date,
    model_id: str,
    rows: list[Row],
    names: Names,
) -> None:
    written = next((row for row in rows if row.text("Organization")), rows[0])
    organisation = curated.organisation(
        written.text("Organization") or curated.maker(names.ids[model_id]), written.text("Country")
    )
    dates = [day for row in rows if (day := row.day("Release date"))]
    facts.add(
        *("models", models_key), model_id=model_id, name=names.ids[model_id],
        organisation_id=organisation, released=min(dates, default=None),
    )  # fmt: skip
    if not dates:
        facts.leave("models without a release date", rows[0].file)
    classes = Counter(accessibility(row, "Model accessibility") for row in rows)
    if len(classes) > 1:
        classes.pop("unknown", None)
    if len(classes) > 1:
        facts.leave("models whose versions differ in openness: the most common class is kept", rows[0].file)
    common = max(sorted(classes), key=lambda name: classes[name])
    facts.add("openness", models_key, **{"model_id": model_id, "class": common})
    abilities = [value for row in rows if (value := row.number("ECI Score")) is not None]
    if abilities:
        facts.add(
            *("ratings", ratings_key), board="eci", category="overall", published=retrieved,
            name=names.ids[model_id], model_id=model_id, organisation=written.text("Organization"),
            rating=max(abilities),
        )  # fmt: skip
    computed = [(value, row) for row in rows if (value := row.number("Training compute (FLOP)", 0)) is not None]
    if computed:
        flop, row = max(computed, key=lambda found: found[0])
        facts.add(
            *("effort", models_key), model_id=model_id, training_flop=flop, confidence=row.text("Confidence")
        )  # fmt: skip
    stems: dict[str, date | None] = {}
    for row in rows:
        stem = split_effort(row.needed("Model version"))[0]
        stems[stem] = stems.get(stem) or row.day("Release date")
    for stem, day in stems.items():
        facts.add(
            *("versions", models_key), version_id=f"{model_id}@{slug(stem)}", model_id=model_id, name=stem,
            released=day,
        )  # fmt: skip


def _add_versions(facts: Facts, key: str, versions: set[tuple[str, str]], names: Names) -> None:
    stems: set[tuple[str, str]] = set()
    for model_id, version in sorted(versions):
        stem, effort = split_effort(version)
        for spelled in (version.strip(), stem):
            owner = names.by_version.setdefault(spelled, model_id)
            if owner != model_id:
                raise SourceError(f"Version {spelled!r} is of {owner!r} and of {model_id!r}", "one model")
        stems.add((model_id, stem))
        facts.add(
            *("aliases", key), source="epoch", name=version.strip(), level="version",
            id=f"{model_id}@{slug(stem)}", effort=effort, method="exact",
        )  # fmt: skip
    for model_id, stem in sorted(stems):
        facts.add("versions", key, version_id=f"{model_id}@{slug(stem)}", model_id=model_id, name=stem)


def _add_benchmarks(facts: Facts, curated: Curated, optimised: dict[str, tuple[bool, date | None]]) -> None:
    key = curated.origin(facts, "benchmarks", "Domains, modalities and publicity of benchmarks")
    columns = ["name", "domain", "modality", "contamination", "released", "address"]
    known = {row.needed("name"): row for row in curated.rows("benchmarks", columns)}
    if missing := sorted(set(optimised) - set(known)):
        raise SourceError(f"No domain for the benchmark {missing[0]!r}", "a line in sources/curated/benchmarks.csv")
    for name, row in known.items():
        flag, stated = optimised.get(name, (None, None))
        facts.add(
            *("benchmarks", key), benchmark_id=slug(name), name=name, released=stated or row.day("released"),
            domain=row.needed("domain"), modality=row.needed("modality"),
            contamination=row.text("contamination"), optimised=flag, address=row.text("address"),
        )  # fmt: skip


def accessibility(row: Row, column: str) -> str:
    """Return our openness class of Epoch's accessibility, one to one; nothing said is unknown."""
    written = row.text(column) or "Unknown"
    if written not in CLASSES:
        raise row.wrong(column, f"one of {', '.join(CLASSES)}")
    return CLASSES[written]


def _flag(row: Row, column: str) -> bool:
    written = row.needed(column).lower()
    if written not in ("true", "false"):
        raise row.wrong(column, "True or False")
    return written == "true"
