"""How far is the follower behind the leader: in points, in months, record by record?"""

from __future__ import annotations

from datetime import date

from nomoat.types.noun import SCHEMA_VERSION, Dated, LeftOut, Noun, Origin


class QualityGap(Noun, frozen=True, kw_only=True):
    """Points between the two frontiers on a date; positive when the leader is ahead."""

    value: float
    low: float | None
    high: float | None
    level: float
    leader: Dated
    follower: Dated
    bias: float | None = None  # expected excess of `value`, from simulated worlds; None: not measured


class CurrentLag(Noun, frozen=True, kw_only=True):
    """Months since the leader frontier first stood where the follower frontier stands now."""

    months: float
    low: float | None
    high: float | None
    level: float
    mean_24_months: float | None
    mean_low: float | None = None
    mean_high: float | None = None
    reference: Dated | None = None
    lower_bound: bool = False  # the leader's first model was already there: the true lag is longer (left truncation)


class TimeToMatch(Noun, frozen=True, kw_only=True):
    """Months a leader record stood before a follower reached it, censoring included.

    `None` in a median or a bound means "not reached"; `exceeds` is then the number of months that it is more than.
    """

    median: float | None
    restricted_mean: float | None
    horizon: float
    low: float | None
    high: float | None
    level: float
    weighted_median: float | None
    weighted_restricted_mean: float | None
    weighted_low: float | None = None
    weighted_high: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    weighted_mean_low: float | None = None
    weighted_mean_high: float | None = None
    matched: int
    censored: int
    settled_by: int
    exceeds: float | None = None


class Record(Noun, frozen=True, kw_only=True):
    """A leader model that raised the frontier, and the follower that reached it."""

    model: str
    date: date
    score: float
    matched_by: str | None
    months: float  # to the match, or to the cut when `censored`
    censored: bool
    days_as_frontier: float
    p_caught_up: float | None
    left_truncated: bool = False


class RuleReading(Noun, frozen=True, kw_only=True):
    """What a published rule makes of the same abilities, in its own form and with its own hazards.

    `*_q05` and `*_q95` are quantiles over levels, pairs or days, as the rule's authors print them. They are no
    interval: no sampling uncertainty enters.
    """

    rule: str
    basis: str  # what the rule averages over
    n: int
    months: float
    months_q05: float
    months_q95: float
    points: float
    points_q05: float
    points_q95: float
    expected_months: float | None = None  # iaps: E[T | T > age] for the records nobody matched
    decided_by_missing: int = 0  # matches that a missing interval decided, not a score
    months_without_those: float | None = None
    months_forgetting: float | None = None  # epoch: its loop, which forgets a follower once it was passed
    hazards: tuple[str, ...]


class Gap(Noun, frozen=True, kw_only=True):
    """How far the follower cohort is behind the leader cohort on one scale: the document of `gap --json`."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    scale: str
    unit: str
    method: str
    rule: str
    as_of: date
    at: date
    cut: date
    n: dict[str, int]  # models with a score in each cohort
    draws: int
    converged: int | None = None  # draws whose fit reached its optimum; None where nothing is fitted
    seed: int
    quality_gap: QualityGap
    current_lag: CurrentLag
    time_to_match: TimeToMatch
    rule_reading: RuleReading | None = None
    records: tuple[Record, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...] = ()
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with value, interval, rule, vintage and origin, ready to be quoted."""
        lag, gap, level = self.current_lag, self.quality_gap, f"{self.current_lag.level:.0%}"
        months = f"{lag.months:.1f} months{_span(lag.low, lag.high, level)}"
        points = f"{gap.value:.1f} {self.unit}{_span(gap.low, gap.high, level)}"
        own = self.rule_reading
        by_rule = f"; by rule {own.rule} a match took {own.months:.1f} months, mean over {own.basis}" if own else ""
        months = f"more than {months}" if lag.lower_bound else months
        vintage = f"{self.as_of}" if self.cut == self.as_of else f"{self.as_of}, releases to {self.cut}"
        sources = "; ".join(dict.fromkeys(f"{o.publisher}, {o.title}, {o.retrieved}" for o in self.origins))
        return (
            f"On {self.at}, {self.follower} models were {months} and {points} behind {self.leader} models "
            f"on {self.scale}{by_rule} (method {self.method}, rule {self.rule}, vintage {vintage}; nomoat, "
            f"from {sources})."
        )


def _span(low: float | None, high: float | None, level: str) -> str:
    if low is None and high is None:
        return " (no interval)"
    ends = [("more than known" if end is None else f"{end:.1f}") for end in (low, high)]
    return f" ({level} interval {ends[0]} to {ends[1]})"
