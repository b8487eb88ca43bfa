"""When will the follower stand where the leader stands today?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, InputError
from nomoat.stats import prediction
from nomoat.stats.frontier import NEVER, Frontier, first_reach, standing
from nomoat.types import MONTH, SCHEMA_VERSION, Dated, LeftOut, Noun, Origin
from nomoat.world.backtest import Backtest
from nomoat.world.backtest import backtest as look_back
from nomoat.world.contest import Contest, contest
from nomoat.world.expectation import DEFAULT, FEWEST, METHODS, PAST, SILENT, expect
from nomoat.world.rule import point_matches, quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

HORIZONS = (3, 6, 12, 18, 24)  # months


class ChanceBy(Noun, frozen=True, kw_only=True):
    """The probability that it has happened by a date; `low` and `high` are its ends over the draws of abilities."""

    months: float
    date: date
    p: float | None  # None: the past did not last so long
    low: float | None
    high: float | None
    at_least: bool  # the past waits end before this date: `p` is a lower bound


class Outlook(Noun, frozen=True, kw_only=True):
    """What one method expects."""

    method: str
    about: str
    default: bool
    chances: tuple[ChanceBy, ...]
    median: date | None  # the first day with an even chance; None: later than the method can tell
    note: str


class Pace(Noun, frozen=True, kw_only=True):
    """Points a year that a frontier has risen over the last 24 months."""

    cohort: str
    points: float | None  # None: no model of it was out 24 months ago
    low: float | None
    high: float | None


class Forecast(Noun, frozen=True, kw_only=True):
    """By when the follower reaches the leader's best of today: several methods, one of them the default."""

    schema_version: int = SCHEMA_VERSION
    question: str
    leader: str
    follower: str
    scale: str
    unit: str
    method: str
    as_of: date
    at: date
    cut: date
    level: float
    draws: int
    seed: int
    target: Dated
    standing: Dated  # the follower's best
    met: Dated | None  # the follower's first model at or above the target; None: none is
    elapsed: float  # months since the target was released
    reached: float | None  # share of draws in which the follower is there already
    outlooks: tuple[Outlook, ...]
    paces: tuple[Pace, ...]
    meeting: date | None  # where the two paces, carried on, meet; None: they do not within 50 years
    n: dict[str, int]  # records, matched among them, models that settled them
    record: Backtest | None  # how such forecasts did in the past
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def outlook(self) -> Outlook:
        """What the default method expects."""
        return next(o for o in self.outlooks if o.default)

    def cite(self) -> str:
        """One sentence with chance, interval, date, method, record, vintage and origin, ready to be quoted."""
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins))
        target = f"{self.target.model} ({self.target.score:.1f} {self.unit})"
        if self.met is not None:
            return (
                f"As of {self.at}, {self.follower} models have reached {target}, the best of {self.leader}, already: "
                f"{self.met.model} on {self.met.date} (vintage {self.as_of}; nomoat, from {sources})."
            )
        year = next(c for c in self.outlook.chances if c.months == 12)
        chance = "no chance can be given" if year.p is None else f"the chance is {year.p:.0%}"
        if year.p is not None and year.at_least:
            chance = f"the chance is at least {year.p:.0%}"
        if year.low is not None and year.high is not None:
            chance += f" ({self.level:.0%} of {self.draws} draws of abilities: {year.low:.0%} to {year.high:.0%})"
        record = "not looked at" if self.record is None else self.record.sentence(self.outlook.method)
        return (
            f"As of {self.at}, {chance} that {self.follower} models reach {target} by {year.date} "
            f"(method {self.outlook.method}: {self.outlook.about}; record, {record}; vintage {self.as_of}; nomoat, "
            f"from {sources})."
        )


