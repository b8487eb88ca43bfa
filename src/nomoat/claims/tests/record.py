"""How near to the frontier was one model on the day it came out, and how far did it lift its own side?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.stats.frontier import Frontier, first_reach, standing
from nomoat.types import MONTH
from nomoat.world.rule import quantiles

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.world.contest import Contest

Floats = NDArray[np.float64]


@metric("record.points", "ECI points", about="the frontier on a model's first day, less the model", chart="frontier")
def points(ask: Ask, model: str, leader: str = "closed", on: str = "capability") -> Measured:
    """L(r) - ability of the model, r its release; negative when it took the lead."""
    match, column = _found(ask, model, leader, on)
    day = int(match.follower.days[column])

    def apart(line: Frontier, values: Floats) -> Floats:
        return np.asarray(standing(line, day) - values[:, column])

    return _measured(ask, match, column, apart, _typed(ask, match, column, leader, on))


@metric("record.months", "months", about="months since the frontier stood where a new model stands", chart="frontier")
def months(ask: Ask, model: str, leader: str = "closed", on: str = "capability") -> Measured:
    """The model's release less the first day on which the leader frontier reached it; 0 when none had."""
    match, column = _found(ask, model, leader, on)
    day = int(match.follower.days[column])

    def apart(line: Frontier, values: Floats) -> Floats:
        reached, _ = first_reach(line, values[:, column, None])
        return np.asarray(np.maximum(0.0, day - reached[:, 0].astype(float)) / MONTH)

    return _measured(ask, match, column, apart, _typed(ask, match, column, leader, on))


@metric(
    "record.rise", "ECI points", about="by how much more a model lifted its cohort than any before it", chart="frontier"
)
def rise(ask: Ask, model: str, cohort: str = "open", on: str = "capability") -> Measured:
    """The rise of the cohort's frontier on the model's day, less the largest rise on any earlier day."""
    match, column = _found(ask, model, cohort, on, cohort)
    day = int(match.follower.days[column])
    k = int(np.searchsorted(match.follower.line.days, day))
    if k < 2:
        raise Untestable(f"{model} is among the first of {cohort}", "at least two earlier days with a release")

    def apart(line: Frontier, values: Floats) -> Floats:
        steps = np.diff(line.best, axis=1)
        return np.asarray(steps[:, k - 1] - steps[:, : k - 1].max(axis=1))

    return _measured(ask, match, column, apart, "", follower=True)


def _typed(ask: Ask, match: Contest, column: int, leader: str, on: str) -> str:
    """The gap between the leader and this one model as it stood on its first day."""
    from nomoat.catalog.terms import quoted

    one = match.follower.dated(column)
    return replace(ask, at=one.date).typed("gap", leader, f"name={quoted(one.model)}", on=on)


def _found(ask: Ask, model: str, leader: str, on: str, follower: str = "all") -> tuple[Contest, int]:
    match = ask.contest(leader, follower, on)
    hits = np.flatnonzero(match.follower.names == model)
    if not len(hits):
        known = sorted(str(name) for name in ask.scale(on).names)
        if model in known:
            raise Untestable(f"{model} was not out by {match.at}, or is not in {follower}", "a later day")
        raise UnknownName.of("model", model, known)
    return match, int(hits[0])


def _measured(ask: Ask, match: Contest, column: int, apart: Any, command: str, follower: bool = False) -> Measured:
    """One number a draw, from the leader's frontier (or the follower's own) and the models' values."""
    line = match.follower.line if follower else match.leader.line
    lines = match.follower.lines if follower else match.leader.lines
    low = high = None
    if lines is not None and match.follower.draws is not None:
        low, high = quantiles(apart(lines, match.follower.draws), match.scale.level)
    one = match.follower.dated(column)
    best = int(np.searchsorted(line.days, int(match.follower.days[column]), side="right")) - 1
    side = match.follower if follower else match.leader
    top = side.dated(int(line.holder[0, best])) if best >= 0 else one
    return Measured(
        value=float(apart(line, match.follower.values[None, :])[0]),
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        at=one.date,
        as_of=match.scale.as_of,
        evidence=tuple(
            Evidence(what=m.model, value=m.score, unit=match.scale.unit, date=m.date) for m in dict.fromkeys((one, top))
        ),
        left_out=match.left_out,
        origins=match.scale.origins,
        command=command,
    )
