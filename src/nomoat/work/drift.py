"""What does a shadow run say of a use case: other versions, or a loss above its margin?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.errors import InputError
from nomoat.stats.betting import weighed
from nomoat.stats.detector import alarm
from nomoat.work import journal, judge, score
from nomoat.work.answer import Answer, Mark
from nomoat.work.frame import INCUMBENT
from nomoat.work.plan import Plan
from nomoat.work.shadow import sample_of
from nomoat.work.verdict import Case, points

PATIENCE = 2_000.0  # conversations of a shadow sample that pass on average before a false alarm


class Seen(NamedTuple):
    """What was seen of one use case: new versions by arm, and the alarm; `blind` says why drift cannot be told."""

    versions: tuple[str, ...]
    drift: str | None
    conversations: int
    blind: str | None


def seen(place: Path, plan: Plan, case: Case) -> Seen:
    """Look at one use case in a scored shadow run.

    Drift is an e-detector (`stats/detector.py`) on conversations in the order in which they were drawn, or where
    `nomoat work shadow` did not draw them in that of their first answers, against "the loss is at most the margin":
    while that is true an alarm comes after PATIENCE conversations on average, no sooner. Conversations count up to the
    first that is not answered by both arms. Requests on which both calls failed count for nothing, as in the proof: a
    night without a network is no "no difference". Raises InputError where the run is not scored.
    """
    use = plan.use_case(case.use_case)
    sample = sample_of(place)
    marks = {(m.arm, m.request_id): m for m in score.marks_of(place) if m.use_case == case.use_case}
    if sample is None:
        mine = {request for _, request in marks}
    else:
        drawn = sample.frame.use_cases[case.use_case].proof if case.use_case in sample.frame.use_cases else ()
        mine = {request for one in drawn for request in one.requests}
    answers = [a for a in journal.answers(place) if a.request_id in mine and a.arm in (INCUMBENT, case.arm)]
    versions = tuple(_versions(answers, case))
    if judge.told(use.scorer) or use.scorer["kind"] == "human":
        return Seen(versions, None, 0, f"its scorer, {use.scorer['kind']}, takes labels of people, and no run has them")
    if sample is None:
        talks = _by_answers(answers, marks, case.arm)
    else:
        bare = _unscorable(place)
        talks = [[r for r in one.requests if r not in bare] for one in drawn]
    failed = {(a.arm, a.request_id) for a in answers if a.error is not None or a.response is None}
    reached = [[r for r in one if not {(INCUMBENT, r), (case.arm, r)} <= failed] for one in talks]
    means, sizes = _gaps(reached, marks, case.arm, use.largest)
    if not len(means):
        return Seen(versions, None, 0, _unscored(place, talks if sample is None else drawn))
    loss = -weighed(means, sizes, float(use.largest), case.margin)
    at, _ = alarm(loss, worst=1.0 + case.margin, patience=PATIENCE)
    drift = None
    if at is not None:
        drift = f"the loss has been above {points(case.margin)} points: alarm at conversation {at} of {len(means)}"
    return Seen(versions, drift, len(means), None)


def _unscored(place: Path, sampled: Sequence[object]) -> str:
    """Why there is nothing to look at."""
    if not sampled:
        return "no conversation was sampled yet"
    why = next(iter(_unscorable(place).values()), None)
    return f"none of {len(sampled)} sampled conversations is answered by both arms and scored" + (
        f" ({why})" if why else ""
    )


def _versions(answers: Iterable[Answer], case: Case) -> Iterable[str]:
    served: dict[str, set[str]] = {}
    for answer in answers:
        if answer.served:
            served.setdefault(answer.arm, set()).add(answer.served)
    for arm, names in served.items():
        known = case.served.get(arm)
        if known and (new := names - set(known)):
            yield f"{arm} is now {', '.join(sorted(new))}, and was {', '.join(sorted(known))} in the proof"


def _unscorable(place: Path) -> Mapping[str, str]:
    try:
        return msgspec.json.decode((place / score.SCORED).read_bytes(), type=score.Scored).unscorable
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(
            f"{place / score.SCORED} cannot be read ({error})", "a scored run", "nomoat work shadow"
        ) from None


def _by_answers(answers: Iterable[Answer], marks: Mapping[tuple[str, str], Mark], candidate: str) -> list[list[str]]:
    """Requests that both arms answered by conversation, conversations in the order of their first answers."""
    first: dict[str, str] = {}
    talks: dict[str, list[str]] = {}
    for answer in answers:
        if answer.at is not None and (answer.arm, answer.request_id) in marks:
            key = answer.conversation_id
            first[key] = min(first.get(key, "9"), answer.at.isoformat())
            if answer.arm == INCUMBENT and (candidate, answer.request_id) in marks:
                talks.setdefault(key, []).append(answer.request_id)
    return [talks[key] for key in sorted(talks, key=lambda key: (first[key], key))]


def _gaps(
    talks: Iterable[list[str]], marks: Mapping[tuple[str, str], Mark], candidate: str, largest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    means, sizes = [], []
    for requests in talks:
        kept = requests[:largest]
        pairs = [(marks.get((candidate, r)), marks.get((INCUMBENT, r))) for r in kept]
        if any(a is None or b is None for a, b in pairs):
            break
        if pairs:
            means.append(sum(a.score - b.score for a, b in pairs if a and b) / len(pairs))
            sizes.append(float(len(pairs)))
    return np.array(means), np.array(sizes)
