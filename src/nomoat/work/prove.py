"""Which use cases may be listed as safe, looked at whenever one likes?

A bet for each use case on whole conversations in the order drawn (stats/betting.py); its e-value is read at the first
conversation at which it would be listed whatever the others say, else now; e-BH lists over all use cases, critical
ones after Holm's steps among themselves. Nothing that is chosen here depends on what was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.errors import InputError
from nomoat.stats import betting, multiplicity, paired
from nomoat.work import journal, judge, score, verdict
from nomoat.work.answer import Answer, Mark
from nomoat.work.cost import cost
from nomoat.work.frame import INCUMBENT, Frame, Split, chosen
from nomoat.work.interval import bounded, interval, noise, whenever, with_judge
from nomoat.work.pairs import Table, pairs, table
from nomoat.work.plan import AGAIN, Arm, Plan, UseCase, require_fixed
from nomoat.work.shares import saved, shares
from nomoat.work.unknown import copied, left_out, unknown
from nomoat.work.verdict import Case, Verdict

Floats = NDArray[np.float64]
HOLDS = 90  # days after the last answer: closed models are changed behind their names a few times a year
MOST_LOG = 690.0  # an e-value is a finite number in every JSON


def level_of(plan: Plan) -> float:
    """The level of this generation of models; all generations together keep the plan's."""
    return multiplicity.budget(plan.generation, plan.level)


def needs(plan: Plan) -> float:
    """The e-value that lists a use case whatever the others say: use cases / level.

    Use cases that cannot be proven are not asked about and do not count.
    """
    return max(1, len(plan.provable)) / level_of(plan)


def stopped(capital: betting.Capital, enough: float) -> tuple[float, int | None]:
    """The e-value at its stopping time, and the conversation of that: the first with `enough`, else none and now.

    >>> stopped(betting.Capital(np.array([0.0, 4.0, 1.0])), 40.0)[1]
    2
    """
    at = capital.first(1.0 / enough)
    log = capital.log[at - 1] if at is not None else capital.log[-1] if len(capital.log) else 0.0
    return float(np.exp(min(log, MOST_LOG))), at


def listed(e_values: Floats, critical: NDArray[np.bool_], level: float) -> NDArray[np.bool_]:
    """Which use cases are listed: e-BH over all, of the critical ones only those that pass Holm's steps as well.

    A critical case that does not pass Holm counts as an e-value of 0, which is one; so e-BH keeps its level.

    >>> listed(np.array([500.0, 50.0]), np.array([False, True]), 0.05).tolist()
    [True, True]
    >>> listed(np.array([500.0, 15.0]), np.array([True, True]), 0.1).tolist()
    [True, True]
    >>> listed(np.array([500.0, 15.0]), np.array([True, True]), 0.05).tolist()
    [True, False]
    """
    e = np.array(e_values, dtype=float)
    if critical.any():
        passed = multiplicity.holm(e[critical], level)
        e[critical] = np.where(passed, e[critical], 0.0)
    return multiplicity.e_bh(e, level) if len(e) else np.zeros(0, dtype=bool)


def prove(
    plan: Plan,
    frame: Frame,
    folder: Path,
    *,
    choice: Mapping[str, str] | None = None,
    openness: Mapping[str, str | None] | None = None,
    holds: int = HOLDS,
) -> Verdict:
    """The verdict of a run folder (its journal and its marks) under a fixed plan.

    Raises InputError where the plan is a draft or was changed after it was fixed, where the frame is another one,
    where an answer is older than the margins, or where the run was made under another plan.
    """
    require_fixed(plan)
    if plan.frame != frame.sha256:
        raise InputError("The frame is not the one that the plan was fixed with", f"sha256 {str(plan.frame)[:12]}")
    marks = list(score.marks_of(folder))
    scored = score.scored_of(folder)
    answers = [_light(answer) for answer in journal.answers(folder)]
    _require_after(plan, answers)
    return judged(
        plan, frame, marks, answers, scored.unscorable, run=folder.name, choice=choice, openness=openness,
        holds=holds,
    )  # fmt: skip


