"""What may be signed: which use cases an open model can take, on what evidence, and what is not known?"""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import Literal, NamedTuple

import msgspec

from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work.basis import Log, Sent
from nomoat.work.cost import Cost
from nomoat.work.plan import ADAPTED

FILE = "verdict.json"
Status = Literal["safe", "worse", "undecided", "not provable"]
NONCOMMERCIAL = "weights-noncommercial"
OPEN = (NONCOMMERCIAL, "weights-restricted", "weights-permissive", "open-source")


class Interval(Noun, frozen=True, kw_only=True):
    """Candidate minus incumbent in points of score, request-weighted: `low` to `high` by `method`."""

    value: float
    low: float
    high: float
    level: float
    method: str


class Floor(Noun, frozen=True, kw_only=True):
    """The incumbent against itself: how often its own two answers score differently, and by how much."""

    conversations: int
    discordance: float
    difference: Interval | None
    needed: int | None  # conversations a proof would take were the candidate the incumbent itself


class Beside(Noun, frozen=True, kw_only=True):
    """The same candidate with the other prompts, on the same conversations: shown beside the proof, not bet on."""

    adapted: str | None  # the file of its adapted prompts; None: the logged ones
    conversations: int
    requests: int
    score: float
    difference: Interval | None  # minus the incumbent, for a fixed sample
    failed: int


class Case(Noun, frozen=True, kw_only=True):
    """The verdict on one use case. E-values are of the stopping time: the first at which they were enough, else now.

    `e_safe` bets that the candidate loses less than the margin, `e_worse` that it loses more, `e_better` that it is
    better. `needs` is the e-value that lists a use case whatever the others say.
    """

    use_case: str
    status: Status
    why: str
    better: bool = False
    incumbent: str
    candidate: str
    adapted: str | None = None  # the file of the adapted prompts that it was proven with; None: the logged ones
    openness: str | None = None  # None: not known
    margin: float
    critical: bool
    scorer: str
    reference: str | None = None  # where the scorer takes what is right from: logged, hint:NAME, a file
    openness_by: str | None = None  # who says how open the candidate is
    of_log: int = 0  # requests of the use case in the log
    share_requests: float | None
    share_spend: float | None
    tested: (
        float  # of its requests the share that is of the kind tested: not beyond a conversation's largest size, reached
    )
    conversations: int = 0
    requests: int = 0
    waiting: int = 0  # conversations of the frame without both arms' answers yet
    unscorable: int = 0
    unreached: int = 0  # requests on which both calls failed: they count for nothing
    score_incumbent: float | None = None
    score_candidate: float | None = None
    won: int = 0  # requests on which the candidate scored higher
    lost: int = 0
    discordance: float | None = None
    failed_incumbent: int = 0
    failed_candidate: int = 0
    cut: dict[str, int] = msgspec.field(default_factory=dict)  # arm -> answers that their length limit cut off
    refused: dict[str, int] = msgspec.field(default_factory=dict)  # arm -> answers refused: in their field, by a filter
    difference: Interval | None = None  # for a fixed sample
    whenever: Interval | None = None  # valid whenever one looks
    bound: Interval | None = None  # had the incumbent's failed calls been successes
    e_safe: float = 1.0
    e_worse: float = 1.0
    e_better: float = 1.0
    e_safe_bound: float = 1.0
    needs: float
    decided_at: int | None = None  # conversations after which it was listed for good
    floor: Floor | None = None
    judge: str | None = None  # how far a judge was trusted
    beside: Beside | None = None
    cost: Cost
    served: dict[str, dict[str, int]]  # arm -> the model that its answers name -> answers

    @property
    def arm(self) -> str:
        """The name under which the run holds the candidate's answers."""
        return self.candidate + ADAPTED if self.adapted else self.candidate


