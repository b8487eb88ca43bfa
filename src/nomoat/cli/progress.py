"""How does a person know that something is still going on?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import perf_counter

import click

PATIENCE = 1.0  # seconds before anything is said


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal, after a second, that `what` is going on and for how long; silent elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    done, start = Event(), perf_counter()

    def say() -> None:
        said = False
        while not done.wait(PATIENCE if not said else 0.2):
            said = True
            click.echo(f"\r{what}: {perf_counter() - start:.0f} s ", nl=False, err=True)
        if said:
            click.echo("\r\x1b[K", nl=False, err=True)

    speaker = Thread(target=say, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        done.set()
        speaker.join()
