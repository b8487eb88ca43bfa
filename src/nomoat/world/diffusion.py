"""How many months after a closed model first did something did an open one do it?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from nomoat.errors import DateError, UnknownName
from nomoat.types import MONTH, SCHEMA_VERSION, Dated, LeftOut, Noun, Origin
from nomoat.world import cited

COLUMNS = (
    *("technique", "meaning"),
    *("first_closed", "closed_date", "closed_precision", "closed_known", "closed_publisher", "closed_address"),
    *("first_open", "open_date", "open_precision", "open_known", "open_publisher", "open_address"),
)


class First(Noun, frozen=True, kw_only=True):
    """A technique, who showed it first on either side, and the months between; negative when open came first."""

    technique: str
    meaning: str
    closed: Dated
    closed_precision: str
    open: Dated | None  # None: no open model by the day asked about
    open_precision: str | None
    months: float | None  # None while waiting
    waiting: float | None  # months since the closed first, while no open model has followed
    note: str


class Diffusion(Noun, frozen=True, kw_only=True):
    """How fast techniques reached open models.

    `low` and `high` are quartiles over the techniques of the table. They are a range of cases, not a confidence
    interval: nobody drew these techniques at random.
    """

    schema_version: int = SCHEMA_VERSION
    at: date
    as_of: date  # pages that were there by this day
    n: int
    median: float | None  # None when half of the techniques are still waiting
    low: float | None
    high: float | None
    spread: str
    open_first: int
    waiting: int
    firsts: tuple[First, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]


def diffusion(
    technique: str | None = None,
    *,
    at: date | None = None,
    as_of: date | None = None,
    folder: Path = cited.FOLDER,
) -> Diffusion:
    """Months from the first closed to the first open model with a technique, over the hand-made table of firsts.

    A technique counts from the day its first closed or open model was out. One that no open model has by `at`
    (default: the day the table was written) is waiting and counts as longer than any finished one in the median.
    Dates known to the month stand at the day of the cited page; `precision` marks them. The firsts are those known
    to us: an earlier one changes its row. `as_of` cuts knowledge: a first counts from the day on which its page was
    public, which may be later than the day on which it was out.

    Raises UnknownName for a technique that is not in the table, DateError when none had been shown by `at`.

    >>> found = diffusion("reasoning models")
    >>> found.firsts[0].open.model, round(found.firsts[0].months, 1)
    ('QwQ-32B-Preview', 2.5)
    """
    read = cited.rows("firsts", COLUMNS, folder)
    names = [row["technique"] for row in read]
    if technique is not None and technique not in names:
        raise UnknownName.of("technique", technique, names)
    knowledge = min(as_of or cited.WRITTEN, cited.WRITTEN)
    day = min(at or knowledge, knowledge)
    chosen = [row for row in read if technique in (None, row["technique"])]
    firsts, origins = [], []
    for row in chosen:
        first = _first(row, day, knowledge)
        if first is None:
            continue
        firsts.append(first)
        key = row["technique"]
        for side in ("closed", "open") if first.open else ("closed",):
            publisher, address = row[f"{side}_publisher"], row[f"{side}_address"]
            origins.append(cited.origin("firsts", f"{key}/{side}", publisher, address, folder))
    if not firsts:
        raise DateError(f"No technique of the table had been shown by {day}", "a later date", f"--at {cited.WRITTEN}")
    waits = np.array([np.inf if f.months is None else f.months for f in firsts])
    low, median, high = (
        np.quantile(waits, [0.25, 0.5, 0.75], method="inverted_cdf") if len(waits) > 1 else waits[[0] * 3]
    )
    if np.isfinite(waits).all() and len(waits) > 1:
        low, median, high = np.quantile(waits, [0.25, 0.5, 0.75])
    later = len(chosen) - len(firsts)
    left = (LeftOut(what="techniques", count=later, why=f"nobody had shown them by {day}"),) if later else ()
    return Diffusion(
        at=day,
        as_of=knowledge,
        n=len(firsts),
        median=_finite(median),
        low=_finite(low),
        high=_finite(high),
        spread="quartiles over techniques; not a confidence interval",
        open_first=int((waits < 0).sum()),
        waiting=int(np.isinf(waits).sum()),
        firsts=tuple(sorted(firsts, key=lambda f: (f.closed.date, f.technique))),
        left_out=left,
        origins=tuple(origins),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _first(row: dict[str, str], day: date, knowledge: date) -> First | None:
    """A row as it could be known; None while neither side, or only an open model, could be."""
    closed, opened = cited.day("firsts", row, "closed_date"), cited.day("firsts", row, "open_date")
    shown, followed = (cited.day("firsts", row, f"{side}_known") <= knowledge for side in ("closed", "open"))
    there = opened <= day and followed
    if not shown or (closed > day and not there):
        return None
    return First(
        technique=row["technique"],
        meaning=row["meaning"],
        closed=Dated(model=row["first_closed"], date=closed),
        closed_precision=row["closed_precision"],
        open=Dated(model=row["first_open"], date=opened) if there else None,
        open_precision=row["open_precision"] if there else None,
        months=(opened - closed).days / MONTH if there else None,
        waiting=None if there else (day - closed).days / MONTH,
        note=row["note"] or "",
    )
