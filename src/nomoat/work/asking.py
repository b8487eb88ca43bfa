"""What are the judges of a plan asked about the answers of a run?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from nomoat.work import frame as frames
from nomoat.work import journal, judge, store
from nomoat.work import plan as plans
from nomoat.work.budget import Budget
from nomoat.work.frame import Frame, Split
from nomoat.work.plan import Plan, require_fixed
from nomoat.work.run import Call, Settings
from nomoat.work.run import run as ask
from nomoat.work.sensitive import masked


def questions(plan: Plan, frame: Frame, folder: Path, run: str) -> Iterable[Call]:
    """Every call to a judge that scoring a run takes, in the order drawn; its answers go to runs/RUN-judge.

    Whatever was asked when a judge stops is then a random part of the frame, as people's labels are.
    """
    answers = list(journal.answers(folder / "runs" / run))
    for case in plan.provable:
        if not judge.told(case.scorer):
            continue
        judge.require_fair(plan, case)
        split = frame.use_cases.get(case.name, Split())
        ids = {r: None for drawn in (*split.tuning, *split.proof) for r in drawn.requests}
        held = {one.request_id: one for one in store.requests(folder, set(ids))}
        asked = {id: held[id] for id in ids if id in held}
        those = {(one.arm, one.request_id): one for one in answers if one.request_id in ids}
        arms = sorted({arm for arm, _ in those})
        for id, question in judge.questions(case, asked, those, arms, masked if plan.redact else str):
            named = msgspec.structs.replace(question, request_id=id)
            yield Call(arm="judge", endpoint=str(case.scorer["judge"]), request=named)


def ask_judges(folder: Path, part: str = "proof", run: str | None = None, *, say: Callable[[str], None]) -> None:
    """Ask the plan's judges about a run's answers; what was answered before is not asked again, what failed is.

    The plan's budgets hold for the judges' run by itself as they do for the run that is judged.
    """
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    frame = frames.read(folder / frames.FILE, plan)
    name = run or f"{part}-{plan.generation}"
    judges = {str(u.scorer["judge"]) for u in plan.provable if judge.told(u.scorer)}
    for case in plan.provable:
        if judge.told(case.scorer):
            judge.require_other_maker(plan, case)
    if judges:
        chosen = {key: plan.endpoints[key] for key in judges if key in plan.endpoints}
        settings = Settings(plan=plan.sha256 or "", failed_again=True)
        ran = ask(
            questions(plan, frame, folder, name), chosen, folder, f"{name}-judge",
            budget=Budget(plan.budget_usd, plan.budget_tokens), settings=settings, say=say,
        )  # fmt: skip
        unpriced = sum(arm.unpriced for arm in ran.arms)
        more = f", without the cost of {unpriced:,}, which is not known" if unpriced else ""
        cost = f"${ran.spent_usd:,.4f} and {ran.spent_tokens:,} tokens{more}"
        say(f"Judges: {ran.answered:,} replies and {ran.failed:,} failures in all, for {cost}")
        if ran.ended != "finished":
            say(f"Not all was asked ({'; '.join((ran.ended, *ran.why))}): the same line again goes on")
