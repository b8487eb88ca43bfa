"""What is a chapter of the report: a question, its answer in words, and the charts and tables that decide it?"""

from __future__ import annotations

from collections.abc import Callable

from nomoat.report.parts import Parts
from nomoat.types import Noun
from nomoat.views.figure import Figure
from nomoat.views.table import Table
from nomoat.views.theme import NARROW, WIDE


class Drawn(Noun, frozen=True, kw_only=True):
    """One figure laid out twice: for a page and for a phone."""

    wide: Figure
    narrow: Figure


class Chapter(Noun, frozen=True, kw_only=True):
    """A question, who raised it, the answer in words, and the charts and tables that decide it."""

    id: str
    question: str
    raised: str  # by whom, in our words; empty for our own question
    answer: tuple[str, ...]
    figures: tuple[Drawn, ...] = ()
    tables: tuple[Table, ...] = ()  # shown in full, under the charts
    notes: tuple[str, ...] = ()


def drawn(build: Callable[[int], Figure]) -> Drawn:
    """Lay a figure out for both widths."""
    return Drawn(wide=build(WIDE), narrow=build(NARROW))


def absent(parts: Parts, name: str) -> tuple[str, ...]:
    """Why a part of the report is not there, in the place of its answer."""
    why = parts.missing.get(name)
    return (f"The data cannot say: {why}",) if why else ("This was not measured for this report.",)
