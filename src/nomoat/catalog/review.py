"""Which outside names does nobody know, what could each be, and how many rows wait for an answer?"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nomoat.catalog.aliases import aliases
from nomoat.catalog.held import held
from nomoat.catalog.lexicon import lexicon
from nomoat.catalog.resolve import SOURCES, resolve
from nomoat.errors import UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

# Where outside names stand in the tables, and the column that is null while nobody knows which model is meant.
NAMES = {
    "ratings": ("name", "model_id"),
    "offerings": ("name", "model_id"),
    "repositories": ("repository", "model_id"),
    "lineage": ("parent", "parent_id"),
}
WAITING = "waiting.csv"  # beside a vintage's manifest: names whose rows could not enter any table
COLUMNS = ("source", "name", "rows", "day")

_PUBLISHERS = {
    "hub": "hf", "huggingface": "hf", "tracked": "hf", "modelsdev": "models.dev", "artificialanalysis": "aa",
    "everyevalever": "eee", "llmstats": "llm-stats",
}  # fmt: skip
_PUBLISHERS |= {
    name: name
    for name in ("arena", "epoch", "litellm", "openrouter", "vercel", "aa", "eee", "livebench", "aider", "helm", "mof")
}
_PUBLISHERS |= {"osai": "osai", "vectara": "vectara"}


class Waiting(Noun, frozen=True, kw_only=True):
    """A name that leads to no model: whose spelling it is, how many rows wait, since when it is known, and why."""

    source: str
    name: str
    rows: int
    tables: tuple[str, ...]  # empty where the rows could not enter a table without their model
    day: date  # of the newest copy that has it; floating names are followed on it
    why: str
    candidates: tuple[str, ...]


class Review(Noun, frozen=True, kw_only=True):
    """The names that wait for people, those with the most rows first."""

    schema_version: int = SCHEMA_VERSION
    source: str | None
    names: int  # outside names that were looked at
    rows: int  # rows that wait, of all names listed
    waiting: tuple[Waiting, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass
class _Seen:
    rows: int
    tables: set[str]
    day: date


def unresolved(source: str | None = None, *, as_of: date | None = None, catalog: Catalog | None = None) -> Review:
    """Return the names in the newest vintage of each data set that neither alias, pointer nor rule leads to a model.

    `source` keeps those of one publisher. Names that mean a model which the catalogue does not have need no decision:
    they are counted as left out. Raises UnknownName for a source without names.

    >>> found = unresolved("arena")
    >>> found.waiting[0].rows >= found.waiting[-1].rows > 0
    True
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    seen, origins = _seen(catalog, as_of)
    if source is not None:
        wanted = SOURCES.get(source.strip().casefold(), source.strip().casefold())
        known = sorted({of for of, _ in seen})
        if wanted not in known:
            raise UnknownName.of("source of names", source, known, "nomoat models unresolved")
        seen, source = {key: found for key, found in seen.items() if key[0] == wanted}, wanted
    waiting, elsewhere = [], 0
    # One catalogue and one table of names a day: asking the catalogue as of each name's day would read it anew.
    within = held(catalog, as_of)
    own = aliases(catalog.home).aliases if catalog.home else ()
    tables = {
        day: lexicon().added({one.key: one.meaning() for one in own if one.meaning().holds(day)}) if own else lexicon()
        for day in {found.day for found in seen.values()}
    }
    for (of, name), found in seen.items():
        answer = resolve(name, source=of, as_of=found.day, table=tables[found.day])
        answer = within.place(answer, within.alias(answer.source, name, found.day))
        if answer.resolved:
            elsewhere += 1
            continue
        waiting.append(
            Waiting(
                source=of,
                name=name,
                rows=found.rows,
                tables=tuple(sorted(found.tables)),
                day=found.day,
                why=answer.why,
                candidates=answer.candidates,
            )
        )
    waiting.sort(key=lambda one: (-one.rows, one.source, one.name))
    why = "they name a model or a version that the catalogue has no row of"
    return Review(
        source=source,
        names=len(seen),
        rows=sum(one.rows for one in waiting),
        waiting=tuple(waiting),
        left_out=(LeftOut(what="names that are understood", count=elsewhere, why=why),) if elsewhere else (),
        origins=catalog.origins(sorted(origins)),
    )


def _seen(catalog: Catalog, as_of: date | None) -> tuple[dict[tuple[str, str], _Seen], set[str]]:
    """Every name without a model, with its rows, and the origins of those rows."""
    found: dict[tuple[str, str], _Seen] = {}
    used: set[str] = set()
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}

    def note(source: str, name: str, rows: int, table: str, day: date) -> None:
        one = found.setdefault((source, name), _Seen(0, set(), day))
        one.rows += rows
        one.day = max(one.day, day)
        if table:
            one.tables.add(table)

    for table, (name, id) in NAMES.items():
        columns = catalog.table(table, as_of).columns
        for written, known, key in zip(columns[name], columns[id], columns["origin_id"], strict=True):
            if known is None and written:
                note(publisher(about[key]["dataset"]), written, 1, table, about[key]["retrieved"])
                used.add(key)
    for source, written, rows, day in _left(catalog):
        if as_of is None or day <= as_of:
            note(source, written, rows, "", day)
    return found, used


def publisher(dataset: str) -> str:
    """Whose spelling the names of a data set are, as `resolve` calls the publisher.

    >>> publisher("arena:text_style_control"), publisher("epoch-eci"), publisher("models.dev-offerings")
    ('arena', 'epoch', 'models.dev')
    """
    plain = re.sub(r"[^a-z0-9]", "", dataset.casefold())
    fitting = [name for name in _PUBLISHERS if plain.startswith(name)]
    return _PUBLISHERS[max(fitting, key=len)] if fitting else dataset


def _left(catalog: Catalog) -> Iterator[tuple[str, str, int, date]]:
    """The names of the user's vintages whose rows are in no table."""
    for folder in catalog.folders:
        path = folder / WAITING
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield row["source"], row["name"], int(row["rows"]), date.fromisoformat(row["day"])


def write_waiting(folder: Path, names: list[tuple[str, str, int, date]]) -> None:
    """Put the names whose rows could not enter beside a vintage."""
    with (folder / WAITING).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(names)
