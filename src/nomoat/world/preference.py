"""Which model do people prefer, judged from raw battles, and how sure is that?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.battles import COLUMNS, Battles, count_battles
from nomoat.errors import InputError, TableError, UnknownName
from nomoat.stats import pairwise
from nomoat.stats.links import Links, links
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

CENTRE = 1000.0
FEW = 30  # battles: below that the normal approximation behind an interval is a hope
_TIES = "ties and 'both bad' count as half a win for each side"
_STANDING = {
    "above": "no chain of wins or ties leads from the rated models to it: no number is high enough",
    "below": "no chain of wins or ties leads from it to the rated models: no number is low enough",
    "apart": "no chain of battles links it to the rated models",
    "beside": "wins lead to and from it, but only by way of models that cannot be rated",
}


class Rated(Noun, frozen=True, kw_only=True):
    """One model's rating in Elo points; `low` and `high` are None where its results leave nothing to judge from."""

    model: str
    rating: float
    low: float | None
    high: float | None
    rank: int
    rank_low: int  # the best rank that the data allow
    rank_high: int
    battles: int
    wins: int
    losses: int
    ties: int  # with those that were called bad on both sides
    both_bad: int


class Unrated(Noun, frozen=True, kw_only=True):
    """A model whom no finite rating fits best, and where it stands to those rated: above, below, beside or apart.

    `bound` is the rating that it exceeds (above) or falls short of (below) at the board's level, where one follows.
    """

    model: str
    standing: str
    why: str
    bound: float | None
    battles: int
    wins: int
    losses: int
    ties: int


class Slope(Noun, frozen=True, kw_only=True):
    """What one unit more of a covariate on its side is worth to a model, in Elo points."""

    covariate: str
    points: float
    low: float
    high: float


class Board(Noun, frozen=True, kw_only=True):
    """One ranking: the rated models best first, those that cannot be rated, and the covariates held equal."""

    group: str | None
    battles: int
    ties: int
    both_bad: int
    rated: tuple[Rated, ...]
    unrated: tuple[Unrated, ...]
    slopes: tuple[Slope, ...] = ()
    warnings: tuple[str, ...] = ()


class Ranking(Noun, frozen=True, kw_only=True):
    """Models ranked by the battles they won: the document of `rank --json`, one board for each value of `by`."""

    schema_version: int = SCHEMA_VERSION
    method: str
    scale: str
    level: float
    by: str | None
    covariates: tuple[str, ...]
    anchor: str
    at: date | None
    boards: tuple[Board, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...] = ()
    origins: tuple[Origin, ...]

    @property
    def rated(self) -> tuple[Rated, ...]:
        """The rated models of all boards, one board after the other."""
        return tuple(row for board in self.boards for row in board.rated)

    def cite(self) -> str:
        """One sentence with value, interval, rule and origin, ready to be quoted."""
        board = self.boards[0]
        first = board.rated[0]
        among = f" among {self.by} {board.group}" if self.by else ""
        span = "no interval" if first.low is None else f"{self.level:.0%} interval {first.low:.0f} to {first.high:.0f}"
        sources = "; ".join(f"{o.publisher}, {o.title}" for o in self.origins) or "a table in memory"
        return (
            f"{first.model} leads {len(board.rated)} models{among} with {first.rating:.0f} points ({span}; rank "
            f"{first.rank_low} to {first.rank_high}) over {board.battles:,} battles ({self.method}; {self.anchor}; "
            f"nomoat, from {sources})."
        )


