"""A fixed plan becomes calls with their prompts, and `nomoat work run` makes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from nomoat.errors import InputError
from nomoat.work import frame as frames
from nomoat.work import journal, planned, store
from nomoat.work import plan as plans
from nomoat.work.endpoint import Endpoint
from nomoat.work.plan import Plan, UseCase, fix
from nomoat.work.planned import prompts, run_plan
from nomoat.work.request import Request
from nomoat.work.run import Settings
from work.chatserver import Chat, Turn

KEY = "sk-planned-0123456789"


def asked(talk, turn):
    messages = ({"role": "user", "content": f"{talk} turn {turn}, write to ann@example.com"},)
    return Request(
        request_id=f"{talk}.{turn}", conversation_id=talk, turn=turn, model="gpt", messages=messages,
        params={"temperature": 0, "api_key": KEY},
    )  # fmt: skip


LOGGED = {"kind": "exact", "reference": "logged"}


def place(folder, closed, opened, candidates=("open",), tuning=0, scorer=LOGGED, **more):
    """A work folder with 30 conversations of two turns, a fixed plan and its frame."""
    talks = {f"t{k:02}": [f"t{k:02}.0", f"t{k:02}.1"] for k in range(30)}
    store.append(folder, [asked(talk, turn) for talk in talks for turn in range(2)])
    split = frames.draw(talks, seed=1, tuning=tuning, largest=2)
    frame = frames.Frame(seed=1, use_cases={"triage": split})
    ends = {
        "closed": Endpoint(
            name="closed", url=closed, model="big", key_env="PLANNED_KEY", price_input=2, price_output=8
        ),
        "open": Endpoint(name="open", url=opened, model="small", price_input=0.1, price_output=0.2),
        "other": Endpoint(name="other", url=opened, model="tiny", price_input=0.1, price_output=0.2),
        "unasked": Endpoint(name="unasked", url="https://never.example/v1", model="m", key_env="NOT_SET"),
    }
    case = UseCase(
        name="triage", incumbent="closed", candidates=candidates, margin=0.05, largest=2, tuning=tuning,
        proof=len(split.proof), scorer=scorer,
    )  # fmt: skip
    plan = fix(Plan(endpoints=ends, use_cases=(case,), frame=frame.sha256, seed=1, **more), date(2026, 11, 1))
    (folder / plans.FILE).write_text(plans.text(plan))
    frames.write(folder / frames.FILE, frame)
    return plan, frame


def nomoat(*line, **environ):
    command = [str(Path(sys.executable).parent / "nomoat"), "work", *line]
    environ = {**os.environ, "PLANNED_KEY": KEY, **environ}
    return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120)


def test_the_calls_are_those_of_the_plan_in_the_order_drawn_whatever_the_window(tmp_path, monkeypatch):
    plan, frame = place(tmp_path, "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1")
    cells = list(frames.cells(plan, frame))
    for window in (7, 6000):
        monkeypatch.setattr(planned, "WINDOW", window)
        calls = list(prompts(cells, tmp_path))
        assert [(c.arm, c.endpoint, c.request.request_id) for c in calls] == [
            (c.arm, c.endpoint, c.request_id) for c in cells
        ]
    assert {c.arm for c in calls} == {"incumbent", "again", "open"}


def test_a_plan_is_run_from_the_command_line_and_goes_on_after_the_budget(tmp_path):
    usage = {"prompt_tokens": 30, "completion_tokens": 10}
    with Chat(lambda b, n: Turn(usage=usage)) as closed, Chat(lambda b, n: Turn(usage=usage)) as opened:
        place(tmp_path, closed.url, opened.url)
        first = nomoat("run", "--in", str(tmp_path), "--budget", "0.015")
        assert first.returncode == 1, first.stderr
        assert "The budget ended the run" in first.stdout
        assert "Try: the same line again" in first.stdout
        rest = nomoat("run", "--in", str(tmp_path), "--budget", "1", "--json")
        assert rest.returncode == 0, rest.stderr
    said = first.stderr.splitlines()[0]
    assert said.startswith("Prompts go to 127.0.0.1:")
    assert "(closed)" in said
    assert "(open)" in said
    assert "never.example" not in said
    ran = json.loads(rest.stdout)
    assert (ran["answered"], ran["failed"], ran["ended"]) == (180, 0, "finished")
    assert {arm["arm"]: arm["answered"] for arm in ran["arms"]} == {"incumbent": 60, "again": 60, "open": 60}
    assert ran["spent_usd"] == pytest.approx((120 * (30 * 2 + 10 * 8) + 60 * (30 * 0.1 + 10 * 0.2)) / 1e6)
    assert sum(closed.asked.values()) == 120
    assert sum(opened.asked.values()) == 60
    assert {h["Authorization"] for h in closed.headers} == {f"Bearer {KEY}"}
    assert not any("Authorization" in h for h in opened.headers)
    assert not any("api_key" in body for body in closed.bodies + opened.bodies)
    written = [p for p in (tmp_path / "runs").rglob("*") if p.is_file()]
    assert len(written) >= 3
    assert not [p for p in written if KEY.encode() in p.read_bytes()]
    assert KEY not in first.stdout + first.stderr + rest.stdout + rest.stderr


@pytest.mark.parametrize("asked", [{}, {"usd": 1.0}])
def test_the_plans_own_budgets_hold_each_unless_another_is_given(tmp_path, monkeypatch, asked):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        plan, _ = place(tmp_path, closed.url, opened.url)
        capped = msgspec.structs.replace(plan, budget_tokens=3000)
        (tmp_path / plans.FILE).write_text(plans.text(capped))
        ran = run_plan(tmp_path, **asked)
        assert ran.ended == "budget"
        assert 0 < ran.spent_tokens <= 3000
        assert run_plan(tmp_path, tokens=10**7, **asked).ended == "finished"


def test_tuning_asks_all_candidates_and_the_proof_wants_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        place(tmp_path, closed.url, opened.url, candidates=("open", "other"), tuning=10)
        ran = run_plan(tmp_path, "tuning")
        assert {arm.arm: arm.answered for arm in ran.arms} == {"incumbent": 20, "open": 20, "other": 20}
        with pytest.raises(InputError, match="chosen"):
            run_plan(tmp_path)
        (tmp_path / frames.CHOICE).write_bytes(msgspec.json.encode({"triage": {"candidate": "other", "why": "best"}}))
        proof = run_plan(tmp_path)
    assert {arm.arm for arm in proof.arms} == {"incumbent", "again", "other"}
    assert (tmp_path / "runs" / "tuning-1").is_dir()
    assert (tmp_path / "runs" / "proof-1").is_dir()


def test_personal_data_are_masked_when_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        plan, _ = place(tmp_path, closed.url, opened.url, redact=True)
        assert plans.read(tmp_path / plans.FILE) == plan
        run_plan(tmp_path, redact=True)
    assert len(closed.bodies) == 120
    assert not [body for body in closed.bodies + opened.bodies if "ann@example.com" in json.dumps(body)]


def test_half_a_run_cannot_be_masked(tmp_path, monkeypatch):
    """Masked is what the plan masks: neither a flag of one sitting nor an edit after it was fixed."""
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        plan, _ = place(tmp_path, closed.url, opened.url)
        with pytest.raises(InputError, match="nomoat work plan --redact before it is fixed"):
            run_plan(tmp_path, redact=True)
        path = tmp_path / plans.FILE
        path.write_text(plans.text(msgspec.structs.replace(plan, redact=True)))
        with pytest.raises(InputError, match="masking"):
            run_plan(tmp_path)
    assert not closed.asked + opened.asked


def test_answers_that_sampling_makes_are_not_copied_from_one_conversation_to_another(tmp_path, monkeypatch):
    """One answer that stands for 30 conversations is one observation, and 30 bets on it would prove anything."""
    monkeypatch.setenv("PLANNED_KEY", KEY)
    monkeypatch.setattr(sys.modules[__name__], "asked", alike)
    with Chat() as closed, Chat() as opened:
        place(tmp_path / "same", closed.url, opened.url)
        ran = run_plan(tmp_path / "same")
        assert sum(arm.cached for arm in ran.arms) == 118  # temperature 0: one answer of each arm, and its copies
        plan, _ = place(tmp_path / "sampled", closed.url, opened.url)
        table = tmp_path / "sampled" / plans.FILE
        sampled = {k: msgspec.structs.replace(e, params={"temperature": 1}) for k, e in plan.endpoints.items()}
        changed = fix(msgspec.structs.replace(plan, endpoints=sampled, sha256=None), date(2026, 11, 1))
        table.write_text(plans.text(changed))
        assert sum(arm.cached for arm in run_plan(tmp_path / "sampled").arms) == 0


def alike(talk, turn):
    messages = ({"role": "user", "content": "the same of everybody"},)
    return Request(
        request_id=f"{talk}.{turn}", conversation_id=talk, turn=turn, model="gpt", messages=messages,
        params={"temperature": 0},
    )  # fmt: skip


def test_a_changed_plan_asks_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        place(tmp_path, closed.url, opened.url)
        path = tmp_path / plans.FILE
        path.write_text(path.read_text().replace("margin = 0.05", "margin = 0.5"))
        with pytest.raises(InputError, match="changed after it was fixed"):
            run_plan(tmp_path)
    assert not closed.asked
    assert not opened.asked


def test_a_run_keeps_to_its_plan(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        plan, _ = place(tmp_path, closed.url, opened.url)
        run_plan(tmp_path)
        draft = msgspec.structs.replace(plan, sha256=None, fixed_on=None, level=0.01)
        (tmp_path / plans.FILE).write_text(plans.text(fix(draft, date(2026, 11, 2))))
        with pytest.raises(InputError, match="another plan"):
            run_plan(tmp_path)
        # What the first plan's run showed may be why there is a second plan: its answers are no data of that.
        said = []
        anew = run_plan(tmp_path, name="anew", say=said.append)
        assert (anew.answered, anew.cached) == (180, 0)
        assert any("under another plan (proof-1)" in line for line in said)


def test_a_plan_takes_what_its_own_runs_have_paid_for(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        place(tmp_path, closed.url, opened.url)
        run_plan(tmp_path)
        again = run_plan(tmp_path, name="anew")
        assert (again.answered, again.cached) == (180, 120)
        fresh = run_plan(tmp_path, name="fresh", settings=Settings(cache=False))
        assert (fresh.answered, fresh.cached) == (180, 0)


def test_a_key_that_is_not_set_is_told_before_any_call(tmp_path, monkeypatch):
    monkeypatch.delenv("PLANNED_KEY", raising=False)
    with Chat() as closed, Chat() as opened:
        place(tmp_path, closed.url, opened.url)
        with pytest.raises(InputError, match="export PLANNED_KEY"):
            run_plan(tmp_path)
    assert not opened.asked


def test_a_request_that_the_table_lost_is_named(tmp_path):
    plan, frame = place(tmp_path, "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1")
    with pytest.raises(InputError, match=r"t\d\d\.\d.*nomoat work read"):
        list(prompts(frames.cells(plan, frame), tmp_path / "empty"))


def test_the_answers_of_a_run_are_marked_and_proven(tmp_path, monkeypatch):
    from nomoat.work.marking import score

    monkeypatch.setenv("PLANNED_KEY", KEY)
    with Chat() as closed, Chat() as opened:
        plan, frame = place(tmp_path, closed.url, opened.url)
        run_plan(tmp_path)
    found = score(plan, frame, tmp_path, "proof-1")
    assert len(list(journal.answers(tmp_path / "runs" / "proof-1"))) == 180
    assert found.run == "proof-1"
