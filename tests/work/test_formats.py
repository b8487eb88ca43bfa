"""Each program's log becomes the same planted request: what was asked, answered, counted and paid."""

from __future__ import annotations

import io
import json
import zipfile
import zlib

import pytest

from nomoat.errors import InputError
from nomoat.work.formats import FORMATS, format_of
from nomoat.work.formats.row import Raw, Row
from nomoat.work.logs import read
from nomoat.work.request import Usage
from nomoat.work.store import requests

SYSTEM, USER = {"role": "system", "content": "Sort."}, {"role": "user", "content": "My bill is wrong"}
SAID = {"role": "assistant", "content": "billing"}
BODY = {"model": "gpt-4o", "temperature": 0, "messages": [SYSTEM, USER]}
ANSWER = {
    "id": "chatcmpl-1", "created": 1788220800, "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "message": SAID, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8},
              "completion_tokens_details": {"reasoning_tokens": 1}},
}  # fmt: skip
COUNTED = Usage(input=20, output=3, cache_read=8, reasoning=1)
START, END = "2026-09-01T00:00:00Z", "2026-09-01T00:00:01.5Z"


def put(key: str, value) -> dict:
    kind = "intValue" if isinstance(value, int) else "stringValue"
    return {"key": key, "value": {kind: str(value)}}


GENAI = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06", "gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 3,
    "gen_ai.conversation.id": "talk", "gen_ai.request.temperature": 0,
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Sort."}]),
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": USER["content"]}]}]),
    "gen_ai.output.messages": json.dumps(
        [{"role": "assistant", "parts": [{"type": "text", "content": "billing"}], "finish_reason": "stop"}]
    ),
}  # fmt: skip
OPENINFERENCE = {
    "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o-2024-08-06", "session.id": "talk",
    "llm.token_count.prompt": 20, "llm.token_count.completion": 3,
    "llm.invocation_parameters": json.dumps({"temperature": 0}),
    "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "Sort.",
    "llm.input_messages.1.message.role": "user", "llm.input_messages.1.message.content": USER["content"],
    "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "billing",
}  # fmt: skip
SPAN = {"name": "chat", "context": {"trace_id": "t", "span_id": "s"}, "start_time": START, "end_time": END}
LANGFUSE = {
    "id": "o1", "trace_id": "t", "session_id": "talk", "type": "GENERATION", "start_time": START, "end_time": END,
    "provided_model_name": "gpt-4o-2024-08-06", "model_parameters": {"temperature": 0}, "input": [SYSTEM, USER],
    "output": SAID, "usage_details": {"input": 12, "input_cached_tokens": 8, "output": 2, "output_reasoning_tokens": 1},
    "total_cost": 0.002, "prompt_name": "triage", "tags": ["prod"], "level": "DEFAULT",
}  # fmt: skip
CAMEL = {
    "id": "o1", "traceId": "t", "sessionId": "talk", "type": "GENERATION", "startTime": START, "endTime": END,
    "model": "gpt-4o-2024-08-06", "modelParameters": {"temperature": 0}, "input": {"messages": [SYSTEM, USER]},
    "output": SAID, "usageDetails": {"input": 12, "input_cached_tokens": 8, "output": 2, "output_reasoning_tokens": 1},
    "calculatedTotalCost": 0.002, "promptName": "triage",
}  # fmt: skip
SAMPLE = {
    "id": 1, "epoch": 1, "input": "My bill is wrong", "target": "billing", "messages": [SYSTEM, USER, SAID],
    "output": {"model": "gpt-4o-2024-08-06", "choices": [{"message": SAID, "stop_reason": "stop"}]},
    "model_usage": {"openai/gpt-4o": {"input_tokens": 12, "output_tokens": 3, "total_tokens": 23,
                                      "input_tokens_cache_read": 8, "reasoning_tokens": 1}},
    "scores": {"match": {"value": "C"}}, "uuid": "u1", "working_time": 1.5, "error": None,
}  # fmt: skip
PAYLOAD = {
    "id": "chatcmpl-1", "trace_id": "talk", "call_type": "acompletion", "response_cost": 0.002, "status": "success",
    "prompt_tokens": 20, "completion_tokens": 3, "total_tokens": 23, "startTime": 1788220800.0, "endTime": 1788220801.5,
    "completionStartTime": 1788220800.25, "model": "gpt-4o-2024-08-06", "custom_llm_provider": "openai",
    "cache_hit": None, "request_tags": ["triage"], "messages": [SYSTEM, USER], "response": ANSWER,
    "model_parameters": {"temperature": 0, "stream": True},
    "metadata": {"user_api_key_hash": "88", "user_api_key_alias": "support"},
}  # fmt: skip
HELICONE = {
    "request_id": "h1", "request_created_at": START, "request_body": BODY, "response_body": ANSWER,
    "response_status": 200, "delay_ms": 1500, "cost": 0.002, "model": "gpt-4o-2024-08-06", "request_user_id": "ada",
    "request_properties": {"Helicone-Session-Id": "talk", "feature": "triage"},
}  # fmt: skip
PROMPTFOO = {
    "promptIdx": 0, "testIdx": 3, "vars": {"q": "x"}, "provider": {"id": "openai:chat:gpt-4o-2024-08-06"},
    "prompt": {"raw": json.dumps([SYSTEM, USER]), "label": "triage"}, "success": True, "score": 1, "latencyMs": 1500,
    "response": {"output": "billing", "tokenUsage": {"prompt": 20, "completion": 3, "total": 23}, "cost": 0.002},
}  # fmt: skip
LM_EVAL = {
    "doc_id": 0, "doc": {}, "target": "billing", "resps": [["billing"]], "filtered_resps": ["billing"],
    "arguments": {"gen_args_0": {"arg_0": json.dumps([SYSTEM, USER]), "arg_1": {"until": [], "temperature": 0}}},
    "doc_hash": "d", "prompt_hash": "p", "target_hash": "t",
}  # fmt: skip
EVERY = {
    "schema_version": "0.3.0", "evaluation_id": "e", "model_id": "openai/gpt-4o", "evaluation_name": "triage",
    "sample_id": "1", "interaction_type": "multi_turn", "input": {"raw": "My bill is wrong", "reference": ["billing"]},
    "messages": [SYSTEM, USER, SAID], "token_usage": {"input_tokens": 20, "output_tokens": 3},
    "performance": {"latency_ms": 1500}, "evaluation": {"score": 1.0},
}  # fmt: skip

