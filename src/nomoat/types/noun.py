"""What is every result made of: a frozen noun, where a fact came from, what was left out?"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

SCHEMA_VERSION = 1
MONTH = 30.4375  # days: 365.25 / 12
_OWN = "own/"  # before the name of a user's own file in the id of its origin


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen result that knows how to become a plain document."""

    def dict(self) -> dict[str, Any]:
        """The same facts as built-in types, dates as ISO strings: what `--json` prints."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]

    def json(self) -> str:
        """Indented JSON with a stable order of keys."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode()


class Origin(Noun, frozen=True, kw_only=True):
    """Where a fact came from, precise enough to find the bytes again."""

    id: str
    publisher: str
    title: str
    address: str
    licence: str
    retrieved: date
    sha256: str
    evidence: str  # measured by publisher | self-reported | secondary | computed here

    @classmethod
    def of_file(cls, name: str, *, retrieved: date, sha256: str, title: str = "") -> Origin:
        """A file of the user's own, by its name alone: no folder of theirs enters a result.

        >>> Origin.of_file("evals.csv", retrieved=date(2026, 8, 11), sha256="9f86d0").id
        'own/evals.csv'
        """
        return cls(
            id=f"{_OWN}{name}",
            publisher="the user",
            title=title or name,
            address=name,
            licence="the user's own",
            retrieved=retrieved,
            sha256=sha256,
            evidence="self-reported",
        )

    @property
    def own(self) -> bool:
        """Whether it is a file of the user's own (`of_file`)."""
        return self.id.startswith(_OWN)


class LeftOut(Noun, frozen=True, kw_only=True):
    """What a measure did not use, how many of them, and why."""

    what: str
    count: int
    why: str


class Dated(Noun, frozen=True, kw_only=True):
    """A model with its release date and, where one is meant, its score."""

    model: str
    date: date
    score: float | None = None
