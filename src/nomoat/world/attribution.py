"""Who raised the follower frontier, and by how much?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nomoat.errors import DateError, UnknownName
from nomoat.stats.frontier import Frontier, frontier
from nomoat.stats.shapley import max_game
from nomoat.types import MONTH, Attribution, Credit
from nomoat.world.contest import Contest, Side, contest
from nomoat.world.gap import WINDOW
from nomoat.world.rule import quantiles

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

Floats = NDArray[np.float64]
PLAYERS = {"organisation": "organisation_name", "country": "country", "openness": "openness"}


def attribute(
    leader: str | None = None,
    follower: str | None = None,
    *,
    by: str = "organisation",
    start: date | None = None,
    on: str | Path = "capability",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    reconstruct: bool = False,
    catalog: Catalog | None = None,
) -> Attribution:
    """Share out the rise of the follower frontier, and the lag it saved, among those who made its models.

    The worth of a set S of players is v(S) = mean over [start, at] of max(0, F_S(t) - F(start)), F_S the running best
    of their models; v(empty) = 0. Shares are exact Shapley values: v is a max game on every day, which has a closed
    form. The same for the current lag: on a day t, S saves as many days as the leader needed to get from F(start) to
    F_S(t). `start` defaults to 24 months before `at`, or to the first follower if that is later. All follower players
    take part, not only record holders.

    >>> a = attribute(draws=0)
    >>> abs(sum(c.shapley for c in a.credits) - a.total) < 1e-9
    True
    """
    from nomoat.world.scale import scale

    measured = scale(
        on,
        catalog=catalog,
        method=method,
        draws=draws,
        seed=seed,
        level=level,
        as_of=as_of,
        reconstruct=reconstruct,
    )
    return share(contest(measured, *measured.sides(leader, follower), at), by=by, start=start)


def share(match: Contest, *, by: str = "organisation", start: date | None = None) -> Attribution:
    """The attribution of two sides that have been drawn up already."""
    if by not in PLAYERS:
        raise UnknownName.of("grouping", by, PLAYERS, "--by organisation")
    first = date.fromordinal(int(match.follower.days.min()))
    if first >= match.at:
        said = f"The {match.follower.cohort} frontier begins on {first}, the last day looked at: nothing has risen"
        raise DateError(said, "a follower with an earlier model, or a later --at")
    begin = start or max(first, match.at - timedelta(days=round(WINDOW * MONTH)))
    if begin >= match.at:
        raise DateError(f"The start {begin} is not before {match.at}", "an earlier start", f"--start {first}")
    if begin < first:
        raise DateError(
            f"On {begin} there was no {match.follower.cohort} model to rise from",
            f"a start from {first} on, the first one measured",
            f"--start {first}",
        )
    labels = getattr(match.scale.members, PLAYERS[by])[match.follower.rows]
    labels = np.array([label if label is not None else "unknown" for label in labels], dtype=object)
    players = sorted(set(labels))
    game = _Game(match, labels, players, begin)
    rise, saved = game.worths(match.leader.line, match.follower.values[None, :])
    rises = None
    if match.leader.lines is not None and match.follower.draws is not None:
        rises, _ = game.worths(match.leader.lines, match.follower.draws)
    total, total_lag = float(rise.total[0]), float(saved.total[0])
    line = match.follower.line
    held = [labels[line.holder[0, k]] for k in np.flatnonzero(line.record[0]) if line.days[k] > begin.toordinal()]
    credits = []
    for k, player in enumerate(players):
        low, high = quantiles(rises.shares[:, k], match.scale.level) if rises is not None else (None, None)
        credits.append(
            Credit(
                player=player,
                shapley=float(rise.shares[0, k]),
                low=low,
                high=high,
                share=float(rise.shares[0, k] / total) if total > 0 else None,
                without=float(rise.without[0, k]),
                lag_shapley=float(saved.shares[0, k] / MONTH),
                lag_without=float(saved.without[0, k] / MONTH),
                records=held.count(player),
                models=int((labels == player).sum()),
            )
        )
    return Attribution(
        leader=match.leader.cohort,
        follower=match.follower.cohort,
        by=by,
        scale=match.scale.name,
        unit=match.scale.unit,
        method=match.scale.method,
        level=match.scale.level,
        start=begin,
        as_of=match.scale.as_of,
        cut=match.at,
        total=total,
        total_lag=total_lag / MONTH,
        credits=tuple(sorted(credits, key=lambda c: (-c.shapley, -c.models, c.player))),
        left_out=match.left_out,
        origins=match.scale.origins,
    )


class _Worth:
    """Time-averaged worth (B,), shares (B, P) and the worth of everybody but one (B, P)."""

    def __init__(self, gains: Floats, weight: Floats) -> None:
        self.total = np.einsum("btp,t->bp", gains.max(axis=2, keepdims=True), weight)[:, 0]
        self.shares = np.einsum("btp,t->bp", max_game(gains), weight)
        top = np.sort(gains, axis=2)
        second = top[:, :, -2] if gains.shape[2] > 1 else np.zeros(gains.shape[:2])
        rest = np.where(gains == top[:, :, -1:], second[:, :, None], top[:, :, -1:])
        self.without = np.einsum("btp,t->bp", rest, weight)


class _Game:
    """The follower's players on every stretch of days on which neither frontier moves."""

    def __init__(self, match: Contest, labels: NDArray[np.object_], players: list[str], begin: date) -> None:
        start, stop = begin.toordinal(), match.at.toordinal()
        days = np.concatenate([match.leader.days, match.follower.days])
        self.edges = np.unique(np.append(days[(days > start) & (days < stop)], [start, stop]))
        self.weight = np.diff(self.edges) / (stop - start)
        self.side: Side = match.follower
        self.columns = [np.flatnonzero(labels == player) for player in players]

    def _alone(self, values: Floats) -> Floats:
        """What each player's best model was worth on each stretch: (B, T, P), minus infinity before the first."""
        out = np.full((len(values), len(self.weight), len(self.columns)), -np.inf)
        for k, columns in enumerate(self.columns):
            line = frontier(self.side.days[columns], values[:, columns])
            at = np.searchsorted(line.days, self.edges[:-1], side="right") - 1
            out[:, at >= 0, k] = line.best[:, at[at >= 0]]
        return out

    def worths(self, leader: Frontier, values: Floats) -> tuple[_Worth, _Worth]:
        """The two games: points gained over F(start), and days of lag saved."""
        alone = self._alone(values)
        base = alone[:, 0, :].max(axis=1)
        rise = _Worth(np.maximum(alone - base[:, None, None], 0.0), self.weight)
        reached = np.append(leader.days, 0).astype(float)
        middle = (self.edges[1:] + self.edges[:-1]) / 2
        now = np.empty_like(alone)
        was = np.empty(len(values))
        for b, best in enumerate(leader.best):  # one draw at a time: a comparison of all would take (B, T, P, D)
            index = np.searchsorted(best, alone[b], side="left")
            ahead = (index >= len(best)) | (reached[index] > self.edges[:-1, None])
            now[b] = np.where(ahead, middle[:, None], reached[index])
            first = int(np.searchsorted(best, base[b], side="left"))
            was[b] = reached[first] if first < len(best) else self.edges[0]
        return rise, _Worth(np.maximum(now - was[:, None, None], 0.0), self.weight)
