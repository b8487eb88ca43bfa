"""How is an answer computed once, however many ask for it, and never for too long?"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nomoat.catalog.home import store_home
from nomoat.errors import NomoatError
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Values, query

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

T = TypeVar("T")
KEPT = 384  # answers in memory
PATIENCE = 60.0  # seconds: the slowest page, all statements judged from nothing, takes 15
AT_ONCE = 4  # measures that run beside each other; further ones wait for their turn


class TooSlow(NomoatError):
    """An answer took longer than anybody waits for."""


class Answers:
    """Answers of one catalogue, each computed once and kept while there is room."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._kept: OrderedDict[tuple[str, ...], Future[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(AT_ONCE)

    def view(self, page: Page, values: Values) -> View:
        """The page for these values; one that is only for now is asked for again the next time."""
        key = ("view", *self._key(page, values))
        view = self._once(key, partial(page.answer, self.catalog, values))
        if view.for_now:
            self._forget(key)
        return view

    def content(self, page: Page, values: Values, section: Section) -> Content:
        """What stands in one section of it."""
        return self._once(("content", *self._key(page, values), section.id), section.build)

    def page(self, page: Page, values: Values, write: Callable[[], str]) -> str:
        """The page as HTML: fifty who ask the same get what was written once."""
        return self._once(("page", *self._key(page, values)), write, turn=False)

    def _key(self, page: Page, values: Values) -> tuple[str, ...]:
        return (page.path, query(page.params, values), *stamps(self.catalog.home, page.folders))

    def _once(self, key: tuple[str, ...], compute: Callable[[], T], *, turn: bool = True) -> T:
        with self._lock:
            found = self._kept.get(key)
            mine = found is None
            if found is None:
                found = self._kept[key] = Future()
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
        if mine:
            # A page waits for its own parts: it must not take the turn that they need.
            if turn and not self._turns.acquire(timeout=PATIENCE):
                self._forget(key)
                error = TooSlow("Too many questions at once", "fewer of them", "the same address again")
                found.set_exception(error)
                raise error
            try:
                found.set_result(compute())
            except BaseException as error:
                # A failure is told to all who wait and computed again for the next: data may have come meanwhile.
                self._forget(key)
                found.set_exception(error)
            finally:
                if turn:
                    self._turns.release()
        try:
            return found.result(timeout=PATIENCE)  # type: ignore[no-any-return]
        except TimeoutError:
            expected = f"less than {PATIENCE:.0f} seconds"
            raise TooSlow("The answer takes too long", expected, "fewer draws, or the command line") from None

    def _forget(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._kept.pop(key, None)


def stamps(home: Path | None, folders: Iterable[str]) -> tuple[str, ...]:
    """What lies in folders of the user's store, in a few letters: they change when a file comes, goes or is written."""
    found = []
    for folder in folders:
        place = store_home(home) / folder
        try:
            seen = sorted((entry.name, entry.stat().st_mtime_ns, entry.stat().st_size) for entry in os.scandir(place))
        except OSError:
            seen = []
        found.append(hashlib.sha256(repr(seen).encode()).hexdigest()[:16])
    return tuple(found)
