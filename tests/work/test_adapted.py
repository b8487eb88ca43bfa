"""An adapted prompt is one more arm: hashed with the plan, chosen on the tuning split, reported beside the other."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime

import msgspec
import numpy as np
import pytest

from nomoat.errors import InputError
from nomoat.views.routed import policy_text
from nomoat.views.work import verdict_text
from nomoat.work import drafting
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.adapted import Adapted, adapted, prompt
from nomoat.work.answer import Answer
from nomoat.work.marking import marked
from nomoat.work.place import workplace
from nomoat.work.planned import prompts
from nomoat.work.proven import proven
from nomoat.work.request import Request, Usage
from nomoat.work.routing import routed
from nomoat.work.store import append
from nomoat.work.usecase import discover, freeze

ON = date(2026, 11, 1)
SERVERS = """
[endpoints.closed]
url = "https://closed.example/v1"
model = "big"
[endpoints.open]
url = "http://127.0.0.1:1/v1"
model = "qwen3-8b"
"""


@pytest.fixture
def work(tmp_path):
    folder = workplace(tmp_path / "work")
    append(folder, [
        Request(
            request_id=f"r{k}", conversation_id=f"c{k}", model="big", response={"content": f"class {k % 5}"},
            messages=({"role": "system", "content": "Sort."}, {"role": "user", "content": f"number {k}"}),
            hints={"tag": "triage"},
        )
        for k in range(500)
    ])  # fmt: skip
    (tmp_path / "servers.toml").write_text(SERVERS)
    (folder / "open.txt").write_text("{system} One class, nothing else.\n")
    freeze(folder, discover(folder, clusters=False))
    return folder


def draft(folder, **more):
    asked = {"servers": folder.parent / "servers.toml", "incumbent": "closed", "candidates": ["open"], "margin": 0.1}
    return drafting.draft(folder, **{**asked, "adapted": {"open": "open.txt"}, **more})


def answered(folder, part, errs):
    """Answers of a part, without servers: each arm errs as often as `errs` says."""
    plan = plans.read(folder / plans.FILE)
    frame = frames.read(folder / frames.FILE, plan)
    choice = {name: one.candidate for name, one in frames.read_choice(folder / frames.CHOICE).items()}
    rng, lines = np.random.default_rng(0), []
    for cell in frames.cells(plan, frame, choice, part=part):
        said = "class 9" if rng.random() < errs.get(cell.arm, 0.02) else f"class {int(cell.request_id[1:]) % 5}"
        answer = Answer(
            run=f"{part}-1", arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k",
            model="m", response={"content": said}, usage=Usage(), at=datetime(2026, 11, 2, tzinfo=UTC),
            adapted=cell.prompt is not None,
        )  # fmt: skip
        lines.append(msgspec.json.encode(answer) + b"\n")
    place = folder / "runs" / f"{part}-1"
    place.mkdir(parents=True)
    (place / "journal.jsonl").write_bytes(b"".join(lines))


def test_the_better_prompts_are_chosen_on_the_tuning_split_and_both_are_reported(work):
    draft(work)
    plan = drafting.fixed(work, ON).plan
    assert "open.txt" in plan.files
    case = plan.use_cases[0]
    assert (case.tuning, case.proof, [one.name for one in case.arms]) == (60, 440, ["open", "open (adapted)"])
    errs = {"open": 0.4, "open (adapted)": 0.02}
    answered(work, "tuning", errs)
    chosen = marked(work, "tuning").chosen["triage"]
    assert chosen.candidate == "open (adapted)"
    assert "with adapted prompts" in chosen.why
    answered(work, "proof", errs)
    marked(work)
    verdict = proven(work)
    (found,) = verdict.cases
    assert (found.status, found.candidate, found.adapted, found.arm) == ("safe", "open", "open.txt", "open (adapted)")
    assert (found.beside.adapted, found.beside.conversations) == (None, 440)
    assert found.beside.difference.value == pytest.approx(-0.38, abs=0.07)
    assert found.score_candidate == pytest.approx(0.98, abs=0.02)
    policy, files = routed(work, gateways=["litellm", "python"])
    assert policy.routes[0].adapted == "open.txt"
    assert "which your programs have to send" in " ".join(policy_text(policy, 90).split())
    assert all("open.txt" in file.read_text() for file in files if file.name != "routing.py")
    said = " ".join(verdict_text(verdict, 90).split())
    assert "with the adapted prompts of open.txt" in said
    assert "with the logged prompts" in said


def test_the_split_that_chooses_is_not_the_one_that_proves(work):
    """On the proof the adapted prompts would win: what counts is what the tuning split chose."""
    draft(work)
    drafting.fixed(work, ON)
    answered(work, "tuning", {"open": 0.02, "open (adapted)": 0.4})
    assert marked(work, "tuning").chosen["triage"].candidate == "open"
    answered(work, "proof", {"open": 0.4, "open (adapted)": 0.02})
    marked(work)
    (found,) = proven(work).cases
    assert (found.status, found.adapted, found.beside.adapted) == ("worse", None, "open.txt")


def test_an_adapted_prompt_goes_out_to_its_arm_alone_and_is_part_of_the_plan(work):
    draft(work)
    plan = drafting.fixed(work, ON).plan
    frame = frames.read(work / frames.FILE, plan)
    calls = list(prompts(frames.cells(plan, frame, {"triage": "open"}), work))
    assert Counter(call.arm for call in calls) == {"incumbent": 440, "open": 440, "open (adapted)": 440, "again": 200}
    for call in calls:
        system = "Sort. One class, nothing else." if call.arm == "open (adapted)" else "Sort."
        assert call.request.messages[0] == {"role": "system", "content": system}
        assert call.request.messages[1]["content"].startswith("number")
        assert call.adapted == (call.arm == "open (adapted)")
    (work / "open.txt").write_text("Think first.")
    with pytest.raises(InputError, match=r"open\.txt was \w{12} when the plan was fixed"):
        marked(work, "tuning")


def test_instead_of_the_logged_prompts_there_is_nothing_to_choose(work):
    draft(work)
    path = work / plans.FILE
    path.write_text(path.read_text().replace("instead = false", "instead = true"))
    case = drafting.fixed(work, ON).plan.use_cases[0]
    assert (case.tuning, [one.name for one in case.arms]) == (0, ["open (adapted)"])
    answered(work, "proof", {})
    marked(work)
    (found,) = proven(work).cases
    assert (found.status, found.adapted, found.beside) == ("safe", "open.txt", None)


def test_what_is_wrong_with_an_adapted_prompt_is_said_before_anything_is_paid(work):
    with pytest.raises(InputError, match="No candidate 'opne'"):
        draft(work, adapted={"opne": "open.txt"})
    draft(work, adapted={"open": "none.txt"})
    with pytest.raises(InputError, match=r"none\.txt cannot be read"):
        drafting.fixed(work, ON)
    (work / "none.txt").write_text(" \n")
    with pytest.raises(InputError, match="holds 2 bytes"):
        prompt(work / "none.txt")
    (work / "none.txt").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8 at byte 0"):
        prompt(work / "none.txt")


def test_a_request_without_a_system_prompt_gets_one_and_parts_are_read():
    bare = Request(request_id="r", conversation_id="r", model="m", messages=({"role": "user", "content": "Hi"},))
    assert adapted(bare, Adapted("Be kind.")).messages == ({"role": "system", "content": "Be kind."}, *bare.messages)
    parts = ({"role": "developer", "content": [{"type": "text", "text": "A"}]}, {"role": "user", "content": "Hi"})
    found = adapted(msgspec.structs.replace(bare, messages=parts), Adapted("{system}!")).messages
    assert found == ({"role": "developer", "content": "A!"}, {"role": "user", "content": "Hi"})
    assert adapted(msgspec.structs.replace(bare, messages=None), Adapted("x")).messages is None


def test_messages_of_the_user_are_written_anew_by_their_parts(tmp_path):
    path = tmp_path / "open.toml"
    path.write_text(
        'system = "{system} {user} {x}"\nfrom = "Ticket (?P<id>\\\\d+): (?P<text>.*)"\nuser = "{text} [{id}]"\n'
    )
    picture = {"type": "image_url", "image_url": {"url": "data:..."}}
    log = (
        {"role": "system", "content": "Sort."},
        {"role": "user", "content": "Ticket 7: {id} is\ndown"},
        {"role": "assistant", "content": "Ticket 8: none"},
        {"role": "user", "content": [{"type": "text", "text": "Ticket 9: see"}, picture]},
        {"role": "user", "content": "Thanks"},
    )
    one = Request(request_id="r", conversation_id="r", model="m", messages=log)
    assert [m["content"] for m in adapted(one, prompt(path)).messages] == [
        "Sort. {user} {x}",
        "{id} is\ndown [7]",
        "Ticket 8: none",
        [{"type": "text", "text": "see [9]"}, picture],
        "Thanks",
    ]
    assert one.messages is log
    for text, said in (
        ('user = "{txt}"', "'txt'"),
        ('from = "("\nuser = "{user}"', "from cannot be read"),
        ('from = "x"', "writes nothing anew"),
        ("user = 3", "user '3'"),
        ('usr = "a"', "'usr'"),
        ("user = ", "TOML"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=re.escape(said)):
            prompt(path)


def test_a_template_that_fits_no_prompt_of_the_log_is_refused_and_one_that_misses_some_is_counted(work):
    (work / "open.toml").write_text('from = "numbre (?P<n>.*)"\nuser = "{n}"\n')
    draft(work, adapted={"open": "open.toml"})
    with pytest.raises(InputError, match=r"open\.toml: from matches no message of 500 requests"):
        drafting.fixed(work, ON)
    (work / "open.toml").write_text('from = "number (?P<n>.*[05])$"\nuser = "{n}"\n')
    (left,) = [one for one in drafting.fixed(work, ON).left_out if "open.toml" in one.what]
    assert left.count == 400
