"""How a publisher's list of models becomes claims about them: name, maker, date and what it is called there."""

from __future__ import annotations

from datetime import date
from typing import Any

from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts
from nomoat.sources.naming import Named, Naming


class Claims:
    """The claims of one data set: a model is spoken of once, under the first of its names there."""

    def __init__(self, facts: Facts, origin_id: str, source: str, curated: Curated, naming: Naming) -> None:
        self.facts, self.origin_id, self.source = facts, origin_id, source
        self._curated, self._naming = curated, naming
        self._told: set[str] = set()

    def enter(
        self,
        raw: str,
        named: Named,
        *,
        name: str,
        maker: str | None,
        released: date | None = None,
        modality: str | None = None,
    ) -> bool:
        """Enter model and alias; return whether anything else may be claimed of the model under this name.

        That is not so for a run setting of a model, such as `...-thinking-10k`, and for its second name.
        """
        self._naming.alias(self.facts, self.origin_id, raw, source=self.source, named=named)
        if named.setting is not None or named.model_id in self._told:
            self.facts.leave(f"names of {self.source}", "a setting or a further name of a model that is there")
            return False
        self._told.add(named.model_id)
        seat = named.model_id.split("/")[0]
        self.facts.add(
            *("models", self.origin_id), model_id=named.model_id, name=name, released=released, modality=modality,
            organisation_id=self._curated.known(seat) or self._curated.organisation(maker, None),
        )  # fmt: skip
        return True

    def license(self, raw: str, named: Named, written: str | None) -> None:
        """Enter under which licence a release is, of every name: the versions of one model differ in it."""
        if written is None:
            return
        cells: dict[str, Any] = {"source": self.source, "name": raw, "model_id": named.model_id}
        self.facts.add("licensing", self.origin_id, version=named.version, written=written, **cells)

    def open(self, named: Named, kind: str, licence: str | None = None) -> None:
        """Enter a class of openness with the licence as it is written."""
        cells: dict[str, Any] = {"model_id": named.model_id, "class": kind, "licence": licence}
        self.facts.add("openness", self.origin_id, **cells)
