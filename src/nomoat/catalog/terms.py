"""Where a term of a cohort expression is true, where false, and where nobody can say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from nomoat.errors import DateError, InputError, UnknownName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = (
    *("closed-unreleased", "closed-hosted", "closed-api", "closed-unspecified"),
    *("weights-noncommercial", "weights-restricted", "weights-permissive", "weights-unspecified"),
    *("open-source", "unknown"),
)
# What is open source may be used, changed and passed on: it is permissive as well.
WORDS: dict[str, tuple[str, ...]] = {
    "open": CLASSES[4:9],
    "closed": CLASSES[:4],
    "permissive": ("weights-permissive", "open-source"),
    "restricted": ("weights-restricted",),
    "noncommercial": ("weights-noncommercial",),
    "all": CLASSES,
    **{name: (name,) for name in CLASSES},
}
FIELDS = {
    "country": ("country",),
    "organisation": ("organisation", "organisation_name"),
    "openness": ("openness",),
    "distilled": ("distilled",),
    "name": ("model_id", "name"),
    "group": ("group",),
    "released": ("released",),
    "fits": (),
}


@dataclass(frozen=True)
class Truth:
    """Where a term is known to be true, and where it is known to be false; elsewhere it is unknown."""

    true: NDArray[np.bool_]
    false: NDArray[np.bool_]


@dataclass(frozen=True)
class Word:
    """An openness word, or the name of a group of the user's own table."""

    word: str

    def __str__(self) -> str:
        return quoted(self.word)

    def truth(self, rows: Any) -> Truth:
        """A group of this name comes first, then openness."""
        groups = _groups(rows)
        if self.word in groups or self.word.casefold() in {name.casefold() for name in groups}:
            return Comparison("group", "=", (self.word,)).truth(rows)
        if self.word == "all":
            return _settled(_flags([True] * len(rows)))
        openness = getattr(rows, "openness", None)
        nothing_said = bool(groups) and openness is not None and set(openness) <= {"unknown", None}
        if openness is None or nothing_said or self.word not in WORDS:
            kind, known = ("group", groups) if groups else ("cohort word", [*WORDS, "country=", "organisation="])
            raise UnknownName.of(kind, self.word, known)
        return _openness(openness, WORDS[self.word])


@dataclass(frozen=True)
class Comparison:
    """A field against one or several values."""

    field: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}{self.operator}{','.join(quoted(value) for value in self.values)}"

    def truth(self, rows: Any) -> Truth:
        """Equality is unknown where the field is; `!=` is true there, since it says "not known to be"."""
        if self.field == "fits":
            raise InputError(
                f"{self} cannot be answered yet: nothing here says what fits a device",
                "a cohort by openness, country, organisation, release or distillation",
                "open & country=CN",
            )
        if self.field == "openness":
            equal = _openness(_column(rows, "openness"), tuple(name for value in self.values for name in WORDS[value]))
        elif self.field == "released":
            equal = self._released(_column(rows, "released"))
        else:
            there = [name for name in FIELDS[self.field] if getattr(rows, name, None) is not None]
            equal = self._equal([_column(rows, name) for name in there or FIELDS[self.field][-1:]])
        return Truth(~equal.true, equal.true) if self.operator == "!=" else equal

    def _equal(self, columns: list[NDArray[Any]]) -> Truth:
        if self.field == "organisation":
            _refuse_misspelling(self.values, columns)
        wanted = {value.casefold() for value in self.values}
        exact = set(self.values) & set(columns[0]) if self.field == "group" else set()
        nothing = {None} if "unknown" in wanted else {None, "unknown"}
        true, known = (_flags([False] * len(columns[0])) for _ in range(2))
        for column in columns:
            said = [None if value in nothing else str(value) for value in column]
            known |= _flags([value is not None for value in said])
            hits = [value is not None and (value in exact if exact else value.casefold() in wanted) for value in said]
            true |= _flags(hits)
        return Truth(true, known & ~true)

    def _released(self, column: NDArray[Any]) -> Truth:
        known = _flags([day is not None for day in column])
        true = _flags([False] * len(column))
        for value in self.values:
            first, last = period(value)
            low, high = {
                ">": (last + timedelta(days=1), date.max),
                ">=": (first, date.max),
                "<": (date.min, first - timedelta(days=1)),
                "<=": (date.min, last),
            }.get(self.operator, (first, last))
            true |= _flags([day is not None and low <= day <= high for day in column])
        return Truth(true, known & ~true)


