"""Is the catalogue fit to be used: whole, fresh, licensed, without doublets, impossible figures or dead sources?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from nomoat.catalog.difference import KEYS, moved
from nomoat.catalog.manifest import checked
from nomoat.catalog.store import BY_HAND, DEFAULT_DATASET, Catalog
from nomoat.catalog.tables import TABLES
from nomoat.catalog.trust import side
from nomoat.errors import SnapshotError
from nomoat.sources.copies import Slip
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

WRONG, NOTICE = "wrong", "notice"
STALE = 180  # days; the slowest of the sources that are still kept up comes twice a year
APART = 60  # days between two publishers' dates of one release: paper, announcement and upload lie up to weeks apart
DEAREST = 2_000.0  # US dollars per million tokens; the dearest list price that was ever asked is 600
CHEAPEST = 1e-4  # the cheapest that is asked for text is 0.01; a price per token in the wrong column is 1e-6 and less
_ONCE = ("models", "openness", "licences", "benchmarks", "devices", "facts", "offerings", "ratings", "repositories")

Row = dict[str, Any]


class Finding(Noun, frozen=True, kw_only=True):
    """One thing that is wrong or worth knowing; a notice is no failure."""

    check: str
    severity: str  # wrong | notice
    dataset: str
    subject: str
    said: str
    next: str = ""
    origin: str = ""
    origins: tuple[str, ...] = ()  # of a conflict: who says the one, and who the other


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
    look = _Look(catalog, about, newest, on or max(newest.values()), stale)
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


class _Look:
    """What every check looks at, read once."""

    def __init__(self, catalog: Catalog, about: dict[str, Row], newest: dict[str, date], on: date, stale: int) -> None:
        self.catalog, self.about, self.newest, self.on, self.stale = catalog, about, newest, on, stale
        self._tables: dict[str, list[Row]] = {}

    def rows(self, table: str) -> list[Row]:
        """The newest rows of a table over all data sets but those written by hand."""
        if table not in self._tables:
            self._tables[table] = [
                row
                for name in self.catalog.held(table)
                if not name.startswith(BY_HAND)
                for row in self.catalog.table(table, None, name).rows()
            ]
        return self._tables[table]

    def dataset(self, row: Row) -> str:
        return str(self.about[row["origin_id"]]["dataset"])

    def origins(self, dataset: str, day: date) -> tuple[str, ...]:
        """The copies of a data set of one day."""
        found = (key for key, row in self.about.items() if (row["dataset"], row["retrieved"]) == (dataset, day))
        return tuple(sorted(found))


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


def _licence(look: _Look) -> Iterator[Finding]:
    for key, row in look.about.items():
        missing = [name for name in ("publisher", "title", "licence", "address", "sha256") if not row[name]]
        if missing:
            yield Finding(
                check="licence", severity=WRONG, dataset=row["dataset"], subject=key,
                said=f"its origin has no {', no '.join(missing)}", origin=key,
            )  # fmt: skip


def _fresh(look: _Look) -> Iterator[Finding]:
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


def _schema(look: _Look) -> Iterator[Finding]:
    for folder, manifest in zip(look.catalog.folders, look.catalog.manifests, strict=True):
        unknown = sorted(set(manifest.tables) - set(TABLES))
        if unknown:
            yield Finding(
                check="schema", severity=NOTICE, dataset="", subject=folder.name,
                said=f"this nomoat does not know its table {unknown[0]!r} and does not read it",
                next="pip install -U nomoat",
            )  # fmt: skip


def _counts(look: _Look) -> Iterator[Finding]:
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


def _dead(look: _Look) -> Iterator[Finding]:
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


def _still(look: _Look) -> Iterator[Finding]:
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


def _doublets(look: _Look) -> Iterator[Finding]:
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


def _namesakes(look: _Look) -> Iterator[Finding]:
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


def _conflicts(look: _Look) -> Iterator[Finding]:
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


def _older(look: _Look) -> Iterator[Finding]:
    """A declared parent that came out after its child: the fields are swapped, or a family's name stands for it."""
    released = look.catalog.members().released
    index = look.catalog.members().index
    for row in look.rows("lineage"):
        child, parent = index.get(row["child_id"]), index.get(row["parent_id"])
        if child is None or parent is None or released[child] is None or released[parent] is None:
            continue
        if released[parent] > released[child]:
            yield Finding(
                check="lineage", severity=NOTICE, dataset=look.dataset(row), subject=row["child_id"],
                said=f"released on {released[child]}, its parent {row['parent_id']} on {released[parent]}",
                next=f"nomoat models {row['child_id']} --json", origin=row["origin_id"],
            )  # fmt: skip


