"""How open is a model: what each publisher claims, which claim counts, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.catalog.licences import Licences, speller
from nomoat.catalog.licensing import Release, licensing
from nomoat.catalog.resolve import resolve
from nomoat.catalog.trust import OPEN_SOURCE, UNKNOWN, ordered, settled, side
from nomoat.errors import UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Claim(Noun, frozen=True, kw_only=True):
    """What one data set says of one model; `licence` as it is written there, `licence_id` what those words mean."""

    openness: str
    licence: str | None
    licence_id: str | None
    dataset: str
    publisher: str
    retrieved: date
    origin: str


class Component(Noun, frozen=True, kw_only=True):
    """What an index says of one part of a release, such as its training data: open, partial or closed."""

    component: str
    open: str | None
    licence: str | None
    dataset: str
    origin: str


class Openness(Noun, frozen=True, kw_only=True):
    """The openness of one model, and how it was settled; claims in the order of trust, the winner's place in it."""

    schema_version: int = SCHEMA_VERSION
    model: str
    id: str
    openness: str
    reason: str
    winner: int | None
    claims: tuple[Claim, ...]
    components: tuple[Component, ...] = ()
    releases: tuple[Release, ...] = ()  # the licence of each version, as sources state it
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...]


class Disagreements(Noun, frozen=True, kw_only=True):
    """Models on which publishers differ; `sides` those where one says open and another closed."""

    schema_version: int = SCHEMA_VERSION
    as_of: date
    models: int  # with two claims or more
    sides: int
    rows: tuple[Openness, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def openness(model: str, as_of: date | None = None, *, catalog: Catalog | None = None) -> Openness:
    """Say how open a model is, with every claim, which one counts and why.

    `model` is its id or its name, in any case, or an outside name that leads to it. Raises UnknownName with the nearest
    names.

    >>> found = openness("deepseek/deepseek-r1")
    >>> found.openness, found.claims[found.winner].publisher
    ('weights-permissive', 'Epoch AI')
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    named = {str(name): str(key) for name, key in zip(members.name, members.model_id, strict=True)}
    model_id = model if model in members.index else named.get(model) or _named(model, named, catalog, as_of)
    if model_id not in members.index:
        raise UnknownName.of("model", model, [*members.index, *named], "nomoat models")
    claims = _claims(catalog, as_of).get(model_id, ())
    datasets = {row["origin_id"]: row["dataset"] for row in catalog.table("origins").rows()}
    parts = tuple(
        Component(
            component=row["component"], open=row["open"], licence=row["licence"], dataset=datasets[row["origin_id"]],
            origin=row["origin_id"],
        )
        for row in catalog.table("components", as_of).rows()
        if row["model_id"] == model_id
    )  # fmt: skip
    releases = licensing([model_id], as_of, catalog=catalog).releases
    return _openness(catalog, model_id, str(members.name[members.index[model_id]]), claims, parts, releases)


def _named(text: str, named: dict[str, str], catalog: Catalog, as_of: date | None) -> str | None:
    """The one model whose name differs in case alone, else what the name means; None where that is open."""
    alike = {key for name, key in named.items() if name.casefold() == text.casefold()}
    return alike.pop() if len(alike) == 1 else resolve(text, as_of=as_of, catalog=catalog).catalogued


def disagreements(as_of: date | None = None, *, catalog: Catalog | None = None) -> Disagreements:
    """List the models of which publishers claim different classes, those first where one says open, another closed.

    A claim that says only open, or only closed, agrees with every class of its side; unknown disagrees with nothing;
    open source agrees with weights under a permissive licence, being these with data and code.

    >>> found = disagreements()
    >>> all(len({claim.openness for claim in row.claims}) > 1 for row in found.rows)
    True
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    every = _claims(catalog, as_of)
    rows: list[tuple[bool, str, Openness]] = []
    for model_id, claims in every.items():
        across = len({side(claim.openness) for claim in claims} - {None}) > 1
        if across or _differ(claim.openness for claim in claims):
            name = str(members.name[members.index[model_id]])
            rows.append((not across, model_id, _openness(catalog, model_id, name, claims, ())))
    several = sum(len({claim.dataset for claim in claims}) > 1 for claims in every.values())
    left = LeftOut(what="models", count=len(every) - several, why="only one list says how open they are")
    found = tuple(row for *_, row in sorted(rows, key=lambda entry: entry[:2]))
    return Disagreements(
        as_of=catalog.vintage("openness", as_of),
        models=several,
        sides=sum(not same for same, *_ in rows),
        rows=found,
        left_out=(left,) if left.count else (),
        origins=catalog.origins(claim.origin for row in found for claim in row.claims),
    )


def _openness(
    catalog: Catalog,
    model_id: str,
    name: str,
    claims: Sequence[Claim],
    parts: tuple[Component, ...],
    releases: tuple[Release, ...] = (),
) -> Openness:
    found, winner, why = settled([(claim.dataset, claim.openness) for claim in claims])
    used = [*(one.origin for one in claims), *(one.origin for one in parts), *(one.origin for one in releases)]
    return Openness(
        model=name, id=model_id, openness=found, reason=why, winner=winner, claims=tuple(claims), components=parts,
        releases=releases, origins=catalog.origins(used),
    )  # fmt: skip


def _claims(catalog: Catalog, as_of: date | None) -> dict[str, list[Claim]]:
    """The claims of each model, most trusted first."""
    known = Licences(catalog.table("spellings").rows(), catalog.table("licences").rows())
    about: dict[str, dict[str, Any]] = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    found: dict[str, list[Claim]] = {}
    for row in ordered(catalog.table("openness", as_of).rows(), about):
        origin = about[row["origin_id"]]
        meant = known.of(row["licence"], row["model_id"], source=speller(origin["dataset"]))
        found.setdefault(row["model_id"], []).append(
            Claim(
                openness=row["class"], licence=row["licence"], licence_id=meant.licence_id if meant else None,
                dataset=origin["dataset"], publisher=origin["publisher"], retrieved=origin["retrieved"],
                origin=row["origin_id"],
            )
        )  # fmt: skip
    return found


def _differ(classes: Iterable[str]) -> bool:
    said = {"weights-permissive" if one == OPEN_SOURCE else one for one in classes if one != UNKNOWN}
    return len({one for one in said if not one.endswith("-unspecified")}) > 1
