"""LiveBench: scores by task, category and in all, of one release of its questions.

Formats as in its site's repository (tables of January and June 2026); the addresses are inferred from there and no live
answer was at hand here. Releases have other questions under the same names: each has benchmarks of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.delimited import Row
from nomoat.sources.delimited import read as read_rows
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import document, one, reason
from nomoat.sources.plain import is_plain

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.curated import Curated
    from nomoat.sources.naming import Naming
    from nomoat.sources.web import Web

LISTING = "https://api.github.com/repos/LiveBench/livebench.github.io/contents/public"
FOLDER = "https://raw.githubusercontent.com/LiveBench/livebench.github.io/main/public"
MOST_TASKS = 200
MOST_CATEGORIES = 50

TABLE = Publication(
    key="livebench/table",
    publisher="LiveBench",
    dataset="livebench",
    title="LiveBench leaderboard",
    address="https://livebench.ai/",
    licence="LiveBench is Apache-2.0; its site states none for the tables",
    attribution="LiveBench, livebench.ai",
    evidence="measured by publisher",
)

_TABLE = re.compile(r"table_(\d{4})_(\d{2})_(\d{2})\.csv")
_CATEGORIES = re.compile(r"categories_(\d{4})_(\d{2})_(\d{2})\.json")
_TASK = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,60}")


def fetch(web: Web, *, release: date | None = None) -> tuple[Copy, ...]:
    """Fetch the table of the newest release, or of `release`, and the newest categories that are not later.

    Of a disk its tables and categories are taken. Raises `SourceError` where the listing names no such table.
    """
    if isinstance(web, Disk):
        held = web.files("livebench", "csv", "json")
        said = [path for path in held if _TABLE.fullmatch(path.name) or _CATEGORIES.fullmatch(path.name)]
        return tuple(web.take("livebench", path.name, path, kind=path.suffix[1:]) for path in said)
    listed = document(web.get("livebench", "listing", LISTING, kind="json").path)
    names = [entry.get("name") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    tables, categories = _released(names, _TABLE), _released(names, _CATEGORIES)
    chosen = release or max(tables, default=None)
    if chosen is None or chosen not in tables:
        known = ", ".join(map(str, sorted(tables)[-5:])) or "none"
        raise SourceError(f"LiveBench lists no table of {release or 'any release'}", f"one of {known}")
    copies = [web.get("livebench", tables[chosen], f"{FOLDER}/{tables[chosen]}", kind="csv")]
    grouped = [day for day in categories if day <= chosen]
    if grouped:
        name = categories[max(grouped)]
        copies.append(web.get("livebench", name, f"{FOLDER}/{name}", kind="json"))
    return tuple(copies)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read the tables among the copies, with the categories among them."""
    facts = Facts()
    groups: dict[str, list[str]] = {}
    tables = []
    for copy in copies:
        if copy.path.suffix == ".json":
            groups = read_categories(copy.path)
            continue
        found = _TABLE.search(copy.name) or _TABLE.search(copy.address)
        day = _day(found) if found else None
        if day is None:
            raise SourceError(f"{copy.address} does not say which release it is", "table_2026_06_25.csv", "rename it")
        tables.append((copy, day))
    if not tables:
        raise SourceError("There are categories of LiveBench and no table", "table_2026_06_25.csv")
    known = max(copy.retrieved for copy, _ in tables).date()
    for copy, release in tables:
        facts.update(read_table(copy.path, known, release, naming, groups))
    return facts


def read_categories(path: Path) -> dict[str, list[str]]:
    """Return the tasks of each category; raises `SourceError` where the file is no such list."""
    held = one(path)
    found: dict[str, list[str]] = {}
    for name in held.cells:
        tasks = held.values(name)
        if not is_plain(name, 60) or not all(isinstance(task, str) and _TASK.fullmatch(task) for task in tasks):
            raise held.wrong(name, "a category with the names of its tasks")
        found[name] = tasks
    if not found or len(found) > MOST_CATEGORIES or not any(found.values()):
        raise SourceError(f"{path.name} has {len(found)} categories", "some, with their tasks")
    return found


