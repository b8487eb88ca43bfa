"""Is the catalogue fit to be used: whole, fresh, licensed, without doublets, impossible figures or dead sources?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from nomoat.catalog.manifest import checked
from nomoat.catalog.store import BY_HAND, DEFAULT_DATASET, Catalog
from nomoat.catalog.tables import TABLES
from nomoat.errors import SnapshotError
from nomoat.sources import doubles, implausible
from nomoat.sources.copies import Slip
from nomoat.sources.finding import NOTICE, WRONG, Finding, Look
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

STALE = 180  # days; the slowest of the sources that are still kept up comes twice a year


class Health(Noun, frozen=True, kw_only=True):
    """What the checks found, what is wrong first; `on` is the day that ages are counted to."""

    schema_version: int = SCHEMA_VERSION
    on: date
    datasets: int
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings for which a command leaves with 1."""
        return tuple(one for one in self.findings if one.severity == WRONG)


def health(*, on: date | None = None, stale: int = STALE, catalog: Catalog | None = None) -> Health:
    """Look through every vintage; `on` is the day that ages are counted to, the newest copy's where none is given.

    What is wrong: damaged vintages, an origin without licence or address, a data set that you keep (or that the gap
    rests on) older than `stale` days, one that lost half of its rows, negative prices, dates beyond their copy. What is
    a notice: older data sets that nobody keeps, doublets, publishers who disagree, downloads that fall, periods that
    were not over, prices that nobody asks, bytes, boards and series that have not changed for long. Every finding about
    rows says what the rows say and which origins they come from.

    >>> found = health()
    >>> found.wrong
    ()
    """
    catalog = catalog or Catalog.open()
    broken = tuple(_whole(catalog))
    if len(broken) > len(catalog.skipped):
        # Tables that cannot be opened cannot be looked through: the damage comes first, and alone.
        why = "a vintage is damaged: drop it, and check again"
        left = (LeftOut(what="checks", count=len(CHECKS), why=why),)
        return Health(on=on or date.min, datasets=0, checks=("damage",), findings=broken, left_out=left)
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    newest: dict[str, date] = {}
    for row in about.values():
        if not row["dataset"].startswith(BY_HAND):
            newest[row["dataset"]] = max(row["retrieved"], newest.get(row["dataset"], row["retrieved"]))
    look = Look(catalog, about, newest, on or max(newest.values()), stale)
    found = [*broken, *(one for check in CHECKS.values() for one in check(look))]
    order = ["damage", *CHECKS]
    found.sort(key=lambda one: (one.severity != WRONG, order.index(one.check), one.dataset, one.subject))
    used = sorted({key for one in found for key in (one.origin, *one.origins) if key in about})
    return Health(
        on=look.on,
        datasets=len(newest),
        checks=tuple(order),
        findings=tuple(found),
        origins=catalog.origins(used),
    )


def _whole(catalog: Catalog) -> Iterator[Finding]:
    for one in catalog.skipped:
        yield Finding(check="damage", severity=WRONG, dataset="", subject=one.vintage, said=one.why, next=one.next)
    for at, (folder, manifest) in enumerate(zip(catalog.folders, catalog.manifests, strict=True)):
        for table in manifest.tables:
            try:
                checked(folder, table, manifest)
            except SnapshotError as error:
                line = f"nomoat sources drop {folder.name}" if at else error.next
                yield Finding(
                    check="damage", severity=WRONG, dataset="", subject=folder.name, said=error.seen, next=line
                )


def _licence(look: Look) -> Iterator[Finding]:
    for key, row in look.about.items():
        missing = [name for name in ("publisher", "title", "licence", "address", "sha256") if not row[name]]
        if missing:
            yield Finding(
                check="licence", severity=WRONG, dataset=row["dataset"], subject=key,
                said=f"its origin has no {', no '.join(missing)}", origin=key,
            )  # fmt: skip


