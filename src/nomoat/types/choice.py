"""How does the answer move when a definition changes, and which one gives somebody's figure?"""

from __future__ import annotations

from datetime import date

from nomoat.types.noun import SCHEMA_VERSION, LeftOut, Noun, Origin


class Choice(Noun, frozen=True, kw_only=True):
    """One row of the panel: the same question under one changed choice."""

    axis: str  # rule | openness | domain | modality | dates | source | organisation left out | board | weights
    choice: str
    default: bool
    points: float | None
    points_low: float | None
    points_high: float | None
    months: float | None  # current lag
    months_low: float | None
    months_high: float | None
    months_lower_bound: bool = False  # the lag began before the data do
    match_median: float | None
    match_exceeds: float | None  # set when the median is not reached
    match_mean: float | None
    match_mean_low: float | None
    match_mean_high: float | None
    unit: str
    n_leader: int
    n_follower: int
    note: str = ""  # what the row cannot say, and why


class Panel(Noun, frozen=True, kw_only=True):
    """How far the answer moves when one choice changes at a time; a range of definitions, never an interval."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    as_of: date
    at: date
    level: float
    rows: tuple[Choice, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


class Reading(Noun, frozen=True, kw_only=True):
    """One definition and vintage that gives about the figure in question."""

    definition: dict[str, str]  # rule, openness, statistic, vintage, ...
    value: float
    distance: float


class Fall(Noun, frozen=True, kw_only=True):
    """One step of a waterfall: a choice changed, and what the figure becomes."""

    changed: str
    before: str
    after: str
    value: float | None
    delta: float | None
    note: str = ""


class Reconciliation(Noun, frozen=True, kw_only=True):
    """Which definitions give somebody's figure, and the way from it to ours, a choice a step."""

    schema_version: int = SCHEMA_VERSION
    figure: str
    value: float
    unit: str
    tolerance: float
    readings: tuple[Reading, ...]
    waterfall: tuple[Fall, ...]
    published: tuple[dict[str, str], ...]  # who published this figure, on which rule, where
    tried: int
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]
