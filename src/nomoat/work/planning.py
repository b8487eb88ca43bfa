"""What does it take to prove each use case, and is there enough traffic for it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.errors import InputError
from nomoat.stats import betting, multiplicity
from nomoat.types import LeftOut, Noun, Origin
from nomoat.work import seal
from nomoat.work.allowed import Needs, barred, held, left_out, none_left
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import FLOOR, Frame, Split, draw
from nomoat.work.openly import Known
from nomoat.work.plan import CRITICAL_MARGIN, MARGIN, Limits, Plan, UseCase
from nomoat.work.power import MOST_PROOF, SURE, WORLDS, power, proofs, stretch
from nomoat.work.request import Request, Usage

Floats = NDArray[np.float64]
TUNING = 60  # conversations that choose one of several candidates: they screen, they prove nothing
COVERED = 0.98  # of the requests of a use case that lie within the largest size of a conversation
TIMES = 8  # their mean size that the largest may have


class Planned(Noun, frozen=True, kw_only=True):
    """A draft, its frame, and what of the log is in neither."""

    plan: Plan
    frame: Frame
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass
class _Seen:
    """What the log holds of one use case."""

    requests: int = 0
    bare: int = 0
    spend: float = 0.0
    input: int = 0
    output: int = 0
    counted: int = 0
    talks: dict[str, list[tuple[int, float, str]]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)  # request -> what was logged of it (seal.py)
    longest: int = 0
    reads: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0  # milliseconds, and of how many requests
    timed: int = 0

    def needs(self) -> Needs:
        """What its requests ask of a model."""
        return Needs(longest=self.longest or None, reads=dict(self.reads), input=self.input, output=self.output)


@dataclass(frozen=True)
class _Draft:
    """A use case before it is known what it takes: its conversations, their sizes, and what the log holds."""

    case: UseCase
    split: Split
    sizes: NDArray[np.int64]
    seen: _Seen

    @property
    def mean(self) -> float:
        """Requests that count, a conversation."""
        return float(np.minimum(self.sizes, self.case.largest).mean())


def _listable(drafts: Sequence[_Draft], level: float, seed: int) -> tuple[int, frozenset[str]]:
    """How many use cases the bar has to be set for, and which can be listed at it.

    The bar is (use cases asked about) / level, and who cannot reach it is not asked about. So: the smallest number K
    for which at most K reach K / level in half of their simulated proofs. Setting it for all of the log would turn down
    use cases that could be listed, and promise the others too little.
    """
    middle = {one.case.name: _middle(one, len(drafts), level, seed) for one in drafts}
    for k in range(1, len(drafts) + 1):
        reach = frozenset(name for name, value in middle.items() if value >= np.log(k / level))
        if len(reach) <= k:
            return k, reach
    return 1, frozenset()


def _middle(draft: _Draft, many: int, level: float, seed: int) -> float:
    """The logarithm of the capital that half of the simulated proofs reach with the conversations that there are."""
    case, n = draft.case, len(draft.split.proof)
    if n < 2 or case.why_not is not None:
        return -np.inf
    # A quarter of what one use case alone would take, or so much more than all together would: no need to simulate.
    alone, beside = (betting.units_needed(case.margin, case.discordance, needs=k / level, power=0.5) for k in (1, many))
    if n < alone / 4 / draft.mean:
        return -np.inf
    if n > SURE * beside * stretch(draft.sizes, case.largest):
        return np.inf
    found = proofs(
        draft.sizes.tolist(), n, margin=case.margin, largest=case.largest, discordance=case.discordance,
        alike=case.alike, seed=seed,
    )  # fmt: skip
    return float(np.quantile([log[-1] for log in found], 0.5, method="higher"))


def propose(
    requests: Iterable[Request],
    use_case: Callable[[Request], str],
    endpoints: Mapping[str, Endpoint],
    incumbent: str,
    candidates: Sequence[str],
    *,
    margins: Mapping[str, float] | None = None,
    critical: Iterable[str] = (),
    scorers: Mapping[str, dict[str, Any]] | None = None,
    discordance: float = 0.1,
    level: float = 0.05,
    generation: int = 1,
    seed: int = 0,
    chance: float = 0.8,
    spent: frozenset[str] = frozenset(),
    fitted: Callable[[str], bool] = lambda conversation: False,
    skip: Iterable[str] = ("other",),
    like: Mapping[str, UseCase] | None = None,
    limits: Limits | None = None,
    known: Mapping[str, Known] | None = None,
) -> Planned:
    """A draft for every use case of a log: its margin, its conversations in random order, what a proof takes.

    A conversation whose prompts were not all logged cannot be asked again and is left out, before any answer.
    `spent` are conversations of earlier generations, `fitted` those that the use cases were found on. Use cases in
    `skip` (what no rule fits) are not planned and stay in the undecided share. `like` are use cases of an earlier
    draft, whose arms, discordance and power are taken over. `limits` bar candidates, and so does what is `known` of
    them where the traffic takes more; raises InputError where that leaves no candidate on any use case.
    """
    if not candidates:
        raise InputError("A plan without a candidate", "an endpoint to try", "--candidate NAME")
    seen, total, spend, priced = _seen(requests, use_case)
    if not total:
        raise InputError("The log holds no request", "requests", "nomoat work read FILE")
    names = [name for name in sorted(seen, key=lambda n: -seen[n].requests) if name not in set(skip)]
    here = multiplicity.budget(generation, level)
    strict, drafts, cases, splits, bare = set(critical), list[_Draft](), [], {}, 0
    for name in names:
        one = seen[name]
        bare += one.bare
        talks = {k: [r for _, _, r in sorted(rows)] for k, rows in one.talks.items() if not fitted(k)}
        sizes = np.array([len(rows) for rows in talks.values()], dtype=np.int64)
        largest = _largest(sizes)
        told = (like or {}).get(name) or UseCase(
            name=name, incumbent=incumbent, candidates=tuple(candidates), discordance=discordance, power=chance
        )
        tried = tuple(dict.fromkeys((*told.candidates, *told.barred)))
        need = one.needs()
        reasons = {
            key: why
            for key in tried
            if (why := barred(limits or Limits(), need, endpoints[key], (known or {}).get(key) or Known()))
        }
        kept = tuple(key for key in tried if key not in reasons)
        arms = msgspec.structs.replace(
            told, candidates=kept or tried, barred=reasons,
            adapted={key: file for key, file in told.adapted.items() if key in (kept or tried)},
        )  # fmt: skip
        tuning = TUNING if len(arms.arms) > 1 else 0
        split = draw(talks, seed=seed, tuning=tuning, proof=MOST_PROOF, largest=largest, spent=spent)
        margin = (margins or {}).get(name, CRITICAL_MARGIN if name in strict else MARGIN)
        case = UseCase(
            name=name, incumbent=told.incumbent, candidates=arms.candidates, adapted=arms.adapted,
            instead=told.instead, barred=reasons, margin=margin, critical=name in strict,
            scorer=(scorers or {}).get(name, {"kind": "normalised", "reference": "logged"}),
            largest=largest, tuning=len(split.tuning), proof=len(split.proof), requests=one.requests,
            share_requests=round(one.requests / total, 6),
            share_spend=round(one.spend / spend, 6) if priced and spend > 0 else None,
            discordance=told.discordance, alike=told.alike, power=told.power,
            why_not=None if kept else none_left(reasons),
        )  # fmt: skip
        drafts.append(_Draft(case, split, sizes, one))
    k, listable = _listable(drafts, here, seed)
    for draft in drafts:
        case, split, one = draft.case, draft.split, draft.seen
        if case.why_not is None:
            case = _estimated(draft, case.name in listable, (len(listable) or k) / here, seed)
        if case.why_not is None:
            case = msgspec.structs.replace(
                case, cost_usd=_cost(case, split, one, endpoints), seconds=_seconds(case, split, one, endpoints)
            )
        cases.append(case)
        sealed = msgspec.structs.replace(split, logged=seal.logged(split, one.contents))
        splits[case.name] = sealed if case.why_not is None else Split()
    if cases and all(case.barred.keys() >= set(case.candidates) for case in cases):
        why = none_left(cases[0].barred)
        raise InputError(why[0].upper() + why[1:], "a candidate that meets what is asked of it", "--candidate NAME")
    frame = Frame(seed=seed, use_cases=splits)
    plan = Plan(
        limits=limits or Limits(), level=level, generation=generation, seed=seed, endpoints=dict(endpoints),
        use_cases=tuple(cases), frame=frame.sha256,
    )  # fmt: skip
    rows = [
        LeftOut(what="requests", count=bare, why="in conversations whose prompts were not all logged"),
        LeftOut(what="requests", count=sum(seen[n].requests for n in seen if n not in names), why="of no use case"),
    ]
    return Planned(plan=plan, frame=frame, left_out=(*(row for row in rows if row.count), *left_out(cases)))


def _seen(requests: Iterable[Request], use_case: Callable[[Request], str]) -> tuple[dict[str, _Seen], int, float, bool]:
    """What the log holds by use case, all requests, all spend, and whether every request names its cost."""
    seen: dict[str, _Seen] = {}
    total, spend, priced, bare = 0, 0.0, True, set()
    for request in requests:
        one = seen.setdefault(use_case(request), _Seen())
        one.requests += 1
        total += 1
        priced = priced and request.cost_usd is not None
        one.spend += request.cost_usd or 0.0
        spend += request.cost_usd or 0.0
        if request.usage.input is not None and request.usage.output is not None:
            one.input, one.output = one.input + request.usage.input, one.output + request.usage.output
            one.counted += 1
            one.longest = max(one.longest, request.usage.input + request.usage.output)
        one.reads.update(held(request))
        if request.latency_ms is not None and request.latency_ms > 0:
            one.waited, one.timed = one.waited + request.latency_ms, one.timed + 1
        if request.messages is None:
            bare.add(request.conversation_id)
        one.contents[request.request_id] = seal.content(request)
        time = request.time.timestamp() if request.time else 0.0
        one.talks.setdefault(request.conversation_id, []).append((request.turn, time, request.request_id))
    for one in seen.values():
        one.bare = sum(len(rows) for name, rows in one.talks.items() if name in bare)
        one.talks = {name: rows for name, rows in one.talks.items() if name not in bare}
    return seen, total, spend, priced


def _largest(sizes: NDArray[np.int64]) -> int:
    """The smallest size within which COVERED of all requests lie; smaller where a few conversations would hold most.

    The bet weighs a conversation by its size over the largest, so that one giant with half of all requests would leave
    hundreds of others next to nothing. So it is at most TIMES their mean as far as they count; what lies beyond it is
    not tested, and the verdict says how much.
    """
    if not len(sizes):
        return 1
    reach = np.cumsum(np.bincount(sizes)[::-1])[::-1][1:]  # conversations of k requests or more, k = 1, 2, ...
    inside = np.cumsum(reach)
    covers = int(np.argmax(inside >= COVERED * inside[-1])) + 1
    even = np.flatnonzero(np.arange(1, len(reach) + 1) * len(sizes) <= TIMES * inside)
    return min(covers, int(even[-1]) + 1)


def _estimated(draft: _Draft, listable: bool, needs: float, seed: int) -> UseCase:
    case, n = draft.case, len(draft.split.proof)
    if n < 2:
        few = f"{n} conversations with logged prompts are left for the proof"
        return msgspec.structs.replace(case, why_not=few, proof=n)
    found = power(
        draft.sizes.tolist(), margin=case.margin, largest=case.largest, needs=needs, available=n,
        discordance=case.discordance, alike=case.alike, chance=case.power,
        worlds=WORLDS if listable else WORLDS // 8, seed=seed,
    )  # fmt: skip
    why: str | None = None
    if not listable:
        takes = f"about {max(found.needed, n + 1):,}" if found.needed else f"more than {found.simulated:,}"
        why = (
            f"a proof within {100 * case.margin:g} points takes {takes} conversations if {case.discordance:.0%} of "
            f"answers differ, and there are {n:,}"
        )
    return msgspec.structs.replace(case, needed=found.needed, why_not=why)


def _calls(case: UseCase, split: Split) -> dict[str, int]:
    """Endpoint -> calls of a run, each candidate counted as if it were the one that is chosen."""
    proof = sum(len(one.requests) for one in split.proof)
    tuning = sum(len(one.requests) for one in split.tuning)
    again = sum(len(one.requests) for one in split.proof[:FLOOR])
    found = {case.incumbent: proof + tuning + again}
    for arm in case.arms:
        found[arm.endpoint] = found.get(arm.endpoint, 0) + proof + tuning
    return found


def _seconds(case: UseCase, split: Split, seen: _Seen, endpoints: Mapping[str, Endpoint]) -> float | None:
    """How long a run takes at its slowest endpoint, for answers that take as long as the logged ones."""
    if not seen.timed:
        return None
    each = seen.waited / seen.timed / 1000
    return max(round(n * each / endpoints[name].concurrency, 1) for name, n in _calls(case, split).items())


def _cost(case: UseCase, split: Split, seen: _Seen, endpoints: Mapping[str, Endpoint]) -> float | None:
    """US dollars of the run: calls of each arm at its prices, for answers as long as the logged ones."""
    if not seen.counted:
        return None
    usage = Usage(input=round(seen.input / seen.counted), output=round(seen.output / seen.counted))
    proof = sum(len(one.requests) for one in split.proof)
    tuning = sum(len(one.requests) for one in split.tuning)
    again = sum(len(one.requests) for one in split.proof[:FLOOR])
    mine = endpoints[case.incumbent].cost(usage)
    price = {arm.name: endpoints[arm.endpoint].cost(usage) for arm in case.arms}
    known = {name: one for name, one in price.items() if one is not None}
    if mine is None or len(known) < len(price):
        return None
    # The dearest may be chosen, and it is asked twice where it has adapted prompts beside the logged ones.
    last = max(one * (2 if case.beside(case.arm(name)) else 1) for name, one in known.items())
    return mine * (proof + tuning + again) + last * proof + sum(known.values()) * tuning