def judged(
    plan: Plan,
    frame: Frame,
    marks: Iterable[Mark],
    answers: Iterable[Answer],
    unscorable: Mapping[str, str],
    *,
    run: str,
    choice: Mapping[str, str] | None = None,
    openness: Mapping[str, str | None] | None = None,
    holds: int = HOLDS,
) -> Verdict:
    """The same from marks and answers in memory."""
    answers, marks = list(answers), list(marks)
    judged_by = {case.name: str(case.scorer["kind"]) for case in plan.use_cases if judge.told(case.scorer)}
    # A judge's marks prove nothing: where one judges, the bets are on what people said.
    told = table((m for m in marks if m.use_case not in judged_by or m.scorer == "human"), answers)
    by_judge = table((m for m in marks if m.scorer == judged_by.get(m.use_case)), answers)
    served: dict[tuple[str, str], Counter[str]] = {}
    ended: dict[str, dict[str, Counter[str]]] = {}
    of = {r: name for name, split in frame.use_cases.items() for one in split.proof for r in one.requests}
    for answer in answers:
        if answer.error is None and (name := of.get(answer.request_id)):
            for how in answer.endings:
                ended.setdefault(name, {}).setdefault(how, Counter())[answer.arm] += 1
            said = answer.served or f"{answer.model} (as asked; not named)"
            served.setdefault((name, answer.arm), Counter())[said] += 1
    found = [
        _case(plan, case, frame.use_cases.get(case.name, Split()), told, unscorable, served, choice, openness)
        for case in plan.use_cases
    ]
    found = [
        with_judge(case, plan, frame, told, by_judge, unscorable) if case.use_case in judged_by else case
        for case in found
    ]
    found = [
        msgspec.structs.replace(case, cut=_of_both(case, ended, "cut off"), refused=_of_both(case, ended, "refused"))
        for case in found
    ]
    cases = _decided(plan, tuple(found))
    days = sorted(answer.at.date() for answer in answers if answer.at is not None)
    parts = shares(cases)
    here = level_of(plan)
    return Verdict(
        sentence=verdict.sentence(cases, parts, here),
        run=run, level=plan.level, level_here=here, generation=plan.generation,
        fixed_on=plan.fixed_on or date.min, plan_sha256=plan.sha256 or "", frame_sha256=frame.sha256,
        first_answer=days[0] if days else None, last_answer=days[-1] if days else None,
        holds_until=days[-1] + timedelta(days=holds) if days else None,
        share_requests=parts.requests, share_spend=parts.spend, most_lost=parts.most_lost,
        saved_spend=saved(cases, "paid"), saved_low=saved(cases, "paid_high"), saved_high=saved(cases, "paid_low"),
        share_worse=parts.worse, share_undecided=parts.undecided,
        cases=cases, unknown=(*unknown(plan, cases, days[0] if days else None, 1 / level_of(plan)), *copied(answers)),
        left_out=left_out(plan, cases),
        method=(
            "mixture betting e-process on whole conversations in random order, request-weighted; e-values at the "
            f"stopping time; e-BH at {verdict.percent_up(here)} over {len(plan.provable)} use cases"
            + ("; Holm for critical ones" if any(case.critical for case in plan.provable) else "")
        ),
    )  # fmt: skip


