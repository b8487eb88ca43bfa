"""What may a reader of a page press when a question had no answer?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from nomoat.errors import NomoatError
from nomoat.explorer.page import Page

MOST = 8  # names that are offered
_OPTION = re.compile(r"--([a-z-]+) ([\w.:%-]+)")
_UNTIL = re.compile(r"a later --at, up to ([\d-]+)")
# A command that answers on the command line, and the page that answers the same.
PAGES = {
    "nomoat models": ("/models", "All models"),
    "nomoat sources": ("/sources", "All sources"),
    "nomoat claims": ("/claims", "All statements"),
    "nomoat adoption": ("/adoption", "All shares of use"),
    "nomoat documents list": ("/documents", "All documents"),
    "nomoat gap": ("/gap", "The gap"),
}
TERMINAL = ("nomoat update", "nomoat documents add", "nomoat explore", "pip install")  # what no page can do


@dataclass(frozen=True)
class Advice:
    """A way on: an address to follow, or a line to type in a terminal."""

    words: str
    href: str = ""
    type: str = ""


def nothing(error: NomoatError, page: Page, given: Mapping[str, str]) -> bool:
    """Whether this is a search without a hit, which is an answer and no mistake."""
    said = [(param, given.get(param.name, "").strip()) for param in page.params]
    offered = all(text in ("", *param.choices) for param, text in said if param.kind == "choice")
    return offered and any(param.search and text for param, text in said) and error.seen.startswith("No ")


def advice(error: NomoatError, page: Page | None, given: Mapping[str, str]) -> tuple[Advice, ...]:
    """The ways on from an error, in the page's own terms: its near names and options as links, its commands as pages.

    >>> from nomoat.errors import UnknownName
    >>> from nomoat.explorer.pages import pages
    >>> failed = UnknownName.of("rule", "mk", ["km", "strict"])
    >>> advice(failed, pages()["gap"], {"rule": "mk", "at": "2025-01-01"})[0]
    Advice(words='Rule: km', href='/gap?rule=km&at=2025-01-01', type='')
    """
    found = []
    if page is not None:
        found += _near(error, page, given) + _options(error, page, given)
        if not found and nothing(error, page, given):
            found += [
                Advice(f"{param.title}: {choice}", f"{page.address}?{urlencode({param.name: choice})}")
                for param in page.params
                if param.search and param.kind == "text"
                for choice in param.choices
            ]
    for command, (href, words) in PAGES.items():
        if command in error.next and (page is None or page.address != href):
            found.append(Advice(words, href))
    if error.next.startswith("/"):
        found.append(Advice(f"Go to {error.next}", error.next))
    for line in error.next.split(", or "):
        if line.startswith(TERMINAL):
            found.append(Advice("Type in a terminal:", type=line))
    if page is not None and any(given.values()):
        found.append(Advice("Start again, with nothing chosen", page.address))
    return tuple(dict.fromkeys(found))


def _near(error: NomoatError, page: Page, given: Mapping[str, str]) -> list[Advice]:
    """The names that the error offers, each in the place of the one that was not known."""
    unknown = re.findall(r"'([^']*)'", error.seen)
    fields = [param for param in page.params if param.kind in ("text", "list", "choice")]
    for param in fields:
        text = given.get(param.name, param.default)
        for name in unknown:
            parts = [part.strip() for part in text.split(",")] if param.kind == "list" else [text.strip()]
            if name and name in parts:
                near = [one for one in re.findall(r"'([^']+)'", error.expected) if len(one) < 80][:MOST]
                return [
                    Advice(f"{param.title}: {one}", _asked(page, given, param.name, text.replace(name, one)))
                    for one in near
                ]
    return []


def _options(error: NomoatError, page: Page, given: Mapping[str, str]) -> list[Advice]:
    """What the command line would be told with an option, as a link that chooses it."""
    params = {param.name: param for param in page.params}
    said = [(name.replace("-", "_"), value) for name, value in _OPTION.findall(error.next)]
    said += [("at", day) for day in _UNTIL.findall(error.next)]
    chosen = [
        (params[name], "yes" if params[name].kind == "flag" else value.rstrip(","))
        for name, value in said
        if name in params
    ]
    return [Advice(f"{param.title}: {value}", _asked(page, given, param.name, value)) for param, value in chosen]


def _asked(page: Page, given: Mapping[str, str], name: str, value: str) -> str:
    kept = {param.name: given[param.name] for param in page.params if given.get(param.name)}
    order = [param.name for param in page.params]
    said = sorted({**kept, name: value}.items(), key=lambda pair: order.index(pair[0]))
    return f"{page.address}?{urlencode(said)}"
