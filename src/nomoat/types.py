"""The frozen nouns that every part of nomoat speaks in."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

SCHEMA_VERSION = 1
MONTH = 30.4375  # days: 365.25 / 12
_OWN = "own/"  # before the name of a user's own file in the id of its origin


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen result that knows how to become a plain document."""

    def dict(self) -> dict[str, Any]:
        """The same facts as built-in types, dates as ISO strings: what `--json` prints."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]

    def json(self) -> str:
        """Indented JSON with a stable order of keys."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()


class Origin(Noun, frozen=True, kw_only=True):
    """Where a fact came from, precise enough to find the bytes again."""

    id: str
    publisher: str
    title: str
    address: str
    licence: str
    retrieved: date
    sha256: str
    evidence: str  # measured by publisher | self-reported | secondary | computed here

    @classmethod
    def of_file(cls, name: str, *, retrieved: date, sha256: str, title: str = "") -> Origin:
        """A file of the user's own, by its name alone: no folder of theirs enters a result.

        >>> Origin.of_file("evals.csv", retrieved=date(2026, 8, 11), sha256="9f86d0").id
        'own/evals.csv'
        """
        return cls(
            id=f"{_OWN}{name}",
            publisher="the user",
            title=title or name,
            address=name,
            licence="the user's own",
            retrieved=retrieved,
            sha256=sha256,
            evidence="self-reported",
        )

    @property
    def own(self) -> bool:
        """Whether it is a file of the user's own (`of_file`)."""
        return self.id.startswith(_OWN)


class LeftOut(Noun, frozen=True, kw_only=True):
    """What a measure did not use, how many of them, and why."""

    what: str
    count: int
    why: str


class Dated(Noun, frozen=True, kw_only=True):
    """A model with its release date and, where one is meant, its score."""

    model: str
    date: date
    score: float | None = None


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


class Credit(Noun, frozen=True, kw_only=True):
    """What one player added to the follower frontier."""

    player: str
    shapley: float
    low: float | None
    high: float | None
    share: float | None
    without: float  # the value of everybody else: leave one out
    lag_shapley: float | None  # the same for the mean current lag: months that it took off
    lag_without: float | None  # months that everybody else would have taken off
    records: int
    models: int


class Attribution(Noun, frozen=True, kw_only=True):
    """Who raised the follower frontier, by exact Shapley value and by leaving one out."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    by: str  # organisation | country | openness
    scale: str
    unit: str
    method: str
    level: float
    start: date
    as_of: date
    cut: date
    total: float
    total_lag: float | None
    credits: tuple[Credit, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


class Spent(Noun, frozen=True, kw_only=True):
    """What is known of the making of one model."""

    model: str
    date: date
    score: float
    training_flop: float | None
    cost_usd: float | None
    parameters: float | None


class Pair(Noun, frozen=True, kw_only=True):
    """A record, the model that matched it, and follower over leader where both are known."""

    record: Spent
    match: Spent | None
    months: float  # to the match, or to the cut when `censored`
    censored: bool = False
    left_truncated: bool = False
    flop_ratio: float | None
    parameter_ratio: float | None


class Garage(Noun, frozen=True, kw_only=True):
    """How long one device of today takes for a named training run."""

    device: str
    hours: float
    peak_flop_s: float
    utilisation: float


class Equal(Noun, frozen=True, kw_only=True):
    """How far the follower stands above (or, negative, below) the leader at the same effort and release date."""

    what: str  # training_flop | parameters
    points: float
    stderr: float
    per_tenfold: float  # points that ten times more of it go with
    n_leader: int
    n_follower: int


class Effort(Noun, frozen=True, kw_only=True):
    """What it took to set records and to match them."""

    schema_version: int = SCHEMA_VERSION
    leader: str
    follower: str
    scale: str
    as_of: date
    cut: date
    pairs: tuple[Pair, ...]
    models: tuple[Spent, ...]
    median_flop_ratio: float | None
    n_flop_ratio: int
    at_equal: tuple[Equal, ...] = ()
    reference_run: str
    reference_flop: float
    garage: tuple[Garage, ...]
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


def _span(low: float | None, high: float | None, level: str) -> str:
    if low is None and high is None:
        return " (no interval)"
    ends = [("more than known" if end is None else f"{end:.1f}") for end in (low, high)]
    return f" ({level} interval {ends[0]} to {ends[1]})"
