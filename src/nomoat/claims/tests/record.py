"""How near to the frontier was one model on the day it came out, and how far did it lift its own side?"""

from __future__ import annotations

from collections.abc import Sequence
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
    from nomoat.types import Dated
    from nomoat.world.contest import Contest, Side

Floats = NDArray[np.float64]


@metric("record.points", "ECI points", about="the frontier on a model's first day, less the model", chart="frontier")
def points(ask: Ask, model: str, leader: str = "closed", on: str = "capability") -> Measured:
    """L(r) - ability of the model, r its release; negative when it took the lead."""
    match, column = _found(ask, model, leader, on)
    day = int(match.follower.days[column])

    def apart(line: Frontier, values: Floats) -> Floats:
        return np.asarray(standing(line, day) - values[:, column])

    return _measured(ask, match, column, apart, (_top(match.leader, day),), _typed(ask, match, column, leader, on))


@metric("record.months", "months", about="months since the frontier stood where a new model stands", chart="frontier")
def months(ask: Ask, model: str, leader: str = "closed", on: str = "capability") -> Measured:
    """The model's release less the first day on which the leader frontier reached it; 0 when none had."""
    match, column = _found(ask, model, leader, on)
    day = int(match.follower.days[column])

    def apart(line: Frontier, values: Floats) -> Floats:
        reached, _ = first_reach(line, values[:, column, None])
        return np.asarray(np.maximum(0.0, day - reached[:, 0].astype(float)) / MONTH)

    line = match.leader.line
    reached, index = first_reach(line, match.follower.values[None, column, None])
    first = int(index[0, 0])
    # The leader that stood there first decides; without one, the best leader of the day shows that nobody did.
    rows = [_top(match.leader, day)]
    if int(reached[0, 0]) <= day:
        rows.insert(0, match.leader.dated(int(line.holder[0, first])))
        if first:  # and the last that did not reach it
            rows.append(match.leader.dated(int(line.holder[0, first - 1])))
    return _measured(ask, match, column, apart, rows, _typed(ask, match, column, leader, on))


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

    line = match.follower.line
    largest = 1 + int(np.argmax(np.diff(line.best[0])[: k - 1]))
    held = [int(line.holder[0, mark]) for mark in (k - 1, largest, largest - 1)]
    return _measured(ask, match, column, apart, [match.follower.dated(one) for one in held], "", follower=True)


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


def _top(side: Side, day: int) -> Dated | None:
    """The best of a side on a day."""
    k = int(np.searchsorted(side.line.days, day, side="right")) - 1
    return side.dated(int(side.line.holder[0, k])) if k >= 0 else None


def _measured(
    ask: Ask,
    match: Contest,
    column: int,
    apart: Any,
    rows: Sequence[Dated | None],
    command: str,
    follower: bool = False,
) -> Measured:
    """One number a draw, from the leader's frontier (or the follower's own) and the models' values.

    `rows` are the models that decide it beside the named one.
    """
    line = match.follower.line if follower else match.leader.line
    lines = match.follower.lines if follower else match.leader.lines
    low = high = None
    if lines is not None and match.follower.draws is not None:
        low, high = quantiles(apart(lines, match.follower.draws), match.scale.level)
    one = match.follower.dated(column)
    return Measured(
        value=float(apart(line, match.follower.values[None, :])[0]),
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        at=one.date,
        as_of=match.scale.as_of,
        evidence=tuple(
            Evidence(what=m.model, value=m.score, unit=match.scale.unit, date=m.date)
            for m in dict.fromkeys((one, *rows))
            if m is not None
        ),
        left_out=match.left_out,
        origins=match.scale.origins,
        command=command,
    )
