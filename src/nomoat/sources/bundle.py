"""Which files make the shipped snapshot, and in which order they are read: who is trusted about names comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.adoption import read_facts as read_figures
from nomoat.sources.adoption import read_monthly, read_weekly
from nomoat.sources.aider import BOARDS as AIDER_BOARDS
from nomoat.sources.aider import read_board as read_aider
from nomoat.sources.arena import Arena
from nomoat.sources.curated import WRITTEN, Curated
from nomoat.sources.devices import read_devices
from nomoat.sources.epoch import Names, read_index, read_versions
from nomoat.sources.epoch_models import NOTABLE as EPOCH_NOTABLE
from nomoat.sources.epoch_models import read_distilled, read_notable
from nomoat.sources.epoch_report import read_report
from nomoat.sources.epoch_zip import read_archive
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.helm import read_models as read_helm
from nomoat.sources.licensed import add_repositories, check_spellings, draw, read_licences
from nomoat.sources.lineage import read_index_parents, read_notable_parents, read_tuned_from
from nomoat.sources.litellm import read_prices as read_litellm
from nomoat.sources.llm_stats import MODELS as LLM_STATS_MODELS
from nomoat.sources.llm_stats import read_models as read_llm_stats
from nomoat.sources.mended import mend_dates
from nomoat.sources.modelsdev import read_models as read_models_dev
from nomoat.sources.modelsdev import read_offerings
from nomoat.sources.mof import read_components as read_mof
from nomoat.sources.naming import Naming
from nomoat.sources.osai import INDEX as OSAI_INDEX
from nomoat.sources.osai import read_index as read_osai
from nomoat.sources.published import read_facts
from nomoat.sources.tracked import FILES as TRACKED_FILES
from nomoat.sources.tracked import read_tracked
from nomoat.sources.vectara import read_rates as read_vectara

# A file that is dated by its month alone counts from the month's last day: by then it was known for certain.
INDEX = ("epoch/eci_2026-08", date(2026, 8, 11))
VERSIONS = (  # newest first: names of a later file explain those of an earlier one
    ("epoch/epoch_capabilities_index_2026-06.csv", date(2026, 6, 30)),
    ("epoch/benchmark_data_2026-05/epoch_capabilities_index.csv", date(2026, 5, 31)),
    ("epoch/vintages/eci_2025-11-07.csv", date(2025, 11, 7)),
)
NOTABLE = ("epoch/notable_ai_models_2026-07.csv", date(2026, 7, 31))
RUNS = ("epoch/benchmark_data_2026-05", date(2026, 5, 31))  # Epoch's own runs; what it copied has terms of its own
DISTILLED = ("epoch/distilled_models_2025-12.csv", date(2025, 12, 31))
REPORT = ("epoch/vintages/benchmarks_2024-11.csv", date(2024, 11, 30))
ARENA = ("arena/arena_2026-08-19.csv", date(2026, 8, 19))
ARENA_HISTORY = (
    ("arena/arena_text_overall_history_2026.csv", "text_style_control"),
    ("arena/arena_text_overall_history_2023-05_2025-02.csv", "text"),
)
MODELS_DEV = ("models_dev/models.json", "models_dev/offerings.json", date(2026, 7, 2))
LITELLM = ("litellm/model_prices_2026-08-01.json", date(2026, 8, 1))
LLM_STATS = ("llm_stats/models_with_scores_2025-10.json", date(2025, 10, 31))
HELM = ("helm/model_metadata_2026-06.csv", date(2026, 6, 30))
TRACKED = ("tracked_models/{}.csv", date(2026, 8, 17))
OSAI = ("openness_osai/european_open_source_ai_index_2026-06.json", date(2026, 6, 30))
MOF = ("openness_mof/mof_models_2026-05.json", date(2026, 5, 31))
AIDER = ("aider/{}_leaderboard.yml", date(2025, 10, 31))
VECTARA = ("vectara/hallucination_2026-03-10.csv", date(2026, 3, 10))
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
    facts.update(read_devices(source_dir / DEVICES, WRITTEN, curated))
    facts.update(read_facts(source_dir / FACTS, WRITTEN, curated))
    facts.update(read_figures(source_dir / FACTS, WRITTEN, curated))
    facts.update(read_monthly(source_dir / MONTHLY[0], MONTHLY[1]))
    facts.update(read_weekly(source_dir / WEEKLY[0], WEEKLY[1]))
    facts.update(read_licences(curated))
    naming = Naming()
    for part in _others(source_dir, curated, naming, facts):
        facts.update(part)
    facts.update(_boards(source_dir, curated, naming))
    _add_lineage(facts, source_dir, names, naming)
    mend_dates(facts)
    add_repositories(facts, naming)
    draw(facts)
    naming.count(facts)
    curated.add_organisations(facts)
    check_spellings(facts)
    _check(facts)
    return facts


def _others(source_dir: Path, curated: Curated, naming: Naming, facts: Facts) -> Iterator[Facts]:
    """Read the publishers that are asked after Epoch: lists of models before those who only use names."""

    def at(where: tuple[str, date]) -> tuple[Path, date]:
        return source_dir / where[0], where[1]

    naming.learn(facts)
    yield read_archive(*at(RUNS), curated, naming, gathered=False)
    yield read_models_dev(source_dir / MODELS_DEV[0], MODELS_DEV[2], curated, naming)
    naming.learn(facts)
    yield read_llm_stats(*at(LLM_STATS), curated, naming)
    naming.learn(facts)
    yield read_helm(*at(HELM), curated, naming)
    naming.learn(facts)
    yield read_tracked({name: source_dir / TRACKED[0].format(name) for name in TRACKED_FILES}, TRACKED[1], naming)
    yield read_osai(*at(OSAI), curated, naming)
    yield read_mof(*at(MOF), curated, naming)
    for board in AIDER_BOARDS:
        yield read_aider(board, source_dir / AIDER[0].format(board), AIDER[1], naming)
    yield read_vectara(*at(VECTARA), naming)
    yield read_offerings(source_dir / MODELS_DEV[1], MODELS_DEV[2], curated, naming)
    yield read_litellm(*at(LITELLM), curated, naming)


def _boards(source_dir: Path, curated: Curated, naming: Naming) -> Facts:
    """Read the arena's boards after all lists of models, as an update does: its names then mean the same to both."""
    arena = Arena(curated, naming)
    arena.read(source_dir / ARENA[0])
    for name, subset in ARENA_HISTORY:
        arena.read_history(source_dir / name, subset, skip=frozenset([ARENA[1]]))
    return arena.finish()


