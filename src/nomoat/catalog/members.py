"""Which models there are, as one row each: what cohorts choose from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nomoat.catalog.trust import Said, ordered, settled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nomoat.catalog.rows import Table


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
    """Resolve the claims of several data sets to one row a model, in the order of trust of `catalog/trust.py`.

    Name, organisation, date and modality are those of the first data set that gives one: dates as Epoch's index uses
    them, since its abilities are plotted against them. Openness is settled by claims.
    """
    about = {row["origin_id"]: row for row in origins.rows()}
    first: dict[str, dict[str, Any]] = {}
    for row in ordered(models.rows(), about):
        kept = first.setdefault(row["model_id"], row)
        for column in ("organisation_id", "released", "modality"):
            if kept[column] is None:
                kept[column] = row[column]
    claims: dict[str, list[Said]] = {}
    for row in ordered(openness.rows(), about):
        claims.setdefault(row["model_id"], []).append((about[row["origin_id"]]["dataset"], row["class"]))
    opened = {key: settled(said)[0] for key, said in claims.items()}
    labels: dict[str, str] = {}
    for row in ordered(distillation.rows(), about):
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
