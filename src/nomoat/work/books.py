"""What does a run write down, count and say of each call, before anything else is done with it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from nomoat.types import LeftOut
from nomoat.work import outgoing
from nomoat.work.answer import Answer
from nomoat.work.budget import Budget, Hold
from nomoat.work.cache import Cache
from nomoat.work.journal import Event, Journal, place
from nomoat.work.past import Past, billable
from nomoat.work.ran import Ran
from nomoat.work.reply import Reply
from nomoat.work.request import Request
from nomoat.work.station import Station


@dataclass(frozen=True, slots=True)
class Call:
    """One input for one arm; `adapted` says that the request's prompt was written anew for it."""

    arm: str
    endpoint: str
    request: Request
    adapted: bool = False

    @property
    def place(self) -> int:
        """The cell of the run that it fills."""
        return place(self.arm, self.request.request_id)


class Books:
    """The journal of a run and all that is counted beside it; every line comes without keys."""

    def __init__(
        self, run: str, journal: Journal, past: Past, budget: Budget, hide: tuple[str, ...], say: Callable[[str], None]
    ) -> None:
        self.run, self.journal, self.past, self.budget = run, journal, past, budget
        self.tally, self.done, self.again = past.tally, past.done, dict[int, Answer]()
        self.cache: Cache | None = None
        self.calls = self.unasked = self.bodiless = 0
        self.short = ""  # of what in the budget
        self._hide, self._say = hide, say
        self._trimmed: Counter[str] = Counter()  # settings of the log by name

    def ask_again(self) -> None:
        """Count what failed before as not done."""
        self.again = self.past.failed
        self.done -= self.again.keys()

    def remember(self, cache: Cache) -> None:
        """Take answers from there, and put them there."""
        self.cache, self._number = cache, cache.number(self.journal.folder)

    def sent(self, call: Call, asked: Hold) -> None:
        """Before a call leaves."""
        self.calls += 1
        self._event("sent", call, input=asked.input, output=asked.output)

    def missed(self, call: Call, reply: Reply, asked: Hold) -> None:
        """After one that brought no answer, which may be billed all the same."""
        self._event("missed", call, what=reply.what, note=reply.note, input=asked.input, output=asked.output)
        if billable(reply.what):
            self.budget.doubt(asked)

    def trimmed(self, request: Request) -> None:
        """What of the log's settings did not go out."""
        self._trimmed.update(outgoing.unsent(request))

    def copied(self, station: Station, call: Call, key: str) -> bool:
        """Whether the input was paid for before: then its answer is kept for this call too."""
        before = self.cache.find(station.endpoint, call.arm, key) if self.cache else None
        if before is not None:
            self._keep(station, call, msgspec.structs.replace(before, **self._whose(call), cached=True))
        return before is not None

    def settled(
        self, station: Station, call: Call, key: str, reply: Reply, asked: Hold, attempts: int, at: datetime
    ) -> None:
        """After the last attempt: an answer, or a failure of the arm."""
        endpoint, good = station.endpoint, reply.outcome == "answered"
        cost = endpoint.cost(reply.usage)
        cost = reply.told_cost if cost is None and endpoint.price_input is None else cost
        if good:
            self.budget.spend(reply.usage, cost, asked)
            station.answered()
        for doubt in reply.doubts:
            self._event("doubt", call, what=doubt)
        answer = Answer(
            **self._whose(call),
            key=key,
            model=endpoint.model,
            served=reply.served,
            response=reply.message,
            finish=reply.finish,
            usage=reply.usage,
            cost_usd=cost,
            latency_ms=reply.latency_ms,
            first_token_ms=reply.first_token_ms,
            attempts=attempts,
            error=None if good else reply.what,
            at=at,
        )
        self._keep(station, call, answer)
        if not good:
            self.tell(station.failed(reply))

    def tell(self, why: str) -> None:
        """Say a line, where there is one."""
        if why:
            self._say(self._hidden(why))

    def _hidden(self, text: str) -> str:
        for secret in self._hide:
            text = text.replace(secret, "[key removed]")
        return text

    def _keep(self, station: Station, call: Call, answer: Answer) -> None:
        offset, answer = self.journal.answer(answer)
        if before := self.again.pop(call.place, None):
            self.tally.forget(before)
        self.tally.answer(answer)
        if self.cache and not answer.cached:
            self.cache.keep(station.endpoint, answer, self._number, offset)

    def _event(self, kind: str, call: Call, **more: Any) -> None:
        event = Event(kind=kind, arm=call.arm, request_id=call.request.request_id, endpoint=call.endpoint, **more)
        self.journal.event(event)
        self.tally.event(event)

    def _whose(self, call: Call) -> dict[str, Any]:
        request = call.request
        return {
            "run": self.run, "arm": call.arm, "request_id": request.request_id,
            "conversation_id": request.conversation_id, "adapted": call.adapted,
        }  # fmt: skip

    def told(self, ended: str, given_up: tuple[str, ...], where: tuple[str, ...], seconds: float) -> Ran:
        """The run as the journal tells it."""
        left = (
            ("calls not asked", self.unasked, "the run ended or their endpoint was given up before; resume it"),
            ("calls without a prompt", self.bodiless, "the log has no bodies"),
            *(
                (f"calls without the setting {name[:40]!r} of the log", n, "only the settings of a chat are sent")
                for name, n in self._trimmed.most_common(20)
            ),
            (
                "calls in flight when a run was killed",
                self.past.lost,
                "their answers are lost and may be billed; asked again",
            ),
            ("lines of the journal", self.past.damaged, "they are no answers; what they held is asked again"),
        )
        return Ran(
            run=self.run,
            ended=ended,
            why=tuple(self._hidden(line) for line in (*given_up, self.short, self.budget.over()) if line),
            hosts=where,
            arms=self.tally.arms(),
            answered=self.tally.answered,
            failed=self.tally.failed,
            cached=self.tally.cached,
            spent_usd=self.budget.spent_usd,
            possible_usd=self.budget.possible_usd,
            spent_tokens=self.budget.spent_tokens,
            missed=dict(self.tally.missed),
            doubts=dict(self.tally.doubts),
            seconds=seconds,
            calls=self.calls,
            left_out=tuple(LeftOut(what=what, count=count, why=why) for what, count, why in left if count),
        )
