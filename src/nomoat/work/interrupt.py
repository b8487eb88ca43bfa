"""What does an interrupt do to a run: the first one lets the calls in flight end, the second ends them?"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first SIGINT or SIGTERM; a second one does what it always does.

    Signals come to the main thread alone; in another one, and where the system has none, nothing is changed.
    """
    loop = asyncio.get_running_loop()
    taken: list[signal.Signals] = []

    def give_back() -> None:
        while taken:
            loop.remove_signal_handler(taken.pop())

    def once() -> None:
        give_back()
        stop()

    for which in SIGNALS if threading.current_thread() is threading.main_thread() else ():
        try:
            loop.add_signal_handler(which, once)
            taken.append(which)
        except (NotImplementedError, RuntimeError):
            break
    try:
        yield
    finally:
        give_back()
