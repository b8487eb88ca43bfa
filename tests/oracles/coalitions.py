"""The Shapley value by its definition: every order in which the players can arrive."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial


def shapley(players: int, worth: Callable[[frozenset[int]], float]) -> list[float]:
    """Each player's marginal worth, averaged over all coalitions of the others with their share of the orders."""
    shares = []
    for player in range(players):
        others = [other for other in range(players) if other != player]
        share = 0.0
        for size in range(players):
            orders = factorial(size) * factorial(players - size - 1) / factorial(players)
            for coalition in map(frozenset, combinations(others, size)):
                share += orders * (worth(coalition | {player}) - worth(coalition))
        shares.append(share)
    return shares
