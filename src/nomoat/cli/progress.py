"""How does a person know that something is still going on?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter

import click

PATIENCE = 1.0  # seconds before anything is said


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Say on a terminal, after a second, what is going on and for how long; silent elsewhere.

    The function that comes with it takes the name of the step that begins.
    """
    steps = [what]
    if not sys.stderr.isatty():
        yield steps.append
        return
    done, start = Event(), perf_counter()

    def say() -> None:
        said = False
        while not done.wait(0.2 if said else PATIENCE):
            said = True
            click.echo(f"\r\x1b[K{steps[-1][:60]}: {perf_counter() - start:.0f} s ", nl=False, err=True)
        if said:
            click.echo("\r\x1b[K", nl=False, err=True)

    speaker = Thread(target=say, daemon=True)
    speaker.start()
    try:
        yield steps.append
    finally:
        done.set()
        speaker.join()
