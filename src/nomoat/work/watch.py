"""Does a policy still hold, and which new models could overturn which verdicts?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work import plan as plans
from nomoat.work import score, seal
from nomoat.work.drift import PATIENCE as PATIENCE
from nomoat.work.drift import seen
from nomoat.work.endpoint import Endpoint
from nomoat.work.newcomers import SCREEN, NewModel, newcomers
from nomoat.work.pricing import changes
from nomoat.work.route import Policy
from nomoat.work.shadow import name_of
from nomoat.work.standing import Standing, standing

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

SOON = 14  # days before its end in which a policy is said to end
SHOWN = 12  # new models in one line: more are counted

Kind = Literal["expired", "expires soon", "version", "price", "drift", "not watched", "evidence", "new model"]


class Notice(Noun, frozen=True, kw_only=True):
    """One thing that was seen; `voids` says that the use case (or, without one, all) must go back to the default."""

    kind: Kind
    what: str
    use_case: str | None = None
    voids: bool = False


class Watched(Noun, frozen=True, kw_only=True):
    """What a policy is worth on a day. `holds` are the use cases that may stay where the policy sends them.

    `sampled` are the conversations of the shadow run that drift was looked for in, by use case. `candidates` are open
    models released since the margins were fixed, with the verdicts that each could overturn and what trying it costs;
    `new_models` counts them all. `screening` is the number of conversations that would screen one of them a use case
    (it rules out, it proves nothing) and `proof` that of a proof.
    """

    schema_version: int = SCHEMA_VERSION
    on: date
    holds: tuple[str, ...]
    void: tuple[str, ...]
    notices: tuple[Notice, ...]
    shadow: str | None = None
    sampled: dict[str, int] = msgspec.field(default_factory=dict)
    new_models: int | None
    candidates: tuple[NewModel, ...] = ()
    screening: int
    proof: dict[str, int | None]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    def line(self) -> str:
        """All of it as one line of JSON, for a log."""
        return msgspec.json.encode(self).decode()


def watch(
    folder: Path,
    on: date,
    *,
    shadow: str | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
) -> Watched:
    """Look at the policy of a work folder on a day: its end, versions, prices, drift of a sample, new open models.

    `shadow` is a scored run in which a sample of live requests was answered by both arms; without it the one that
    `nomoat work shadow` made, where there is one. Versions and drift are read from it (`work/drift.py`), prices from
    plan.toml and the catalogue (`work/pricing.py`). Raises InputError where there is no policy, where its margins were
    fixed after `on`, or where `shadow` is no scored run.
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    stand = standing(folder)
    policy = stand.policy
    if on < policy.fixed_on:
        raise InputError(
            f"The policy's margins were fixed on {policy.fixed_on}, which is after {on}",
            "a day since then: is the clock right?",
            f"--on {policy.fixed_on}",
        )
    routes = [one.use_case for one in policy.routes]
    notices = [*_ends(policy, on), *_priced(stand, folder, on, as_of, catalog), *_lost(stand, folder)]
    name = shadow or name_of(stand.plan)
    there = shadow is not None or (folder / "runs" / name / score.MARKS).exists()
    sampled: dict[str, int] = {}
    cases = {case.use_case: case for case in stand.verdict.cases}
    for use_case in routes:
        if not there:
            what = "no shadow run: versions and drift are not looked for; nomoat work shadow makes one"
            notices.append(Notice(kind="not watched", use_case=use_case, what=what))
            continue
        told = seen(folder / "runs" / name, stand.plan, cases[use_case])
        sampled[use_case] = told.conversations
        for what in told.versions:
            notices.append(Notice(kind="version", use_case=use_case, what=what, voids=True))
        if told.drift is not None:
            notices.append(Notice(kind="drift", use_case=use_case, what=told.drift, voids=True))
        elif told.blind is not None:
            notices.append(Notice(kind="not watched", use_case=use_case, what=f"no drift: {told.blind}"))
    fresh = newcomers(stand, on, as_of=as_of, catalog=catalog)
    notices += _told(fresh)
    everything = any(one.voids and one.use_case is None for one in notices)
    void = tuple(name for name in routes if everything or any(n.voids and n.use_case == name for n in notices))
    rest = LeftOut(
        what="new models",
        count=max(0, len(fresh) - SHOWN),
        why="counted and not listed: the others could overturn more, or are newer",
    )
    return Watched(
        on=on,
        holds=tuple(name for name in routes if name not in void),
        void=void,
        notices=tuple(notices),
        shadow=name if there else None,
        sampled=sampled,
        new_models=len(fresh),
        candidates=fresh[:SHOWN],
        screening=SCREEN,
        proof={case.name: case.needed for case in stand.plan.use_cases},
        left_out=(rest,) if rest.count else (),
    )


