"""Which models are there, and what is known of each?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import DateError, UnknownName, nearest
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nomoat.catalog.members import Members
    from nomoat.catalog.store import Catalog

GRAMMAR = "=!&|()<>"  # characters that a cohort has and a model's name has not


class Model(Noun, frozen=True, kw_only=True):
    """One model of the catalogue; None where no source says."""

    model: str
    id: str
    organisation: str | None
    country: str | None
    released: date | None
    openness: str
    ability: float | None  # as Epoch published it, in ECI points
    scores: int  # on benchmarks of Epoch's index


class Models(Noun, frozen=True, kw_only=True):
    """The models that a query selects, the newest first."""

    schema_version: int = SCHEMA_VERSION
    query: str
    as_of: date
    total: int  # in the catalogue
    models: tuple[Model, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def models(query: str = "", *, as_of: date | None = None, catalog: Catalog | None = None) -> Models:
    """List the models whose name, identity or organisation holds every word of `query`, or that are in a cohort.

    A query with one of `= ! & | ( )`, or that is a word of the cohort grammar such as `open`, is a cohort. Undated
    models come last. `ability` is the rating that Epoch published in the vintage of `as_of`.

    Raises UnknownName where nothing is found, with the nearest names; DateError where nothing was known yet.

    >>> found = models("deepseek-r1")
    >>> found.models[0].openness
    'weights-permissive'
    >>> models("open & country=CN & org!=DeepSeek").models[0].country
    'CN'
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    if not len(members):
        oldest = min(catalog.vintages("models"))
        raise DateError(f"Nothing was known of models on {as_of}", f"a date from {oldest} on", f"--as-of {oldest}")
    chosen = np.flatnonzero(_chosen(query.strip(), members))
    if not len(chosen):
        raise _nothing(query, members)
    ability, rated = _abilities(catalog, as_of)
    scored, counted = _counts(catalog, as_of)
    known = catalog.table("models", as_of).columns["origin_id"]
    undated = int(sum(members.released[row] is None for row in chosen))
    why = "no source dates them; they stand last, and no frontier has them"
    return Models(
        query=query,
        as_of=catalog.vintage("models", as_of),
        total=len(members),
        models=tuple(
            Model(
                model=str(members.name[row]),
                id=str(members.model_id[row]),
                organisation=members.organisation_name[row],
                country=members.country[row],
                released=members.released[row],
                openness=str(members.openness[row]),
                ability=ability.get(members.model_id[row]),
                scores=scored.get(members.model_id[row], 0),
            )
            for row in sorted(chosen, key=lambda row: (_age(members.released[row]), members.name[row]))
        ),
        left_out=(LeftOut(what="models without a date of release", count=undated, why=why),) if undated else (),
        origins=catalog.origins([*known, *rated, *counted]),
    )


def _chosen(query: str, members: Members) -> NDArray[np.bool_]:
    from nomoat.catalog.cohort import parse

    if not query:
        return np.ones(len(members), dtype=bool)
    try:
        return np.asarray(parse(query).select(members), dtype=bool)
    except UnknownName:
        if set(query) & set(GRAMMAR):
            raise
    words = query.casefold().split()
    columns = zip(members.name, members.model_id, members.organisation_name, strict=True)
    return np.array([all(word in f"{a} {b} {c}".casefold() for word in words) for a, b, c in columns], dtype=bool)


def _nothing(query: str, members: Members) -> UnknownName:
    near = nearest(query, map(str, members.name))
    expected = f"a name such as {', '.join(map(repr, near))}" if near else "words of a name, or a cohort"
    return UnknownName(f"No model {query!r}", expected, f"nomoat models {(near or ['open & country=CN'])[0]!r}")


def _abilities(catalog: Catalog, as_of: date | None) -> tuple[dict[str, float], list[str]]:
    table = catalog.table("ratings", as_of, dataset="epoch-eci").columns
    best: dict[str, float] = {}
    for model, rating in zip(table["model_id"], table["rating"], strict=True):
        if model is not None:
            best[model] = max(float(rating), best.get(model, float(rating)))
    return best, table["origin_id"].tolist()


def _counts(catalog: Catalog, as_of: date | None) -> tuple[dict[str, int], list[str]]:
    table = catalog.table("scores", as_of).columns
    names, counts = np.unique(table["model_id"].astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True)), table["origin_id"].tolist()


def _age(released: Any) -> int:
    return -released.toordinal() if released is not None else 0
