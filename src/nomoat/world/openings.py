"""Do laboratories keep opening their best models?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import DateError, UnknownName
from nomoat.types import MONTH, SCHEMA_VERSION, Dated, LeftOut, Noun, Origin
from nomoat.world.rule import quantiles

if TYPE_CHECKING:
    from nomoat.catalog.members import Members
    from nomoat.catalog.store import Catalog
    from nomoat.world.scale import Scale

WINDOW = 24  # months
Floats = NDArray[np.float64]


class Lab(Noun, frozen=True, kw_only=True):
    """One laboratory: how much of its own frontier it opened, and how regularly it opens anything."""

    organisation: str
    country: str | None
    records: int  # models that raised the laboratory's own best in the window
    open_records: int
    share: float | None  # None without a record in the window
    low: float | None
    high: float | None
    open_releases: int  # open models of the catalogue in the window, scored or not
    cadence: float | None  # median days between days with an open release; None with fewer than two such days
    last_open: Dated | None  # of all times up to `at`
    days_since: int | None


class Openings(Noun, frozen=True, kw_only=True):
    """How laboratories followed through on opening weights, the most open releases first."""

    schema_version: int = SCHEMA_VERSION
    start: date
    at: date
    as_of: date
    level: float
    scale: str
    labs: tuple[Lab, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def openings(
    organisations: tuple[str, ...] = (),
    *,
    start: date | None = None,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Openings:
    """Measure for each laboratory the open share of its own frontier, its cadence and its last open release.

    A laboratory's frontier is the running best of all its scored models; the share counts the records that it set
    after `start` (default: 24 months before `at`) and whose weights can be had, with the percentile interval over
    draws. Cadence and the last open release come from every dated model the catalogue has, scored or not: what no
    source lists is not there, so a long silence may be the source's. Without names: all with an open release.

    Raises UnknownName for a laboratory without a dated model, DateError for a window that ends before it begins.

    >>> lab = openings(("DeepSeek",), draws=0).labs[0]
    >>> lab.open_records <= lab.records and lab.days_since is not None
    True
    """
    from nomoat.catalog.store import Catalog
    from nomoat.world.scale import scale

    catalog = catalog or Catalog.open()
    measured = scale(on, catalog=catalog, draws=draws, seed=seed, level=level, as_of=as_of)
    return follow(measured, catalog, organisations, start=start, at=at)


def follow(
    measured: Scale,
    catalog: Catalog,
    organisations: tuple[str, ...] = (),
    *,
    start: date | None = None,
    at: date | None = None,
) -> Openings:
    """The follow-through of laboratories on a scale that is at hand."""
    from nomoat.catalog.cohort import parse

    day = at or measured.cut
    if day > measured.cut:
        raise DateError(
            f"{day} is after {measured.cut}, the last day the data speak of",
            f"up to {measured.cut}",
            f"--at {measured.cut}",
        )
    begin = start or day - timedelta(days=round(WINDOW * MONTH))
    if begin >= day:
        first = day - timedelta(days=round(WINDOW * MONTH))
        raise DateError(f"The start {begin} is not before {day}", "an earlier start", f"--start {first}")
    members = catalog.members(measured.as_of)
    is_open = parse("open").select(members)
    dated = np.array([d is not None and d <= day for d in members.released], dtype=bool)
    makers = {name for name, use in zip(members.organisation_name, dated, strict=True) if use and name is not None}
    for name in organisations:
        if name not in makers:
            raise UnknownName.of("organisation", name, makers, "nomoat models, for all of them")
    chosen = organisations or tuple(sorted({str(n) for n in members.organisation_name[dated & is_open] if n}))
    labs = [_lab(measured, members, is_open & dated, name, begin, day) for name in chosen]
    undated = int(sum(d is None for d in members.released[is_open]))
    left = (LeftOut(what="open models without a date of release", count=undated, why="no source dates them"),)
    known = catalog.table("models", measured.as_of).columns["origin_id"]
    return Openings(
        start=begin,
        at=day,
        as_of=measured.as_of,
        level=measured.level,
        scale=measured.name,
        labs=tuple(sorted(labs, key=lambda x: (-x.open_releases, -x.records, x.organisation))),
        left_out=(*measured.left_out, *(left if undated else ())),
        origins=tuple({o.id: o for o in (*measured.origins, *catalog.origins(known))}.values()),
    )


def _lab(measured: Scale, members: Members, opened: NDArray[np.bool_], name: str, begin: date, day: date) -> Lab:
    mine = members.organisation_name == name
    rows = np.flatnonzero(opened & mine)
    by_day = sorted(zip(members.released[rows], members.name[rows], strict=True))
    in_window = [d for d, _ in by_day if d > begin]
    gaps = np.diff([d.toordinal() for d in sorted(set(in_window))])
    last = by_day[-1] if by_day else None
    seats = [c for c in members.country[mine] if c is not None]
    records, opens, share, low, high = _share(measured, name, begin, day)
    return Lab(
        organisation=name,
        country=seats[0] if seats else None,
        records=records,
        open_records=opens,
        share=share,
        low=low,
        high=high,
        open_releases=len(in_window),
        cadence=float(np.median(gaps)) if len(gaps) else None,
        last_open=Dated(model=str(last[1]), date=last[0]) if last else None,
        days_since=(day - last[0]).days if last else None,
    )


def _share(
    measured: Scale, name: str, begin: date, day: date
) -> tuple[int, int, float | None, float | None, float | None]:
    """Records of the laboratory's own frontier after `begin`, how many are open, and the share with its interval."""
    from nomoat.catalog.cohort import parse
    from nomoat.stats.frontier import frontier

    mine = (measured.members.organisation_name == name) & (measured.days <= day.toordinal())
    rows = np.flatnonzero(mine)
    if not len(rows):
        return 0, 0, None, None, None
    rows = rows[np.argsort(measured.names[rows].astype(str), kind="stable")]
    is_open = parse("open").select(measured.members)[rows]

    def counts(values: Floats) -> tuple[Floats, Floats]:
        line = frontier(measured.days[rows], values)
        record = line.record & (line.days > begin.toordinal())
        return record.sum(axis=1), (record & is_open[line.holder]).sum(axis=1)

    total, opens = counts(measured.values[rows][None, :])
    if not total[0]:
        return 0, 0, None, None, None
    low = high = None
    if measured.draws is not None:
        n, k = counts(measured.draws[:, rows])
        low, high = quantiles((k / np.maximum(n, 1))[n > 0], measured.level)
    return int(total[0]), int(opens[0]), float(opens[0] / total[0]), low, high
