"""Which models there are, as one row each: what cohorts choose from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nomoat.catalog.rows import Table

# Where two data sets speak of one model, the first that has it wins, its "unknown" included: an unknown
# openness is an answer of that publisher and is not filled from elsewhere (types and dates as Epoch's index
# uses them, since its abilities are plotted against them).
TRUST = ("epoch-eci", "epoch-models", "epoch-notable", "epoch-report-2024-11")


@dataclass(frozen=True, eq=False)
class Members:
    """One row a model; object arrays of equal length, None where nothing is known.

    `openness` is a class or 'unknown'; `distilled` is 'yes', 'no' or 'unknown'; `country` is ISO 3166-1 alpha-2.
    """

    model_id: NDArray[Any]
    name: NDArray[Any]
    organisation: NDArray[Any]
    organisation_name: NDArray[Any]
    country: NDArray[Any]
    released: NDArray[Any]
    openness: NDArray[Any]
    distilled: NDArray[Any]
    modality: NDArray[Any]
    index: dict[str, int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.model_id)


def members(models: Table, openness: Table, distillation: Table, organisations: Table, origins: Table) -> Members:
    """Resolve the claims of several data sets to one row a model, by the order of `TRUST`."""
    dataset = dict(zip(origins.columns["origin_id"], origins.columns["dataset"], strict=True))

    def trusted(table: Table) -> list[dict[str, Any]]:
        def rank(row: dict[str, Any]) -> int:
            name = dataset[row["origin_id"]]
            return TRUST.index(name) if name in TRUST else len(TRUST)

        return sorted(table.rows(), key=rank)

    first: dict[str, dict[str, Any]] = {}
    for row in trusted(models):
        kept = first.setdefault(row["model_id"], row)
        for column in ("organisation_id", "released", "modality"):
            if kept[column] is None:
                kept[column] = row[column]
    opened: dict[str, str] = {}
    for row in trusted(openness):
        opened.setdefault(row["model_id"], row["class"])
    labels: dict[str, str] = {}
    for row in trusted(distillation):
        labels.setdefault(row["model_id"], {True: "yes", False: "no"}.get(row["distilled"], "unknown"))
    seats = {row["organisation_id"]: row for row in organisations.rows()}
    rows = [first[key] for key in sorted(first)]
    seat = [seats.get(row["organisation_id"], {}) for row in rows]
    ids = [row["model_id"] for row in rows]
    return Members(
        model_id=_objects(ids),
        name=_objects(row["name"] for row in rows),
        organisation=_objects(row["organisation_id"] for row in rows),
        organisation_name=_objects(row.get("name") for row in seat),
        country=_objects(row.get("country") for row in seat),
        released=_objects(row["released"] for row in rows),
        openness=_objects(opened.get(key, "unknown") for key in ids),
        distilled=_objects(labels.get(key, "unknown") for key in ids),
        modality=_objects(row["modality"] for row in rows),
        index={key: at for at, key in enumerate(ids)},
    )


def _objects(values: Iterable[Any]) -> NDArray[Any]:
    import numpy as np

    listed = list(values)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    array.flags.writeable = False
    return array
