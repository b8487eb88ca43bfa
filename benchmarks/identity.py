"""Print how many names of each shipped source join each other one: `python benchmarks/identity.py DATA [CASES]`.

DATA is the folder of the raw extracts. The table is written as in the survey of sources: version / model, in percent.
"""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from nomoat.catalog.joins import join_rates
from nomoat.catalog.lexicon import lexicon
from nomoat.sources.indented import document

PUBLISHER = {
    "models.dev base": "models.dev",
    "models.dev offerings": "models.dev",
    "tracked": "hf",
    "litellm all": "litellm",
}
CHAT = ("chat", "responses", "completion")

# Version-level rates of a parser without tables, as the survey of sources printed them.
SURVEY = {
    ("models.dev base", "models.dev offerings"): 97, ("models.dev base", "tracked"): 33,
    ("models.dev base", "litellm"): 76, ("models.dev base", "arena"): 46, ("models.dev base", "epoch"): 42,
    ("models.dev offerings", "tracked"): 29, ("models.dev offerings", "litellm"): 60,
    ("models.dev offerings", "arena"): 36, ("models.dev offerings", "epoch"): 33,
    ("tracked", "models.dev offerings"): 12, ("tracked", "litellm"): 12, ("tracked", "arena"): 7,
    ("tracked", "epoch"): 8, ("litellm", "models.dev offerings"): 69, ("litellm", "tracked"): 30,
    ("litellm", "arena"): 39, ("litellm", "epoch"): 48, ("arena", "models.dev offerings"): 55,
    ("arena", "tracked"): 36, ("arena", "litellm"): 57, ("arena", "epoch"): 42,
    ("epoch", "models.dev offerings"): 61, ("epoch", "tracked"): 32, ("epoch", "litellm"): 64, ("epoch", "arena"): 49,
}  # fmt: skip
AS_OF = {
    "models.dev base": date(2026, 7, 2), "models.dev offerings": date(2026, 7, 2), "litellm": date(2026, 8, 1),
    "litellm all": date(2026, 8, 1), "tracked": date(2026, 8, 17), "arena": date(2026, 8, 19),
    "epoch": date(2026, 5, 1), "llm-stats": date(2025, 10, 16), "helm": date(2026, 6, 30), "osai": date(2026, 6, 12),
    "mof": date(2026, 5, 11), "aider": date(2025, 10, 3), "vectara": date(2026, 3, 10),
}  # fmt: skip


def read(data: Path) -> dict[str, list[str]]:
    """Return the names of each source."""
    prices = json.loads((data / "litellm/model_prices_2026-08-01.json").read_text())

    def found(name: str) -> list[dict[str, Any]]:
        return [row for row in json.loads((data / name).read_text()) if isinstance(row.get("name", ""), str)]

    epoch: dict[str, None] = {}
    for path in sorted((data / "epoch/benchmark_data_2026-05").glob("*.csv")):
        epoch |= dict.fromkeys(row["Model version"] for row in rows(path) if row.get("Model version"))
    return {
        "models.dev base": [row["id"] for row in json.loads((data / "models_dev/models.json").read_text())],
        "models.dev offerings": [row["id"] for row in json.loads((data / "models_dev/offerings.json").read_text())],
        "tracked": [
            row["modelId"] for name in ("models", "extra_models") for row in rows(data / f"tracked_models/{name}.csv")
        ],
        "litellm all": [name for name in prices if name != "sample_spec"],
        "litellm": [name for name, row in prices.items() if row.get("mode") in CHAT and name != "sample_spec"],
        "arena": [row["model_name"] for row in rows(data / "arena/arena_2026-08-19.csv") if row["subset"] == "text"],
        "epoch": list(epoch),
        "llm-stats": [row["model_id"] for row in found("llm_stats/models_with_scores_2025-10.json")],
        "helm": [row["name"] for row in rows(data / "helm/model_metadata_2026-06.csv")],
        "osai": [
            row.get("endmodel") or row["name"]
            for row in found("openness_osai/european_open_source_ai_index_2026-06.json")
        ],
        "mof": [row["release"]["name"] for row in found("openness_mof/mof_models_2026-05.json")],
        "aider": [
            row["model"] for board in ("polyglot", "edit") for row in document(data / f"aider/{board}_leaderboard.yml")
        ],
        "vectara": [row["Model"] for row in rows(data / "vectara/hallucination_2026-03-10.csv")],
    }


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main(data: Path) -> int:
    """Print the table; return how many cells do not beat the survey's."""
    names = read(data)
    full = {(rate.source, rate.target): rate for rate in join_rates(names, AS_OF, publisher=PUBLISHER)}
    bare = {
        (rate.source, rate.target): rate
        for rate in join_rates(names, AS_OF, publisher=PUBLISHER, table=lexicon().rules_only())
    }
    print("from -> to: version / model, of names (rules alone; survey)")
    behind = 0
    for pair, rate in full.items():
        survey = SURVEY.get(pair)
        behind += survey is not None and 100 * rate.rate <= survey
        mark = "" if survey is None or 100 * rate.rate > survey else "  <- not beaten"
        print(
            f"{pair[0]:>21} -> {pair[1]:<21}{100 * rate.rate:5.1f} / {100 * rate.model / rate.names:5.1f} %"
            f" of {rate.names:5} ({100 * bare[pair].rate:.1f}; {survey or '-'}){mark}"
        )
    for source in names:
        rate = next(rate for rate in full.values() if rate.source == source)
        print(f"{source}: {rate.unresolved} of {rate.names} on the review list")
    print(f"{behind} cells are not beaten")
    return behind


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
