"""How good would such forecasts have been, made at the end of each past quarter?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.cache import remember
from nomoat.errors import EmptyCohort, NomoatError
from nomoat.stats import prediction
from nomoat.stats.frontier import NEVER, first_reach
from nomoat.types import MONTH, SCHEMA_VERSION, LeftOut, Noun
from nomoat.world.contest import Contest, contest
from nomoat.world.expectation import FEWEST, expect
from nomoat.world.rule import point_matches, quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]

FIRST = date(2023, 3, 31)  # no reconstruction before it has enough scores to fit
SCORED = (3, 6, 12)  # months ahead
LEVEL = 0.9
DRAWS = 100  # a quarter; 500 in place of 100 move no Brier score by more than 0.004
GRID = np.array([3.0, 6.0, 9.0, 12.0, 18.0, 24.0])  # months: what the log score tells apart


class Quarter(Noun, frozen=True, kw_only=True):
    """One forecast of the past, and what came of it: enough to score it again from these rows alone."""

    at: date  # the reconstructed vintage: what was out by then
    target: str  # the leader's best in the reconstruction
    ability: float  # the target's as known now, which the follower had to reach
    reached: date | None  # the first day on which a follower stood there, as known now; None: none has by the cut
    by: str | None  # that follower
    months: float  # from `at` until it happened, or until the cut; 0 where it had happened already
    happened: bool
    chances: dict[str, dict[str, float]]  # method -> months ahead -> probability; a method that said nothing is absent
    low: dict[str, dict[str, float]]  # the ends of each over the draws of abilities
    high: dict[str, dict[str, float]]


class Score(Noun, frozen=True, kw_only=True):
    """How one method did at one horizon.

    `low` and `high` hold the share that happened, exact binomial as if the quarters were independent. They overlap,
    so that the true interval is wider.
    """

    method: str
    months: int
    n: int
    brier: float
    expected: float  # the mean probability that was given
    happened: int
    low: float
    high: float
    coin: float  # the Brier score of always saying the share that happened


class Backtest(Noun, frozen=True, kw_only=True):
    """Forecasts of the past with their scores. Hindsight: vintages are reconstructed from today's scores."""

    schema_version: int = SCHEMA_VERSION
    label: str
    leader: str
    follower: str
    scale: str
    first: date
    last: date
    cut: date | None = None  # the last day on which something could have been seen to happen
    month: float = MONTH  # days
    level: float = LEVEL  # of the intervals over draws, and of the binomial ones
    draws: int = DRAWS  # of abilities, a quarter
    scores: tuple[Score, ...]
    log_scores: dict[str, float]  # method -> mean log score, censored quarters included; higher is better
    quarters: tuple[Quarter, ...]
    left_out: tuple[LeftOut, ...]

    def sentence(self, method: str, months: int = SCORED[-1]) -> str:
        """How one method did that far ahead: how many quarters, what was said, what came, and the interval of that."""
        score = next((s for s in self.scores if (s.method, s.months) == (method, months)), None)
        if score is None:
            return f"no quarter since {self.first} is {months} months old: these forecasts have no record yet"
        return (
            f"{self.label}: {score.n} overlapping quarters that are {months} months old or more since {self.first}; "
            f"mean probability {score.expected:.0%}, happened in {score.happened} "
            f"({self.level:.0%} binomial interval {score.low:.0%} to {score.high:.0%}), Brier score {score.brier:.2f}"
        )


def backtest(
    leader: str | None = None,
    follower: str | None = None,
    *,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    first: date = FIRST,
    catalog: Catalog | None = None,
) -> Backtest:
    """Forecast at the end of each quarter from what was out then, and score against what is known now.

    The scale is fitted anew on the models and benchmarks that were out by each quarter's end (a scale that is not
    fitted, or a day of which only the published index is known, is cut there and the label says so); their scores are
    those of today or of `as_of`, which nobody had: the result is labelled hindsight.
    It happened when a follower stood at or above the model that led then, both as known now. Brier scores at 3, 6 and
    12 months where the quarter is old enough; the log score takes all quarters, those that still wait as censored.
    Each quarter holds its vintage's day, each method's probabilities with their ends over the draws, and what came, so
    that the scores can be computed again from the rows: old enough is at + months x `month` <= `cut`, happened is
    reached <= at + months x `month`.

    Raises EmptyCohort where no quarter can be forecast.

    >>> found = backtest("closed", "open", first=date(2026, 3, 31))
    >>> found.label, [q.target for q in found.quarters][:1]
    ('hindsight: reconstructed from the scores of 2026-08-11', ['GPT-5.4 Pro'])
    """
    from nomoat.catalog.store import Catalog
    from nomoat.world.scale import scale

    catalog = catalog or Catalog.open()
    today = scale(on, catalog=catalog, method=method, draws=0, as_of=as_of)
    sides = today.sides(leader, follower)
    known = contest(today, *sides, at)
    name = str(on)
    parts = {
        "measure": "backtest",
        "catalog": catalog.key,
        "on": name,
        "file": Path(name).read_bytes().hex() if Path(name).is_file() else "",
        "sides": list(sides),
        "at": known.at.isoformat(),
        "as_of": None if as_of is None else as_of.isoformat(),
        "method": method,
        "first": first.isoformat(),
    }
    kept = remember(parts, lambda: msgspec.json.encode(_look_back(known, on, method, as_of, first, catalog)))
    return msgspec.json.decode(kept, type=Backtest)


