"""Where do the facts come from, and on which dates was something new known?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import DateError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Dataset(Noun, frozen=True, kw_only=True):
    """One data set of a publisher with its vintages: what can be asked for by `as_of`."""

    dataset: str
    publisher: str
    title: str  # of the newest vintage
    licence: str
    oldest: date
    newest: date
    vintages: int
    rows: int  # of the newest vintage, over all tables


class Origins(Noun, frozen=True, kw_only=True):
    """The data sets that a query selects, and every origin in them."""

    schema_version: int = SCHEMA_VERSION
    query: str
    datasets: tuple[Dataset, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...]


def origins(query: str = "", *, as_of: date | None = None, catalog: Catalog | None = None) -> Origins:
    """List the data sets whose name, publisher or title holds every word of `query`, as they were on `as_of`.

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
    groups: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in held:
        groups.setdefault((row["publisher"], row["dataset"]), []).append(row)
    counts = _counts(catalog, as_of)
    return Origins(
        query=query,
        datasets=tuple(_dataset(*key, found, counts.get(key[1], 0)) for key, found in sorted(groups.items())),
        origins=catalog.origins(row["origin_id"] for row in held),
    )


def _counts(catalog: Catalog, as_of: date | None) -> Counter[str]:
    """The rows of each data set's newest vintage."""
    from nomoat.catalog.tables import TABLES

    counts: Counter[str] = Counter()
    for table in TABLES:
        if table != "origins":
            for dataset in catalog.held(table):
                counts[dataset] += len(catalog.table(table, as_of, dataset))
    return counts


def _dataset(publisher: str, dataset: str, rows: list[dict[str, object]], count: int) -> Dataset:
    """One line for all vintages of a data set; `rows` are sorted by date."""
    days = [row["retrieved"] for row in rows]
    return Dataset(
        dataset=dataset,
        publisher=publisher,
        title=str(rows[-1]["title"]),
        licence=str(rows[-1]["licence"]),
        oldest=days[0],  # type: ignore[arg-type]
        newest=days[-1],  # type: ignore[arg-type]
        vintages=len(set(days)),
        rows=count,
    )
