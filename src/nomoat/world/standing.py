"""Who held the open frontier, for how long, and from which country?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import DateError, UnknownName
from nomoat.stats.frontier import Frontier as Line
from nomoat.types import MONTH, SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.rule import quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.world.contest import Contest

Floats = NDArray[np.float64]
HOLDERS = {"organisation": "organisation_name", "country": "country", "openness": "openness"}
WINDOW = 24  # months


class Tenure(Noun, frozen=True, kw_only=True):
    """One model as the best of its cohort, from its release until the next record or the last day looked at."""

    model: str
    holder: str
    since: date
    until: date
    days: int


class Held(Noun, frozen=True, kw_only=True):
    """The share of days on which one holder stood at the top, with the percentile interval over draws."""

    holder: str
    share: float
    low: float | None
    high: float | None
    days: int
    records: int


class Standing(Noun, frozen=True, kw_only=True):
    """Who stood at the top of a cohort, day by day."""

    schema_version: int = SCHEMA_VERSION
    cohort: str
    by: str
    scale: str
    method: str
    level: float
    start: date
    at: date
    as_of: date
    tenures: tuple[Tenure, ...]
    holders: tuple[Held, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def standing(
    cohort: str = "open",
    *,
    by: str = "organisation",
    start: date | None = None,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Standing:
    """Count the days on which each laboratory, country or licence class held the frontier of a cohort.

    A day belongs to the holder of the running best on it. Shares are over the days from `start` (default: 24 months
    before `at`) or from the cohort's first release, whichever is later. In each draw the frontier is followed anew.

    >>> found = standing(draws=0)
    >>> round(sum(h.share for h in found.holders), 9)
    1.0
    """
    from nomoat.world.contest import contest
    from nomoat.world.scale import scale

    measured = scale(on, catalog=catalog, draws=draws, seed=seed, level=level, as_of=as_of)
    return held(contest(measured, cohort, cohort, at), by=by, start=start)


def held(match: Contest, *, by: str = "organisation", start: date | None = None) -> Standing:
    """The standing of the follower side of a comparison that has been drawn up already."""
    if by not in HOLDERS:
        raise UnknownName.of("grouping", by, HOLDERS, "--by organisation")
    side, stop = match.follower, match.at.toordinal()
    wanted = start or match.at - timedelta(days=round(WINDOW * MONTH))
    first = date.fromordinal(int(side.line.days[0]))
    if first >= match.at:
        raise DateError(f"The {side.cohort} frontier begins on {first}, the last day looked at", "a later --at")
    begin = max(wanted.toordinal(), first.toordinal())
    if begin >= stop:
        raise DateError(f"The start {wanted} is not before {match.at}", "an earlier start", f"--start {first}")
    labels = getattr(match.scale.members, HOLDERS[by])[side.rows]
    labels = np.array([label if label is not None else "unknown" for label in labels], dtype=object)
    names = sorted(set(labels))
    code = np.array([names.index(label) for label in labels])
    point = _days(side.line, code, len(names), begin, stop)[0]
    drawn = None if side.lines is None else _days(side.lines, code, len(names), begin, stop)
    tenures = _tenures(side.line, side.names, labels, begin, stop)
    held_by = []
    for k, name in enumerate(names):
        low, high = (None, None) if drawn is None else quantiles(drawn[:, k] / (stop - begin), match.scale.level)
        if point[k] or (high or 0) > 0:
            records = sum(t.holder == name and t.since.toordinal() > begin for t in tenures)
            share = float(point[k] / (stop - begin))
            held_by.append(Held(holder=name, share=share, low=low, high=high, days=int(point[k]), records=records))
    return Standing(
        cohort=side.cohort,
        by=by,
        scale=match.scale.name,
        method=match.scale.method,
        level=match.scale.level,
        start=date.fromordinal(begin),
        at=match.at,
        as_of=match.scale.as_of,
        tenures=tenures,
        holders=tuple(sorted(held_by, key=lambda h: (-h.share, -(h.high or 0), h.holder))),
        left_out=outside(match),
        origins=match.scale.origins,
    )


def outside(match: Contest) -> tuple[LeftOut, ...]:
    """What a comparison of a cohort with itself left out, said of one cohort and not of two."""
    if match.leader.cohort != match.follower.cohort:
        return match.left_out
    why = f"they are not in {match.follower.cohort!r}"
    return tuple(
        LeftOut(what="models outside of the cohort", count=one.count, why=why)
        if one.what == "models in neither cohort"
        else one
        for one in match.left_out
    )


def _stretches(line: Line, begin: int, stop: int) -> NDArray[np.int64]:
    """How many of the days [begin, stop) lie between each release day and the next."""
    edges = np.clip(np.append(line.days, stop), begin, stop)
    stretch: NDArray[np.int64] = np.diff(edges)
    return stretch


def _days(line: Line, code: NDArray[np.int64], n: int, begin: int, stop: int) -> Floats:
    """Days at the top (B, n) of each holder."""
    stretch = _stretches(line, begin, stop)
    out = np.zeros((len(line.best), n))
    holder = code[line.holder]
    for k in range(n):
        out[:, k] = (holder == k) @ stretch
    return out


def _tenures(
    line: Line, names: NDArray[np.object_], labels: NDArray[np.object_], begin: int, stop: int
) -> tuple[Tenure, ...]:
    marks = [*np.flatnonzero(line.record[0]).tolist()]
    ends = [*(int(line.days[k]) for k in marks[1:]), stop]
    out = []
    for k, end in zip(marks, ends, strict=True):
        since, until, column = int(line.days[k]), min(end, stop), int(line.holder[0, k])
        if until > begin and since < stop:
            out.append(
                Tenure(
                    model=str(names[column]),
                    holder=str(labels[column]),
                    since=date.fromordinal(since),
                    until=date.fromordinal(until),
                    days=until - max(since, begin),
                )
            )
    return tuple(reversed(out))
