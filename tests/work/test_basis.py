"""A verdict names its log, whom prompts went to and for how much, and says where log and run do not fit together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from nomoat.errors import OutputError
from nomoat.types import LeftOut
from nomoat.views.grounds import grounds
from nomoat.views.signed import told
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.basis import basis
from nomoat.work.past import Asked, Manifest
from nomoat.work.place import workplace
from nomoat.work.plan import fix
from nomoat.work.prove import judged
from nomoat.work.proven import proven
from nomoat.work.request import Request
from nomoat.work.store import append
from work.planted import ON, World, population, write

FIRST = datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def work(tmp_path):
    """400 conversations of one request at 0.2 cents each, and in the run at 0.1 for the incumbent."""
    folder = workplace(tmp_path / "work")
    world = World({"u": population("single", np.random.default_rng(0), 400, -0.02, 0.1)}, margin=0.1, critical=("u",))
    plan, frame = world.plan()
    ends = {
        "closed": msgspec.structs.replace(plan.endpoints["closed"], price_input=2.0, price_output=8.0),
        "open": plan.endpoints["open"],
    }
    case = msgspec.structs.replace(plan.use_cases[0], requests=400, share_requests=1.0)
    plan = fix(msgspec.structs.replace(plan, endpoints=ends, use_cases=(case,), sha256=None), ON)
    (folder / plans.FILE).write_text(plans.text(plan))
    frames.write(folder / frames.FILE, frame)
    answers, marks = world.journal(plan, frame)
    place = folder / "runs" / "proof-1"
    write(place, [msgspec.structs.replace(a, cost_usd=0.001) for a in answers], marks)
    known = {name: Asked(address=e.chat, model=e.model) for name, e in plan.endpoints.items()}
    Manifest(run="proof-1", plan=plan.sha256, endpoints=known).write(place)
    append(folder, list(logged(frame, "big")))
    return folder


def logged(frame, model):
    for k, one in enumerate(frame.use_cases["u"].proof):
        yield Request(
            request_id=one.requests[0], conversation_id=one.conversation_id, model=model, cost_usd=0.002,
            time=FIRST + timedelta(minutes=k), messages=({"role": "user", "content": "?"},),
        )  # fmt: skip


def test_the_log_and_what_was_sent_are_counted(work):
    found = proven(work)
    assert (found.log.requests, found.log.conversations, found.log.priced, found.log.since) == (400, 400, 400, 0)
    assert found.log.spend_usd == pytest.approx(0.8)
    assert (found.log.first, found.log.last) == (FIRST.date(), FIRST.date())
    by = {one.endpoint: one for one in found.sent}
    assert (by["closed"].calls, by["closed"].requests, by["closed"].in_house) == (600, 400, False)
    assert (by["open"].calls, by["open"].requests, by["open"].in_house) == (400, 400, True)
    said = " ".join(grounds(found))
    assert "400 requests in 400 conversations, 1 October 2026, $0.80" in said
    assert (
        "closed (big at closed.example, outside of the house) 600 calls for 400 requests, at $2 in and $8 out" in said
    )
    assert "open (small at 127.0.0.1:1, near by its address) 400 calls for 400 requests, at no price" in said
    assert "What a near server passes on to others is not seen." in said
    own = msgspec.structs.replace(by["open"], self_hosted=True)
    own = msgspec.structs.replace(found, sent=(own,))
    assert "a server of your own) 400 calls" in (told_of := " ".join(grounds(own)))
    assert "passes on" not in told_of
    assert "The chance that the critical one is listed wrongly is at most 3.1 %." in found.sentence
    assert told(found.cases[0])


def test_a_verdict_that_cannot_be_kept_is_an_error_in_words(work):
    (work / "runs" / "proof-1" / "verdict.json.new").mkdir()
    with pytest.raises(OutputError, match=r"verdict\.json cannot be written"):
        proven(work)


def test_a_shadow_sample_is_no_other_proof(work):
    plan = plans.read(work / plans.FILE)
    for name in ("shadow-1", "proof-again"):
        (work / "runs" / name).mkdir()
        Manifest(run=name, plan=plan.sha256, endpoints={}).write(work / "runs" / name)
    (work / "runs" / "shadow-1" / "shadow.json").write_text("{}")
    (said,) = (line for line in proven(work).unknown if line.startswith("Other runs"))
    assert "proof-again (this plan)" in said
    assert "shadow" not in said


def test_a_run_at_other_prices_than_the_log_is_said(work):
    (said,) = (line for line in proven(work).unknown if line.startswith("What is saved in dollars"))
    assert "the log names $0.8 and the incumbent cost $0.4" in said


def test_a_log_of_another_model_than_the_incumbent_is_said(work):
    plan = plans.read(work / plans.FILE)
    frame = frames.read(work / frames.FILE, plan)
    runs = [work / "runs" / "proof-1"]
    assert not [line for line in basis(work, runs, plan, frame).unknown if "serves them today" in line]
    for part in (work / "requests").iterdir():
        part.unlink()
    append(work, list(logged(frame, "vendor/huge")))
    (said,) = (line for line in basis(work, runs, plan, frame).unknown if "serves them today" in line)
    assert "In the log vendor/huge (400) answered their requests" in said


def test_requests_that_were_read_after_the_plan_are_counted_apart(work):
    append(work, [Request(request_id=f"n{k}", conversation_id=f"n{k}", model="big", time=FIRST) for k in range(5)])
    found = proven(work)
    assert (found.log.requests, found.log.since, found.log.priced) == (405, 5, 400)
    assert (
        LeftOut(what="requests of the log", count=5, why="read after the plan was made: in no share") in found.left_out
    )
    said = " ".join(grounds(found))
    assert "$0.80, as 400 of them name" in said
    assert "no month or year; 5 requests read after the plan was made are in none." in said
    assert "of $0.80" not in said


def test_a_verdict_of_marks_alone_names_no_log():
    world = World({"u": population("single", np.random.default_rng(0), 300, -0.02, 0.1)}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="r")
    assert (found.log, found.sent, len(grounds(found))) == (None, (), 1)
    assert "critical" not in found.sentence


@pytest.mark.parametrize(
    ("openness", "who", "asks"),
    [
        ("weights-permissive", "An open model can take", "such as its notices"),
        ("weights-restricted", "An open model can take", "sets conditions on the use or the user"),
        ("weights-noncommercial", "An open model, for non-commercial use alone, can take", "bars commercial use"),
        ("closed-api", "The candidate can take", "closed-api: by whom is not known."),
        (None, "The candidate can take", "nobody says"),
    ],
)
def test_what_a_licence_asks_stands_where_it_is_signed(openness, who, asks):
    world = World({"u": population("single", np.random.default_rng(0), 300, -0.02, 0.1)}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="r", openness={"open": openness})
    assert found.sentence.startswith(who)
    assert any(asks in line for line in told(found.cases[0]))
