"""Judges are asked about a run once, in the order drawn, and what they say of it comes out in its marks."""

from __future__ import annotations

from datetime import date

import msgspec

from nomoat.views.scored import scored_text
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.answer import Answer
from nomoat.work.asking import ask_judges, questions
from nomoat.work.marking import marked
from nomoat.work.plan import fix
from work.chatserver import Chat, Turn
from work.test_planned import place

HOME = "http://127.0.0.1:9/v1"
FAMILIES = {"closed": "gpt", "open": "qwen", "unasked": "mistral", "other": "llama"}


def judged(folder, url):
    """A run of 60 requests that are answered by both arms, differently but for every tenth, and a pairwise judge."""
    plan, frame = place(folder, HOME, HOME, scorer={"kind": "pairwise", "judge": "other", "file": "labels.csv"})
    ends = {
        name: msgspec.structs.replace(end, family=FAMILIES[name], url=url if name == "other" else end.url)
        for name, end in plan.endpoints.items()
    }
    plan = fix(msgspec.structs.replace(plan, endpoints=ends, sha256=None), date(2026, 11, 1))
    (folder / plans.FILE).write_text(plans.text(plan))
    ids = [r for one in frame.use_cases["triage"].proof for r in one.requests]
    lines = [
        Answer(run="proof-1", arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k",
               model="m", response={"content": "same" if ids.index(cell.request_id) % 10 == 0 else f"by {cell.arm}"})
        for cell in frames.cells(plan, frame)
    ]  # fmt: skip
    run = folder / "runs" / "proof-1"
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    return ids


def test_a_judge_who_always_prefers_the_first_is_asked_once_and_found_out(tmp_path):
    said = []
    with Chat(lambda seen, before: Turn(text="<think>first or second?</think>\n\nFirst.")) as jury:
        ids = judged(tmp_path, jury.url)
        assert marked(tmp_path).scored.marks == 0
        ask_judges(tmp_path, say=said.append)
        assert jury.asked.total() == 2 * 54
        ask_judges(tmp_path, say=said.append)
        assert jury.asked.total() == 2 * 54
    plan = plans.read(tmp_path / plans.FILE)
    calls = questions(plan, frames.read(tmp_path / frames.FILE, plan), tmp_path, "proof-1")
    asked = dict.fromkeys(call.request.request_id.split("|")[0] for call in calls)
    assert list(asked) == [name for k, name in enumerate(ids) if k % 10]
    assert {"Judges: 108 replies and 0 failures in all" in line for line in said} == {True, False}
    shown = str(jury.bodies)
    assert "incumbent:" not in shown
    assert "qwen" not in shown
    found = marked(tmp_path)
    (one,) = found.scored.orders
    assert (one.pairs, one.swapped, one.rate, one.first, one.second) == (54, 54, 1.0, 108, 0)
    assert [(row.arm, row.marks, row.mean) for row in found.scored.rows] == [("incumbent", 60, 0.5), ("open", 60, 0.5)]
    assert "turned with the order in 100% of 54 pairs of answers that differ" in " ".join(
        scored_text(found, 90).split()
    )


def test_a_judge_that_fails_is_asked_again_and_what_it_left_is_no_mark(tmp_path):
    with Chat(lambda seen, before: Turn(status=400)) as jury:
        judged(tmp_path, jury.url)
        ask_judges(tmp_path, say=lambda line: None)
        failed = marked(tmp_path).scored
        # The 6 pairs that are the same need nobody; of the others as many have a mark as failed before it was given up.
        assert {row.marks - row.broken for row in failed.rows} == {6}
        jury.script = lambda seen, before: Turn(text="second" if "First answer" in str(seen) else "tie")
        ask_judges(tmp_path, say=lambda line: None)
    found = marked(tmp_path).scored
    assert found.broken == {}
    assert {row.marks for row in found.rows} == {60}
