"""Where in a JSON text does each value stand, as far as the text is whole?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from json import decoder

_SCAN: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
DEEPEST = 60  # a transcript has a few levels; a hostile one has a million
_BLANK = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity")


@dataclass(slots=True)
class Value:
    """One value at characters [start, end): a mapping of values, a list of them, or a scalar."""

    start: int
    end: int
    scalar: str | float | int | bool | None = None
    pairs: list[tuple[str, Value]] | None = None
    items: list[Value] | None = None

    def get(self, *keys: str) -> Value | None:
        """The first of these keys that is there; capitals, hyphens and underscores do not count."""
        for wanted in keys:
            for key, value in self.pairs or ():
                if folded(key) == wanted:
                    return value
        return None

    def string(self, *keys: str) -> Value | None:
        """The first of these keys whose value is a string that says something."""
        for key in keys:
            value = self.get(key)
            if value is not None and isinstance(value.scalar, str) and value.scalar.strip():
                return value
        return None

    def walk(self) -> Iterator[tuple[str, Value]]:
        """This value and all inside of it, outermost first, each with the key above it."""
        todo: list[tuple[str, Value]] = [("", self)]
        while todo:
            key, value = todo.pop()
            yield key, value
            inner = value.pairs if value.pairs is not None else [(key, item) for item in value.items or ()]
            todo.extend((folded(k), v) for k, v in reversed(inner))


@dataclass(slots=True)
class Parsed:
    """What could be parsed, and where and why it ended early."""

    root: Value | None
    broken: int | None = None
    why: str = ""
    text: str = field(default="", repr=False)


@lru_cache(maxsize=1024)
def folded(key: str) -> str:
    """A key without capitals, hyphens and underscores.

    >>> folded("smart_Objects")
    'smartobjects'
    """
    return re.sub(r"[\s_-]", "", key).casefold()


def parse(text: str) -> Parsed:
    """Parse a JSON text; what stands before its first fault is kept.

    >>> whole = parse('{"a": [1, "x\\\\n"]} ')
    >>> [(key, value.start, value.end, value.scalar) for key, value in whole.root.walk()]
    [('', 0, 17, None), ('a', 6, 16, None), ('a', 7, 8, 1), ('a', 10, 15, 'x\\n')]
    >>> broken = parse('[{"a": 1}, {"a":')
    >>> broken.broken, len(broken.root.items)
    (16, 2)
    """
    out = Parsed(None, text=text)
    out.root = _value(out, _blank(text, 0), 0)
    if out.root is not None and out.broken is None:
        rest = _blank(text, out.root.end)
        if rest < len(text):
            out.broken, out.why = rest, "text behind the end"
    return out


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _fail(out: Parsed, at: int, why: str) -> None:
    if out.broken is None:
        out.broken, out.why = min(at, len(out.text)), why


def _value(out: Parsed, at: int, depth: int) -> Value | None:
    text = out.text
    char = text[at : at + 1]
    if char in ("{", "["):
        if depth >= DEEPEST:
            _fail(out, at, f"more than {DEEPEST} levels deep")
            return None
        return _inside(out, at, depth, char == "{")
    if char == '"':
        try:
            scalar, end = _SCAN(text, at + 1, False)
        except ValueError:
            _fail(out, at, "a string that never ends or holds a bad escape")
            return None
        return Value(at, end, scalar)
    found = _SCALAR.match(text, at)
    if not found:
        _fail(out, at, "no value")
        return None
    return Value(at, found.end(), json.loads(found.group()) if len(found.group()) < 40 else 0.0)


def _inside(out: Parsed, start: int, depth: int, mapping: bool) -> Value:
    text, at = out.text, _blank(out.text, start + 1)
    made = Value(start, start, pairs=[] if mapping else None, items=None if mapping else [])
    close = "}" if mapping else "]"
    while True:
        if text[at : at + 1] == close:
            made.end = at + 1
            return made
        key = ""
        if mapping:
            named = _value(out, at, depth) if text[at : at + 1] == '"' else None
            if named is None or not isinstance(named.scalar, str):
                _fail(out, at, "no key")
                break
            key, at = named.scalar, _blank(text, named.end)
            if text[at : at + 1] != ":":
                _fail(out, at, "no colon")
                break
            at = _blank(text, at + 1)
        value = _value(out, at, depth + 1)
        if value is None:
            break
        if made.pairs is not None:
            made.pairs.append((key, value))
        elif made.items is not None:
            made.items.append(value)
        at = value.end
        if out.broken is not None:
            break
        at = _blank(text, at)
        if text[at : at + 1] == ",":
            at = _blank(text, at + 1)
        elif text[at : at + 1] != close:
            _fail(out, at, "no comma")
            break
    made.end = max(made.start + 1, min(out.broken or len(text), len(text)))
    return made