def _lost(stand: Standing, folder: Path) -> Iterator[Notice]:
    """The files that the verdict names as its evidence and that are not there as they were: nobody can check it then.

    Files of the plan of an earlier generation may have been put aside with it.
    """
    for origin in stand.verdict.origins:
        places = [place for place in (stand.home / origin.address, folder / origin.address) if place.is_file()]
        if not places:
            yield Notice(kind="evidence", what=f"{origin.address} is gone, which the verdict rests on")
        elif all(seal.sha256(place) != origin.sha256 for place in places):
            what = f"{origin.address} is not as it was when the verdict was made; nomoat work prove looks again"
            yield Notice(kind="evidence", what=what)


def _ends(policy: Policy, on: date) -> list[Notice]:
    if policy.expires is None:
        # Without an end Policy.target sends everything to the default, and so does what is emitted of it.
        return [Notice(kind="expired", what="the run carries no dates, so that its proof has no end", voids=True)]
    left = (policy.expires - on).days
    if left < 0:
        return [Notice(kind="expired", what=f"the proof ended on {policy.expires}", voids=True)]
    return [Notice(kind="expires soon", what=f"the proof ends on {policy.expires}")] if left <= SOON else []


def _priced(stand: Standing, folder: Path, on: date, as_of: date | None, catalog: Catalog | None) -> Iterator[Notice]:
    for change in changes(stand.policy, _servers(stand, folder), on, as_of=as_of, catalog=catalog):
        those = [r.use_case for r in stand.policy.routes if change.endpoint in (r.to.endpoint, r.fallback.endpoint)]
        next = "; nomoat work route again makes a policy of the new price" if change.voids else ""
        for use_case in those:
            yield Notice(kind="price", use_case=use_case, what=change.what + next, voids=change.voids)


def _servers(stand: Standing, folder: Path) -> dict[str, Endpoint]:
    """The endpoints as plan.toml has them today: of a later generation's, those that are still the same server."""
    try:
        today = plans.read(folder / plans.FILE).endpoints
    except InputError:
        today = {}
    known = stand.plan.endpoints
    return known | {k: e for k, e in today.items() if k in known and e.identity == known[k].identity}


def _told(fresh: tuple[NewModel, ...]) -> Iterator[Notice]:
    for one in fresh[:SHOWN]:
        if not one.overturns:
            continue
        where = ", ".join(f"{o.use_case} ({o.status})" for o in one.overturns)
        price = "no price is known"
        if one.screening_usd is not None:
            proof = "a proof of unknown cost" if one.proof_usd is None else f"a proof {_usd(one.proof_usd)}"
            price = f"screening {_usd(one.screening_usd)}, {proof}, at list prices"
        asks = "".join(dict.fromkeys(o.why[at:] for o in one.overturns if (at := o.why.find(";")) >= 0))
        what = f"{one.name} ({one.openness}): could be tried on {where}; {price}{asks}"
        yield Notice(kind="new model", what=what)
    idle = [one for one in fresh if not one.overturns]
    barred = [one for one in idle if one.barred]
    if barred:
        named = _named([f"{one.name} ({one.barred})" for one in barred])
        yield Notice(kind="new model", what=f"not to be tried: {named}")
    if rest := [one.name for one in idle if not one.barred]:
        what = f"{_named(rest)}: open and new, but no verdict that they could overturn is known (none undecided or "
        yield Notice(kind="new model", what=what + "worse, and none safe where they are known to cost less)")


def _usd(cost: float) -> str:
    """Dollars, that are never rounded to nothing."""
    return f"${cost:,.2f}" if cost == 0 or cost >= 0.005 else "below $0.01"


def _named(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
