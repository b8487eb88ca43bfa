"""What did a test of a statement measure, and on which rows does it rest?"""

from __future__ import annotations

from datetime import date

from nomoat.errors import NomoatError
from nomoat.types import LeftOut, Noun, Origin


class Evidence(Noun, frozen=True, kw_only=True):
    """One row that a verdict rests on."""

    what: str
    value: float | None = None
    unit: str = ""
    date: date | None = None
    address: str = ""  # of the page, where the row has one of its own


class Measured(Noun, frozen=True, kw_only=True):
    """A value with its interval, on one day, in one vintage.

    `low` equals `high` for what was counted and not estimated. Both are None where nobody gives an interval: a
    verdict on such a value says so. `spread` names what lies between them. `value` is None where only bounds are
    known: their middle would be nobody's estimate. A count over a list that may lack something has no upper end.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float | None
    unit: str
    n: int | None = None
    spread: str = "interval over draws"
    at: date | None = None
    as_of: date | None = None
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    command: str = ""  # the line of the verb that prints this figure; empty: `nomoat claims measure` does


INCOMPLETE = "a lower bound: what the list lacks is not counted"


class Untestable(NomoatError):
    """A test that no data here can decide: the message says which data would."""


class Unmeasured(Untestable):
    """A test that waits for a measure or a table that is not there yet: the message names it."""

    def __init__(self, needs: str) -> None:
        self.needs = needs
        super().__init__(f"not testable yet: needs {needs}")
