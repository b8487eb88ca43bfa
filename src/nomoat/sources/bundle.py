"""Which files make the shipped snapshot, and in which order they are read: who is trusted about names comes first."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.adoption import read_facts as read_figures
from nomoat.sources.adoption import read_monthly, read_weekly
from nomoat.sources.arena import Arena
from nomoat.sources.curated import WRITTEN, Curated
from nomoat.sources.devices import read_devices
from nomoat.sources.epoch import Names, read_index, read_versions
from nomoat.sources.epoch_models import read_distilled, read_notable
from nomoat.sources.epoch_report import read_report
from nomoat.sources.facts import Facts
from nomoat.sources.licensed import check_spellings, draw, read_licences
from nomoat.sources.naming import Naming
from nomoat.sources.published import read_facts

# A file that is dated by its month alone counts from the month's last day: by then it was known for certain.
INDEX = ("epoch/eci_2026-08", date(2026, 8, 11))
VERSIONS = (  # newest first: names of a later file explain those of an earlier one
    ("epoch/epoch_capabilities_index_2026-06.csv", date(2026, 6, 30)),
    ("epoch/benchmark_data_2026-05/epoch_capabilities_index.csv", date(2026, 5, 31)),
    ("epoch/vintages/eci_2025-11-07.csv", date(2025, 11, 7)),
)
NOTABLE = ("epoch/notable_ai_models_2026-07.csv", date(2026, 7, 31))
DISTILLED = ("epoch/distilled_models_2025-12.csv", date(2025, 12, 31))
REPORT = ("epoch/vintages/benchmarks_2024-11.csv", date(2024, 11, 30))
ARENA = ("arena/arena_2026-08-19.csv", date(2026, 8, 19))
ARENA_HISTORY = (
    ("arena/arena_text_overall_history_2026.csv", "text_style_control"),
    ("arena/arena_text_overall_history_2023-05_2025-02.csv", "text"),
)
DEVICES = "crossing/devices.csv"
FACTS = "adoption/facts.csv"
MONTHLY = ("adoption/openrouter_routed_share_monthly_vintage-2026-10-10.csv", date(2026, 10, 10))
WEEKLY = ("adoption/openrouter_top10_weekly_open_share.csv", date(2026, 5, 11))


def gather(source_dir: Path, curated: Curated) -> Facts:
    """Read every input below `source_dir` and return all rows."""
    facts, names = Facts(), Names()
    facts.update(read_index(source_dir / INDEX[0], INDEX[1], curated, names))
    for name, retrieved in VERSIONS:
        facts.update(read_versions(source_dir / name, retrieved, curated, names))
    _add_notable(facts, read_notable(source_dir / NOTABLE[0], NOTABLE[1], curated, names))
    facts.update(read_report(source_dir / REPORT[0], REPORT[1], curated, names))
    facts.update(read_distilled(source_dir / DISTILLED[0], DISTILLED[1], names))
    arena = Arena(curated)
    arena.read(source_dir / ARENA[0])
    for name, subset in ARENA_HISTORY:
        arena.read_history(source_dir / name, subset, skip=frozenset([ARENA[1]]))
    facts.update(arena.finish())
    facts.update(read_devices(source_dir / DEVICES, WRITTEN, curated))
    facts.update(read_facts(source_dir / FACTS, WRITTEN, curated))
    facts.update(read_figures(source_dir / FACTS, WRITTEN, curated))
    facts.update(read_monthly(source_dir / MONTHLY[0], MONTHLY[1]))
    facts.update(read_weekly(source_dir / WEEKLY[0], WEEKLY[1]))
    facts.update(read_licences(curated))
    naming = Naming()
    naming.learn(facts)
    draw(facts)
    naming.count(facts)
    curated.add_organisations(facts)
    check_spellings(facts)
    _check(facts)
    return facts


def _add_notable(facts: Facts, notable: Facts) -> None:
    """Take the effort of a model from the list of notable models, which says most, and else from its versions."""
    told = {row["model_id"] for row in notable.tables["effort"]}
    versions = facts.tables.get("effort", [])
    kept = [row for row in versions if row["model_id"] not in told]
    facts.leave("training computes by version", "the list of notable models has them too", len(versions) - len(kept))
    facts.tables["effort"] = kept
    facts.update(notable)


def inputs() -> list[str]:
    """The files below the folder of publishers' files, as the manifest names them."""
    index = [f"{INDEX[0]}/{name}.csv" for name in ("eci_benchmarks", "eci_scores")]
    versions = [name for name, _ in VERSIONS]
    histories = [name for name, _ in ARENA_HISTORY]
    return [
        *index,
        *versions,
        NOTABLE[0],
        DISTILLED[0],
        REPORT[0],
        ARENA[0],
        *histories,
        DEVICES,
        FACTS,
        MONTHLY[0],
        WEEKLY[0],
    ]


def _check(facts: Facts) -> None:
    """Refuse a vintage whose rows point at what is not there."""
    twice = [key for key, n in Counter(row["origin_id"] for row in facts.tables["origins"]).items() if n > 1]
    if twice:
        raise SourceError(f"Two files share the origin {twice[0]!r}", "a key for each copy")
    known = {row["model_id"] for row in facts.tables["models"]}
    for table in ("scores", "effort", "openness", "distillation", "versions", "ratings"):
        for row in facts.tables.get(table, []):
            if row["model_id"] is not None and row["model_id"] not in known:
                raise SourceError(f"{table} names the model {row['model_id']!r}, which no source has", "a known model")
    for row in facts.tables["aliases"]:
        if row["level"] == "model" and row["id"] not in known:
            raise SourceError(f"The alias {row['name']!r} leads to {row['id']!r}, which no source has", "a model")
