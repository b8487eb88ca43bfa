"""The product-limit estimate in exact fractions, one time at a time, and the areas and medians under it."""

from __future__ import annotations

from fractions import Fraction


def steps(times: list[int], censored: list[bool], weights: list[int]) -> list[tuple[int, Fraction]]:
    """S just after each time at which something happened: the product over times of (1 - events / at risk)."""
    subjects = [s for s in zip(times, censored, weights, strict=True) if s[2] > 0]
    share, curve = Fraction(1), []
    for now in sorted({time for time, _, _ in subjects}):
        at_risk = sum(weight for time, _, weight in subjects if time >= now)
        events = sum(weight for time, waiting, weight in subjects if time == now and not waiting)
        share *= 1 - Fraction(events, at_risk)
        curve.append((now, share))
    return curve


def median(curve: list[tuple[int, Fraction]]) -> float:
    """The first time at which half or fewer still wait."""
    return next((float(now) for now, share in curve if share <= Fraction(1, 2)), float("inf"))


def area(curve: list[tuple[int, Fraction]], horizon: int) -> Fraction:
    """The area under S from 0 to the horizon, day by day."""
    total = Fraction(0)
    for day in range(horizon):
        total += next((share for now, share in reversed(curve) if now <= day), Fraction(1))
    return total