class Verdict(Noun, frozen=True, kw_only=True):
    """The whole verdict, as verdict.json holds it; `sentence` is computed from the rest."""

    schema_version: int = SCHEMA_VERSION
    sentence: str
    run: str
    level: float  # for all generations together
    level_here: float  # of this generation
    generation: int
    fixed_on: date
    plan_sha256: str
    frame_sha256: str
    first_answer: date | None
    last_answer: date | None
    holds_until: date | None
    share_requests: float | None  # of all requests of the log, in listed use cases
    share_spend: float | None
    most_lost: float | None  # of a point of score over all requests, were all margins of listed cases used up
    saved_spend: float | None = None  # of all spend of the log, were the listed use cases moved at the run's costs
    saved_low: float | None = None  # the same at the dear end of each cost's interval, and at the cheap one
    saved_high: float | None = None
    share_worse: float | None
    share_undecided: float | None
    log: Log | None = None  # whose shares these are; None in a verdict of marks alone
    sent: tuple[Sent, ...] = ()  # what the run sent where, at which prices
    cases: tuple[Case, ...]
    unknown: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()
    method: str

    def cite(self) -> str:
        """The sentence with its run, its plan and the date to which it holds."""
        until = f", holds until {self.holds_until}" if self.holds_until else ""
        return f"{self.sentence} (run {self.run}, margins fixed {self.fixed_on}, plan {self.plan_sha256[:12]}{until})"


class Shares(NamedTuple):
    """Shares of the whole log, None where the plan holds none: listed, lost at most, shown to lose, undecided."""

    requests: float | None
    spend: float | None
    most_lost: float | None
    worse: float | None
    undecided: float | None


def percent(share: float | None) -> str:
    """A share in words that never round up to all or down to none.

    >>> percent(0.614), percent(0.9999), percent(0.0001), percent(None)
    ('61 %', 'almost 100 %', 'below 1 %', 'an unknown share')
    """
    if share is None:
        return "an unknown share"
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    return "below 1 %" if share < 0.005 else "almost 100 %" if share > 0.995 else f"{100 * share:.0f} %"


def points(loss: float) -> str:
    """Points of score out of 100, rounded up: a promise about a loss is not rounded down.

    >>> points(0.0301), points(0.03)
    ('3.1', '3.0')
    """
    return f"{ceil(1000 * loss - 1e-9) / 10:.1f}"


def sentence(cases: tuple[Case, ...], shares: Shares, level_here: float) -> str:
    """The verdict in the words that are signed, from nothing but the numbers given."""
    listed = [case for case in cases if case.status == "safe"]
    several = len({case.candidate for case in listed}) > 1
    who = "The candidates" if several else "The candidate"
    if listed and all(case.openness in OPEN for case in listed):
        who = "Open models" if several else "An open model"
        barred = sum(case.openness == NONCOMMERCIAL for case in listed)
        if barred:
            who += (
                ", for non-commercial use alone,"
                if barred == len(listed)
                else ", in part for non-commercial use alone,"
            )
    spend = f" ({percent(shares.spend)} of spend)" if shares.spend is not None else " (share of spend unknown)"
    if listed:
        said = [
            f"{who} can take {percent(shares.requests)} of requests{spend}.",
            f"Of the use cases listed, at most {percent_up(level_here)} are expected to be listed wrongly "
            "(loss above their margin)" + _worst(shares.most_lost),
        ]
        if critical := sum(case.critical for case in listed):
            which = "the critical one" if critical == 1 else f"any of the {critical} critical ones"
            said.append(f"The chance that {which} is listed wrongly is at most {percent_up(level_here)}.")
    else:
        said = ["No use case is shown to be safe for a candidate on this traffic."]
    if shares.worse:
        worse = [case for case in cases if case.status == "worse"]
        lost = "lose" if any(case.reference != "logged" for case in worse) else "differ from the logged answers by"
        said.append(f"On {percent(shares.worse)} of requests the candidate is shown to {lost} more than the margin.")
    if shares.undecided:
        said.append(f"{percent(shares.undecided)} cannot be decided with this traffic.".capitalize())
    elif shares.undecided is None and any(case.status in ("undecided", "not provable") for case in cases):
        said.append("What share cannot be decided is unknown: the plan holds no shares of requests.")
    return " ".join(said)


def _worst(most_lost: float | None) -> str:
    if most_lost is None:
        return "."
    return f"; if all margins were used up, the loss is at most {points(most_lost)} points over all requests."


def percent_up(level: float) -> str:
    """A level in percent with one digit, rounded up.

    >>> percent_up(0.05), percent_up(0.030396)
    ('5 %', '3.1 %')
    """
    return f"{float(points(level)):g} %"
