"""What does a run in a work folder prove, under the plan that it was made with?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nomoat.errors import InputError
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work import verdict
from nomoat.work.openly import openness_of
from nomoat.work.past import manifest
from nomoat.work.prove import HOLDS, prove
from nomoat.work.verdict import Verdict


def proven(folder: Path, run: str | None = None, *, as_of: date | None = None, holds: int = HOLDS) -> Verdict:
    """The verdict of a run of the work folder's plan, also written to its verdict.json.

    Raises what `prove` raises, and InputError where the run was made under another plan.
    """
    plan = plans.read(folder / plans.FILE)
    frame = frames.read(folder / frames.FILE, plan)
    place = folder / "runs" / (run or f"proof-{plan.generation}")
    made = manifest(place)
    if made is not None and made.plan and made.plan != plan.sha256:
        raise InputError(
            f"Run {place.name!r} was made under plan {made.plan[:12]}, and this one is {str(plan.sha256)[:12]}",
            "a run of this plan",
            "nomoat work run",
        )
    choice = {name: one.candidate for name, one in frames.read_choice(folder / frames.CHOICE).items()}
    found = prove(plan, frame, place, choice=choice, openness=openness_of(plan, as_of), holds=holds)
    whole = place / (verdict.FILE + ".new")
    whole.write_text(found.json() + "\n", encoding="utf-8")
    whole.replace(place / verdict.FILE)
    return found
