"""On which day does a model count as released: announced, or out in the version that was scored?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.world.scale import Scale

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

# Who is believed about dates: lists that type them in with a year's error (HELM's Kimi K2 Thinking of 2024) would make
# any earliest date theirs.
_DATED = """
    select models.model_id, models.released, origins.dataset, origins.retrieved
    from models join origins using (origin_id)
    where models.released is not null and ($as_of is null or origins.retrieved <= $as_of)
        and (starts_with(origins.dataset, 'epoch') or origins.dataset in ('models.dev', 'huggingface'))
    order by origins.retrieved
"""
VERSIONS = "epoch-models"  # dates the version that was scored; the index dates the first announcement of the model


def version_days(catalog: Catalog, as_of: date | None = None) -> dict[str, date]:
    """The day on which the version that was scored came out, by model, where Epoch says one.

    >>> from nomoat.catalog.store import Catalog
    >>> version_days(Catalog.open())["openai/o3"]
    datetime.date(2025, 4, 16)
    """
    rows = catalog.table("models", as_of, dataset=VERSIONS).rows()
    return {row["model_id"]: row["released"] for row in rows if row["released"] is not None}


def other_day(released: date | None, version: date | None) -> date | None:
    """The day of the version that was scored, where it is not the model's own; else None.

    >>> other_day(date(2024, 12, 20), date(2025, 4, 16)), other_day(date(2025, 8, 7), date(2025, 8, 7))
    (datetime.date(2025, 4, 16), None)
    """
    return None if version == released else version


def conventions(catalog: Catalog, base: Scale) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """The same models under other conventions of dating, each as (label, ordinals of the days).

    One date moves the answer: o3 is 2024-12-20 by announcement and 2025-04-16 by release. A model that a convention
    does not date keeps the date it has.
    """
    known: dict[str, list[date]] = {}
    for row in catalog.query(_DATED, {"as_of": base.as_of}).rows():
        known.setdefault(row["model_id"], []).append(row["released"])
    ids = base.members.model_id

    def days(chosen: dict[str, date]) -> NDArray[np.int64]:
        moved = [chosen[m].toordinal() if m in chosen else int(day) for m, day in zip(ids, base.days, strict=True)]
        return np.array(moved, dtype=np.int64)

    yield "release of the version that was scored", days(version_days(catalog, base.as_of))
    yield "earliest date any source gives", days({m: min(d) for m, d in known.items()})
    yield "latest date any source gives", days({m: max(d) for m, d in known.items()})


def redated(base: Scale, days: NDArray[np.int64]) -> Scale:
    """The same scale with other release dates."""
    return replace(base, days=days)
