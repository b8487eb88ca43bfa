"""What does the naming of an update know beforehand? Every model and alias that the catalogue holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from nomoat.catalog.aliases import aliases
from nomoat.catalog.store import Catalog
from nomoat.catalog.trust import ordered
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Naming

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
    naming.recall(Facts(tables=tables), about)
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
