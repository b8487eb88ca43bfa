"""What does a page consist of?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.explorer.order import Order
from nomoat.explorer.state import Param, Values
from nomoat.types import LeftOut, Origin
from nomoat.views.figure import Figure
from nomoat.views.table import Table

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


FRONT = "front"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What stands in a section: sentences, a chart drawn at a width, and its table twin or a table of its own."""

    words: tuple[str, ...] = ()
    figure: Callable[..., Figure] | None = None  # takes width= and container=
    table: Table | None = None
    notes: tuple[str, ...] = ()  # what single rows cannot say, folded away under the chart
    most: int | None = None  # rows of the table that the page has room for; files have all
    order: Order | None = None  # in which the rows stand when nobody asks for another
    links: Mapping[str, str] = field(default_factory=dict)  # a cell's text -> where it leads, inside the explorer
    cite: str = ""  # what may be quoted of it, where only computing it tells
    empty: str = ""  # why there is nothing to see
    template: str = ""  # of markup of its own, which stands over chart and table and gets `data`
    data: Any = None
    said: tuple[str, ...] = ()  # what the markup says, where no table says it: for the file
    origins: tuple[Origin, ...] = ()  # those that only computing it tells; the page's own are the section's
    badges: bool = False  # cells that hold a verdict are shown as one


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question of a page. `later`: it takes a second or more, so the page loads it when it is on the screen."""

    id: str
    title: str
    build: Callable[[], Content]
    python: str  # the lines that give the same numbers
    later: bool = False
    origins: tuple[Origin, ...] | None = None  # where its numbers come from; None: from all that the page names


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A range over days beside the field of a parameter: a step a day on which something changed."""

    param: str
    days: tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A definition that the answer rests on, as it stands and as it may be changed: (words, address, whether now)."""

    question: str
    choices: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class View:
    """A page that was asked for: what its result is, in words, tiles and sections."""

    title: str
    result: Any  # what the API answers: a frozen noun, or what computes it when it is asked for
    lead: tuple[str, ...] = ()
    tiles: tuple[tuple[str, str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    aside: tuple[Section, ...] = ()  # that have an address and no place on the page
    for_now: bool = False  # a better answer is being computed: this one is not kept
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()
    cite: str = ""
    python: str = ""
    as_of: date | None = None  # the day of knowledge
    suggest: Mapping[str, Sequence[str]] = field(default_factory=dict)  # parameter -> values that the data have
    slider: Slider | None = None
    switches: tuple[Switch, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)  # what a template of its own needs

    @property
    def answer(self) -> Any:
        """The frozen noun that the API answers."""
        return self.result() if callable(self.result) else self.result

    @property
    def quote(self) -> str:
        """What may be quoted: the measure's own citation, else the page's first words with day and publishers."""
        if self.cite or not self.lead or not self.origins or self.as_of is None or self.for_now:
            return self.cite
        names = list(dict.fromkeys(origin.publisher for origin in self.origins))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        said = " ".join(self.lead).rstrip(".")
        return f"{said} (known on {self.as_of}; nomoat, from {', '.join(names[:3])}{more})."

    def section(self, name: str) -> Section:
        """The section with this id; raises KeyError where there is none."""
        for section in (*self.sections, *self.aside):
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
    folders: tuple[str, ...] = ()  # of the user's store: when one changes, the page is made anew

    @property
    def address(self) -> str:
        """Where the page is; the front page is at the root."""
        return "/" if self.path == FRONT else f"/{self.path}"
