"""How far is a run, how fast does it go, and how long will the rest take?"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW = 60.0  # seconds that the pace is taken over: servers slow down, and a pause of one is no end


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run is: for a line that a person watches."""

    done: int
    total: int | None
    failed: int
    spent_usd: float
    per_second: float  # calls answered or failed for good, over the last minute
    seconds_left: float | None  # None where the number of calls is not known, and while nothing moves
    waiting: tuple[str, ...] = ()  # endpoints that are busy or away, and are not asked for now


class Pace:
    """Calls that were settled, over time.

    >>> pace = Pace()
    >>> pace.note(0.0, 100); pace.note(10.0, 150)
    >>> pace.per_second, pace.seconds_left(200)
    (5.0, 40.0)
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, seconds: float, done: int) -> None:
        """So many were settled at this second; what lies more than a minute back is forgotten."""
        self._seen.append((seconds, done))
        while self._seen[0][0] < seconds - WINDOW:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Calls settled a second; 0 where nothing was noted twice."""
        if not self._seen:
            return 0.0
        (since, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - since) if now > since else 0.0

    def seconds_left(self, rest: int | None) -> float | None:
        """Seconds that `rest` calls take at this pace; None where it is none."""
        rate = self.per_second
        return None if rest is None or rate <= 0 else max(0, rest) / rate
