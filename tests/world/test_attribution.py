"""Shares of the follower frontier against the Shapley value's own definition, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from math import factorial

import numpy as np
import pytest

import nomoat
from nomoat.errors import DateError, UnknownName

MONTH = 30.4375
START = date(2024, 1, 1)


def random_table(path, seed, players=4, models=18):
    rng = np.random.default_rng(seed)
    lines = ["model,date,openness,score,organisation"]
    for k in range(models):
        day = START + timedelta(days=int(rng.integers(0, 500)))
        lines.append(f"C{k},{day},closed,{60 * (day - START).days / 500 + rng.normal(30, 9):.3f},lab")
        day = START + timedelta(days=int(rng.integers(0, 500)))
        lines.append(f"O{k},{day},open,{60 * (day - START).days / 500 + rng.normal(10, 9):.3f},P{k % players}")
    lines += [
        f"first,{START},open,1,P0",
        f"lead,{START},closed,2,lab",
        f"last,{START + timedelta(days=510)},closed,3,lab",
    ]
    path.write_text("\n".join(lines))
    return path


def worth_by_day(path, start, group):
    """v(S) and the days of lag saved, straight from the text: one day at a time."""
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    closed = [(date.fromisoformat(r[1]), float(r[3])) for r in rows if r[2] == "closed"]
    opened = [(date.fromisoformat(r[1]), float(r[3]), r[4]) for r in rows if r[2] == "open"]
    cut = max(date.fromisoformat(r[1]) for r in rows)
    base = max(s for d, s, _ in opened if d <= start)

    def reached(level, day):
        days = [d for d, s in closed if s >= level]
        return min([*days, day])

    day, points, saved, n = start, 0.0, 0.0, 0
    while day < cut:
        best = max([s for d, s, who in opened if d <= day and who in group], default=-np.inf)
        points += max(0.0, best - base)
        saved += (reached(max(best, base), day) - reached(base, day)).days
        day, n = day + timedelta(days=1), n + 1
    return points / n, saved / n / MONTH


@pytest.mark.parametrize("seed", range(6))
def test_shapley_values_by_enumeration(tmp_path, seed):
    path = random_table(tmp_path / "t.csv", seed)
    start = START + timedelta(days=90)
    found = nomoat.attribute(on=path, start=start)
    players = sorted({c.player for c in found.credits})
    worth = {
        frozenset(g): worth_by_day(path, start, g) for n in range(len(players) + 1) for g in combinations(players, n)
    }
    assert found.total == pytest.approx(worth[frozenset(players)][0], abs=1e-9)
    for credit in found.credits:
        expected = np.zeros(2)
        others = [p for p in players if p != credit.player]
        for n in range(len(players)):
            weight = factorial(n) * factorial(len(players) - n - 1) / factorial(len(players))
            for g in combinations(others, n):
                gain = np.subtract(worth[frozenset({*g, credit.player})], worth[frozenset(g)])
                expected += weight * gain
        assert credit.shapley == pytest.approx(expected[0], abs=1e-9)
        # The oracle steps in whole days; a follower that leads gains half a day a day on it.
        assert credit.lag_shapley == pytest.approx(expected[1], abs=0.03)
        assert credit.without == pytest.approx(worth[frozenset(others)][0], abs=1e-9)


def test_shares_add_up_and_everybody_is_there(tmp_path):
    found = nomoat.attribute(on=random_table(tmp_path / "t.csv", 1, players=7), start=START)
    assert sum(c.shapley for c in found.credits) == pytest.approx(found.total)
    assert sum(c.share for c in found.credits) == pytest.approx(1)
    assert sum(c.lag_shapley for c in found.credits) == pytest.approx(found.total_lag)
    assert len(found.credits) == 7


def test_bad_questions(tmp_path):
    path = random_table(tmp_path / "t.csv", 2)
    with pytest.raises(UnknownName, match="organisation"):
        nomoat.attribute(on=path, by="continent")
    with pytest.raises(DateError, match="not before"):
        nomoat.attribute(on=path, start=date(2030, 1, 1))
