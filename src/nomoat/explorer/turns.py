"""Who computes now, so that a slow question holds up no quick one?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from nomoat.errors import NomoatError

PATIENCE = 120.0  # seconds: the slowest page, all statements judged from nothing, takes 60 in a crowd on a busy machine
AT_ONCE = 4  # measures that begin beside each other; further ones wait for their turn
LEASE = 2.0  # seconds: one that takes longer goes on beside the others, and its turn is the next one's
MOST = 16  # that run at all: each holds a fit of some MB


class TooSlow(NomoatError):
    """An answer took longer than anybody waits for."""


class Turns:
    """At most AT_ONCE computations in their first LEASE seconds, and at most MOST in all.

    >>> turns = Turns()
    >>> with turns.taken():
    ...     turns.running
    1
    """

    def __init__(self) -> None:
        self._began: list[float] = []
        self._moved = threading.Condition()

    @property
    def running(self) -> int:
        """How many compute now."""
        return len(self._began)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and keep it while the body runs; raises TooSlow where none comes in time."""
        began = self._wait(monotonic() + PATIENCE)
        try:
            yield
        finally:
            with self._moved:
                self._began.remove(began)
                self._moved.notify_all()

    def _wait(self, until: float) -> float:
        with self._moved:
            while True:
                now = monotonic()
                young = [begin for begin in self._began if now - begin < LEASE]
                if len(young) < AT_ONCE and len(self._began) < MOST:
                    self._began.append(now)
                    return now
                if now >= until:
                    raise TooSlow("Too many questions at once", "fewer of them", "the same address again")
                lease = min(young) + LEASE - now if len(self._began) < MOST else until - now
                self._moved.wait(min(lease, until - now) + 0.001)
