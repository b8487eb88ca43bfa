"""Which model of a catalogue holds a version, under whatever name the catalogue has for it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from nomoat.catalog.lexicon import Meaning
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.catalog.spelling import clean
from nomoat.catalog.store import Catalog


class Held:
    """The aliases and versions of one catalogue, as they were known on a day."""

    def __init__(self, catalog: Catalog, as_of: date | None) -> None:
        self._aliases: dict[tuple[str, str], str] = {}
        self.users: dict[tuple[str, str], Meaning] = {}
        for row in catalog.table("aliases", as_of).rows():
            key = row["source"], clean(row["name"])
            meaning = Meaning(row["id"], "alias of the catalogue", row["valid_from"], row["valid_to"])
            if row["method"] == "user":
                self.users[key] = meaning
            elif meaning.holds(as_of):
                self._aliases[key] = row["id"]
        self._versions: dict[str, set[str]] = {}
        self._models: dict[str, set[str]] = {}
        for row in catalog.table("models", as_of).rows():
            # A model's name is read as of its release: "GPT-4o" then meant its first version.
            self._enter(resolve(row["name"], source="epoch", as_of=row["released"]), row["model_id"])
        for row in catalog.table("versions", as_of).rows():
            self._enter(resolve(row["name"], source="epoch"), row["model_id"])

    def _enter(self, found: Resolution, model_id: str) -> None:
        if found.version_id and found.model_id:
            self._versions.setdefault(found.version_id, set()).add(model_id)
            self._models.setdefault(found.model_id, set()).add(model_id)

    def alias(self, source: str | None, raw: str) -> str | None:
        """The id that the catalogue's own alias gives a name of a source."""
        return self._aliases.get((source or "", clean(raw)))

    def model(self, found: Resolution) -> str | None:
        """The one model of the catalogue that holds the version; None where there is none, or more than one.

        A name without a version leads to a model only where the catalogue has one under that model's name.
        """
        held = self._versions.get(found.version_id or "", set())
        if not held and found.version is None:
            held = self._models.get(found.model_id or "", set())
        return next(iter(held)) if len(held) == 1 else None


@lru_cache(maxsize=4)
def held(catalog: Catalog, as_of: date | None) -> Held:
    """Return what a catalogue holds, read once.

    >>> known = held(Catalog.open(), None)
    >>> known.model(resolve("gpt-4-0314", source="arena"))
    'openai/gpt-4-mar-2023'
    """
    return Held(catalog, as_of)
