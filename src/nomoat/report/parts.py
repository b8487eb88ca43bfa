"""What is a report made of: which results, and why one of them may be missing?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nomoat.claims.verdicts import Verdicts
from nomoat.types import (
    Attribution,
    Effort,
    Frontier,
    Gap,
    LeftOut,
    Noun,
    Origin,
    Panel,
    Reconciliation,
)
from nomoat.work.verdict import Verdict
from nomoat.world.adoption import Adoption
from nomoat.world.concentration import Concentration
from nomoat.world.forecast import Forecast
from nomoat.world.passing import Passing
from nomoat.world.priced import Price
from nomoat.world.reconcile_share import ShareReconciliation
from nomoat.world.split import Split


class Parts(Noun, frozen=True, kw_only=True):
    """Computed results; only the gap and its frontier must be there.

    `missing` says for the name of an absent part why the data cannot give it: the page prints that in its place.
    """

    gap: Gap
    frontier: Frontier
    panel: Panel | None = None
    domains: Panel | None = None
    organisations: Attribution | None = None
    countries: Attribution | None = None
    effort: Effort | None = None
    rivals: Frontier | None = None  # two countries' open models against each other
    rivalry: Gap | None = None
    adoption: Adoption | None = None  # open and closed shares of use
    split: Split | None = None  # the same week in three units
    concentration: Concentration | None = None  # how few have most of it
    price: Price | None = None
    forecast: Forecast | None = None
    passing: Passing | None = None  # of a level by the open share of tokens
    reconciled: tuple[Reconciliation, ...] = ()
    quoted: tuple[ShareReconciliation, ...] = ()  # shares and counts that people quote, the first with its way to ours
    verdicts: Verdicts | None = None  # of the statements in the ledger
    work: Verdict | None = None  # of the reader's own traffic, where it was asked for
    own: Gap | None = None  # on the reader's own use cases
    missing: Mapping[str, str] = {}

    def results(self) -> dict[str, Any]:
        """The results that are there, by name."""
        found = {
            name: getattr(self, name)
            for name in self.__struct_fields__
            if name not in ("reconciled", "quoted", "missing")
        }
        found |= {f"reconciled-{number}": one for number, one in enumerate(self.reconciled, start=1)}
        found |= {f"quoted-{number}": one for number, one in enumerate(self.quoted, start=1)}
        return {name: result for name, result in found.items() if result is not None}

    def origins(self, besides: str = "") -> tuple[Origin, ...]:
        """Every origin of every result, or of all but one, each once, by publisher and title."""
        results = (result for name, result in self.results().items() if name != besides)
        found = {origin.id: origin for result in results for origin in result.origins}
        return tuple(sorted(found.values(), key=lambda o: (o.publisher.casefold(), o.title, o.retrieved, o.id)))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Everything that some result did not use, once."""
        found = {(item.what, item.count, item.why): item for r in self.results().values() for item in r.left_out}
        return tuple(found.values())
