"""How far do several people who rated the same things agree, beyond what chance would give?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

Ratings = Sequence[Sequence[float]]  # of each thing the ratings it was given, by whomever


def alike(ratings: Ratings) -> float | None:
    """The share of pairs of ratings of one thing that are equal, a mean over things; None where none has two.

    >>> alike([[1, 1], [1, 0], [0]])
    0.5
    """
    twice = [one for one in ratings if len(one) > 1]
    if not twice:
        return None
    return sum(sum(k * (k - 1) for k in Counter(one).values()) / (len(one) * (len(one) - 1)) for one in twice) / len(
        twice
    )


def alpha(ratings: Ratings) -> float | None:
    """Krippendorff's alpha for ratings on a scale: 1 - observed / expected squared difference.

    Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section E, with the interval metric. 1 is full
    agreement, 0 what chance gives. None where no thing has two ratings or all ratings are equal.

    >>> alpha([[1, 1], [0, 0], [1, 1], [0, 1]])
    0.5333333333333333
    """
    twice = [one for one in ratings if len(one) > 1]
    every = Counter(chain.from_iterable(twice))
    n = every.total()
    expected = sum(every[a] * every[b] * (a - b) ** 2 for a in every for b in every)
    if not expected:
        return None
    observed = sum(sum((a - b) ** 2 for a in one for b in one) / (len(one) - 1) for one in twice)
    return 1 - (n - 1) * observed / expected


def ac1(ratings: Ratings) -> float | None:
    """Gwet's AC1: agreement beyond chance that stays near what is seen where nearly all ratings are the same.

    Gwet, Br. J. Math. Stat. Psychol. 61 (2008), for several raters and missing ratings. Kappa and alpha fall towards 0
    where one value is rare, however well people agree. None where no thing has two ratings; 1 where one value is used.

    >>> ac1([[1, 1], [0, 0], [1, 1], [0, 1]])
    0.5294117647058824
    """
    seen = alike(ratings)
    if seen is None:
        return None
    rated = [one for one in ratings if one]
    values = set(chain.from_iterable(rated))
    if len(values) < 2:
        return 1.0
    share = {value: sum(one.count(value) / len(one) for one in map(list, rated)) / len(rated) for value in values}
    chance = sum(p * (1 - p) for p in share.values()) / (len(values) - 1)
    return (seen - chance) / (1 - chance)
