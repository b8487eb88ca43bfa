"""Which model of a catalogue holds a version, under whatever name the catalogue has for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from nomoat.catalog.aliases import Alias
from nomoat.catalog.aliases import aliases as of_yours
from nomoat.catalog.lexicon import Lexicon, Meaning, lexicon
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.catalog.spelling import clean
from nomoat.catalog.store import Catalog
from nomoat.catalog.trust import ordered

# Versions that Epoch counts to a model whose weights are others: scores of them are not scores of that model elsewhere.
APART = frozenset({"alibaba/qwen2.5-vl-72b-instruct", "deepseek/deepseek-v3.2-speciale", "google/gemini-exp"})
APART |= {"openai/gpt-5-chat"}

# The lists whose unknown names became models of their own, and under which publisher their names are read.
MINTING = {"models.dev": "models.dev", "llm-stats-models": "llm-stats", "helm-models": "helm"}

# Lists whose titles are names: of Epoch's index, which calls the tuned weights "Llama 3.1-8B".
TITLES = {"epoch-eci", "epoch-models"}

# An undated name means the first release at one publisher and the newest at another. Where the catalogue has dated
# releases under the name and the publisher dates it too, the two must agree: announcement, paper and upload of one
# release lie up to some weeks apart, its next version months. Two plain names are one model whatever the dates (of 22
# such pairs 21 were right), and the dates are a disagreement to be shown.
NEAR = timedelta(days=45)

_TUNED = re.compile(r"-(?:instruct|chat|it)(?=-|$)")
_SIZED = re.compile(r"-[\d.]+b(?:-v0\.\d)?$")

OPEN = {"model_id": None, "method": "unresolved", "confidence": "none"}

Row = Mapping[str, Any]


def is_lent(plain: Resolution, versions: Collection[Resolution]) -> bool:
    """Whether a model goes by the plain name of weights of which it holds the tuned ones alone.

    Epoch's Llama 3.1-8B is scored by Llama-3.1-8B-Instruct: the base weights, which bear the plain name at their
    maker's, are not among its versions, and what others say of them is not said of it.

    >>> is_lent(resolve("Llama 3.1-8B"), [resolve("Llama-3.1-8B-Instruct")])
    True
    >>> is_lent(resolve("Llama 3.1-405B"), [resolve("Llama-3.1-405B"), resolve("Llama-3.1-405B-Instruct")])
    False
    """
    held = {version.model_id for version in versions if version.model_id}
    name = plain.model_id
    if name is None or name in held or not _SIZED.search(name):
        return False
    return any(_TUNED.sub("", version) == name for version in held)


class Held:
    """What the models of one catalogue are called, by what outside names mean: learnt from its rows, in their order."""

    def __init__(self) -> None:
        self.released: dict[str, date] = {}
        self._ids: set[str] = set()
        self._tags: dict[str, str] = {}
        self._versions: dict[str, set[str]] = {}
        self._models: dict[str, set[str]] = {}
        self._calls: dict[str, set[Resolution]] = {}
        self._aliases: dict[tuple[str, str], list[Meaning]] = {}
        self._own: tuple[Alias, ...] = ()

    def learn(self, models: Iterable[Row], versions: Iterable[Row], table: Lexicon | None = None) -> None:
        """Know models and their versions; the first row of a model says what it is called.

        A model's name is read as of its release, by the first who brought both: "GPT-4o" then meant its first version.
        Others give the name of a family to a version of it, or another date.
        """
        named = list(versions)
        holds: dict[str, list[Resolution]] = {}
        for row in named:
            self._tags[row["version_id"]] = row["name"]
            holds.setdefault(row["model_id"], []).append(resolve(row["name"], source="epoch", table=table))
        for row in models:
            known = row["model_id"] in self._ids
            self._ids.add(row["model_id"])
            if row["released"]:
                self.released.setdefault(row["model_id"], row["released"])
            if not known:
                found = resolve(row["name"], source="epoch", as_of=row["released"], table=table)
                if not is_lent(found, holds.get(row["model_id"], ())):
                    self.enter(found, row["model_id"])
        for model_id, found_here in holds.items():
            for version in found_here:
                self.enter(version, model_id)

    def mint(self, found: Resolution, model_id: str, released: date | None = None) -> None:
        """Know a model that was made of a name, by that name and not by the title that a list shows for it."""
        self._ids.add(model_id)
        self.enter(found, model_id)
        if released:
            self.released.setdefault(model_id, released)

    def recall(
        self,
        models: Sequence[Row],
        aliases: Iterable[Row],
        origins: Mapping[str, Row],
        table: Lexicon | None = None,
    ) -> None:
        """Know the models that lists of models brought, under the names that they were made of.

        The title is that of a family (`Gemma 3 12B` of `google/gemma-3-12b-it`), and by it a copy of the same bytes
        would be joined to other models than at first.
        """
        called: dict[tuple[str, str], list[str]] = {}
        for row in aliases:
            called.setdefault((row["source"], row["id"]), []).append(row["name"])
        first: dict[str, Row] = {}
        for row in models:
            first.setdefault(row["model_id"], row)
        for model_id, row in first.items():
            source = MINTING.get(origins[row["origin_id"]]["dataset"])
            if source is not None:
                names = [*called.get((source, model_id), ()), model_id]
                days = row["released"], origins[row["origin_id"]]["retrieved"]  # a floating name was read on one
                self.mint(_made(model_id, names, source, days, table), model_id)

    def write(self, rows: Iterable[Row]) -> None:
        """Know the catalogue's own aliases; of two for one name and day the first counts."""
        for row in rows:
            meaning = Meaning(row["id"], "alias of the catalogue", row["valid_from"], row["valid_to"])
            self._aliases.setdefault((row["source"], clean(row["name"])), []).append(meaning)

    def entitle(self, rows: Iterable[Row]) -> None:
        """Know a list's own titles of its models as names of that publisher, where no other model has the same."""
        titles: dict[str, set[str]] = {}
        for row in rows:
            titles.setdefault(clean(row["name"]), set()).add(row["model_id"])
        for title, ids in titles.items():
            if len(ids) == 1:
                self._aliases.setdefault(("epoch", title), []).append(Meaning(min(ids), "title of the index"))

    def say(self, own: Iterable[Alias]) -> None:
        """Know what the user said that names mean; on the days that it was said of, it wins over all else."""
        self._own = tuple(own)

    def users(self, day: date | None) -> dict[tuple[str, str], Meaning]:
        """The user's own meanings that hold on a day."""
        return {alias.key: alias.meaning() for alias in self._own if alias.meaning().holds(day)}

    def table(self, day: date | None) -> Lexicon:
        """The shipped tables of names with the user's own of a day."""
        own = self.users(day)
        return lexicon().added(own) if own else lexicon()

    def has(self, model_id: str) -> bool:
        """Whether the catalogue has a model of this id."""
        return model_id in self._ids

    @property
    def ids(self) -> frozenset[str]:
        """The ids of models and versions that the catalogue has."""
        return frozenset(self._ids | self._tags.keys())

    def enter(self, found: Resolution, model_id: str) -> None:
        """Note that a model of the catalogue holds a version."""
        if found.version_id and found.model_id and (found.model_id not in APART or model_id == found.model_id):
            self._versions.setdefault(found.version_id, set()).add(model_id)
            self._models.setdefault(found.model_id, set()).add(model_id)
            self._calls.setdefault(model_id, set()).add(found)

    def alias(self, source: str | None, raw: str, day: date | None) -> str | None:
        """The id that the catalogue's own alias gives a name of a source, or the user's where it is one of its ids."""
        key = source or "", clean(raw)
        said = self.users(day).get(key)
        if said:
            plain = said.id.split("#")[0]
            return plain if plain in self._ids or plain in self._tags else None
        return next((one.id for one in self._aliases.get(key, ()) if one.holds(day)), None)

    def id(self, text: str) -> tuple[str, str | None] | None:
        """The model that an id of this catalogue names, and the name of ours that it goes by; None for other text."""
        head, at, tag = text.split("#")[0].partition("@")
        if head not in self._ids:
            return None
        called = self._calls.get(head, set())
        if at and f"{head}@{tag}" in self._tags:
            return head, resolve(self._tags[f"{head}@{tag}"], source="epoch").version_id
        if at:
            return next(((head, one.version_id) for one in called if one.version == tag), None)
        names = {one.version_id for one in called}
        return head, names.pop() if len(names) == 1 else None

    def model(self, found: Resolution) -> str | None:
        """The one model of the catalogue that a name means; None where there is none, or more than one."""
        return self.which(found)[0]

    def which(self, found: Resolution, released: date | None = None) -> tuple[str | None, str]:
        """The model that a name means, or None and the kind of reason.

        A name without a version leads to a model only where the catalogue has one under that model's name, or one
        release of it, about whose date `released`, what the publisher says of this very name, agrees.
        """
        if not found.resolved:
            return None, "no alias or rule leads to a model"
        holders = self.holders(found)
        if len(holders) > 1:
            near = {one for one in holders if released and agree(self.released.get(one), released) is True}
            if len(near) != 1:
                return None, "several dated releases have that name"
            holders = frozenset(near)
        if not holders and found.version:
            free = {one for one in self.siblings(found) if not self._dated_otherwise(one, found.version)}
            said = {one for one in free if _says(found.version, self.released.get(one))}
            holders = frozenset(said) if len(said) == 1 else frozenset()
        if not holders:
            return None, "the model is in none of the lists of models"
        model_id = next(iter(holders))
        dated = found.method == "pointer" or (found.version is None and not self.plain(found))
        days = self.released.get(model_id), None if found.version else self._day(model_id)
        if dated and any(agree(day, released) is False for day in days):
            return None, "its date is not that of the model of that name"
        return model_id, ""

    def place(self, found: Resolution, alias: str | None = None) -> Resolution:
        """The same answer under the catalogue's own id, `alias` where a name has one that is written down.

        What the catalogue does not have keeps the id that a list of models would bring it under, which is never that
        of something else: the base weights of a model that goes by their plain name end in `-base`. A name that means
        any of several models of the catalogue stays open.
        """
        if alias:
            return msgspec.structs.replace(found, model_id=alias.split("@")[0], catalogued=alias.split("@")[0])
        if found.model_id is None:
            return msgspec.structs.replace(found, candidates=self._placed(found.candidates))
        model_id, _ = self.which(found)
        if model_id:
            return msgspec.structs.replace(found, model_id=model_id, catalogued=model_id)
        holders = self.holders(found)
        if len(holders) > 1:
            said = f"{found.why}, and the catalogue has {len(holders)} releases of that name{self._out(holders, found)}"
            return msgspec.structs.replace(found, why=said, candidates=tuple(sorted(holders)), **OPEN)
        plain = found.model_id
        wanted = [plain, *([f"{plain}-{found.version}"] if found.version else [])]
        wanted += [f"{plain}-base"] if _SIZED.search(plain) else []
        free = next((one for one in wanted if one not in self._ids), None)
        if free is None:
            said = f"{found.why}; the catalogue's entry of that name may be another"
            return msgspec.structs.replace(found, why=said, candidates=(plain,), **OPEN)
        return msgspec.structs.replace(found, model_id=free, why=f"{found.why}; the catalogue has no entry of it")

    def holders(self, found: Resolution) -> frozenset[str]:
        """The models of the catalogue that may be meant: those of the version, else of a name without one."""
        held = self._versions.get(found.version_id or "", set())
        if found.version_id in held:  # one list counts to another model what has an entry of its own
            return frozenset([found.version_id])
        if not held and found.version is None:
            held = self._models.get(found.model_id or "", set())
        return frozenset(held)

    def names(self) -> dict[str, frozenset[str]]:
        """The versions that the catalogue holds, `organisation/model@version`, each with the ids of its models."""
        return {name: frozenset(ids) for name, ids in self._versions.items()}

    def plain(self, found: Resolution) -> bool:
        """Whether the catalogue has a model under the plain name, of which no version is known."""
        return found.model_id in self._versions

    def siblings(self, found: Resolution) -> frozenset[str]:
        """The models of the catalogue that hold any version of the model that a name means."""
        return frozenset(self._models.get(found.model_id or "", ()))

    def _out(self, holders: Iterable[str], found: Resolution) -> str:
        """When the releases came out, and which of them were by the day that is asked about."""
        days = {one: self.released[one] for one in holders if one in self.released}
        said = f" ({', '.join(map(str, sorted(days.values())))})" if days else ""
        out = [one for one, day in days.items() if found.as_of and day <= found.as_of]
        if len(out) == 1 < len(days):
            said += f", of which {out[0]} alone was out on {found.as_of}"
        return said

    def _dated_otherwise(self, model_id: str, version: str) -> bool:
        """Whether all names of a model carry versions, and each another one."""
        said = [call.version for call in self._calls.get(model_id, ())]
        return all(one and not (one.startswith(version) or version.startswith(one)) for one in said)

    def _day(self, model_id: str) -> date | None:
        """The day that all dated names of a model carry, which is not always the one that a list gives for it."""
        days = {call.version for call in self._calls.get(model_id, ()) if call.version and len(call.version) == 10}
        return date.fromisoformat(days.pop()) if len(days) == 1 and min(days)[:2] == "20" else None

    def _placed(self, candidates: Iterable[str]) -> tuple[str, ...]:
        """Candidates of the shipped tables under the ids of the catalogue, where it has them."""
        read = [(one, resolve(one, source="nomoat")) for one in candidates]
        return tuple(dict.fromkeys(self.place(found).id or one for one, found in read))


