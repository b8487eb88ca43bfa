"""An answer that refuses, is cut off or says nothing is an answer: scored as it is, and counted for all to see."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from nomoat.views.ran import ran_table, ran_text
from nomoat.views.signed import told
from nomoat.work.answer import Answer
from nomoat.work.endpoint import Endpoint
from nomoat.work.prove import prove
from nomoat.work.request import Request
from nomoat.work.run import Call, run
from work.chatserver import Chat, Turn
from work.planted import World, write

REFUSAL = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
TOOL = {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": ""}}]}
ENDINGS = {
    "done": ({"content": "yes"}, "stop", ()),
    "in plain words": ({"content": "I cannot help with that.", "refusal": None}, "stop", ()),
    "its own field": (REFUSAL, "stop", ("refused",)),
    "a part": ({"content": [{"type": "refusal", "refusal": "No."}]}, "stop", ("refused",)),
    "filtered": ({"content": ""}, "content_filter", ("refused",)),
    "filtered in mid-word": ({"content": "ye"}, "content_filter", ("refused",)),
    "filtered, as Vertex says it": ({"role": "assistant"}, "content_filter: SAFETY", ("refused",)),
    "filtered, as Bedrock says it": ({"content": "Sorry."}, "guardrail_intervened", ("refused",)),
    "cut off": ({"content": "ye"}, "length", ("cut off",)),
    "cut off, as Google says it": ({"content": "ye"}, "MAX_TOKENS", ("cut off",)),
    "all thought, no answer": ({"content": "", "reasoning_content": "hm"}, "length", ("cut off",)),
    "nothing": ({"content": None}, "stop", ("empty",)),
    "white space": ({"content": " \n"}, None, ("empty",)),
    "no parts": ({"content": []}, "stop", ("empty",)),
    "a part that is none": ({"content": ["yes", 3]}, "stop", ("empty",)),
    "a tool": (TOOL, "tool_calls", ()),
    "refuses and is cut": (REFUSAL, "length", ("refused", "cut off")),
}


def answer(response, finish, **more):
    return Answer(
        run="r",
        arm="a",
        request_id="q",
        conversation_id="c",
        key="k",
        model="m",
        response=response,
        finish=finish,
        **more,
    )


@pytest.mark.parametrize(("response", "finish", "wanted"), ENDINGS.values(), ids=ENDINGS)
def test_how_an_answer_ended(response, finish, wanted):
    assert answer(response, finish).endings == wanted


def test_a_failed_call_has_no_ending():
    assert answer(None, None, error="timeout").endings == ()


def test_a_run_counts_them_by_arm_and_says_so(tmp_path):
    turns = [Turn(message=REFUSAL), Turn(text=""), Turn()]
    with Chat(lambda body, before: turns[int(body["messages"][0]["content"]) % 3]) as server:
        calls = [
            Call("b", "b", Request(request_id=str(i), conversation_id="c", model="l", messages=({"content": str(i)},)))
            for i in range(9)
        ]
        ends = {"b": Endpoint(name="b", url=server.url, model="m")}
        ran = run(calls, ends, tmp_path, "one")
        again = run(calls, ends, tmp_path, "one")
    assert (ran.answered, ran.failed, ran.arms[0].endings) == (9, 0, {"refused": 3, "empty": 3})
    assert again.arms == ran.arms
    table = ran_table(ran)
    row = dict(zip((column.key for column in table.columns), table.rows[0], strict=True))
    assert (row["answered"], row["refused"], row["cut_off"], row["empty"]) == (9, 3, 0, 3)
    assert "Answers of b that are scored as they are: 3 refused" in ran_text(ran, 200)


def test_the_verdict_counts_them_by_arm_and_not_as_failures(tmp_path):
    scores = {f"c{k:02}": np.array([[1.0, 0.0 if k < 7 else 1.0, 1.0]]) for k in range(30)}
    plan, frame = World({"u": scores}).plan()
    answers, marks = World({"u": scores}).journal(plan, frame)
    refused = [
        msgspec.structs.replace(one, response=REFUSAL) if one.arm == "open" and mark.score == 0 else one
        for one, mark in zip(answers, marks, strict=True)
    ]
    write(tmp_path, refused, marks)
    case = prove(plan, frame, tmp_path).cases[0]
    assert (case.refused, case.failed_candidate, case.lost) == ({"open": 7}, 0, 7)
    said = (
        "Answers that refuse, in their own field or by a content filter, scored as they are: candidate 7, incumbent 0."
    )
    assert said in " ".join(told(case))
