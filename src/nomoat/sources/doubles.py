"""Which rows speak of one thing twice, or against each other?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from nomoat.catalog.difference import KEYS, moved
from nomoat.catalog.trust import side
from nomoat.sources.finding import NOTICE, Finding, Look, Row

APART = 60  # days between two publishers' dates of one release: paper, announcement and upload lie up to weeks apart
_ONCE = ("models", "openness", "licences", "benchmarks", "devices", "facts", "offerings", "ratings", "repositories")


def doublets(look: Look) -> Iterator[Finding]:
    """Rows of one copy about one thing, and repositories that stand under two owners."""
    for table in _ONCE:
        same: dict[tuple[str, str, tuple[Any, ...]], list[Row]] = defaultdict(list)
        for row in look.rows(table):
            key = tuple(row.get(column) for column in KEYS[table])
            same[look.dataset(row), row["origin_id"], key].append(row)
        for (dataset, origin, key), rows in same.items():
            if len(rows) > 1:
                yield Finding(
                    check="doublets", severity=NOTICE, dataset=dataset,
                    subject=" · ".join(str(part) for part in key if part is not None),
                    said=f"{len(rows)} rows of {table} about one thing{_unlike(table, rows)}", origin=origin,
                )  # fmt: skip
    yield from _namesakes(look)


def _unlike(table: str, rows: list[Row]) -> str:
    """In which columns rows about one thing differ, and how."""
    columns = dict.fromkeys(column for row in rows[1:] for column in moved(table, rows[0], row))
    told = [f"{column} {' and '.join(str(row.get(column)) for row in rows[:3])}" for column in columns]
    return f": {'; '.join(told[:3])}" if told else ", all alike"


def _namesakes(look: Look) -> Iterator[Finding]:
    """Repositories that are listed under an old and a new owner: their downloads would count twice.

    Told by the redirect that the Hub gave, or by the same name and the same day of creation under two owners.
    """
    listed = look.rows("repositories")
    where = {row["repository"]: row["origin_id"] for row in listed}
    made: dict[tuple[str, date], Row] = {}
    for row in listed:
        formerly, name = row.get("formerly"), row["repository"].rpartition("/")[2].casefold()
        twin = made.setdefault((name, row["created"]), row) if row.get("created") else row
        why = ""
        if formerly in where and formerly != row["repository"]:
            other, why = formerly, f"it was called {formerly}, which is listed too"
        elif twin["repository"] != row["repository"]:
            other, why = twin["repository"], f"{twin['repository']} has its name and its day, {row['created']}"
        if why:
            yield Finding(
                check="doublets", severity=NOTICE, dataset=look.dataset(row), subject=row["repository"],
                said=f"{why}: its downloads would count twice", origin=row["origin_id"],
                origins=tuple(dict.fromkeys((row["origin_id"], where[other]))),
            )  # fmt: skip


def conflicts(look: Look) -> Iterator[Finding]:
    """Models that one publisher calls open and another closed, or that two date far apart."""
    sides: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    days: dict[str, dict[str, tuple[date, str]]] = defaultdict(dict)
    for row in look.rows("openness"):
        if half := side(row["class"]):
            sides[row["model_id"]][look.dataset(row)] = half, row["origin_id"]
    for row in look.rows("models"):
        if row["released"]:
            days[row["model_id"]][look.dataset(row)] = row["released"], row["origin_id"]
    for model, said in sides.items():
        if len({half for half, _ in said.values()}) > 1:
            words = "; ".join(f"{name}: {'open' if s == 'weights' else s}" for name, (s, _) in sorted(said.items()))
            yield _conflict("openness", model, words, said.values())
    for model, dated in days.items():
        told = [day for day, _ in dated.values()]
        if max(told) - min(told) > timedelta(days=APART):
            words = "; ".join(f"{name}: {day}" for name, (day, _) in sorted(dated.items()))
            yield _conflict("released", model, words, dated.values())


def _conflict(what: str, model: str, words: str, said: Iterable[tuple[Any, str]]) -> Finding:
    keys = tuple(dict.fromkeys(key for _, key in said))
    return Finding(
        check="conflicts", severity=NOTICE, dataset=what, subject=model, said=words,
        next=f"nomoat models {'openness ' if what == 'openness' else ''}{model} --json", origin=keys[0], origins=keys,
    )  # fmt: skip
