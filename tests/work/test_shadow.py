"""A sample of live requests is asked of both arms, paid for once, and tells the watch of versions and drift."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.work import drafting, journal, store
from nomoat.work import plan as plans
from nomoat.work.endpoint import Endpoint
from nomoat.work.later import right_answers
from nomoat.work.marking import marked
from nomoat.work.place import workplace
from nomoat.work.planned import run_plan
from nomoat.work.proven import proven
from nomoat.work.request import Request, Usage
from nomoat.work.route import made_from, read
from nomoat.work.routing import routed
from nomoat.work.run import Settings
from nomoat.work.seal import sha256
from nomoat.work.shadow import sample_of, shadow
from nomoat.work.usecase import discover, freeze
from nomoat.work.verdict import Verdict
from nomoat.work.watch import watch
from work.chatserver import Chat, Turn

TODAY = datetime.now(UTC).date()
MARGINS = TODAY - timedelta(days=3)
LATE = datetime.combine(TODAY - timedelta(days=1), datetime.min.time(), UTC)
ASKED = 260


def logged(name, at, model="big", tag="triage", turns=1, bodies=True):
    """A conversation as the log has it: the right answer to a prompt is its own last letter."""
    return [
        Request(
            request_id=f"{name}.{turn}", conversation_id=name, turn=turn, model=model, hints={"tag": tag},
            time=at + timedelta(minutes=turn), usage=Usage(input=100, output=10), cost_usd=0.002,
            messages=({"role": "user", "content": f"{name} {turn} {name[-1]}"},) if bodies else None,
            response={"role": "assistant", "content": name[-1]},
        )
        for turn in range(turns)
    ]  # fmt: skip


def answering(server):
    """Answers right, but for what `server` says: which model it names, and of which prompts it errs."""

    def script(body, before):
        prompt = body["messages"][-1]["content"]
        wrong = server.get("errs", lambda prompt: False)(prompt)
        return Turn(text="?" if wrong else prompt[-1], model=server["model"])

    return script


@pytest.fixture(scope="module")
def proven_work(tmp_path_factory):
    """A folder whose use case "triage" goes to the open model, with its two servers running."""
    folder = workplace(tmp_path_factory.mktemp("shadow") / "w")
    closed, opened = {"model": "big-1"}, {"model": "small-1"}
    with Chat(answering(closed)) as one, Chat(answering(opened)) as two:
        old = datetime.combine(MARGINS - timedelta(days=30), datetime.min.time(), UTC)
        store.append(folder, [r for k in range(ASKED) for r in logged(f"c{k}", old)])
        (folder.parent / "servers.toml").write_text(
            f'[endpoints.closed]\nurl = "{one.url}"\nmodel = "big"\nprice_input = 10\nprice_output = 30\n'
            f'[endpoints.open]\nurl = "{two.url}"\nmodel = "small"\nprice_input = 1\nprice_output = 3\n'
        )
        freeze(folder, discover(folder, clusters=False))
        drafting.draft(
            folder, servers=folder.parent / "servers.toml", incumbent="closed", candidates=["open"], margin=0.1
        )
        drafting.fixed(folder, MARGINS)
        assert run_plan(folder).ended == "finished"
        marked(folder)
        assert [case.status for case in proven(folder).cases] == ["safe"]
        routed(folder)
        yield folder, closed, opened, one, two


@pytest.fixture
def work(proven_work):
    """The same before any shadow run."""
    folder, closed, opened, one, two = proven_work
    shutil.rmtree(folder / "runs" / "shadow-1", ignore_errors=True)
    shutil.rmtree(folder / "past", ignore_errors=True)
    for part in (folder / "requests").glob("live*"):
        part.unlink()
    closed.clear()
    opened.clear()
    closed["model"], opened["model"] = "big-1", "small-1"
    one.asked.clear()
    two.asked.clear()
    return folder, closed, opened, one, two


def live(folder, names, at=LATE, **more):
    store.append(folder, [r for name in names for r in logged(name, at, **more)], part="live")


def test_a_few_live_conversations_are_asked_of_both_arms_and_never_twice(work):
    folder, _, _, one, two = work
    live(folder, [f"l{k}" for k in range(50)])
    first = shadow(folder, most=8)
    assert (first.drawn, first.ended, first.answered, first.marks) == ({"triage": 8}, "finished", 16, 16)
    assert len(one.asked) == len(two.asked) == 8
    assert all(prompt.startswith("l") for prompt in one.asked)
    again = shadow(folder, most=8)
    assert (again.drawn, again.calls) == ({"triage": 0}, 0)
    live(folder, [f"m{k}" for k in range(50)], at=LATE + timedelta(hours=1))
    third = shadow(folder, most=8)
    assert (third.drawn, third.conversations, third.calls) == ({"triage": 8}, {"triage": 16}, 16)
    assert set(one.asked.values()) == set(two.asked.values()) == {1}
    assert third.spent_usd == pytest.approx(sum(a.cost_usd for a in journal.answers(folder / "runs" / "shadow-1")))
    sample = sample_of(folder / "runs" / "shadow-1").frame.use_cases["triage"].proof
    assert [d.conversation_id[0] for d in sample] == ["l"] * 8 + ["m"] * 8
    assert len({d.conversation_id for d in sample}) == 16
    # A later generation is proven on none of them: what was seen of them may have led to it.
    assert {d.conversation_id for d in sample} <= drafting.spent(folder)


def test_the_sample_is_random_and_of_live_routed_traffic_alone(work):
    folder, *_ = work
    live(folder, [f"l{k:03}" for k in range(300)])
    live(folder, ["old"], at=LATE - timedelta(days=60))
    live(folder, ["mute"], bodies=False)
    live(folder, ["elsewhere"], tag="no use case of the plan")
    live(folder, ["switched"], model="small")
    found = shadow(folder, most=100)
    drawn = [d.conversation_id for d in sample_of(folder / "runs" / "shadow-1").frame.use_cases["triage"].proof]
    assert len(drawn) == 100
    assert all(name.startswith("l") for name in drawn)
    # Of 100 out of 300 in random order the mean rank is 149.5, with a standard error of 7.1.
    assert abs(sum(int(name[1:]) for name in drawn) / 100 - 149.5) < 25
    assert drawn != sorted(drawn)
    left = {one.why: one.count for one in found.left_out}
    assert left["their prompts were not all logged"] == 1
    assert next(n for why, n in left.items() if "it would favour that" in why) == 1


def test_one_request_dated_2099_does_not_end_the_watch(work):
    folder, *_ = work
    live(folder, [f"l{k}" for k in range(30)])
    live(folder, ["ahead"], at=LATE.replace(year=2099))
    first = shadow(folder, most=8)
    assert (first.drawn, first.until) == ({"triage": 8}, LATE)
    assert [one.count for one in first.left_out if one.why.startswith("dated days after")] == [1]
    live(folder, [f"m{k}" for k in range(30)], at=LATE + timedelta(hours=1))
    assert shadow(folder, most=8).drawn == {"triage": 8}


def test_flagged_prompts_of_a_sample_leave_the_house_only_by_a_word(work, monkeypatch):
    folder, _, _, one, _ = work
    monkeypatch.setattr(Endpoint, "in_house", property(lambda self: False))
    live(folder, [f"ann{k}@example.com" for k in range(5)])
    with pytest.raises(InputError, match="5 of 5 prompts would leave the house"):
        shadow(folder, most=8)
    assert not one.asked
    assert sample_of(folder / "runs" / "shadow-1") is None
    assert shadow(folder, most=8, unmasked=True).answered == 10


def test_a_budget_ends_a_sitting_and_the_next_one_finishes_it_first(work):
    folder, *_, one, two = work
    live(folder, [f"l{k}" for k in range(40)])
    short = shadow(folder, most=30, usd=0.005)
    assert short.ended == "budget"
    assert short.spent_usd <= 0.005
    paid = sum(one.asked.values()) + sum(two.asked.values())
    whole = shadow(folder, most=30)
    assert (whole.ended, whole.drawn) == ("finished", {"triage": 0})
    assert whole.calls == 60 - paid
    assert set(one.asked.values()) == set(two.asked.values()) == {1}


def test_the_watch_reads_the_sample_and_tells_versions_and_drift(work):
    folder, closed, opened, *_ = work
    before = watch(folder, TODAY)
    assert before.holds == ("triage",)
    assert {n.kind for n in before.notices} >= {"not watched"}
    live(folder, [f"l{k}" for k in range(60)])
    shadow(folder, most=60)
    calm = watch(folder, TODAY)
    assert (calm.holds, calm.sampled, calm.shadow) == (("triage",), {"triage": 60}, "shadow-1")
    opened["errs"] = lambda prompt: int(prompt.split(" ")[0][1:]) % 2 == 0
    live(folder, [f"m{k}" for k in range(80)], at=LATE + timedelta(hours=1))
    shadow(folder, most=80)
    drifted = watch(folder, TODAY)
    assert (drifted.void, [n.kind for n in drifted.notices if n.voids]) == (("triage",), ["drift"])
    closed["model"] = "big-2"
    opened.pop("errs")
    live(folder, ["n1"], at=LATE + timedelta(hours=2))
    shadow(folder, most=1)
    voids = [n for n in watch(folder, TODAY).notices if n.voids]
    assert {n.kind for n in voids} == {"drift", "version"}
    assert any("incumbent is now big-2, and was big-1 in the proof" in n.what for n in voids)


def test_an_arm_that_fails_on_live_requests_is_seen_as_drift(work):
    folder, _, _, _, two = work
    live(folder, [f"l{k}" for k in range(80)])
    script = two.script
    two.script = lambda body, before: Turn(status=400, body=b'{"error": "no"}')
    try:
        found = shadow(folder, most=80, settings=Settings(patience_s=0))
    finally:
        two.script = script
    assert found.failed >= 1
    assert watch(folder, TODAY).void in ((), ("triage",))
    if found.ended == "finished":
        assert watch(folder, TODAY).void == ("triage",)


def test_a_route_proven_with_an_adapted_prompt_is_watched_with_it(work, tmp_path):
    folder, _, _, _, two = work
    copy = tmp_path / "w"
    shutil.copytree(folder, copy)
    (copy / "small.txt").write_text("Reply with one letter.")
    plan = plans.read(copy / "plan.toml")
    case = msgspec.structs.replace(plan.use_cases[0], adapted={"open": "small.txt"}, instead=True)
    sealed = {"small.txt": sha256(copy / "small.txt")}
    plan = plans.fix(msgspec.structs.replace(plan, use_cases=(case,), files=sealed, sha256=None), MARGINS)
    (copy / "plan.toml").write_text(plans.text(plan))
    shutil.rmtree(copy / "runs")
    (copy / "runs").mkdir()
    assert run_plan(copy).ended == "finished"
    marked(copy)
    assert [(c.status, c.arm) for c in proven(copy).cases] == [("safe", "open (adapted)")]
    routed(copy)
    live(copy, [f"l{k}" for k in range(30)])
    two.bodies.clear()
    shadow(copy, most=5)
    assert {body["messages"][0]["content"] for body in two.bodies} == {"Reply with one letter."}
    found = watch(copy, TODAY)
    assert (found.holds, found.sampled) == (("triage",), {"triage": 5})
    (copy / "small.txt").write_text("Reply with one word.")
    with pytest.raises(InputError, match=r"small\.txt was"):
        shadow(copy, most=5)


def test_cron_gets_one_line_and_a_code(work):
    folder, *_ = work
    live(folder, [f"l{k}" for k in range(10)])

    def typed(*words):
        return CliRunner().invoke(main, ["work", *words, "--in", str(folder)])

    fine, poor = typed("shadow", "--most", "3"), typed("shadow", "--since", str(MARGINS), "--budget", "0")
    assert (fine.exit_code, poor.exit_code) == (0, 1)
    for said in (fine, poor):
        assert said.stdout.count("\n") == 1
        assert "Prompts go to" in said.stderr
    assert json.loads(fine.stdout)["drawn"] == {"triage": 3}
    assert json.loads(poor.stdout)["ended"] == "budget"
    assert json.loads(typed("watch", "--on", str(TODAY)).stdout)["sampled"] == {"triage": 3}


def test_without_a_policy_there_is_nothing_to_watch(tmp_path):
    with pytest.raises(InputError, match="no policy"):
        shadow(workplace(tmp_path / "w"))


def test_a_later_generation_leaves_the_old_policy_watched(work, tmp_path):
    folder, *_ = work
    copy = tmp_path / "w"
    shutil.copytree(folder, copy)
    drafting.again(copy)
    assert plans.read(copy / "plan.toml").generation == 2
    found = watch(copy, TODAY)
    assert (found.holds, found.void) == (("triage",), ())
    shutil.rmtree(copy / "past")
    with pytest.raises(InputError, match="is gone"):
        watch(copy, TODAY)


def test_a_price_of_ones_own_that_changed_ends_the_policy_until_it_is_made_again(work, tmp_path):
    folder, *_ = work
    copy = tmp_path / "w"
    shutil.copytree(folder, copy)
    plan = plans.read(copy / "plan.toml")

    def priced(**more):
        ends = {**plan.endpoints, "open": msgspec.structs.replace(plan.endpoints["open"], **more)}
        (copy / "plan.toml").write_text(plans.text(msgspec.structs.replace(plan, endpoints=ends)))

    assert watch(copy, TODAY).void == ()
    priced(price_output=4.0)
    found = watch(copy, TODAY)
    assert found.void == ("triage",)
    (notice,) = [n for n in found.notices if n.kind == "price"]
    assert "output 4 (was 3)" in notice.what
    routed(copy)
    assert watch(copy, TODAY).void == ()
    assert date.fromisoformat(json.loads((copy / "policy.json").read_bytes())["fixed_on"]) == MARGINS


def test_right_answers_of_later_requests_stand_beside_the_sample(work, tmp_path):
    """A sealed file knows no later request: nothing is paid for what cannot be scored, and what is missing is said."""
    home, _, opened, one, two = work
    folder = tmp_path / "w"
    shutil.copytree(home, folder)
    (folder / "truths.csv").write_text("request_id,reference\nc0.0,0\n")
    plan = plans.read(folder / plans.FILE)
    case = msgspec.structs.replace(plan.use_cases[0], scorer={"kind": "exact", "reference": "truths.csv"})
    files = {"truths.csv": sha256(folder / "truths.csv")}
    plan = plans.fix(msgspec.structs.replace(plan, use_cases=(case,), files=files, sha256=None), MARGINS)
    (folder / plans.FILE).write_text(plans.text(plan))
    (verdict,) = (folder / "runs").glob("*/verdict.json")
    found = msgspec.structs.replace(msgspec.json.decode(verdict.read_bytes(), type=Verdict), plan_sha256=plan.sha256)
    verdict.write_text(found.json())
    policy = msgspec.structs.replace(read((folder / "policy.json").read_bytes()), made_from=made_from(found))
    (folder / "policy.json").write_text(policy.json())
    live(folder, [f"l{k}" for k in range(40)])

    none = shadow(folder, most=40)
    assert (none.drawn, none.calls, len(one.asked)) == ({"triage": 0}, 0, 0)
    (left,) = (one for one in none.left_out if "no right answer" in one.why)
    assert left.count == 40
    assert "truths.csv or runs/shadow-1/truths.csv" in left.why
    (blind,) = (n for n in watch(folder, TODAY).notices if n.kind == "not watched")
    assert "no conversation was sampled yet" in blind.what

    rows = [f"l{k}.0,{str(k)[-1]}" for k in range(30)]
    (folder / "runs" / "shadow-1" / "truths.csv").write_text("\n".join(["request_id,reference", *rows]) + "\n")
    opened["errs"] = lambda prompt: True
    some = shadow(folder, most=40, since=MARGINS)
    assert (some.drawn, some.marks, len(two.asked)) == ({"triage": 30}, 60, 30)
    assert [n.kind for n in watch(folder, TODAY).notices if n.voids] == ["drift"]
    # What proves reads the sealed file alone.
    (folder / "runs" / "proof-1" / "truths.csv").write_text("request_id,reference\nc1.0,1\n")
    assert set(right_answers(folder, folder / "runs" / "proof-1", "truths.csv")) == {"c0.0"}
