"""Planted truth through the whole path: words of models in a journal, scored, chosen among, proven from files."""

from __future__ import annotations

from math import comb

import msgspec
import numpy as np
import pytest

from nomoat.stats import betting
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.answer import Answer, Mark
from nomoat.work.endpoint import Endpoint
from nomoat.work.marking import choose, score
from nomoat.work.plan import Plan, UseCase, fix
from nomoat.work.prove import judged, prove
from nomoat.work.request import Request, Usage
from nomoat.work.store import append
from work.planted import AT, ON, World, population

LEVEL = 0.2
HERE = LEVEL * 6 / np.pi**2


def binomial_tail(k: int, n: int, p: float) -> float:
    """P(at least k of n), summed term by term."""
    return sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1))


@pytest.mark.parametrize("kind", ["single", "correlated", "informative", "drift", "failing"])
def test_the_words_of_models_become_the_verdict_that_was_calibrated(tmp_path, kind):
    """Scored from what was answered and read from files, the evidence is that of the planted scores, to the last bit.

    So what is measured of planted marks (test_prove.py) holds of the path from a journal to a verdict.
    """
    talks = population(kind, np.random.default_rng(4), 80, loss=0.05)
    world = World({"u": talks}, margin=0.2, level=LEVEL)
    append(tmp_path, [
        Request(request_id=f"{talk}.{k}", conversation_id=talk, turn=k, model="big", hints={"gold": "Yes"},
                messages=({"role": "user", "content": "well?"},), response={"content": "No"})
        for talk, m in talks.items() for k in range(len(m))
    ])  # fmt: skip
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    said = {(one.arm, one.request_id): "Yes" if one.score else "No, and =1+1" for one in marks}
    place = tmp_path / "runs" / "r"
    place.mkdir(parents=True)
    lines = []
    for one in answers:
        words = None if one.error else {"content": said[one.arm, one.request_id]}
        lines.append(msgspec.json.encode(msgspec.structs.replace(one, response=words)) + b"\n")
    (place / "journal.jsonl").write_bytes(b"".join(lines))
    score(plan, frame, tmp_path, "r")
    found, wanted = prove(plan, frame, place), judged(plan, frame, marks, answers, {}, run="r")
    assert found == wanted
    assert found.cases[0].conversations == 80
    assert (found.cases[0].failed_candidate > 0) == (kind == "failing")


def several(rng, arms, loss, tuning, proof, seed):
    """A plan with several arms that all lose exactly `loss` on average, and the answers to both of its parts."""
    ends = {"closed": Endpoint(name="closed", url="https://closed.example/v1", model="big")}
    ends |= {name: Endpoint(name=name, url="http://127.0.0.1:1/v1", model=name) for name in arms}
    ids = {f"c{k:04}": [f"c{k:04}.0"] for k in range(tuning + proof)}
    split = frames.draw(ids, seed=seed, tuning=tuning, largest=1)
    frame = frames.Frame(seed=seed, use_cases={"u": split})
    case = UseCase(name="u", incumbent="closed", candidates=tuple(arms), margin=loss, tuning=tuning, proof=proof,
                   share_requests=1.0, scorer={"kind": "exact", "reference": "hint:gold"},
                   adapted={arms[0]: "one.txt"})  # fmt: skip
    plan = fix(Plan(endpoints=ends, use_cases=(case,), frame=frame.sha256, level=LEVEL, seed=seed), ON)
    first = {r[0]: float(rng.random() < 0.8) for r in ids.values()}
    scores = {("incumbent", r): v for r, v in first.items()} | {("again", r): v for r, v in first.items()}
    for arm in case.arms:
        u = rng.random(len(ids))
        for (r, v), x in zip(first.items(), u, strict=True):
            # Down with 0.8 p and up with 0.2 q: the expected difference is -loss.
            scores[arm.name, r] = (0.0 if x < 0.25 else 1.0) if v else float(x < (0.8 * 0.25 - loss) / 0.2)
    return plan, frame, scores


def told(plan, frame, scores, choice, part):
    answers, marks = [], []
    for cell in frames.cells(plan, frame, choice, part=part):
        who = {"arm": cell.arm, "request_id": cell.request_id, "conversation_id": cell.conversation_id, "run": "r"}
        answers.append(Answer(**who, key="k", model="m", response={}, usage=Usage(), at=AT))
        value = scores[cell.arm, cell.request_id]
        marks.append(Mark(**who, use_case="u", scorer="exact", score=value))
    return answers, marks


