"""Which measures does a report take, in which order, and what becomes of one that the data cannot give?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nomoat.errors import InputError
from nomoat.report.chapters import RIVALS
from nomoat.report.folder import Report, publish
from nomoat.report.parts import Parts

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog
    from nomoat.types import Gap

T = TypeVar("T")

# The figures that people quote most for the gap: gap.md of our field notes lists who prints which.
FIGURES = ("3.5 months", "8 months", "8 points")
# And for use (adoption.md 0): the first is walked to ours step by step.
SHARES = ("5 % of enterprise workloads", "11 %", "70 %", "41 % of downloads", "1.15 billion", "80 % of startups")
PASSED = 0.8  # of the router's tokens: the round share that today's is nearest to and below


def write_report(
    out: Path | str = "nomoat-report",
    catalog: Catalog | None = None,
    *,
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    work: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Measure the gap and everything around it, and write the answer to `out` as one page.

    The gap and its frontier must be there; any other measure that the data cannot give leaves its reason in
    the page. With a folder of `work`, the verdict on one's own traffic leads; without one nothing of it is said, as
    reports are handed on. Raises `OutputError` where the folder cannot be written.
    """
    parts = measured(
        catalog, at=at, as_of=as_of, method=method, draws=draws, seed=seed, level=level, work=work, progress=progress
    )
    said = {"at": at, "as-of": as_of, "method": method, "draws": draws, "seed": seed, "level": level}
    mine = [] if work is None else ["--work"]
    typed = (f"--{name} {value}" for name, value in said.items() if value is not None)
    command = " ".join(["nomoat report", *mine, *typed])
    return publish(Path(out), parts, command=command, progress=progress)


def measured(
    catalog: Catalog | None = None,
    *,
    at: date | None,
    as_of: date | None,
    method: str,
    draws: int,
    seed: int,
    level: float,
    work: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Parts:
    """All results of a report from one catalogue, with one seed."""
    from nomoat.catalog.store import Catalog
    from nomoat.claims.ledger import ledger
    from nomoat.claims.verdicts import verdicts
    from nomoat.work.proven import newest
    from nomoat.world.adoption import adoption
    from nomoat.world.attribution import attribute
    from nomoat.world.concentration import concentration
    from nomoat.world.effort import effort
    from nomoat.world.forecast import forecast
    from nomoat.world.frontier import frontier
    from nomoat.world.gap import gap
    from nomoat.world.groups import gap_by
    from nomoat.world.panel import panel
    from nomoat.world.passing import passing
    from nomoat.world.price import price
    from nomoat.world.reconcile import reconcile_gap
    from nomoat.world.reconcile_share import reconcile_share
    from nomoat.world.split import split

    tell = progress or (lambda _: None)
    book = catalog or Catalog.open()
    when: dict[str, Any] = {"at": at, "as_of": as_of, "method": method, "catalog": book}
    drawn = {**when, "draws": draws, "seed": seed, "level": level}
    missing: dict[str, str] = {}

    def attempt(name: str, measure: Callable[[], T]) -> T | None:
        tell(f"measuring: {name}")
        try:
            return measure()
        except InputError as error:
            missing[name] = str(error)
            return None

    tell("measuring: gap")
    found = gap(**drawn)
    judged = {name: drawn[name] for name in ("as_of", "draws", "seed", "level", "catalog")}
    figures = (attempt("reconciled", partial(reconcile_gap, one, method=method, catalog=book)) for one in FIGURES)
    known: dict[str, Any] = {"as_of": as_of, "catalog": book}
    shares = (attempt("quoted", partial(reconcile_share, one, **known)) for one in SHARES)
    return Parts(
        gap=found,
        frontier=frontier(**drawn),
        organisations=attempt("organisations", lambda: attribute(**drawn)),
        countries=attempt("countries", lambda: attribute(by="country", **drawn)),
        rivals=attempt("rivals", lambda: frontier(*RIVALS, **drawn)),
        rivalry=attempt("rivals", lambda: gap(*RIVALS, **drawn)),
        effort=attempt("effort", lambda: effort(**when)),
        panel=attempt("panel", lambda: panel(**drawn)),
        domains=attempt("domains", lambda: gap_by(by="domain", **drawn)),
        adoption=attempt("adoption", lambda: adoption(at=at, **known)),
        split=attempt("split", lambda: split(at=at, **known)),
        concentration=attempt("concentration", lambda: concentration(at=at, **known)),
        price=attempt("price", lambda: price(**drawn)),
        forecast=attempt("forecast", lambda: forecast(**drawn)),
        passing=attempt("passing", lambda: passing(PASSED, at=at, **known)),
        quoted=tuple(one for one in shares if one is not None),
        reconciled=tuple(one for one in figures if one is not None),
        verdicts=attempt(
            "verdicts", lambda: verdicts(ledger(), progress=lambda step: tell(f"judging {step}"), **judged)
        ),
        work=attempt("work", lambda: newest(work)) if work is not None else None,
        own=attempt("own", lambda: _own(work, book, draws, seed, level)) if work is not None else None,
        missing=missing,
    )


def _own(folder: Path, catalog: Catalog, draws: int, seed: int, level: float) -> Gap:
    """The gap on one's own use cases; a report writes nothing into the work folder."""
    from tempfile import TemporaryDirectory

    from nomoat.work.measured import measured as table
    from nomoat.work.measured import write
    from nomoat.world.gap import gap

    own = table(folder, catalog=catalog)
    with TemporaryDirectory() as place:
        return own.beside(gap(on=write(Path(place), own), draws=draws, seed=seed, level=level))
