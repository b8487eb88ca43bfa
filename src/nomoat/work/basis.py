"""Which log is a verdict about, and what was sent where for it, at what price?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from nomoat.catalog.requests import query
from nomoat.types import Noun
from nomoat.work import journal
from nomoat.work.frame import INCUMBENT, Frame
from nomoat.work.past import manifest
from nomoat.work.plan import Plan

APART = 0.1  # of what the log names: costs that are further from it are said


class Log(Noun, frozen=True, kw_only=True):
    """The log whose shares a verdict names: all requests that were read, the days that they are of, what they cost."""

    requests: int
    conversations: int
    first: date | None = None
    last: date | None = None
    spend_usd: float | None = None  # of those that name their cost; None where none does
    priced: int = 0  # requests that name their cost
    since: int = 0  # of the requests those that were read after the plan was made: they are in no share


class Sent(Noun, frozen=True, kw_only=True):
    """What a run sent to one server: calls, retries with them, and the prices of the plan, US dollars a million tokens.

    `in_house` says that it is this machine or a private network by its address, or that plan.toml calls it the user's
    own (`self_hosted`): what a gateway at a near address passes on to whom is not seen.
    """

    endpoint: str
    model: str
    host: str
    in_house: bool
    self_hosted: bool = False
    calls: int
    requests: int  # different ones of the log
    masked: bool  # personal data were masked before they left
    price_input: float | None = None
    price_output: float | None = None
    price_cached: float | None = None


class Basis(Noun, frozen=True, kw_only=True):
    """The log, what was sent where, and what does not fit together."""

    log: Log
    sent: tuple[Sent, ...]
    unknown: tuple[str, ...]


def basis(folder: Path, runs: Sequence[Path], plan: Plan, frozen: Frame) -> Basis:
    """What a verdict rests on beside its marks, from the table of requests and the journals of its runs.

    `runs` are the run of the proof and, where a judge was asked, that of the judge.
    """
    of = {r: name for name, split in frozen.use_cases.items() for one in split.proof for r in one.requests}
    incumbents = {case.name: plan.endpoints[case.incumbent].model for case in plan.use_cases}
    logged: dict[str, float] = {}
    served: dict[str, Counter[str]] = {}
    for request, model, cost in query(folder, "SELECT request_id, model, cost_usd FROM requests"):
        if (name := of.get(request)) is not None:
            served.setdefault(name, Counter())[str(model)] += 1
            if cost is not None:
                logged[request] = cost
    calls: Counter[str] = Counter()
    requests: dict[str, set[str]] = {}
    then, now = 0.0, 0.0
    for place in runs:
        made = manifest(place)
        arms = made.arms if made is not None else {}
        models = {one.model: name for name, one in (made.endpoints if made is not None else {}).items()}
        for answer in journal.answers(place):
            name = arms.get(f"{answer.arm} {answer.model}") or models.get(answer.model)
            if name is not None and not answer.cached:
                calls[name] += max(1, answer.attempts)
                requests.setdefault(name, set()).add(answer.request_id)
            cost = answer.cost_usd if answer.arm == INCUMBENT and answer.error is None else None
            if cost is not None and answer.request_id in logged:
                then, now = then + logged[answer.request_id], now + cost
    sent = [
        Sent(
            endpoint=name, model=e.model, host=e.host, in_house=e.in_house,
            self_hosted=e.self_hosted, calls=calls[name],
            requests=len(requests[name]), masked=plan.redact, price_input=e.price_input, price_output=e.price_output,
            price_cached=e.price_cached,
        )
        for name, e in plan.endpoints.items() if calls[name]
    ]  # fmt: skip
    return Basis(
        log=_log(folder, plan),
        sent=tuple(sent),
        unknown=(*_dearer(then, now), *_others(plan, incumbents, served)),
    )


def _log(folder: Path, plan: Plan) -> Log:
    counts = 'count(*), count(DISTINCT conversation_id), min("time"), max("time"), sum(cost_usd), count(cost_usd)'
    ((requests, talks, first, last, spend, priced),) = query(folder, f"SELECT {counts} FROM requests")
    known = max(((u.requests, u.share_requests) for u in plan.use_cases if u.share_requests), default=None)
    planned = round(known[0] / known[1]) if known is not None and known[1] else requests
    # A plan holds six digits of a share: a hundredth of a per cent of requests is rounding, and no new traffic.
    since = requests - planned if requests - planned > 1e-4 * requests + 1 else 0
    return Log(
        requests=requests, conversations=talks, first=first and first.date(), last=last and last.date(),
        spend_usd=spend if priced else None, priced=priced, since=since,
    )  # fmt: skip


def _dearer(then: float, now: float) -> tuple[str, ...]:
    """Where the same requests cost another sum in the run than in the log."""
    if then <= 0 or now <= 0 or abs(now - then) <= APART * then:
        return ()
    return (
        f"What is saved in dollars: for the same requests the log names ${then:,.4g} and the incumbent cost "
        f"${now:,.4g} in the run. Its prices in plan.toml, or the lengths of its answers, are not those of the log.",
    )


def _others(plan: Plan, incumbents: Mapping[str, str], served: Mapping[str, Counter[str]]) -> tuple[str, ...]:
    """Use cases whose logged requests were answered by another model than the incumbent, as both name it."""
    found: dict[str, tuple[list[str], Counter[str]]] = {}
    for case in plan.provable:
        model = incumbents[case.name]
        mine = model.rpartition("/")[2].casefold()
        counts = served.get(case.name, Counter[str]())
        others = Counter({name: n for name, n in counts.items() if name.rpartition("/")[2].casefold() != mine})
        if others:
            names, total = found.setdefault(model, ([], Counter[str]()))
            names.append(case.name)
            total.update(others)
    said = []
    for model, (names, total) in found.items():
        named = ", ".join(f"{name} ({n:,})" for name, n in total.most_common(3))
        more = f" and {len(total) - 3} more" if len(total) > 3 else ""
        said.append(
            f"{', '.join(names)}: whether {model} is what serves them today. In the log {named}{more} answered their "
            f"requests; the verdict holds candidates against {model} alone."
        )
    return tuple(said)
