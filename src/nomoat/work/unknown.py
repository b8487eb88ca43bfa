"""What does a verdict not know, and what was left out of it? For those who sign it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from scipy.special import ndtri

from nomoat.types import LeftOut
from nomoat.work import allowed
from nomoat.work.answer import Answer
from nomoat.work.plan import Plan
from nomoat.work.verdict import Case, Interval, percent


def unknown(plan: Plan, cases: tuple[Case, ...], first: date | None, alone: float) -> tuple[str, ...]:
    """What the verdict does not say; `first` is the day of the first answer, `alone` an e-value enough alone."""
    said = [
        "Traffic to come: the verdict speaks of the conversations of this log, drawn at random; watch for drift.",
        _dated(plan, first),
    ]
    if plan.redact:
        said.append(
            "Unmasked prompts: personal data were masked in every prompt before it left, so the verdict is about "
            "prompts that are masked in the same way, and no arm could repeat what it did not see."
        )
    if waiting := sum(case.waiting for case in cases):
        said.append(
            f"How it ends: {waiting:,} conversations are not answered by both arms and scored. Until they are, a use "
            "case is listed only by an e-value that is enough alone, as answers that come fast are no random part."
        )
    if any(case.requests > case.conversations for case in cases):
        said.append(
            "Whole dialogues: each turn was answered after the logged history, so what a candidate's own earlier "
            "answers would have led to was not tried."
        )
    asked = sum(case.floor is not None for case in cases)
    for case in cases:
        if case.status == "safe" and case.failed_incumbent and case.e_safe_bound < case.e_safe:
            hinges = "; the listing hinges on that" if case.e_safe_bound < alone else ""
            failed = f"{case.failed_incumbent:,} calls of the incumbent failed"
            said.append(f"{case.use_case}: {failed} and count against it{hinges}.")
        if case.unreached:
            said.append(
                f"{case.use_case}: {case.unreached:,} requests that neither arm answered. They count for nothing; were "
                "they of a kind, the verdict is not about that kind."
            )
        if case.status == "safe" and case.margin > (case.score_incumbent or 0.0) / 2:
            said.append(
                f"{case.use_case}: whether its scorer tells arms apart. The incumbent itself scores "
                f"{100 * (case.score_incumbent or 0.0):.1f} of 100 points, and the margin is more than half of that."
            )
        for arm, versions in case.served.items():
            if len(versions) > 1:
                said.append(f"{case.use_case}: {arm} was answered by {len(versions)} versions: {', '.join(versions)}.")
        if case.floor is None and case.conversations:
            people = case.scorer == "human" or case.judge is not None
            twice = "incumbent's second answers are not labelled" if people else "incumbent was not asked twice"
            said.append(f"{case.use_case}: the {twice}, so its own noise is not known.")
        elif case.floor is not None and case.floor.difference is not None and _apart(case.floor.difference, asked):
            said.append(
                f"{case.use_case}: the incumbent differs from itself in the mean, by more than chance does in 19 of 20 "
                "verdicts: something changes with the order or the time of asking."
            )
        if case.conversations and case.tested < 1:
            neither = " or were answered by neither arm" if case.unreached else ""
            said.append(
                f"{case.use_case}: {percent(1 - case.tested)} of its requests come late in long "
                f"conversations{neither}, and were not tested; the shares leave them out."
            )
        if case.status == "safe" and case.openness is None:
            said.append(f"{case.use_case}: whether {case.candidate} is open is not known: nobody says.")
    if logged := [case.use_case for case in cases if case.reference == "logged" and case.conversations]:
        said.append(
            f"{', '.join(logged)}: what is right. The logged answer of the model then in use was taken for it, which "
            "favours the incumbent: a candidate that differs may be right, and one that repeats its mistakes scores."
        )
    return tuple(said)


def _apart(found: Interval, many: int) -> bool:
    """Whether an interval that is widened for being one of `many` leaves 0 out: Bonferroni, on the normal's scale."""
    wider = float(ndtri(1 - (1 - found.level) / (2 * many)) / ndtri(0.5 + found.level / 2))
    return not found.value - wider * (found.value - found.low) <= 0 <= found.value + wider * (found.high - found.value)


def copied(answers: Iterable[Answer]) -> tuple[str, ...]:
    """How many answers stand for several requests; those of the noise floor never do."""
    counts = Counter(answer.cached for answer in answers)
    if not counts[True]:
        return ()
    return (
        f"Whether the same prompt is answered alike again: {counts[True]:,} of {counts.total():,} answers are copies "
        "of the one to the very same input, which no server promises to repeat.",
    )


def _dated(plan: Plan, first: date | None) -> str:
    """What is known of the day on which the plan was fixed, beside the days that the journal gives its answers."""
    if first is None:
        beside = "the answers carry no dates"
    else:
        days = (first - (plan.fixed_on or date.min)).days
        later = "on that same day" if days == 0 else f"{days:,} {'day' if days == 1 else 'days'} later"
        beside = f"by the clock of the run its first answer came {later}"
    return (
        f"The day on which the margins were fixed: {plan.fixed_on} was typed, and {beside}. The run is of this plan, "
        "by its hash; that no other was tried before is shown only by a hash which somebody else was given in time."
    )


def _outside(plan: Plan) -> int:
    """How many requests of the log no use case of the plan holds, from the shares that it holds."""
    known = [(u.requests, u.share_requests) for u in plan.use_cases if u.share_requests]
    if not known or len(known) < len(plan.use_cases):
        return 0
    largest, share = max(known)
    return max(0, round(largest / (share or 1.0)) - sum(n for n, _ in known))


def left_out(plan: Plan, cases: tuple[Case, ...]) -> tuple[LeftOut, ...]:
    """Conversations that wait, requests without a score or a use case, and candidates that were barred, counted."""
    waiting, bare = sum(case.waiting for case in cases), sum(case.unscorable for case in cases)
    rows = [
        LeftOut(what="conversations of the frame", count=waiting, why="not answered by both arms and scored yet"),
        LeftOut(
            what="requests",
            count=bare,
            why="nothing to score an answer with, or the scorer failed on the incumbent's",
        ),
        LeftOut(what="requests", count=sum(case.unreached for case in cases), why="answered by neither arm"),
        LeftOut(what="requests of the log", count=_outside(plan), why="in no use case of the plan: undecided"),
        *allowed.left_out(plan.use_cases),
    ]
    return tuple(row for row in rows if row.count)