def test_the_best_of_many_on_the_tuning_split_is_listed_at_most_at_the_level():
    """Ten arms, one with adapted prompts, all at the margin: picking the luckiest one buys nothing."""
    rng, reps, wrong, naive = np.random.default_rng(2), 60, 0, 0
    arms = [f"open{k}" for k in range(9)]
    for rep in range(reps):
        plan, frame, scores = several(rng, arms, 0.12, 40, 150, rep)
        tried, marks = told(plan, frame, scores, None, "tuning")
        picked = choose(plan, frame, marks, tried, {})["u"].candidate
        answers, marks = told(plan, frame, scores, {"u": picked}, "proof")
        found = judged(plan, frame, marks, answers, {}, run="r", choice={"u": picked}).cases[0]
        assert found.arm == picked
        wrong += found.status == "safe"
        # The easy way: prove every arm on the same conversations, and list where any of them comes out well.
        (case,) = plan.use_cases
        proof = [one.requests[0] for one in frame.use_cases["u"].proof]
        naive += any(
            betting.wealth(
                np.array([scores[arm.name, r] - scores["incumbent", r] for r in proof]) + 0.12, worst=0.88
            ).first(HERE) is not None
            for arm in case.arms
        )  # fmt: skip
    assert binomial_tail(wrong, reps, HERE) > 0.001
    assert binomial_tail(naive, reps, HERE) < 0.001  # so the test above can fail


def test_use_cases_that_share_their_conversations_keep_the_level_together():
    """Whole conversations go well or badly at once, in a use case that is at the margin and in two that are safe."""
    rng, shares, reps = np.random.default_rng(9), [], 40
    for rep in range(reps):
        scores = {"bad": {}, "good": {}, "fine": {}}
        for k in range(250):
            mood, base = rng.random(), (rng.random(3) < 0.8).astype(float)
            for one, (name, loss) in enumerate((("bad", 0.15), ("good", -0.05), ("fine", 0.0))):
                u = mood if rng.random() < 0.7 else rng.random()
                down, up = u < (0.2 + loss) / 2, u > 1 - (0.2 - loss) / 2
                first = 1.0 if down else 0.0 if up else base[one]
                scores[name][f"c{k:04}"] = np.array([[first, 0.0 if down else 1.0 if up else first, first]])
        world = World({name: dict(talks) for name, talks in scores.items()}, margin=0.15, level=LEVEL, seed=rep)
        plan, frame = world.plan()
        answers, marks = world.journal(plan, frame)
        # One conversation, three requests: those of a use case carry its name.
        listed = [c.use_case for c in _apart(plan, frame, answers, marks).cases if c.status == "safe"]
        shares.append(("bad" in listed) / max(1, len(listed)))
    assert np.mean(shares) <= HERE + 3 * np.std(shares) / np.sqrt(reps)
    assert len(listed) >= 2


def _apart(plan, frame, answers, marks):
    """The same with request ids that are unique over use cases, as those of a log are."""
    splits = {
        name: msgspec.structs.replace(split, proof=tuple(
            msgspec.structs.replace(one, requests=tuple(f"{name}/{r}" for r in one.requests)) for one in split.proof
        ))
        for name, split in frame.use_cases.items()
    }  # fmt: skip
    frame = msgspec.structs.replace(frame, use_cases=splits)
    plan = fix(msgspec.structs.replace(plan, frame=frame.sha256, sha256=None, fixed_on=None), ON)
    renamed = [msgspec.structs.replace(m, request_id=f"{m.use_case}/{m.request_id}") for m in marks]
    by = [msgspec.structs.replace(a, request_id=m.request_id) for a, m in zip(answers, renamed, strict=True)]
    return judged(plan, frame, renamed, by, {}, run="r")


def test_the_noise_of_the_incumbent_comes_back():
    talks = population("correlated", np.random.default_rng(6), 200, loss=0.0)
    truth = np.mean([np.abs(m[:, 2] - m[:, 0]).mean() for m in talks.values()])
    world = World({"u": talks}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="r").cases[0]
    assert found.floor.conversations == 200
    assert found.floor.discordance == pytest.approx(truth)
    assert 0.03 < truth < 0.07


def test_versions_are_counted_for_each_use_case_alone(tmp_path):
    """Two incumbents of two use cases are no change of version."""
    one, two = (population("single", np.random.default_rng(k), 30, loss=0.0) for k in (1, 2))
    world = World({"a": one, "b": {f"x{name}": m for name, m in two.items()}}, margin=0.3)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    served = [msgspec.structs.replace(a, served="v2" if a.conversation_id.startswith("x") else "v1") for a in answers]
    found = judged(plan, frame, marks, served, {}, run="r")
    assert [case.served["incumbent"] for case in found.cases] == [{"v1": 30}, {"v2": 30}]
    assert not any("versions" in line for line in found.unknown)
    assert plans.digest(plan) == found.plan_sha256
