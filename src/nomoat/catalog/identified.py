"""What does one outside name mean, as a document: all four levels, how that was found, and by whose word?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.catalog.held import held
from nomoat.catalog.lexicon import lexicon
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.catalog.spelling import clean, spelled
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Levels(Noun, frozen=True, kw_only=True):
    """The id at each level, from the coarsest to the finest; None where the name does not reach it."""

    model: str | None = None  # organisation/model
    version: str | None = None  # organisation/model@version
    variant: str | None = None  # organisation/model@version#effort=high;budget=32k;mode=thinking
    offering: dict[str, str | None] | None = None  # provider, the name there, tier, quantisation


class Identity(Noun, frozen=True, kw_only=True):
    """What a name means: the document of `nomoat models resolve --json`."""

    schema_version: int = SCHEMA_VERSION
    raw: str
    source: str | None
    as_of: date | None
    resolved: bool
    organisation: str | None
    model: str | None  # what the name says, without its maker and date
    model_id: str | None  # the one id of it: that of the catalogue where it has an entry, as in `catalogued`
    version: str | None
    effort: str | None
    budget: str | None
    mode: str | None
    stage: str | None
    quantisation: str | None
    tier: str | None
    id: str | None  # the finest canonical name that is known
    levels: Levels
    method: str  # exact | rule | pointer | unresolved
    confidence: str  # certain | high | medium | low | none
    origin: str  # who says so: you | nomoat; empty where nobody does
    pointer: str | None  # the vendor's floating name, where what it meant is not written down
    catalogued: str | None  # the same as model_id where the catalogue has an entry, and None where it has none
    candidates: tuple[str, ...]
    why: str
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def identify(
    raw: str, *, source: str | None = None, as_of: date | None = None, catalog: Catalog | None = None
) -> Identity:
    """Say what an outside name means, or that it is not known and what it could be; see `resolve`.

    Your own aliases come first. No name raises an error.

    >>> found = identify("azure/eu/o3-2025-04-16", source="litellm")
    >>> found.levels.version, found.levels.offering["provider"]
    ('openai/o3@2025-04-16', 'azure')
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    found = resolve(raw, source=source, as_of=as_of, catalog=catalog)
    said = found.resolved and (found.source or "", clean(raw)) in held(catalog).users(as_of)
    return Identity(
        **{name: getattr(found, name) for name in Resolution.__struct_fields__},
        resolved=found.resolved,
        id=found.id,
        levels=_levels(found),
        origin=("you" if said else "nomoat") if found.resolved else "",
    )


def _levels(found: Resolution) -> Levels:
    if found.model_id is None:
        return Levels()
    return Levels(
        model=found.model_id,
        version=found.version_id if found.version else None,
        variant=found.id if found.effort or found.budget or found.mode else None,
        offering=_offering(found),
    )


def _offering(found: Resolution) -> dict[str, str | None] | None:
    """Who serves it, where the path before the name begins with an account that serves models of others."""
    words = spelled(found.raw)
    first = words.namespaces[0] if words and words.namespaces else ""
    account = lexicon().makers.get(first)
    if account is None or not account.serves:
        return None
    return {"provider": first, "name": found.raw, "tier": found.tier, "quantisation": found.quantisation}