_PRICES = ("input", "output", "cache_read", "cache_write", "batch_input", "batch_output")
_NEVER_ABOVE = (("cache_read", "input"), ("batch_input", "input"), ("batch_output", "output"))


def _prices(look: _Look) -> Iterator[Finding]:
    for row in look.rows("offerings"):
        prices = {name: row[name] for name in _PRICES if row[name] is not None}
        below = [name for name, value in prices.items() if not value >= 0]
        dear = [name for name, value in prices.items() if value > DEAREST]
        cheap = [name for name in ("input", "output") if 0 < prices.get(name, 0) < CHEAPEST]
        turned = [name for name, full in _NEVER_ABOVE if prices.get(name, 0) > prices.get(full, 0) > 0]
        for names, why in (
            (below, ""), (dear, ""), (cheap, ": a price per token?"), (turned, ": more than without the discount"),
        ):  # fmt: skip
            if names:
                yield Finding(
                    check="prices", severity=WRONG if names is below else NOTICE, dataset=look.dataset(row),
                    subject=f"{row['provider']} · {row['name']}", origin=row["origin_id"],
                    said=f"{names[0]} at ${prices[names[0]]:,.6g} per million tokens{why}",
                )  # fmt: skip
                break


def _downloads(look: _Look) -> Iterator[Finding]:
    """All-time downloads can only grow; where they fall, the repository was made anew or the count was corrected."""
    for dataset, known in look.catalog.held("repositories").items():
        for before, day in pairwise(known):
            was = {
                r["repository"]: r["downloads_all"] for r in look.catalog.table("repositories", before, dataset).rows()
            }
            for row in look.catalog.table("repositories", day, dataset).rows():
                then, now = was.get(row["repository"]), row["downloads_all"]
                if then is not None and now is not None and now < then:
                    yield Finding(
                        check="downloads", severity=NOTICE, dataset=dataset, subject=row["repository"],
                        said=f"all-time downloads fell from {then:,.0f} on {before} to {now:,.0f} on {day}",
                        origin=row["origin_id"],
                    )  # fmt: skip


def _partial(look: _Look) -> Iterator[Finding]:
    last: dict[str, Row] = {}
    for row in look.rows("usage"):
        if row["period"] and (row["series"] not in last or row["period"] > last[row["series"]]["period"]):
            last[row["series"]] = row
    for series, row in last.items():
        copied = look.about[row["origin_id"]]["retrieved"]
        if row["partial"] or (row["ends"] and row["ends"] > copied):
            yield Finding(
                check="periods", severity=NOTICE, dataset=look.dataset(row), subject=series,
                said=f"its last {row['grain'] or 'period'}, from {row['period']}, was not over on {copied}",
                origin=row["origin_id"],
            )  # fmt: skip


def _future(look: _Look) -> Iterator[Finding]:
    for row in look.rows("models"):
        copied = look.about[row["origin_id"]]["retrieved"]
        if row["released"] and row["released"] > copied + timedelta(days=366):
            yield Finding(
                check="dates", severity=WRONG, dataset=look.dataset(row), subject=row["model_id"],
                said=f"released on {row['released']}, said a copy of {copied}", origin=row["origin_id"],
            )  # fmt: skip


CHECKS: dict[str, Callable[[_Look], Iterable[Finding]]] = {
    "schema": _schema,
    "licence": _licence,
    "freshness": _fresh,
    "counts": _counts,
    "dead": _dead,
    "doublets": _doublets,
    "conflicts": _conflicts,
    "prices": _prices,
    "downloads": _downloads,
    "periods": _partial,
    "dates": _future,
    "lineage": _older,
}
