"""What is a statement with a test: who said it, when, where, and what would make it true?"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from nomoat.types import SCHEMA_VERSION, Noun


class Test(Noun, frozen=True, kw_only=True):
    """How a statement became a number: the measure, its denominator, and the values for which it is true."""

    __test__ = False  # not a test of pytest's

    metric: str
    population: str
    unit: str
    window: str
    comparison: str = ""  # empty only with the metric `none`
    reading: str  # how the words were read as a number
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    would: str = ""  # with the metric `none`: the data that would decide


class Claim(Noun, frozen=True, kw_only=True):
    """One statement of the ledger. An undated document gives a range of days and the reason for it."""

    schema_version: int = SCHEMA_VERSION
    id: str
    says: str
    quote: str
    speaker: str
    polarity: Literal["for open", "against open", "neither"]
    hedge: str = ""
    topic: str
    document: str  # its name in the library
    title: str
    sha256: str
    address: str = ""
    line: int
    stamp: str = ""
    earliest: date
    latest: date
    dated: str  # why these days
    due: date | None = None  # of a forecast: the day on which it must have come true
    until: date | None = None  # of a sentence about a past time: the last day of it; None: it speaks of the present
    contrary: dict[str, str] = msgspec.field(default_factory=dict)  # claim that it contradicts -> how both can stand
    test: Test
    source: str = ""  # the file of the ledger that it stands in

    @property
    def place(self) -> str:
        """Where it was said, to be found again: document, line and, of a recording, the time.

        >>> from nomoat.claims.ledger import ledger
        >>> ledger().claim("enterprise-five-percent").place
        'redpoint-adoption, line 11, 00:02:59'
        """
        return f"{self.document}, line {self.line}" + (f", {self.stamp}" if self.stamp else "")