CASES = {
    "openai pair": ("openai", {"request": BODY, "response": ANSWER}, COUNTED),
    "openai stored": ("openai", {**BODY, **ANSWER}, COUNTED),
    "openai tuning line": ("openai", {"messages": [SYSTEM, USER, SAID], "model": "gpt-4o"}, Usage()),
    "litellm payload": ("litellm payload", PAYLOAD, COUNTED),
    "langfuse, snake": ("langfuse", LANGFUSE, COUNTED),
    "langfuse, camel": ("langfuse", CAMEL, COUNTED),
    "genai span": ("opentelemetry", {**SPAN, "attributes": GENAI}, Usage(input=20, output=3)),
    "openinference span": ("opentelemetry", {**SPAN, "attributes": OPENINFERENCE}, Usage(input=20, output=3)),
    "otlp": ("opentelemetry", {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": "t", "spanId": "s", "startTimeUnixNano": "1788220800000000000",
         "endTimeUnixNano": "1788220801500000000", "attributes": [put(*one) for one in GENAI.items()]},
        {"traceId": "t", "spanId": "tool", "attributes": [put("gen_ai.operation.name", "execute_tool")]},
    ]}]}]}, Usage(input=20, output=3)),
    "helicone": ("helicone", HELICONE, COUNTED),
    "inspect": ("inspect", SAMPLE, COUNTED),
    "promptfoo": ("promptfoo", PROMPTFOO, Usage(input=20, output=3)),
    "lm-eval": ("lm-eval", LM_EVAL, Usage()),
    "every eval ever": ("every eval ever", EVERY, Usage(input=20, output=3)),
}  # fmt: skip
TIMED = {"litellm payload", "langfuse, snake", "langfuse, camel", "genai span", "openinference span", "otlp"}
PAID = {"litellm payload", "langfuse, snake", "langfuse, camel", "helicone", "promptfoo"}