def read_table(
    path: Path, retrieved: date, release: date, naming: Naming, groups: dict[str, list[str]] | None = None
) -> Facts:
    """Read one release: points from 0 to 100 become scores from 0 to 1; an empty cell is missing and no zero.

    A category is the mean of its tasks and the average that of the categories, as the site computes them, each only
    where all its parts are there. The effort is part of the name and is kept in `version`. Raises `SourceError` where
    no row is whole, and where the release is later than the copy.
    """
    if release > retrieved:
        raise SourceError(f"{path.name} is of {release}, after the day of the copy {retrieved}", "an earlier release")
    facts = Facts()
    publication = replace(TABLE, key=f"{TABLE.key}/{release}", title=f"{TABLE.title}, release {release}")
    benchmarks: set[str] = set()
    models: set[str] = set()
    seen = taken = 0
    first: SourceError | None = None
    for row in read_rows(path, ["model"]):
        tasks = [column for column in row.cells if _TASK.fullmatch(column) and column != "model"]
        if not tasks or len(tasks) > MOST_TASKS:
            raise SourceError(f"{path.name} has {len(tasks)} columns of tasks", "names such as zebra_puzzle")
        if not seen and (strange := len(row.cells) - 1 - len(tasks)):
            facts.leave("columns of LiveBench", "its name is none of a task", strange)
        seen += 1
        try:
            name, scores = _scored(row, tasks, models)
        except SourceError as error:
            first = first or error
            facts.leave("rows of LiveBench", f"broken in the source: {reason(error)}")
            continue
        taken += 1
        models.add(name)
        named = naming.model(name, source="livebench", as_of=release)
        if named is None:
            facts.leave("models of LiveBench", "the name leads to no model")
            continue
        key = facts.origin(publication, retrieved, path)
        for label, value in [*scores.items(), *_means(scores, groups or {})]:
            benchmark_id = f"livebench-{release}/{label.lower().replace('_', '-').replace(' ', '-')}"
            if benchmark_id not in benchmarks:
                benchmarks.add(benchmark_id)
                facts.add("benchmarks", key, **_benchmark(benchmark_id, label, release))
            facts.add(
                *("scores", key), model_id=named.model_id, benchmark_id=benchmark_id, version=name,
                performance=value, evidence="leaderboard", source="LiveBench",
            )  # fmt: skip
    if first and not taken:
        raise SourceError(f"None of {seen} rows can be read; the first: {first.seen}", first.expected)
    return facts


def _scored(row: Row, tasks: list[str], models: set[str]) -> tuple[str, dict[str, float]]:
    name = row.needed("model")
    if not is_plain(name) or name in models:
        raise row.wrong("model", "a plain name, each once")
    found = {task: row.number(task, 0, 100) for task in tasks}
    scores = {task: value / 100 for task, value in found.items() if value is not None}
    if not scores:
        raise row.wrong("model", "a model with a score")
    return name, scores


def _means(scores: dict[str, float], groups: dict[str, list[str]]) -> list[tuple[str, float]]:
    """The categories all of whose tasks are scored, and their mean where that is so of all."""
    means = [
        (category, sum(scores[task] for task in tasks) / len(tasks))
        for category, tasks in groups.items()
        if tasks and all(task in scores for task in tasks)
    ]
    if not groups or len(means) < len(groups):
        return means
    return [*means, ("average", sum(value for _, value in means) / len(means))]


def _benchmark(benchmark_id: str, label: str, release: date) -> dict[str, Any]:
    return {
        "benchmark_id": benchmark_id, "name": f"LiveBench {release}, {label}", "released": release, "domain": "other",
        "modality": "text", "address": "https://livebench.ai/",
    }  # fmt: skip


def _released(names: list[Any], pattern: re.Pattern[str]) -> dict[date, str]:
    found = [(match, name) for name in names if isinstance(name, str) and (match := pattern.fullmatch(name))]
    return {day: name for match, name in found if (day := _day(match))}


def _day(found: re.Match[str]) -> date | None:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if day.year >= 2024 else None
