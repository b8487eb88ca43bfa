"""Frontiers, lags and matches told day by day, from the words of DESIGN 4 and nothing else.

A release is (day, score, column); a cohort is a list of them. Slow on purpose: every day asks every model.
"""

from __future__ import annotations

from dataclasses import dataclass

Release = tuple[int, float, int]


def best_on(cohort: list[Release], day: float) -> float | None:
    """Running best of a cohort by release date; None before its first release."""
    return max((score for released, score, _ in cohort if released <= day), default=None)


def records(cohort: list[Release]) -> list[Release]:
    """Models strictly above all earlier models; several on one day: the highest; ties by name (the lower column)."""
    raised = []
    for day in sorted({released for released, _, _ in cohort}):
        today = [release for release in cohort if release[0] == day]
        before = best_on(cohort, day - 1)
        top = max(score for _, score, _ in today)
        if before is None or top > before:
            raised.append((day, top, min(column for _, score, column in today if score == top)))
    return raised


def first_reach(cohort: list[Release], level: float) -> int | None:
    """The first day on which the frontier stood at or above a level."""
    days = [released for released, _, _ in cohort]
    for day in range(min(days), max(days) + 1):
        best = best_on(cohort, day)
        if best is not None and best >= level:
            return day
    return None


def current_lag(leader: list[Release], follower: list[Release], moment: float) -> float | None:
    """The moment minus the first date on which the leader frontier reached F; 0 if it has not yet; None without F."""
    level = best_on(follower, moment)
    if level is None:
        return None
    first = first_reach(leader, level)
    return 0.0 if first is None or first > moment else moment - first


def mean_lag(leader: list[Release], follower: list[Release], start: int, stop: int) -> float | None:
    """Calendar mean over the days on which there is a follower. Each day's lag grows evenly: its noon is its mean."""
    noons = [current_lag(leader, follower, day + 0.5) for day in range(start, stop)]
    known = [lag for lag in noons if lag is not None]
    return sum(known) / len(known) if known else None


@dataclass(frozen=True)
class Match:
    """One record of the leader: when it was set, how long until a follower reached it, who did, how long it stood."""

    day: int
    wait: int
    censored: bool
    by: int | None
    stood: int


def matches(leader: list[Release], follower: list[Release], cut: int) -> list[Match]:
    """T_k = max(0, first follower date with F >= L_k, minus r_k), censored at cut - r_k; what is later is not known."""
    leader = [release for release in leader if release[0] <= cut]
    follower = [release for release in follower if release[0] <= cut]
    told = []
    raised = records(leader)
    for k, (day, score, _) in enumerate(raised):
        ended = raised[k + 1][0] if k + 1 < len(raised) else cut
        first = first_reach(follower, score) if follower else None
        if first is None:
            told.append(Match(day, cut - day, True, None, ended - day))
            continue
        by = next(column for released, _, column in records(follower) if released == first)
        told.append(Match(day, max(0, first - day), False, by, ended - day))
    return told