def taken(folder, data: bytes):
    (folder / "log").write_bytes(data)
    found = read([folder / "log"], folder / "work").files[0]
    return found, list(requests(folder / "work"))


@pytest.mark.parametrize("case", CASES)
def test_a_record_becomes_the_request_that_it_logs(tmp_path, case):
    name, record, usage = CASES[case]
    found, (one,) = taken(tmp_path, json.dumps(record).encode() + b"\n")
    assert (found.format, found.skipped, found.faults) == (name, {}, {})
    assert one.messages == (SYSTEM, USER)
    assert one.response == SAID
    assert one.usage == usage
    assert one.status == "ok"
    assert one.model in {"gpt-4o-2024-08-06", "gpt-4o", "openai/gpt-4o", ""}
    assert bool(one.model) == (case != "lm-eval")
    if case in TIMED:
        assert one.time.isoformat() == "2026-09-01T00:00:00+00:00"
        assert one.latency_ms == 1500
        assert one.conversation_id == "talk"
    if case in PAID:
        assert (one.cost_usd, one.cost_source) == (0.002, "log")
    if case in {"openai pair", "litellm payload", "langfuse, snake", "genai span", "openinference span", "helicone"}:
        assert one.params == {"temperature": 0}


def test_documents_that_hold_a_list_are_read_through(tmp_path):
    for name, whole, count in (
        ("a", {"evalId": "e", "results": {"version": 3, "prompts": [{"raw": "x"}], "results": [PROMPTFOO]}}, 1),
        ("b", {"version": 2, "status": "success", "eval": {"task": "t"}, "samples": [SAMPLE]}, 1),
        ("c", {"data": [LANGFUSE, {**LANGFUSE, "id": "o2", "type": "SPAN"}], "meta": {"page": 1}}, 1),
    ):
        for indent in (None, 2):
            folder = tmp_path / f"{name}{indent}"
            folder.mkdir()
            found, rows = taken(folder, json.dumps(whole, indent=indent).encode())
            assert len(rows) == count
            assert rows[0].messages == (SYSTEM, USER)
    assert found.skipped == {"records that are no call of a model": 1}


# The marks of a ZIP's two headers, and where in them method, checksum, size and name stand.
LOCAL, CENTRAL = (b"PK\x03\x04", 8, 14, 22, 30), (b"PK\x01\x02", 10, 16, 24, 46)


def archive(members: dict[str, bytes], method: str) -> bytes:
    """A ZIP as Inspect writes it; Python's own cannot write zstd before 3.14, so the method's number is put in."""
    import zstandard

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if method == "deflate" else zipfile.ZIP_STORED) as made:
        for name, data in members.items():
            made.writestr(name, zstandard.compress(data) if method == "zstd" else data)
    if method != "zstd":
        return out.getvalue()
    data = bytearray(out.getvalue())
    for name, plain in members.items():
        for mark, at_method, at_crc, at_size, at_name in (
            (b"PK\x03\x04", 8, 14, 22, 30),
            (b"PK\x01\x02", 10, 16, 24, 46),
        ):
            at = data.find(mark)
            while data[at + at_name : at + at_name + len(name)] != name.encode():
                at = data.find(mark, at + 1)
            data[at + at_method : at + at_method + 2] = (93).to_bytes(2, "little")
            data[at + at_crc : at + at_crc + 4] = zlib.crc32(plain).to_bytes(4, "little")
            data[at + at_size : at + at_size + 4] = len(plain).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("method", ["stored", "deflate", "zstd"])
