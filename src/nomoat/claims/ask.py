"""With which knowledge and up to which release is a statement tested?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.errors import NoVintage

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.world.contest import Contest
    from nomoat.world.scale import Scale


@dataclass(frozen=True)
class Ask:
    """A catalogue, two dates that are never confused, and a shelf of scales that several claims share.

    `as_of` cuts knowledge, None being the newest; `at` cuts releases, None being the cut of that knowledge.
    `until` is the last day that the statement speaks of (the end of its year, the day on which a forecast is due):
    what came after it never counts. `then` says that only what was known on `as_of` may enter.
    """

    catalog: Catalog
    unit: str
    at: date | None = None
    until: date | None = None
    as_of: date | None = None
    then: bool = False
    draws: int = 500
    seed: int = 0
    level: float = 0.9
    shelf: dict[Any, Any] = field(default_factory=dict, repr=False)

    def scale(self, on: str = "capability") -> Scale:
        """The scale as it was known, drawn up once for all claims that ask for it."""
        from nomoat.world.scale import scale

        key = (on, self.as_of, self.draws, self.seed, self.level)
        if key not in self.shelf:
            if on == "capability":
                self._known()
            else:
                self.catalog.vintage("scores" if not on.startswith("arena") else "ratings", self.as_of)
            self.shelf[key] = scale(
                on, catalog=self.catalog, draws=self.draws, seed=self.seed, level=self.level, as_of=self.as_of
            )
        found: Scale = self.shelf[key]
        return found

    def day(self, on: str = "capability") -> date | None:
        """The last release that counts on a scale; None: up to the cut.

        What was known then may end before the day it was said, and what is known now before the last day that the
        statement speaks of: then it ends there.
        """
        if self.at is None:
            return None if self.until is None else min(self.until, self.scale(on).cut)
        at = self.at if self.until is None else min(self.at, self.until)
        return min(at, self.scale(on).cut) if self.then else at

    @property
    def last(self) -> date | None:
        """The last release that counts where no scale sets a cut: the earliest of the three days; None: all."""
        return min((day for day in (self.at, self.until, self.as_of) if day is not None), default=None)

    def contest(self, leader: str, follower: str, on: str = "capability", at: date | None = None) -> Contest:
        """Two cohorts on a scale, up to `at` where it is named and up to the day asked about elsewhere."""
        from nomoat.world.contest import contest

        day = at or self.day(on)
        key = (leader, follower, on, self.as_of, day)
        if key not in self.shelf:
            self.shelf[key] = contest(self.scale(on), leader, follower, day)
        found: Contest = self.shelf[key]
        return found

    def _known(self) -> None:
        """Abilities were known when scores were, or when an index was published; say NoVintage otherwise."""
        try:
            self.catalog.vintage("scores", self.as_of)
        except NoVintage:
            self.catalog.vintage("ratings", self.as_of, dataset="epoch-eci")

    def typed(self, verb: str, *words: str, on: str = "capability") -> str:
        """The line of a measure's own verb that gives the same figure in a terminal.

        >>> from nomoat import Catalog
        >>> Ask(Catalog.open(), "months").typed("gap", "closed", "open & country=CN")
        "nomoat gap closed 'open & country=CN'"
        """
        import shlex

        line = ["nomoat", verb, *(shlex.quote(word) for word in words)]
        if on != "capability":
            line += ["--on", shlex.quote(on)]
        day = self.day(on)
        if day is not None:
            line += ["--at", str(day)]
        if self.as_of is not None:
            line += ["--as-of", str(self.as_of)]
        return " ".join(line)
