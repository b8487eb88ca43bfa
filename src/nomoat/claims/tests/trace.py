"""Had reasoning models shown their raw thinking before?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.world import cited
from nomoat.world.traces import traces

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("trace.before", "models", about="models that showed raw thinking before a named one")
def before(ask: Ask, model: str, weights: str = "any") -> Measured:
    """How many models of the table, of open or closed or any weights, had raw traces on an earlier day."""
    ask.hand_made("traces", cited.WRITTEN)
    found = traces()
    named = next((t for t in found.traces if t.model == model), None)
    if named is None:
        raise UnknownName.of("model with a known trace", model, [t.model for t in found.traces])
    if ask.at is not None and named.since > ask.at:
        raise Untestable(f"{model} was not out by {ask.at}", "a later day")
    earlier = [t for t in found.traces if t.since < named.since and t.trace == "raw" and weights in ("any", t.weights)]
    addresses = {o.id.split("#")[1]: o.address for o in found.origins}
    return Measured(
        value=len(earlier),
        low=len(earlier),
        high=len(earlier),
        level=None,
        unit=ask.unit,
        n=len(found.traces),
        spread="a count",
        at=named.since,
        as_of=cited.WRITTEN,
        evidence=tuple(
            Evidence(what=f"{t.model}: {t.trace}", date=t.since, address=addresses[t.model]) for t in (*earlier, named)
        ),
        notes=("a count over the models of the table: a model that is not in it does not count",),
        origins=found.origins,
    )
