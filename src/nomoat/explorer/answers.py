"""How is an answer computed once, however many ask for it, and never for too long?"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nomoat.catalog.home import store_home
from nomoat.errors import NomoatError
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Values, query
from nomoat.explorer.turns import PATIENCE, TooSlow, Turns

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

T = TypeVar("T")
KEPT = 384  # answers in memory
HELD = 64_000_000  # characters and bytes of those that are written already: pages, files, the API's


class Answers:
    """Answers of a store, each computed once and kept while there is room."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._shelf = _Shelf(catalog)
        self._kept: OrderedDict[tuple[str, ...], Future[Any]] = OrderedDict()
        self._sizes: dict[tuple[str, ...], int] = {}
        self._lock = threading.Lock()
        self._turns = Turns()
        self._stamps: dict[tuple[str, ...], tuple[str, ...]] = {}

    def now(self) -> Answers:
        """The same, on the store as it is: an update while the explorer runs is seen by the next question.

        One question is answered from one state of the store, whatever is written meanwhile: it asks this once.
        """
        found = copy(self)
        found.catalog = self._shelf.catalog()
        found._stamps = {}
        return found

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

    def written(self, page: Page, values: Values, what: str, write: Callable[[], T]) -> T:
        """What is made of an answer at some cost, such as a drawing: `what` tells it from others of the page."""
        return self._once(("written", *self._key(page, values), what), write)

    def _key(self, page: Page, values: Values) -> tuple[str, ...]:
        if page.folders not in self._stamps:
            self._stamps[page.folders] = stamps(self.catalog.home, page.folders)
        return (self.catalog.key, page.path, query(page.params, values), *self._stamps[page.folders])

    def _once(self, key: tuple[str, ...], compute: Callable[[], T], *, turn: bool = True) -> T:
        with self._lock:
            found = self._kept.get(key)
            mine = found is None
            if found is None:
                found = self._kept[key] = Future()
                self._make_room()
            self._kept.move_to_end(key)
        if mine:
            # In a thread of its own, so that he who asked first may give up as well.
            threading.Thread(target=self._compute, args=(key, found, compute, turn), daemon=True).start()
        try:
            return found.result(timeout=PATIENCE)  # type: ignore[no-any-return]
        except TimeoutError:
            expected = f"less than {PATIENCE:.0f} seconds"
            raise TooSlow("The answer takes too long", expected, "fewer draws, or the command line") from None

    def _compute(self, key: tuple[str, ...], found: Future[Any], compute: Callable[[], Any], turn: bool) -> None:
        try:
            # A page waits for its own parts: it must not take the turn that they need.
            with self._turns.taken() if turn else nullcontext():
                made = compute()
            self._weigh(key, made)
            found.set_result(made)
        except BaseException as error:
            # A failure is told to all who wait and computed again for the next: data may have come meanwhile.
            self._forget(key)
            found.set_exception(error)

    def _forget(self, key: tuple[str, ...]) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._sizes.pop(key, None)

    def _weigh(self, key: tuple[str, ...], made: Any) -> None:
        if isinstance(made, str | bytes):
            with self._lock:
                if key in self._kept:
                    self._sizes[key] = len(made)
                    self._make_room()

    def _make_room(self) -> None:
        """Forget what was not asked for the longest time; the one who holds the lock calls."""
        while len(self._kept) > KEPT or (sum(self._sizes.values()) > HELD and len(self._kept) > 1):
            self._sizes.pop(self._kept.popitem(last=False)[0], None)


class _Shelf:
    """The catalogue of a store, opened anew when a vintage has come or gone."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._lock = catalog, threading.Lock()
        self._seen = self._vintages()

    def catalog(self) -> Catalog:
        """The catalogue of what lies in the store now; the one before where that cannot be opened."""
        with self._lock:
            seen = self._vintages()
            if seen != self._seen:
                with suppress(NomoatError):
                    # The shipped snapshot is the first folder: a test may have put another in its place.
                    self._catalog = type(self._catalog).open(self._catalog.home, self._catalog.folders[0])
                self._seen = seen
            return self._catalog

    def _vintages(self) -> list[tuple[str, int]]:
        try:
            with os.scandir(store_home(self._catalog.home) / "vintages") as found:
                return sorted((one.name, one.stat().st_mtime_ns) for one in found if not one.name.startswith("."))
        except OSError:
            return []


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
