"""How far is the follower behind the leader, in points and in months?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.stats.frontier import current_lag, mean_lag, standing
from nomoat.types import MONTH, CurrentLag, Dated, Gap, QualityGap, Record
from nomoat.world.contest import Contest, contest
from nomoat.world.rule import centred, check, ends, point_matches, published, time_to_match

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]
WINDOW = 24  # months of the calendar mean
FEW_DRAWS = 50


def gap(
    leader: str | None = None,
    follower: str | None = None,
    *,
    on: str | Path = "capability",
    rule: str = "km",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    reconstruct: bool = False,
    catalog: Catalog | None = None,
) -> Gap:
    """Measure how far the follower cohort is behind the leader cohort, with its uncertainty.

    L(t) and F(t) are the running bests by release date. Quality gap: L(at) - F(at). Current lag: `at` minus the first
    day on which L stood at F(at). Time to match of a record k: first day with F >= L_k, minus its release, at least 0,
    censored at the cut. Months have 30.4375 days. Every interval is about the realised quantity: releases, dates and
    cut are fixed, only the abilities are uncertain (percentiles over `draws`; those of the quality gap centred on it).

    Raises UnknownName, EmptyCohort, DateError, NoVintage and, for a user's own table, TableError.

    >>> g = gap("closed", "open", draws=50)
    >>> g.current_lag.months > 0, g.quality_gap.level
    (True, 0.9)
    """
    from nomoat.world.scale import scale

    check(rule)
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
    sides = measured.sides(leader, follower)
    return measure(contest(measured, *sides, at), rule=rule, seed=seed)


def measure(match: Contest, *, rule: str = "km", seed: int = 0) -> Gap:
    """The gap of two sides that have been drawn up already: what `gap` does once it has its models."""
    scale, level = match.scale, match.scale.level
    found = quality(match)
    lag = lag_now(match)
    reading, wait = (None, time_to_match(match, level)) if rule == "km" else published(match, rule, level)
    records = _records(match)
    n_draws = 0 if match.leader.draws is None else len(match.leader.draws)
    return Gap(
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        scale=scale.name,
        unit=scale.unit,
        method=scale.method,
        rule=rule,
        as_of=scale.as_of,
        at=match.at,
        cut=scale.cut,
        n={"leader": len(match.leader.names), "follower": len(match.follower.names)},
        draws=n_draws,
        converged=scale.converged if n_draws else None,
        seed=seed,
        quality_gap=found,
        current_lag=lag,
        time_to_match=wait,
        rule_reading=reading,
        records=records,
        left_out=match.left_out,
        warnings=tuple(_warnings(match, lag, records, reading.hazards if reading else ())),
        origins=scale.origins,
    )


def quality(match: Contest) -> QualityGap:
    """L(at) - F(at), with the interval of its draws moved so that their mean is the estimate."""
    day, level = match.at.toordinal(), match.scale.level
    ahead, behind = match.leader.line, match.follower.line
    drawn = None
    if match.leader.lines is not None and match.follower.lines is not None:
        drawn = standing(match.leader.lines, day) - standing(match.follower.lines, day)
    value = float(standing(ahead, day)[0] - standing(behind, day)[0])
    low, high = (None, None) if drawn is None else centred(drawn, value, level)
    return QualityGap(
        value=value,
        low=low,
        high=high,
        level=level,
        leader=match.leader.dated(int(ahead.holder[0, -1])),
        follower=match.follower.dated(int(behind.holder[0, -1])),
        bias=_bias(match),
    )


def _bias(match: Contest) -> float | None:
    """How much too wide the gap comes out in simulated worlds, for the one comparison that they are built like."""
    from nomoat.catalog.cohort import parse
    from nomoat.world.calibration import bias

    scale = match.scale
    same = scale.name == "capability" and scale.method == "eci" and match.at == scale.cut and scale.draws is not None
    if not same or tuple(parse(side.cohort).text for side in (match.leader, match.follower)) != ("closed", "open"):
        return None
    return next((found for o in scale.origins if (found := bias("quality gap", o.sha256)) is not None), None)


def lag_now(match: Contest) -> CurrentLag:
    """Months since the leader first stood where the follower stands at `at`, and the mean of that over 24 months."""
    day, level = match.at.toordinal(), match.scale.level
    start = day - round(WINDOW * MONTH)
    ahead, behind = match.leader.line, match.follower.line
    days, index = current_lag(ahead, behind, day)
    mean = float(mean_lag(ahead, behind, start, day)[0])
    drawn = drawn_mean = None
    if match.leader.lines is not None and match.follower.lines is not None:
        drawn = current_lag(match.leader.lines, match.follower.lines, day)[0] / MONTH
        drawn_mean = mean_lag(match.leader.lines, match.follower.lines, start, day) / MONTH
    low, high = ends(drawn, level)
    mean_low, mean_high = ends(drawn_mean, level)
    reference: Dated | None = None
    if index[0] < len(ahead.days):
        reference = match.leader.dated(int(ahead.holder[0, index[0]]))
    return CurrentLag(
        months=float(days[0] / MONTH),
        low=low,
        high=high,
        level=level,
        mean_24_months=None if np.isnan(mean) else mean / MONTH,
        mean_low=mean_low,
        mean_high=mean_high,
        reference=reference,
        lower_bound=bool(index[0] == 0 and standing(behind, day)[0] < ahead.best[0, 0]),
    )


def _records(match: Contest) -> tuple[Record, ...]:
    """Each leader record with its match, newest first, and the share of draws in which a follower has reached it."""
    found, line = point_matches(match), match.leader.line
    best = None if match.follower.lines is None else standing(match.follower.lines, match.at.toordinal())
    out = []
    for k in np.flatnonzero(found.record[0])[::-1]:
        column, by = int(line.holder[0, k]), int(found.by[0, k])
        model = match.leader.dated(column)
        caught = None
        if best is not None and match.leader.draws is not None:
            caught = float((best >= match.leader.draws[:, column]).mean())
        out.append(
            Record(
                model=model.model,
                date=model.date,
                score=float(line.best[0, k]),
                matched_by=None if by < 0 else str(match.follower.names[by]),
                months=float(found.days[0, k] / MONTH),
                censored=bool(found.censored[0, k]),
                days_as_frontier=float(found.stood[0, k]),
                p_caught_up=caught,
                left_truncated=bool(k == 0),
            )
        )
    return tuple(out)


def trend(records: tuple[Record, ...]) -> tuple[float, int]:
    """How the time to match moves with the release of the record: months per year, over matched records, and their n.

    Kaplan-Meier assumes that waits do not trend; the least-squares slope over matched records shows when they do.
    Newer records can only have short waits among the matched, so a falling slope is in part censoring.
    """
    matched = [(r.date.toordinal() / 365.25, r.months) for r in records if not r.censored]
    if len(matched) < 3:
        return float("nan"), len(matched)
    x, y = np.array(matched).T
    x = x - x.mean()
    return float((x * y).sum() / (x * x).sum()) if (x * x).sum() > 0 else float("nan"), len(matched)


def _warnings(match: Contest, lag: CurrentLag, records: tuple[Record, ...], hazards: tuple[str, ...]) -> list[str]:
    said = [*match.warnings, *hazards]
    if hazards:
        said.append(
            "The records are matched by score alone, as under rule km: a published rule counts matches its own way."
        )
    if match.leader.draws is not None and len(match.leader.draws) < FEW_DRAWS:
        said.append(f"{len(match.leader.draws)} draws give rough intervals: ask for {FEW_DRAWS} or more.")
    if match.leader.draws is None:
        said.append(f"No intervals: {match.scale.without_interval}.")
    if lag.reference is None:
        said.append("No leader model stands at or above the follower's best: the lag is 0 and the follower leads.")
    elif lag.lower_bound:
        said.append("The leader's first model was already there: the lag is a lower bound (left truncation).")
    first = date.fromordinal(int(match.follower.days.min()))
    months = (match.at - first).days / MONTH
    if lag.mean_24_months is not None and round(months) < WINDOW:
        said.append(
            f"The mean lag is over the {months:.0f} months since {first}, when the follower's first model came out, "
            f"not over {WINDOW}."
        )
    said.append(
        f"{records[-1].model} is the first record of these data: it may have been matched late only because earlier "
        "followers were not measured (left truncation)."
    )
    slope, n = trend(records)
    if not np.isnan(slope):
        said.append(
            f"Kaplan-Meier assumes waits without a trend; over the {n} matched records they moved by "
            f"{slope:+.1f} months a year, in part because long waits of new records are still running."
        )
    return said
