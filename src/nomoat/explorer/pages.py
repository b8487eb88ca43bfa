"""Which pages are there, in the order of the navigation?"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from nomoat.explorer.page import Page

# Each is a module of this folder with a PAGE; those without a name in the navigation are reached by links.
MODULES = (
    "front",
    "gap",
    "models",
    "model",
    "compare",
    "adoption",
    "price",
    "attribution",
    "forecast",
    "lineage",
    "work",
    "documents",
    "document",
    "graph",
    "entity",
    "claims",
    "claim",
    "sources",
    "methods",
)


@cache
def pages() -> dict[str, Page]:
    """Every page by its path."""
    there = [f"nomoat.explorer.{name}" for name in MODULES if find_spec(f"nomoat.explorer.{name}")]
    found = [import_module(name).PAGE for name in there]
    return {page.path: page for page in found}
