"""What differs between two vintages, and which of it moved the gap: a refit, revision and news apart?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.difference import KEYS, difference, moved
from nomoat.catalog.members import Members
from nomoat.catalog.store import BY_HAND
from nomoat.errors import EmptyCohort, InputError, NomoatError, NoVintage
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.contest import contest
from nomoat.world.gap import lag_now, quality
from nomoat.world.refit import MOVED, line, same_scores
from nomoat.world.scale import Entrants, Scale, scale

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

INDEX = "epoch-eci"
PRICES = ("input", "output", "cache_read", "cache_write", "batch_input", "batch_output")
# The tables whose rows people ask about, in the order of the answer.
TOLD = ("models", "openness", "scores", "ratings", "offerings", "effort", "repositories", "usage", "facts", "lineage")


class Step(Noun, frozen=True, kw_only=True):
    """One kind of change, made alone after those above it, and what the gap is with it."""

    changed: str  # old gap, refitted, scored | dated | classed otherwise, withdrawn, added (and out by then), ...
    kind: str  # start | refit (the scale moved) | revision (of what was known of the same days) | news (since then)
    models: int  # that this kind of change touches
    points: float
    points_moved: float
    months: float
    months_moved: float
    leader: str  # who stands at the leader's frontier with it
    follower: str


class Moved(Noun, frozen=True, kw_only=True):
    """One thing that one data set says differently, or says no more, or for the first time."""

    table: str
    dataset: str
    what: str  # new | changed | gone | renamed: the publisher says the same, and its name is joined otherwise here
    subject: str
    column: str = ""
    before: str | None = None
    after: str | None = None


class Tally(Noun, frozen=True, kw_only=True):
    """How many rows of a data set's table are new, changed and gone between its two vintages.

    `renamed` counts rows of which the publisher says the same, and whose name is joined to another of our models.
    """

    table: str
    dataset: str
    before: date | None  # None: the data set was not known
    after: date
    new: int
    changed: int
    gone: int
    renamed: int = 0


class Changes(Noun, frozen=True, kw_only=True):
    """What differs between two dates of knowledge, and the gap walked from one to the other."""

    schema_version: int = SCHEMA_VERSION
    since: date
    until: date
    leader: str
    follower: str
    unit: str
    steps: tuple[Step, ...]  # the first is the old gap, the last one's figures are the new gap
    unexplained: str = ""  # why there are no steps
    models: tuple[Moved, ...]  # as the catalogue settles them: new, gone, redated, of another class
    rows: tuple[Moved, ...]  # as publishers say them
    tallies: tuple[Tally, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence: how far the gap moved between the vintages, and by which kind of change."""
        if not self.steps:
            return f"Between {self.since} and {self.until} the gap cannot be compared: {self.unexplained}."
        first, last = self.steps[0], self.steps[-1]
        kinds = ("refit", "revision", "news")
        # Rounded before it is printed, and 0.0 added: half a hundredth below zero is not "-0.0".
        parts = {kind: round(sum(s.points_moved for s in self.steps if s.kind == kind), 1) + 0.0 for kind in kinds}
        return (
            f"Between the vintages {self.since} and {self.until} the gap of {self.follower} behind {self.leader} "
            f"models went from {first.points:.1f} to {last.points:.1f} {self.unit} and from {first.months:.1f} to "
            f"{last.months:.1f} months: {parts['refit']:+.1f} points by a refit of the scale, "
            f"{parts['revision']:+.1f} by revision of what was known, {parts['news']:+.1f} by what happened since "
            "(nomoat)."
        )


