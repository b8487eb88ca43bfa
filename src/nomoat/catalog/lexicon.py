"""What was written down by hand about names: whose a family is, when a line began, what a pointer meant when.

The tables are CSV files in `names/`; their columns are declared here and described in docs/methods/identity.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from nomoat.errors import InputError

FOLDER = Path(__file__).parent / "names"

COLUMNS = {
    "families": ("family", "organisation", "keeps", "tiers", "folds", "chat"),
    "lines": ("line", "since", "snapshots", "preview"),
    "numbering": ("line", "month", "model"),
    "makers": ("spelling", "kind", "organisation"),
    "names": ("source", "name", "from", "to", "id", "because"),
    "pointers": ("name", "from", "id", "because"),
}


@dataclass(frozen=True)
class Family:
    """Names that begin alike and have one maker.

    `keeps` are words that are part of its names though elsewhere they are settings; `tiers` say how it is served;
    `folds` is a word that its main weights carry only sometimes; `chat` one that lists of chat models leave out.
    """

    prefix: str
    organisation: str
    keeps: frozenset[str]
    tiers: frozenset[str]
    folds: str
    chat: str


@dataclass(frozen=True)
class Line:
    """A name under which versions were released: since when, which are known, what its preview was."""

    since: date
    snapshots: tuple[str, ...]
    preview: str


@dataclass(frozen=True)
class Maker:
    """An account or path segment: the organisation behind it, whether it makes models and serves those of others."""

    organisation: str | None
    makes: bool
    serves: bool


@dataclass(frozen=True)
class Target:
    """What a pointer meant from a day on; None where nobody wrote it down.

    `pointer` is then the vendor's own floating name, which still is one and the same name to all who use it.
    """

    since: date
    id: str | None
    because: str
    pointer: str | None = None


@dataclass(frozen=True)
class Meaning:
    """What an outside name means, why, and on which days; a meaning with days holds only for a name used on one."""

    id: str
    because: str
    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether it is the meaning on that day; without a day, only where it has none itself."""
        if self.since is None and self.until is None:
            return True
        return day is not None and (self.since or day) <= day <= (self.until or day)


@dataclass(frozen=True)
class Lexicon:
    """The hand-made tables as one value; `rules_only` is what is left without names and pointers."""

    families: tuple[Family, ...]
    lines: dict[str, Line]
    numbering: dict[str, dict[str, str]]
    makers: dict[str, Maker]
    names: dict[tuple[str, str], Meaning] = field(default_factory=dict)
    pointers: dict[str, tuple[Target, ...]] = field(default_factory=dict)

    def added(self, names: Mapping[tuple[str, str], Meaning]) -> Lexicon:
        """The same with more names, which win over those that are shipped."""
        return replace(self, names={**self.names, **names})

    def rules_only(self) -> Lexicon:
        """The same without the tables of names and pointers."""
        return Lexicon(self.families, self.lines, self.numbering, self.makers)

    @cached_property
    def models(self) -> frozenset[str]:
        """The ids of models that aliases and pointers lead to."""
        ids = [meaning.id for meaning in self.names.values()]
        ids += [target.id for targets in self.pointers.values() for target in targets if target.id]
        return frozenset(id.split("#")[0].split("@")[0] for id in ids)

    def family(self, name: str) -> Family | None:
        """The family that a name belongs to: the longest beginning that ends where a word or number ends.

        `llama-3.1-nemotron` and `llama-3.1-tulu` begin with the model that they were made from, and are not Meta's.
        """
        name = next((maker for maker in ("nemotron", "tulu") if f"-{maker}" in name), name)
        for family in self.families:
            rest = name.removeprefix(family.prefix)
            if len(rest) < len(name) and (not rest or not rest[0].isalpha() or family.prefix[-1] == "-"):
                return family
        return None

    def is_organisation(self, id: str) -> bool:
        """Whether it is an organisation's id of ours, as canonical names begin with one."""
        return id in self._organisations

    @cached_property
    def _organisations(self) -> frozenset[str]:
        makers = (maker.organisation for maker in self.makers.values() if maker.organisation)
        ids = [*self.models, *(target for models in self.numbering.values() for target in models.values())]
        return frozenset([*makers, *(id.split("/")[0] for id in ids if "/" in id)])

    def organisation(self, spelling: str) -> str | None:
        """Our id of an organisation from an account name, a path segment or a slug; None where it is not written down.

        >>> lexicon().organisation("zai-org"), lexicon().organisation("azure")
        ('zhipu', None)
        """
        maker = self.makers.get(spelling.casefold())
        return maker.organisation if maker else None


@cache
def lexicon(folder: Path = FOLDER) -> Lexicon:
    """Return the shipped tables, read once."""
    families = [
        Family(
            row["family"], row["organisation"], frozenset(row["keeps"].split()), frozenset(row["tiers"].split()),
            row["folds"], row["chat"],
        )
        for row in _rows(folder, "families")
    ]  # fmt: skip
    families.sort(key=lambda family: -len(family.prefix))
    numbering: dict[str, dict[str, str]] = {}
    for row in _rows(folder, "numbering"):
        numbering.setdefault(row["line"], {})[row["month"]] = row["model"]
    makers = {
        row["spelling"]: Maker(row["organisation"] or None, row["kind"] != "provider", row["kind"] != "maker")
        for row in _rows(folder, "makers")
    }
    makers |= {family.organisation: Maker(family.organisation, True, False) for family in families} | makers
    pointers: dict[str, tuple[Target, ...]] = {}
    for row in sorted(_rows(folder, "pointers"), key=lambda row: row["from"]):
        own = row["id"].removeprefix("~") if row["id"].startswith("~") else None  # what it meant is not known
        target = Target(_day(row["from"], "pointers"), None if own else row["id"] or None, row["because"], own)
        pointers[row["name"]] = (*pointers.get(row["name"], ()), target)
    return Lexicon(
        families=tuple(families),
        lines={
            row["line"]: Line(_day(row["since"], "lines"), tuple(row["snapshots"].split()), row["preview"])
            for row in _rows(folder, "lines")
        },
        numbering=numbering,
        makers=makers,
        names=_once(folder, "names", lambda row: (row["source"], row["name"])),
        pointers=pointers,
    )


def _once(folder: Path, table: str, key: Callable[[dict[str, str]], tuple[str, str]]) -> dict[tuple[str, str], Meaning]:
    found: dict[tuple[str, str], Meaning] = {}
    for row in _rows(folder, table):
        if key(row) in found:
            raise InputError(f"{table}.csv names {key(row)} twice", "one meaning a name", "remove one of the lines")
        since, until = (_day(row[end], table) if row[end] else None for end in ("from", "to"))
        found[key(row)] = Meaning(row["id"], row["because"], since, until)
    return found


def _rows(folder: Path, table: str) -> Iterator[dict[str, str]]:
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS[table]:
            raise InputError(f"{path.name} has the columns {reader.fieldnames}", ", ".join(COLUMNS[table]))
        for row in reader:
            if None in row or None in row.values():
                raise InputError(f"{path.name}, line {reader.line_num}, has too few or too many cells")
            yield row


def _day(text: str, table: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{table}.csv has the date {text!r}", "YYYY-MM-DD") from None
