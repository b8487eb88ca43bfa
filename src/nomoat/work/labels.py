"""Which answers should people label, so that their labels are a random part of the proof and blind?

As a CSV for a spreadsheet, and as a page for a browser that keeps what was said and hands out the CSV.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from nomoat.errors import InputError
from nomoat.types import Noun
from nomoat.work import frame as frames
from nomoat.work import journal, judge, store
from nomoat.work import plan as plans
from nomoat.work.frame import INCUMBENT, chosen, place
from nomoat.work.labelled import code
from nomoat.work.plan import require_fixed

COLUMNS = ("use_case", "code", "request_id", "prompt", "answer", "score", "by")
LONGEST = 30_000  # characters: a spreadsheet's cell holds 32,767, and what is more runs into the next row
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = Path(__file__).with_name("label.html")


class Sheet(Noun, frozen=True, kw_only=True):
    """Answers for people to score from 0 to 1, both arms under codes."""

    run: str
    rows: tuple[tuple[str, str, str, str, str], ...]  # use case, code, request, prompt, answer

    def csv(self) -> str:
        """The sheet for a spreadsheet."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for use_case, name, request, prompt, answer in self.rows:
            cells = (_cell(use_case), name, _cell(request), _cell(_short(prompt)), _cell(_short(answer)), "", "")
            writer.writerow(cells)
        return text.getvalue()

    def page(self) -> str:
        """The sheet as a page that needs no network; what is said stays in the browser until it is saved."""
        rows = [{"use_case": u, "code": c, "prompt": p, "answer": a} for u, c, _, p, a in self.rows]
        # No text can end the script that it stands in.
        data = json.dumps({"run": self.run, "rows": rows}, ensure_ascii=False)
        held = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return _PAGE.read_text(encoding="utf-8").replace("{{data}}", held)


def to_label(folder: Path, conversations: int, run: str | None = None, part: str = "proof") -> Sheet:
    """The answers of the first `conversations` of the order drawn, of every use case with a judge or human labels.

    Of the `tuning` part all arms are shown, as labels choose one of them; of a judged use case its judge does that.

    That is a random part of the frame, so that what people say of it holds for all. Whole conversations follow each
    other in that order, so that the first part of a sheet is such a part too; of one request the arms come in the order
    of their codes, and where both said the same it is shown once. Failed answers need no label. Raises InputError where
    no use case asks for labels.
    """
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    frame = frames.read(folder / frames.FILE, plan)
    choice = {name: one.candidate for name, one in frames.read_choice(folder / frames.CHOICE).items()}
    wanted: dict[tuple[str, str], tuple[bytes, str, int]] = {}
    for case in plan.provable:
        if judge.told(case.scorer) or case.scorer["kind"] == "human":
            names = tuple(one.name for one in case.arms)
            split = frame.use_cases[case.name]
            if part == "tuning":
                arms, talks = (INCUMBENT, *names), () if judge.told(case.scorer) else split.tuning
            else:
                arms, talks = (INCUMBENT, chosen(case.name, names, choice)), split.proof
            for drawn in talks[:conversations]:
                at = place(drawn.conversation_id, frame.seed)
                wanted |= {(arm, r): (at, case.name, turn) for turn, r in enumerate(drawn.requests) for arm in arms}
    if not wanted:
        raise InputError(
            "No use case of the plan is judged or labelled", 'scorer = { kind = "human", file = "labels.csv" }'
        )
    prompts = {one.request_id: judge.prompt(one) for one in store.requests(folder, {r for _, r in wanted})}
    name = run or f"{part}-{plan.generation}"
    rows = set()
    for answer in journal.answers(folder / "runs" / name):
        found = wanted.get((answer.arm, answer.request_id))
        if found is not None and answer.error is None and answer.response is not None:
            told = (found[1], code(answer), answer.request_id, prompts[answer.request_id], judge.spoken(answer))
            rows.add(((*found, told[1]), told))
    return Sheet(run=name, rows=tuple(told for _, told in sorted(rows)))


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} [{len(text) - LONGEST:,} more characters; the page shows them]"


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula: what models write is nobody's command."""
    return "'" + text if text.startswith(_FORMULA) else text
