"""Artificial Analysis: its own runs of a dozen benchmarks, and its indices, one row an effort.

A key is needed, and attribution wherever its figures are shown; whether they may be passed on is not said, so that none
is bundled. Formats from description: its API documentation and public readers of 2026; no live answer was at hand here.
Its prices are medians over providers, nobody's offer, and stay out of the offerings; its speeds have no table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nomoat.errors import SourceError
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, one, reason, take

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.curated import Curated
    from nomoat.sources.naming import Naming
    from nomoat.sources.web import Web

KEY = "ARTIFICIAL_ANALYSIS_API_KEY"
SITE = "https://artificialanalysis.ai"
WHOLE = f"{SITE}/api/v2/data/llms/models"  # seventeen evaluations a model, in one answer
FREE = f"{SITE}/api/v2/language/models/free"  # the documented one: three indices, in pages
MOST_PAGES = 50  # 610 models stood on three pages in June 2026

SCORES = Publication(
    key="artificial-analysis/evaluations",
    publisher="Artificial Analysis",
    dataset="artificial-analysis",
    title="Evaluations of language models",
    address=f"{SITE}/",
    licence="attribution required; not to be redistributed without asking",
    attribution="Artificial Analysis, artificialanalysis.ai",
    evidence="measured by publisher",
)

_INDEX = re.compile(r"artificial_analysis_([a-z_]{2,40})_index")
_EVALUATION = re.compile(r"[a-z][a-z0-9_]{1,50}")
_VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}")


def fetch(web: Web, *, key: str | None = None) -> tuple[Copy, ...]:
    """Fetch all models with the key, which is read from ARTIFICIAL_ANALYSIS_API_KEY where it is not given.

    Where the address of all evaluations is refused, the documented one of the free tier is asked, page after page.
    Of a disk the files `models*.json` are taken, or the one file that it is. Raises `SourceError` without a key, and
    where both refuse.
    """
    if isinstance(web, Disk):
        files = web.files("aa", "json")
        said = [path for path in files if len(files) == 1 or path.name.startswith("models")]
        return tuple(web.take("aa", path.stem, path, kind="json") for path in said)
    key = key or os.environ.get(KEY)
    if not key:
        raise SourceError(
            "Artificial Analysis answers to a key alone", f"{KEY} in the environment", f"export {KEY}=..."
        )
    headers = {"x-api-key": key}
    try:
        return (web.get("aa", "models", WHOLE, kind="json", headers=headers),)
    except SourceError as refused:
        try:
            return _pages(web, headers)
        except SourceError:
            raise refused from None


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the answers: evaluations as scores from 0 to 1, indices as ratings in points."""
    facts = Facts()
    known = max(copy.retrieved for copy in copies).date()
    benchmarks: set[str] = set()
    for at, copy in enumerate(sorted(copies, key=lambda copy: copy.name)):
        read_models(copy.path, known, naming, facts, benchmarks, page=at + 1 if len(copies) > 1 else None)
    return facts


def read_models(
    path: Path,
    retrieved: date,
    naming: Naming,
    facts: Facts | None = None,
    benchmarks: set[str] | None = None,
    page: int | None = None,
) -> Facts:
    """Read one answer; a row is a model at an effort, which its slug or its name carries.

    An evaluation is a proportion from 0 to 1, and one beyond it is left out; an index has points from 0 to 100 and the
    version of the answer in its category, since the same key has meant other benchmarks before. Raises `SourceError`
    where no model is whole.
    """
    facts = Facts() if facts is None else facts
    seen = set[str]() if benchmarks is None else benchmarks
    document = one(path)
    key = facts.origin(SCORES if page is None else _paged(page), retrieved, path)
    said = document.cells.get("intelligence_index_version")
    version = str(said) if isinstance(said, str | float | int) and _VERSION.fullmatch(str(said)) else None

    def enter(record: Record) -> None:
        slug, name, released = record.needed("slug"), record.needed("name"), record.day("release_date", retrieved)
        creator = record.record("model_creator").text("name")
        priced = bool(record.record("pricing").cells)
        scores, indices = _measured(record.record("evaluations"), facts)
        named = naming.model(slug, source="aa", as_of=retrieved, released=released)
        named = named or naming.model(name, source="aa", as_of=retrieved, released=released)
        if priced:
            facts.leave("prices of Artificial Analysis", "a median over providers is nobody's offer")
        for index, value in indices.items():
            facts.add(
                *("ratings", key), board="artificial-analysis", category=f"{index} {version}" if version else index,
                published=retrieved, name=name, model_id=named and named.model_id, organisation=creator, rating=value,
            )  # fmt: skip
        if named is None:
            facts.leave("models of Artificial Analysis", "the name leads to no model")
            return
        for evaluation, value in scores.items():
            benchmark_id = f"artificial-analysis/{evaluation}"
            if benchmark_id not in seen:
                seen.add(benchmark_id)
                called = f"{evaluation} (Artificial Analysis)"
                facts.add("benchmarks", key, benchmark_id=benchmark_id, name=called, domain="other")
            facts.add(
                *("scores", key), model_id=named.model_id, benchmark_id=benchmark_id, version=name, performance=value,
                evidence="own-run", source="Artificial Analysis",
            )  # fmt: skip

    take(facts, "models of Artificial Analysis", document.values("data"), path.name, "data", enter)
    return facts


def _measured(evaluations: Record, facts: Facts) -> tuple[dict[str, float], dict[str, float]]:
    """The evaluations as proportions and the indices in points, under our spelling; a broken one is counted."""
    scores: dict[str, float] = {}
    indices: dict[str, float] = {}
    for each in evaluations.cells:
        index = _INDEX.fullmatch(each)
        try:
            if not _EVALUATION.fullmatch(each):
                raise evaluations.wrong(each, "an evaluation's key")
            value = evaluations.number(each, 0, 100 if index else 1)
        except SourceError as error:
            facts.leave("evaluations of Artificial Analysis", f"broken in the source: {reason(error)}")
            continue
        if value is not None:
            (indices if index else scores)[(index[1] if index else each).replace("_", "-")] = value
    return scores, indices


def _paged(page: int) -> Publication:
    return replace(SCORES, key=f"{SCORES.key}/{page}")


def _pages(web: Web, headers: dict[str, str]) -> tuple[Copy, ...]:
    copies: list[Copy] = []
    for number in range(1, MOST_PAGES + 1):
        copy = web.get(
            "aa", f"models-free-{number:02d}", FREE, kind="json", headers=headers, params={"page": str(number)}
        )
        copies.append(copy)
        if not one(copy.path).record("pagination").flag("has_more"):
            return tuple(copies)
    raise SourceError(f"{FREE} has more than {MOST_PAGES} pages", "a last page")