@dataclass(frozen=True)
class Not:
    """What a term is known not to hold of."""

    inner: Node

    def __str__(self) -> str:
        return f"!{self.inner}" if isinstance(self.inner, Word | Not) else f"!({self.inner})"

    def truth(self, rows: Any) -> Truth:
        """True and false swapped; unknown stays."""
        found = self.inner.truth(rows)
        return Truth(found.false, found.true)


@dataclass(frozen=True)
class And:
    """What all of several terms hold of."""

    inner: tuple[Node, ...]

    def __str__(self) -> str:
        return " & ".join(f"({node})" if isinstance(node, And | Or) else str(node) for node in self.inner)

    def truth(self, rows: Any) -> Truth:
        """True where all are, false where one is."""
        found = [node.truth(rows) for node in self.inner]
        true = reduce(and_, [part.true for part in found])
        return Truth(true, reduce(or_, [part.false for part in found]))


@dataclass(frozen=True)
class Or:
    """What one of several terms holds of."""

    inner: tuple[Node, ...]

    def __str__(self) -> str:
        return " | ".join(f"({node})" if isinstance(node, Or) else str(node) for node in self.inner)

    def truth(self, rows: Any) -> Truth:
        """True where one is, false where all are."""
        found = [node.truth(rows) for node in self.inner]
        true = reduce(or_, [part.true for part in found])
        return Truth(true, reduce(and_, [part.false for part in found]))


Node = Word | Comparison | Not | And | Or


def quoted(value: str) -> str:
    """Return a word or value as it must be typed.

    >>> quoted("DeepSeek"), quoted("Z.ai (Zhipu AI)")
    ('DeepSeek', '"Z.ai (Zhipu AI)"')
    """
    if value and value == value.strip() and not set(value) & set("&|!()<>=,\"'"):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


def period(value: str) -> tuple[date, date]:
    """Return the first and last day of a year, a month or a day.

    >>> period("2025-02")
    (datetime.date(2025, 2, 1), datetime.date(2025, 2, 28))
    """
    try:
        if len(value) == 4:
            return date(int(value), 1, 1), date(int(value), 12, 31)
        if len(value) == 7:
            first = date.fromisoformat(f"{value}-01")
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return first, following - timedelta(days=1)
        day = date.fromisoformat(value)
    except (ValueError, OverflowError):
        raise DateError(f"{value!r} is no date", "2025, 2025-01 or 2025-01-31", "released>=2025-01") from None
    return day, day


def _flags(values: Iterable[bool]) -> NDArray[np.bool_]:
    import numpy as np  # 80 ms: reading an expression must not cost them

    return np.array(list(values), dtype=bool)


def _settled(true: NDArray[np.bool_]) -> Truth:
    return Truth(true, ~true)


def _groups(rows: Any) -> list[str]:
    group = getattr(rows, "group", None)
    return [] if group is None else sorted({str(name) for name in group if name is not None})


def _column(rows: Any, name: str) -> NDArray[Any]:
    column = getattr(rows, name, None)
    if column is None:
        raise InputError(
            f"These models carry no {name.replace('_', ' ')}",
            "a cohort by what the table has",
            "the names of its groups",
        )
    import numpy as np

    return np.asarray(column, dtype=object)


def _openness(column: NDArray[Any], classes: tuple[str, ...]) -> Truth:
    """An origin that says only open or only closed leaves the finer classes on its side unknown."""
    weights = {name for name in classes if name.startswith("weights-") or name == "open-source"}
    undecided = {"unknown"} - set(classes)
    if weights:
        undecided.add("weights-unspecified")
    if any(name.startswith("closed-") for name in classes):
        undecided.add("closed-unspecified")
    told = ["unknown" if value is None else value for value in column]
    true = _flags([value in classes for value in told])
    unknown = _flags([value in undecided for value in told]) & ~true
    if classes == ("unknown",):
        unknown[:] = False
    return Truth(true, ~true & ~unknown)


def _refuse_misspelling(values: Iterable[str], columns: Iterable[NDArray[Any]]) -> None:
    """A name that no model has while one much like it exists is a typing error; silence would mislead."""
    present = {str(value) for column in columns for value in column if value is not None}
    folded = {name.casefold() for name in present}
    for value in values:
        name = value.casefold()
        if name not in folded and any(_alike(name, other) for other in folded):
            # Printed names after slugs: of two that fold alike, the last is offered.
            raise UnknownName.of("organisation", value, sorted(present, key=lambda known: (not known.islower(), known)))


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (len(short) > 3 and short in long) or SequenceMatcher(None, one, other).ratio() > 0.75
