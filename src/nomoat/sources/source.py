"""What a publisher is to `nomoat update`: where its bytes come from and how they become rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming


@dataclass(frozen=True)
class Source:
    """A publisher: what it is called, what it offers under which licence, and the two steps from it to rows.

    `fetch(web, **options)` returns the copies on this disk; `read(copies, curated, naming)` turns them into rows with
    their origin. `bundled` says whether its facts may stand in the shipped snapshot, `key_name` the environment
    variable that holds its key; None where it needs none.
    """

    name: str
    title: str
    datasets: tuple[str, ...]
    address: str
    licence: str
    bundled: bool
    key_name: str | None
    fetch: Callable[..., tuple[Copy, ...]]
    read: Callable[[Sequence[Copy], Curated, Naming], Facts]

    @classmethod
    def of(
        cls,
        name: str,
        module: str,
        *,
        title: str,
        datasets: tuple[str, ...],
        address: str,
        licence: str,
        bundled: bool,
        key_name: str | None = None,
        fetch: str = "fetch",
        read: str = "read",
    ) -> Source:
        """Return a source whose two steps are functions of nomoat.sources.MODULE, loaded when first called."""

        def fetched(web: Web, **options: Any) -> tuple[Copy, ...]:
            return tuple(getattr(_module(module), fetch)(web, **options))

        def rows(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
            facts: Facts = getattr(_module(module), read)(copies, curated, naming)
            return facts

        return cls(name, title, datasets, address, licence, bundled, key_name, fetched, rows)


def _module(name: str) -> Any:
    from importlib import import_module

    return import_module(f"nomoat.sources.{name}")