def _case(
    plan: Plan,
    case: UseCase,
    split: Split,
    told: Table,
    unscorable: Mapping[str, str],
    served: Mapping[tuple[str, str], Counter[str]],
    choice: Mapping[str, str] | None,
    openness: Mapping[str, str | None] | None,
) -> Case:
    """The evidence on one use case; its status waits for the others'."""
    provable = case.why_not is None
    names = tuple(one.name for one in case.arms)
    arm = case.arm(chosen(case.name, names, choice) if provable else names[0])
    found = pairs(split.proof if provable else (), told, arm.name, unscorable)
    kept = sum(len(one.requests) for one in split.proof)
    reached = found.requests / (found.requests + found.unreached) if found.unreached else 1.0
    base = Case(
        use_case=case.name, status="undecided" if provable else "not provable", why=case.why_not or "",
        incumbent=case.incumbent, candidate=arm.endpoint, adapted=arm.prompt,
        openness=(openness or {}).get(arm.endpoint), margin=case.margin,
        critical=case.critical, scorer=str(case.scorer["kind"]), reference=score.reference_of(case.scorer),
        of_log=case.requests, share_requests=case.share_requests,
        share_spend=case.share_spend,
        tested=kept / (kept + sum(one.more for one in split.proof)) * reached if kept else 0.0,
        waiting=found.waiting, unscorable=found.unscorable, unreached=found.unreached, needs=needs(plan),
        cost=cost(found),
        served={one: dict(served.get((case.name, one), {})) for one in (INCUMBENT, AGAIN, arm.name)},
    )  # fmt: skip
    if not found.n:
        why = case.why_not or "no conversation was answered by both arms and scored"
        return msgspec.structs.replace(base, why=why)
    largest = float(case.largest)
    three = betting.trial(found.means, found.sizes, margin=case.margin, largest=largest)
    safe, at = stopped(three.safe, needs(plan))
    at_bound = betting.trial(found.bound / found.sizes, found.sizes, margin=case.margin, largest=largest)
    return msgspec.structs.replace(
        base,
        conversations=found.n, requests=found.requests,
        score_incumbent=float(found.first.sum() / found.requests),
        score_candidate=float(found.second.sum() / found.requests),
        won=found.won, lost=found.lost, discordance=found.discordance,
        failed_incumbent=found.failed[0], failed_candidate=found.failed[1],
        difference=interval(found),
        whenever=whenever(found, largest),
        bound=bounded(paired.clustered(found.bound, found.sizes)) if found.failed[0] and found.n > 1 else None,
        e_safe=safe, decided_at=at,
        e_worse=stopped(three.worse, needs(plan))[0], e_better=stopped(three.better, needs(plan))[0],
        e_safe_bound=stopped(at_bound.safe, needs(plan))[0],
        floor=noise(case, split, told, unscorable, needs(plan)),
        beside=_beside(case.beside(arm), split, told, unscorable),
    )  # fmt: skip


def _beside(arm: Arm | None, split: Split, told: Table, unscorable: Mapping[str, str]) -> verdict.Beside | None:
    """The candidate with the other prompts: an estimate beside the proof."""
    found = pairs(split.proof, told, arm.name, unscorable) if arm is not None else None
    if arm is None or found is None or not found.n:
        return None
    return verdict.Beside(
        adapted=arm.prompt, conversations=found.n, requests=found.requests,
        score=float(found.second.sum() / found.requests), difference=interval(found),
        failed=found.failed[1],
    )  # fmt: skip