def forecast(
    leader: str | None = None,
    follower: str | None = None,
    *,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    reconstruct: bool = False,
    backtest: bool = True,
    catalog: Catalog | None = None,
) -> Forecast:
    """Say how likely the follower reaches the leader's best of today within 3, 6, 12, 18 and 24 months.

    `waits` (the default): 1 - S(e + h) / S(e), S the Kaplan-Meier curve of the records' times to match, e the months
    that today's record has stood. `pace`: a random walk with the drift of the follower's monthly steps over 24 months.
    `lag`: the wait is one of the 24 month-end lags that were longer than e. Each is averaged over the draws of
    abilities. The forecast comes with its record: the same methods on reconstructed vintages (`world/backtest.py`);
    without `backtest`, `record` is None and the command line does not print it.

    Raises what `gap` raises, InputError where both sides are one cohort and for a device (`fits=24GB`), and EmptyCohort
    where fewer than three records have been matched.

    >>> found = forecast("closed", "open", draws=20, backtest=False)
    >>> found.target.model, found.outlook.method, len(found.outlooks)
    ('GPT-5.6 Sol', 'waits', 3)
    """
    from nomoat.world.scale import scale

    if any("fits" in (side or "") for side in (leader, follower)):
        raise _device(catalog)
    measured = scale(
        on,
        catalog=catalog,
        method=method,
        draws=draws,
        seed=seed,
        level=level,
        as_of=as_of,
        reconstruct=reconstruct,
    )
    match = contest(measured, *measured.sides(leader, follower), at)
    if match.leader.cohort == match.follower.cohort:
        raise InputError(
            f"Leader and follower are both {match.leader.cohort!r}, and nobody catches up with themselves",
            "two cohorts, the leader first", "nomoat forecast closed open",
        )  # fmt: skip
    record = None
    if backtest:
        record = look_back(
            match.leader.cohort,
            match.follower.cohort,
            on=on,
            at=match.at,
            as_of=as_of,
            method=method,
            catalog=catalog,
        )
    return measure(match, seed=seed, record=record)


def _device(catalog: Catalog | None) -> InputError:
    """Why "a device runs today's frontier" has no forecast yet, with what others found of the past."""
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    rows = [r for r in catalog.table("facts").rows() if r["metric"] == "gap-months" and "GPU" in (r["subject"] or "")]
    known = {o.id: o for o in catalog.origins([row["origin_id"] for row in rows])}
    past = [
        f"{known[r['origin_id']].publisher} found {r['low']:g} to {r['high']:g} months from the frontier to one "
        f"consumer GPU in the past ({r['population']}, {r['published']}): a base rate, and no forecast of ours"
        for r in rows
        if r["low"] is not None and r["high"] is not None
    ]
    why = "When a device runs today's frontier is not forecast: which models fit it and how fast they run waits for fit"
    return InputError("; ".join([why, *past[:1]]), "a cohort without a device", "nomoat forecast closed open")


def measure(match: Contest, *, seed: int = 0, record: Backtest | None = None) -> Forecast:
    """The forecast of two sides that have been drawn up already."""
    found = point_matches(match)
    kept = found.record[0]
    matched = kept & ~found.censored[0]
    if int(matched.sum()) < FEWEST:
        raise EmptyCohort(
            f"Only {int(matched.sum())} records of {match.leader.cohort!r} have been matched by {match.at}",
            f"at least {FEWEST}, to learn from how long they took",
            "a wider cohort, or a later --at",
        )
    ahead = np.array(HORIZONS, dtype=float)
    ahead_line, behind_line = match.leader.line, match.follower.line
    top, best = int(ahead_line.holder[0, -1]), int(behind_line.holder[0, -1])
    target, stands = match.leader.dated(top), match.follower.dated(best)
    months = np.arange(1.0, HORIZONS[-1] + 1)
    chances = expect(match, ahead)
    fine = expect(match, months)
    outlooks = tuple(_outlook(name, chances[name], fine[name], ahead, months, match) for name in METHODS)
    there = match.follower.lines, match.leader.lines
    reached = None
    if there[0] is not None and there[1] is not None:
        day = match.at.toordinal()
        reached = float((standing(there[0], day) >= standing(there[1], day)).mean())
    paces, meeting = _paces(match)
    warnings = list(match.warnings)
    few = len(set(found.by[0][matched].tolist()))
    if few < 10:
        warnings.append(f"The waits that were over were ended by {few} models: a few releases decide the forecast.")
    return Forecast(
        question=f"when does {match.follower.cohort} reach {target.model}, the best of {match.leader.cohort} today?",
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        scale=match.scale.name,
        unit=match.scale.unit,
        method=match.scale.method,
        as_of=match.scale.as_of,
        at=match.at,
        cut=match.scale.cut,
        level=match.scale.level,
        draws=0 if match.leader.draws is None else len(match.leader.draws),
        seed=seed,
        target=target,
        standing=stands,
        met=_met(match, target.score),
        elapsed=(match.at - target.date).days / MONTH,
        reached=reached,
        outlooks=outlooks,
        paces=paces,
        meeting=meeting,
        n={"records": int(kept.sum()), "matched": int(matched.sum()), "settled by": few},
        record=record,
        left_out=match.left_out,
        warnings=tuple(warnings),
        origins=match.scale.origins,
    )


