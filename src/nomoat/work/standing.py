"""On which plan, which verdict and which run does the policy of a work folder stand?"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from nomoat.errors import InputError
from nomoat.work import plan as plans
from nomoat.work import route, verdict
from nomoat.work.drafting import PAST
from nomoat.work.plan import Plan
from nomoat.work.route import Policy
from nomoat.work.verdict import Verdict


class Standing(NamedTuple):
    """A policy with the plan and the verdict that it was made from, and the folder of these two's run and frame."""

    policy: Policy
    plan: Plan
    verdict: Verdict
    run: Path
    home: Path  # the folder of plan.toml and frame.json: the work folder, or past/G


def standing(folder: Path) -> Standing:
    """Read the policy of a work folder with what it was made from, also after a later generation has begun.

    Raises InputError where there is no policy, or its verdict or its plan is gone.
    """
    try:
        policy = route.read((folder / route.FILE).read_bytes())
    except OSError:
        raise InputError(f"There is no policy in {folder}", route.FILE, "nomoat work route") from None
    for path in sorted((folder / "runs").glob(f"*/{verdict.FILE}")):
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Verdict)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue  # of another run, or damaged: then it is not the one that is looked for
        if policy.made_from == route.made_from(found):
            home, plan = _plan(folder, found)
            return Standing(policy, plan, found, path.parent, home)
    raise InputError(f"The verdict that the policy was made from ({policy.made_from}) is gone", "nomoat work prove")


def _plan(folder: Path, found: Verdict) -> tuple[Path, Plan]:
    for home in (folder, *sorted((folder / PAST).glob("*"))):
        if (home / plans.FILE).exists():
            plan = plans.read(home / plans.FILE)
            if plan.sha256 == found.plan_sha256:
                return home, plan
    raise InputError(
        f"The plan {found.plan_sha256[:12]} of the policy's verdict is gone",
        f"{plans.FILE} in {folder} or under {PAST}/",
        "put it back, or nomoat work prove and route of the plan that is there",
    )
