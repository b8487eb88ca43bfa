"""Which prompts of a plan would leave the house with what should stay in it, and may they?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.types import Noun
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work import store
from nomoat.work.planned import PARTS, asked
from nomoat.work.sensitive import KINDS, flags


class Leaving(Noun, frozen=True, kw_only=True):
    """Prompts of one part of a plan that go as they are to hosts outside; `kinds` counts those that hold each kind."""

    prompts: int
    flagged: int
    kinds: dict[str, int]
    hosts: tuple[str, ...]


def leaving(folder: Path, part: str = "proof") -> Leaving:
    """What the plan of the work folder would send out as it is, by the flags of `sensitive`.

    A server on this machine, in a private network or named `self_hosted` is in the house. Of a plan that masks nothing
    leaves unmasked, and of one that is not fixed nothing leaves: nothing is counted. Raises InputError where there is
    no plan.
    """
    plan = plans.read(folder / plans.FILE)
    out: dict[str, set[str]] = {}
    if not plan.redact and plan.sha256 is not None and part in PARTS:
        frozen = frames.read(folder / frames.FILE, plan)
        for cell in asked(plan, frozen, folder, part):
            endpoint = plan.endpoints.get(cell.endpoint)
            if endpoint is not None and not endpoint.in_house:
                out.setdefault(endpoint.host, set()).add(cell.request_id)
    seen: Counter[str] = Counter()
    prompts = flagged = 0
    for request in store.requests(folder, set().union(*out.values())) if out else ():
        found = flags(msgspec.structs.replace(request, response=None))
        prompts, flagged = prompts + 1, flagged + bool(found)
        seen.update(found)
    kinds = {kind: seen[kind] for kind in KINDS if seen[kind]}
    return Leaving(prompts=prompts, flagged=flagged, kinds=kinds, hosts=tuple(sorted(out)))


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
        "nomoat work plan --again --redact, or nomoat work run --unmasked",
    )
