"""What does a page consist of?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.explorer.state import Param, Values
from nomoat.types import LeftOut, Origin
from nomoat.views.figure import Figure
from nomoat.views.table import Table

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


@dataclass(frozen=True, kw_only=True)
class Content:
    """What stands in a section: sentences, a chart drawn at a width, and its table twin or a table of its own."""

    words: tuple[str, ...] = ()
    figure: Callable[..., Figure] | None = None  # takes width= and container=
    table: Table | None = None
    links: Mapping[str, str] = field(default_factory=dict)  # a cell's text -> where it leads, inside the explorer
    empty: str = ""  # why there is nothing to see


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question of a page. `later`: it takes a second or more, so the page loads it when it is on the screen."""

    id: str
    title: str
    build: Callable[[], Content]
    python: str  # the lines that give the same numbers
    later: bool = False


@dataclass(frozen=True, kw_only=True)
class View:
    """A page that was asked for: what its result is, in words, tiles and sections."""

    title: str
    result: Any  # what the API answers: a frozen noun
    lead: tuple[str, ...] = ()
    tiles: tuple[tuple[str, str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()
    cite: str = ""
    python: str = ""
    as_of: date | None = None  # the day of knowledge
    extra: Mapping[str, Any] = field(default_factory=dict)  # what a template of its own needs

    def section(self, name: str) -> Section:
        """The section with this id; raises KeyError where there is none."""
        for section in self.sections:
            if section.id == name:
                return section
        raise KeyError(name)


@dataclass(frozen=True, kw_only=True)
class Page:
    """An address: its name in the navigation, what can be chosen there, and who answers."""

    path: str
    nav: str  # empty: reached by links only
    question: str
    params: tuple[Param, ...]
    answer: Callable[[Catalog, Values], View]
    template: str = "page.html"
