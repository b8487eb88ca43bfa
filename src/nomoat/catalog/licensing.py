"""Under which licence is each release of a model, by whose word, and what does that licence allow?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Release(Noun, frozen=True, kw_only=True):
    """One release as one source names it, with the licence that it states and what the words mean."""

    model: str
    id: str
    source: str
    name: str
    version: str | None
    licence: str  # as the source writes it
    licence_id: str | None  # None where the words name none, as "other" does of a model that nobody looked up
    openness: str | None
    basis: str | None  # whose words our reading of the licence rests on: text, publisher, secondary, recalled
    since: date
    until: date
    origin: str


class Licensing(Noun, frozen=True, kw_only=True):
    """Releases with their licences, those of one model together."""

    schema_version: int = SCHEMA_VERSION
    as_of: date
    models: int
    several: int  # models whose releases are under licences of more than one class
    releases: tuple[Release, ...]
    bases: dict[str, int]  # of all licences known here, how many rest on whose words
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def licensing(
    models: Collection[str] | None = None, as_of: date | None = None, *, catalog: Catalog | None = None
) -> Licensing:
    """List the releases of models (ids; None for all) with the licence that each source states for each of them.

    A licence is stated for a name: a version, a size, a repository. `since` and `until` are the days of the first and
    the last copy that say so, over all copies known by `as_of`: what is no longer said ends earlier than what is.
    Releases of which no source states a licence are not listed: for closed models most
    boards say "Proprietary", and Epoch states a class and no licence.

    >>> found = licensing(["deepseek/deepseek-v3", "deepseek/deepseek-v3-mar-2025"])
    >>> sorted({(row.id.split("/")[1], row.licence_id) for row in found.releases if row.licence_id})
    [('deepseek-v3', 'deepseek'), ('deepseek-v3-mar-2025', 'mit')]
    """
    from nomoat.catalog.store import BY_HAND, Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    terms = {row["licence_id"]: row for row in catalog.table("licences").rows()}
    wanted = None if models is None else set(models)
    origins = catalog.table("origins").rows()
    about = {row["origin_id"]: row["retrieved"] for row in origins}
    hand = {row["origin_id"] for row in origins if row["dataset"].startswith(BY_HAND)}
    known = [key for key, day in about.items() if as_of is None or day <= as_of or key in hand]
    said: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sorted(catalog.of("licensing", known).rows(), key=lambda row: about[row["origin_id"]]):
        if row["model_id"] in members.index and (wanted is None or row["model_id"] in wanted):
            key = row["source"], row["name"], row["written"]
            earlier = said.get(key, row)["valid_from"]
            said[key] = {**row, "valid_from": min(earlier, row["valid_from"])}
    found = sorted((_release(row, members, terms) for row in said.values()), key=_place)
    classes: dict[str, set[str]] = {}
    for one in found:
        if one.openness and not one.openness.endswith("-unspecified"):
            classes.setdefault(one.id, set()).add(one.openness)
    nameless = sum(one.licence_id is None and one.openness != "closed-unspecified" for one in found)
    why = 'the words name no licence, such as "other" or "Open"'
    return Licensing(
        as_of=catalog.vintage("models", as_of),
        models=len({one.id for one in found}),
        several=sum(len(said) > 1 for said in classes.values()),
        releases=tuple(found),
        bases=dict(sorted(Counter(str(row["basis"]) for row in terms.values()).items())),
        left_out=(LeftOut(what="statements without a licence's name", count=nameless, why=why),) if nameless else (),
        origins=catalog.origins(one.origin for one in found),
    )


def _release(row: dict[str, Any], members: Any, terms: dict[str, dict[str, Any]]) -> Release:
    return Release(
        model=str(members.name[members.index[row["model_id"]]]), id=row["model_id"], source=row["source"],
        name=row["name"], version=row["version"], licence=row["written"], licence_id=row["licence_id"],
        openness=row["class"], basis=terms[row["licence_id"]]["basis"] if row["licence_id"] in terms else None,
        since=row["valid_from"], until=row["valid_to"], origin=row["origin_id"],
    )  # fmt: skip


def _place(one: Release) -> tuple[str, str, str, int, str]:
    """Models by id, then sources and their names; of one name what was said last comes first."""
    return one.id, one.source, one.name, -one.until.toordinal(), one.licence
