"""How does the gap differ between domains, modalities, countries and organisations?"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nomoat.catalog.terms import quoted
from nomoat.errors import NotComparable, UnknownName
from nomoat.types import Choice, LeftOut, Panel
from nomoat.world.contest import contest
from nomoat.world.panel import DOMAINS, MODALITIES, Sheet, choice, sheet
from nomoat.world.rule import check

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

GROUPS = ("domain", "modality", "country", "organisation")


def gap_by(
    leader: str | None = None,
    follower: str | None = None,
    *,
    by: str = "domain",
    on: str | Path = "capability",
    rule: str = "km",
    at: date | None = None,
    as_of: date | None = None,
    method: str = "eci",
    draws: int = 500,
    seed: int = 0,
    level: float = 0.9,
    reconstruct: bool = False,
    catalog: Catalog | None = None,
) -> Panel:
    """Measure the gap once for each domain, modality, country or organisation.

    Domains and modalities split the benchmarks: abilities are re-estimated from those alone. Countries and
    organisations split the follower cohort; the leader stays whole. A group with fewer than five follower models says
    so in its row and still stands there. Domains and modalities need the capability scale; a user's own table can be
    split by its columns country and organisation.

    >>> [r.choice for r in gap_by(by="domain", draws=0).rows][:2]
    ['all', 'math']
    """
    if by not in GROUPS:
        raise UnknownName.of("grouping", by, GROUPS, "--by domain")
    if by in ("domain", "modality") and str(on) != "capability":
        raise NotComparable(
            f"{on} is one measurement and has no {by}s", "the capability scale", f"nomoat gap --by {by} --on capability"
        )
    check(rule)
    s = sheet(
        leader,
        follower,
        at=at,
        as_of=as_of,
        method=method,
        draws=draws,
        seed=seed,
        level=level,
        reconstruct=reconstruct,
        catalog=catalog,
        on=on,
    )
    rows = [choice(by, "all", s.cohorts(rule=rule), default=True)]
    left: list[LeftOut] = []
    if by in ("domain", "modality"):
        names = DOMAINS if by == "domain" else MODALITIES
        rows += [s.row(by, name, partial(s.on, f"{by}:{name}", rule=rule)) for name in names]
    else:
        rows += _splits(s, by, rule, left)
    return Panel(
        leader=s.leader,
        follower=s.follower,
        as_of=s.base.as_of,
        at=at or s.base.cut,
        level=level,
        rows=tuple(rows),
        left_out=tuple(left),
        origins=s.base.origins,
    )


def _splits(s: Sheet, by: str, rule: str, left: list[LeftOut]) -> list[Choice]:
    """One row a country or organisation of the follower cohort, the best first."""
    match = contest(s.base, s.leader, s.follower, s.at)
    column = (s.base.members.country if by == "country" else s.base.members.organisation_name)[match.follower.rows]
    named = np.array([name is not None for name in column], dtype=bool)
    if (~named).any():
        left.append(LeftOut(what="follower models", count=int((~named).sum()), why=f"their {by} is unknown"))
    best = {str(n): match.follower.values[column == n].max() for n in set(column[named])}
    rows = []
    for name in sorted(best, key=lambda n: (-best[n], n)):
        cohort = f"({s.follower}) & {by}={quoted(name)}"
        rows.append(s.row(by, name, partial(s.cohorts, follower=cohort, rule=rule)))
    return rows
