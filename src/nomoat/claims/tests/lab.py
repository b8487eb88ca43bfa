"""Does a laboratory follow through, and do new ones arrive?"""

from __future__ import annotations

from datetime import date, timedelta
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from nomoat.catalog.cohort import parse
from nomoat.claims.measured import INCOMPLETE, Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import NoVintage
from nomoat.types import MONTH, LeftOut
from nomoat.world.openings import follow
from nomoat.world.rule import quantiles
from nomoat.world.standing import outside

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.world.contest import Contest
    from nomoat.world.openings import Lab, Openings


@metric(
    "lab.share", "%", about="open share of the records of a laboratory's own frontier since a day", chart="frontier"
)
def share(ask: Ask, lab: str, since: date) -> Measured:
    """Of the models that raised the laboratory's own best after `since`, the share whose weights can be had."""
    found, one = _lab(ask, lab, since)
    if one.share is None:
        raise Untestable(f"{lab} set no record of its own between {since} and {found.at}", "a later model of it")
    low, high = (None if end is None else 100 * end for end in (one.low, one.high))
    return _measured(ask, found, one, 100 * one.share, low, high, n=one.records)


@metric("lab.releases", "models", about="open models of a laboratory after a day", grows=True)
def releases(ask: Ask, lab: str, since: date) -> Measured:
    """A count over the models of the catalogue: a lower bound, since what no source lists is not counted."""
    found, one = _lab(ask, lab, since)
    return _measured(ask, found, one, one.open_releases, one.open_releases, inf, rows=_opened(ask, found, one))


@metric("lab.rate", "models a month", about="open models of a laboratory a month, over the last months")
def rate(ask: Ask, lab: str, months: int = 12) -> Measured:
    """Open models of the catalogue in the last `months` over `months`: a lower bound."""
    day = ask.day() or ask.scale().cut
    found, one = _lab(ask, lab, day - timedelta(days=round(months * MONTH)))
    value = one.open_releases / months
    return _measured(ask, found, one, value, value, inf, rows=_opened(ask, found, one))


@metric("lab.silence", "days", about="days since a laboratory's last open model")
def silence(ask: Ask, lab: str) -> Measured:
    """Days from the last open model of the catalogue to the day asked about: an upper bound, a later one may be
    listed nowhere."""
    found, one = _lab(ask, lab, date(2020, 1, 1))
    if one.days_since is None:
        raise Untestable(f"the catalogue has no open model of {lab} by {found.at}", "one")
    return _measured(ask, found, one, one.days_since, 0, one.days_since)


@metric("lab.active", "laboratories", about="laboratories of a cohort with a model near its best", chart="frontier")
def active(ask: Ask, cohort: str, within: float, months: int = 12) -> Measured:
    """Organisations with a model of the last `months` at most `within` points below the cohort's best.

    The upper end counts as well every maker of the cohort that released something in those months and has no score in
    them: what nobody scored may be near.
    """
    match = ask.contest(cohort, cohort)
    side = match.follower
    makers = match.scale.members.organisation_name[side.rows]
    recent = side.days > match.at.toordinal() - months * 30.4375
    names = sorted({str(m) for m in makers[recent] if m is not None})
    values = side.values[None, :] if side.draws is None else np.vstack([side.values, side.draws])
    near = (values >= values.max(axis=1, keepdims=True) - within) & recent
    counts = sum((near[:, makers == name].any(axis=1).astype(int) for name in names), np.zeros(len(values), dtype=int))
    low, high = (None, None) if side.draws is None else quantiles(counts[1:].astype(float), match.scale.level)
    best = {n: max(np.flatnonzero(near[0] & (makers == n)), key=lambda c: side.values[c], default=None) for n in names}
    there = [(name, side.dated(int(column))) for name, column in best.items() if column is not None]
    unscored = _unscored(ask, match, cohort, months, set(names))
    if high is not None:
        high += len(unscored)
    left = (
        LeftOut(what="makers without a score in those months", count=len(unscored), why="they may be near the best"),
    )
    return Measured(
        value=int(counts[0]),
        low=low,
        high=high,
        level=match.scale.level,
        unit=ask.unit,
        n=len(names),
        at=match.at,
        as_of=match.scale.as_of,
        spread="interval over draws; makers without a score out, and in",
        evidence=tuple(
            Evidence(what=f"{name}: {m.model}", value=m.score, unit=match.scale.unit, date=m.date)
            for name, m in sorted(there, key=lambda one: -(one[1].score or 0))
        ),
        left_out=(*outside(match), *(left if unscored else ())),
        origins=match.scale.origins,
    )


