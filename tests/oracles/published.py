"""The match rules of others, from the prose of their descriptions: one level, one record, one model at a time.

A model is (day, score, sd, column); records are found by `race.records`.
"""

from __future__ import annotations

import math

from oracles import race

Model = tuple[int, float, float, int]
Wait = tuple[int, int | None, float, bool]  # leader's column, follower's column, days, decided by a missing sd


def best_at_release(side: list[Model]) -> list[Model]:
    """Only models that were the best of their side when they came out."""
    holders = {column for _, _, column in race.records([(day, score, column) for day, score, _, column in side])}
    return sorted(model for model in side if model[3] in holders)


def daily_points(leader: list[Model], follower: list[Model]) -> list[float]:
    """Best leader minus best follower, each day from the later first date to the earlier last record date."""
    ahead, behind = best_at_release(leader), best_at_release(follower)
    points = []
    for day in range(max(ahead[0][0], behind[0][0]), min(ahead[-1][0], behind[-1][0]) + 1):
        high = max(score for released, score, _, _ in ahead if released <= day)
        points.append(high - max(score for released, score, _, _ in behind if released <= day))
    return points


def epoch(
    leader: list[Model], follower: list[Model], levels: int = 100, z: float = 1.96, drop_passed: bool = False
) -> list[Wait]:
    """From the higher of the two lowest scores to the lower of the two highest, in equal steps.

    First leader at or above the level; first follower at or above it or not different from that leader. A missing sd
    is not different. With `drop_passed` a follower found different once is out of the race for all higher levels.
    """
    ahead, behind = best_at_release(leader), best_at_release(follower)
    low = max(min(model[1] for model in side) for side in (ahead, behind))
    high = min(max(model[1] for model in side) for side in (ahead, behind))
    waits: list[Wait] = []
    for step in range(levels if low <= high else 0):
        level = high if step == levels - 1 else low + step * ((high - low) / (levels - 1))
        reference = next(model for model in ahead if model[1] >= level)
        passed = []
        for model in behind:
            missing = math.isnan(model[2]) or math.isnan(reference[2])
            noise = math.sqrt(model[2] ** 2 + reference[2] ** 2)
            if model[1] >= level or missing or abs(model[1] - reference[1]) <= z * noise:
                decided_by_missing = missing and model[1] < level
                waits.append((reference[3], model[3], model[0] - reference[0], decided_by_missing))
                break
            passed.append(model)
        if drop_passed:
            behind = [model for model in behind if model not in passed]
    return waits


def iaps(leader: list[Model], follower: list[Model], cut: int, tolerance: float = 1.0) -> list[Wait]:
    """First best-at-release follower that came out after the record and within a point; else the age until the cut."""
    waits: list[Wait] = []
    for day, score, _, column in best_at_release(leader):
        known = [model for model in best_at_release(follower) if day < model[0] <= cut]
        close = [model for model in known if model[1] >= score - tolerance]
        if day <= cut:
            waits.append((column, close[0][3], close[0][0] - day, False) if close else (column, None, cut - day, False))
    return waits


def strict(leader: list[Model], follower: list[Model], cut: int) -> list[Wait]:
    """First follower at or above the record, whenever it came out; a record that nobody reached does not count."""
    waits: list[Wait] = []
    for day, score, _, column in best_at_release(leader):
        reached = [model for model in best_at_release(follower) if model[0] <= cut and model[1] >= score]
        if reached and day <= cut:
            waits.append((column, reached[0][3], max(0, reached[0][0] - day), False))
    return waits