def rank(
    battles: Path | str | Mapping[str, Any] | Any,
    *,
    by: str | None = None,
    covariates: Sequence[str] = (),
    level: float = 0.95,
    anchor: float | tuple[str, float] | None = None,
    at: date | None = None,
    dated: str | None = None,
    columns: tuple[str, str, str] = COLUMNS,
) -> Ranking:
    """Rank models by Bradley-Terry from raw battles, with robust intervals for ratings and for ranks.

    `battles`: a CSV or Parquet file, a dictionary of columns, a pandas frame, anything with `__arrow_c_stream__`, or an
    Ibis table, which its own engine counts, with the columns `model_a`, `model_b` and `winner`: `model_a`, `model_b`,
    `tie`, or "both bad" in its spellings, and in those of peers, such as `left` and `draw`, where no model is called so
    (`columns` where they are called otherwise; a winner is then the name of a side's column). Ties are half a win for
    each, as arena-rank and evalica count them.

    `by`: a column; one board a value. `covariates`: columns of differences a - b, or stems of `stem_a` and `stem_b`,
    whose effect on votes is taken out of the ratings. `anchor`: the mean of the rated models (1000), or a model and
    its rating; then intervals are about the distance to that model. `at`: battles fought by that day only.

    A rating is 400 log10 of the odds. Intervals at `level`: sandwich covariance over single battles; a rank interval
    holds the true rank with at least `level`. Battles count as independent: votes of one person are not told apart.

    What no finite rating fits is named in `unrated`: a model that never lost, or was never linked to the others.
    Raises TableError for a table that cannot be read or ranks nobody (one battle, say), UnknownName for an anchor
    that is not rated, InputError for a level or a covariate that cannot be used.

    >>> fought = {"model_a": ["x"] * 30 + ["y"] * 10, "model_b": ["y"] * 30 + ["x"] * 10, "winner": ["model_a"] * 40}
    >>> ranking = rank(fought)
    >>> [(row.model, round(row.rating), row.rank, row.battles) for row in ranking.rated]
    [('x', 1095, 1, 40), ('y', 905, 2, 40)]
    """
    if not 0 < level < 1:
        raise InputError(f"The level is {level:g}", "a share between 0 and 1, such as 0.95", "--level 0.95")
    named, value = anchor if isinstance(anchor, tuple) else (None, CENTRE if anchor is None else anchor)
    wanted = tuple(dict.fromkeys(covariates))
    counted = count_battles(battles, columns=columns, by=by, covariates=wanted, at=at, dated=dated)
    left = [LeftOut(what=what, count=count, why=why) for what, count, why in counted.left_out]
    if not len(counted.counts):
        lost = "; ".join(f"{item.count:,} {item.what}" for item in left)
        raise TableError(f"{counted.name} has no battle that counts{' (' + lost + ')' if lost else ''}", "at least one")
    boards: list[Board] = []
    refused: list[InputError] = []
    for code, group in enumerate(counted.groups):
        if not (counted.group == code).any():
            continue
        try:
            boards.append(_Field(counted, code).board(wanted, level, named, value))
        except InputError as error:
            refused.append(error)
            n = int(counted.counts[counted.group == code].sum())
            left.append(LeftOut(what=f"battles of {by} {group}", count=n, why=str(error)))
    if not boards:
        raise refused[0]
    model = "contextual Bradley-Terry" if wanted else "Bradley-Terry"
    return Ranking(
        method=f"{model}, {_TIES}, sandwich intervals",
        scale="Elo points, 400 log10 of the odds",
        level=level,
        by=by,
        covariates=wanted,
        anchor=f"{named or 'the mean of the rated models'} is {value:g}",
        at=at,
        boards=tuple(boards),
        left_out=tuple(left),
        origins=_origins(battles, counted),
    )