def changes(
    leader: str | None = None,
    follower: str | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    catalog: Catalog | None = None,
) -> Changes:
    """Compare what was known on two dates, and walk the gap from the one to the other, a kind of change a step.

    `since` and `until` mean the newest vintages by then; without them, what is known now against the state before the
    newest vintage of the user's store, else of the index. A refit of the scale comes first: abilities that moved though
    their model's own scores are the same and, of the other models, the line that those follow; where an old vintage has
    published abilities without their scores, the line that most models follow. Revision is next, both on the old cut:
    models scored otherwise, withdrawn, added though released by then, dated otherwise, classed otherwise. News follow:
    the days that passed without a release, and the releases since. Each step is the gap with all changes down
    to it less the gap before it, so that the steps sum to the whole; in another order single steps would differ. The
    steps are of point estimates: none has an interval.

    Raises InputError where the dates are in reverse or mean the same, NoVintage where nothing was known.

    >>> found = changes(since=date(2026, 6, 30), until=date(2026, 8, 11))
    >>> round(found.steps[0].points + sum(step.points_moved for step in found.steps) - found.steps[-1].points, 9)
    0.0
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    early, late = _days(catalog, since, until)
    then = catalog.before(early) if since is None else catalog
    steps: tuple[Step, ...] = ()
    why, unit, used = "", "ECI points", tuple[Origin, ...]()
    sides = (leader or "closed", follower or "open")
    left: list[LeftOut] = []
    try:
        before, after = (scale(catalog=one, as_of=day, draws=0) for one, day in ((then, early), (catalog, late)))
        unit, used = after.unit, (*before.origins, *after.origins)
        same = same_scores(catalog, early, late)
        steps = tuple(_walk(before, after, *sides, same))
        if before.method != after.method:
            what = f"the old vintage has abilities {before.method.removeprefix('eci ')}, the new one fits them anew"
            left.append(LeftOut(what="changes of method", count=1, why=f"{what}: it is part of the refit"))
        if same is None:
            why_line = "one vintage has no scores: what most abilities have in common is taken for the refit"
            left.append(LeftOut(what="tests of which model was scored otherwise", count=1, why=why_line))
    except (NoVintage, EmptyCohort) as error:
        why = error.seen
    tallies, rows = _rows(then, catalog, early, late)
    return Changes(
        since=early,
        until=late,
        leader=sides[0],
        follower=sides[1],
        unit=unit,
        steps=steps,
        unexplained=why,
        models=tuple(_models(then, catalog, early, late)),
        rows=tuple(rows),
        tallies=tuple(tallies),
        left_out=tuple(left),
        origins=tuple({origin.id: origin for origin in used}.values()),
    )


def _days(catalog: Catalog, since: date | None, until: date | None) -> tuple[date, date]:
    """The two dates of knowledge."""
    rows = catalog.table("origins").rows()
    known = sorted({row["retrieved"] for row in rows if not row["dataset"].startswith(BY_HAND)})
    index = sorted({*catalog.vintages("ratings", INDEX), *catalog.vintages("scores")})
    late = until or known[-1]
    if since is None:
        own = {key for manifest in catalog.manifests[1:] for keys in manifest.held.values() for key in keys}
        copies = [row for row in rows if row["origin_id"] in own and not row["dataset"].startswith(BY_HAND)]
        last = dict(sorted((row["dataset"], row["retrieved"]) for row in rows))
        # An older copy is history: what is known now did not change with it.
        newest = max((row["retrieved"] for row in copies if row["retrieved"] == last[row["dataset"]]), default=None)
        past = index[-1] if index[-1] <= late else late
        earlier = [day for day in index if day < past]
        if newest is not None and newest <= late:
            since = newest - timedelta(days=1)
        elif earlier:
            since = earlier[-1]
        else:
            raise NoVintage(f"There is no vintage before {past}", "two vintages", "nomoat changes --since DATE")
    if not [day for day in known if day <= since]:
        raise NoVintage(f"Nothing was known on {since}", f"a date from {known[0]} on", f"--since {known[0]}")
    if since >= late:
        raise InputError(f"{since} is not before {late}", "an earlier date", f"--since {known[0]} --until {known[-1]}")
    return since, late


def _walk(before: Scale, after: Scale, leader: str, follower: str, same: set[str] | None) -> Iterator[Step]:
    """The gap with ever more of the new vintage in it: the first step is the old gap, the last the new one.

    `same` are the models whose own scores did not change; None where that is not known.
    """
    cut = before.cut
    far = max(before.cut, after.cut)
    was, now = ({key: at for at, key in enumerate(s.members.model_id)} for s in (before, after))
    both = [key for key in was if key in now]
    gone = [key for key in was if key not in now]
    fresh = [key for key in now if key not in was]
    sides = [_cohorts(one, leader, follower) for one in (before, after)]
    shown: list[tuple[str, str, int, dict[str, tuple[int, int, int]], date]] = []
    # Which vintage gives a model its value, its date and its other attributes: 0 the old one, 1 the new one, and for
    # the value alone 2, the old one on the scale of the new.
    state = dict.fromkeys(was, (0, 0, 0))
    alike = both if same is None else [key for key in both if key in same]
    slope, shift = line(*(one.values[[at[key] for key in alike]] for one, at in ((before, was), (after, now))))
    moved_over = replace(before, values=slope * before.values + shift)

    def turned(at: int) -> dict[str, tuple[int, int, int]]:
        return {k: (*v[:at], 1, *v[at + 1 :]) if k in now else v for k, v in state.items()}  # type: ignore[misc]

    def count(unlike: Callable[[int, int], bool]) -> int:
        return sum(bool(unlike(was[key], now[key])) for key in both)

    shown.append(("old gap", "start", 0, dict(state), cut))
    state = {key: (1 if same is not None and key in same and key in now else 2, 0, 0) for key in was}
    refitted = sum(
        abs((after.values[now[key]] if said[0] == 1 else moved_over.values[was[key]]) - before.values[was[key]]) > MOVED
        for key, said in state.items()
    )
    shown.append(("refitted", "refit", int(refitted), dict(state), cut))
    scored = [key for key in both if state[key][0] == 2]
    rescored = sum(abs(moved_over.values[was[key]] - after.values[now[key]]) > MOVED for key in scored)
    state = turned(0)
    shown.append(("scored otherwise", "revision", int(rescored), dict(state), cut))
    state = {key: said for key, said in state.items() if key in now}
    shown.append(("withdrawn", "revision", len(gone), dict(state), cut))
    known = [key for key in fresh if after.days[now[key]] <= cut.toordinal()]
    # An added model comes with its new date and class: those released later are cut away until the last step.
    state |= dict.fromkeys(fresh, (1, 1, 1))
    shown.append(("added", "revision", len(known), dict(state), cut))
    state = turned(1)
    shown.append(("dated otherwise", "revision", count(lambda a, b: before.days[a] != after.days[b]), dict(state), cut))
    state = turned(2)
    reclassed = count(lambda a, b: bool((sides[0][:, a] != sides[1][:, b]).any()))
    shown.append(("classed otherwise", "revision", reclassed, dict(state), cut))
    later = [key for key in now if after.days[now[key]] > cut.toordinal()]
    waiting = {key: said for key, said in state.items() if key not in set(later)}
    if after.cut > cut:
        shown.append(("days passed", "news", 0, waiting, after.cut))
        shown.append(("released since", "news", len(later), dict(state), after.cut))
    last: tuple[float, float] | None = None
    for changed, kind, models, said, at in shown:
        match = contest(
            replace(_mixed((before, after, moved_over), (was, now, was), said), cut=far), leader, follower, at
        )
        found, lag = quality(match), lag_now(match)
        points, months = last or (found.value, lag.months)
        yield Step(
            changed=changed,
            kind=kind,
            models=models,
            points=found.value,
            points_moved=found.value - points,
            months=lag.months,
            months_moved=lag.months - months,
            leader=found.leader.model,
            follower=found.follower.model,
        )
        last = found.value, lag.months


def _cohorts(of: Scale, *sides: str) -> NDArray[np.bool_]:
    """Which of the sides each model is in: (sides, M)."""
    from nomoat.catalog.cohort import parse

    return np.array([parse(side).select(of.members) for side in sides], dtype=bool)


def _mixed(scales: tuple[Scale, ...], rows: tuple[dict[str, int], ...], said: dict[str, tuple[int, int, int]]) -> Scale:
    """A scale whose models take value, date and attributes each from one of several vintages."""
    keys = sorted(said)

    def taken(which: int, get: Callable[[Scale], NDArray[Any]]) -> NDArray[Any]:
        columns = [get(one) for one in scales]
        picked = [columns[said[key][which]][rows[said[key][which]][key]] for key in keys]
        array = np.empty(len(keys), dtype=columns[0].dtype)
        array[:] = picked
        return array

    def attribute(name: str) -> NDArray[Any]:
        return taken(1 if name == "released" else 2, lambda one: np.asarray(getattr(one.members, name)))

    columns = {f.name: attribute(f.name) for f in fields(Members) if f.name != "index"}
    values = taken(0, lambda one: one.values)
    nothing = np.full(len(keys), np.nan)
    return replace(
        scales[1],
        names=columns["name"],
        days=taken(1, lambda one: one.days),
        values=values,
        low=nothing,
        high=nothing,
        sd=nothing,
        draws=None,
        members=Entrants(**columns, index={key: at for at, key in enumerate(keys)}),
        left_out=(),
    )


def _models(then: Catalog, catalog: Catalog, early: date, late: date) -> Iterator[Moved]:
    """What the catalogue, settled by the order of trust, says differently of models."""
    before, after = then.members(early), catalog.members(late)
    for key, at in after.index.items():
        name = str(after.name[at])
        if key not in before.index:
            yield Moved(
                table="models", dataset="", what="new", subject=name, column="released", after=_said(after.released[at])
            )
            continue
        was = before.index[key]
        for column in ("released", "openness", "country", "organisation"):
            one, other = getattr(before, column)[was], getattr(after, column)[at]
            if one != other:
                yield Moved(
                    table="models", dataset="", what="changed", subject=name, column=column,
                    before=_said(one), after=_said(other),
                )  # fmt: skip
    for key, was in before.index.items():
        if key not in after.index:
            yield Moved(table="models", dataset="", what="gone", subject=str(before.name[was]))


def _rows(then: Catalog, catalog: Catalog, early: date, late: date) -> tuple[list[Tally], list[Moved]]:
    """The tables of each data set that has a newer vintage, row by row; of a data set that is new, its count alone."""
    tallies: list[Tally] = []
    rows: list[Moved] = []
    about = {row["origin_id"]: row for row in catalog.table("origins").rows()}
    for table in TOLD:
        known = {about[key]["dataset"] for key in set(catalog.table(table, late).columns["origin_id"])}
        for dataset in sorted(name for name in known if not name.startswith(BY_HAND)):
            newest = catalog.vintage(table, late, dataset)
            try:
                oldest = then.vintage(table, early, dataset)
            except NomoatError:
                oldest = None
            if oldest == newest:
                continue
            was = [] if oldest is None else then.table(table, early, dataset).rows()
            today = catalog.table(table, late, dataset).rows()
            if table == "ratings" and was:  # a category that is kept since is no news of the board
                kept = {(row["board"], row["category"]) for row in was}
                today = [row for row in today if (row["board"], row["category"]) in kept]
            found = difference(table, was, today)
            tallies.append(
                Tally(
                    table=table, dataset=dataset, before=oldest, after=newest, new=len(found.new),
                    changed=len(found.changed), gone=len(found.gone), renamed=len(found.renamed),
                )
            )  # fmt: skip
            if oldest is None:
                continue
            rows += [Moved(table=table, dataset=dataset, what="new", subject=_about(table, row)) for row in found.new]
            rows += [Moved(table=table, dataset=dataset, what="gone", subject=_about(table, row)) for row in found.gone]
            pairs = [(what, *one) for what in ("changed", "renamed") for one in getattr(found, what)]
            for what, old, new in pairs:
                rows += [
                    Moved(
                        table=table, dataset=dataset, what=what, subject=_about(table, new), column=column,
                        before=_said(old.get(column)), after=_said(new.get(column)),
                    )
                    for column in moved(table, old, new)
                ]  # fmt: skip
    return tallies, rows


def _about(table: str, row: Any) -> str:
    """What a row is about, in a line: its key without what is empty."""
    return " · ".join(str(row[column]) for column in KEYS[table] if row.get(column) not in (None, ""))


def _said(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:.6g}" if isinstance(value, float) else str(value)
