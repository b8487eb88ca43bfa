"""What cannot be scored is said when the plan is fixed, and which scorers cannot be relied on when they have scored."""

from __future__ import annotations

import msgspec
import pytest

from nomoat.errors import InputError
from nomoat.views.scored import scored_text
from nomoat.work import frame as frames
from nomoat.work import sandbox, store
from nomoat.work.answer import Answer
from nomoat.work.labelled import references
from nomoat.work.labels import to_label
from nomoat.work.marking import Marked, marked, score
from nomoat.work.planning import Planned
from nomoat.work.scorable import unscorable
from work.test_planned import place

HOME = "http://127.0.0.1:9/v1"


def planned(folder, **scorer):
    plan, frame = place(folder, HOME, HOME, scorer=scorer)
    return Planned(plan=plan, frame=frame)


def test_a_plan_whose_scorer_has_nothing_to_compare_with_is_refused_before_anything_is_paid(tmp_path):
    for k, (scorer, said) in enumerate(
        (
            ({"kind": "exact", "reference": "hint:gold"}, "could be scored by 'exact': no reference"),
            ({"kind": "numeric", "reference": "truths.csv"}, "truths.csv cannot be read"),
        )
    ):
        with pytest.raises(InputError, match=said):
            list(unscorable(planned(tmp_path / str(k), **scorer), tmp_path / str(k)))
    tools = planned(tmp_path / "tools", kind="tool_calls")
    talks = [msgspec.structs.replace(one, response={"content": "no"}) for one in store.requests(tmp_path / "tools")]
    store.append(tmp_path / "told", talks)
    with pytest.raises(InputError, match="none of 60 logged answers calls a tool"):
        list(unscorable(tools, tmp_path / "told"))
    found = planned(tmp_path / "some", kind="numeric", reference="truths.csv")
    rows = [f"t{k:02}.{turn},{'seven' if k < 4 else k}" for k in range(20) for turn in range(2)]
    (tmp_path / "some" / "truths.csv").write_text("\n".join(["request_id,reference", *rows]))
    left = {one.why: one.count for one in unscorable(found, tmp_path / "some")}
    assert left == {"no reference": 20, "the reference holds no number": 8}
    assert list(unscorable(planned(tmp_path / "shape", kind="json_schema", schema={}), tmp_path / "shape")) == []
    assert list(unscorable(planned(tmp_path / "people", kind="human", file="l.csv"), tmp_path / "people")) == []


