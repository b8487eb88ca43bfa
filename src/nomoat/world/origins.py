"""Where do the facts come from, and on which dates was something new known?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.catalog.store import BY_HAND
from nomoat.errors import DateError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

_DAYS = ("published", "released", "period", "observed")  # the columns that say of when a row speaks


class Dataset(Noun, frozen=True, kw_only=True):
    """One data set of a publisher with its vintages: what can be asked for by `as_of`."""

    dataset: str
    publisher: str
    title: str  # of the newest vintage
    licence: str
    oldest: date
    newest: date
    vintages: int
    rows: int  # of the newest vintage, over all tables: this publisher's own, where several are cited in a data set
    newest_fact: date | None = None  # the newest day that its rows speak of; None where none has a day
    age: int = 0  # days from the newest copy to the day that is counted to
    health: str = "fresh"  # fresh | old: beyond `nomoat sources check`'s days | shrunk: less than half of before


class Origins(Noun, frozen=True, kw_only=True):
    """The data sets that a query selects, and every origin in them."""

    schema_version: int = SCHEMA_VERSION
    query: str
    datasets: tuple[Dataset, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...]


def origins(
    query: str = "", *, as_of: date | None = None, on: date | None = None, catalog: Catalog | None = None
) -> Origins:
    """List the data sets whose name, publisher or title holds every word of `query`, as they were on `as_of`.

    Ages are counted to `on`; without it to `as_of`, else to the newest copy of all.

    Raises UnknownName where there is none, DateError where nothing had been retrieved yet.

    >>> [(d.publisher, d.newest.isoformat()) for d in origins("epoch-eci").datasets]
    [('Epoch AI', '2026-08-11')]
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    rows = sorted(catalog.table("origins").rows(), key=lambda row: (row["retrieved"], row["origin_id"]))
    known = [row for row in rows if as_of is None or row["retrieved"] <= as_of]
    if not known:
        oldest = rows[0]["retrieved"]
        raise DateError(f"Nothing was known on {as_of}", f"a date from {oldest} on", f"--as-of {oldest}")
    words = query.casefold().split()
    held = [
        row
        for row in known
        if all(word in f"{row['dataset']} {row['publisher']} {row['title']}".casefold() for word in words)
    ]
    if not held:
        raise UnknownName.of("data set", query, sorted({row["dataset"] for row in known}), "nomoat sources")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in held:
        groups.setdefault((row["publisher"], row["dataset"]), []).append(row)
    counts, facts = _counts(catalog, {row["origin_id"]: str(row["publisher"]) for row in rows}, as_of)
    shrunk = _shrunk(catalog, as_of)
    copied = [row["retrieved"] for row in known if not row["dataset"].startswith(BY_HAND)]
    until = on or as_of or max(copied, default=known[-1]["retrieved"])
    return Origins(
        query=query,
        datasets=tuple(
            _dataset(*key, found, counts.get(key, 0), facts.get(key), until, key[1] in shrunk)
            for key, found in sorted(groups.items())
        ),
        origins=catalog.origins(row["origin_id"] for row in held),
    )


def _counts(
    catalog: Catalog, publishers: dict[str, str], as_of: date | None
) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], date]]:
    """The rows of each publisher in each data set's newest vintage, and the newest day that they speak of."""
    from nomoat.catalog.tables import TABLES

    counts: Counter[tuple[str, str]] = Counter()
    newest: dict[tuple[str, str], date] = {}
    for table in TABLES:
        if table == "origins":
            continue
        dated = [name for name in TABLES[table] if name in _DAYS]
        for dataset in catalog.held(table):
            columns = catalog.table(table, as_of, dataset).columns
            keys = [(publishers[origin], dataset) for origin in columns["origin_id"]]
            counts.update(keys)
            for name in dated:
                for key, day in zip(keys, columns[name], strict=True):
                    if isinstance(day, date) and day > newest.get(key, date.min):
                        newest[key] = day
    return counts, newest


def _shrunk(catalog: Catalog, as_of: date | None) -> set[str]:
    """The data sets that have less than half of the rows of a table that their vintage before had."""
    from nomoat.catalog.tables import TABLES

    found: set[str] = set()
    for table in TABLES:
        for dataset, days in catalog.held(table).items() if table != "origins" else ():
            known = [day for day in days if as_of is None or day <= as_of][-2:]
            if len(known) == 2 and not dataset.startswith(BY_HAND):
                was, now = (len(catalog.table(table, day, dataset)) for day in known)
                found |= {dataset} if 2 * now < was else set()
    return found


def _dataset(
    publisher: str,
    dataset: str,
    rows: list[dict[str, Any]],
    count: int,
    newest_fact: date | None,
    until: date,
    shrunk: bool,
) -> Dataset:
    """One line for all vintages of a data set; `rows` are sorted by date."""
    from nomoat.sources.health import STALE

    days = [row["retrieved"] for row in rows]
    age = (until - days[-1]).days
    old = age > STALE and not dataset.startswith(BY_HAND)
    return Dataset(
        dataset=dataset,
        publisher=publisher,
        title=str(rows[-1]["title"]),
        licence=str(rows[-1]["licence"]),
        oldest=days[0],
        newest=days[-1],
        vintages=len(set(days)),
        rows=count,
        newest_fact=newest_fact,
        age=age,
        health="shrunk" if shrunk else "old" if old else "fresh",
    )
