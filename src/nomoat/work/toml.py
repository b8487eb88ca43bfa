"""How is a table written as TOML that people can read, and on which line of a text does a key stand?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any


class Lines:
    """On which line of a TOML text a key of a table stands."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        self._found: dict[tuple[tuple[str, ...], str], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            bare = line.strip()
            if bare.startswith("["):
                table = _path(bare.strip("[] \t"))
                self._found.setdefault((table, ""), number)
            elif "=" in bare and not bare.startswith("#"):
                self._found.setdefault((table, _path(bare.split("=", 1)[0])[0]), number)

    def at(self, table: tuple[str, ...], key: str) -> str:
        """The file and, where the key or its table has one, the line."""
        line = self._found.get((table, key)) or self._found.get((table, ""))
        return f"{self._where}, line {line}" if line else self._where


def _path(dotted: str) -> tuple[str, ...]:
    parts = re.findall(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([A-Za-z0-9_-]+)", dotted)
    return tuple(a or b or c for a, b, c in parts) or ("",)


def key(name: str) -> str:
    """A name as the key of a table.

    >>> key("ticket triage"), key("a-b")
    ('"ticket triage"', 'a-b')
    """
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)


def value(said: Any) -> str:
    """A value on one line; what is None in a table is left out, as TOML has no word for it.

    >>> value({"kind": "exact", "seconds": None, "fields": ["a", True]})
    '{ kind = "exact", fields = ["a", true] }'
    """
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, str):
        return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(said, Mapping):
        inner = ", ".join(f"{key(k)} = {value(v)}" for k, v in said.items() if v is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(said, list | tuple):
        return f"[{', '.join(value(one) for one in said)}]"
    return said.isoformat() if isinstance(said, date) else repr(said)
