"""Which models compete, and where the two sides stood on each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import DateError, EmptyCohort
from nomoat.stats.frontier import Frontier, frontier
from nomoat.types import Dated, LeftOut
from nomoat.world.scale import Scale

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Side:
    """One cohort on one scale, its models sorted by name so that exact ties go to the first name.

    names (M,), days (M,) as ordinals, values (M,), sd (M,) with NaN where no interval is known, draws (B, M) or None.
    """

    cohort: str
    names: NDArray[np.object_]
    ids: NDArray[np.object_]
    rows: Ints  # into the scale
    days: Ints
    values: Floats
    sd: Floats
    draws: Floats | None

    @cached_property
    def line(self) -> Frontier:
        """The frontier of the point estimates: one draw."""
        return frontier(self.days, self.values[None, :])

    @cached_property
    def lines(self) -> Frontier | None:
        """The frontiers of all draws; None without uncertainty."""
        return None if self.draws is None else frontier(self.days, self.draws)

    def dated(self, column: int) -> Dated:
        """The model in a column, with its date and score."""
        return Dated(
            model=str(self.names[column]),
            date=date.fromordinal(int(self.days[column])),
            score=float(self.values[column]),
        )


@dataclass(frozen=True, eq=False)
class Contest:
    """Leader against follower on a scale, with what is released after `at` cut away."""

    scale: Scale
    leader: Side
    follower: Side
    at: date
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]


def contest(scale: Scale, leader: str, follower: str, at: date | None = None) -> Contest:
    """Split the models of a scale into two sides and keep what was released by `at` (default: the scale's cut).

    A model that is in neither cohort is counted in `left_out`. Raises EmptyCohort when a side has no model with a
    score and a date, DateError when `at` lies after the cut.
    """
    from nomoat.catalog.cohort import parse

    day = at or scale.cut
    if day > scale.cut:
        raise DateError(
            f"{day} is after {scale.cut}, the last day that {scale.name} speaks of",
            f"a date up to {scale.cut}",
            f"--at {scale.cut}",
        )
    chosen = {text: parse(text).select(scale.members) for text in (leader, follower)}
    released = scale.days <= day.toordinal()
    sides = []
    for role, text in (("leader", leader), ("follower", follower)):
        keep = chosen[text] & released
        if not keep.any():
            some = int(chosen[text].sum())
            lost = "; ".join(f"{x.count} {x.what} left out: {x.why}" for x in scale.left_out[:1])
            raise EmptyCohort(
                f"The {role} cohort {text!r} has no model with a score on {scale.name} released by {day}"
                + (f" ({some} later)" if some else f" ({lost})" if lost else ""),
                "a cohort with at least one model",
                "nomoat models" if not some else f"a later --at, up to {scale.cut}",
            )
        rows = np.flatnonzero(keep)
        rows = rows[np.argsort(scale.names[rows].astype(str), kind="stable")]
        draws = None if scale.draws is None else scale.draws[:, rows]
        sides.append(
            Side(
                text,
                scale.names[rows],
                scale.members.model_id[rows],
                rows,
                scale.days[rows],
                scale.values[rows],
                scale.sd[rows],
                draws,
            )
        )
    left, warnings = list(scale.left_out), []
    neither = released & ~chosen[leader] & ~chosen[follower]
    unknown = neither & (scale.members.openness == "unknown")
    if unknown.any():
        why = "their openness is unknown, which is neither open nor closed"
        left.append(LeftOut(what="models of unknown openness", count=int(unknown.sum()), why=why))
    if (neither & ~unknown).any():
        why = f"they are neither in {leader!r} nor in {follower!r}"
        left.append(LeftOut(what="models in neither cohort", count=int((neither & ~unknown).sum()), why=why))
    if (~released).any():
        why = f"they were released after {day}"
        left.append(LeftOut(what="later models", count=int((~released).sum()), why=why))
    both = int((chosen[leader] & chosen[follower] & released).sum())
    if both:
        warnings.append(f"{both} models are in both cohorts: a record of theirs counts as matched on its own day.")
    return Contest(scale, sides[0], sides[1], day, tuple(left), tuple(warnings))
