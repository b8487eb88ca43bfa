"""Does a measured interval lie where a statement says that it lies?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, isinf

from nomoat.errors import InputError

SUPPORTED, CONTRADICTED, MIXED = "supported", "contradicted", "mixed"
FORMS = (
    "at least X",
    "at most X",
    "more than X",
    "less than X",
    "between X and Y",
    "about X give Y",
)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_SHAPES = (
    (re.compile(rf"at least {_NUMBER}"), lambda x: (x, inf, True, True)),
    (re.compile(rf"at most {_NUMBER}"), lambda x: (-inf, x, True, True)),
    (re.compile(rf"more than {_NUMBER}"), lambda x: (x, inf, False, True)),
    (re.compile(rf"less than {_NUMBER}"), lambda x: (-inf, x, True, False)),
    (re.compile(rf"between {_NUMBER} and {_NUMBER}"), lambda x, y: (x, y, True, True)),
    (re.compile(rf"about {_NUMBER} give {_NUMBER}"), lambda x, y: (x - y, x + y, True, True)),
)


@dataclass(frozen=True)
class Comparison:
    """The set of values for which a statement is true: one stretch of the line, with or without its ends.

    An infinite end belongs to it: a wait that has not ended yet is longer than any number.
    """

    text: str
    low: float
    high: float
    with_low: bool
    with_high: bool

    def holds(self, value: float) -> bool:
        """Whether one value lies in the stretch."""
        above = value >= self.low if self.with_low else value > self.low
        below = value <= self.high if self.with_high else value < self.high
        return above and below

    def judge(self, low: float, high: float) -> str:
        """The verdict on an interval: supported inside, contradicted outside, mixed across an end.

        >>> test = parse("at most 6")
        >>> test.judge(3, 5), test.judge(7, 9), test.judge(5, 7)
        ('supported', 'contradicted', 'mixed')
        """
        if self.holds(low) and self.holds(high):
            return SUPPORTED
        apart_above = low > self.high or (low == self.high and not self.with_high)
        apart_below = high < self.low or (high == self.low and not self.with_low)
        return CONTRADICTED if apart_above or apart_below else MIXED

    @property
    def bounds(self) -> tuple[float, ...]:
        """The finite ends."""
        return tuple(end for end in (self.low, self.high) if abs(end) != inf)


def shared(one: Comparison, other: Comparison) -> str | None:
    """The values that satisfy both comparisons, in words; None where no value does.

    >>> shared(parse("at most 4"), parse("at least 3")), shared(parse("less than 0"), parse("at least 0"))
    ('3 to 4', None)
    """
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low > high or (low == high and not (one.holds(low) and other.holds(low))):
        return None
    if low == high:
        return f"{low:g}"
    if isinf(low):
        return f"{high:g} or less" if not isinf(high) else "any size"
    return f"{low:g} or more" if isinf(high) else f"{low:g} to {high:g}"


def parse(text: str) -> Comparison:
    """Read a comparison such as `at most 6` or `about 5 give 2`.

    >>> parse("about 5 give 2").bounds
    (3.0, 7.0)

    Raises InputError for anything else, and for a stretch that ends before it begins.
    """
    wanted = " ".join(text.split()).casefold()
    for shape, build in _SHAPES:
        if found := shape.fullmatch(wanted):
            low, high, with_low, with_high = build(*map(float, found.groups()))
            if low > high:
                raise InputError(f"The comparison {text!r} ends before it begins", "the smaller number first")
            return Comparison(wanted, low, high, with_low, with_high)
    raise InputError(f"{text!r} is no comparison", "one of " + ", ".join(FORMS))
