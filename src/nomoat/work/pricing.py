"""Has a price changed since the policy was made: the user's own in plan.toml, or the seller's in the catalogue?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from nomoat.errors import NoVintage
from nomoat.work.endpoint import Endpoint
from nomoat.work.route import Policy, Target

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

CHAT_MODES = (None, "chat", "responses")
ALIKE = 0.005  # of a price: sellers round a thousandth of a dollar differently from copy to copy
_SECOND = {"co", "com", "org", "net", "ac", "gov"}


class Change(NamedTuple):
    """A price that is another than when the policy was made; `voids` where it is what the user pays."""

    endpoint: str
    what: str
    voids: bool


class Listed(NamedTuple):
    """List prices of a model, US dollars a million tokens."""

    input: float
    output: float
    cached: float | None
    seller: str
    sellers: int = 1
    context: int | None = None  # tokens that it reads at most, as any seller has it


def changes(
    policy: Policy,
    endpoints: Mapping[str, Endpoint],
    on: date,
    *,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Iterator[Change]:
    """Every price of a server that the policy sends to which is another now than when the policy was made.

    The user's own prices are those of plan.toml, against what policy.json holds. List prices are the catalogue's of
    the endpoint's own seller, as known when the margins were fixed and as known now; they void nothing where the user
    pays another price than the list's. A price that is unknown on either side has not changed.
    """
    targets = {t.endpoint: t for t in (policy.default, *(x for r in policy.routes for x in (r.to, r.fallback)))}
    for name, target in sorted(targets.items()):
        now = endpoints.get(name)
        if now is None:
            continue
        own = _own(target, now)
        if own:
            yield Change(name, f"{name} costs {own} in plan.toml", True)
        elif not target.self_hosted and (found := _listed(target, policy.fixed_on, as_of or on, catalog)) is not None:
            was, new = found
            pays = target.price_input is None or (_same(target.price_input, was.input) and not _differ(target, was))
            whose = "" if pays else "; plan.toml has a price of your own: see whether your contract follows the list"
            yield Change(name, f"{was.seller} lists {target.model} at {_said(was, new)}{whose}", pays)


def typical(rows: list[dict[str, Any]]) -> Listed | None:
    """What a model's sellers ask in the middle, by three tokens read for one written; None where nobody sells it.

    The cheapest of many is often a mistake or a free tier; the middle one is what a test would cost.
    """
    asked: dict[str, Listed] = {}
    for row in rows:
        if (one := _priced(row)) is not None:
            best = asked.get(one.seller)
            asked[one.seller] = one if best is None or _mixed(one) < _mixed(best) else best
    if not asked:
        return None
    middle = median(_mixed(one) for one in asked.values())
    near = min(asked.values(), key=lambda one: (abs(_mixed(one) - middle), one.seller))
    reads = [int(row["context"]) for row in rows if row.get("context")]
    return near._replace(sellers=len(asked), context=max(reads, default=None))


def sellers_of(url: str) -> frozenset[str]:
    """The names under which catalogues know the seller at an address, letters and digits alone.

    >>> sorted(sellers_of("https://openrouter.ai/api/v1")), sorted(sellers_of("http://127.0.0.1:8000/v1"))
    (['openrouter', 'openrouterai'], [])
    """
    parts = (urlsplit(url).hostname or "").split(".")
    if len(parts) < 2 or parts[-1].isdigit():
        return frozenset()
    at = -3 if len(parts) > 2 and parts[-2] in _SECOND and len(parts[-1]) == 2 else -2
    label = _plain(parts[at])
    return frozenset({label, label + "ai", label + _plain(parts[-1])} - {label + "com"})


def _own(was: Target, now: Endpoint) -> str:
    """How the prices of plan.toml differ from the policy's, in words; empty where they do not."""
    said = []
    for what in ("input", "output", "cached"):
        old, new = getattr(was, f"price_{what}"), getattr(now, f"price_{what}")
        if old is not None and new is not None and not _same(old, new):
            said.append(f"{what} {new:g} (was {old:g})")
    return ", ".join(said)


def _listed(target: Target, then: date, now: date, catalog: Catalog | None) -> tuple[Listed, Listed] | None:
    """The list prices of the endpoint's seller then and now, where they differ."""
    from nomoat.catalog.resolve import resolve
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    sellers = sellers_of(target.url)
    if not sellers:
        return None
    try:
        old, new = (
            {
                (row["provider"], row["name"], row["tier"]): row
                for row in catalog.table("offerings", day).rows()
                if _plain(row["provider"]) in sellers
            }
            for day in (then, now)
        )
    except NoVintage:
        return None
    both = sorted(old.keys() & new.keys(), key=str)
    mine = [key for key in both if key[1] == target.model or key[1].endswith("/" + target.model)]
    if not mine and (meant := resolve(target.model, catalog=catalog).catalogued) is not None:
        mine = [key for key in both if old[key]["model_id"] == meant and key[2] is None]
    for key in mine:
        was, is_ = _priced(old[key]), _priced(new[key])
        if was is not None and is_ is not None and not (_same(was.input, is_.input) and _same(was.output, is_.output)):
            return was, is_
    return None


def _priced(row: Mapping[str, Any]) -> Listed | None:
    if row["mode"] not in CHAT_MODES or not row["input"] or not row["output"]:
        return None
    return Listed(row["input"], row["output"], row["cache_read"], str(row["provider"]))


def _differ(target: Target, was: Listed) -> bool:
    return target.price_output is not None and not _same(target.price_output, was.output)


def _said(was: Listed, new: Listed) -> str:
    return f"{new.input:g} in and {new.output:g} out a million tokens (was {was.input:g} and {was.output:g})"


def _mixed(one: Listed) -> float:
    return (3 * one.input + one.output) / 4


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE * max(abs(one), abs(other))


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
