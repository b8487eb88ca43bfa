"""A policy ends on its day, on another version and on drift, and one that is fine raises few alarms."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.place import workplace
from nomoat.work.prove import prove
from nomoat.work.route import route
from nomoat.work.usecase import Assigner
from nomoat.work.watch import watch
from work.planted import AT, World, population, write


@pytest.fixture
def work(tmp_path):
    folder = workplace(tmp_path / "work")
    world = World({"u": population("single", np.random.default_rng(0), 500, -0.02, 0.1)}, margin=0.1)
    plan, frame = world.plan()
    (folder / plans.FILE).write_text(plans.text(plan))
    frames.write(folder / frames.FILE, frame)
    write(folder / "runs" / "proof-1", *world.journal(plan, frame))
    found = prove(plan, frame, folder / "runs" / "proof-1")
    (folder / "runs" / "proof-1" / "verdict.json").write_text(found.json())
    (folder / "policy.json").write_text(route(found, plan, Assigner()).json())
    return folder


def shadow(folder, loss, served="v1", seed=1, n=300):
    """A live sample: the candidate loses `loss` from half of it on."""
    rng = np.random.default_rng(seed)
    talks = {f"s{k}": m for k, m in population("single", rng, n // 2, -0.02, 0.1).items()}
    talks |= {f"t{k}": m for k, m in population("single", rng, n // 2, loss, max(0.1, loss)).items()}
    world = World({"u": talks}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    rank = {name: k for k, name in enumerate(talks)}
    answers = [
        msgspec.structs.replace(a, served=served, at=AT + timedelta(minutes=rank[a.conversation_id])) for a in answers
    ]
    write(folder / "runs" / "live", answers, marks)


def test_a_policy_ends_on_its_day(work):
    end = AT.date() + timedelta(days=90)
    assert watch(work, end - timedelta(days=30)).holds == ("u",)
    soon = watch(work, end)
    assert (soon.holds, [n.kind for n in soon.notices if n.kind != "new model"]) == (("u",), ["expires soon"])
    after = watch(work, end + timedelta(days=1))
    assert (after.holds, after.void) == ((), ("u",))


def test_drift_and_a_new_version_void_a_use_case(work):
    day = AT.date() + timedelta(days=3)
    shadow(work, loss=-0.02)
    assert watch(work, day, shadow="live").void == ()
    shadow(work, loss=0.35)
    drifted = watch(work, day, shadow="live")
    (notice,) = [n for n in drifted.notices if n.kind == "drift"]
    at = int(notice.what.split("conversation ")[1].split(" ")[0])
    assert 150 < at < 250
    assert drifted.void == ("u",)
    shadow(work, loss=-0.02, served="v2")
    assert {n.kind for n in watch(work, day, shadow="live").notices if n.voids} == {"version"}


def test_false_alarms_are_rare_at_the_margin(work):
    alarms = 0
    for seed in range(40):
        shadow(work, loss=0.1, seed=seed, n=200)
        alarms += bool(watch(work, AT.date(), shadow="live").void)
    assert alarms <= 6  # 200 conversations of a patience of 2,000 are at most one in ten: P(7 or more of 40) = 0.1 %


def test_new_open_models_since_the_margins_were_fixed_are_named(work):
    plan = plans.read(work / plans.FILE)
    policy = json.loads((work / "policy.json").read_text())
    (work / "policy.json").write_text(json.dumps({**policy, "fixed_on": "2026-01-01"}))
    found = watch(work, AT.date())
    assert found.new_models > 5
    assert any(n.kind == "new model" and "could be tried" in n.what and not n.voids for n in found.notices)
    assert plan.fixed_on is not None


def test_cron_gets_one_line_and_a_code(work):
    def typed(*words):
        return CliRunner().invoke(main, ["work", "watch", "--in", str(work), *words])

    fine, late = typed("--on", "2026-12-01"), typed("--on", "2027-12-01")
    assert (fine.exit_code, late.exit_code) == (0, 1)
    assert fine.stdout.count("\n") == 1
    assert json.loads(late.stdout)["void"] == ["u"]
    (work / "policy.json").unlink()
    assert typed("--on", "2026-12-01").exit_code == 2
    with pytest.raises(InputError, match="no policy"):
        watch(work, AT.date())
