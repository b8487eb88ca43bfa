"""The page of the methods: how is each figure made, in the words of the function that makes it?"""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from nomoat import __version__
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values
from nomoat.types import SCHEMA_VERSION, Noun

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

# Measure -> its function, the page that shows it, the line that prints it.
MEASURES = (
    ("Capability", "nomoat.world.capability.capability", "gap", "nomoat frontier"),
    ("Frontier", "nomoat.world.frontier.frontier", "gap", "nomoat frontier"),
    ("Gap", "nomoat.world.gap.gap", "gap", "nomoat gap"),
    ("Kaplan-Meier", "nomoat.stats.survival.kaplan_meier", "gap", "nomoat gap"),
    ("Panel", "nomoat.world.panel.panel", "gap", "nomoat panel"),
    ("Reconcile", "nomoat.world.reconcile.reconcile", "gap", "nomoat reconcile"),
    ("Preference", "nomoat.world.preference.rank", "compare", "nomoat rank"),
    ("Adoption", "nomoat.world.adoption.adoption", "adoption", "nomoat adoption"),
    ("Price", "nomoat.world.price.price", "price", "nomoat price"),
    ("Attribution", "nomoat.world.attribution.attribute", "attribution", "nomoat attribute"),
    ("Forecast", "nomoat.world.forecast.forecast", "forecast", "nomoat forecast"),
    ("Claims", "nomoat.claims.check.check", "claims", "nomoat claims check"),
    ("Entities", "nomoat.documents.entities.entities", "documents", "nomoat documents entities"),
    ("Sources", "nomoat.world.origins.origins", "sources", "nomoat sources"),
)
PARAMS = (Param(name="q", title="Words", help="of a measure or its description"),)


class Method(Noun, frozen=True, kw_only=True):
    """One measure: what its function says of itself."""

    name: str
    function: str
    words: str
    page: str
    command: str


class Methods(Noun, frozen=True, kw_only=True):
    """The measures whose words hold a query."""

    schema_version: int = SCHEMA_VERSION
    query: str
    methods: tuple[Method, ...]


def answer(catalog: Catalog, values: Values) -> View:
    """Each measure in the words of the function that makes it: what it is, its formula or decision, its source."""
    from nomoat.explorer.pages import pages

    words = (values["q"] or "").casefold().split()
    every = [one for one in map(_method, MEASURES) if one is not None]
    kept = tuple(one for one in every if all(word in f"{one.name} {one.words}".casefold() for word in words))
    return View(
        title="How is each figure made?",
        result=Methods(query=values["q"] or "", methods=kept),
        lead=("In the words of the functions that make them: what is shown on a page is what they return.",)
        if kept
        else ("No measure holds these words.",),
        sections=tuple(
            Section(
                id=one.name.lower(),
                title=one.name,
                build=lambda one=one: _content(one, one.page if one.page in pages() else ""),  # type: ignore[misc]
                python=f"from {one.function.rpartition('.')[0]} import {one.function.rpartition('.')[2]}\n"
                f"help({one.function.rpartition('.')[2]})",
                origins=(),
            )
            for one in kept
        ),
    )


def _method(measure: tuple[str, str, str, str]) -> Method | None:
    name, function, page, command = measure
    module, _, attribute = function.rpartition(".")
    if find_spec(module) is None:
        return None
    said = inspect.getdoc(getattr(import_module(module), attribute, None)) or ""
    text = said.split("\n>>>")[0].strip()
    return Method(name=name, function=function, words=text, page=page, command=command) if text else None


def _content(one: Method, page: str) -> Content:
    parts = _parts(one.words)
    first = parts[0].replace("\n", " ") if parts else ""
    return Content(
        template="method.html",
        data={"one": one, "page": page, "parts": parts},
        said=tuple(parts),
        cite=f"{one.name}: {first} ({one.function}, nomoat {__version__})",
    )


def _parts(words: str) -> list[str]:
    """The paragraphs for a reader; which errors are raised is for who writes a program."""
    return [part for part in words.split("\n\n") if not part.startswith("Raises")]


PAGE = Page(path="methods", nav="Methods", question="How is each figure made?", params=PARAMS, answer=answer)
