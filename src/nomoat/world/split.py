"""What is the open share of the same week in tokens, in requests and in money?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import DateError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.adoption import Adoption, adoption
from nomoat.world.series import percent

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

UNITS = ("tokens", "requests", "money")


class Side(Noun, frozen=True, kw_only=True):
    """One unit's share of the window."""

    unit: str
    low: float
    high: float | None  # None: what is not classified was counted as something else, and how much it is nobody says
    numerator: str
    id: str
    origins: tuple[str, ...] = ()


class Week(Noun, frozen=True, kw_only=True):
    """The same population in the same window, counted in two or three units."""

    channel: str
    population: str
    start: date
    end: date
    sides: tuple[Side, ...]
    missing: tuple[str, ...]  # units that nobody published for this window

    @property
    def spread(self) -> float:
        """The largest low bound less the smallest high one: by how much the units disagree whatever the unknown is."""
        return max(s.low for s in self.sides) - min(1.0 if s.high is None else s.high for s in self.sides)


class Split(Noun, frozen=True, kw_only=True):
    """The same weeks on three units: why "5 %" and "70 %" can both be right."""

    schema_version: int = SCHEMA_VERSION
    cohort: str
    as_of: date
    weeks: tuple[Week, ...]  # newest first
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    @property
    def full(self) -> tuple[Week, ...]:
        """The newest window of each channel with all three units, a week or more before a day; else the newest of all.

        A week says more than a day: on one gateway the share of a day was 76 % in a week of 49 %.
        """
        full: dict[str, Week] = {}
        for week in self.weeks:
            if not week.missing:
                full.setdefault(week.channel, week)
        return tuple(sorted(full.values(), key=lambda week: (week.end - week.start).days < 6)) or self.weeks[:1]

    def cite(self) -> str:
        """One sentence about the newest week with all three units."""
        week = self.full[0]
        shares = ", ".join(f"{percent(s.low, s.high)} of {s.unit}" for s in week.sides)
        rules = "; ".join(f"{s.unit}: {s.numerator}" for s in week.sides)
        used = {i for s in week.sides for i in s.origins}
        sources = "; ".join(
            dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins if o.id in used)
        )
        return (
            f"From {week.start} to {week.end}, {self.cohort} models had {shares} ({week.population}; {rules}; nomoat, "
            f"from {sources})."
        )


def split(
    *,
    cohort: str = "open",
    at: date | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
    found: Adoption | None = None,
) -> Split:
    """Set shares of the same population and window side by side, where at least two units are known.

    A unit that nobody published for a window is named as missing and not filled from another window. `at` keeps windows
    that were over by then. Raises DateError where no window has two units.

    >>> newest = split(at=date(2026, 5, 4)).weeks[0]
    >>> [(side.unit, round(side.low, 2)) for side in newest.sides]
    [('tokens', 0.67), ('requests', 0.5), ('money', 0.18)]
    """
    found = found or adoption(at=at, as_of=as_of, catalog=catalog)
    groups: dict[tuple[date, date, str, str], dict[str, Side]] = {}
    used: dict[str, tuple[str, ...]] = {}
    for key, side, origins in _sides(found, cohort):
        groups.setdefault(key, {}).setdefault(side.unit, side)
        used[side.id] = origins
    weeks = [
        Week(
            channel=channel,
            population=population,
            start=start,
            end=end,
            sides=tuple(sides[unit] for unit in UNITS if unit in sides),
            missing=tuple(unit for unit in UNITS if unit not in sides),
        )
        for (end, start, channel, population), sides in groups.items()
        if len(sides) > 1
    ]
    if not weeks:
        raise DateError(f"No window{f' by {at}' if at else ''} has two units", "a later date", "nomoat adoption")
    ids = {i for week in weeks for side in week.sides for i in used[side.id]}
    single = len(groups) - len(weeks)
    return Split(
        cohort=cohort,
        as_of=found.as_of,
        weeks=tuple(sorted(weeks, key=lambda w: (w.end, not w.missing, w.channel), reverse=True)),
        left_out=(*found.left_out, LeftOut(what="windows", count=single, why="only one unit is known of them")),
        origins=tuple(o for o in found.origins if o.id in ids),
    )


def _sides(found: Adoption, cohort: str) -> list[tuple[tuple[date, date, str, str], Side, tuple[str, ...]]]:
    out = []
    own = [series for series in found.series if series.cohort == cohort and series.unit in UNITS]
    # Where the bounds of tokens meet, nothing was unclassified in that window, in whichever unit it is counted.
    classified = {
        (series.id.partition("/")[0], p.start)
        for series in own
        for p in series.periods
        if p.low == p.high and not _rest(series.numerator)
    }
    for series in own:
        for p in series.periods:
            known = (series.id.partition("/")[0], p.start) in classified
            high = None if p.low == p.high and _rest(series.numerator) and not known else p.high
            side = Side(
                unit=series.unit, low=p.low, high=high, numerator=series.numerator, id=series.id, origins=series.origins
            )
            out.append(((p.end, p.start, series.channel, series.population), side, series.origins))
    # What the other side certainly has, this one has not.
    against = "closed" if cohort == "open" else "open"
    rest = {
        (f.unit, f.channel, f.start, f.end): f.value
        for f in found.figures
        if f.cohort == against and f.kind == "share" and f.value is not None
    }
    for figure in found.figures:
        share = figure.value
        if (
            figure.kind != "share"
            or figure.cohort != cohort
            or figure.unit not in UNITS
            or None in (figure.start, figure.end, share)
        ):
            continue
        assert figure.start is not None
        assert figure.end is not None
        assert share is not None
        other = rest.get((figure.unit, figure.channel, figure.start, figure.end))
        high = share if not _rest(figure.numerator) else None if other is None else 1.0 - other
        side = Side(
            unit=figure.unit, low=share, high=high, numerator=figure.numerator or "", id=figure.id,
            origins=figure.origins,
        )  # fmt: skip
        out.append(((figure.end, figure.start, figure.channel or "", figure.population), side, figure.origins))
    return out


def _rest(numerator: str | None) -> bool:
    """Whether what nobody classified was counted as not this side's."""
    return "counted as not" in (numerator or "")
