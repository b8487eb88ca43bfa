"""In which order does a reader want the rows of a table, and from which row on?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.views.table import Table, Value

# The parameter that every page has: SECTION:COLUMN, SECTION:-COLUMN for the largest first, and with @301 after it, or
# after the colon alone, from which row on a table that has more rows than its page has room for.
NAME = "order"
LONGEST = 300
_ONE = re.compile(r"([\w.-]+):(?:(-?)(\w+))?(?:@([1-9]\d{0,8}))?(?<!:)", re.ASCII)
# What a cell may hold around the one number that it is about: a bound, a currency, a per cent, an interval.
_NUMBER = re.compile(r"[≥≤><~$ ]*(-?[\d,]*\.?\d+)(?: ?%| to .*)?")


@dataclass(frozen=True)
class Order:
    """A column, whether its largest value comes first, and the first row that is shown.

    Without a column the rows stand as they come.
    """

    key: str
    down: bool
    start: int = 1

    def __str__(self) -> str:
        return f"{'-' if self.down else ''}{self.key}{f'@{self.start}' if self.start > 1 else ''}"

    @property
    def plain(self) -> bool:
        """Whether it asks for nothing: the rows as they come, from the first one on."""
        return not self.key and self.start == 1


Orders = Mapping[str, Order]  # a section's id -> the order of its table


def parsed(text: str) -> dict[str, Order]:
    """The orders that an address asks for, one a section; raises InputError for what is none.

    >>> parsed("models:-released,scores:benchmark")
    {'models': Order(key='released', down=True, start=1), 'scores': Order(key='benchmark', down=False, start=1)}
    >>> parsed("models:@301")
    {'models': Order(key='', down=False, start=301)}
    """
    found: dict[str, Order] = {}
    for part in filter(None, text.split(",")):
        said = _ONE.fullmatch(part)
        if said is None or len(text) > LONGEST or said[1] in found:
            raise InputError(f"{NAME}={text[:80]!r}", "a section and a column of its table, such as models:-released")
        found[said[1]] = Order(said[3] or "", bool(said[2]), int(said[4] or 1))
    return found


def text(orders: Orders) -> str:
    """The orders as an address says them.

    >>> text({"models": Order("released", True)})
    'models:-released'
    """
    return ",".join(f"{section}:{order}" for section, order in orders.items())


def tops(orders: Orders) -> Orders:
    """The same orders from the first row on: another search has other rows.

    >>> text(tops({"models": Order("released", True, 301), "scores": Order("", False, 301)}))
    'models:-released'
    """
    first = {name: Order(one.key, one.down) for name, one in orders.items()}
    return {name: one for name, one in first.items() if not one.plain}


def asked(orders: Orders, start: str = "") -> str:
    """The query of an address, with these orders added to what it begins with.

    >>> asked({"models": Order("released", True)}, "?q=qwen")
    '?q=qwen&order=models:-released'
    """
    said = quote(text(orders), safe=":,")
    return f"{start}{'&' if start else '?'}{NAME}={said}" if said else start


def ordered(table: Table, order: Order) -> Table:
    """The table with all of its rows in this order; rows without a value come last, whichever way one sorts.

    >>> from nomoat.views.table import Column
    >>> t = Table(name="t", caption="", columns=(Column(key="x", title="x"),), rows=((2,), (None,), (10,)))
    >>> ordered(t, Order("x", True)).rows
    ((10,), (2,), (None,))
    """
    if not order.key:
        return table
    keys = [column.key for column in table.columns]
    if order.key not in keys:
        raise UnknownName.of("column", order.key, keys)
    at = keys.index(order.key)
    number = counted([row[at] for row in table.rows])
    known = [row for row in table.rows if row[at] not in (None, "")]
    known.sort(key=lambda row: _key(row[at], number), reverse=order.down)
    rest = [row for row in table.rows if row[at] in (None, "")]
    return msgspec.structs.replace(table, rows=(*known, *rest))


def counted(values: list[Value]) -> bool:
    """Whether a column's values are numbers or days, also where they are written as texts: "$0.45", "3.6 to 8.0".

    >>> counted(["$0.45", "12", None]), counted(["GPT-5", "o3"])
    (True, False)
    """
    known = [value for value in values if value not in (None, "")]
    return bool(known) and all(
        _NUMBER.fullmatch(value) if isinstance(value, str) else not isinstance(value, bool) for value in known
    )


def _key(value: Value, number: bool) -> Any:
    if number:
        said = _NUMBER.fullmatch(value) if isinstance(value, str) else None
        return float(said[1].replace(",", "")) if said else value.toordinal() if isinstance(value, date) else value
    return str(value).casefold()


def turned(now: Order | None, key: str, values: list[Value], usual: Order | None = None) -> Order | None:
    """What a press on a column's heading asks for: first the natural way, then the other, then as it was.

    >>> turned(None, "x", [1, 2]), turned(Order("x", True), "x", [1, 2]), turned(Order("x", False), "x", [1, 2])
    (Order(key='x', down=True, start=1), Order(key='x', down=False, start=1), None)
    """
    now = None if now is None else Order(now.key, now.down)  # rows that move are looked at from the first one on
    first = Order(key, counted(values))
    if usual is not None and usual.key == key:  # the table stands so already: a press can only turn it round
        first = Order(key, not usual.down)
        return None if now == first else first
    if now is None or now.key != key:
        return first
    return Order(key, not first.down) if now == first else None


def leaves(now: Order | None, rows: int, most: int | None) -> dict[str, Order]:
    """Which orders lead to the rows before and after those that are shown, where there are more than `most`.

    >>> {name: str(one) for name, one in leaves(Order("x", True, 301), 1000, 300).items()}
    {'first': '-x', 'prev': '-x', 'next': '-x@601', 'last': '-x@901'}
    """
    if most is None or rows <= most:
        return {}
    held = now or Order("", False)
    here = held.start
    last = (rows - 1) // most * most + 1
    at = {"first": 1, "prev": max(1, here - most), "next": here + most, "last": last}
    there = {name: start for name, start in at.items() if (start < here if name in ("first", "prev") else here < start)}
    return {name: Order(held.key, held.down, start) for name, start in there.items() if start <= rows}
