"""Which model of a catalogue holds a version, under whatever name the catalogue has for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

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

_TUNED = re.compile(r"-(?:instruct|chat|it)(?=-|$)")
_SIZED = re.compile(r"-[\d.]+b(?:-v0\.\d)?$")


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
    """The aliases and versions of one catalogue, as they were known on a day: from its rows, or entered one by one."""

    def __init__(
        self,
        aliases: Iterable[dict[str, Any]] = (),
        models: Iterable[dict[str, Any]] = (),
        versions: Iterable[dict[str, Any]] = (),
        as_of: date | None = None,
    ) -> None:
        self._aliases: dict[tuple[str, str], str] = {}
        self.users: dict[tuple[str, str], Meaning] = {}
        self._versions: dict[str, set[str]] = {}
        self._models: dict[str, set[str]] = {}
        for row in aliases:
            key = row["source"], clean(row["name"])
            meaning = Meaning(row["id"], "alias of the catalogue", row["valid_from"], row["valid_to"])
            if row["method"] == "user":
                self.users[key] = meaning
            elif meaning.holds(as_of):
                self._aliases[key] = row["id"]
        self._ids: set[str] = set()
        named = list(versions)
        holds: dict[str, list[Resolution]] = {}
        for row in named:
            holds.setdefault(row["model_id"], []).append(resolve(row["name"], source="epoch"))
        for row in models:
            if row["model_id"] in self._ids:
                continue
            self._ids.add(row["model_id"])
            # A model's name is read as of its release, by the first who brought both: "GPT-4o" then meant its first
            # version. Others give the name of a family to a version of it, or another date.
            found = resolve(row["name"], source="epoch", as_of=row["released"])
            if not is_lent(found, holds.get(row["model_id"], ())):
                self.enter(found, row["model_id"])
        self._ids.update(row["version_id"] for row in named)
        for model_id, found_here in holds.items():
            for version in found_here:
                self.enter(version, model_id)

    def say(self, own: Iterable[Alias], as_of: date | None) -> None:
        """Note what the user said that names mean; on the days that it was said of, it wins over all else."""
        for alias in own:
            if alias.meaning().holds(as_of):
                self.users[alias.key] = alias.meaning()
                self._aliases.pop(alias.key, None)
                plain = alias.id.split("#")[0]
                if plain in self._ids:  # an id of the catalogue's own; any other is looked up as a version
                    self._aliases[alias.key] = plain

    @cached_property
    def table(self) -> Lexicon:
        """The shipped tables of names with the user's own."""
        return lexicon().added(self.users) if self.users else lexicon()

    @property
    def ids(self) -> frozenset[str]:
        """The ids of models and versions that the catalogue has."""
        return frozenset(self._ids)

    def enter(self, found: Resolution, model_id: str) -> None:
        """Note that a model of the catalogue holds a version."""
        if found.version_id and found.model_id and (found.model_id not in APART or model_id == found.model_id):
            self._versions.setdefault(found.version_id, set()).add(model_id)
            self._models.setdefault(found.model_id, set()).add(model_id)

    def alias(self, source: str | None, raw: str) -> str | None:
        """The id that the catalogue's own alias gives a name of a source."""
        return self._aliases.get((source or "", clean(raw)))

    def model(self, found: Resolution) -> str | None:
        """The one model of the catalogue that holds the version; None where there is none, or more than one.

        A name without a version leads to a model only where the catalogue has one under that model's name.
        """
        held = self.holders(found)
        return next(iter(held)) if len(held) == 1 else None

    def holders(self, found: Resolution) -> frozenset[str]:
        """The models of the catalogue that may be meant: those of the version, else of a name without one."""
        held = self._versions.get(found.version_id or "", set())
        if not held and found.version is None:
            held = self._models.get(found.model_id or "", set())
        return frozenset(held)

    def plain(self, found: Resolution) -> bool:
        """Whether the catalogue has a model under the plain name, of which no version is known."""
        return found.model_id in self._versions

    def siblings(self, found: Resolution) -> frozenset[str]:
        """The models of the catalogue that hold any version of the model that a name means."""
        return frozenset(self._models.get(found.model_id or "", ()))


@lru_cache(maxsize=4)
def held(catalog: Catalog, as_of: date | None) -> Held:
    """Return what a catalogue holds, read once.

    >>> known = held(Catalog.open(), None)
    >>> known.model(resolve("gpt-4-0314", source="arena"))
    'openai/gpt-4-mar-2023'
    """
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    tables = (catalog.table(name, as_of).rows() for name in ("aliases", "models", "versions"))
    aliases, models, versions = (ordered(rows, about) for rows in tables)
    known = Held(aliases, models, versions, as_of)
    known.say(of_yours(catalog.home).aliases if catalog.home else (), as_of)
    return known
