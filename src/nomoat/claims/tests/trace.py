"""Had reasoning models shown their raw thinking before?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.claims.measured import INCOMPLETE, Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.world import cited
from nomoat.world.traces import traces

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask


@metric("trace.before", "models", about="models that showed raw thinking before a named one")
def before(ask: Ask, model: str, weights: str = "any") -> Measured:
    """How many models of the table, of open or closed or any weights, had raw traces on an earlier day.

    A lower bound: a model that the table lacks is not counted. Only pages that were there by the day of the knowledge
    asked for count.
    """
    found = traces(as_of=ask.as_of)
    named = next((t for t in found.traces if t.model == model), None)
    if named is None:
        listed = [t.model for t in traces().traces]
        if model in listed:
            raise Untestable(f"nothing was known of the trace of {model} on {ask.as_of}", "a later day")
        raise UnknownName.of("model with a known trace", model, listed)
    if ask.last is not None and named.since > ask.last:
        raise Untestable(f"{model} was not out by {ask.last}", "a later day")
    earlier = [t for t in found.traces if t.since < named.since and t.trace == "raw" and weights in ("any", t.weights)]
    addresses = {o.id.split("#")[1]: o.address for o in found.origins}
    return Measured(
        value=len(earlier),
        low=len(earlier),
        high=float("inf"),
        level=None,
        unit=ask.unit,
        n=len(found.traces),
        spread=INCOMPLETE,
        at=named.since,
        as_of=found.as_of,
        evidence=tuple(
            Evidence(what=f"{t.model}: {t.trace}", date=t.since, address=addresses[t.model]) for t in (*earlier, named)
        ),
        notes=(
            "a count over the models of the table: a model that is not in it does not count",
            *((cited.hindsight(found.as_of),) if found.as_of < cited.WRITTEN else ()),
        ),
        origins=found.origins,
        command=f"nomoat traces --at {named.since}" if ask.as_of is None or ask.as_of >= cited.WRITTEN else "",
    )
