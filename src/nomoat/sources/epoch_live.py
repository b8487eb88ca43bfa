"""Epoch AI as it is published today: the index with its input, and the list of notable models.

Addresses from the README of epoch-research/eci-public and from epoch.ai/data, format from the copies of 2026-07 and
2026-08 and from that package's loader (read on 2026-11-22); no live answer was seen where this was written. Look-alike
addresses below epoch.ai/data answer 404 with an HTML page.

The rows are those of `epoch.py` and `epoch_models.py`, and so are the ids: a model keeps the one that it got there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.epoch import INDEX, SCORES, Names, read_index
from nomoat.sources.epoch_models import NOTABLE, read_notable
from nomoat.sources.facts import Facts
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

# A column that only this file has, by which a copy is known under whatever name it came.
_TOLD = {"abilities": "eci_ci_low", "scores": "performance", "notable": "Publication date"}


def fetch_index(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the abilities of the index and the scores that they were fitted to."""
    return tuple(
        web.get("epoch", name, published.address, kind="csv", limit=64 << 20)
        for name, published in (("eci_scores", INDEX), ("eci_benchmarks", SCORES))
    )


def fetch_notable(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the notable models, and the index, which says which of them are its own."""
    return web.get("epoch", "notable_ai_models", NOTABLE.address, kind="csv", limit=64 << 20), *fetch_index(web)


def read_live_index(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read copies of the index; what the hand-made tables do not know yet is entered as unknown and counted."""
    return _index(_told(copies), curated, Names())


def read_live_notable(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read a copy of the notable models beside the index of the same day."""
    told, names = _told(copies), Names()
    _index(told, Curated(curated.folder), names)
    copy = _needed(told, "notable")
    return read_notable(copy.path, copy.retrieved.date(), curated, names, newer=True)


def _index(told: dict[str, Copy], curated: Curated, names: Names) -> Facts:
    abilities, scores = _needed(told, "abilities"), _needed(told, "scores")
    retrieved = max(abilities.retrieved, scores.retrieved).date()
    return read_index(
        abilities.path.parent, retrieved, curated, names, scores=scores.path, abilities=abilities.path, newer=True
    )


def _told(copies: Sequence[Copy]) -> dict[str, Copy]:
    found: dict[str, Copy] = {}
    headers = {}
    for copy in copies:
        headers[copy.name] = header = _header(copy.path)
        found |= {what: copy for what, column in _TOLD.items() if column in header}
    missing = [what for what in ("abilities", "scores") if what not in found]
    if missing:
        seen = "; ".join(f"{name} has {', '.join(header)[:160]!r}" for name, header in headers.items())
        raise SourceError(
            f"None of the files has the column {_TOLD[missing[0]]!r}: {seen}",
            "eci_scores.csv and eci_benchmarks.csv, and for the notable models notable_ai_models.csv",
            "nomoat update epoch",
        )
    return found


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return [cell.strip().strip('"') for cell in file.readline(10_000).split(",")]
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror})", "a CSV file of Epoch AI") from None


def _needed(told: dict[str, Copy], what: str) -> Copy:
    if what not in told:
        raise SourceError(
            f"None of the files has the column {_TOLD[what]!r}",
            "eci_scores.csv and eci_benchmarks.csv, and for the notable models notable_ai_models.csv",
            "nomoat update epoch",
        )
    return told[what]