def _met(match: Contest, level: float | None) -> Dated | None:
    """The follower's first model that stands at the leader's best or above it."""
    reached, index = first_reach(match.follower.line, np.array([[level]], dtype=float))
    return None if reached[0, 0] == NEVER else match.follower.dated(int(match.follower.line.holder[0, index[0, 0]]))


def _outlook(
    name: str, at: prediction.Chance, fine: prediction.Chance, ahead: Floats, months: Floats, match: Contest
) -> Outlook:
    mixed, told = prediction.mixture(at), at.told.mean(axis=0) >= 0.5
    rows = []
    for h, (p, sure) in enumerate(zip(mixed, told, strict=True)):
        said = at.by[~np.isnan(at.by[:, h]), h]
        spread = quantiles(said, match.scale.level) if len(said) > 1 else (None, None)
        nothing = bool(np.isnan(p))
        rows.append(
            ChanceBy(
                months=float(ahead[h]),
                date=_later(match.at, float(ahead[h])),
                p=None if nothing else float(p),
                low=None if nothing else spread[0],
                high=None if nothing else spread[1],
                at_least=not sure and not nothing,
            )
        )
    even = prediction.first_at(np.nan_to_num(prediction.mixture(fine)), months, 0.5)
    return Outlook(
        method=name,
        about=METHODS[name],
        default=name == DEFAULT,
        chances=tuple(rows),
        median=_later(match.at, even) if np.isfinite(even) else None,
        note=_note(name, rows),
    )


def _note(name: str, rows: list[ChanceBy]) -> str:
    if all(row.p is None for row in rows):
        return SILENT[name]
    if any(row.at_least for row in rows):
        first = next(row for row in rows if row.at_least)
        return f"past waits do not reach as far as {first.date}: from there on a lower bound"
    return ""


def _paces(match: Contest) -> tuple[tuple[Pace, ...], date | None]:
    day = match.at.toordinal()
    sides = ((match.leader.line, match.leader.lines), (match.follower.line, match.follower.lines))
    names = (match.leader.cohort, match.follower.cohort)
    out, slopes = [], []
    for (line, lines), name in zip(sides, names, strict=True):
        rise = _rise(line, day)
        spread: tuple[float | None, float | None] = (None, None)
        if lines is not None and not np.isnan(drawn := _rise(lines, day)).any():
            spread = quantiles(drawn, match.scale.level)
        slopes.append(float(rise[0]))
        known = None if np.isnan(rise[0]) else float(rise[0])
        out.append(Pace(cohort=name, points=known, low=spread[0], high=spread[1]))
    gap = float(standing(sides[0][0], day)[0] - standing(sides[1][0], day)[0])
    closing = slopes[1] - slopes[0]
    years = gap / closing if closing > 0 else float("inf")  # of an unknown pace as well
    return tuple(out), _later(match.at, 12 * years) if 0 <= years <= 50 else None


def _rise(line: Frontier, day: int) -> Floats:
    """Points a year over the last 24 months (B,)."""
    then = standing(line, day - round(PAST * MONTH))
    return np.asarray((standing(line, day) - then) * 12 / PAST)


def _later(day: date, months: float) -> date:
    return day + timedelta(days=round(months * MONTH))
