"""Which models an expression such as `open & country=CN & org!=DeepSeek` means.

    expression  = term { "|" term }
    term        = factor { "&" factor }
    factor      = "!" factor | "(" expression ")" | word | comparison
    word        = "open" | "closed" | "permissive" | "restricted" | "noncommercial" | "unknown" | "all"
                | an openness class such as "open-source" | the name of a group of the user's own table
    comparison  = field ("=" | "!=") value { "," value }
                | "released" ("=" | "!=" | "<" | "<=" | ">" | ">=") date
    field       = "country" | "organisation" | "org" | "openness" | "distilled" | "name" | "model" | "group" | "fits"

A word or value that holds one of `& | ! ( ) < > = ,` stands in quotes. Several values mean any of them. A date is
2025, 2025-01 or 2025-01-31, and stands for all of its days.

What is not known is neither true nor false (Kleene's three values): a model of unknown openness is in neither `open`
nor `closed` nor `!open`, and one without a label is in neither `distilled=yes` nor `distilled=no`. A cohort holds the
models for which the expression is known to be true. `!=` alone means "not known to be": `distilled!=yes` keeps the
models without a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nomoat.catalog.terms import FIELDS, WORDS, And, Comparison, Node, Not, Or, Word, period
from nomoat.errors import InputError, UnknownName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 2_000  # characters, and
DEEPEST = 50  # levels: nobody types more, and recursion must end before Python's own limit

_SPELLINGS = {"org": "organisation", "organization": "organisation", "model": "name"}
_TOKEN = re.compile(r"""\s*(?:(?P<operator><=|>=|!=|[&|!()<>=,])|"(?P<double>[^"]*)"|'(?P<single>[^']*)'"""
                    r"""|(?P<plain>[^&|!()<>=,"']+))""")  # fmt: skip


@dataclass(frozen=True)
class Cohort:
    """A named set of models, to be found in any table of models; equal when they are spelled alike."""

    node: Node

    @cached_property
    def text(self) -> str:
        """The expression in canonical spelling, which parses to the same cohort."""
        return str(self.node)

    def __str__(self) -> str:
        return self.text

    def select(self, members: Any) -> NDArray[np.bool_]:
        """Return for each row of `members` (M,) whether it is known to be in the cohort.

        `members` is `Catalog.members()` or any object with some of its columns, and perhaps a column `group`.
        Raises `UnknownName` for a word that is neither grammar nor a group, and for an organisation that looks like a
        misspelling of a known one. An empty selection is the caller's to report, who knows what it was for.
        """
        return self.node.truth(members).true


def parse(text: str) -> Cohort:
    """Read a cohort expression; what a word means is settled by `select`, since a table may name its own groups.

    >>> parse("open&(country=cn | org != DeepSeek)").text
    'open & (country=CN | organisation!=DeepSeek)'
    >>> parse("closed & released >= 2025-01").text
    'closed & released>=2025-01'

    Raises `InputError` that names the place where the text stops making sense, `UnknownName` for a field, class or
    label that does not exist, `DateError` for a date that is none.
    """
    if len(text) > LONGEST:
        raise InputError(f"A cohort expression of {len(text)} characters", f"at most {LONGEST}")
    reader = _Reader(text)
    node = reader.expression(0)
    if reader.operator is not None or reader.value is not None:
        raise reader.stuck("& or | or the end")
    return Cohort(node)


class _Reader:
    """Recursive descent over the tokens of one expression; one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.next = text, 0, 0
        self.operator: str | None = None
        self.value: str | None = None
        self.advance()

    def advance(self) -> None:
        self.at = self.next
        self.operator = self.value = None
        if not self.text[self.at :].strip():
            self.at = len(self.text)
            return
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise self.stuck("a closing quote")
        self.next = found.end()
        self.operator = found["operator"]
        if self.operator is None:
            quoted = found["double"] if found["double"] is not None else found["single"]
            self.value = found["plain"].strip() if quoted is None else quoted
        # A run of blanks between an operator and the end of the text is no value.
        if self.value is not None and not self.value.strip():
            raise self.stuck("a word")

    def take(self, operator: str) -> bool:
        if self.operator != operator:
            return False
        self.advance()
        return True

    def stuck(self, expected: str) -> InputError:
        here = self.text[self.at :].strip()
        seen = f"{here[:20]!r} at character {self.at + 1}" if here else "The end"
        return InputError(f"{seen} of the cohort {self.text[:60]!r}", expected, "open & country=CN")

    def expression(self, depth: int) -> Node:
        return self.joined(depth, "|", self.term, Or)

    def term(self, depth: int) -> Node:
        return self.joined(depth, "&", self.factor, And)

    def joined(self, depth: int, operator: str, part: Any, kind: type[And] | type[Or]) -> Node:
        parts = [part(depth)]
        while self.take(operator):
            parts.append(part(depth))
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        # `a & (b & c)` is `a & b & c`: one canonical text for what cannot differ.
        flat = [node for one in parts for node in (one.inner if isinstance(one, kind) else (one,))]
        return kind(tuple(flat))

    def factor(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self.stuck(f"at most {DEEPEST} levels")
        if self.take("!"):
            return Not(self.factor(depth + 1))
        if self.take("("):
            inner = self.expression(depth + 1)
            if not self.take(")"):
                raise self.stuck("& or | or )")
            return inner
        word = self.word()
        if self.operator in ("=", "!=", "<", "<=", ">", ">="):
            return self.comparison(word)
        return Word(word.casefold() if word.casefold() in WORDS else word)

    def word(self) -> str:
        if self.value is None:
            raise self.stuck("a word such as open, or a comparison such as country=CN")
        found = self.value
        self.advance()
        return found

    def comparison(self, field: str) -> Comparison:
        name = _SPELLINGS.get(field.casefold(), field.casefold())
        if name not in FIELDS:
            raise UnknownName.of("cohort field", field, FIELDS)
        operator = str(self.operator)
        if operator not in ("=", "!=") and name != "released":
            raise self.stuck(f"= or != after {name}")
        self.advance()
        values = [self.word()]
        while operator in ("=", "!=") and self.take(","):
            values.append(self.word())
        return Comparison(name, operator, tuple(_canonical(name, value) for value in values))


def _canonical(field: str, value: str) -> str:
    if field == "country":
        if not re.fullmatch(r"[A-Za-z]{2}", value):
            raise UnknownName(f"No country {value!r}", "two letters of ISO 3166-1, such as CN", "country=CN")
        return value.upper()
    if field == "released":
        period(value)
        return value
    if field == "openness":
        if value.casefold() not in WORDS:
            raise UnknownName.of("openness", value, WORDS)
        return value.casefold()
    if field == "distilled":
        if value.casefold() not in ("yes", "no", "unknown"):
            raise UnknownName.of("label", value, ["yes", "no", "unknown"])
        return value.casefold()
    if field == "fits":
        size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*GB", value, re.IGNORECASE)
        if not size:
            raise InputError(f"fits={value!r} is no amount of memory", "gigabytes", "fits=24GB")
        return f"{size[1]}GB"
    return value
