"""Vectara's hallucination leaderboard: how often a summary says what its text does not.

The table of `README.md` of vectara/hallucination-leaderboard (Apache-2.0, read on 2026-11-22) with the columns
`Model` and `Hallucination Rate`; an extract of it as CSV is read too. Older tables have other columns beside these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import read as read_csv
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, take
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

ADDRESS = "https://raw.githubusercontent.com/vectara/hallucination-leaderboard/main/README.md"
RATES = Publication(
    key="vectara/hallucination",
    publisher="Vectara",
    dataset="vectara-hallucination",
    title="Hallucination leaderboard",
    address=ADDRESS,
    licence="Apache-2.0",
    attribution="Vectara, hallucination leaderboard, Apache-2.0",
    evidence="measured by publisher",
)
MODEL, RATE = "Model", "Hallucination Rate"
LARGEST = 8 * 2**20  # bytes


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the page that holds the table."""
    return (web.get("vectara", "readme", ADDRESS, kind="text", limit=LARGEST),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy."""
    facts = Facts()
    for copy in copies[-1:]:
        facts.update(read_rates(copy.path, copy.retrieved.date(), naming))
    return facts


def read_rates(path: Path, retrieved: date, naming: Naming) -> Facts:
    """Read one score a model: 1 less the share of summaries that are not true to their text."""
    facts = Facts()
    key = facts.origin(RATES, retrieved, path)
    facts.add(
        *("benchmarks", key), benchmark_id="vectara-hallucination", name="Vectara hallucination", domain="other",
        modality="text", address="https://github.com/vectara/hallucination-leaderboard",
    )  # fmt: skip
    rows = [row.cells for row in read_csv(path, [MODEL, RATE])] if path.suffix == ".csv" else list(_table(path))

    def enter(record: Record) -> None:
        raw, written = record.needed(MODEL), record.needed(RATE, 20)
        if not written.endswith("%"):
            raise record.wrong(RATE, "a percentage such as '1.8 %'")
        share = Record(record.file, record.place, {RATE: written[:-1].strip()}).number(RATE, 0, 100)
        if share is None:
            raise record.wrong(RATE, "a percentage such as '1.8 %'")
        named = naming.model(raw, source="vectara", as_of=retrieved)
        if named is None:
            facts.leave("models of the hallucination leaderboard", "no model of that name in the catalogue")
            return
        facts.add(
            *("scores", key), model_id=named.model_id, benchmark_id="vectara-hallucination", version=raw,
            performance=round(1 - share / 100, 6), evidence="own-run", source="1 less the hallucination rate",
        )  # fmt: skip

    take(facts, "models of the hallucination leaderboard", rows, path.name, "table", enter)
    return facts


def _table(path: Path) -> Iterator[dict[str, str]]:
    """The records of the first table of a Markdown page that has both columns."""
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(f"{path.name} has more than {LARGEST >> 20} MB", "a page with a table")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read ({type(error).__name__})", "a page with a table") from None
    header: list[str] | None = None
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.lstrip().startswith("|") else []
        if header is None:
            header = cells if {MODEL, RATE} <= set(cells) else None
        elif not cells:
            return
        elif set("".join(cells)) - set(":- "):
            yield dict(zip(header, cells, strict=False))
    if header is None:
        raise SourceError(f"{path.name} has no table with {MODEL!r} and {RATE!r}", "the leaderboard's table")
