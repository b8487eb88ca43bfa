"""When does a share of use pass a level?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, InputError
from nomoat.stats import prediction
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.adoption import adoption
from nomoat.world.backtest import Score
from nomoat.world.series import Series

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

METHODS = {
    "drift": "the share goes on moving as it did: a random walk of its log-odds with the drift of its months",
    "still": "it moves as much as it did, and nowhere in particular: the same walk without drift",
}
DEFAULT = "still"  # fixed before the first backtest was run: a share that rises cannot do so for ever
HORIZONS = (3, 6, 12)
FEWEST = 8  # months of steps before a forecast is made


class Chance(Noun, frozen=True, kw_only=True):
    """The probability that the share stands at or above the level by a date: on the low count, and on the high one."""

    method: str
    default: bool
    months: int
    date: date
    low: float
    high: float


class Past(Noun, frozen=True, kw_only=True):
    """One forecast of the record: at the end of a past month, of a level as far away as the asked one is now."""

    at: date
    stood: float  # the share on its low count
    level: float  # as far from it in log-odds
    months: int
    due: date
    chances: dict[str, float]  # method -> probability
    came: float  # the share that the low count had then
    happened: bool


class Passing(Noun, frozen=True, kw_only=True):
    """By when a share passes a level, from its own months, with the record of such forecasts."""

    schema_version: int = SCHEMA_VERSION
    series: str
    subject: str
    unit: str
    population: str
    level: float
    as_of: date
    at: date  # last day of the last period
    stands: tuple[float, float]
    passed: bool | None  # None: it has on the high count and has not on the low one
    chances: tuple[Chance, ...]
    n: int  # steps
    label: str
    past: tuple[Past, ...]  # what the scores are computed from
    scores: tuple[Score, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with both counts, chance, date, method, record and origin."""
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins))
        level, low, high = f"{100 * self.level:.6g}%", *self.stands
        now = f"{self.subject} had {low:.1%} to {high:.1%} of {self.unit} ({self.population}; low and high count)"
        if self.passed:
            return f"As of {self.at}, {now}: {level} has been passed (nomoat, from {sources})."
        year = next(c for c in self.chances if c.default and c.months == HORIZONS[-1])
        return (
            f"As of {self.at}, {now}; the chance of {level} or more on {year.date} is {year.low:.0%} on the low count "
            f"and {year.high:.0%} on the high one (method {year.method}: {METHODS[year.method]}; record, "
            f"{self.sentence()}; nomoat, from {sources})."
        )

    def sentence(self, method: str = DEFAULT) -> str:
        """How one method did, at each horizon with a record: n, what was said, what came, and the interval of that."""
        said = [
            f"{s.months} months ahead {s.happened} of {s.n} overlapping forecasts came true (90% binomial interval "
            f"{s.low:.0%} to {s.high:.0%}; mean probability {s.expected:.0%}, Brier score {s.brier:.2f})"
            for s in self.scores
            if s.method == method
        ]
        if not said:
            return "no past month can be scored: these forecasts have no record"
        return f"{self.label}, of a level as far away: {'; '.join(said)}"


