"""What is the verdict on each statement of the ledger: judged once, and then known from one question to the next?"""

from __future__ import annotations

import shlex
import threading
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from nomoat.explorer.answers import stamps

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.claims.check import Checked
    from nomoat.claims.claim import Claim
    from nomoat.claims.ledger import Ledger
    from nomoat.claims.verdicts import Verdicts

FOLDERS = ("claims",)
DRAWS = 500
_LOCK = threading.Lock()
_ASKED: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()


def book(catalog: Catalog) -> Ledger:
    """The ledger as it is now: the shipped statements and the user's own."""
    return _book(catalog, stamps(catalog.home, FOLDERS))


def judged(catalog: Catalog, as_of: date | None = None) -> Verdicts:
    """The verdicts on all statements: 10 s of work the first time, then out of memory or out of the cache on disk."""
    asked = (catalog, vintage(catalog, as_of), stamps(catalog.home, FOLDERS))
    with _LOCK:  # one lock a question: who asks of another day waits for nobody
        lock = _ASKED.setdefault(asked, threading.Lock())
    with lock:
        return _judged(*asked)


def one(catalog: Catalog, claim: Claim, as_of: date | None = None) -> Verdicts:
    """The verdict on one statement, without those on all others."""
    return _one(catalog, claim.id, vintage(catalog, as_of), stamps(catalog.home, FOLDERS))


def vintage(catalog: Catalog, as_of: date | None) -> date | None:
    """The last day on which something new was known, up to `as_of`; None where that is all that is known.

    Between two vintages nothing differs: verdicts on one day are those on any other up to the next.
    """
    from nomoat.catalog.tables import TABLES

    if as_of is None:
        return None
    days = sorted({day for table in TABLES if table != "origins" for day in catalog.vintages(table)})
    known = [day for day in days if day <= as_of]
    return as_of if not known else None if known == days else known[-1]


def decided(found: Checked) -> tuple[str, str]:
    """The address of the chart that decides a statement, and in words what is there.

    Where no page draws what was measured, its own page shows the test and the rows.
    """
    from nomoat.explorer.gap import PAGE, PARAMS
    from nomoat.explorer.pages import pages
    from nomoat.explorer.state import parse, query

    claim = found.claim
    name, given = claim.test.metric, claim.test.arguments
    sides: dict[str, Any] = {key: str(given[key]) for key in ("leader", "follower") if key in given}
    defaults: dict[str, Any] = {param.name: param.default for param in PARAMS} | _when(found.command)
    section = {
        "gap.points": "frontier",
        "gap.months": "frontier",
        "gap.wait": "records",
        "change.months": "months",
        "change.points": "points",
        "label.distilled": "panel",
    }.get(name)
    if section is not None and set(given) <= set(sides):
        words = {"frontier": "the two frontiers", "records": "the records", "panel": "the panel"}
        said = words.get(section, f"the gap in {section}, month by month")
        return f"{PAGE.address}{query(PARAMS, {**defaults, **sides})}#{section}", f"to the chart: {said}"
    if name.startswith("record.") and "model" in given:
        marked = {**defaults, **sides, "model": str(given["model"])}
        return f"{PAGE.address}{query(PARAMS, marked)}#frontier", f"to the chart with {given['model']} marked"
    page = {"credit": "attribution", "adoption": "adoption", "price": "price", "lineage": "lineage"}.get(
        name.partition(".")[0]
    )
    if page in pages() and found.now.measured is not None:
        there = pages()[page]
        asked = {key: day for key, day in _when(found.command).items() if key in {p.name for p in there.params}}
        asked = parse(there.params, []) | asked
        place = {"attribution": "#credit", "adoption": "#split" if "any" in given.values() else ""}.get(page or "", "")
        return f"{there.address}{query(there.params, asked)}{place}", f"to the page of {page}"
    if found.now.measured is not None:
        return f"/claim?id={claim.id}#evidence", "to what was measured"
    return f"/claim?id={claim.id}", "to the statement: what would decide it"


def _when(command: str) -> dict[str, Any]:
    """The days and the scale of the line that gives a verdict's figure: its chart is that of the same question."""
    words = shlex.split(command)
    named = dict(pairwise(words))
    found: dict[str, Any] = {}
    for option, name in (("--at", "at"), ("--as-of", "as_of")):
        if option in named:
            found[name] = date.fromisoformat(named[option])
    if "--on" in named:
        found["on"] = named["--on"]
    return found


@lru_cache(maxsize=4)
def _book(catalog: Catalog, stamp: tuple[str, ...]) -> Ledger:
    from nomoat.claims.ledger import ledger

    return ledger(catalog.home)


@lru_cache(maxsize=4)
def _judged(catalog: Catalog, as_of: date | None, stamp: tuple[str, ...]) -> Verdicts:
    from nomoat.claims.verdicts import verdicts

    return verdicts(_book(catalog, stamp), catalog, as_of=as_of, draws=DRAWS)


@lru_cache(maxsize=256)
def _one(catalog: Catalog, id: str, as_of: date | None, stamp: tuple[str, ...]) -> Verdicts:
    from nomoat.claims.verdicts import verdicts

    return verdicts([_book(catalog, stamp).claim(id)], catalog, as_of=as_of, draws=DRAWS)
