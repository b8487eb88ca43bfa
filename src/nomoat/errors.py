"""What can go wrong, drawn as a tree.

    NomoatError                 everything this package raises on purpose
    ├── InputError              the user's mistake; the command line exits with 2
    │   ├── UnknownName         a cohort word, model, scale, rule or vintage that does not exist
    │   ├── EmptyCohort         an expression that selects no model with a score
    │   ├── TableError          a user's own table that cannot be read as scores
    │   ├── DateError           a date that is no date, or lies where the data cannot speak
    │   ├── NoVintage           nothing was known on the date asked for
    │   ├── NotComparable       two quantities of unlike unit, population or window
    │   └── OutputError         a file or folder that cannot be written
    ├── SnapshotError           the shipped snapshot or the user's store cannot be read
    ├── SourceError             bytes from a publisher that are not what its format says
    └── MissingExtra            a library that an optional part needs is not installed

Each message is one line of three parts: what was seen, what was expected, what to type next.
"""

from __future__ import annotations

from collections.abc import Iterable


class NomoatError(Exception):
    """A failure with its three parts: what was seen, what was expected, what to type next."""

    exit_code = 2

    def __init__(self, seen: str, expected: str = "", next: str = "") -> None:
        self.seen, self.expected, self.next = seen, expected, next
        parts = [seen.rstrip(".") + "."]
        if expected:
            parts.append(f"Expected {expected.rstrip('.')}.")
        if next:
            parts.append(f"Try: {next}")
        super().__init__(" ".join(parts))


class InputError(NomoatError):
    """The request cannot be answered as it was typed."""


class UnknownName(InputError):
    """A name that is not in the catalogue or the grammar; the nearest ones are offered."""

    @classmethod
    def of(cls, kind: str, seen: str, known: Iterable[str], next: str = "") -> UnknownName:
        """Name the nearest known spellings of `seen`, so that the next attempt succeeds."""
        names = list(known)
        near = nearest(seen, names)
        shown = near or (names if len(names) <= 14 else names[:8])
        listed = ", ".join(repr(name) for name in shown)
        rest = 0 if near else len(names) - len(shown)
        expected = listed if len(shown) == 1 else f"one of {listed}" + (f" and {rest} more" if rest else "")
        return cls(f"No {kind} {seen!r}", expected if shown else "", next)


def nearest(seen: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that somebody who typed `seen` may have meant; none rather than a far one.

    Near is a slip of the keys (`difflib` ratio of 0.7, or the same letters in another order), else a name that holds
    what was typed, or most of which is held by it. At a ratio of 0.5 a third of unrelated words had a "near" source.

    >>> nearest("nosuch", ["epoch", "arena"]), nearest("epcoh", ["epoch", "arena"])
    ([], ['epoch'])
    >>> nearest("gpqa", ["GPQA diamond", "MMLU"]), nearest("mk", ["km", "strict"])
    (['GPQA diamond'], ['km'])
    """
    from difflib import SequenceMatcher, get_close_matches

    folded, typed = {name.casefold(): name for name in known}, seen.casefold()
    near = get_close_matches(typed, folded, n=3, cutoff=0.7)
    if not near:
        letters, size = sorted(typed), len(typed)
        held = [
            key
            for key in folded
            if (len(key) == size and sorted(key) == letters)
            or (size > 2 and typed in key)
            or (len(key) > 2 and 2 * len(key) >= size and key in typed)
        ]
        near = sorted(held, key=lambda key: -SequenceMatcher(None, typed, key).ratio())[:3]
    return [folded[key] for key in near]


class EmptyCohort(InputError):
    """No model with a score and a date is in the cohort."""


class TableError(InputError):
    """A user's table has no dates, one group, duplicate models, or scores that are not numbers."""


class DateError(InputError):
    """A date that cannot be read, or that lies outside of what the data can speak of."""


class NoVintage(InputError):
    """There is no vintage at or before the date asked for."""


class NotComparable(InputError):
    """Two quantities differ in unit, population or window, so their difference means nothing."""


class OutputError(InputError):
    """A result cannot be written where it was asked for; nothing was written."""


class SnapshotError(NomoatError):
    """The shipped snapshot or the store is missing, damaged or of another schema."""


class SourceError(NomoatError):
    """A publisher's file does not have the shape that its connector reads."""


class MissingExtra(NomoatError):
    """An optional library is not installed; the message holds the line that installs it."""
