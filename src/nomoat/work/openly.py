"""How open are the models that a plan's endpoints serve, as far as the catalogue knows them?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import UnknownName
from nomoat.work.plan import Plan

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


def openness_of(plan: Plan, as_of: date | None = None, *, catalog: Catalog | None = None) -> dict[str, str | None]:
    """Endpoint -> openness class of its model; None where the name is not resolved, which is no class.

    >>> from nomoat.work.endpoint import Endpoint
    >>> ends = {n: Endpoint(name=n, url="https://a.example/v1", model=m) for n, m in
    ...         (("a", "deepseek/deepseek-r1"), ("b", "my-own-model"))}
    >>> openness_of(Plan(endpoints=ends))
    {'a': 'weights-permissive', 'b': None}
    """
    from nomoat.catalog.openness import openness
    from nomoat.catalog.resolve import resolve
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    found: dict[str, str | None] = {}
    for name, endpoint in plan.endpoints.items():
        meant = resolve(endpoint.model, as_of=as_of, catalog=catalog)
        known = meant.catalogued or (meant.id.split("@")[0].split("#")[0] if meant.id else None)
        try:
            said = openness(known, as_of, catalog=catalog).openness if known else None
        except UnknownName:
            said = None
        found[name] = None if said == "unknown" else said
    return found