def test_an_eval_file_of_inspect_is_read_however_it_is_packed(tmp_path, method):
    members = {"header.json": b"{}", "_journal/start.json": b"{}"}
    members |= {f"samples/{i}_epoch_1.json": json.dumps({**SAMPLE, "uuid": f"u{i}"}).encode() for i in range(3)}
    found, rows = taken(tmp_path, archive(members, method))
    assert (found.format, [one.request_id for one in rows]) == ("inspect", ["u0", "u1", "u2"])
    again, _ = taken(tmp_path, archive(members, method))
    assert again.new == 0


def test_a_broken_member_of_an_archive_is_set_aside_and_a_foreign_archive_refused(tmp_path):
    good = json.dumps(SAMPLE).encode()
    data = archive({"samples/a.json": good, "samples/b.json": good.replace(b"u1", b"u2")}, "stored")
    at = data.index(b"My bill")
    found, rows = taken(tmp_path, data[:at] + b"X" + data[at + 1 :])
    assert [one.request_id for one in rows] == ["u2"]
    assert found.skipped == {"a broken member of the archive": 1}
    with pytest.raises(InputError, match="no samples"):
        taken(tmp_path, archive({"word/document.xml": b""}, "stored"))


def test_a_days_sum_is_one_row_that_says_of_how_many_requests(tmp_path):
    rows = b"date,model,model_permaslug,endpoint_id,provider_name,usage,byok_usage_inference,requests,prompt_tokens," \
           b"completion_tokens,reasoning_tokens\n2026-09-01,openai/gpt-4o,openai/gpt-4o-2024-08-06,e,OpenAI,1.5,0.5," \
           b"120,24000,3000,0\n"  # fmt: skip
    found, (one,) = taken(tmp_path, rows)
    assert found.format == "openrouter activity"
    assert (one.status, one.cost_usd, one.usage.input, one.messages) == ("sum of 120", 2.0, 24000, None)


