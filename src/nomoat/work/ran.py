"""What came of a run: answers, failures, tokens, money and time, arm by arm?"""

from __future__ import annotations

from collections import Counter
from math import exp, log

from nomoat.types import LeftOut, Noun, Origin
from nomoat.work.answer import Answer
from nomoat.work.journal import Event


class ArmRan(Noun, frozen=True, kw_only=True):
    """One arm of a run on one model.

    `failed` are failures of the arm after every retry; `errors` says of which kind. `endings` counts answers that are
    refused, cut off or empty: answered all the same, and scored as they are. `cost_usd` is what its answers
    cost, copies included at their first price; `unpriced` of them have no known cost and are not in it.
    """

    arm: str
    model: str
    served: dict[str, int]  # the models that the responses name
    answered: int
    failed: int
    cached: int  # of those answered: copies of answers that were paid for before
    errors: dict[str, int]
    endings: dict[str, int]
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced: int
    latency_ms: float | None = None  # median; within 2.5 %, as p95
    latency_p95_ms: float | None = None
    first_token_ms: float | None = None


class Ran(Noun, frozen=True, kw_only=True):
    """A run as its journal tells it, earlier sittings included.

    `ended` is finished, budget, interrupted or stopped; `why` has a line for each endpoint that was given up, and for a
    budget that does not reach for another call or was overshot.
    `spent_usd` was paid for answers that came, `possible_usd` may have been billed for calls that brought none.
    """

    run: str
    ended: str
    why: tuple[str, ...]
    hosts: tuple[str, ...]
    arms: tuple[ArmRan, ...]
    answered: int
    failed: int
    cached: int
    spent_usd: float
    possible_usd: float
    spent_tokens: int
    missed: dict[str, int]  # attempts without an answer, by what went wrong; most were made again
    doubts: dict[str, int]  # what servers say of their own usage and cannot be true
    seconds: float  # of this sitting
    calls: int  # attempts of this sitting
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


WIDTH = log(1.05)


class Latencies:
    """Quantiles of any number of durations in the memory of a few hundred counts, each 5 % wide."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, ms: float) -> None:
        """Count a duration."""
        self._counts[round(log(max(ms, 0.01)) / WIDTH)] += 1

    def quantile(self, share: float) -> float | None:
        """The duration below which `share` of them lie.

        >>> seen = Latencies()
        >>> for ms in range(1, 1001): seen.add(ms)
        >>> 487 < seen.quantile(0.5) < 513
        True
        """
        rank, passed = share * self._counts.total(), 0
        for bucket in sorted(self._counts):
            passed += self._counts[bucket]
            if passed >= rank:
                return float(exp(bucket * WIDTH))
        return None


class Tally:
    """Counts of a run that grow by one answer at a time, in memory that does not grow with them."""

    def __init__(self) -> None:
        self._arms: dict[tuple[str, str], _Arm] = {}
        self.answered = self.failed = self.cached = 0
        self.missed: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()

    def answer(self, answer: Answer) -> None:
        """Count an answer or a failure."""
        arm = self._arms.get((answer.arm, answer.model))
        if arm is None:
            arm = self._arms[answer.arm, answer.model] = _Arm()
        if answer.error is not None:
            self.failed += 1
            arm.errors[answer.error] += 1
        else:
            self.answered += 1
            self.cached += answer.cached
            arm.answered += 1
            arm.cached += answer.cached
            arm.served[answer.served or "not named"] += 1
            arm.endings.update(answer.endings)
            arm.input += answer.usage.input or 0
            arm.output += answer.usage.output or 0
            if answer.cost_usd is None:
                arm.unpriced += 1
            else:
                arm.cost += answer.cost_usd
            if answer.latency_ms is not None:
                arm.latency.add(answer.latency_ms)
            if answer.first_token_ms is not None:
                arm.first.add(answer.first_token_ms)

    def forget(self, answer: Answer) -> None:
        """Take a failure out again, since it was asked once more."""
        self.failed -= 1
        errors = self._arms[answer.arm, answer.model].errors
        errors[answer.error or ""] -= 1

    def event(self, event: Event) -> None:
        """Count an attempt without an answer, or a doubt."""
        if event.kind == "missed":
            self.missed[event.what] += 1
        elif event.kind == "doubt":
            self.doubts[event.what] += 1

    def arms(self) -> tuple[ArmRan, ...]:
        """The arms, incumbent first."""
        first = {"incumbent": 0, "again": 1}
        order = sorted(self._arms, key=lambda key: (first.get(key[0], 2), key))
        return tuple(self._arms[key].told(*key) for key in order)


class _Arm:
    def __init__(self) -> None:
        self.answered = self.cached = self.input = self.output = self.unpriced = 0
        self.cost = 0.0
        self.served: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.endings: Counter[str] = Counter()
        self.latency, self.first = Latencies(), Latencies()

    def told(self, arm: str, model: str) -> ArmRan:
        return ArmRan(
            arm=arm,
            model=model,
            served=dict(self.served.most_common(20)),
            answered=self.answered,
            failed=self.errors.total(),
            cached=self.cached,
            errors=dict(+self.errors),
            endings=dict(self.endings),
            input_tokens=self.input,
            output_tokens=self.output,
            cost_usd=self.cost,
            unpriced=self.unpriced,
            latency_ms=self.latency.quantile(0.5),
            latency_p95_ms=self.latency.quantile(0.95),
            first_token_ms=self.first.quantile(0.5),
        )
