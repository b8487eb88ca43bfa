"""How many of the models that raised a frontier were distilled from others?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.world.standing import outside

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.types import Origin


@metric("label.distilled", "%", about="share of a frontier's records that are labelled distilled", chart="panel")
def distilled(ask: Ask, cohort: str = "open", since: date | None = None) -> Measured:
    """Labelled distilled over all records of the frontier; low counts unlabelled ones out, high counts them in.

    A label that its maker himself is hardly sure of ("low") counts as none. The labels end on a day: records after it
    are left out, since nobody could have labelled them.
    """
    end = ask.catalog.vintage("distillation", ask.as_of)
    match = ask.contest(cohort, cohort)
    side = match.follower
    sure = {
        row["model_id"]: "yes" if row["distilled"] else "no"
        for row in ask.catalog.table("distillation", ask.as_of).rows()
        if row["distilled"] is not None and row["confidence"] != "low"
    }
    labels = [sure.get(model, "unknown") for model in match.scale.members.model_id[side.rows]]
    begin = since or date.min
    records = [int(side.line.holder[0, k]) for k in np.flatnonzero(side.line.record[0])]
    dated = [(c, date.fromordinal(int(side.days[c]))) for c in records]
    window = [(c, day) for c, day in dated if begin < day <= end]
    if not window:
        raise Untestable(
            f"no record of {cohort} falls between {begin} and the end of the labels, {end}", "newer labels"
        )
    yes, unknown = (sum(labels[c] == word for c, _ in window) for word in ("yes", "unknown"))
    n = len(window)
    return Measured(
        value=None if unknown else 100 * yes / n,
        low=100 * yes / n,
        high=100 * (yes + unknown) / n,
        level=None,
        unit=ask.unit,
        n=n,
        spread="bounds: unlabelled records out, and in",
        at=min(match.at, end),
        as_of=match.scale.as_of,
        evidence=tuple(Evidence(what=f"{side.names[c]}: distilled {labels[c]}", date=day) for c, day in window),
        left_out=outside(match),
        notes=(f"{yes} labelled distilled, {unknown} without a sure label; the labels end on {end}",),
        origins=(*match.scale.origins, *_label_origins(ask)),
    )


def _label_origins(ask: Ask) -> tuple[Origin, ...]:
    return ask.catalog.origins(ask.catalog.table("distillation", ask.as_of).columns["origin_id"])
