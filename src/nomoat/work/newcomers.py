"""Which new open models could overturn which verdicts, and what would it cost to find out?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.errors import NoVintage
from nomoat.types import Noun
from nomoat.work import frame as frames
from nomoat.work import journal
from nomoat.work.allowed import Needs, barred
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import FLOOR, INCUMBENT
from nomoat.work.openly import Known
from nomoat.work.plan import Limits, UseCase
from nomoat.work.pricing import Listed, typical
from nomoat.work.request import Usage
from nomoat.work.standing import Standing
from nomoat.work.verdict import OPEN, Case

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

SCREEN = 20  # conversations that rule a bad candidate out; they prove nothing


class Overturn(Noun, frozen=True, kw_only=True):
    """One verdict that a new model could overturn, and what trying it costs in US dollars.

    `screening_usd` is for SCREEN conversations of the new model alone, held against answers of the incumbent that are
    paid for; it rules out and proves nothing. `proof_usd` is for `conversations` of both, on fresh traffic, with the
    incumbent's own noise. None where a price, a length or a number is unknown.
    """

    use_case: str
    status: str
    why: str
    conversations: int | None
    screening_usd: float | None
    proof_usd: float | None


class NewModel(Noun, frozen=True, kw_only=True):
    """An open model released since the margins were fixed, at what the middle one of its sellers asks.

    Prices are in US dollars a million tokens, None where the catalogue knows no seller. The sums are over `overturns`
    and None where one of them is. `barred` says which of the plan's limits it does not keep, where it does not.
    """

    name: str
    model_id: str
    released: date
    openness: str
    seller: str | None
    sellers: int
    price_input: float | None
    price_output: float | None
    overturns: tuple[Overturn, ...]
    barred: str | None = None
    screening_usd: float | None
    proof_usd: float | None


def newcomers(
    stand: Standing, on: date, *, as_of: date | None = None, catalog: Catalog | None = None
) -> tuple[NewModel, ...]:
    """The open models of the catalogue released after the margins were fixed and by `on`, newest first.

    A verdict that is not "safe" could become so; one that is safe could go to a model that costs less per conversation
    at list prices than the one it goes to. Tokens a conversation are those of the proof's own run: what the candidate
    wrote stands for what another would. Use cases that this traffic cannot prove are not among them.
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    rows = zip(members.model_id, members.name, members.released, members.openness, strict=True)
    since = stand.policy.fixed_on
    fresh = [row for row in rows if row[2] is not None and row[3] in OPEN and since < row[2] <= on]
    if not fresh:
        return ()
    offered = _offered({row[0] for row in fresh}, as_of or on, catalog)
    used = _used(stand)
    found = [_told(stand, row, typical(offered.get(row[0], [])), used) for row in fresh]
    return tuple(sorted(found, key=lambda one: (-one.released.toordinal(), one.name)))


def _told(
    stand: Standing, row: tuple[Any, ...], price: Listed | None, used: Mapping[tuple[str, str], Usage]
) -> NewModel:
    model_id, name, released, openness = row
    server = None
    if price is not None:
        server = Endpoint(name="new", url="https://new.example", model=name, price_input=price.input,
                          price_output=price.output)  # fmt: skip
    known = Known(openness=str(openness), context=price.context if price else None)
    bars = {
        case.use_case: why
        for case in stand.verdict.cases
        if (why := _barred(stand.plan.limits, server, known, used.get((case.use_case, case.arm))))
    }
    overturns = tuple(
        one
        for case in stand.verdict.cases
        if case.use_case not in bars
        and (one := _overturn(case, stand.plan.use_case(case.use_case), stand.plan.endpoints, server, used))
    )
    return NewModel(
        name=str(name), model_id=str(model_id), released=released, openness=str(openness),
        seller=price.seller if price else None, sellers=price.sellers if price else 0,
        price_input=price.input if price else None, price_output=price.output if price else None,
        overturns=overturns, barred=next(iter(bars.values()), None),
        screening_usd=_sum([one.screening_usd for one in overturns]),
        proof_usd=_sum([one.proof_usd for one in overturns]),
    )  # fmt: skip


def _barred(limits: Limits, server: Endpoint | None, known: Known, its: Usage | None) -> str | None:
    """Why the plan's limits bar a new model; open weights can be hosted by oneself, and what they read is not known."""
    asked = msgspec.structs.replace(limits, self_hosted=False, reads=())
    used = Needs(input=(its.input or 0) if its else 0, output=(its.output or 0) if its else 0)
    return barred(asked, used, server or Endpoint(name="new", url="https://new.example", model="new"), known)


def _overturn(
    case: Case, use: UseCase, servers: Mapping[str, Endpoint], server: Endpoint | None,
    used: Mapping[tuple[str, str], Usage],
) -> Overturn | None:  # fmt: skip
    if case.status == "not provable":
        return None
    its = used.get((case.use_case, case.arm)) or used.get((case.use_case, INCUMBENT))
    mine = used.get((case.use_case, INCUMBENT))
    one = server.cost(its) if server is not None and its is not None else None
    why = "a better model could be shown to be safe"
    if case.status == "safe":
        now = servers[case.candidate].cost(its) if its is not None else None
        if one is None or now is None or servers[case.candidate].self_hosted or one >= now:
            return None  # what it costs on hardware of one's own is not in the catalogue
        why = f"list prices are {100 * (1 - one / now):.0f} % below {case.candidate}'s"
    base = servers[case.incumbent].cost(mine) if mine is not None else None
    proof = None
    if use.needed is not None and one is not None and base is not None:
        proof = use.needed * (one + base) + min(FLOOR, use.needed) * base
    return Overturn(
        use_case=case.use_case, status=case.status, why=why, conversations=use.needed,
        screening_usd=None if one is None else SCREEN * one, proof_usd=proof,
    )  # fmt: skip


def _offered(ids: set[str], day: date, catalog: Catalog) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    try:
        rows = catalog.table("offerings", day).rows()
    except NoVintage:
        return found
    for row in rows:
        if row["model_id"] in ids:
            found.setdefault(row["model_id"], []).append(row)
    return found


def _used(stand: Standing) -> dict[tuple[str, str], Usage]:
    """Mean tokens a conversation by use case and arm, in the run of the proof."""
    frozen = frames.read(stand.home / frames.FILE, stand.plan)
    of = {r: name for name, split in frozen.use_cases.items() for one in split.proof for r in one.requests}
    sums: dict[tuple[str, str], list[int]] = {}
    talks: dict[tuple[str, str], set[str]] = {}
    for answer in journal.answers(stand.run):
        into, out, name = answer.usage.input, answer.usage.output, of.get(answer.request_id)
        if answer.error is None and name is not None and into is not None and out is not None:
            key = name, answer.arm
            total = sums.setdefault(key, [0, 0])
            total[0], total[1] = total[0] + into, total[1] + out
            talks.setdefault(key, set()).add(answer.conversation_id)
    return {
        key: Usage(input=round(into / len(talks[key])), output=round(out / len(talks[key])))
        for key, (into, out) in sums.items()
    }


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return float(sum(known)) if parts and len(known) == len(parts) else None
