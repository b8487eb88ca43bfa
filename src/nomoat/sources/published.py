"""What others have published about the gap: single figures with rule, date and address."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication

# Of the gathered facts on adoption only those about lags and gaps belong here.
METRICS = {
    "capability_lag": "gap-months",
    "consumer_gpu_lag_low": "gap-months",
    "consumer_gpu_lag_high": "gap-months",
    "open_closed_gap": "gap-percent",
}


def read_facts(path: Path, retrieved: date, curated: Curated) -> Facts:
    """Read the lags and gaps among `facts.csv`, and the anchors written down in `curated/anchors.csv`."""
    facts = Facts()
    for row in read(path, ["fact_id", "metric", "subject", "population", "value", "unit", "published", "publisher"]):
        if row.needed("metric") not in METRICS:
            continue  # adoption.py reads these
        _add(facts, row, "gathered", retrieved, path, METRICS[row.needed("metric")])
    anchors = curated.folder / "anchors.csv"
    for row in read(anchors, ["fact_id", "metric", "subject", "value", "low", "high", "unit", "rule", "published"]):
        _add(facts, row, "anchors", retrieved, anchors, row.needed("metric"))
    return facts


def _add(facts: Facts, row: Row, kind: str, retrieved: date, path: Path, metric: str) -> None:
    published = Publication(
        key=f"{kind}/{row.needed('fact_id')}",
        publisher=row.needed("publisher"),
        dataset="published-gaps",
        title=row.needed("title"),
        address=row.needed("url"),
        licence="a cited fact",
        attribution=row.needed("publisher"),
        evidence="secondary" if row.needed("evidence") == "secondary" else "measured by publisher",
    )
    key = facts.origin(published, retrieved, path)
    facts.add(
        *("facts", key), fact_id=row.needed("fact_id"), metric=metric, subject=row.text("subject"),
        population=row.text("population"), value=row.number("value"),
        low=row.number("low") if "low" in row.cells else None,
        high=row.number("high") if "high" in row.cells else None,
        unit=row.text("unit"), rule=row.text("rule") if "rule" in row.cells else None,
        published=row.day("published"),
    )  # fmt: skip
