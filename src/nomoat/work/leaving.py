"""Which prompts of a plan would leave the house with what should stay in it, and may they?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.types import Noun
from nomoat.work import frame as frames
from nomoat.work import judge, store
from nomoat.work import plan as plans
from nomoat.work.frame import Split
from nomoat.work.plan import Plan
from nomoat.work.planned import PARTS, asked
from nomoat.work.planning import Planned
from nomoat.work.request import Request
from nomoat.work.sensitive import KINDS, flags

LOOKED_AT = 1000  # prompts that a plan is shown with, of all use cases: looking takes 0.5 s of CPU a megabyte
LEAST = 50  # of each


class Flagged(Noun, frozen=True, kw_only=True):
    """Prompts of one use case that go to hosts outside, arms' and judge's: of `prompts` looked at, `flagged`.

    They are the first of the order drawn, which is random, of `drawn` in all; `kinds` counts those that hold each kind.
    """

    use_case: str
    prompts: int
    drawn: int
    flagged: int
    kinds: dict[str, int]
    hosts: tuple[str, ...]


class Shown(Planned, frozen=True, kw_only=True):
    """A plan as it is shown: with what of it should not leave the house as it is."""

    sensitive: tuple[Flagged, ...] = ()


def shown(planned: Planned, folder: Path, most: int = LOOKED_AT) -> Shown:
    """The plan with the flagged prompts of every use case that goes out; servers in the house are none of it.

    Of all use cases about `most` prompts are looked at, of each as many and LEAST at least.
    """
    plan, found = planned.plan, []
    each = max(min(most, LEAST), most // max(1, len(plan.provable)))
    for case in plan.provable:
        names = {case.incumbent, *case.candidates, *([str(case.scorer["judge"])] if judge.told(case.scorer) else [])}
        ends = [plan.endpoints[name] for name in names if name in plan.endpoints]
        hosts = sorted({one.host for one in ends if not one.in_house})
        split = planned.frame.use_cases.get(case.name, Split())
        drawn = [r for talk in (*split.tuning, *split.proof) for r in talk.requests] if hosts else []
        if drawn:
            prompts, flagged, kinds = _counted(store.requests(folder, set(islice(drawn, each))))
            found.append(
                Flagged(
                    use_case=case.name, prompts=prompts, drawn=len(drawn), flagged=flagged, kinds=kinds,
                    hosts=tuple(hosts),
                )
            )  # fmt: skip
    return Shown(
        plan=plan, frame=planned.frame, left_out=planned.left_out, origins=planned.origins, sensitive=tuple(found)
    )


class Leaving(Noun, frozen=True, kw_only=True):
    """Prompts of one part of a plan that go as they are to hosts outside; `kinds` counts those that hold each kind."""

    prompts: int
    flagged: int
    kinds: dict[str, int]
    hosts: tuple[str, ...]


def leaving(folder: Path, part: str = "proof", *, judges: bool = False) -> Leaving:
    """What the plan of the work folder would send out as it is, to its arms or, with `judges`, to its judges.

    Of a plan that is not fixed nothing leaves: nothing is counted. Raises InputError where there is no plan.
    """
    plan = plans.read(folder / plans.FILE)
    if plan.sha256 is None or part not in PARTS:
        return Leaving(prompts=0, flagged=0, kinds={}, hosts=())
    frozen = frames.read(folder / frames.FILE, plan)
    if judges:
        by = {case.name: str(case.scorer["judge"]) for case in plan.provable if judge.told(case.scorer)}
        drawn = {name: frozen.use_cases[name] for name in by if name in frozen.use_cases}
        whole = {name: split.tuning if part == "tuning" else split.proof for name, split in drawn.items()}
        asks = [(by[name], request) for name, talks in whole.items() for talk in talks for request in talk.requests]
    else:
        asks = [(cell.endpoint, cell.request_id) for cell in asked(plan, frozen, folder, part)]
    return of(plan, asks, folder)


def of(plan: Plan, asks: Iterable[tuple[str, str]], folder: Path) -> Leaving:
    """What leaves as it is where the endpoints of `asks` are asked its requests, by the flags of `sensitive`.

    A server on this machine, in a private network or named `self_hosted` is in the house. Of a plan that masks nothing
    leaves unmasked.
    """
    out: dict[str, set[str]] = {}
    for name, request_id in () if plan.redact else asks:
        endpoint = plan.endpoints.get(name)
        if endpoint is not None and not endpoint.in_house:
            out.setdefault(endpoint.host, set()).add(request_id)
    prompts, flagged, kinds = _counted(store.requests(folder, set().union(*out.values())) if out else ())
    return Leaving(prompts=prompts, flagged=flagged, kinds=kinds, hosts=tuple(sorted(out)))


def _counted(requests: Iterable[Request]) -> tuple[int, int, dict[str, int]]:
    """Prompts, those that are flagged, and how many hold each kind; the logged answer stays at home."""
    seen: Counter[str] = Counter()
    prompts = flagged = 0
    for request in requests:
        found = flags(msgspec.structs.replace(request, response=None))
        prompts, flagged = prompts + 1, flagged + bool(found)
        seen.update(found)
    return prompts, flagged, {kind: seen[kind] for kind in KINDS if seen[kind]}


def require_leave(found: Leaving, unmasked: bool) -> None:
    """Raise InputError where flagged prompts would leave unmasked and nobody said that they may.

    >>> require_leave(Leaving(prompts=9, flagged=0, kinds={}, hosts=("a.example",)), unmasked=False)
    """
    if not found.flagged or unmasked:
        return
    kinds = ", ".join(f"{kind} in {count:,}" for kind, count in found.kinds.items())
    raise InputError(
        f"{found.flagged:,} of {found.prompts:,} prompts would leave the house for {', '.join(found.hosts)} with what "
        f"should stay in it ({kinds})",
        "a plan that masks them, or your word",
        "nomoat work plan --again --redact, or the same line with --unmasked",
    )
