"""May another call be paid for?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nomoat.errors import InputError
from nomoat.work.endpoint import Endpoint
from nomoat.work.outgoing import settings
from nomoat.work.request import Request, Usage

USUAL_OUTPUT = 1024  # tokens, where neither the request nor the log says how many there may be
OTHER_TOKENISER = 1.3  # tokens of one model beside those of another, for the same text


@dataclass(frozen=True, slots=True)
class Hold:
    """What one call may come to: kept back from the budget while it is in flight."""

    input: int
    output: int
    usd: float


def hold(endpoint: Endpoint, request: Request, size: int) -> Hold:
    """What a call may cost: input from its bytes or the log, output up to its own limit, else twice the logged one.

    >>> paid = Endpoint(name="a", url="https://a.example/v1", model="m", price_input=1, price_output=10)
    >>> hold(paid, Request(request_id="r", conversation_id="r", model="m", params={"max_tokens": 100}), 300)
    Hold(input=100, output=100, usd=0.0011)
    """
    logged = request.usage
    into = -(-size // 3) if logged.input is None else int(logged.input * OTHER_TOKENISER) + 16
    sent = settings(endpoint, request)
    limits = (sent.get(name) for name in ("max_completion_tokens", "max_tokens"))
    limit = next((n for n in limits if isinstance(n, int) and n > 0), None)
    out = limit or (2 * logged.output if logged.output else USUAL_OUTPUT)
    return Hold(into, out, endpoint.cost(Usage(input=into, output=out)) or 0.0)


def _money(usd: float) -> str:
    return f"${usd:,.4f}" if usd >= 0.001 or not usd else f"${usd:.2g}"


class Budget:
    """A cap in US dollars, one in tokens, or none; what was spent, what may have been, what is in flight.

    A call without an answer (a timeout, a closed connection, a run that was killed) may be billed all the same: its
    hold stays counted as `possible`. So the caps hold as long as no server writes more than the limit it was given;
    one that does overshoots by what its calls in flight cost, and no call is begun after that.
    """

    def __init__(self, usd: float | None = None, tokens: int | None = None) -> None:
        self.usd, self.tokens = usd, tokens
        self.spent_usd = self.possible_usd = self._held_usd = 0.0
        self.spent_tokens = self.possible_tokens = self._held_tokens = 0

    def check(self, endpoints: Iterable[Endpoint]) -> None:
        """Raise InputError where money is capped and an endpoint has no price: its calls could not be counted."""
        for name, cap in (("--budget", self.usd), ("--tokens", self.tokens)):
            if cap is not None and not cap >= 0:
                raise InputError(f"{name} {cap}", "0 or more", f"{name} 10")
        for endpoint in endpoints if self.usd is not None else ():
            if not endpoint.self_hosted and (endpoint.price_input is None or endpoint.price_output is None):
                raise InputError(
                    f"Endpoint {endpoint.name!r} has no price, so a budget in money cannot be kept",
                    "price_input and price_output in US dollars a million tokens",
                    f"price_input = 2.5 and price_output = 10 in [endpoints.{endpoint.name}], or --tokens N",
                )

    def fits(self, asked: Hold) -> bool:
        """Would the call stay within both caps, whatever is in flight?"""
        money = self.spent_usd + self.possible_usd + self._held_usd + asked.usd
        tokens = self.spent_tokens + self.possible_tokens + self._held_tokens + asked.input + asked.output
        return (self.usd is None or money <= self.usd) and (self.tokens is None or tokens <= self.tokens)

    def lack(self, asked: Hold, endpoint: str) -> str:
        """Why a call does not fit, in a sentence.

        >>> budget = Budget(usd=0.02)
        >>> budget.spend(Usage(input=5000, output=500), 0.0118, Hold(0, 0, 0.0))
        >>> budget.lack(Hold(28, 1024, 0.00825), "closed")
        "The next call to 'closed' may cost up to $0.0083 (28 tokens in, 1,024 out), and of $0.0200 are left $0.0082"
        """
        money, tokens = self.spent_usd + self.possible_usd, self.spent_tokens + self.possible_tokens
        of = f"({asked.input:,} tokens in, {asked.output:,} out), and of"
        said = []
        if self.usd is not None and money + asked.usd > self.usd:
            left = _money(max(0.0, self.usd - money))
            said.append(f"may cost up to {_money(asked.usd)} {of} {_money(self.usd)} are left {left}")
        if self.tokens is not None and tokens + asked.input + asked.output > self.tokens:
            left = f"{max(0, self.tokens - tokens):,}"
            said.append(f"may take {asked.input + asked.output:,} tokens {of} {self.tokens:,} are left {left}")
        kept = f"{_money(self.possible_usd)} and {self.possible_tokens:,} tokens"
        doubtful = f" ({kept} are kept back for calls without an answer)" if self.possible_tokens else ""
        return f"The next call to {endpoint!r} {'; it '.join(said)}{doubtful}"

    def over(self) -> str:
        """By how much answers overshot a cap, in a sentence; empty where they did not."""
        said = []
        if self.usd is not None and self.spent_usd > self.usd:
            said.append(f"{_money(self.spent_usd - self.usd)} more than {_money(self.usd)}")
        if self.tokens is not None and self.spent_tokens > self.tokens:
            said.append(f"{self.spent_tokens - self.tokens:,} tokens more than {self.tokens:,}")
        if not said:
            return ""
        why = "answers in flight were longer than their limit, or than twice the logged ones; no call was begun after"
        return f"The answers came to {' and '.join(said)}: {why}"

    def take(self, asked: Hold) -> None:
        """Keep back what a call may cost."""
        self._held_usd += asked.usd
        self._held_tokens += asked.input + asked.output

    def release(self, asked: Hold) -> None:
        """Give back what was kept for a call."""
        self._held_usd -= asked.usd
        self._held_tokens -= asked.input + asked.output

    def spend(self, usage: Usage, cost: float | None, asked: Hold) -> None:
        """Count an answer: as the server tells it, as its hold where the server does not."""
        self.spent_usd += asked.usd if cost is None else cost
        self.spent_tokens += asked.input if usage.input is None else usage.input
        self.spent_tokens += asked.output if usage.output is None else usage.output

    def doubt(self, asked: Hold) -> None:
        """Count a call without an answer, which may be billed."""
        self.possible_usd += asked.usd
        self.possible_tokens += asked.input + asked.output
