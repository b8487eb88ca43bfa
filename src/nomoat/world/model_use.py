"""How much is one model used, as far as anybody counts it: its shares on boards, the counters of its weights?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.types import Noun

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog


class Used(Noun, frozen=True, kw_only=True):
    """A model's share in one period, between its bounds: 0 to 1."""

    channel: str
    unit: str
    start: date
    end: date
    value: float | None
    low: float | None
    high: float | None
    partial: bool  # the period was not over when the copy was made
    population: str
    rule: str
    origin: str


class Counted(Noun, frozen=True, kw_only=True):
    """What the Hub's counters said of one repository of a model when it was last read."""

    repository: str
    observed: date
    month: int | None  # downloads of the last 30 days
    ever: int | None
    likes: int | None
    origin: str


def used(key: str, as_of: date | None = None, *, catalog: Catalog) -> tuple[Used, ...]:
    """List the shares of use that boards count for one model (its id), the newest period first.

    The shipped series are of open and closed models as a whole: single models have shares once
    `nomoat update openrouter` or `nomoat update vercel` has fetched them.

    >>> from nomoat.catalog.store import Catalog
    >>> used("deepseek/deepseek-r1", catalog=Catalog.open())
    ()
    """
    rows = [row for row in catalog.table("usage", as_of).rows() if row["subject"] == key and row["metric"] == "share"]
    rows.sort(key=lambda row: (-row["ends"].toordinal(), row["channel"], row["unit"]))
    return tuple(
        Used(
            channel=row["channel"],
            unit=row["unit"],
            start=row["period"],
            end=row["ends"],
            value=row["value"],
            low=row["low"],
            high=row["high"],
            partial=bool(row["partial"]),
            population=row["population"],
            rule=row["numerator"],
            origin=row["origin_id"],
        )
        for row in rows
    )


def counted(key: str, as_of: date | None = None, *, catalog: Catalog) -> tuple[tuple[Counted, ...], int]:
    """List the repositories of one model (its id) with a counter, and how many are known without any.

    The lists of tracked models name repositories and count nothing; `nomoat update hub` reads the counters.

    >>> from nomoat.catalog.store import Catalog
    >>> counted("deepseek/deepseek-r1", catalog=Catalog.open())
    ((), 1)
    """
    newest: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    for row in catalog.table("repositories", as_of).rows():
        if row["model_id"] != key:
            continue
        names.add(row["repository"])
        known = newest.get(row["repository"])
        counts = any(row[name] is not None for name in ("downloads_30d", "downloads_all", "likes"))
        if counts and (known is None or known["observed"] < row["observed"]):
            newest[row["repository"]] = row
    rows = sorted(newest.values(), key=lambda row: (-(row["downloads_all"] or row["downloads_30d"] or 0), str(row)))
    found = tuple(
        Counted(
            repository=row["repository"],
            observed=row["observed"],
            month=row["downloads_30d"],
            ever=row["downloads_all"],
            likes=row["likes"],
            origin=row["origin_id"],
        )
        for row in rows
    )
    return found, len(names) - len(found)
