"""How use by model becomes the share of open and of closed models, with what is unknown in the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from nomoat.sources.facts import Publication

Kind = Literal["open", "closed"]

RULE = (
    "{unit} of models that this catalogue has as {subject}; low: of all, with models of unknown openness and the "
    "publisher's own rest counted as something else; high: with both counted as {subject}"
)


@dataclass(frozen=True)
class Share:
    """A share between two bounds: without and with what is unknown."""

    low: float
    high: float


def classified(counts: Publication) -> Publication:
    """The publisher's counts as the source of open and closed shares: which models are open is this catalogue's word.

    >>> from nomoat.sources.vercel import EXPORT
    >>> classified(EXPORT).evidence, EXPORT.evidence
    ('computed here', 'measured by publisher')
    """
    return replace(
        counts,
        key=f"{counts.key}/classified",
        title=f"{counts.title}; open and closed as this catalogue has them",
        evidence="computed here",
    )


def kind(openness: str | None) -> Kind | None:
    """Return whether a class of openness is open or closed; None for unknown.

    >>> kind("weights-noncommercial"), kind("open-source"), kind("closed-api"), kind("unknown")
    ('open', 'open', 'closed', None)
    """
    if openness is None:
        return None
    if openness.startswith("weights") or openness == "open-source":
        return "open"
    return "closed" if openness.startswith("closed") else None


def split(amounts: Iterable[tuple[str | None, float]], kinds: Mapping[str, Kind], rest: float) -> dict[Kind, Share]:
    """Return the bounds of the open and of the closed share of amounts by model_id.

    An amount without a model, of a model without a kind, and the `rest` that the publisher does not tell apart are in
    neither share at its low bound and in each at its high one: low_open + high_closed = 1. Empty where all is zero.

    >>> found = split([("deepseek/v3", 50), ("openai/gpt-5", 30), (None, 5)], {"deepseek/v3": "open",
    ...     "openai/gpt-5": "closed"}, rest=15)
    >>> found["open"], found["closed"]
    (Share(low=0.5, high=0.7), Share(low=0.3, high=0.5))
    """
    sums: dict[Kind | None, float] = {"open": 0.0, "closed": 0.0, None: float(rest)}
    for model_id, amount in amounts:
        sums[kinds.get(model_id) if model_id is not None else None] += amount
    whole = sum(sums.values())
    if whole <= 0:
        return {}
    sides: tuple[Kind, Kind] = ("open", "closed")
    return {side: Share(sums[side] / whole, min(1.0, (sums[side] + sums[None]) / whole)) for side in sides}


def catalogued() -> dict[str, Kind]:
    """Return the kind of every model that the user's catalogue knows one of."""
    from nomoat.catalog.store import Catalog

    members = Catalog.open().members()
    found = ((str(key), kind(said)) for key, said in zip(members.model_id, members.openness, strict=True))
    return {key: known for key, known in found if known}