def passing(
    level: float,
    *,
    unit: str = "tokens",
    channel: str = "openrouter",
    at: date | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Passing:
    """Say how likely the open share stands at or above `level` in 3, 6 and 12 months: then, not at some time before.

    The log-odds of the low and of the high bound are walked on by month (`stats.prediction.drifted`); the two give the
    range. The record: at the end of every month with eight steps behind it, the same forecast of a level as far away in
    log-odds as the asked one is now, on the low count. The months overlap, and they are one series: a year of it is
    hardly more than one observation.

    Raises InputError for a level that is no share between 0 and 1 and where there is no monthly series, EmptyCohort
    where it has fewer than eight steps.

    >>> found = passing(0.8)
    >>> found.passed, found.n, [c.months for c in found.chances if c.default]
    (False, 20, [3, 6, 12])
    """
    if not 0 < level < 1:
        raise InputError(f"A level of {level}", "a share between 0 and 1", "nomoat forecast --share 80%")
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    found = adoption(unit=unit, channel=channel, at=at, as_of=as_of, level=level, catalog=catalog)
    monthly = [s for s in found.series if s.grain == "month" and s.cohort == "open"]
    if not monthly:
        raise InputError(f"No monthly series of open {unit} at {channel}", "one that is shipped", "nomoat adoption")
    series = monthly[0]
    odds = _odds(series)
    steps = odds.shape[1] - 1
    if steps < FEWEST:
        raise EmptyCohort(f"{series.id} has {steps} steps", f"at least {FEWEST}", "a later --at")
    end = series.latest
    chances = [
        Chance(
            method=name,
            default=name == DEFAULT,
            months=h,
            date=_months_on(end.end, h),
            low=float(by[0, k]),
            high=float(by[1, k]),
        )
        for name in METHODS
        for by in [_walk(odds, level, name)]
        for k, h in enumerate(HORIZONS)
    ]
    above = (end.low >= level, end.high >= level)
    origins = catalog.origins(series.origins)
    known = max(o.retrieved for o in origins)
    return Passing(
        series=series.id,
        subject=series.subject,
        unit=unit,
        population=series.population,
        level=level,
        as_of=known,
        at=end.end,
        stands=(end.low, end.high),
        passed=above[0] if above[0] == above[1] else None,
        chances=tuple(chances),
        n=steps,
        label=f"hindsight: months of the copy of {known}, restated since they were first published",
        past=(past := tuple(_past(series, odds, level))),
        scores=tuple(_record(past)),
        left_out=found.left_out,
        origins=origins,
    )


def _odds(series: Series) -> Floats:
    """Log-odds (2, months) of the low and the high bound; a share of 0 or 1 is moved off by a thousandth."""
    shares = np.array([[p.low for p in series.periods], [p.high for p in series.periods]])
    kept = np.clip(shares, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(kept / (1 - kept)))


def _walk(odds: Floats, level: float, method: str) -> Floats:
    steps = np.diff(odds, axis=1)
    if method == "still":
        steps = np.concatenate([steps, -steps], axis=1)  # as many down as up: no drift, the same size
    target = np.full(len(odds), np.log(level / (1 - level)))
    return prediction.drifted(odds[:, -1], steps, target, np.array(HORIZONS, dtype=float), lasting=False).by


def _months_on(day: date, months: int) -> date:
    """The last day of the month that lies so many after the one of `day`: the series is of whole months.

    >>> _months_on(date(2026, 9, 30), 6).isoformat()
    '2027-03-31'
    """
    first = day.year * 12 + day.month + months  # of the month after
    return date(first // 12, first % 12 + 1, 1) - timedelta(days=1)


def _past(series: Series, odds: Floats, level: float) -> Iterator[Past]:
    """At each past month with enough steps behind it, what both methods say, and what the low count did."""
    target, months = np.log(level / (1 - level)), odds.shape[1]
    away = target - odds[0, -1]
    shares, days = [p.low for p in series.periods], [p.end for p in series.periods]
    for k, h in enumerate(HORIZONS):
        for now in range(FEWEST, months - h) if away > 0 else ():
            asked = float(1 / (1 + np.exp(-(odds[0, now] + away))))
            yield Past(
                at=days[now],
                stood=shares[now],
                level=asked,
                months=h,
                due=days[now + h],
                chances={name: float(_walk(odds[:1, : now + 1], asked, name)[0, k]) for name in METHODS},
                came=shares[now + h],
                happened=bool(odds[0, now + h] >= odds[0, now] + away),
            )


def _record(past: Sequence[Past]) -> Iterator[Score]:
    for name in METHODS:
        for h in HORIZONS:
            made = [one for one in past if one.months == h]
            if not made:
                continue
            given = np.array([one.chances[name] for one in made])
            happened = np.array([one.happened for one in made])
            low, high = prediction.binomial(int(happened.sum()), len(made))
            yield Score(
                method=name,
                months=h,
                n=len(made),
                brier=prediction.brier(given, happened),
                expected=float(given.mean()),
                happened=int(happened.sum()),
                low=low,
                high=high,
                coin=prediction.brier(np.full(len(made), happened.mean()), happened),
            )
