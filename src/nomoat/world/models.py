"""Which models are there, and what is known of each?"""

from __future__ import annotations

from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import DateError, InputError, UnknownName, nearest
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.dates import other_day, version_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nomoat.catalog.members import Members
    from nomoat.catalog.store import Catalog

GRAMMAR = "=!&|()<>"  # characters that a cohort has; of names only those with a day, such as GPT-4o (Aug 2024)


class Model(Noun, frozen=True, kw_only=True):
    """One model of the catalogue; None where no source says."""

    model: str
    id: str
    organisation: str | None
    country: str | None
    released: date | None
    version_released: date | None  # of the version that was scored, where it is another day than `released`
    openness: str
    ability: float | None  # as Epoch published it, in ECI points
    scores: int  # on benchmarks of Epoch's index


class Models(Noun, frozen=True, kw_only=True):
    """The models that a query selects, the newest first."""

    schema_version: int = SCHEMA_VERSION
    query: str
    means: str | None  # the id that the query was resolved to, where it is in no name and no cohort
    as_of: date
    total: int  # in the catalogue
    models: tuple[Model, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def models(query: str = "", *, as_of: date | None = None, catalog: Catalog | None = None) -> Models:
    """List the models whose name, identity or organisation holds every word of `query`, or that are in a cohort.

    A query with one of `= ! & | ( )`, or that is a word of the cohort grammar such as `open`, is a cohort. What is in
    no name is resolved as `nomoat models resolve` does: a dated spelling leads to its model, and `means` says to which
    version. Undated models come last. `released` is the day that Epoch's index gives, as a rule that of the first
    announcement; `ability` is the rating that Epoch published in the vintage of `as_of`.

    Raises UnknownName where nothing is found, with the nearest names; DateError where nothing was known yet; InputError
    for what has the signs of a cohort and is none.

    >>> found = models("deepseek-r1")
    >>> found.models[0].openness
    'weights-permissive'
    >>> models("open & country=CN & org!=DeepSeek").models[0].country
    'CN'
    >>> dated = models("gpt-4o-2024-08-06")
    >>> dated.means, dated.models[0].model
    ('openai/gpt-4o-aug-2024@2024-08-06', 'GPT-4o (Aug 2024)')
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    if not len(members):
        oldest = min(catalog.vintages("models"))
        raise DateError(f"Nothing was known of models on {as_of}", f"a date from {oldest} on", f"--as-of {oldest}")
    chosen, means = _chosen(query.strip(), members), None
    if not chosen.any():
        chosen, means = _meant(query.strip(), members, catalog, as_of)
    ability, rated = _abilities(catalog, as_of)
    scored, counted = _counts(catalog, as_of)
    known = catalog.table("models", as_of).columns["origin_id"]
    versions = version_days(catalog, as_of)
    rows = np.flatnonzero(chosen).tolist()
    undated = sum(members.released[row] is None for row in rows)
    why = "no source dates them; they stand last, and no frontier has them"
    return Models(
        query=query,
        means=means,
        as_of=catalog.vintage("models", as_of),
        total=len(members),
        models=tuple(
            Model(
                model=str(members.name[row]),
                id=str(members.model_id[row]),
                organisation=members.organisation_name[row],
                country=members.country[row],
                released=members.released[row],
                version_released=other_day(members.released[row], versions.get(members.model_id[row])),
                openness=str(members.openness[row]),
                ability=ability.get(members.model_id[row]),
                scores=scored.get(members.model_id[row], 0),
            )
            for row in sorted(rows, key=lambda row: (_age(members.released[row]), members.name[row]))
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
    except InputError as error:
        no_cohort = error
    words = query.casefold().split()
    columns = zip(members.name, members.model_id, members.organisation_name, strict=True)
    found = np.array([all(word in f"{a} {b} {c}".casefold() for word in words) for a, b, c in columns], dtype=bool)
    if set(query) & set(GRAMMAR) and not found.any() and "#" not in query:
        raise no_cohort
    return found


def _meant(query: str, members: Members, catalog: Catalog, as_of: date | None) -> tuple[NDArray[np.bool_], str]:
    """The one model that an outside spelling leads to, and the id with its version."""
    from nomoat.catalog.resolve import resolve

    found = resolve(query, as_of=as_of, catalog=catalog)
    if found.catalogued not in members.index:
        if found.candidates:
            raise UnknownName(f"No model {query!r}: {found.why}", next=f"nomoat models resolve {quote(query)}")
        raise _nothing(query, members)
    return members.model_id == found.catalogued, found.id or found.catalogued


def _nothing(query: str, members: Members) -> UnknownName:
    near = nearest(query, map(str, members.name))
    expected = f"a name such as {', '.join(map(repr, near))}" if near else "words of a name, or a cohort"
    return UnknownName(f"No model {query!r}", expected, f"nomoat models {quote((near or ['open & country=CN'])[0])}")


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
