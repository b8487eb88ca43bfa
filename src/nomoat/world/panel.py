"""How far does the answer move when one choice changes?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import EmptyCohort, NomoatError
from nomoat.types import Choice, Gap, LeftOut, Origin, Panel
from nomoat.world.contest import contest
from nomoat.world.gap import measure
from nomoat.world.rule import RULES
from nomoat.world.scale import Scale, scale

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

FEW = 5  # models: a cohort with fewer says so
DOMAINS = ("math", "coding", "knowledge", "reasoning", "agents", "long-context", "other")
MODALITIES = ("text", "vision", "multimodal")
BOARDS = (
    "arena:text/overall",
    "arena-raw:text/overall",
    "arena:text/coding",
    "arena:webdev/overall",
    "arena:vision/overall",
)
MEASURED = ("own-run", "leaderboard", "third-party-report")  # everything but a vendor's word on itself


def choice(
    axis: str, label: str, found: Gap, *, default: bool = False, note: str = "", weighted: bool = False
) -> Choice:
    """One row of a panel from a gap: the two gaps and the time to match, with their intervals."""
    wait, n = found.time_to_match, found.n
    few = [f"{n[side]} {side} model{'s' if n[side] > 1 else ''}" for side in ("leader", "follower") if n[side] < FEW]
    notes = [note] if note else []
    if found.current_lag.lower_bound:
        notes.append("the lag is a lower bound: the leader's first model was already there")
    if few:
        notes.append(f"only {' and '.join(few)}: too few to say much")
    return Choice(
        axis=axis,
        choice=label,
        default=default,
        points=found.quality_gap.value,
        points_low=found.quality_gap.low,
        points_high=found.quality_gap.high,
        months=found.current_lag.months,
        months_lower_bound=found.current_lag.lower_bound,
        months_low=found.current_lag.low,
        months_high=found.current_lag.high,
        match_median=wait.weighted_median if weighted else wait.median,
        match_exceeds=wait.exceeds if not weighted or wait.weighted_median is None else None,
        match_mean=wait.weighted_restricted_mean if weighted else wait.restricted_mean,
        match_mean_low=wait.weighted_mean_low if weighted else wait.mean_low,
        match_mean_high=wait.weighted_mean_high if weighted else wait.mean_high,
        unit=found.unit,
        n_leader=n["leader"],
        n_follower=n["follower"],
        note="; ".join(notes),
    )


def silent(axis: str, label: str, unit: str, why: str) -> Choice:
    """A row that cannot be measured, with the reason."""
    measured = ("points", "months", "match_mean")
    ends = [f"{name}{end}" for name in measured for end in ("", "_low", "_high")]
    nothing: dict[str, Any] = dict.fromkeys([*ends, "match_median", "match_exceeds"])
    return Choice(axis=axis, choice=label, default=False, unit=unit, n_leader=0, n_follower=0, note=why, **nothing)


@dataclass(frozen=True, eq=False)
class Sheet:
    """What every row of a panel shares: the settings, the default scale, and the two cohorts."""

    catalog: Catalog
    settings: dict[str, Any]
    base: Scale
    leader: str
    follower: str
    at: date | None

    def row(self, axis: str, label: str, ask: Callable[[], Gap], **named: Any) -> Choice:
        """Measure one row; what cannot be measured becomes a row that says why."""
        try:
            return choice(axis, label, ask(), **named)
        except NomoatError as error:
            return silent(axis, label, self.base.unit, error.seen)

    def cohorts(self, leader: str | None = None, follower: str | None = None, rule: str = "km") -> Gap:
        """Other cohorts or another rule on the default scale."""
        return measure(contest(self.base, leader or self.leader, follower or self.follower, self.at), rule=rule)

    def on(self, name: str, rule: str = "km", **settings: Any) -> Gap:
        """The default cohorts on another scale; `at` gives way where that scale ends earlier."""
        other = scale(name, catalog=self.catalog, **{**self.settings, **settings})
        day = None if self.at is None or self.at > other.cut else self.at
        return measure(contest(other, self.leader, self.follower, day), rule=rule)


def sheet(
    leader: str | None,
    follower: str | None,
    *,
    at: date | None,
    as_of: date | None,
    method: str,
    draws: int,
    seed: int,
    level: float,
    catalog: Catalog | None,
    on: str | Path = "capability",
    reconstruct: bool = False,
) -> Sheet:
    """Open the catalogue and measure the default scale once for all rows."""
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    settings: dict[str, Any] = {"method": method, "draws": draws, "seed": seed, "level": level, "as_of": as_of}
    settings["reconstruct"] = reconstruct
    base = scale(on, catalog=catalog, **settings)
    return Sheet(catalog, settings, base, *base.sides(leader, follower), at)


def panel(
    leader: str | None = None,
    follower: str | None = None,
    *,
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 200,
    seed: int = 0,
    level: float = 0.9,
    catalog: Catalog | None = None,
) -> Panel:
    """Ask the same question under one changed choice at a time: rule, definition of open, domain, dates, source, board.

    The range over the rows says how much the definition matters. It is no interval and is never mixed into one: each
    row carries its own. Rows that the data cannot answer stand there with the reason.

    >>> p = panel(draws=0)
    >>> next(r for r in p.rows if r.default).choice
    'km'
    """
    s = sheet(leader, follower, at=at, as_of=as_of, method=method, draws=draws, seed=seed, level=level, catalog=catalog)
    default = s.cohorts()
    rows = [choice("rule", "km", default, default=True)]
    rows += [s.row("rule", rule, partial(s.cohorts, rule=rule)) for rule in RULES if rule != "km"]
    rows.append(choice("weights", "records by days they stood", default, weighted=True))
    for axis in (_openness, _distillation, _domains, _sources, _dates, _boards, _organisations):
        rows += axis(s)
    origins: dict[str, Origin] = {o.id: o for o in s.base.origins}
    return Panel(
        leader=s.leader,
        follower=s.follower,
        as_of=s.base.as_of,
        at=default.at,
        level=level,
        rows=tuple(rows),
        left_out=tuple(_silent_rows(rows)),
        origins=tuple(origins.values()),
    )


def _silent_rows(rows: list[Choice]) -> Iterator[LeftOut]:
    count = sum(r.points is None for r in rows)
    if count:
        yield LeftOut(what="rows of the panel", count=count, why="the data cannot answer them; each says why")


def _openness(s: Sheet) -> Iterator[Choice]:
    yield s.row("openness", "without non-commercial", partial(s.cohorts, follower=f"({s.follower}) & !noncommercial"))
    yield s.row("openness", "permissive licences only", partial(s.cohorts, follower=f"({s.follower}) & permissive"))
    unknown = f"({s.leader}) | openness=unknown"
    yield s.row("openness", "unknown counted as closed", partial(s.cohorts, leader=unknown))
    released = f"({s.leader}) & !closed-unreleased"
    yield s.row("openness", "leader without unreleased models", partial(s.cohorts, leader=released))


def _distillation(s: Sheet) -> Iterator[Choice]:
    labels, released = s.base.members.distilled, s.base.members.released
    dated = [day for label, day in zip(labels, released, strict=True) if label != "unknown"]
    if not dated:
        yield silent("distillation", "followers labelled not distilled", s.base.unit, "no model carries a label")
        return
    note = f"this label cannot speak of models released after {max(dated)}"
    for label, word in (
        ("not distilled, unlabelled out", "distilled=no"),
        ("not distilled, unlabelled in", "distilled!=yes"),
    ):
        yield s.row("distillation", label, partial(s.cohorts, follower=f"({s.follower}) & {word}"), note=note)


def _domains(s: Sheet) -> Iterator[Choice]:
    for name in DOMAINS:
        yield s.row("domain", name, partial(s.on, f"domain:{name}"))
    for name in MODALITIES:
        yield s.row("modality", name, partial(s.on, f"modality:{name}"))


def _sources(s: Sheet) -> Iterator[Choice]:
    yield s.row("source", "scores no vendor reported on itself", partial(s.on, "capability", evidence=MEASURED))
    yield s.row("source", "the publisher's own runs only", partial(s.on, "capability", evidence=("own-run",)))
    yield s.row("source", "private questions only", partial(s.on, "contamination:private"))


def _dates(s: Sheet) -> Iterator[Choice]:
    from nomoat.world.dates import conventions, redated

    for label, days in conventions(s.catalog, s.base):
        moved = int((days != s.base.days).sum())
        note = f"{moved} models move"
        yield s.row("dates", label, partial(_dated, s, redated(s.base, days)), note=note)


def _dated(s: Sheet, base: Scale) -> Gap:
    return measure(contest(base, s.leader, s.follower, s.at))


def _boards(s: Sheet) -> Iterator[Choice]:
    for name in BOARDS:
        yield s.row("board", name, partial(s.on, name), note="names of no dated model left out")


def _organisations(s: Sheet) -> Iterator[Choice]:
    """Each organisation that holds a record on either side; leaving out any other changes no point estimate."""
    match = contest(s.base, s.leader, s.follower, s.at)
    names = s.base.members.organisation_name
    holders: dict[str, int] = {}
    for side in (match.leader, match.follower):
        for k in np.flatnonzero(side.line.record[0]):
            name = names[side.rows[side.line.holder[0, k]]]
            if name is not None:
                holders[str(name)] = max(holders.get(str(name), 0), int(side.line.days[k]))
    for name in sorted(holders, key=lambda n: (-holders[n], n)):
        keep = s.base.members.organisation_name != name
        yield s.row("organisation left out", name, partial(_without, s, keep))


def _without(s: Sheet, keep: Any) -> Gap:
    if not keep.any():
        raise EmptyCohort("Nobody is left")
    return measure(contest(s.base.only(keep), s.leader, s.follower, s.at))