def _look_back(
    known: Contest, on: str | Path, method: str, as_of: date | None, first: date, catalog: Catalog
) -> Backtest:
    from nomoat.world.scale import scale

    name = known.scale.name
    fitted = name.partition(":")[0] in ("capability", "domain", "modality", "contamination")
    fitted = fitted and any(as_of is None or day <= as_of for day in catalog.vintages("scores"))
    quarters, left = [], 0
    asked = quarter_ends(first, known.at)
    for day in asked:
        try:
            then = (
                scale(on, catalog=catalog, method=method, draws=DRAWS, as_of=day, reconstruct=True, known_on=as_of)
                if fitted
                else scale(on, catalog=catalog, method=method, draws=DRAWS, as_of=as_of)
            )
            quarters.append(_quarter(known, contest(then, known.leader.cohort, known.follower.cohort, day)))
        except NomoatError:
            left += 1
    if not quarters:
        raise EmptyCohort(
            f"No quarter from {first} to {known.at} can be forecast", "records that were matched", "a wider cohort"
        )
    methods = list(quarters[-1].chances)
    scores = [s for m in methods for h in SCORED if (s := _score(m, h, quarters, known.at)) is not None]
    day = known.scale.as_of
    how = f"reconstructed from the scores of {day}" if fitted else f"{name} of {day}, cut at each quarter's end"
    return Backtest(
        label=f"hindsight: {how}",
        leader=known.leader.cohort,
        follower=known.follower.cohort,
        scale=name,
        first=quarters[0].at,
        last=quarters[-1].at,
        cut=known.at,
        scores=tuple(scores),
        log_scores={m: _log(m, quarters) for m in methods},
        quarters=tuple(quarters),
        left_out=(
            LeftOut(
                what="quarters",
                count=left,
                why=f"fewer than {FEWEST} records were matched by then, or no model has four scores",
            ),
        )
        if left
        else (),
    )


def quarter_ends(first: date, last: date) -> list[date]:
    """The last days of the quarters from `first` on that were over before `last`.

    >>> [d.isoformat() for d in quarter_ends(date(2025, 10, 1), date(2026, 4, 2))]
    ['2025-12-31', '2026-03-31']
    """
    ends = [
        date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        for year in range(first.year, last.year + 1)
        for month in (3, 6, 9, 12)
    ]
    return [day for day in ends if first <= day < last]


def _quarter(known: Contest, then: Contest) -> Quarter:
    found = point_matches(then)
    if int((found.record[0] & ~found.censored[0]).sum()) < FEWEST:
        raise EmptyCohort(f"Fewer than {FEWEST} records were matched by {then.at}")
    top = int(then.leader.line.holder[0, -1])
    now = np.flatnonzero(known.leader.ids == then.leader.ids[top])
    if len(now) == 0:
        raise EmptyCohort(f"{then.leader.names[top]!r} is not on the scale now")
    ability = float(known.leader.values[now[0]])
    reached, index = first_reach(known.follower.line, np.array([[ability]]))
    happened = bool(reached[0, 0] < NEVER)
    end = int(reached[0, 0]) if happened else known.at.toordinal()
    expected = expect(then, GRID)
    said = {name: by for name, chance in expected.items() if not np.isnan(by := prediction.mixture(chance)).any()}
    ends = {name: _ends(expected[name].by) for name in said}
    return Quarter(
        at=then.at,
        target=str(then.leader.names[top]),
        ability=ability,
        reached=date.fromordinal(end) if happened else None,
        by=str(known.follower.names[known.follower.line.holder[0, index[0, 0]]]) if happened else None,
        months=max(0, end - then.at.toordinal()) / MONTH,
        happened=happened,
        chances={name: _told(by) for name, by in said.items()},
        low={name: _told(low) for name, (low, _) in ends.items()},
        high={name: _told(high) for name, (_, high) in ends.items()},
    )


def _ends(by: Floats) -> tuple[Floats, Floats]:
    """The central interval (H,), (H,) of the draws (B, H) that say something."""
    said = by[~np.isnan(by).any(axis=1)]
    low, high = np.array([quantiles(column, LEVEL) for column in said.T]).T
    return low, high


def _told(by: Floats) -> dict[str, float]:
    return {f"{h:g}": float(p) for h, p in zip(GRID, by, strict=True)}


def _score(method: str, months: int, quarters: list[Quarter], cut: date) -> Score | None:
    old = [q for q in quarters if method in q.chances and (cut - q.at).days >= months * MONTH]
    if not old:
        return None
    given = np.array([q.chances[method][f"{months:g}"] for q in old])
    came = np.array([q.happened and q.months <= months for q in old])
    low, high = prediction.binomial(int(came.sum()), len(came), LEVEL)
    return Score(
        method=method,
        months=months,
        n=len(old),
        brier=prediction.brier(given, came),
        expected=float(given.mean()),
        happened=int(came.sum()),
        low=low,
        high=high,
        coin=prediction.brier(np.full(len(came), came.mean()), came),
    )


def _log(method: str, quarters: list[Quarter]) -> float:
    said = [q for q in quarters if method in q.chances]
    given = [np.array([q.chances[method][f"{h:g}"] for h in GRID]) for q in said]
    return float(
        np.mean([prediction.log_score(p, GRID, q.months, not q.happened) for q, p in zip(said, given, strict=True)])
    )
