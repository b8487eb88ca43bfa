"""What makes a link show the same elsewhere and later: the day of knowledge in its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from nomoat.catalog.cache import remember
from nomoat.explorer import order
from nomoat.explorer.order import Orders
from nomoat.explorer.state import Param, query

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

AS_OF = "as_of"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A page's address with its day of knowledge, or without it where it has one."""

    day: date
    href: str
    pinned: bool


def newest(catalog: Catalog) -> date:
    """The last day on which anything of a store was fetched or written down.

    The day that a page says is the one of its main table. Others may be newer, such as those of prices and names: an
    address with that day would take them away, and one with the newest of all takes nothing.

    >>> from nomoat.catalog.store import Catalog
    >>> catalog = Catalog.open()
    >>> newest(catalog) >= catalog.vintage("scores")
    True
    """

    def last() -> bytes:
        return str(max(catalog.table("origins").columns["retrieved"].tolist())).encode()

    # Kept, since the first page of a store that was used before opens no table.
    return date.fromisoformat(remember({"newest origin": catalog.key}, last).decode())


def pin(address: str, params: Sequence[Param], values: Mapping[str, Any], orders: Orders, day: date) -> Pin | None:
    """The link that holds a page fast, or lets it go; None for a page whose knowledge has no day.

    >>> as_of = Param(name="as_of", title="Known on", kind="date")
    >>> pin("/gap", [as_of], {"as_of": None}, {}, date(2026, 11, 22)).href
    '/gap?as_of=2026-11-22'
    >>> pin("/gap", [as_of], {"as_of": date(2026, 8, 11)}, {}, date(2026, 11, 22)).href
    '/gap'
    """
    if all(param.name != AS_OF for param in params):
        return None
    held = values[AS_OF]
    said = query(params, values, **{AS_OF: None if held else day})
    return Pin(day=held or day, href=address + order.asked(orders, said), pinned=held is not None)