def agree(one: date | None, other: date | None) -> bool | None:
    """Whether two release dates are of one release; None where one is not known.

    >>> agree(date(2024, 5, 13), date(2024, 5, 20)), agree(date(2024, 5, 13), date(2024, 8, 6)), agree(None, None)
    (True, False, None)
    """
    return None if one is None or other is None else abs(one - other) <= NEAR


def _says(version: str, released: date | None) -> bool:
    """Whether a version's date is the very release date of a model."""
    return released is not None and len(version) >= len("2025-01") and str(released).startswith(version)


def _made(
    model_id: str, names: Iterable[str], source: str, days: Iterable[date | None], table: Lexicon | None
) -> Resolution:
    """The reading of a name of which a model's id was made: the id is its model with its version."""
    found = Resolution(raw=model_id)
    for name in names:
        for day in days:
            found = resolve(name, source=source, as_of=day, table=table)
            if model_id in (found.version_id, f"{found.model_id}-{found.version}"):
                return found
    return msgspec.structs.replace(found, model_id=model_id, version=None)


_MOST = 4
_LEARNT: dict[tuple[object, ...], Held] = {}  # by what it was learnt from: catalogues opened twice are read once


@lru_cache(maxsize=_MOST)
def held(catalog: Catalog, vintage: date | None = None) -> Held:
    """Return what a catalogue holds, in its newest vintages or as it was known on a day.

    Reading its names takes half a second, and is done once in a process for equal data and aliases of yours.

    >>> known = held(Catalog.open())
    >>> known.model(resolve("gpt-4-0314", source="arena"))
    'openai/gpt-4-mar-2023'
    >>> known is held(Catalog.open())
    True
    """
    own = of_yours(catalog.home).aliases if catalog.home else ()
    learnt_from = (catalog.key, vintage, own)
    found = _LEARNT.get(learnt_from)
    if found is None:
        found = _learnt(catalog, vintage, own)
        for oldest in list(_LEARNT)[: len(_LEARNT) + 1 - _MOST]:
            _LEARNT.pop(oldest, None)  # another thread may have been there
        _LEARNT[learnt_from] = found
    return found


def _learnt(catalog: Catalog, vintage: date | None, own: Iterable[Alias]) -> Held:
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    tables = (catalog.table(name, vintage).rows() for name in ("aliases", "models", "versions"))
    aliases, models, versions = (ordered(rows, about) for rows in tables)
    known = Held()
    known.recall(models, aliases, about)
    known.learn(models, versions)
    known.write(aliases)
    known.entitle(row for row in models if about[row["origin_id"]]["dataset"] in TITLES)
    known.say(own)
    return known
