"""Which rows may enter the store? The last look before they are written, whoever read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from nomoat.catalog.tables import TABLES
from nomoat.errors import SourceError
from nomoat.sources.facts import Facts

MOST_ROWS = 3_000_000  # of one source: twice the largest that is known, the whole history of Arena
LONGEST = 2_000  # characters of a cell; the longest that ships has 700
SOON = timedelta(days=366)  # what a publisher may announce ahead of its copy
_MODELS = {  # the column that names a model, which must be one that some table has
    table: "child_id" if table == "lineage" else "model_id"
    for table in (
        *("scores", "openness", "effort", "versions", "ratings", "offerings", "repositories", "components"),
        *("distillation", "lineage", "licensing"),
    )
}
_COUNTED: dict[str, tuple[str, ...]] = {
    "offerings": ("input", "output", "cache_read", "cache_write", "batch_input", "batch_output", "context"),
    "repositories": ("downloads_30d", "downloads_all", "likes", "parameters"),
    "effort": ("training_flop", "cost_usd", "parameters", "active"),
}


def gate(facts: Facts, known: set[str]) -> Facts:
    """Return the rows that are what their tables declare, and count the others by reason.

    A row is left out where a cell is not of its column's type, a number is not finite, a text holds control or
    direction-changing characters, begins as a formula or is longer than any name, an amount is negative, a date lies
    more than a year after its copy, or its model is in no table. `known` are the models of the catalogue. Raises
    SourceError for more rows than any publisher has.
    """
    count = sum(len(rows) for rows in facts.tables.values())
    if count > MOST_ROWS:
        raise SourceError(f"It has {count:,} rows", f"at most {MOST_ROWS:,}")
    passed = Facts(left_out=facts.left_out.copy())
    days = {row["origin_id"]: row["retrieved"] for row in facts.tables.get("origins", [])}
    models = set(known)
    for table in sorted(facts.tables, key=lambda table: table != "models"):
        kept = passed.tables.setdefault(table, [])
        for row in facts.tables[table]:
            why = _wrong(table, row) or _late(row, days) or _homeless(table, row, models)
            if why:
                passed.leave(f"rows of {table}", why)
                continue
            kept.append(row)
            if table == "models":
                models.add(row["model_id"])
    return passed


def _wrong(table: str, row: dict[str, Any]) -> str:
    for column, (kind, _) in TABLES[table].items():
        value = row.get(column)
        if value is not None and (why := _KINDS[kind](value)):
            return f"{why} ({column})"
    for column in _COUNTED.get(table, ()):
        if (row.get(column) or 0) < 0:
            return f"a negative amount ({column})"
    return ""


def _late(row: dict[str, Any], days: dict[str, date]) -> str:
    copied = days.get(row["origin_id"])
    for column, value in row.items():
        if copied and isinstance(value, date) and value > copied + SOON and column != "valid_to":
            return f"a date more than a year after its copy ({column})"
    return ""


def _homeless(table: str, row: dict[str, Any], models: set[str]) -> str:
    id = row.get(_MODELS.get(table, ""))
    return "a model that is in no table" if id is not None and id not in models else ""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return "no text"
    if len(value) > LONGEST:
        return "a text longer than any name"
    # The lone marks inside emoji and Persian names are kept; what can turn a line around is not.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} or unicodedata.bidirectional(sign) in _TURNS for sign in value):
        return "control or direction-changing characters"
    if len(value) > 1 and value.startswith(_FORMULA):
        return "a text that a spreadsheet would run"
    return ""


_FORMULA = ("=", "+", "-", "@SUM")  # as in plain.py; a bare @ begins names such as @cf/meta/llama
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "no number"
    return "" if math.isfinite(value) else "no finite number"


def _whole(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "no whole number"
    return "" if abs(value) < 2**63 else "a number beyond 64 bits"


_KINDS: dict[str, Callable[[Any], str]] = {
    "VARCHAR": _text,
    "DOUBLE": _number,
    "BIGINT": _whole,
    "DATE": lambda value: "" if type(value) is date else "no date",
    "BOOLEAN": lambda value: "" if isinstance(value, bool) else "neither true nor false",
}
