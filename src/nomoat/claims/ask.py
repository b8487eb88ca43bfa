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
    `then` says that only what was known on `as_of` may enter: hand-made tables, written later, may not.
    """

    catalog: Catalog
    unit: str
    at: date | None = None
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
        """The last release that counts. What was known then may end before the day it was said: then it ends there."""
        if self.at is None or not self.then:
            return self.at
        return min(self.at, self.scale(on).cut)

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

    def hand_made(self, table: str, written: date) -> None:
        """Refuse a hand-made table where only what was known then may enter: it was written with hindsight."""
        if self.then and (self.as_of is None or self.as_of < written):
            raise NoVintage(f"The table of {table} was written on {written}", "a later date")

    def typed(self, verb: str, *words: str, on: str = "capability") -> str:
        """The line that gives the same figure in a terminal.

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
