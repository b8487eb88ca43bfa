"""Which new open models could overturn which verdicts, and what would it cost to find out?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.catalog.requests import query
from nomoat.errors import NoVintage
from nomoat.types import Noun
from nomoat.work import frame as frames
from nomoat.work import journal
from nomoat.work.allowed import PARTS, Needs, barred
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import FLOOR, INCUMBENT
from nomoat.work.openly import Known, chats, reads_of
from nomoat.work.plan import Limits, UseCase
from nomoat.work.pricing import Listed, typical
from nomoat.work.request import Usage
from nomoat.work.standing import Standing
from nomoat.work.verdict import OPEN, Case

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

SHORT = 4_000  # tokens that any model which is sold today reads
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
    and None where one of them is. `barred` says why it cannot be tried on some use case: a limit of the plan that it
    does not keep, or requests that it is known not to read.
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
    """The open models of the catalogue released after the margins were fixed and by `on`.

    Those that could overturn a verdict come first, newest first.

    A verdict that is not "safe" could become so; one that is safe could go to a model that costs less per conversation
    at list prices than the one it goes to. Tokens a conversation are those of the proof's own run: what the candidate
    wrote stands for what another would. Use cases that this traffic cannot prove are not among them.
    """
    from nomoat.catalog.store import Catalog

    catalog = catalog or Catalog.open()
    members = catalog.members(as_of)
    modality = members.modality if members.modality is not None else [None] * len(members.model_id)
    rows = zip(members.model_id, members.name, members.released, members.openness, modality, strict=True)
    since = stand.policy.fixed_on
    fresh = [row for row in rows if row[2] is not None and row[3] in OPEN and since < row[2] <= on]
    if not fresh:
        return ()
    offered = _offered({row[0] for row in fresh}, as_of or on, catalog)
    of = _drawn(stand)
    used = _used(stand, of)
    needs = _needs(stand, of, used)
    found = [_told(stand, row, typical(offered.get(row[0], [])), used, needs) for row in fresh]
    return tuple(sorted(found, key=lambda one: (not one.overturns, -one.released.toordinal(), one.name)))


def _told(
    stand: Standing,
    row: tuple[Any, ...],
    price: Listed | None,
    used: Mapping[tuple[str, str], Usage],
    needs: Mapping[str, Needs],
) -> NewModel:
    model_id, name, released, openness, modality = row
    server = None
    if price is not None:
        server = Endpoint(name="new", url="https://new.example", model=name, price_input=price.input,
                          price_output=price.output)  # fmt: skip
    known = Known(openness=str(openness), context=price.context if price else None, reads=reads_of(modality))
    bars = {
        case.use_case: why
        for case in stand.verdict.cases
        if (why := _barred(stand.plan.limits, server, known, needs.get(case.use_case, Needs()), modality))
    }
    overturns = tuple(
        msgspec.structs.replace(one, why=one.why + _open_question(known, needs.get(case.use_case, Needs())))
        for case in stand.verdict.cases
        if case.use_case not in bars
        and (one := _overturn(case, stand.plan.use_case(case.use_case), stand.plan.endpoints, server, used))
    )
    return NewModel(
        name=str(name), model_id=str(model_id), released=released, openness=str(openness),
        seller=price.seller if price else None, sellers=price.sellers if price else 0,
        price_input=price.input if price else None, price_output=price.output if price else None,
        overturns=overturns, barred="; ".join(dict.fromkeys(bars.values())) or None,
        screening_usd=_sum([one.screening_usd for one in overturns]),
        proof_usd=_sum([one.proof_usd for one in overturns]),
    )  # fmt: skip


def _barred(limits: Limits, server: Endpoint | None, known: Known, needs: Needs, modality: str | None) -> str | None:
    """Why a new model may not be tried on a use case; that it is not self-hosted is no reason, open weights can be."""
    if chats(modality) is False:
        return f"known for {str(modality).replace('>', ' to ').replace(',', ', ')}, not for answering in text"
    asked = msgspec.structs.replace(limits, self_hosted=False)
    return barred(asked, needs, server or Endpoint(name="new", url="https://new.example", model="new"), known)


def _open_question(known: Known, needs: Needs) -> str:
    """What the requests take and nobody says of the model: it bars no model, and is to be looked up before a run."""
    wanted = sorted(needs.reads) if known.reads is None else []
    said = [f"whether it reads {' and '.join(wanted)}"] if wanted else []
    if needs.longest is not None and needs.longest > SHORT and known.context is None:
        said.append(f"whether it reads {needs.longest:,} tokens")
    return f"; {' and '.join(said)} is not known" if said else ""


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


def _drawn(stand: Standing) -> dict[str, str]:
    """Request of the proof -> its use case."""
    frozen = frames.read(stand.home / frames.FILE, stand.plan)
    return {r: name for name, split in frozen.use_cases.items() for one in split.proof for r in one.requests}


def _used(stand: Standing, of: Mapping[str, str]) -> dict[tuple[str, str], Usage]:
    """Mean tokens a conversation by use case and arm, in the run of the proof."""
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


def _needs(stand: Standing, of: Mapping[str, str], used: Mapping[tuple[str, str], Usage]) -> dict[str, Needs]:
    """What the proof's requests of a use case ask of a model: what they hold beside text, the longest, their mix."""
    folder = stand.run.parent.parent
    reads: dict[str, Counter[str]] = {}
    longest: dict[str, int] = {}
    # The kinds of parts and no bodies: a picture in a prompt is a megabyte.
    parts = r"""list_distinct(regexp_extract_all(messages, '"type"\s*:\s*"([a-z_]+)"', 1))"""
    for request, tokens, kinds in query(folder, f'SELECT request_id, "input" + "output", {parts} FROM requests'):
        if (name := of.get(request)) is not None:
            longest[name] = max(longest.get(name, 0), tokens or 0)
            reads.setdefault(name, Counter()).update({PARTS[kind] for kind in kinds or () if kind in PARTS})
    out = {}
    for case in stand.verdict.cases:
        its = used.get((case.use_case, case.arm)) or Usage()
        out[case.use_case] = Needs(
            longest=longest.get(case.use_case) or None, reads=dict(reads.get(case.use_case, {})),
            input=its.input or 0, output=its.output or 0,
        )  # fmt: skip
    return out


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return float(sum(known)) if parts and len(known) == len(parts) else None
