"""Which models are built on whose: how many directly, how many at any depth, by which relation, and who says so?"""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.errors import NoVintage, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world import hub
from nomoat.world.downloads import BY

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

COUNTS = {
    "direct": "each derivative is credited to what it names as its base",
    "ancestors": "each derivative is credited to everything that it descends from",
}
STATED = ("declared", "inferred")
RELATIONS = ("finetune", "adapter", "merge", "quantized", "distilled", "continued", "unknown")


class Built(Noun, frozen=True, kw_only=True):
    """One base or group of bases: the credit for what was built on it, and its share between two bounds."""

    name: str
    credit: float  # a merge of n bases gives each 1/n
    low: float
    high: float
    relations: dict[str, float]
    depths: dict[str, float]  # 1, 2, 3 and more steps up, each derivative at its nearest
    declared: float
    inferred: float


class Derivatives(Noun, frozen=True, kw_only=True):
    """What is built on what, of the models that the Hub was read for."""

    schema_version: int = SCHEMA_VERSION
    by: str
    count: str
    rule: str
    since: date | None
    end: date
    as_of: date
    derivatives: int  # that name a base
    unattributed: float  # credit that meets a base of no known group
    silent: int  # models that name no base and are nobody's: releases of their own, or derivatives that do not say so
    coverage: float  # share of models that name a base
    groups: tuple[Built, ...]
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with the first group, its bounds, rule, coverage and origin."""
        g = self.groups[0]
        return (
            f"Of {self.derivatives} derivatives read by {self.end}, {g.name} is the base of {g.credit:.1f} "
            f"({g.low:.1%} to {g.high:.1%}; {self.rule}; a merge of n bases credits each with 1/n; {self.coverage:.0%} "
            f"of models name a base; nomoat, from {hub.sources(self.origins)})."
        )


@dataclass(frozen=True)
class _Line:
    parents: tuple[str, ...]
    relation: str
    stated: str


def derivatives(
    *,
    by: str = "family",
    count: str = "direct",
    relation: str | None = None,
    stated: str | None = None,
    since: date | None = None,
    at: date | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Derivatives:
    """Count derivatives by the family, organisation, country or openness of their base, or by the base itself.

    A derivative with n bases walks up to each with weight 1/n. `direct` is the chance that the first step lands in the
    group, `ancestors` that any step does: so a quantisation of a finetune of Qwen counts once for the finetune's maker
    and once for Qwen, and never twice for one group. Depth is the number of steps to the group's nearest. `relation`
    and `stated` (declared by the author, or inferred by the Hub) keep derivatives of one kind, `since` those released
    from that day on. low = credit / (derivatives + silent), high = (credit + unattributed + silent) / the same: what
    names no base may be a release of its own or anybody's derivative. A ring of bases is cut and counted.

    Raises UnknownName for an unknown word, InputError where the Hub was never read or no derivative is left.
    """
    words = (
        ("grouping", "by", by, BY),
        ("count", "count", count, tuple(COUNTS)),
        ("relation", "relation", relation, RELATIONS),
        ("statement", "stated", stated, STATED),
    )
    for kind, option, word, allowed in words:
        if word is not None and word not in allowed:
            raise UnknownName.of(kind, word, allowed, f"nomoat hub derivatives --{option} {allowed[0]}")
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    end = _last(catalog, at, as_of)
    rows = catalog.table("lineage", end, hub.DATASET).rows()
    seen = hub.observed(at=at, as_of=as_of, catalog=catalog)
    left: Tally[tuple[str, str]] = Tally()
    lines = _lines(rows, left)
    _cut(lines, left)
    here = {counter.model for counter in seen.counters} | set(lines)
    known = catalog.members(as_of)
    kept = []
    for child, line in sorted(lines.items()):
        place = known.index.get(child)
        released = None if place is None else known.released[place]
        if relation not in (None, line.relation) or stated not in (None, line.stated):
            left["derivatives", "of another relation, or otherwise stated"] += 1
        elif since is not None and released is None:
            left["derivatives", "without a release date"] += 1
        elif since is not None and released is not None and released < since:
            left["derivatives", f"released before {since}"] += 1
        else:
            kept.append(child)
    if not kept:
        raise hub.none_known(f"lineage of the Hub by {end}" if not lines else "derivatives of this kind")
    groups = _grouping(by, lines, seen, catalog, as_of)
    silent = len(here - set(lines) - {p for line in lines.values() for p in line.parents})
    credits, lost = _credits(lines, kept, groups, count)
    if not credits:
        raise hub.none_known(f"bases of a known {by}")
    names = sorted(credits, key=lambda name: (-sum(credits[name].values()), name))
    ours = np.array([sum(credits[name].values()) for name in names])
    whole = len(kept) + silent
    return Derivatives(
        by=by,
        count=count,
        rule=COUNTS[count],
        since=since,
        end=end,
        as_of=max(origin.retrieved for origin in seen.origins),
        derivatives=len(kept),
        unattributed=lost,
        silent=silent,
        coverage=len(lines) / len(here),
        groups=tuple(
            _built(name, credits[name], float(low), float(high), lines)
            for name, low, high in zip(names, ours / whole, np.minimum((ours + lost + silent) / whole, 1), strict=True)
        ),
        left_out=(*seen.left_out, *hub.left(left)),
        origins=catalog.origins([*(o.id for o in seen.origins), *(row["origin_id"] for row in rows)]),
    )


def _last(catalog: Catalog, at: date | None, as_of: date | None) -> date:
    by_then = min(filter(None, (at, as_of)), default=None)
    try:
        return catalog.vintage("lineage", by_then, hub.DATASET)
    except NoVintage:
        raise hub.none_known(f"lineage of the Hub{f' by {by_then}' if by_then else ''}") from None


def _lines(rows: list[dict[str, Any]], left: Tally[tuple[str, str]]) -> dict[str, _Line]:
    """One line a derivative; where repositories of one model differ in relation, the rarer words yield."""
    by_child: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_child.setdefault(row["child_id"], []).append(row)
    found = {}
    for child, mine in by_child.items():
        parents = tuple(sorted({row["parent_id"] or row["parent"] for row in mine} - {child}))
        if not parents:
            left["derivatives", "that name themselves as their base"] += 1
            continue
        said = {row["relation"] for row in mine}
        if len(said) > 1:
            left["relations", "repositories of one model state several: the first of the list is taken"] += 1
        declared = all(row["stated"] == "declared" for row in mine)
        found[child] = _Line(parents, min(said, key=RELATIONS.index), "declared" if declared else "inferred")
    return found


def _cut(lines: dict[str, _Line], left: Tally[tuple[str, str]]) -> None:
    """Open every ring of bases, at the step that closes it when one walks up from its first name."""
    done: set[str] = set()
    for start in sorted(lines):
        path: list[tuple[str, int]] = [(start, 0)]
        on = {start}
        while path:
            node, k = path[-1]
            parents = lines[node].parents if node in lines and node not in done else ()
            if k >= len(parents):
                done.add(node)
                on.discard(node)
                path.pop()
                continue
            path[-1] = (node, k + 1)
            parent = parents[k]
            if parent in on:
                rest = tuple(p for p in parents if p != parent)
                left["bases", "that lead back to the derivative itself"] += 1
                path[-1] = (node, k)
                if rest:
                    lines[node] = _Line(rest, lines[node].relation, lines[node].stated)
                else:
                    del lines[node]
            elif parent not in done:
                path.append((parent, 0))
                on.add(parent)


def _grouping(
    by: str, lines: dict[str, _Line], seen: hub.Observed, catalog: Catalog, as_of: date | None
) -> dict[str, str | None]:
    """The group of every base; a base that is no model of the catalogue belongs to the account that it stands under."""
    bases = {parent for line in lines.values() for parent in line.parents} | set(lines)
    about = seen.about | hub.described(catalog, as_of, bases - set(seen.about))
    return {base: base if by == "model" else about[base].group(by) for base in bases}


def _credits(
    lines: dict[str, _Line], kept: list[str], groups: dict[str, str | None], count: str
) -> tuple[dict[str, dict[tuple[str, int], float]], float]:
    """For each group the credit by derivative and depth, and the credit that passes a base of no known group.

    `up[node]` holds, for each group, the chance by depth that a walk up from `node` meets it first after so many steps;
    `lost[node]` the chance that it meets a base of no known group, which may be anybody's.
    """
    up: dict[str, dict[str, dict[int, float]]] = {}
    lost: dict[str, float] = {}
    for node in _bases_first(lines):
        found: dict[str, dict[int, float]] = {}
        parents = lines[node].parents
        lost[node] = 0.0
        for parent in parents:
            weight, mine = 1 / len(parents), groups[parent]
            if mine is not None:
                _add(found, mine, 1, weight)
            further = lost.get(parent, 0.0) if count == "ancestors" else 0.0
            lost[node] += weight * (1.0 if mine is None else further)
            for name, depths in up.get(parent, {}).items():
                if name != mine:
                    for depth, chance in depths.items():
                        _add(found, name, depth + 1, weight * chance)
        up[node] = found
    credits: dict[str, dict[tuple[str, int], float]] = {}
    for child in kept:
        for name, depths in up[child].items():
            for depth, chance in depths.items():
                if count == "ancestors" or depth == 1:
                    credits.setdefault(name, {})[child, depth] = chance
    return credits, sum(lost[child] for child in kept)


def _add(found: dict[str, dict[int, float]], name: str, depth: int, chance: float) -> None:
    depths = found.setdefault(name, {})
    depths[depth] = depths.get(depth, 0.0) + chance


def _bases_first(lines: dict[str, _Line]) -> list[str]:
    order: list[str] = []
    done: set[str] = set()
    for start in sorted(lines):
        path = [start]
        while path:
            node = path[-1]
            waiting = [p for p in lines[node].parents if p in lines and p not in done]
            if waiting:
                path.append(waiting[0])
                continue
            path.pop()
            if node not in done:
                done.add(node)
                order.append(node)
    return order


def _built(name: str, credit: dict[tuple[str, int], float], low: float, high: float, lines: dict[str, _Line]) -> Built:
    relations: Tally[str] = Tally()
    depths: Tally[str] = Tally()
    said: Tally[str] = Tally()
    for (child, depth), share_of in credit.items():
        relations[lines[child].relation] += share_of  # type: ignore[assignment]
        depths[str(depth) if depth < 3 else "3+"] += share_of  # type: ignore[assignment]
        said[lines[child].stated] += share_of  # type: ignore[assignment]
    return Built(
        name=name,
        credit=float(sum(credit.values())),
        low=low,
        high=high,
        relations={key: float(relations[key]) for key in RELATIONS if relations[key]},
        depths={key: float(depths[key]) for key in ("1", "2", "3+") if depths[key]},
        declared=float(said["declared"]),
        inferred=float(said["inferred"]),
    )
