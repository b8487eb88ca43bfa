"""What did somebody publish of use, quoted with its rule?"""

from __future__ import annotations

from datetime import date
from typing import Any

from nomoat.types import Noun
from nomoat.world.subjects import METRICS, SHARES, subject

_TIMES = {"trillion tokens": 1e12, "trillion tokens/week": 1e12, "trillion tokens/day": 1e12}


class Figure(Noun, frozen=True, kw_only=True):
    """A share, or a count, that somebody published: quoted with its rule, never computed again."""

    id: str
    metric: str  # the publisher's quantity, as gathered
    kind: str  # share | count
    channel: str | None
    subject: str
    cohort: str
    unit: str
    population: str
    numerator: str | None
    start: date | None
    end: date | None
    published: date | None
    value: float | None
    low: float | None
    high: float | None
    quoted: str | None = None  # as written, where that is no plain number
    evidence: str
    publisher: str
    origins: tuple[str, ...]


def figure_of(row: dict[str, Any], evidence: dict[str, str], publishers: dict[str, str]) -> Figure:
    """Quote one row of the table `facts`, a share as 0 to 1."""
    meant = subject(row["subject"]) or {"name": row["subject"] or "", "cohort": ""}
    kind = "share" if row["metric"] in SHARES else "count"
    times = 0.01 if kind == "share" else _TIMES.get(row["unit"], 1.0)

    def portion(cell: float | None) -> float | None:
        return None if cell is None else cell * times

    value = None if row["metric"].endswith(("_low", "_high")) else portion(row["value"])
    return Figure(
        id=row["fact_id"],
        metric=row["metric"],
        kind=kind,
        channel=row["channel"],
        subject=meant["name"],
        cohort=meant["cohort"],
        unit=METRICS[row["metric"]],
        population=row["population"],
        numerator=row["rule"],
        start=row["window_from"],
        end=row["window_to"],
        published=row["published"],
        value=value,
        low=portion(row["low"]),
        high=portion(row["high"]),
        quoted=row["quoted"],
        evidence=evidence[row["origin_id"]],
        publisher=publishers[row["origin_id"]],
        origins=(row["origin_id"],),
    )
