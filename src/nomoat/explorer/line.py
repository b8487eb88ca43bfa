"""How long may somebody hold a line without asking anything?"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

QUIET = 15.0  # seconds: a browser sends a request within milliseconds and takes an answer of 1 MB in less


class Line(H11Protocol):
    """A connection that is cut when it asks nothing whole, or takes no answer, for a while.

    uvicorn ends idle lines only after their first answer. Two hundred half requests, a byte now and then, would hold
    every place there is for as long as they like; a body that never ends would hold one.
    """

    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to watch with the first byte still to come."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(QUIET, self._look, None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there to be watched."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self, seen: object) -> None:
        """Cut the line unless an answer is on its way or a new question came since the last look."""
        waiting = self.cycle is not None and not self.cycle.response_complete
        if not waiting and self.cycle is seen:
            self.transport.abort()
            return
        self._watch = self.loop.call_later(QUIET, self._look, self.cycle)
