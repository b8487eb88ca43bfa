"""Epoch AI: the input and output of its Capabilities Index, and what its index said on earlier dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from nomoat.catalog.identity import slug, split_effort
from nomoat.errors import SourceError
from nomoat.sources.curated import Alias, Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import reason
from nomoat.sources.plain import is_plain

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
# The columns of all files whose text becomes a name here.
_NAMES = ("Model", "Display name", "model", "model_version", "benchmark", "Country (of organization)")
# What the column "Accessibility group" says where a copy has no finer one.
GROUPS = {"Open weights": "weights-unspecified", "Closed weights": "closed-unspecified"}


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


def read_index(
    folder: Path,
    retrieved: date,
    curated: Curated,
    names: Names,
    *,
    scores: Path | None = None,
    abilities: Path | None = None,
    newer: bool = False,
) -> Facts:
    """Read `eci_benchmarks.csv` and `eci_scores.csv` of one date, or `scores` and `abilities`; fill `names`.

    Scores are keyed on `model`, never on `Model`, which merges dated releases (222 models become 194).
    `performance` is kept as it is: Epoch has already corrected it for chance and clipped it to 0..1.
    With `newer`, what the hand-made tables do not know yet is entered as unknown, and a broken row is left out; both
    are counted. Without, they are an error: the shipped snapshot has neither.
    """
    facts = Facts()
    written = abilities or folder / "eci_scores.csv"
    organisations = _read_abilities(written, retrieved, curated, names, facts, newer)
    path = scores or folder / "eci_benchmarks.csv"
    key = facts.origin(SCORES, retrieved, path)
    optimised: dict[str, tuple[bool | None, date | None]] = {}
    seen: set[tuple[str, str]] = set()
    versions: set[tuple[str, str]] = set()
    columns = ["performance", "benchmark", "benchmark_release_date", "model", "model_version", "Model", "source"]

    def enter(row: Row) -> None:
        name, benchmark, version = row.needed("model"), row.needed("benchmark"), row.needed("model_version")
        if name not in names.by_name:
            raise row.wrong("model", "a model of eci_scores.csv")
        model_id = names.by_name[name]
        if (name, benchmark) in seen:
            raise row.wrong("benchmark", f"one score of {name!r} on each benchmark")
        performance = row.number("performance", 0, 1)
        if performance is None:
            raise row.wrong("performance", "a number from 0 to 1")
        flag = _flag(row, "optimized") if "optimized" in row.cells or not newer else None
        about = flag, row.day("benchmark_release_date")
        source = row.text("source")
        evidence = _evidence(curated, source, organisations[name], facts, newer)
        seen.add((name, benchmark))
        facts.add(
            *("scores", key), model_id=model_id, benchmark_id=slug(benchmark), version=version,
            performance=performance, evidence=evidence, source=source,
        )  # fmt: skip
        optimised[benchmark] = about
        if family := row.text("Model"):
            names.by_family[family].add(model_id)
        versions.add((model_id, version))

    for row in read(path, columns if newer else [*columns, "optimized"]):
        entered(enter, row, facts, "scores of the index", newer)
    if newer and not seen:
        raise SourceError(f"{path.name} has no score that can be read", "the index's input", "nomoat update epoch")
    _add_versions(facts, key, versions, names, newer)
    _add_benchmarks(facts, curated, optimised, newer)
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


def _read_abilities(
    path: Path, retrieved: date, curated: Curated, names: Names, facts: Facts, newer: bool
) -> dict[str, str | None]:
    key = facts.origin(INDEX, retrieved, path)
    organisations: dict[str, str | None] = {}
    columns = ["Model", "Display name", "eci", "eci_ci_low", "eci_ci_high", "date", "Organization"]
    finer = ["Country (of organization)", "Model accessibility"]

    def enter(row: Row) -> None:
        name, display, written = row.needed("Model"), row.needed("Display name"), row.text("Organization")
        if name in names.by_name:
            raise row.wrong("Model", "each model once")
        released = row.day("date")
        if newer and released and (released.year <= 1970 or released > retrieved):
            raise row.wrong("date", "a date of release")
        country = row.text("Country (of organization)") if "Country (of organization)" in row.cells else None
        openness, rating = openness_of(row, newer), row.number("eci")
        low, high = row.number("eci_ci_low"), row.number("eci_ci_high")
        organisation = curated.organisation(written or curated.maker(name), country)
        model_id = f"{organisation or 'unknown'}/{slug(name)}"
        names.add(model_id, name)
        organisations[name] = organisation
        facts.add(
            *("models", key), model_id=model_id, name=display, organisation_id=organisation, released=released
        )  # fmt: skip
        facts.add("openness", key, **{"model_id": model_id, "class": openness})
        facts.add(
            *("ratings", key), board="eci", category="overall", published=retrieved, name=name,
            model_id=model_id, organisation=written, rating=rating, low=low, high=high,
            level=None if low is None else 0.9,
        )  # fmt: skip

    for row in read(path, columns if newer else [*columns, *finer]):
        entered(enter, row, facts, "abilities of the index", newer)
    return organisations


def entered(enter: Callable[[Row], None], row: Row, facts: Facts, what: str, newer: bool) -> None:
    """Enter a row; a broken one of a newer copy is left out and counted with its reason."""
    try:
        for column in _NAMES if newer else ():
            if not is_plain(row.cells.get(column, "").strip()):
                raise row.wrong(column, "a plain name")
        enter(row)
    except SourceError as error:
        if not newer:
            raise
        facts.leave(what, f"broken in the source: {reason(error)}")


def openness_of(row: Row, newer: bool) -> str:
    """Return our openness class; of a newer copy also by its groups, and "unknown" for a word that is not known yet."""
    if not newer:
        return accessibility(row, "Model accessibility")
    for column in ("Model accessibility", "Accessibility group"):
        written = row.cells.get(column, "").strip()
        if found := (CLASSES | GROUPS).get(written):
            return found
    return "unknown"


def _evidence(curated: Curated, source: str | None, organisation: str | None, facts: Facts, newer: bool) -> str:
    try:
        return curated.evidence(source, organisation)
    except SourceError:
        if not newer:
            raise
        facts.leave("sources of scores", "not known yet whose word they are: entered as unsourced")
        return "unsourced"


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


def _add_versions(facts: Facts, key: str, versions: set[tuple[str, str]], names: Names, newer: bool) -> None:
    stems: set[tuple[str, str]] = set()
    for model_id, version in sorted(versions):
        stem, effort = split_effort(version)
        owners = {names.by_version.setdefault(spelled, model_id) for spelled in (version.strip(), stem)} - {model_id}
        if owners and not newer:
            raise SourceError(f"Version {version!r} is of {min(owners)!r} and of {model_id!r}", "one model")
        if owners:
            facts.leave("versions of the index", "another model has the same")
            continue
        stems.add((model_id, stem))
        facts.add(
            *("aliases", key), source="epoch", name=version.strip(), level="version",
            id=f"{model_id}@{slug(stem)}", effort=effort, method="exact",
        )  # fmt: skip
    for model_id, stem in sorted(stems):
        facts.add("versions", key, version_id=f"{model_id}@{slug(stem)}", model_id=model_id, name=stem)


def _add_benchmarks(
    facts: Facts, curated: Curated, optimised: dict[str, tuple[bool | None, date | None]], newer: bool
) -> None:
    key = curated.origin(facts, "benchmarks", "Domains, modalities and publicity of benchmarks")
    columns = ["name", "domain", "modality", "contamination", "released", "address"]
    known = {row.needed("name"): row for row in curated.rows("benchmarks", columns)}
    missing = sorted(set(optimised) - set(known))
    if missing and not newer:
        raise SourceError(f"No domain for the benchmark {missing[0]!r}", "a line in sources/curated/benchmarks.csv")
    for name in missing:
        flag, stated = optimised[name]
        facts.leave("benchmarks", "of no domain that is known yet: entered as other")
        facts.add(
            *("benchmarks", key), benchmark_id=slug(name), name=name, released=stated, domain="other", optimised=flag
        )  # fmt: skip
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
