"""What of a copy does the catalogue not know yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.catalog.difference import KEYS, difference
from nomoat.catalog.store import BY_HAND, Catalog
from nomoat.catalog.tables import TABLES
from nomoat.errors import SourceError
from nomoat.sources.facts import Facts

if TYPE_CHECKING:
    from nomoat.sources.source import Source

MANY = 20  # rows of a table below which half of them may go without a word
# What is drawn from other tables after they were read: its rows move from one board to another with the newest day.
DRAWN = frozenset({"licensing"})
# What the snapshot has of a data set and its connector does not bring.
BUILT = frozenset({"lineage", "distillation", "organisations"})


@dataclass(frozen=True)
class News:
    """The rows of the data sets that changed, and how many of them were not there, said something else, or went.

    `renamed` counts rows that say the same and are joined to another of our models than before.
    """

    facts: Facts
    rows: int
    new: int
    changed: int
    gone: int
    renamed: int = 0


def news(facts: Facts, catalog: Catalog, source: Source, *, again: bool = False, fewer: bool = False) -> News:
    """Keep the data sets of a copy that say something new, whole, under origins that nobody has yet.

    A data set is dropped where all of its rows are held under the same origins, or where it was made of the same bytes
    as its newest vintage (unless `again`). What was written by hand comes with every reading: only lines that no
    vintage has are kept. Raises SourceError where a table of a data set has less than half of its earlier rows, none at
    all included, or where a column that most of them filled is empty in every row, unless `fewer` says that so much
    went: a list that was cut short looks like that, and so does one whose fields have other names.
    """
    about = {row["origin_id"]: row for row in facts.tables.get("origins", [])}
    held = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    parts: dict[tuple[str, date], list[str]] = {}
    for key, row in about.items():
        parts.setdefault((row["dataset"], row["retrieved"]), []).append(key)
    kept: set[str] = set()
    for (dataset, _), keys in parts.items():
        same = not again and _same_bytes([about[key] for key in keys], held)
        if not dataset.startswith(BY_HAND) and not same and not _same_rows(keys, facts, catalog, held):
            kept |= set(keys)
    found = Facts(left_out=facts.left_out.copy())
    counts = [0, 0, 0, 0, 0]
    for table, rows in facts.tables.items():
        if table != "origins":
            chosen = [row for row in rows if row["origin_id"] in kept]
            _count(table, chosen, about, catalog, source, counts, fewer=fewer)
            found.tables[table] = chosen + _by_hand(table, rows, about, catalog, bool(kept))
    if not fewer:
        _vanished(kept, about, found, catalog, source)
    _renamed(found, about, held, source)
    return News(found, *counts)


def _count(
    table: str,
    rows: list[dict[str, Any]],
    about: dict[str, dict[str, Any]],
    catalog: Catalog,
    source: Source,
    counts: list[int],
    *,
    fewer: bool,
) -> None:
    """Add to the counts of rows, new, changed, gone and renamed; each data set is held against its newest vintage."""
    newest: dict[str, date] = {}
    for row in rows:
        dataset, day = about[row["origin_id"]]["dataset"], about[row["origin_id"]]["retrieved"]
        newest[dataset] = max(day, newest.get(dataset, day))
    counts[0] += len(rows)
    for dataset, day in newest.items():
        now = [
            r for r in rows if (about[r["origin_id"]]["dataset"], about[r["origin_id"]]["retrieved"]) == (dataset, day)
        ]
        drawn = table in DRAWN
        before = _stated(table, now, catalog, day) if drawn else catalog.table(table, day, dataset).rows()
        if not drawn and len(before) >= MANY and 2 * len(now) < len(before) and not fewer:
            raise SourceError(
                f"{dataset} has {len(now):,} rows of {table} where it had {len(before):,}",
                "at least half of them, or your word that so many went",
                f"nomoat update {source.name} --accept-fewer",
            )
        moved = difference(table, before, now)
        counts[1] += len(moved.new)
        counts[2] += len(moved.changed)
        counts[3] += len(moved.gone)
        counts[4] += len(moved.renamed)


def _stated(table: str, now: list[dict[str, Any]], catalog: Catalog, day: date) -> list[dict[str, Any]]:
    """What was known by a day of the very things that are said now, whichever data set they were drawn from.

    One board of a publisher alone says nothing of what the others state, and what those stated is not new of it.
    """
    about = {row["origin_id"]: row["retrieved"] for row in catalog.table("origins", day).rows()}
    keys = KEYS[table]
    wanted = {tuple(row[column] for column in keys) for row in now}
    rows = sorted(catalog.of(table, about).rows(), key=lambda row: about[row["origin_id"]])
    held = {tuple(row[column] for column in keys): row for row in rows}
    return [row for key, row in held.items() if key in wanted]


def _vanished(kept: set[str], about: dict[str, dict[str, Any]], found: Facts, catalog: Catalog, source: Source) -> None:
    """Raise SourceError for tables and columns that went without a word. A table that is let go stays as it was last.

    The publisher's own tables alone are looked at: what licences beside names say of openness moves between boards.
    """
    newest: dict[str, date] = {}
    for key in kept:
        dataset, day = about[key]["dataset"], about[key]["retrieved"]
        newest[dataset] = max(day, newest.get(dataset, day))
    for dataset, day in newest.items():
        keys = {key for key in kept if (about[key]["dataset"], about[key]["retrieved"]) == (dataset, day)}
        for table, columns in TABLES.items():
            if table in {*DRAWN, *BUILT, "origins", "aliases"} or (table == "openness" and ":" in dataset):
                continue
            before = catalog.table(table, as_of=day, dataset=dataset).rows()
            now = [row for row in found.tables.get(table, []) if row["origin_id"] in keys]
            if len(before) < MANY:
                continue
            lost = [] if now else [f"no rows of {table} where it had {len(before):,}"]
            for column in columns if now else ():
                filled = sum(row.get(column) is not None for row in before)
                if 2 * filled > len(before) and all(row.get(column) is None for row in now):
                    lost.append(f"no {column} in any of its {len(now):,} rows of {table} where {filled:,} had one")
            if lost:
                raise SourceError(
                    f"{dataset} has {'; '.join(lost)}",
                    "them, under the names that they had, or your word that they went",
                    f"nomoat update {source.name} --accept-fewer",
                )


def _same_bytes(rows: list[dict[str, Any]], held: dict[str, dict[str, Any]]) -> bool:
    """Whether a data set was made of the bytes that its newest vintage was made of."""
    dataset, day = rows[0]["dataset"], rows[0]["retrieved"]
    earlier = [row for row in held.values() if row["dataset"] == dataset and row["retrieved"] <= day]
    newest = max((row["retrieved"] for row in earlier), default=None)
    known = {(_key(row), row["sha256"]) for row in earlier if row["retrieved"] == newest}
    return {(_key(row), row["sha256"]) for row in rows} <= known


def _key(row: dict[str, Any]) -> str:
    return str(row["origin_id"]).rpartition("@")[0]


def _same_rows(keys: list[str], facts: Facts, catalog: Catalog, held: dict[str, dict[str, Any]]) -> bool:
    """Whether all origins are held, each with the very same rows: dates of a history that were read before."""
    if not set(keys) <= set(held):
        return False
    for table, rows in facts.tables.items():
        if table != "origins" and difference(
            table, catalog.of(table, keys).rows(), [row for row in rows if row["origin_id"] in keys]
        ):
            return False
    return True


def _by_hand(
    table: str, rows: list[dict[str, Any]], about: dict[str, dict[str, Any]], catalog: Catalog, needed: bool
) -> list[dict[str, Any]]:
    """The hand-made lines that no vintage has, such as an organisation that was never met."""
    own = [row for row in rows if about[row["origin_id"]]["dataset"].startswith(BY_HAND)]
    if not own or not needed:
        return []
    return list(difference(table, catalog.table(table).rows(), own).new)  # type: ignore[arg-type]


def _renamed(found: Facts, about: dict[str, dict[str, Any]], held: dict[str, dict[str, Any]], source: Source) -> None:
    """Enter the origins that have rows, each under a name that no vintage has: two copies of a day are two origins.

    Hand-made lines of an update are a data set of their own, beside the shipped one that they add to.
    """
    used = {row["origin_id"] for rows in found.tables.values() for row in rows}
    names: dict[str, str] = {}
    origins = []
    for key in sorted(used):
        row = dict(about[key])
        if row["dataset"].startswith(BY_HAND):
            row["dataset"] = f"{row['dataset']}+{source.name}"
        name, number = key, 1
        while name in held:
            number += 1
            name = f"{key}~{number}"
        names[key] = row["origin_id"] = name
        origins.append(row)
    for table, rows in found.tables.items():
        found.tables[table] = [{**row, "origin_id": names[row["origin_id"]]} for row in rows]
    found.tables["origins"] = origins
