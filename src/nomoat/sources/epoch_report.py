"""Epoch AI's report of November 2024: what was known of open and closed models on three benchmarks then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nomoat.catalog.identity import slug
from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.epoch import LICENCE, Names
from nomoat.sources.facts import Facts, Publication

REPORT = Publication(
    key="epoch/open-models-report",
    publisher="Epoch AI",
    dataset="epoch-report-2024-11",
    title="Benchmark scores of 'How far behind are open models?' (November 2024)",
    address="https://github.com/epoch-research/open-model-trends",
    licence=LICENCE,
    attribution="Epoch AI, 'How far behind are open models?', epoch.ai, CC BY 4.0",
    evidence="secondary",
)
CHANCE = "Random chance"
BENCHMARKS = {"MMLU": "mmlu", "BBH": "bbh", "GPQA": "gpqa"}  # its GPQA is not said to be the diamond subset
CLASSES = {"Open": "weights-unspecified", "Closed": "closed-unspecified"}


def read_report(path: Path, retrieved: date, curated: Curated, names: Names) -> Facts:
    """Read `benchmarks_2024-11.csv`; its raw accuracies are corrected for chance by the file's own chance row.

    performance = max(0, (raw - chance) / (1 - chance)), as the index has it. Of several rows that mean one model the
    best counts. A data set of its own: nothing of it enters the index's fit.
    """
    facts = Facts()
    key = facts.origin(REPORT, retrieved, path)
    rows = list(read(path, ["System", "Date", "Open/Closed", *BENCHMARKS]))
    chance = next((row for row in rows if row.needed("System") == CHANCE), None)
    if chance is None:
        raise SourceError(f"{path.name} has no row {CHANCE!r}", "the accuracy of guessing, to correct for it")
    floors = {column: _needed(chance, column) for column in BENCHMARKS}
    aliases = curated.aliases("report")
    best: dict[tuple[str, str], tuple[float, str]] = {}
    seen: set[str] = set()
    for row in rows:
        name = row.needed("System")
        if name == CHANCE:
            continue
        model_id = names.alias(aliases[name]) if name in aliases else names.find(name, name)
        if model_id is None:
            model_id = f"unknown/{slug(name)}"
            names.add(model_id, name)
        if model_id not in seen:
            seen.add(model_id)
            _add_model(facts, curated, key, row, model_id, names)
        for column, benchmark in BENCHMARKS.items():
            raw = row.number(column, 0, 1)
            if raw is None:
                continue
            score = max(0.0, (raw - floors[column]) / (1 - floors[column]))
            best[model_id, benchmark] = max((score, name), best.get((model_id, benchmark), (score, name)))
    for (model_id, benchmark), (score, name) in best.items():
        facts.add(
            *("scores", key), model_id=model_id, benchmark_id=benchmark, version=name, performance=score,
            evidence="third-party-report", source=REPORT.title,
        )  # fmt: skip
    return facts


def _add_model(facts: Facts, curated: Curated, key: str, row: Row, model_id: str, names: Names) -> None:
    written = row.needed("Open/Closed")
    if written not in CLASSES:
        raise row.wrong("Open/Closed", "Open or Closed")
    facts.add(
        *("models", key), model_id=model_id, name=names.ids.get(model_id, row.needed("System")),
        organisation_id=curated.known(model_id.split("/")[0]), released=row.day("Date"),
    )  # fmt: skip
    facts.add("openness", key, **{"model_id": model_id, "class": CLASSES[written]})


def _needed(row: Row, column: str) -> float:
    value = row.number(column, 0, 1)
    if value is None:
        raise row.wrong(column, "a number")
    return value