def answered(folder, plan, frame):
    lines = [
        Answer(run="r", arm="open", request_id=r, conversation_id=one.conversation_id, key="k", model="m",
               response={"content": "def f(): pass"})
        for one in frame.use_cases["triage"].proof
        for r in one.requests
    ]  # fmt: skip
    place = folder / "runs" / "r"
    place.mkdir(parents=True)
    (place / "journal.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    return score(plan, frame, folder, "r")


def test_a_function_that_says_another_thing_every_time_is_found_out(tmp_path):
    plan, frame = place(tmp_path, HOME, HOME, scorer={"kind": "python", "function": "own.py:mine"})
    (tmp_path / "own.py").write_text("n = 0\ndef mine(t, r, w):\n    global n\n    n += 1\n    return n % 2\n")
    scored = answered(tmp_path, plan, frame)
    assert scored.notes == ("triage: your function gave 20 of 20 answers another score when it was asked again",)
    assert "another score when it was asked again." in scored_text(Marked(part="proof", scored=scored, chosen={}), 90)


def test_a_scorer_that_fails_every_time_stops_and_one_that_fails_at_times_is_counted(tmp_path):
    for name, body, fails in (
        ("all", "return None", True),
        ("some", "return None if r['request_id'] < 't20' else 1", False),
    ):
        folder = tmp_path / name
        folder.mkdir()
        plan, frame = place(folder, HOME, HOME, scorer={"kind": "python", "function": "own.py:mine"})
        (folder / "own.py").write_text(f"def mine(t, r, w):\n    {body}\n")
        if fails:
            with pytest.raises(InputError, match="failed on each of the first 50 answers: TypeError"):
                answered(folder, plan, frame)
        else:
            assert answered(folder, plan, frame).broken == {"open": 40}


def test_a_request_has_one_right_answer(tmp_path):
    path = tmp_path / "truths.csv"
    path.write_text("request_id,reference\na,1\na,1\nb,\n")
    assert references(path) == {"a": "1", "b": ""}
    path.write_text("request_id,reference\na,1\na,2\n")
    with pytest.raises(InputError, match="line 3: a second right answer to a, '2' and before '1'"):
        references(path)


def test_people_may_choose_among_candidates_too(tmp_path):
    scorer = {"kind": "human", "file": "labels.csv"}
    plan, frame = place(tmp_path, HOME, HOME, candidates=("open", "other"), tuning=5, scorer=scorer)
    lines = [
        Answer(run="r", arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k",
               model="m", response={"content": cell.arm})
        for cell in frames.cells(plan, frame, part="tuning")
    ]  # fmt: skip
    run = tmp_path / "runs" / "tuning-1"
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    sheet = to_label(tmp_path, 60, part="tuning")
    assert {answer for *_, answer in sheet.rows} == {"incumbent", "open", "other"}
    rows = [f"{name},{0.2 if answer == 'open' else 1}" for _, name, _, _, answer in sheet.rows]
    (tmp_path / "labels.csv").write_text("\n".join(["code,score", *rows]))
    assert marked(tmp_path, "tuning").chosen["triage"].candidate == "other"


def test_where_code_is_not_kept_apart_the_marks_say_so(tmp_path, monkeypatch):
    plan, frame = place(tmp_path, HOME, HOME, scorer={"kind": "code", "tests": "f()"})
    monkeypatch.setattr(sandbox, "missing", lambda: ("the network", "other processes"))
    monkeypatch.setattr(sandbox, "passes", lambda *asked: (1.0, ""))
    (note,) = answered(tmp_path, plan, frame).notes
    assert note == (
        "triage: this machine does not keep the code of answers from the network; nor from other processes: score it "
        "in a container"
    )


def test_labels_of_several_people_are_found_beside_the_file_that_is_named(tmp_path):
    plan, frame = place(tmp_path, HOME, HOME, scorer={"kind": "human", "file": "labels.csv"})
    (tmp_path / "labels-ann.csv").write_text("arm,request_id,score\nopen,t01.0,1\nopen,t02.0,1\n")
    (tmp_path / "labels-bob.csv").write_text("arm,request_id,score\nopen,t01.0,0\nopen,t02.0,1\n")
    (tmp_path / "labelsmore.csv").write_text("no labels")
    scored = answered(tmp_path, plan, frame)
    assert list(scored.labels) == ["labels-ann.csv", "labels-bob.csv"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plan, frame = place(elsewhere, HOME, HOME, scorer={"kind": "human", "file": str(tmp_path / "labels-ann.csv")})
    assert answered(elsewhere, plan, frame).by_arm == {"open": 2}
    ((row,), (agreed,)) = scored.rows, scored.agreement
    assert (row.marks, row.mean, agreed.people, agreed.answers, agreed.alike) == (2, 0.75, 2, 2, 0.5)
    said = " ".join(scored_text(Marked(part="proof", scored=scored, chosen={}), 90).split())
    assert "triage: 2 people agree in 50% of pairs of labels of 2 answers (95 % interval 9 to 91 %" in said


def test_a_gap_in_labels_is_named_and_who_cannot_say_leaves_none(tmp_path):
    plan, frame = place(tmp_path, HOME, HOME, scorer={"kind": "human", "file": "labels.csv"})
    ids = [r for one in frame.use_cases["triage"].proof for r in one.requests][:20]
    rows = [f"open,{name},{'' if k == 4 else 1}" for k, name in enumerate(ids)]
    (tmp_path / "labels.csv").write_text("\n".join(["arm,request_id,score", *rows]))
    scored = answered(tmp_path, plan, frame)
    (note,) = scored.notes
    assert note.startswith(
        "triage: 7 labelled conversations come behind one that is not and wait for it: label answer "
    )
    (tmp_path / "labels.csv").write_text(
        "\n".join(["arm,request_id,score", *rows]).replace(f"{ids[4]},", f"{ids[4]},?")
    )
    clear = score(plan, frame, tmp_path, "r")
    assert (clear.notes, clear.unscorable, clear.marks) == ((), {ids[4]: "people could not say"}, 19)
