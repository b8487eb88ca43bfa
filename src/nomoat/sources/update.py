"""How do publishers' newest bytes become a vintage in the user's store, and what did each of them bring?"""

from __future__ import annotations

import copy
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nomoat.catalog.aliases import aliases
from nomoat.catalog.held import MINTING
from nomoat.catalog.home import store_home
from nomoat.catalog.licences import Licences
from nomoat.catalog.lock import locked
from nomoat.catalog.store import SNAPSHOT, Catalog
from nomoat.errors import InputError, NomoatError, SourceError
from nomoat.sources.curated import FOLDER, Curated
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts
from nomoat.sources.gate import gate
from nomoat.sources.licensed import draw
from nomoat.sources.mended import mend_dates
from nomoat.sources.naming import Named, Naming
from nomoat.sources.news import News, news
from nomoat.sources.recall import recall
from nomoat.sources.source import Source
from nomoat.sources.vintage import sweep, write_vintage
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.web import Web

NEW, SAME, FAILED, ABSENT = "new", "unchanged", "failed", "no file"


class Brought(Noun, frozen=True, kw_only=True):
    """What one source brought; the counts are of rows that were not known.

    `state` is new, unchanged, failed, or no file: of a folder that holds nothing of a source that nobody named.
    """

    source: str
    state: str
    retrieved: date | None = None  # of its newest copy
    rows: int = 0  # read and entered, of the data sets that changed
    new: int = 0
    changed: int = 0
    gone: int = 0
    renamed: int = 0  # rows that say what they said, whose name is joined to another model here
    waiting: int = 0  # names that nobody knows
    left_out: tuple[LeftOut, ...] = ()
    why: str = ""  # of a failure
    next: str = ""  # what to type then