def test_failures_and_cached_answers_are_told(tmp_path):
    lines = [
        {"request": BODY, "response": {"error": {"message": "x"}}, "status_code": 500},
        {"request": {**BODY, "seed": 1}, "error": "timeout"},
    ]
    _, rows = taken(tmp_path, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert [one.status for one in rows] == ["error", "error"]
    again = [{**PAYLOAD, "cache_hit": True}, {**PAYLOAD, "id": "b", "status": "failure"}]
    _, rows = taken(tmp_path, b"".join(json.dumps(line).encode() + b"\n" for line in again))
    assert [one.status for one in rows[2:]] == ["cached", "error"]


@pytest.mark.parametrize("order", [("in", "out"), ("out", "in")])
def test_the_two_files_of_a_batch_are_joined_whichever_comes_first(tmp_path, order):
    asked = [{"custom_id": f"c{i}", "method": "POST", "url": "/v1/chat/completions", "body": BODY} for i in range(3)]
    answered = [
        {"id": f"b{i}", "custom_id": f"c{i}", "response": {"status_code": 200, "body": ANSWER}, "error": None}
        for i in (2, 0)
    ]
    for name, rows in (("in", asked), ("out", answered)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = read([tmp_path / name for name in order], tmp_path / "work")
    assert found.total == 3
    assert sum(one.renamed + one.known for one in found.files) == 0
    assert [one.skipped for one in found.files] == [{}, {}]  # what is joined is not set aside
    by_id = {one.request_id: one for one in requests(tmp_path / "work")}
    assert all(one.messages == (SYSTEM, USER) and one.params == {"temperature": 0} for one in by_id.values())
    assert {name for name, one in by_id.items() if one.response} == {"c0", "c2"}
    assert by_id["c2"].usage == COUNTED
    assert read([tmp_path / name for name in order], tmp_path / "work").total == 3


def test_anthropic_and_responses_bodies_are_read(tmp_path):
    lines = [
        {"request": {"model": "claude-sonnet-4-5", "system": "Sort.", "max_tokens": 9, "messages": [USER]},
         "response": {"id": "msg_1", "role": "assistant", "content": [{"type": "text", "text": "billing"}],
                      "usage": {"input_tokens": 5, "output_tokens": 3, "cache_read_input_tokens": 8,
                                "cache_creation_input_tokens": 7}}},
        {"request": {"model": "gpt-5", "instructions": "Sort.", "input": "My bill is wrong"},
         "response": {"id": "resp_1", "output": [{"type": "message"}], "usage": {"input_tokens": 20, "output_tokens": 3,
                      "input_tokens_details": {"cached_tokens": 8}}}},
    ]  # fmt: skip
    _, rows = taken(tmp_path, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert [one.messages for one in rows] == [(SYSTEM, USER), (SYSTEM, USER)]
    assert rows[0].usage == Usage(input=20, output=3, cache_read=8, cache_write=7)
    assert rows[1].usage == Usage(input=20, output=3, cache_read=8)
    assert rows[0].response["content"][0]["text"] == "billing"


def test_no_format_takes_what_another_writes():
    for case, (name, record, _) in CASES.items():
        assert format_of(record).name == name, case


def test_lines_read_at_once_are_the_lines_read_one_by_one(tmp_path):
    fast = [one for one in FORMATS if one.many is not None]
    assert {one.name for one in fast} == {"litellm spend logs", "litellm payload"}
    payload = {"id": "c", "response_cost": 0.1, "call_type": "acompletion", "model": "m", "messages": [], "user": None}
    spend = {"request_id": "a", "spend": 0.1, "call_type": "acompletion", "startTime": "2026-09-01 00:00:00"}
    told = {"role": "user", "content": 'said "assistant"'}
    sent = {"messages": [told, {"role": "assistant", "content": "x"}, told], "tools": [{"type": "function"}]}
    for format, record in zip(fast, (spend, payload), strict=True):
        records = [
            record,
            {**record, "request_tags": ["b", "a"], "cache_hit": "True", "metadata": {"user_api_key_alias": "app"}},
            {**record, "proxy_server_request": sent, "messages": [told], "response": {"choices": [{"message": told}]}},
            {**record, "proxy_server_request": json.dumps({**sent, "messages": "{}", "system": "s", "input": "i"})},
            {**record, "messages": json.dumps([told]), "response": "litellm_truncated", "status": "failure"},
            {
                **record,
                "metadata": {"usage_object": {"prompt_tokens": 3, "cache_read_input_tokens": 2}, "status": "error"},
            },
            {**record, "response": {"choices": [{"message": told}], "usage": {"completion_tokens": 5, "cost": 1.5}}},
        ]
        lines = [json.dumps(one).encode() + b"\n" for one in records]
        made = format.many(b"".join(lines))
        assert set(made) <= set(Row.__struct_fields__)
        at_once = [Row(**dict(zip(made, cells, strict=True))) for cells in zip(*made.values(), strict=True)]
        one_by_one = [row for line in lines for row in format.rows(line)]
        for row in (*at_once, *one_by_one):
            row.messages, row.response = (
                str(b, "utf-8") if isinstance(b, Raw) else b for b in (row.messages, row.response)
            )
        assert at_once == one_by_one
        assert [row.redaction for row in at_once].count("cut") == 1
        assert [(row.output, row.cache_read, row.status) for row in at_once[5:]] == [
            (None, 2, "error"),
            (5, None, "ok"),
        ]


def test_the_team_of_a_payload_is_a_hint(tmp_path):
    metadata = {"user_api_key_team_id": "team-7", "user_api_key_team_alias": "claims", "user_api_key_hash": None}
    record = {"id": "c", "response_cost": 0.1, "call_type": "acompletion", "model": "m", "metadata": metadata}
    _, (row,) = taken(tmp_path, json.dumps(record).encode())
    assert row.hints == {"team": "claims"}