def _decided(plan: Plan, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Set each status, over all use cases that were asked about."""
    here, asked = level_of(plan), [k for k, case in enumerate(cases) if case.status != "not provable"]
    critical = np.array([cases[k].critical for k in asked], dtype=bool)
    tried = np.array([not vacuous(cases[k]) for k in asked], dtype=bool)
    safe = listed(tried * np.array([counted(cases[k], cases[k].e_safe) for k in asked]), critical, here)
    soon = listed(tried * np.array([cases[k].e_safe for k in asked]), critical, here)
    worse = listed(
        np.array([counted(cases[k], cases[k].e_worse) for k in asked]), np.zeros(len(asked), dtype=bool), here
    )
    better = listed(np.array([counted(cases[k], cases[k].e_better) for k in asked]), critical, here)
    out = list(cases)
    for k, is_safe, is_soon, is_worse, is_better in zip(asked, safe, soon, worse, better, strict=True):
        case = cases[k]
        if is_safe and is_worse:  # both bets won: one of them by luck, and nothing is claimed
            why = "both bets won, which happens by chance alone"
            out[k] = msgspec.structs.replace(case, why=why)
        elif is_safe:
            why = f"e-value {_e(case.e_safe)} that the loss is below {verdict.points(case.margin)} points"
            out[k] = msgspec.structs.replace(case, status="safe", why=why, better=bool(is_better))
        elif is_worse:
            why = f"e-value {_e(case.e_worse)} that the loss is above {verdict.points(case.margin)} points"
            out[k] = msgspec.structs.replace(case, status="worse", why=why)
        else:
            beside = "; beside the others it would be enough, once all are answered" if is_soon else ""
            out[k] = msgspec.structs.replace(case, why=case.why or _why_not(case) + beside)
    return tuple(out)


def counted(case: Case, e_value: float) -> float:
    """What an e-value counts for in e-BH while conversations of the frame wait: itself if enough alone, else nothing.

    A look in the middle of a run ends at the first conversation that is not answered. Where slow answers are bad ones,
    that end is no stopping time: capital is read just before a loss. "Capital enough at some conversation" holds for
    all ends at once, so that alone counts until the frame is in and its end was set before any answer.
    """
    return e_value if not case.waiting or e_value >= case.needs * (1 - 1e-9) else 0.0


def vacuous(case: Case) -> bool:
    """Whether there is nothing to lose: the incumbent itself scores no more than the margin.

    Then no candidate, were it noise, could lose more, and the claim is true of all of them: a scorer that nobody passes
    or a wrong file of right answers would list everything. An e-value that is counted as 0 is still one.
    """
    return case.score_incumbent is not None and case.score_incumbent <= case.margin


def _why_not(case: Case) -> str:
    if vacuous(case):
        return (
            f"the incumbent itself scores {100 * (case.score_incumbent or 0.0):.1f} of 100 points, no more than the "
            f"margin of {verdict.points(case.margin)}: any answers whatever would lose less (is the scorer right?)"
        )
    lead = f"e-value {_e(case.e_safe)}, {_e(case.needs)} lists it whatever the others say"
    if case.waiting:
        return f"{lead}; {case.waiting:,} conversations of the frame are not answered and scored yet"
    if case.floor is not None and case.floor.needed is not None and case.floor.needed > case.conversations:
        return (
            f"{lead}; the incumbent differs from itself on {verdict.percent(case.floor.discordance)} of requests, so "
            f"that a proof takes about {case.floor.needed:,} conversations, and there are {case.conversations:,}"
        )
    return f"{lead}; all conversations of the frame are used up"


def _of_both(case: Case, ended: Mapping[str, Mapping[str, Counter[str]]], how: str) -> dict[str, int]:
    """How many answers of either arm ended so."""
    counts = ended.get(case.use_case, {}).get(how, Counter[str]())
    return {arm: counts[arm] for arm in (INCUMBENT, case.arm) if counts[arm]}


def _require_after(plan: Plan, answers: Iterable[Answer]) -> None:
    early = [a for a in answers if a.at is not None and plan.fixed_on is not None and a.at.date() < plan.fixed_on]
    if early:
        raise InputError(
            f"{len(early):,} answers of the run are older than the margins, fixed on {plan.fixed_on}",
            "margins fixed before data",
            "nomoat work run with a new --run and without cached answers",
        )


def _light(answer: Answer) -> Answer:
    """The answer without its text: a proof of 100,000 answers fits in memory."""
    kept = {"refusal": "kept"} if "refused" in answer.endings else {}
    return msgspec.structs.replace(answer, response=kept if answer.response is not None else None)


def _e(value: float) -> str:
    return f"{value:,.0f}" if 10 <= value < 1e6 else f"{value:.2g}"