def _add_lineage(facts: Facts, source_dir: Path, names: Names, naming: Naming) -> None:
    """Enter declared parents after all lists of models were read, since a parent may stand in a later one."""

    def key(published: Publication, where: tuple[str, date]) -> str:
        return f"{published.key}@{where[1]}"

    notable = read_notable_parents(source_dir / NOTABLE[0], key(EPOCH_NOTABLE, NOTABLE), names, naming)
    index = read_index_parents(source_dir / OSAI[0], key(OSAI_INDEX, OSAI), naming)
    tuned = read_tuned_from(source_dir / LLM_STATS[0], key(LLM_STATS_MODELS, LLM_STATS), naming)
    for part in (notable, index, tuned):
        facts.update(part)


def _add_notable(facts: Facts, notable: Facts) -> None:
    """Take the effort of a model from the list of notable models, which says most, and else from its versions."""
    told = {row["model_id"] for row in notable.tables["effort"]}
    versions = facts.tables.get("effort", [])
    kept = [row for row in versions if row["model_id"] not in told]
    facts.leave("training computes by version", "the list of notable models has them too", len(versions) - len(kept))
    facts.tables["effort"] = kept
    facts.update(notable)


def inputs(source_dir: Path) -> list[str]:
    """The files below the folder of publishers' files, as the manifest names them."""
    runs = sorted(path.name for path in (source_dir / RUNS[0]).glob("*.csv") if not path.stem.endswith("_external"))
    index = [f"{INDEX[0]}/{name}.csv" for name in ("eci_benchmarks", "eci_scores")]
    versions = [name for name, _ in VERSIONS]
    histories = [name for name, _ in ARENA_HISTORY]
    others = [MODELS_DEV[0], MODELS_DEV[1], LITELLM[0], LLM_STATS[0], HELM[0], OSAI[0], MOF[0], VECTARA[0]]
    others += [TRACKED[0].format(name) for name in TRACKED_FILES]
    others += [AIDER[0].format(board) for board in AIDER_BOARDS]
    hand = [DEVICES, FACTS, MONTHLY[0], WEEKLY[0]]
    own = [name for run in runs if (name := f"{RUNS[0]}/{run}") not in versions]
    return [*index, *versions, *own, NOTABLE[0], DISTILLED[0], REPORT[0], ARENA[0], *histories, *others, *hand]


def _check(facts: Facts) -> None:
    """Refuse a vintage whose rows point at what is not there."""
    twice = [key for key, n in Counter(row["origin_id"] for row in facts.tables["origins"]).items() if n > 1]
    if twice:
        raise SourceError(f"Two files share the origin {twice[0]!r}", "a key for each copy")
    known = {row["model_id"] for row in facts.tables["models"]}
    for table in ("scores", "effort", "openness", "distillation", "versions", "ratings", "licensing"):
        for row in facts.tables.get(table, []):
            if row["model_id"] is not None and row["model_id"] not in known:
                raise SourceError(f"{table} names the model {row['model_id']!r}, which no source has", "a known model")
    for row in facts.tables["aliases"]:
        if row["level"] == "model" and row["id"] not in known:
            raise SourceError(f"The alias {row['name']!r} leads to {row['id']!r}, which no source has", "a model")
