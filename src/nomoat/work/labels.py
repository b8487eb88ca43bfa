"""Which answers should people label, so that their labels are a random part of the proof and blind?"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from nomoat.errors import InputError
from nomoat.work import frame as frames
from nomoat.work import journal, judge, store
from nomoat.work import plan as plans
from nomoat.work.answer import Answer
from nomoat.work.frame import INCUMBENT, chosen
from nomoat.work.marking import code
from nomoat.work.plan import require_fixed
from nomoat.work.score import content

COLUMNS = ("use_case", "code", "request_id", "prompt", "answer", "score")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_label(folder: Path, conversations: int, run: str | None = None) -> tuple[str, int]:
    """A CSV of answers for people to score from 0 to 1, and how many it holds; both arms under codes, in code order.

    The first `conversations` of the order drawn of every use case with a judge or human labels: a random part of the
    frame, so that what people say of it holds for all. Failed answers need no label. Raises InputError where no use
    case asks for labels.
    """
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    frame = frames.read(folder / frames.FILE, plan)
    choice = {name: one.candidate for name, one in frames.read_choice(folder / frames.CHOICE).items()}
    wanted: dict[tuple[str, str], str] = {}
    for case in plan.provable:
        if judge.told(case.scorer) or case.scorer["kind"] == "human":
            arms = (INCUMBENT, chosen(case.name, tuple(one.name for one in case.arms), choice))
            for drawn in frame.use_cases[case.name].proof[:conversations]:
                wanted |= {(arm, request): case.name for request in drawn.requests for arm in arms}
    if not wanted:
        raise InputError(
            "No use case of the plan is judged or labelled", 'scorer = { kind = "human", file = "labels.csv" }'
        )
    prompts = {one.request_id: judge.prompt(one) for one in store.requests(folder, {r for _, r in wanted})}
    rows = []
    for answer in journal.answers(folder / "runs" / (run or f"proof-{plan.generation}")):
        use_case = wanted.get((answer.arm, answer.request_id))
        if use_case is not None and answer.error is None and answer.response is not None:
            rows.append(_row(answer, use_case, prompts[answer.request_id]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([COLUMNS, *sorted(rows)])
    return text.getvalue(), len(rows)


def _row(answer: Answer, use_case: str, prompt: str) -> tuple[str, ...]:
    cells = (_cell(prompt), _cell(content(answer.response)))
    return (_cell(use_case), code(answer), answer.request_id, *cells, "")


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula: what models write is nobody's command."""
    return "'" + text if text.startswith(_FORMULA) else text
