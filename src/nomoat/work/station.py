"""When may the next call go to an endpoint, and when is nothing more to be had there?"""

from __future__ import annotations

import asyncio
import random
from time import perf_counter
from typing import TYPE_CHECKING

from nomoat.work.endpoint import Endpoint, headers
from nomoat.work.reply import CREDIT, KEY, Reply

if TYPE_CHECKING:
    from nomoat.work.books import Call

# Failures in a row after which it is the endpoint that fails, and not its model: it is set up wrongly, or is down.
# Of a model that fails one call in four, twenty in a row are one in a million million.
MOST_FAILURES = 20
SLOWEST = 30.0  # seconds between two attempts, unless the server asks for more
SOONEST = 0.5


def backoff(attempt: int, dice: random.Random) -> float:
    """Seconds before the next attempt: doubled each time, with jitter, so that calls do not come back in one wave.

    >>> [0.5 * low <= backoff(n, random.Random(0)) <= low for n, low in [(1, 0.5), (2, 1.0), (9, 30.0)]]
    [True, True, True]
    """
    return min(SLOWEST, SOONEST * 2.0 ** min(attempt - 1, 10)) * dice.uniform(0.5, 1)


class Station:
    """An endpoint while it is asked: its queue, and what its server wants us to keep to."""

    def __init__(self, endpoint: Endpoint, patience_s: float, dice: random.Random) -> None:
        self.endpoint = endpoint
        self.headers = headers(endpoint)
        self.queue: asyncio.Queue[Call | None] = asyncio.Queue(2 * endpoint.concurrency)
        self.given_up = ""
        self._patience, self._dice = patience_s, dice
        self._closed_until = 0.0
        self._waiting_since: float | None = None
        self._waits = self._failures = 0
        self._answered = False
        self.known = False  # it has answered in this run, maybe in an earlier sitting

    @property
    def pause(self) -> float:
        """Seconds until calls may go there again; 0 or less: now."""
        return self._closed_until - perf_counter()

    def answered(self) -> None:
        """An answer came: the server is there and well."""
        self._answered, self._waiting_since, self._waits, self._failures = True, None, 0, 0
        self.known = True

    def outcome(self, reply: Reply) -> str:
        """What follows from a reply here: what refuses a first prompt refuses all, what refuses a later one that one.

        A status of 403 or 404 before any answer tells of a wrong model or right, and costs no arm a mark.
        """
        return ("failed" if self.known else "stop") if reply.outcome == "either" else reply.outcome

    def failed(self, reply: Reply) -> str:
        """A call failed for good; where many in a row do, the endpoint is given up: why, or nothing.

        Prompts that are refused one by one (too long, say) count only until the first answer.
        """
        self._failures += reply.outcome in ("again", "either") or not self._answered
        return self.give_up(reply, lasting=True) if self._failures >= MOST_FAILURES else ""

    def wait(self, reply: Reply) -> str:
        """Close for as long as the server asks, else for longer each time; why it is given up, or nothing."""
        now = perf_counter()
        self._waiting_since = self._waiting_since or now
        if now >= self._closed_until:  # of many calls that come back at once, one lengthens the pause
            self._waits += 1
        if reply.wait_s is None or reply.wait_s < SOONEST:  # "0" in every answer would have us ask without a pause
            pause = max(reply.wait_s or 0.0, backoff(self._waits, self._dice))
        else:
            pause = reply.wait_s + self._dice.uniform(0, 0.1 * reply.wait_s + 0.05)
        if now + pause - self._waiting_since > self._patience:
            return self.give_up(reply)
        self._closed_until = max(self._closed_until, now + pause)
        return ""

    def give_up(self, reply: Reply, *, lasting: bool = False) -> str:
        """Ask nothing more there; what to tell the user, once."""
        if self.given_up:
            return ""
        endpoint = self.endpoint
        where = f"[endpoints.{endpoint.name}]"
        key = f"the key in {endpoint.key_env}" if endpoint.key_env else f"key_env in {where}"
        todo = {
            "status 401": f"check {key}",
            "status 402": "add credit there",
            CREDIT: "add credit there",
            KEY: f"check {key}",
            "status 403": f"check what {key} may do",
            "status 404": f"check url and model ({endpoint.model}) in {where}",
            "status 429": f"a smaller concurrency in {where}",
            "no TLS": f"check url in {where}: https, where the server speaks it",
            "unreachable": f"start the server, or check url in {where}",
        }.get(reply.what, f"check {where}")
        again = " with --failed-again" if lasting else ""
        pause = f", asks to wait {reply.wait_s:,.0f} s" if reply.wait_s else ""
        words = f" ({reply.note})" if reply.note else ""
        self.given_up = (
            f"Endpoint {endpoint.name!r} at {endpoint.host} was given up: {reply.what}{pause}{words}. "
            f"Try: {todo}, then the same line again{again}"
        )
        return self.given_up