def _fresh(look: Look) -> Iterator[Finding]:
    own = {key for manifest in look.catalog.manifests[1:] for keys in manifest.held.values() for key in keys}
    kept = {look.about[key]["dataset"] for key in own if key in look.about} | set(DEFAULT_DATASET.values())
    for dataset, day in look.newest.items():
        age = (look.on - day).days
        if age > look.stale:
            yield Finding(
                check="freshness", severity=WRONG if dataset in kept else NOTICE, dataset=dataset, subject=dataset,
                said=f"its newest copy, of {day}, is {age} days old", next="nomoat update",
                origins=look.origins(dataset, day),
            )  # fmt: skip


def _schema(look: Look) -> Iterator[Finding]:
    for folder, manifest in zip(look.catalog.folders, look.catalog.manifests, strict=True):
        unknown = sorted(set(manifest.tables) - set(TABLES))
        if unknown:
            yield Finding(
                check="schema", severity=NOTICE, dataset="", subject=folder.name,
                said=f"this nomoat does not know its table {unknown[0]!r} and does not read it",
                next="pip install -U nomoat",
            )  # fmt: skip


def _counts(look: Look) -> Iterator[Finding]:
    """Each data set's table against its own vintage before."""
    for table in TABLES:
        if table == "origins":
            continue
        for dataset, known in look.catalog.held(table).items():
            if len(known) < 2 or dataset.startswith(BY_HAND):
                continue
            before, day = known[-2:]
            was, now = (len(look.catalog.table(table, one, dataset)) for one in (before, day))
            if now < 0.9 * was:
                yield Finding(
                    check="counts", severity=WRONG if 2 * now < was else NOTICE, dataset=dataset, subject=table,
                    said=f"{now:,} rows of {table} on {day}, {was:,} on {before}",
                    origins=(*look.origins(dataset, day), *look.origins(dataset, before)),
                )  # fmt: skip


def _dead(look: Look) -> Iterator[Finding]:
    """Publishers that answer and send the same bytes for long; their copies say when they last did."""
    home = look.catalog.home
    slips = sorted((home / "bytes").glob("*/*.copy")) if home else []
    newest: dict[tuple[str, str], Slip] = {}
    for path in slips:
        try:
            slip = msgspec.json.decode(path.read_bytes(), type=Slip)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            continue
        newest[path.parent.name, path.name.partition("_")[0]] = slip
    for (source, name), slip in newest.items():
        still = (slip.checked - slip.retrieved).days
        if still > look.stale:
            yield Finding(
                check="dead", severity=NOTICE, dataset=source, subject=name,
                said=f"the same bytes from {slip.retrieved.date()} to {slip.checked.date()}, {still} days",
                next=f"nomoat sources {source}",
            )  # fmt: skip
    yield from _still(look)


def _still(look: Look) -> Iterator[Finding]:
    """Boards and series whose copies come fresh and whose newest entry is old: nobody writes them any more."""
    last: dict[tuple[str, str, str], tuple[date, str]] = {}
    for table, name, day in (("ratings", "board", "published"), ("usage", "series", "ends")):
        for row in look.rows(table):
            if row[day]:
                key = look.dataset(row), table, str(row[name])
                last[key] = max((row[day], row["origin_id"]), last.get(key, (row[day], row["origin_id"])))
    for (dataset, table, subject), (newest, origin) in last.items():
        if (look.newest[dataset] - newest).days > look.stale:
            yield Finding(
                check="dead", severity=NOTICE, dataset=dataset, subject=subject, origin=origin,
                said=f"the newest of its {table} is of {newest}, its copy of {look.newest[dataset]}",
            )  # fmt: skip


CHECKS: dict[str, Callable[[Look], Iterable[Finding]]] = {
    "schema": _schema,
    "licence": _licence,
    "freshness": _fresh,
    "counts": _counts,
    "dead": _dead,
    "doublets": doubles.doublets,
    "conflicts": doubles.conflicts,
    "prices": implausible.odd_prices,
    "downloads": implausible.fallen_downloads,
    "periods": implausible.unfinished,
    "dates": implausible.beyond,
    "lineage": implausible.younger_parents,
}
