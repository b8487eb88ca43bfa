"""Which pages are there, in the order of the navigation?"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from nomoat.explorer.page import Page

# Each is a module of this folder with a PAGE; it is loaded with the first address that needs it.
MODULES = ("gap",)


@cache
def pages() -> dict[str, Page]:
    """Every page by its path."""
    found = [import_module(f"nomoat.explorer.{name}").PAGE for name in MODULES]
    return {page.path: page for page in found}
