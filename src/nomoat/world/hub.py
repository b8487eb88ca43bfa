"""What did each reading of the Hub say, which repositories are one counter, and which are one model?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

DATASET = "huggingface"
TRACKED = ("tracked-models", "tracked-extra-models")  # say which repositories are twins and which were renamed
PARTS = ("own", "twin", "mirror")


@dataclass(frozen=True)
class Reading:
    """The counts of one repository on one day; None where the Hub gave none."""

    day: date
    all_time: int | None
    month: int | None
    likes: int | None


@dataclass(frozen=True)
class Counter:
    """One counter of the Hub through all readings, under the name that its repository has now.

    `model` is what it is rolled up to: a model of the catalogue, or the plainest repository. `part` is own for the
    maker's plainest repository, twin for another of the same account, mirror for one of another account.
    """

    repository: str
    model: str
    part: str
    readings: tuple[Reading, ...]
    created: date | None
    parameters: float | None

    def on(self, day: date) -> Reading | None:
        """The reading of a day."""
        return next((reading for reading in self.readings if reading.day == day), None)

    @property
    def falls(self) -> tuple[date, ...]:
        """The days on which the all-time count stood below the one before: no count of downloads does."""
        counted = [(reading.day, reading.all_time) for reading in self.readings if reading.all_time is not None]
        return tuple(day for (_, earlier), (day, later) in pairwise(counted) if later < earlier)


@dataclass(frozen=True)
class About:
    """What the catalogue knows of a model that counters are rolled up to; None where it says nothing."""

    name: str
    organisation: str | None
    country: str | None
    openness: str | None
    family: str | None
    released: date | None

    def group(self, by: str) -> str | None:
        """Its group in one grouping."""
        return self.name if by == "model" else getattr(self, by)


@dataclass(frozen=True)
class Observed:
    """All readings of the Hub that were known."""

    days: tuple[date, ...]
    counters: tuple[Counter, ...]
    about: dict[str, About] = field(repr=False)
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


class Reads(Noun, frozen=True, kw_only=True):
    """One reading of the Hub: when, how much of it."""

    day: date
    repositories: int
    counted: int  # with an all-time count
    models: int


class Listing(Noun, frozen=True, kw_only=True):
    """The readings that there are, oldest first: between two of them downloads can be counted."""

    schema_version: int = SCHEMA_VERSION
    as_of: date
    readings: tuple[Reads, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def readings(*, as_of: date | None = None, catalog: Catalog | None = None) -> Listing:
    """List the days on which the Hub was read, and how many counters each reading holds.

    Raises InputError where it never was: the shipped snapshot has no counts.
    """
    seen = observed(as_of=as_of, catalog=catalog)
    rows = []
    for day in seen.days:
        there = [c for c in seen.counters if c.on(day) is not None]
        counted = sum(reading.all_time is not None for c in there if (reading := c.on(day)))
        rows.append(
            Reads(day=day, repositories=len(there), counted=counted, models=len({counter.model for counter in there}))
        )
    return Listing(as_of=seen.days[-1], readings=tuple(rows), left_out=seen.left_out, origins=seen.origins)


def none_known(what: str) -> InputError:
    """The refusal where no reading of the Hub holds what was asked for."""
    return InputError(f"No such series in this snapshot ({what})", "readings of the Hub", "nomoat update hub")


def observed(*, at: date | None = None, as_of: date | None = None, catalog: Catalog | None = None) -> Observed:
    """Gather every reading of the Hub, and roll twins and mirrors up to the model whose weights they hold.

    A repository that was renamed is one counter under its present name; read under both on one day it counts once.
    One model are: repositories that resolve to one model of the catalogue; one that the list of tracked models calls a
    format of another; one that was quantised from a single parent. Each keeps a counter of its own, so that a sum over
    a model counts every download once.

    Raises InputError where nothing was read by then.
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    days = [day for day in catalog.held("repositories").get(DATASET, ()) if as_of is None or day <= as_of]
    read = {day: catalog.table("repositories", day, DATASET).rows() for day in days}
    rows = [row for day in days for row in read[day] if at is None or row["observed"] <= at]
    if not rows:
        raise none_known(f"counters of the Hub{f' by {at}' if at else ''}")
    marked = [row for name in TRACKED for row in catalog.table("repositories", as_of, name).rows()]
    lines = catalog.table("lineage", as_of, DATASET).rows()
    names = _Names(rows, marked, lines)
    left: dict[str, int] = {}
    seen: dict[str, dict[date, dict[str, Any]]] = {}
    for row in rows:
        repository = names.now(row["repository"])
        there = seen.setdefault(repository, {})
        if row["observed"] in there:
            left["the same counter under an earlier name"] = left.get("the same counter under an earlier name", 0) + 1
            if row["repository"] != repository:
                continue
        there[row["observed"]] = row
    models = {repository: names.model(repository) for repository in seen}
    about = described(catalog, as_of, set(models.values()), _made(models, seen))
    plainest = _plainest(models)
    counters = tuple(
        Counter(
            repository=repository,
            model=models[repository],
            part=_part(repository, plainest[models[repository]]),
            readings=tuple(
                Reading(day, row["downloads_all"], row["downloads_30d"], row["likes"])
                for day, row in sorted(there.items())
            ),
            created=min((row["created"] for row in there.values() if row["created"]), default=None),
            parameters=next((row["parameters"] for row in there.values() if row["parameters"]), None),
        )
        for repository, there in sorted(seen.items())
    )
    return Observed(
        days=tuple(sorted({row["observed"] for row in rows})),
        counters=counters,
        about=about,
        left_out=tuple(LeftOut(what="readings of repositories", count=n, why=why) for why, n in left.items()),
        origins=catalog.origins(row["origin_id"] for row in rows),
    )


