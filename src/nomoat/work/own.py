"""How is a scorer of the user's own called, so that whatever it does harms nothing but its own mark?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from nomoat.errors import InputError


def function(named: str, folder: Path) -> Callable[..., float]:
    """The function that FILE.py:NAME of a work folder names, called with (text, request, reference).

    Raises InputError where there is none or its file cannot be read; the call ValueError for what is no score from 0
    to 1. What it prints goes to the error stream: the answer of a command may be JSON.
    """
    from importlib.util import module_from_spec, spec_from_file_location

    file, _, name = named.partition(":")
    path = folder / file
    spec = spec_from_file_location("own_scorer", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise InputError(f"There is no file {path}", "FILE.py:NAME", 'function = "score.py:mine"')
    module = module_from_spec(spec)
    # Data classes and pickles look their module up.
    sys.modules[spec.name] = module
    try:
        with redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a file of the user's may do anything when it is read
        raise InputError(
            f"{path} cannot be read: {type(error).__name__}: {str(error)[:200]}", "a Python file", f"python {path}"
        ) from None
    found = getattr(module, name, None)
    if not callable(found):
        raise InputError(f"{path} has no function {name!r}", "FILE.py:NAME", f'function = "{file}:NAME"')

    def call(text: str, request: dict[str, Any], reference: Any) -> float:
        with redirect_stdout(sys.stderr):
            value = float(found(text, request, reference))
        if not 0 <= value <= 1:
            raise ValueError(f"{named} gave {value}, expected 0 to 1")
        return value

    return call


@contextmanager
def within(seconds: float, *, busy: bool = False) -> Iterator[None]:
    """Raise TimeoutError in what runs longer; where there are no such signals (Windows, a thread), without a limit.

    With `busy` seconds of computing count, which other work on the machine does not use up.

    Python's own regular expressions let signals in, so that a pattern which backtracks for ever is stopped too.
    """
    import signal
    import threading

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: object) -> None:
        raise TimeoutError(f"no score within {seconds:g} s")

    timer, alarm = (signal.ITIMER_VIRTUAL, signal.SIGVTALRM) if busy else (signal.ITIMER_REAL, signal.SIGALRM)
    before = signal.signal(alarm, late)
    signal.setitimer(timer, seconds)
    try:
        yield
    except SystemExit as error:
        raise ValueError(f"it left with {error.code}") from None
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
