"""What JSON or Python does an answer hold, bare or in a code fence?"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

_FENCE = re.compile(r"```([\w+-]*)[^\n]*\n(.*?)```", re.S)


def document(text: str, *, bare: bool = False) -> Any:
    """The JSON value of an answer, `bare` or inside the first code fence that holds one; raises ValueError.

    NaN and a name that comes twice are no JSON that two readers would understand alike.

    >>> document('Here: ```json\\n{"a": 1}\\n```')
    {'a': 1}
    >>> document('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    ValueError: 'a' comes twice
    """
    first: ValueError | None = None
    fenced = () if bare else (inner for _, inner in _FENCE.findall(text))
    for said in (text.strip().removeprefix("\ufeff"), *fenced):
        try:
            return json.loads(said, parse_constant=_no_number, object_pairs_hook=_once)
        except RecursionError:
            first = first or ValueError("nested too deeply")
        except ValueError as error:
            first = first or error
    raise first or ValueError("empty")


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{twice[:40]!r} comes twice")
    return found


def python(text: str) -> str:
    """The Python of an answer: its fences that say so, else those that name no language, else all of it."""
    fenced = _FENCE.findall(text)
    said = [inner for name, inner in fenced if name.casefold() in ("python", "py", "python3")]
    return "\n".join(said or [inner for name, inner in fenced if not name]) or text