class _Names:
    """Which repository a name means now, and which model's weights a repository holds."""

    def __init__(self, rows: list[dict[str, Any]], marked: list[dict[str, Any]], lines: list[dict[str, Any]]) -> None:
        self.later = {
            row["formerly"]: row["repository"]
            for row in (*marked, *rows)
            if row["formerly"] and row["formerly"] != row["repository"]
        }
        self.ids: dict[str, str] = {
            self.now(row["repository"]): row["model_id"] for row in (*marked, *rows) if row["model_id"]
        }
        self.formats = {self.now(row["repository"]): row["format"] for row in (*marked, *rows) if row["format"]}
        parents: dict[str, list[dict[str, Any]]] = {}
        for line in lines:
            parents.setdefault(line["child_id"], []).append(line)
        self.packed = {
            child: found[0]["parent_id"] or found[0]["parent"]
            for child, found in parents.items()
            if len(found) == 1 and found[0]["relation"] == "quantized"
        }

    def now(self, name: str) -> str:
        """Follow renames; of a ring of them, which says nothing, the first name by letter stands for all."""
        met = {name}
        while (later := self.later.get(name)) is not None:
            if later in met:
                return min(met)
            name = later
            met.add(name)
        return name

    def model(self, repository: str) -> str:
        """The model, or else the plainest repository, whose weights these are."""
        found = self._id(repository)
        met = {found}
        while (base := self.packed.get(found)) is not None and (base := self._id(self.now(base))) not in met:
            found = base
            met.add(found)
        return found

    def _id(self, repository: str) -> str:
        packed = self.formats.get(repository)
        if repository in self.ids or not packed:
            return self.ids.get(repository, repository)
        plain = re.sub(rf"[-_.]{re.escape(packed)}$", "", repository, flags=re.IGNORECASE)
        return self.ids.get(plain, plain)


def described(
    catalog: Catalog, as_of: date | None, models: Iterable[str], made: Mapping[str, date | None] | None = None
) -> dict[str, About]:
    """What the catalogue says of each model; of what it does not know, the account says whose it is.

    `made` dates a model that the catalogue does not: by the day on which its first repository was made.
    """
    from nomoat.catalog.lexicon import lexicon

    known, table = catalog.members(as_of), lexicon()
    seats = {
        identity: (name, country)
        for identity, name, country in zip(
            known.organisation.tolist(), known.organisation_name.tolist(), known.country.tolist(), strict=True
        )
        if identity
    }
    first = made or {}
    found = {}
    for model in models:
        at = known.index.get(model)
        family = table.family(model.split("/")[-1].lower())
        named = family.prefix.rstrip("-") if family else None
        if at is None:
            name, country = seats.get(table.organisation(model.split("/")[0]) or "", (None, None))
            found[model] = About(model, name, country, None, named, first.get(model))
            continue
        opened = known.openness[at]
        found[model] = About(
            name=known.name[at],
            organisation=known.organisation_name[at] or known.organisation[at],
            country=known.country[at],
            openness=None if opened == "unknown" else opened,
            family=named,
            released=known.released[at] or first.get(model),
        )
    return found


def _made(models: dict[str, str], seen: dict[str, dict[date, dict[str, Any]]]) -> dict[str, date | None]:
    """The day on which the first repository of each model was made."""
    first: dict[str, date | None] = {}
    for repository, there in seen.items():
        model = models[repository]
        days = [row["created"] for row in there.values() if row["created"]]
        first[model] = min([*days, *filter(None, [first.get(model)])], default=None)
    return first


def _plainest(models: dict[str, str]) -> dict[str, str]:
    """Of each model's repositories the maker's plainest: of the maker's account where one is, the shortest name."""
    from nomoat.catalog.lexicon import lexicon

    table = lexicon()
    several: dict[str, list[str]] = {}
    for repository, model in models.items():
        several.setdefault(model, []).append(repository)

    def order(model: str, repository: str) -> tuple[bool, int, str]:
        maker = table.organisation(repository.split("/")[0].lower()) or repository.split("/")[0].lower()
        return maker != model.split("/")[0].lower(), len(repository), repository

    return {model: min(names, key=lambda name: order(model, name)) for model, names in several.items()}


def _part(repository: str, plainest: str) -> str:
    if repository == plainest:
        return "own"
    return "twin" if repository.split("/")[0].lower() == plainest.split("/")[0].lower() else "mirror"


def left(counts: dict[tuple[str, str], int]) -> tuple[LeftOut, ...]:
    """What was left out, in a stable order."""
    return tuple(LeftOut(what=what, count=n, why=why) for (what, why), n in sorted(counts.items()) if n)


def sources(origins: Iterable[Origin]) -> str:
    """Publishers with the days of the readings, for a sentence."""
    days = sorted({o.retrieved for o in origins})
    names = ", ".join(dict.fromkeys(o.publisher for o in origins))
    return f"{names}, {days[0]}" + (f" to {days[-1]}" if days[-1] != days[0] else "")