class Updated(Noun, frozen=True, kw_only=True):
    """What an update did: the vintage that it wrote, None where nothing was new or nothing was to be written."""

    schema_version: int = SCHEMA_VERSION
    vintage: str | None
    dry_run: bool
    sources: tuple[Brought, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def failed(self) -> tuple[Brought, ...]:
        """The sources that brought nothing because something went wrong."""
        return tuple(one for one in self.sources if one.state == FAILED)


@dataclass
class Counting(Naming):
    """A `Naming` that counts how many rows asked for each name that led nowhere."""

    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def model(self, raw: str, *, source: str, as_of: date | None = None, released: date | None = None) -> Named | None:
        """As in `Naming`."""
        self.asked[source, raw] += 1
        return super().model(raw, source=source, as_of=as_of, released=released)


def update(
    names: Iterable[str],
    web: Callable[[Path], Web],
    *,
    home: Path | None = None,
    dry_run: bool = False,
    again: bool = False,
    fewer: bool = False,
    sources: Mapping[str, Source] | None = None,
    curated: Path = FOLDER,
    snapshot: Path = SNAPSHOT,
    step: Callable[[str], None] = lambda what: None,
) -> Updated:
    """Fetch sources, read them, and write what is new as one vintage; without names, all that need no key.

    `web` makes the way to the bytes for a folder that keeps them. One source that fails is reported and loses none of
    the others. Bytes that were read before are not read again unless `again` is said; a data set that has less than
    half of its earlier rows is refused unless `fewer` is. With `dry_run` nothing at all is written, copies included.

    Raises UnknownName for a source that there is none, OutputError where the store cannot be written or another
    process is writing it.
    """
    from nomoat.sources.known import SOURCES

    known = SOURCES if sources is None else sources
    asked = list(names)
    chosen = _chosen(asked, known)
    store = store_home(home)
    with _writing(store, dry_run) as keeps, web(keeps) as way:
        catalog = Catalog.open(store, snapshot)
        run = _Run(catalog, way, Path(curated), again=again, fewer=fewer)
        brought = []
        for source in chosen:
            step(source.name)
            met = way.met if isinstance(way, Disk) else -1
            one = run.take(source)
            absent = one.state == FAILED and not asked and isinstance(way, Disk) and way.met == met
            brought.append(msgspec.structs.replace(one, state=ABSENT, why="", next="") if absent else one)
        if all(one.state == ABSENT for one in brought):
            raise InputError(
                "The folder holds no file of any source", "SOURCE/NAME, or files under their publishers' names",
                "nomoat update SOURCE --from FILE",
            )  # fmt: skip
        vintage = None
        if run.facts.tables.get("origins") and not dry_run:
            step("writing")
            vintage = write_vintage(run.facts, run.inputs, store, run.waiting)
    return Updated(vintage=vintage, dry_run=dry_run, sources=tuple(brought))


@contextmanager
def _writing(store: Path, dry_run: bool) -> Iterator[Path]:
    """The folder that copies are kept in: the store, held against a second update, or one that is gone afterwards."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="nomoat-") as folder:
            yield Path(folder)
    else:
        with locked(store, ".updating"):
            sweep(store / "vintages")
            yield store


def _chosen(names: list[str], known: Mapping[str, Source]) -> list[Source]:
    """The sources asked for, in the order in which they are trusted."""
    import os

    from nomoat.errors import UnknownName, nearest

    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise UnknownName(
                f"No source {name!r}", " or ".join(near) or f"one of {', '.join(known)}",
                f"nomoat update {near[0]}" if near else "nomoat update --help",
            )  # fmt: skip
    if names:
        return [source for source in known.values() if source.name in names]
    return [source for source in known.values() if not source.key_name or os.environ.get(source.key_name)]


class _Run:
    """One update on its way: the rows so far, and the names that they taught."""

    def __init__(self, catalog: Catalog, web: Web, curated: Path, *, again: bool, fewer: bool) -> None:
        self.catalog, self.web, self.curated, self.again, self.fewer = catalog, web, curated, again, fewer
        self.facts, self.inputs = Facts(), dict[str, Path]()
        self.waiting: list[tuple[str, str, int, date]] = []
        self.licences = Licences(catalog.table("spellings").rows(), catalog.table("licences").rows())
        self.naming = recall(catalog, Counting())
        self.models = set(catalog.table("models").columns["model_id"])

    def take(self, source: Source) -> Brought:
        """Fetch, read, check and count one source; whatever goes wrong in it is its own failure."""
        try:
            copies = source.fetch(self.web)
            if not copies:
                raise SourceError(f"{source.name} brought no file", "at least one", f"nomoat update {source.name}")
            return self._read(source, copies)
        except NomoatError as error:
            # Connectors name the folder that they keep bytes in; what can be typed is the source's own name.
            named = re.sub(r"^nomoat update [\w.-]+", f"nomoat update {source.name}", error.next)
            again = named or _otherwise(source)
            if again == f"nomoat update {source.name}":
                again = _otherwise(source)
            why = " ".join(f"{error.seen.rstrip('.')}. {error.expected and f'Expected {error.expected}.'}".split())
            why = re.sub(r"https?://[^\s?]+", lambda found: self.web._rooted(found[0]), why)  # what was asked for
            return Brought(source=source.name, state=FAILED, why=why, next=again)
        except Exception as error:
            # A reader that breaks on bytes nobody foresaw must not lose the other sources; its name is what to report.
            why = f"Its reader broke: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
            return Brought(source=source.name, state=FAILED, why=why, next=_otherwise(source))

    def _read(self, source: Source, copies: Sequence[Copy]) -> Brought:
        day = max(copy.retrieved for copy in copies).date()
        if not self.again and self._held(source, copies):
            return Brought(source=source.name, state=SAME, retrieved=day)
        # What a failing reader taught is forgotten with it; the shipped tables of names are shared, never copied.
        naming = copy.deepcopy(self.naming, {id(self.naming.table): self.naming.table})
        naming.asked.clear()
        naming._learnt.clear()  # it counts rows of one gathering, and each source gathers its own
        known_as = {(of, raw) for of, raw, _ in naming.unresolved()}
        self._forget(source, naming)
        hand = Curated(self.curated)
        facts = source.read(copies, hand, naming)
        if not any(rows for table, rows in facts.tables.items() if table != "origins"):
            raise SourceError(f"{source.name} has no rows", "facts", f"nomoat update {source.name}")
        hand.add_organisations(facts)
        facts = gate(facts, self.models)
        mend_dates(facts)
        draw(facts, self.licences)
        found = news(facts, self.catalog, source, again=self.again, fewer=self.fewer)
        left = tuple(one for one in found.facts.left() if one.count)
        if not found.rows:
            return Brought(source=source.name, state=SAME, retrieved=day, left_out=left)
        naming._learnt.clear()
        naming.learn(found.facts)
        waits = [(of, raw) for of, raw, _ in naming.unresolved() if (of, raw) not in known_as]
        self.naming = naming
        self.models |= {row["model_id"] for row in found.facts.tables.get("models", [])}
        self.facts.update(found.facts)
        self.inputs |= {f"{source.name}/{one.path.name}": one.path for one in copies}
        self.waiting += [(of, raw, naming.asked[of, raw] or 1, day) for of, raw in waits]
        return _brought(source, found, day, left, len(waits))

    def _forget(self, source: Source, naming: Counting) -> None:
        """Let a source say again what it said of others' names, which lists enter only where nobody has said it."""
        own = {one.key for one in aliases(self.catalog.home).aliases} if self.catalog.home else set()
        about = {row["origin_id"]: row["dataset"] for row in self.catalog.table("origins").rows()}
        for row in self.catalog.table("aliases").rows():
            dataset, key = about[row["origin_id"]], (row["source"], row["name"])
            if dataset in source.datasets and row["source"] != MINTING.get(dataset) and key not in own:
                naming._written.pop(key, None)

    def _held(self, source: Source, copies: Sequence[Copy]) -> bool:
        """Whether the newest vintage of the source's data sets was made of these very bytes."""
        rows = [row for row in self.catalog.table("origins").rows() if row["dataset"] in source.datasets]
        days: dict[str, date] = {}
        for row in rows:
            days[row["dataset"]] = max(row["retrieved"], days.get(row["dataset"], row["retrieved"]))
        newest = {row["sha256"] for row in rows if row["retrieved"] == days[row["dataset"]]}
        return {one.sha256 for one in copies} <= newest


def _otherwise(source: Source) -> str:
    """What to try where the same command again would fail again: a copy of the publisher's file, got by hand."""
    return f"nomoat update {source.name} --from FILE, with a copy of {source.address}"


def _brought(source: Source, found: News, day: date, left: tuple[LeftOut, ...], waiting: int) -> Brought:
    return Brought(
        source=source.name, state=NEW, retrieved=day, rows=found.rows, new=found.new, changed=found.changed,
        gone=found.gone, renamed=found.renamed, waiting=waiting, left_out=left,
    )  # fmt: skip
