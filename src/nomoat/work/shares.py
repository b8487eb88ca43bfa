"""Of which share of all traffic and of all spend does a verdict speak, and what would moving it save?"""

from __future__ import annotations

from typing import Literal

from nomoat.work.verdict import Case, Shares

ROUNDED = 1e-6  # of a share: a plan holds six digits of it, and what they lose is no undecided traffic


def shares(cases: tuple[Case, ...]) -> Shares:
    """Shares of all requests of the log, counted and not estimated; what no use case of the plan holds is undecided."""

    def total(status: tuple[str, ...], field: str) -> float | None:
        parts = [(getattr(case, field), case.tested) for case in cases if case.status in status]
        return None if any(p is None for p, _ in parts) else float(sum(p * t for p, t in parts))

    safe, worse = total(("safe",), "share_requests"), total(("worse",), "share_requests")
    rest = None if safe is None or worse is None else 1.0 - safe - worse
    lost = [(case.share_requests, case.tested * case.margin) for case in cases if case.status == "safe"]
    return Shares(
        requests=safe,
        spend=total(("safe",), "share_spend"),
        most_lost=None if safe is None else float(sum((share or 0.0) * part for share, part in lost)),
        worse=worse,
        undecided=None if rest is None else rest if rest > ROUNDED * len(cases) else 0.0,
    )


def saved(cases: tuple[Case, ...], end: Literal["paid", "paid_low", "paid_high"]) -> float | None:
    """The share of all spend that goes, were listed use cases moved: 1 - what the same requests cost in the run.

    `end` is the ratio of each, or an end of its interval: all at once at that end is wider than one interval.
    """
    found = 0.0
    for case in cases:
        if case.status != "safe":
            continue
        ratio = getattr(case.cost, end)
        if case.share_spend is None or ratio is None:
            return None
        found += case.share_spend * case.tested * (1.0 - ratio)
    return found if any(case.status == "safe" for case in cases) else None
