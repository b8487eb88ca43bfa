"""Aider's leaderboards: the share of exercises that a model solves in the editor, as Aider ran them.

`aider/website/_data/polyglot_leaderboard.yml` and `edit_leaderboard.yml` of Aider-AI/aider (Apache-2.0, read on
2026-11-22): a list of runs with `model, pass_rate_2, date, edit_format, test_cases`. The polyglot board has had no run
since October 2025.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.indented import document
from nomoat.sources.nested import Record, take
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

SITE = "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data"
BOARDS = {
    "polyglot": ("Aider polyglot leaderboard: 225 exercises in six languages, second attempt", "Aider polyglot"),
    "edit": ("Aider code editing leaderboard: 133 exercises in Python, second attempt", "Aider edit"),
}


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch both boards."""
    return tuple(
        web.get("aider", board, f"{SITE}/{board}_leaderboard.yml", kind="yaml", limit=8 << 20) for board in BOARDS
    )


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the newest copy of each board."""
    facts = Facts()
    for board, copy in {copy.name: copy for copy in copies}.items():
        facts.update(read_board(board, copy.path, copy.retrieved.date(), naming))
    return facts


def read_board(board: str, path: Path, retrieved: date, naming: Naming) -> Facts:
    """Read the share of exercises solved by the second attempt, one row a run, a data set for each board.

    A floating name is resolved with the day of its run. Two models at work together, an architect and an editor, are
    left out, and so is a run of the future.
    """
    title, name = BOARDS[board]
    facts = Facts()
    published = Publication(
        key=f"aider/{board}",
        publisher="Aider",
        dataset=f"aider-{board}",
        title=title,
        address=f"{SITE}/{board}_leaderboard.yml",
        licence="Apache-2.0",
        attribution="Aider, aider.chat/docs/leaderboards, Apache-2.0",
        evidence="measured by publisher",
    )
    key = facts.origin(published, retrieved, path)
    if board == "edit":  # the polyglot board is among Epoch's benchmarks
        facts.add(
            *("benchmarks", key), benchmark_id="aider-edit", name=name, domain="coding", modality="text",
            contamination="public", address="https://aider.chat/docs/leaderboards/edit.html",
        )  # fmt: skip
    found = document(path)
    if not isinstance(found, list):
        raise SourceError(f"{path.name} is no list of runs", "a list with an entry for each", "nomoat update aider")

    def enter(record: Record) -> None:
        raw, solved = record.needed("model"), record.number("pass_rate_2", 0, 100)
        day, how = record.day("date", latest=retrieved), record.text("edit_format", 60)
        if solved is None:
            raise record.wrong("pass_rate_2", "a percentage")
        if " + " in raw:
            facts.leave(f"runs of {name}", "two models at work together")
            return
        plain, day = _plain(raw, day)
        named = naming.model(plain, source="aider", as_of=day)
        if named is None:
            facts.leave(f"runs of {name}", "no model of that name in the catalogue")
            return
        facts.add(
            *("scores", key), model_id=named.model_id, benchmark_id=f"aider-{board}", version=raw,
            performance=round(solved / 100, 6), evidence="own-run", source=how and f"edit format: {how}",
        )  # fmt: skip

    take(facts, f"runs of {name}", found, path.name, "runs", enter)
    return facts


def _plain(raw: str, day: date | None) -> tuple[str, date | None]:
    """The name without the edit format or the date of a floating name that Aider sets behind it in brackets."""
    found = re.fullmatch(
        r"(?P<name>\S.*?) \((?:(?P<format>diff|udiff|whole|architect)|(?P<day>\d{4}-\d\d-\d\d))\)", raw
    )
    if found is None:
        return raw, day
    try:
        return found["name"], date.fromisoformat(found["day"]) if found["day"] else day
    except ValueError:
        return raw, day
