"""When does a share of use pass a level?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import EmptyCohort, InputError
from nomoat.stats import prediction
from nomoat.types import MONTH, SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.adoption import Series, adoption
from nomoat.world.backtest import Score

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
    scores: tuple[Score, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with chance, date, method and origin."""
        year = next(c for c in self.chances if c.default and c.months == HORIZONS[-1])
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins))
        return (
            f"As of {self.at}, the chance that {self.subject} have {self.level:.0%} of {self.unit} on {year.date} is "
            f"{year.low:.0%} to {year.high:.0%} ({self.population}; method {year.method}: {METHODS[year.method]}; "
            f"nomoat, from {sources})."
        )


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
            date=end.end + timedelta(days=round(h * MONTH)),
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
        scores=tuple(_record(odds, level)),
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


def _record(odds: Floats, level: float) -> list[Score]:
    target, months = np.log(level / (1 - level)), odds.shape[1]
    away = target - odds[0, -1]
    scores = []
    for name in METHODS:
        for k, h in enumerate(HORIZONS):
            given, came = [], []
            for now in range(FEWEST, months - h) if away > 0 else ():
                asked = odds[0, now] + away
                past = odds[:1, : now + 1]
                given.append(float(_walk(past, 1 / (1 + np.exp(-asked)), name)[0, k]))
                came.append(bool(odds[0, now + h] >= asked))
            if not given:
                continue
            happened = np.array(came)
            low, high = prediction.binomial(int(happened.sum()), len(came))
            scores.append(
                Score(
                    method=name,
                    months=h,
                    n=len(came),
                    brier=prediction.brier(np.array(given), happened),
                    expected=float(np.mean(given)),
                    happened=int(happened.sum()),
                    low=low,
                    high=high,
                    coin=prediction.brier(np.full(len(came), happened.mean()), happened),
                )
            )
    return scores
