"""What are the two running bests of a comparison, and how did the gaps between them move?"""

from __future__ import annotations

from datetime import date

from nomoat.types.noun import SCHEMA_VERSION, LeftOut, Noun, Origin


class Point(Noun, frozen=True, kw_only=True):
    """One model on one scale, with what an interval can be given."""

    model: str
    date: date
    score: float
    low: float | None
    high: float | None
    cohort: str  # leader | follower | neither
    record: bool  # raised its own cohort's frontier on its day
    organisation: str | None = None
    openness: str | None = None


class Step(Noun, frozen=True, kw_only=True):
    """The running best of a cohort from `date` until its next step."""

    date: date
    model: str
    score: float
    low: float | None = None  # of the running best itself, over the draws
    high: float | None = None


class Change(Noun, frozen=True, kw_only=True):
    """The calendar mean of a gap over the last twelve months beside that over the twelve before."""

    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    p_smaller: float | None  # share of draws in which the later mean is the smaller one


class Frontier(Noun, frozen=True, kw_only=True):
    """The two running bests of a comparison and every model under them."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    scale: str
    unit: str
    method: str
    level: float
    as_of: date
    at: date
    cut: date
    points: tuple[Point, ...]
    leader_steps: tuple[Step, ...]
    follower_steps: tuple[Step, ...]
    gap_by_month: tuple[MonthGap, ...]
    points_change: Change | None = None  # None where the data do not span two years
    months_change: Change | None = None
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


class MonthGap(Noun, frozen=True, kw_only=True):
    """Both gaps as they stood on the first day of a month, seen with today's abilities."""

    date: date
    points: float
    points_low: float | None
    points_high: float | None
    months: float | None  # None while the follower frontier is below the leader's first record: only a lower bound
    months_low: float | None
    months_high: float | None