class _Field:
    """The models and battles of one board, by their own numbers."""

    def __init__(self, battles: Battles, code: int) -> None:
        mine = battles.group == code
        present, ends = np.unique(np.concatenate([battles.a[mine], battles.b[mine]]), return_inverse=True)
        self.battles, self.code, self.present = battles, code, present
        self.a, self.b = ends[: mine.sum()], ends[mine.sum() :]
        self.names = [battles.models[i] for i in present]
        self.group = battles.groups[code]
        self.counts = battles.counts[mine]
        # ties for the fit: "both bad" says of the two what a tie says
        self.results = np.stack([self.counts[:, 0], self.counts[:, 1], self.counts[:, 2] + self.counts[:, 3]], axis=1)

    def board(self, covariates: tuple[str, ...], level: float, anchor: str | None, value: float) -> Board:
        """Rate the group with the most battles, and say of everybody else where they stand."""
        n = len(self.names)
        found = links(self.a, self.b, self.results, n)
        rated = np.flatnonzero(found.groups == 0)
        if len(rated) < 2:
            raise TableError(*self._nobody())
        number = np.full(n, -1)
        number[rated] = np.arange(len(rated))
        names = [self.names[i] for i in rated]
        if anchor is not None and anchor not in names:
            raise UnknownName.of("rated model", anchor, names, "another anchor")
        fit = self._fit(number, len(rated), covariates)
        own = None if anchor is None else names.index(anchor)
        points = pairwise.ratings(fit, level, own, value)
        rows = self._rated(rated, points, pairwise.rank_intervals(fit, level))
        unrated = self._unrated(found, number, points.rating, level)
        total = self.counts.sum(axis=0)
        return Board(
            group=self.group,
            battles=int(total.sum()),
            ties=int(total[2] + total[3]),
            both_bad=int(total[3]),
            rated=rows,
            unrated=unrated,
            slopes=_slopes(fit, covariates, level),
            warnings=tuple(self._warnings(rows, unrated, found)),
        )

    def _fit(self, number: NDArray[Any], n: int, covariates: tuple[str, ...]) -> pairwise.Strengths:
        inside = (number[self.a] >= 0) & (number[self.b] >= 0)
        rows = self.battles.rows
        if rows is None:
            return pairwise.bradley_terry(number[self.a[inside]], number[self.b[inside]], self.results[inside], n)
        place = np.full(len(self.battles.models), -1, dtype=np.int16)
        place[self.present] = number
        mine = slice(None)
        if len(self.battles.groups) > 1 or n < len(self.battles.models):
            mine = (rows.group == self.code) & (place[rows.a] >= 0) & (place[rows.b] >= 0)
        features = [x[mine] for x in rows.covariates]
        return pairwise.contextual(place[rows.a[mine]], place[rows.b[mine]], rows.points[mine], features, n, covariates)

    @cached_property
    def _records(self) -> list[dict[str, int]]:
        """Battles, wins, losses and ties of each model."""
        n = len(self.names)
        first, second = (
            np.stack([np.bincount(side, column, n) for column in self.results.T], axis=1) for side in (self.a, self.b)
        )
        wins, losses, ties = first[:, 0] + second[:, 1], first[:, 1] + second[:, 0], first[:, 2] + second[:, 2]
        columns = {"battles": wins + losses + ties, "wins": wins, "losses": losses, "ties": ties}
        return [{name: int(column[i]) for name, column in columns.items()} for i in range(n)]

    def _rated(
        self, rated: NDArray[Any], points: pairwise.Ratings, ranks: tuple[NDArray[Any], NDArray[Any]]
    ) -> tuple[Rated, ...]:
        records, n = self._records, len(self.names)
        bad = np.bincount(self.a, self.counts[:, 3], n) + np.bincount(self.b, self.counts[:, 3], n)
        place = 1 + (points.rating[:, None] < points.rating - 1e-9).sum(axis=1)
        rows = [
            Rated(
                model=self.names[i],
                rating=float(points.rating[r]),
                low=_known(points.low[r]),
                high=_known(points.high[r]),
                rank=int(place[r]),
                rank_low=int(ranks[0][r]),
                rank_high=int(ranks[1][r]),
                both_bad=int(bad[i]),
                **records[i],
            )
            for r, i in enumerate(rated)
        ]
        return tuple(sorted(rows, key=lambda row: (row.rank, row.model)))

    def _unrated(self, found: Links, number: NDArray[Any], rating: NDArray[Any], level: float) -> tuple[Unrated, ...]:
        """Everybody outside of the rated group, those with the most battles first."""
        home = found.pieces[np.argmax(found.groups == 0)]
        outside = (number[self.a] < 0) != (number[self.b] < 0)
        a, b, games = self.a[outside], self.b[outside], self.counts[outside].sum(axis=1)
        records, rows = self._records, []
        for i in np.flatnonzero(number < 0):
            standing = "above" if found.beats[i] else "below" if found.beaten[i] else "beside"
            if found.pieces[i] != home:
                standing = "apart"
            met = (a == i) | (b == i)
            other = number[np.where(a[met] == i, b[met], a[met])]
            bound = None
            if met.any():  # then all were won, or all were lost
                bound = _bound(rating[other], games[met], 1 if standing == "above" else -1, level)
            why = _STANDING[standing]
            rows.append(Unrated(model=self.names[i], standing=standing, why=why, bound=bound, **records[i]))
        return tuple(sorted(rows, key=lambda row: (-row.battles, row.model)))

    def _nobody(self) -> tuple[str, str, str]:
        n, where = int(self.counts.sum()), f" of {self.group}" if self.group else ""
        if n == 1:
            pair = f"{self.names[0]} and {self.names[1]}"
            seen = f"There is one battle{where}, between {pair}, and one of them won it"
        else:
            seen = f"In the {n:,} battles{where} no two models both won against one another, even through others"
        return f"{seen}: no finite rating fits best", "wins that go round", "more battles"

    def _warnings(self, rows: tuple[Rated, ...], unrated: tuple[Unrated, ...], found: Links) -> list[str]:
        said = []
        home = found.pieces[np.argmax(found.groups == 0)]
        others = [np.flatnonzero(found.pieces == p) for p in range(found.pieces.max() + 1) if p != home]
        if others:
            rest = [f"{self.names[p[0]]} and {len(p) - 1} more" if len(p) > 1 else self.names[p[0]] for p in others]
            said.append(
                f"the models fall into {len(others) + 1} pieces that never met, and one is rated; "
                f"the others hold {_listed(rest)}"
            )
        for standing, words in (("above", "never lost to"), ("below", "never won against")):
            if names := [row.model for row in unrated if row.standing == standing]:
                said.append(f"not rated, since they {words} the rated models: {_listed(names)}")
        if few := sum(row.battles < FEW for row in rows):
            said.append(f"{few} of the rated models have fewer than {FEW} battles: their intervals are rough")
        if mute := sum(row.low is None for row in rows):
            said.append(f"{mute} of the rated models have no interval: their results leave no residual to judge from")
        return said


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} others" if len(names) > 5 else "")


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _slopes(fit: pairwise.Strengths, covariates: tuple[str, ...], level: float) -> tuple[Slope, ...]:
    ends = pairwise.slopes(fit, level)
    return tuple(
        Slope(covariate=name, points=float(ends.rating[f]), low=float(ends.low[f]), high=float(ends.high[f]))
        for f, name in enumerate(covariates)
    )


def _bound(rating: NDArray[Any], games: NDArray[Any], sign: int, level: float) -> float:
    """The rating at which winning (or losing) all of `games` against `rating` had the chance (1 - level) / 2.

    The opponents' ratings count as known. Bisection: the chance rises with the rating.
    """
    chance = np.log((1 - level) / 2)
    low, high = rating.min() - 20_000.0, rating.max() + 20_000.0
    for _ in range(100):
        middle = (low + high) / 2
        lost = np.logaddexp(0.0, -sign * (middle - rating) / pairwise.ELO)
        likely = -(games @ lost) > chance
        if likely == (sign > 0):
            high = middle
        else:
            low = middle
    return float(middle)


def _origins(source: Any, battles: Battles) -> tuple[Origin, ...]:
    if not isinstance(source, Path | str):
        return ()
    written = date.fromtimestamp(Path(source).stat().st_mtime)
    return (
        Origin.of_file(
            battles.name,
            title=f"{battles.name} (sha256 of its counts by pair and result)",
            retrieved=written,
            sha256=battles.sha256,
        ),
    )
