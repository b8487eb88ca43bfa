"""Worlds whose truth is planted, and what the proof says of each: listed, expected to be listed, inside an interval.

A world is made from nothing but what a log is: conversations of requests, scored twice, -1 for a call that failed.
What is looked at is the verdict (work/prove.py), or an interval that it prints. Every function takes dice and the
number of the world, and returns 1.0 or 0.0, or a share.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np

from nomoat.stats import betting, paired
from nomoat.stats.judged import corrected
from nomoat.work import frame as frames
from nomoat.work.answer import Answer, Mark
from nomoat.work.cost import Cost, cost
from nomoat.work.endpoint import Endpoint
from nomoat.work.interval import interval
from nomoat.work.marking import choose
from nomoat.work.pairs import Pairs
from nomoat.work.plan import Plan, UseCase, fix
from nomoat.work.power import power
from nomoat.work.prove import judged
from nomoat.work.request import Usage
from nomoat.work.verdict import Verdict

FIXED = date(2026, 11, 1)
HERE = 0.05 * 6 / np.pi**2  # the level of a first generation
FAILED = -1.0
Talks = dict[str, np.ndarray]  # conversation -> scores (m, 2) of the incumbent and the candidate
Dice = np.random.Generator


def scores(dice: Dice, m: int, loss: float, differ: float, together: float) -> np.ndarray:
    """m requests (m, 2) of which a share `differ` differs, by -loss on average; `together`: how often as one."""
    u = np.where(dice.random(m) < together, dice.random(), dice.random(m))
    down, up = u < (differ + loss) / 2, u > 1 - (differ - loss) / 2
    base = (dice.random(m) < 0.8).astype(float)
    return np.stack([np.where(down, 1.0, np.where(up, 0.0, base)), np.where(down, 0.0, np.where(up, 1.0, base))], 1)


def log(dice: Dice, n: int, loss: float, *, sizes: str = "one", differ: float = 0.2, together: float = 0.7) -> Talks:
    """n conversations in the order in which they came."""
    if sizes == "giant":
        m = np.append(np.ones(n - 1, int), n - 1)
    else:
        m = {"one": np.ones(n, int), "four": np.full(n, 4), "mixed": dice.choice([1, 2, 8], n, p=[0.5, 0.3, 0.2])}[
            sizes
        ]
    return {f"c{k:05}": scores(dice, int(one), loss, differ, together) for k, one in enumerate(m)}


def verdict(
    cases: dict[str, Talks],
    *,
    margin: float = 0.1,
    level: float = 0.05,
    critical: bool = False,
    seed: int = 0,
    until: dict[str, int] | None = None,
    people: int | None = None,
    generation: int = 1,
) -> Verdict:
    """The verdict on a log of use cases: whole, or of each the first `until` conversations in the order drawn.

    With `people` a judge marks all, calls half of the candidate's wrong answers right, and people label so many.
    """
    ends = {name: Endpoint(name=name, url=f"https://{name}.example/v1", model=name) for name in ("in", "out", "judge")}
    rows, splits = [], {}
    for name, talks in cases.items():
        largest = max(len(one) for one in talks.values())
        ids = {talk: [f"{name}/{talk}.{k}" for k in range(len(one))] for talk, one in talks.items()}
        splits[name] = frames.draw(ids, seed=seed, tuning=0, largest=largest)
        scorer = (
            {"kind": "rubric", "judge": "judge"} if people is not None else {"kind": "exact", "reference": "hint:g"}
        )
        rows.append(UseCase(name=name, incumbent="in", candidates=("out",), margin=margin, largest=largest,
                            proof=len(talks), scorer=scorer, critical=critical))  # fmt: skip
    frame = frames.Frame(seed=seed, use_cases=splits)
    draft = Plan(endpoints=ends, use_cases=tuple(rows), frame=frame.sha256, level=level, seed=seed,
                 generation=generation)  # fmt: skip
    plan, marks, answers, dice = fix(draft, FIXED), [], [], np.random.default_rng(seed)
    for name, split in splits.items():
        for k, drawn in enumerate(split.proof[: None if until is None else until[name]]):
            for turn, request in enumerate(drawn.requests):
                for arm, value in zip(("incumbent", "out"), cases[name][drawn.conversation_id][turn], strict=True):
                    who = {"arm": arm, "request_id": request, "conversation_id": drawn.conversation_id, "run": "r"}
                    value = float(value)
                    if value == FAILED:
                        answers.append(Answer(**who, key="k", model="m", response=None, error="x", usage=Usage()))
                    value = max(value, 0.0)
                    if people is None:
                        marks.append(Mark(**who, use_case=name, scorer="exact", score=value))
                        continue
                    kind = arm == "out" and value < 1 and dice.random() < 0.5
                    marks.append(Mark(**who, use_case=name, scorer="rubric", score=1.0 if kind else value))
                    if k < people:
                        marks.append(Mark(**who, use_case=name, scorer="human", score=value))
    return judged(plan, frame, marks, answers, {}, run="r")


def wrong(found: Verdict) -> float:
    """Whether the one use case is listed."""
    return float(found.cases[0].status == "safe")


def plain(dice: Dice, seed: int, **more: Any) -> float:
    return wrong(verdict({"u": log(dice, 300, 0.1, **more)}, seed=seed))


def informative(dice: Dice, seed: int) -> float:
    """Sizes of 1 and 5, half each: (1 (-0.1) + 5 * 0.14) / 6 = 0.1."""
    talks = {}
    for k in range(300):
        m = 5 if dice.random() < 0.5 else 1
        talks[f"c{k:05}"] = scores(dice, m, 0.14 if m == 5 else -0.1, 0.2, 0.7)
    return wrong(verdict({"u": talks}, seed=seed))


def drifting(dice: Dice, seed: int) -> float:
    talks = {f"c{k:05}": scores(dice, 1, 0.1 + 0.09 * (2 * (k + 0.5) / 300 - 1), 0.2, 0.0) for k in range(300)}
    return wrong(verdict({"u": talks}, seed=seed))


def failing(dice: Dice, seed: int) -> float:
    """Half of what the candidate loses are calls that failed."""
    talks = log(dice, 300, 0.1)
    for one in talks.values():
        one[:, 1] = np.where((one[:, 0] > one[:, 1]) & (dice.random(len(one)) < 0.5), FAILED, one[:, 1])
    return wrong(verdict({"u": talks}, seed=seed))


def outage(dice: Dice, seed: int) -> float:
    """Of calls that are answered the candidate loses 10 points; half of all requests reach neither arm."""
    talks = log(dice, 600, 0.1)
    for one in talks.values():
        one[dice.random(len(one)) < 0.5] = FAILED
    return wrong(verdict({"u": talks}, seed=seed))


def graded(dice: Dice, seed: int) -> float:
    """Scores from beta distributions with most of their mass at both ends: means of 0.75 and 0.65."""
    both = np.stack([dice.beta(0.3, 0.1, 300), dice.beta(0.26, 0.14, 300)], 1)
    return wrong(verdict({"u": {f"c{k:05}": one[None] for k, one in enumerate(both)}}, seed=seed))


def finite(dice: Dice, seed: int) -> float:
    """300 conversations of which 45 are lost and 15 won: the log itself is at the margin, and is drawn to its end."""
    d = dice.permutation(np.repeat([-1.0, 1.0, 0.0], [45, 15, 240]))
    talks = {f"c{k:05}": np.array([[1.0, 0.0] if one < 0 else [0.0, 1.0] if one > 0 else [1.0, 1.0]])
             for k, one in enumerate(d)}  # fmt: skip
    return wrong(verdict({"u": talks}, seed=seed))


def chosen(dice: Dice, seed: int) -> float:
    """Ten candidates at the margin; the one that looks best on 40 tuning conversations goes to the proof."""
    names = [f"out{k}" for k in range(10)]
    ids = {f"c{k:05}": [f"c{k:05}.0"] for k in range(40)}
    split = frames.draw(ids, seed=seed, tuning=40, largest=1)
    ends = {name: Endpoint(name=name, url=f"https://{name}.example/v1", model=name) for name in ("in", *names)}
    case = UseCase(name="u", incumbent="in", candidates=tuple(names), margin=0.1, tuning=40)
    tried = {name: log(dice, 340, 0.1) for name in names}
    marks = []
    for drawn in split.tuning:
        for arm in ("incumbent", *names):
            both = tried["out0" if arm == "incumbent" else arm][drawn.conversation_id][0]
            value = float(both[int(arm != "incumbent")])
            marks.append(Mark(arm=arm, request_id=drawn.requests[0], conversation_id=drawn.conversation_id, run="r",
                              use_case="u", scorer=str(case.scorer["kind"]), score=value))  # fmt: skip
    plan, frame = Plan(endpoints=ends, use_cases=(case,)), frames.Frame(seed=seed, use_cases={"u": split})
    best = tried[choose(plan, frame, marks, [], {})["u"].candidate]
    return wrong(verdict({"u": {talk: one for talk, one in best.items() if talk >= "c00040"}}, seed=seed))


def halfway(dice: Dice, seed: int) -> float:
    """A look in the middle of a run that ends just before a slow loss, beside a use case that is listed."""
    cases = {"u": log(dice, 300, 0.1), "fine": log(dice, 300, -0.3, differ=0.35)}
    order = frames.order(cases["u"], seed)
    d = np.array([cases["u"][talk][0, 1] - cases["u"][talk][0, 0] for talk in order])
    e = betting.trial(d, np.ones(300), margin=0.1, largest=1.0).safe.log
    near = np.flatnonzero(e >= np.log(33))  # enough beside "fine", not alone
    return wrong(verdict(cases, seed=seed, until={"u": int(near[0]) + 1 if len(near) else 300, "fine": 300}))


def labelled(dice: Dice, seed: int) -> float:
    return wrong(verdict({"u": log(dice, 300, 0.1)}, seed=seed, people=200))


def together(dice: Dice, seed: int, critical: bool = False) -> float:
    """Eight use cases in the same conversations, which go well or badly at once; four are at the margin of 15."""
    mood = dice.random(300)
    cases: dict[str, Talks] = {}
    for k in range(8):
        loss = 0.15 if k < 4 else -0.1
        u = np.where(dice.random(300) < 0.7, mood, dice.random(300))
        down, up = u < (0.2 + loss) / 2, u > 1 - (0.2 - loss) / 2
        cases[f"u{k}"] = {f"c{j:05}": np.array([[1.0, 0.0] if down[j] else [0.0, 1.0] if up[j] else [1.0, 1.0]])
                          for j in range(300)}  # fmt: skip
    listed = [case.use_case for case in verdict(cases, margin=0.15, seed=seed, critical=critical).cases
              if case.status == "safe"]  # fmt: skip
    bad = sum(name < "u4" for name in listed)
    return float(bad > 0) if critical else bad / max(1, len(listed))


def generations(dice: Dice, seed: int) -> float:
    """Whether any of twelve generations of models, each at the margin on fresh traffic, is listed."""
    return float(any(
        wrong(verdict({"u": log(dice, 200, 0.1)}, seed=100 * seed + g, generation=g)) for g in range(1, 13)
    ))  # fmt: skip


def found(dice: Dice, seed: int, *, n: int, sizes: str = "one", cases: int = 1, differ: float = 0.2) -> float:
    """The share of use cases that are listed where the candidate is as good as the incumbent."""
    logs = {f"u{k}": {f"{k}{talk}": one for talk, one in log(dice, n, 0.0, sizes=sizes, differ=differ).items()}
            for k in range(cases)}  # fmt: skip
    cases_ = verdict(logs, seed=seed).cases
    return sum(case.status == "safe" for case in cases_) / len(cases_)


def promise(*, n: int, sizes: str = "one", cases: int = 1, differ: float = 0.2) -> float:
    m = {"one": [1], "four": [4], "mixed": [1] * 5 + [2] * 3 + [8] * 2}[sizes]
    return power(m, margin=0.1, largest=max(m), needs=cases / HERE, available=n, discordance=differ, alike=0.7,
                 worlds=4000, seed=1).chance  # fmt: skip


@cache
def _asked(seen: int, pilot: int) -> int:
    """What the plan asks for where `seen` answers of a pilot differed, half of one where none did."""
    return power([1], margin=0.1, largest=1, needs=1 / HERE, available=50, worlds=600, chance=0.8,
                 discordance=max(seen, 0.5) / pilot).needed or 2000  # fmt: skip


def piloted(dice: Dice, seed: int, pilot: int) -> float:
    return found(dice, seed, n=_asked(int(dice.binomial(pilot, 0.2)), pilot))


def held(dice: Dice, seed: int, *, n: int, sizes: str, loss: float = 0.1, differ: float = 0.2) -> float:
    """Whether the interval of a fixed sample holds the truth; conversations go together."""
    talks = list(log(dice, n, loss, sizes=sizes, differ=differ, together=1.0).values())
    seen = interval(_pairs(talks))
    return float(seen is not None and seen.low <= -loss <= seen.high)


def _pairs(talks: list[np.ndarray]) -> Pairs:
    size = np.array([len(one) for one in talks], float)
    first, second = (np.array([one[:, k].sum() for one in talks]) for k in (0, 1))
    gaps = np.concatenate([one[:, 1] - one[:, 0] for one in talks])
    return Pairs(
        sizes=size, first=first, second=second, bound=second - first, first_cost=size, second_cost=size, failed=(0, 0),
        won=int((gaps > 0).sum()), lost=int((gaps < 0).sum()), both=0, discordance=float(np.abs(gaps).mean()),
        binary=True, waiting=0, unscorable=0,
    )  # fmt: skip


def whenever(dice: Dice, seed: int, *, sizes: str) -> float:
    """Whether the interval that holds at any look holds at 12 of them, from 5 conversations to 400."""
    talks = list(log(dice, 400, 0.1, sizes=sizes).values())
    size = np.array([len(one) for one in talks], float)
    means = np.array([(one[:, 1] - one[:, 0]).mean() for one in talks])
    ends = [betting.sequence(means[:n], size[:n], largest=size.max()) for n in np.geomspace(5, 400, 12).astype(int)]
    return float(all(low <= -0.1 <= high for low, high in ends))


def judge(dice: Dice, world: int, *, n: int, sizes: str) -> float:
    """Whether PPI++ holds the truth: n labelled conversations, and a judge who favours the candidate on 800 more."""
    low, high = ends(dice, n, sizes=sizes)
    return float(low <= -0.1 <= high)


def ends(dice: Dice, n: int, *, sizes: str = "mixed") -> tuple[float, float]:
    """The interval of PPI++; the judge calls half of the candidate's wrong answers right."""
    talks = list(log(dice, n + 800, 0.1, sizes=sizes, together=1.0).values())
    talks = [talks[k] for k in dice.permutation(len(talks))]
    size = np.array([len(one) for one in talks], float)
    truth = np.array([(one[:, 1] - one[:, 0]).sum() for one in talks]) / size.mean()
    said = np.array([(np.where(dice.random(len(one)) < 0.5, 1.0, one[:, 1]) - one[:, 0]).sum() for one in talks])
    said /= size.mean()
    seen = corrected(truth[:n], said[:n], said[n:], unit=paired.typical(size) / size.mean())
    return seen.low, seen.high


def spent(dice: Dice, world: int, *, n: int, tail: float, what: str = "success") -> float:
    """Whether the interval of the ratio of costs a success, or of the same requests, holds the truth."""
    seen = prices(dice, n, tail)
    low, high = (seen.low, seen.high) if what == "success" else (seen.paid_low, seen.paid_high)
    return float(low is None or high is None or low <= 0.1 * (0.9 / 0.85 if what == "success" else 1.0) <= high)


def prices(dice: Dice, n: int, tail: float) -> Cost:
    """Costs of a tenth for the candidate, log-normal by conversation and by arm; 90 and 85 % are right."""
    size = dice.geometric(1 / 3, n).astype(float)
    a, b = (dice.binomial(size.astype(int), p).astype(float) for p in (0.9, 0.85))
    base = size * np.exp(dice.normal(0, tail, n))
    x, y = (k * base * np.exp(dice.normal(0, tail / 2, n)) for k in (1.0, 0.1))
    return cost(
        Pairs(
            sizes=size, first=a, second=b, bound=b - a, first_cost=x, second_cost=y, failed=(0, 0), won=0, lost=0,
            both=0, discordance=0.0, binary=True, waiting=0, unscorable=0,
        )
    )  # fmt: skip
