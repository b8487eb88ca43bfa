"""Worlds whose truth is known, written as a run writes them: plan, frame, journal and marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
import numpy as np

from nomoat.work import frame as frames
from nomoat.work.answer import Answer, Mark
from nomoat.work.endpoint import Endpoint
from nomoat.work.plan import Plan, UseCase, fix
from nomoat.work.request import Usage

ON = date(2026, 11, 1)
AT = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass
class World:
    """Conversation -> scores (m, 3) of the incumbent, the candidate and the incumbent again; one use case each."""

    scores: dict[str, dict[str, np.ndarray]]
    margin: float = 0.05
    level: float = 0.05
    seed: int = 0
    critical: tuple[str, ...] = ()

    def plan(self) -> tuple[Plan, frames.Frame]:
        ends = {
            "closed": Endpoint(name="closed", url="https://closed.example/v1", model="big"),
            "open": Endpoint(name="open", url="http://127.0.0.1:1/v1", model="small"),
        }
        total = sum(len(m) for talks in self.scores.values() for m in talks.values())
        cases, splits = [], {}
        for name, talks in self.scores.items():
            largest = max(len(m) for m in talks.values())
            ids = {talk: [f"{talk}.{k}" for k in range(len(m))] for talk, m in talks.items()}
            splits[name] = frames.draw(ids, seed=self.seed, tuning=0, largest=largest)
            share = sum(map(len, talks.values())) / total
            cases.append(
                UseCase(
                    name=name, incumbent="closed", candidates=("open",), margin=self.margin, largest=largest,
                    proof=len(talks), share_requests=share, share_spend=share, critical=name in self.critical,
                    scorer={"kind": "exact", "reference": "hint:gold"},
                )
            )  # fmt: skip
        frame = frames.Frame(seed=self.seed, use_cases=splits)
        plan = Plan(endpoints=ends, use_cases=tuple(cases), frame=frame.sha256, level=self.level, seed=self.seed)
        return fix(plan, ON), frame

    def journal(self, plan: Plan, frame: frames.Frame) -> tuple[list[Answer], list[Mark]]:
        """Answers and marks in the order in which the run asks; a score of -1 is a call that failed."""
        answers, marks = [], []
        column = {"incumbent": 0, "open": 1, "again": 2}
        for cell in frames.cells(plan, frame):
            turn = int(cell.request_id.rsplit(".", 1)[1])
            value = float(self.scores[cell.use_case][cell.conversation_id][turn, column[cell.arm]])
            price = {"incumbent": 0.01, "again": 0.01, "open": 0.002}[cell.arm]
            who = {"arm": cell.arm, "request_id": cell.request_id, "conversation_id": cell.conversation_id, "run": "r"}
            answers.append(
                Answer(
                    **who, key=cell.request_id, model=plan.endpoints[cell.endpoint].model,
                    response=None if value < 0 else {}, error="timeout" if value < 0 else None,
                    cost_usd=None if value < 0 else price, usage=Usage(), at=AT, served="v1",
                )
            )  # fmt: skip
            marks.append(Mark(**who, use_case=cell.use_case, scorer="exact", score=max(value, 0.0)))
        return answers, marks


def write(folder, answers, marks, unscorable=()):
    """The files of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").write_bytes(b"".join(msgspec.json.encode(a) + b"\n" for a in answers))
    (folder / "marks.jsonl").write_bytes(b"".join(msgspec.json.encode(m) + b"\n" for m in marks))
    scored = {"run": "r", "marks": len(marks), "by_arm": {}, "failed": {}, "truncated": {}, "refused": {}, "broken": {}}
    (folder / "scored.json").write_bytes(msgspec.json.encode({**scored, "unscorable": dict.fromkeys(unscorable, "x")}))


def population(kind: str, rng: np.random.Generator, n: int, loss: float, discordance: float = 0.2) -> dict:
    """n conversations of a population in which a request's expected difference, request-weighted, is exactly -loss.

    `single`: one request each. `correlated`: four turns that mostly differ together. `informative`: long
    conversations lose, short ones win. `drift`: early conversations win, late ones lose (arrival order is id order).
    `failing`: the candidate never answers some calls. `graded`: scores between 0 and 1.
    """
    talks = {}
    for k in range(n):
        m, lost = 1, loss
        if kind == "correlated":
            m = 4
        elif kind == "informative":
            # Sizes 1 and 5, half each: requests-weighted (1 * a + 5 * b) / 6 = loss with a = -loss.
            m = 5 if rng.random() < 0.5 else 1
            lost = -loss if m == 1 else (6 * loss + loss) / 5
        elif kind == "drift":
            lost = loss + 0.08 * (2 * (k + 0.5) / n - 1)
        p_lost, p_won = (discordance + lost) / 2, (discordance - lost) / 2
        u = rng.random(m)
        if kind == "correlated":
            u = np.where(rng.random(m) < 0.7, rng.random(), u)
        down, up = u < p_lost, u > 1 - p_won
        base = (rng.random(m) < 0.8).astype(float)
        first = np.where(down, 1.0, np.where(up, 0.0, base))
        second = np.where(down, 0.0, np.where(up, 1.0, base))
        if kind == "failing":
            second = np.where(down & (rng.random(m) < 0.5), -1.0, second)
        if kind == "graded":
            first = np.where(down | up, first, rng.random(m))
            second = np.where(down | up, second, first)
        again = np.where(rng.random(m) < 0.05, 1 - first, first)
        talks[f"c{k:05}"] = np.stack([first, second, again], axis=1)
    return talks
