"""What does the naming of an update know beforehand? Every model and alias that the catalogue holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

import msgspec

from nomoat.catalog.aliases import aliases
from nomoat.catalog.lexicon import Lexicon
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.catalog.store import Catalog
from nomoat.catalog.trust import ordered
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming

# The lists whose unknown names become models of their own, and under which publisher their names are read.
MINTING = {"models.dev": "models.dev", "llm-stats-models": "llm-stats", "helm-models": "helm"}
_KEYS = {"models": ("model_id",), "versions": ("version_id",), "aliases": ("source", "name", "id")}

Row = dict[str, Any]
Kind = TypeVar("Kind", bound=Naming)


def recall(catalog: Catalog, naming: Kind) -> Kind:
    """Teach a naming what the catalogue's models are called, as it was when they were entered; return it.

    The most trusted data set comes first, then the newest; a model that only an older vintage has is known too. A model
    that a list of models brought is known by the name that it was made of, not by the title that the list shows: the
    title is that of a family (`Gemma 3 12B` of `google/gemma-3-12b-it`), and a copy of the same bytes would be joined
    to other models than at first. What the user said wins over all else.

    >>> from pathlib import Path
    >>> naming = recall(Catalog.open(Path("nowhere")), Naming())
    >>> naming.model("groq/whisper-large-v3", source="litellm").model_id
    'openai/whisper-large-v3'
    """
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    tables = {table: ordered(_ever(catalog, table, about), about) for table in _KEYS}
    own = aliases(catalog.home).aliases if catalog.home else ()
    ids = {row["model_id"] for row in tables["models"]}
    said = [{"source": a.source, "name": a.name, "id": a.id} for a in own if a.id in ids and a.days == "always"]
    naming.known((alias.key, alias.meaning()) for alias in own)
    _minted(naming, tables, about)
    naming.learn(Facts(tables={**tables, "aliases": [*said, *tables["aliases"]]}))
    naming._learnt.clear()  # it counts rows of one gathering, and each source gathers its own
    return naming


def _ever(catalog: Catalog, table: str, about: dict[str, Row]) -> Iterator[Row]:
    """The rows of all vintages, the newest of each data set that speaks of a thing; read a day at a time."""
    days: dict[date, list[str]] = {}
    for key, origin in about.items():
        days.setdefault(origin["retrieved"], []).append(key)
    seen: set[tuple[Any, ...]] = set()
    for day in sorted(days, reverse=True):
        for row in catalog.of(table, days[day]).rows():
            said = (about[row["origin_id"]]["dataset"], *(row[column] for column in _KEYS[table]))
            if said not in seen:
                seen.add(said)
                yield row


def _minted(naming: Naming, tables: dict[str, list[Row]], about: dict[str, Row]) -> None:
    """Enter the models that lists of models brought, under the names that they were made of."""
    called: dict[tuple[str, str], list[str]] = {}
    for row in tables["aliases"]:
        called.setdefault((row["source"], row["id"]), []).append(row["name"])
    first: dict[str, Row] = {}
    for row in tables["models"]:
        first.setdefault(row["model_id"], row)
    for model_id, row in first.items():
        source = MINTING.get(about[row["origin_id"]]["dataset"])
        if source is not None:
            names = [*called.get((source, model_id), ()), model_id]
            days = row["released"], about[row["origin_id"]]["retrieved"]  # a floating name was read on one of them
            naming._held.enter(_made(model_id, names, source, days, naming.table), model_id)
            naming._ids.add(model_id)


def _made(model_id: str, names: Iterable[str], source: str, days: Iterable[date | None], table: Lexicon) -> Resolution:
    """The reading of a name of which a model's id was made: the id is its model with its version."""
    found = Resolution(raw=model_id)
    for name in names:
        for day in days:
            found = resolve(name, source=source, as_of=day, table=table)
            if model_id in (found.version_id, f"{found.model_id}-{found.version}"):
                return found
    return msgspec.structs.replace(found, model_id=model_id, version=None)
