"""A trace of Langfuse is its generations, in the session that the trace names, each paid for once."""

from __future__ import annotations

import json

from nomoat.work.logs import read
from nomoat.work.store import requests

ASKED = [{"role": "user", "content": "q"}]
ONE = {
    "id": "o1", "traceId": "t", "type": "GENERATION", "startTime": "2026-10-01T10:00:00Z", "parentObservationId": "o0",
    "endTime": "2026-10-01T10:00:02Z", "model": "m", "input": ASKED, "output": {"role": "assistant", "content": "a"},
    "usageDetails": {"input": 8, "output": 4}, "costDetails": {"total": 0.5}, "sessionId": None,
    "modelParameters": {"temperature": "0.2", "max_tokens": "200", "top_p": None},
}  # fmt: skip
SPAN = {**ONE, "id": "o0", "type": "SPAN", "model": None, "costDetails": {}, "parentObservationId": None}
TRACE = {"id": "t", "timestamp": "2026-10-01T10:00:00Z", "name": "support", "sessionId": "s", "userId": "u",
         "input": ASKED, "output": "a", "totalCost": 0.5, "tags": ["prod"], "observations": [SPAN, ONE]}  # fmt: skip


def taken(folder, document):
    log = folder / "log.json"
    log.write_text(json.dumps(document))
    done = read([log], folder / "work")
    return done.files[0], list(requests(folder / "work"))


def test_a_trace_gives_its_session_to_its_generations(tmp_path):
    other = {**TRACE, "id": "t2", "observations": [{**ONE, "id": "o9"}]}
    for at, document in enumerate(([TRACE, other], {"data": [TRACE, other], "meta": {"page": 1}})):
        (folder := tmp_path / str(at)).mkdir()
        _, rows = taken(folder, document)
        assert [(row.request_id, row.conversation_id, row.cost_usd) for row in rows] == [
            ("o1", "s", 0.5), ("o9", "s", 0.5)]  # fmt: skip
        assert {key: value for key, value in rows[0].hints.items() if key != "user"} == {
            "trace_name": "support", "tag": "prod"}  # fmt: skip
        assert rows[0].params == {"temperature": 0.2, "max_tokens": 200}


def test_a_generation_around_a_generation_is_not_paid_for_twice(tmp_path):
    outer = {**ONE, "id": "o0", "parentObservationId": None}
    _, rows = taken(tmp_path, [{**TRACE, "observations": [outer, ONE]}])
    assert [row.request_id for row in rows] == ["o1"]


def test_a_picture_that_was_not_exported_is_told(tmp_path):
    part = {"type": "image_url", "image_url": {"url": "@@@langfuseMedia:type=image/png|id=x|source=base64@@@"}}
    found, _ = taken(tmp_path, [{**ONE, "input": [{"role": "user", "content": [part]}]}])
    assert found.cut == 1
    assert any("cut by the logger" in line for line in found.missing())


def test_characters_are_no_tokens(tmp_path):
    _, (row,) = taken(tmp_path, [{**ONE, "usageDetails": None, "usage": {"input": 800, "unit": "CHARACTERS"}}])
    assert row.usage.input is None


def test_a_list_of_traces_alone_says_that_it_names_no_model(tmp_path):
    found, _ = taken(tmp_path, [{**TRACE, "observations": ["o0", "o1"]}])
    assert any("no request has models" in line for line in found.missing())
