"""Who raised the follower frontier, and with what effort?"""

from __future__ import annotations

from datetime import date

from nomoat.types.noun import SCHEMA_VERSION, LeftOut, Noun, Origin


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