@metric(
    *("lab.arrivals", "laboratories"),
    about="laboratories first seen after a day that then led a cohort",
    chart="frontier",
    grows=True,
)
def arrivals(ask: Ask, cohort: str, since: date) -> Measured:
    """Organisations without a scored model by `since` that held the cohort's frontier on a later day.

    A lower bound: a newcomer whose models nobody scored may have led as well.
    """
    match = ask.contest(cohort, cohort)
    if match.at <= since:
        raise Untestable(f"nothing after {since} is known on {match.at}", "a later day")
    side, members = match.follower, match.scale.members
    old = {m for m, d in zip(members.organisation_name, match.scale.days, strict=True) if d <= since.toordinal()}
    makers = members.organisation_name[side.rows]
    fresh = np.array([m is not None and m not in old for m in makers], dtype=bool)

    def count(line: object) -> list[int]:
        holder, record = line.holder, line.record  # type: ignore[attr-defined]
        return [len({makers[c] for c in row[mark] if fresh[c]}) for row, mark in zip(holder, record, strict=True)]

    line = side.line
    value = count(line)[0]
    low = value if side.lines is None else quantiles(np.array(count(side.lines), float), match.scale.level)[0]
    after = [int(line.holder[0, k]) for k in np.flatnonzero(line.record[0]) if line.days[k] > since.toordinal()]
    led = sorted(after, key=lambda column: not fresh[column])
    return Measured(
        value=value,
        low=low,
        high=inf,
        level=match.scale.level,
        unit=ask.unit,
        at=match.at,
        as_of=match.scale.as_of,
        spread=INCOMPLETE,
        evidence=tuple(
            Evidence(
                what=f"{side.names[c]} ({makers[c]}, {'new' if fresh[c] else 'there before'})",
                value=float(side.values[c]),
                unit=match.scale.unit,
                date=side.dated(c).date,
            )
            for c in led
        ),
        left_out=outside(match),
        origins=match.scale.origins,
    )


def _lab(ask: Ask, lab: str, since: date) -> tuple[Openings, Lab]:
    if ask.as_of is not None:
        known = ask.catalog.vintages("models")
        if not [day for day in known if day <= ask.as_of]:
            raise NoVintage(f"Nothing was known of models on {ask.as_of}", f"a date from {known[0]} on")
    measured = ask.scale()
    day = ask.day()
    if day is not None and day <= since:
        raise Untestable(f"{day} is not after {since}", "a later day")
    found = follow(measured, ask.catalog, (lab,), start=since, at=day)
    return found, found.labs[0]


def _opened(ask: Ask, found: Openings, one: Lab) -> tuple[Evidence, ...]:
    """The open models that a count is of."""
    members = ask.catalog.members(found.as_of)
    mine = parse("open").select(members) & (members.organisation_name == one.organisation)
    dated = [(members.released[k], str(members.name[k])) for k in np.flatnonzero(mine) if members.released[k]]
    return tuple(Evidence(what=name, date=day) for day, name in sorted(dated) if found.start < day <= found.at)


def _unscored(ask: Ask, match: Contest, cohort: str, months: int, scored: set[str]) -> set[str]:
    """Makers of the cohort with a model of the last months in the catalogue and none on the scale."""
    members = ask.catalog.members(match.scale.as_of)
    first = match.at - timedelta(days=round(months * MONTH))
    rows = np.flatnonzero(parse(cohort).select(members))
    recent = [k for k in rows if members.released[k] is not None and first < members.released[k] <= match.at]
    return {str(members.organisation_name[k]) for k in recent if members.organisation_name[k] is not None} - scored


def _measured(
    ask: Ask,
    found: Openings,
    one: Lab,
    value: float,
    low: float | None,
    high: float | None,
    n: int | None = None,
    rows: tuple[Evidence, ...] = (),
) -> Measured:
    last = one.last_open
    days = f" --start {found.start}" if n is not None or rows or high == inf else ""
    spread = (
        "interval over draws" if n is not None else INCOMPLETE if high == inf else "an upper bound: a later one may be"
    )
    return Measured(
        value=value,
        low=low,
        high=high,
        level=found.level,
        unit=ask.unit,
        n=n,
        spread=spread,
        at=found.at,
        as_of=found.as_of,
        evidence=(
            *rows,
            Evidence(what=f"{one.organisation}: records of its own frontier", value=one.records, unit="models"),
            Evidence(what=f"{one.organisation}: open ones among them", value=one.open_records, unit="models"),
            *((Evidence(what=f"last open release: {last.model}", date=last.date),) if last else ()),
        ),
        left_out=found.left_out,
        notes=("over what the catalogue lists: an open model that no source has is missing",),
        origins=found.origins,
        command=f"{ask.typed('openings', one.organisation)}{days}",
    )
