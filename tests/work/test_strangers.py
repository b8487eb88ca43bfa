"""Logs that nobody described: each is read by the names and forms that it has, or refused with what to type next."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tarfile
import threading
import zipfile
from datetime import UTC, datetime

import duckdb
import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nomoat.cli import main
from nomoat.errors import InputError, UnknownName
from nomoat.work.formats.plain import mapped
from nomoat.work.formats.spoken import number, tokens
from nomoat.work.logs import read
from nomoat.work.store import requests

S, U, A = "You are a help desk.", "How do I reset my password?", "Click on the link."
SYSTEM, ASKED, SAID = ({"role": r, "content": c} for r, c in (("system", S), ("user", U), ("assistant", A)))
CHAT = {"id": "x", "model": "m-1", "choices": [{"index": 0, "message": SAID, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 8, "completion_tokens": 4}}  # fmt: skip
CLAUDE = {"id": "msg", "type": "message", "role": "assistant", "model": "m-1", "stop_reason": "end_turn",
          "content": [{"type": "text", "text": A}],
          "usage": {"input_tokens": 5, "cache_read_input_tokens": 3, "output_tokens": 4}}  # fmt: skip
GEMINI = {"contents": [{"role": "user", "parts": [{"text": U}]}], "systemInstruction": {"parts": [{"text": S}]},
          "generationConfig": {"temperature": 0.5, "maxOutputTokens": 9}}  # fmt: skip
CANDIDATE = {"candidates": [{"content": {"role": "model", "parts": [{"text": A}]}, "finishReason": "STOP"}],
             "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 4}, "modelVersion": "m-1"}  # fmt: skip
CONVERSE = {"messages": [{"role": "user", "content": [{"text": U}]}], "system": [{"text": S}],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.5}}  # fmt: skip
CONVERSED = {"output": {"message": {"role": "assistant", "content": [{"text": A}]}}, "stopReason": "end_turn",
             "metrics": {"latencyMs": 900}, "usage": {"inputTokens": 8, "outputTokens": 4}}  # fmt: skip
BEDROCK = {"schemaType": "ModelInvocationLog", "timestamp": "2026-09-01T10:00:00Z", "accountId": "1",
           "identity": {"arn": "arn:aws:sts::1:role/app"}, "requestId": "r", "modelId": "m-1"}  # fmt: skip
T = {"temperature": 0.5, "max_tokens": 9}


def lang(kind, words):
    return {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", kind],
            "kwargs": {"content": words, "type": "x"}}  # fmt: skip


# what it is: the record, and what of it is not known (p: prompt, a: answer, m: model, n: tokens, t: time, s: system)
STRANGERS = {
    "bedrock converse": ({
        **BEDROCK, "operation": "Converse", "input": {"inputBodyJson": CONVERSE, "inputTokenCount": 8},
        "output": {"outputBodyJson": CONVERSED, "outputTokenCount": 4},
    }, "", T),
    "bedrock invoke": ({
        **BEDROCK, "operation": "InvokeModel",
        "input": {"inputBodyJson": {"system": S, "max_tokens": 9, "messages": [ASKED]}, "inputTokenCount": 8},
        "output": {"outputBodyJson": {**CLAUDE, "usage": {"output_tokens": 4}}, "outputTokenCount": 4},
    }, "", {"max_tokens": 9}),
    "vertex request-response": ({
        "endpoint": "projects/p", "logging_time": "2026-09-01 10:00:00.000 UTC", "request_id": "9", "model": "m-1",
        "request_payload": [], "full_request": GEMINI, "full_response": CANDIDATE,
        "metadata": {"request_latency": 900.0},
    }, "", T),
    "gemini batch, asked": ({"key": "k", "request": {"model": "m-1", **GEMINI}}, "ant", T),
    "gemini batch, answered": ({"key": "k", "response": CANDIDATE}, "pts", {}),
    "anthropic batch, asked": (
        {"custom_id": "c", "params": {"model": "m-1", "max_tokens": 9, "system": S, "messages": [ASKED]}}, "ant",
        {"max_tokens": 9},
    ),
    "anthropic batch, answered": ({"custom_id": "c", "result": {"type": "succeeded", "message": CLAUDE}}, "pts", {}),
    "anthropic pair": ({"request": {"model": "m-1", "system": S, "messages": [ASKED]}, "response": CLAUDE}, "t", {}),
    "responses api": ({
        "id": "resp", "object": "response", "created_at": 1788256800, "status": "completed", "error": None,
        "model": "m-1", "output": [{"type": "message", "role": "assistant",
                                    "content": [{"type": "output_text", "text": A}]}],
        "usage": {"input_tokens": 8, "output_tokens": 4, "output_tokens_details": {"reasoning_tokens": 0}},
    }, "ps", {}),
    "azure gateway": ({
        "TimeGenerated": "2026-09-01T10:00:00Z", "CorrelationId": "q", "ModelName": "m-1", "DeploymentName": "d",
        "PromptTokens": 8, "CompletionTokens": 4, "RequestMessages": json.dumps([SYSTEM, ASKED]),
        "ResponseMessages": json.dumps([SAID]),
    }, "", {}),
    "azure diagnostics": ({
        "time": "2026-09-01T10:00:00Z", "operationName": "ChatCompletions_Create", "durationMs": 812,
        "correlationId": "c", "resultSignature": "200",
        "properties": json.dumps({"modelDeploymentName": "d", "modelName": "m-1", "modelVersion": "2024-08-06"}),
    }, "pans", {}),
    "portkey": ({
        "id": "p", "created_at": "2026-09-01T10:00:00Z", "ai_org": "openai", "ai_model": "m-1",
        "request": {"url": "https://x", "method": "POST", "body": {"model": "m", "messages": [SYSTEM, ASKED], **T}},
        "response": {"status": 200, "headers": {}, "body": CHAT}, "metadata": {"use_case": "help"}, "cost": 0.1,
    }, "", T),
    "cloudflare": ({
        "id": "cf", "created_at": "2026-09-01T10:00:00Z", "provider": "openai", "model": "m-1", "status_code": 200,
        "tokens_in": 8, "tokens_out": 4, "duration": 812, "cached": False, "success": True,
        "request": json.dumps({"messages": [SYSTEM, ASKED], **T}), "response": json.dumps(CHAT),
    }, "", T),
    "databricks": ({
        "databricks_request_id": "d", "date": "2026-08-31", "timestamp_ms": 1788256800000, "status_code": 200,
        "execution_time_ms": 812, "request": json.dumps({"messages": [SYSTEM, ASKED], **T}),
        "response": json.dumps(CHAT),
    }, "", T),
    "langsmith": ({
        "id": "l", "run_type": "llm", "start_time": "2026-09-01T10:00:00", "end_time": "2026-09-01T10:00:01",
        "inputs": {"messages": [[lang("SystemMessage", S), lang("HumanMessage", U)]]},
        "outputs": {"generations": [[{"text": A, "message": lang("AIMessage", A)}]], "llm_output": {}},
        "extra": {"invocation_params": {"model": "m-1", **T}}, "session_id": "project", "trace_id": "t",
        "prompt_tokens": 8, "completion_tokens": 4, "status": "success", "error": None,
    }, "", T),
    "braintrust": ({
        "id": "b", "root_span_id": "r", "created": "2026-09-01T10:00:00Z", "input": [SYSTEM, ASKED],
        "output": [{"index": 0, "message": SAID}], "metadata": {"model": "m-1", **T}, "scores": None,
        "metrics": {"prompt_tokens": 8, "completion_tokens": 4}, "span_attributes": {"type": "llm"},
    }, "", T),
    "phoenix, rest": ({
        "name": "x", "context": {"trace_id": "t", "span_id": "s"}, "span_kind": "LLM", "status_code": "OK",
        "start_time": "2026-09-01T10:00:00Z", "attributes": {"llm": {
            "model_name": "m-1", "input_messages": [{"message": SYSTEM}, {"message": ASKED}],
            "output_messages": [{"message": SAID}], "token_count": {"prompt": 8, "completion": 4}}},
    }, "", {}),
    "phoenix, frame": ({
        "context.span_id": "s", "context.trace_id": "t", "span_kind": "LLM", "start_time": "2026-09-01T10:00:00Z",
        "attributes.llm.model_name": "m-1", "attributes.llm.token_count.prompt": 8,
        "attributes.llm.token_count.completion": 4, "attributes.llm.input_messages": [
            {"message.role": "system", "message.content": S}, {"message.role": "user", "message.content": U}],
        "attributes.llm.output_messages": [{"message.role": "assistant", "message.content": A}],
    }, "", {}),
    "kong": ({
        "started_at": 1788256800000, "latencies": {"request": 812}, "request": {"method": "POST", "uri": "/ai"},
        "ai": {"proxy": {"usage": {"prompt_tokens": 8, "completion_tokens": 4}, "meta": {"response_model": "m-1"},
               "payload": {"request": json.dumps({"messages": [SYSTEM, ASKED]}), "response": json.dumps(CHAT)}}},
    }, "", {}),
    "ollama": ({"model": "m-1", "created_at": "2026-09-01T10:00:00Z", "prompt": U, "system": S, "response": A,
                "prompt_eval_count": 8, "eval_count": 4}, "", {}),
    "sharegpt": ({"id": "s", "model": "m-1", "conversations": [
        {"from": "system", "value": S}, {"from": "human", "value": U}, {"from": "gpt", "value": A}]}, "nt", {}),
    "lmsys": ({"conversation_id": "c", "model": "m-1", "conversation": [SYSTEM, ASKED, SAID], "turn": 1}, "nt", {}),
}  # fmt: skip


INSPECT = {
    "id": 1, "epoch": 1, "input": U, "target": A, "uuid": "u", "messages": [SYSTEM, ASKED, SAID],
    "output": {"model": "m-1", "choices": [{"message": SAID, "stop_reason": "stop"}]}, "scores": {"s": {"value": "C"}},
    "model_usage": {"m-1": {"input_tokens": 8, "output_tokens": 4}},
}  # fmt: skip


@pytest.mark.parametrize("ids", [3, 20_000], ids=["short settings", "settings longer than what is looked at"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_log_of_inspect_is_its_samples_and_not_one_request(tmp_path, indent, ids):
    settings = {
        "task": "t",
        "model": "m-1",
        "created": "2026-09-01T10:00:00Z",
        "dataset": {"sample_ids": [*range(ids)]},
    }
    log = {
        "version": 2, "status": "success", "eval": settings, "plan": {"steps": [{"solver": "generate"}]},
        "results": {"total_samples": 12, "scores": [{"name": "s", "scorer": "s"}]},
        "stats": {"started_at": "2026-09-01", "model_usage": {"m-1": {"input_tokens": 9, "output_tokens": 9}}},
        "samples": [{**INSPECT, "id": i, "uuid": f"u{i}"} for i in range(12)],
        "reductions": [{"scorer": "s", "samples": [{"value": 1.0, "sample_id": i} for i in range(12)]}],
    }  # fmt: skip
    found, rows = taken(tmp_path, json.dumps(log, indent=indent).encode())
    assert (found.format, found.records, found.skipped) == ("inspect", 12, {})
    assert {one.request_id for one in rows} == {f"u{i}" for i in range(12)}
    assert all(words(one.response) == A and one.usage.input == 8 for one in rows)


def test_a_document_with_sums_and_settings_before_its_records_is_its_records(tmp_path):
    record = {"prompt": U, "response": A, "model": "m-1"}
    settings = {"meta": {"pages": [{"no": i, "note": "x" * 100} for i in range(300)]}}
    for at, whole in enumerate(({**settings, "records": [record, record]}, {"records": [record] * 2000, **settings})):
        folder = tmp_path / str(at)
        folder.mkdir()
        found, rows = taken(folder, json.dumps(whole, indent=1).encode())
        assert found.records == len(whole["records"])
        assert rows[0].messages == (ASKED,)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("count", [2, 3_000], ids=["a few", "more than is looked at"])
def test_records_under_their_ids_are_records_and_not_one_request(tmp_path, indent, count):
    held = {f"x{i}": {"prompt": f"{U} {i}", "response": A, "model": "m-1"} for i in range(count)}
    found, _ = taken(tmp_path, json.dumps(held, indent=indent).encode())
    assert (found.records, found.new, found.messages) == (count, count, count)


def test_a_request_of_objects_is_one_request(tmp_path):
    one = {"input": {"model": "m-1", "messages": [ASKED]}, "output": {"model": "m-1", "choices": [{"message": SAID}]}}
    _, (row,) = taken(tmp_path, json.dumps(one, indent=2).encode())
    assert (row.messages, words(row.response)) == ((ASKED,), A)


def test_what_is_below_zero_counts_as_missing(tmp_path):
    lines = [{"id": str(i), "model": "m", "prompt": U, "prompt_tokens": -5, "cost": -1} for i in range(3)]
    found, _ = taken(tmp_path, "".join(json.dumps(line) + "\n" for line in lines).encode())
    assert (found.new, found.usage, found.costs) == (3, 0, 0)
    assert any("tokens" in line for line in found.missing())


PAIR = {"request": {"model": "m-1", "messages": [SYSTEM, ASKED]}, "response": CHAT}
SPREAD = [
    ("side by side on one line", lambda n: json.dumps(PAIR) * n),
    ("after record separators", lambda n: "".join("\x1e" + json.dumps(PAIR) + "\n" for _ in range(n))),
]


@pytest.mark.parametrize(("how", "written"), SPREAD, ids=[how for how, _ in SPREAD])
def test_records_are_told_apart_however_they_are_parted(tmp_path, how, written):
    found, rows = taken(tmp_path, written(3).encode())
    assert (found.records, sum(found.skipped.values())) == (3, 0)
    assert words(rows[0].response) == A


def _otlp(*events):
    numbers = {"gen_ai.usage.input_tokens": 8, "gen_ai.usage.output_tokens": 4}
    said = [{"key": "gen_ai.request.model", "value": {"stringValue": "m-1"}}]
    said += [{"key": name, "value": {"intValue": str(value)}} for name, value in numbers.items()]
    told = [{"name": name, "attributes": [{"key": key, "value": {"stringValue": text}}]} for name, key, text in events]
    span = {"traceId": "t", "spanId": "s", "name": "chat m-1", "attributes": said, "events": told}
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


TOLD_ELSEWHERE = {
    "events, one a message": _otlp(
        ("gen_ai.system.message", "content", S), ("gen_ai.user.message", "content", U),
        ("gen_ai.choice", "message", json.dumps({"content": A})),
    ),
    "events, one a side": _otlp(
        ("gen_ai.content.prompt", "gen_ai.prompt", json.dumps([SYSTEM, ASKED])),
        ("gen_ai.content.completion", "gen_ai.completion", json.dumps([SAID])),
    ),
    "an event with all": _otlp(
        ("gen_ai.client.inference.operation.details", "gen_ai.input.messages", json.dumps(
            [{"role": o["role"], "parts": [{"type": "text", "content": o["content"]}]} for o in (SYSTEM, ASKED)])),
        ("gen_ai.choice", "content", A),
    ),
    "mlflow": {"info": {"trace_id": "t", "state": "OK"}, "data": {"spans": [
        {"span_id": "s", "name": "Completions", "start_time_unix_nano": 1788256800 * 10**9, "attributes": {
            "mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": json.dumps({"messages": [SYSTEM, ASKED]}),
            "mlflow.spanOutputs": json.dumps(CHAT),
            "mlflow.chat.tokenUsage": json.dumps({"input_tokens": 8, "output_tokens": 4})}},
        {"span_id": "r", "name": "find", "attributes": {"mlflow.spanType": '"RETRIEVER"', "mlflow.spanInputs": "{}"}},
    ]}},
    "a stream as it came": {"request": PAIR["request"], "response": "".join(
        f"data: {json.dumps(one)}\n\n" for one in (
            {"model": "m-1", "choices": [{"delta": {"content": A[:5]}}]},
            {"choices": [{"delta": {"content": A[5:]}, "finish_reason": "stop"}]},
            {"choices": [], "usage": CHAT["usage"]},
        )) + "data: [DONE]\n\n"},
    "the answer under text, beside a prompt": {
        "model": {"provider": "p", "modelId": "m-1"}, "prompt": [SYSTEM, ASKED], "text": A,
        "usage": {"promptTokens": 8, "completionTokens": 4},
    },
    "bodies beside a time of its own": {
        "timestamp": "2026-09-01T10:00:00Z", "request_body": json.dumps(PAIR["request"]),
        "response_body": json.dumps(CHAT),
    },
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD_ELSEWHERE)
def test_bodies_are_found_where_programs_put_them(tmp_path, case):
    _, (row,) = taken(tmp_path, json.dumps(TOLD_ELSEWHERE[case]).encode() + b"\n")
    assert [(one["role"], words(one)) for one in row.messages] == [("system", S), ("user", U)]
    assert (row.response["role"], words(row.response), row.model) == ("assistant", A, "m-1")
    assert (row.usage.input, row.usage.output) == (8, 4)
    assert (row.time is not None) == (case in ("mlflow", "bodies beside a time of its own"))


def test_the_archive_of_a_browser_has_times_and_keeps_no_key(tmp_path):
    entry = {
        "startedDateTime": "2026-09-01T10:00:00Z", "time": 812.3,
        "request": {"headers": [{"name": "authorization", "value": "Bearer sk-very-secret-12345"}],
                    "postData": {"text": json.dumps(PAIR["request"])}},
        "response": {"status": 200, "content": {"text": json.dumps(CHAT)}},
    }  # fmt: skip
    found, (row,) = taken(tmp_path, json.dumps({"log": {"version": "1.2", "pages": [], "entries": [entry]}}).encode())
    assert (row.time, found.faults) == (datetime(2026, 9, 1, 10, tzinfo=UTC), {})
    assert words(row.response) == A
    assert not any(b"sk-very" in path.read_bytes() for path in (tmp_path / "w").rglob("*") if path.is_file())


def _zipped(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, "x")
    return out.getvalue()


def _tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        made.addfile(tarfile.TarInfo("logs/a.jsonl"))
    return out.getvalue()


NO_LOGS = {
    "SQLite": (b"SQLite format 3\x00" + bytes(4096), "sqlite3 FILE"),
    "workbook": (_zipped("xl/workbook.xml"), "CSV"),
    "no samples": (_zipped("a.jsonl"), "unzip"),
    "tar archive": (_tarred(), "tar xf"),
    "carriage return": (b"prompt,response,model\rHi,Ho,m\r", "tr "),
    "other words": (b'2026-09-01 INFO {"prompt": "Hi"}\n' * 3, "sed "),
    "columns, as pandas": (b'{"prompt":{"0":"Hi"},"model":{"0":"m"}}', "orient"),
}


@pytest.mark.parametrize("seen", NO_LOGS)
def test_what_needs_a_step_before_is_told_which(tmp_path, seen):
    data, todo = NO_LOGS[seen]
    with pytest.raises(InputError, match=seen) as caught:
        taken(tmp_path, data)
    assert todo in caught.value.next


def test_a_carriage_return_in_a_cell_costs_its_row_and_says_so(tmp_path):
    found, rows = taken(tmp_path, b"prompt,response\nHi,Ho\nbro\rken,x\nHi again,Ho\n")
    assert len(rows) == 2
    assert found.skipped == {"a carriage return outside quotes": 1}


@pytest.mark.parametrize("odd", ["2031-05-01T00:00:00Z", "2019-01-01T00:00:00Z"])
def test_a_time_far_from_all_others_is_kept_and_told(tmp_path, odd):
    lines = [{"id": str(i), "prompt": f"{U} {i}", "timestamp": f"2026-09-{1 + i % 28:02}T10:00:00Z"} for i in range(50)]
    lines[7]["timestamp"] = odd
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    found, rows = taken(tmp_path, data)
    assert found.strays == {odd[:10]: 1}
    assert sum(one.time is not None for one in rows) == 50
    told = CliRunner().invoke(main, ["work", "read", str(tmp_path / "log"), "--in", str(tmp_path / "v")])
    assert f"1 request more than a year from all others ({odd[:10]})" in " ".join(told.output.split())


def taken(folder, data: bytes, **options):
    (folder / "log").write_bytes(data)
    return read([folder / "log"], folder / "w", **options).files[0], list(requests(folder / "w"))


def words(message):
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@pytest.mark.parametrize("wrapped", ["a line", "many lines", "records", "one long line"])
@pytest.mark.parametrize("case", STRANGERS)
def test_a_strangers_log_is_read(tmp_path, case, wrapped):
    record, missing, params = STRANGERS[case]
    data = {
        "a line": lambda: json.dumps(record) + "\n",
        "many lines": lambda: json.dumps(record, indent=2) + "\n",
        "records": lambda: json.dumps({"records": [record]}),
        "one long line": lambda: json.dumps({"meta": {"page": 1}, "records": [record, {"note": "x" * 70_000}]}),
    }[wrapped]()
    found, rows = taken(tmp_path, data.encode())
    assert len(rows) == 1
    assert not found.faults
    (row,) = rows
    asked = [("s", "system", S), ("", "user", U)]
    assert row.model == "m-1"
    assert [(one["role"], words(one)) for one in row.messages or ()] == (
        [] if "p" in missing else [(role, said) for sign, role, said in asked if not sign or sign not in missing]
    )
    assert (row.response and words(row.response)) == (None if "a" in missing else A)
    assert (row.usage.input, row.usage.output) == ((None, None) if "n" in missing else (8, 4))
    assert row.time == (None if "t" in missing else datetime(2026, 9, 1, 10, tzinfo=UTC))
    assert row.status == "ok"
    assert {name: value for name, value in row.params.items() if name in T} == params


TABLES = {
    "spanish": ("fecha;modelo;pregunta;respuesta;tokens_entrada;tokens_salida;coste\n"
                "2026-09-01 10:00;m;¿Cómo?;Así.;1.008;4;0,0012\n", "cp1252", "¿Cómo?", "Así."),
    "german": ("Zeitpunkt;Modell;Frage;Antwort;Eingabe-Token;Ausgabe-Token;Kosten (USD)\r\n"
               "01.09.2026 10:00:00;m;Größe?;Klein.;1.008;4;0,0012\r\n", "utf-8-sig", "Größe?", "Klein."),
    "french, of Excel": ("sep=;\r\nHorodatage;Modèle;Prompt;Réponse;Input tokens;Output tokens;Coût\r\n"
                         "2026-09-01 10:00;m;Où ?;Là.;1008;4;0,0012\r\n", "utf-8", "Où ?", "Là."),
    "of pandas": (",prompt,response,model,created_at,prompt_tokens,completion_tokens,cost\n"
                  '0,Hi,Ho,m,2026-09-01 10:00:00,"1,008",4,0.0012\n', "utf-8", "Hi", "Ho"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_tables_in_other_languages_are_read(tmp_path, case):
    text, encoding, asked, said = TABLES[case]
    found, (row,) = taken(tmp_path, text.encode(encoding))
    assert (row.messages[0]["content"], row.response["content"], row.model) == (asked, said, "m")
    assert (row.usage.input, row.usage.output, row.cost_usd) == (1008, 4, 0.0012)
    assert row.time == datetime(2026, 9, 1, 10, tzinfo=UTC)
    assert not found.faults


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_is_the_same_in_english_and_in_german(whole, rest):
    value = float(f"{whole}.{rest:02}")
    english = f"{whole:,}.{rest:02}"
    assert number(english) == number(english.translate(str.maketrans(",.", ".,"))) == value
    assert tokens(f"{whole:,}") == tokens(f"{whole:,}".replace(",", ".")) == whole


def test_failures_of_strangers_are_failures_and_hits_of_a_cache_are_told(tmp_path):
    lines = [
        {"custom_id": "c", "result": {"type": "errored", "error": {"type": "error", "message": "no"}}},
        {"id": "a", "model": "m", "prompt": "x", "cached": True},
        {"id": "b", "model": "m", "prompt": "x", "status_code": 500},
        {"id": "d", "model": "m", "prompt": "x", "error": None, "status": "OK"},
    ]
    _, rows = taken(tmp_path, "".join(json.dumps(one) + "\n" for one in lines).encode())
    assert [row.status for row in rows] == ["error", "cached", "error", "ok"]
    assert rows[0].response is None


def test_tool_calls_of_gemini_and_bedrock_become_openais(tmp_path):
    call = {"functionCall": {"name": "look", "args": {"q": 1}}}
    used = {"toolUse": {"toolUseId": "t", "name": "look", "input": {"q": 1}}}
    for content in ({"role": "model", "parts": [call]}, {"role": "assistant", "content": [used]}):
        record = {"id": str(content), "model": "m", "prompt": "x", "response": {"candidates": [{"content": content}]}}
        (tmp_path / content["role"]).mkdir()
        _, (row,) = taken(tmp_path / content["role"], json.dumps(record).encode())
        assert row.response["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"q":1}'}


def test_what_is_no_call_of_a_model_in_a_trace_is_counted_apart(tmp_path):
    lines = [STRANGERS["langsmith"][0], {"id": "c", "run_type": "chain", "inputs": {"input": "x"}, "trace_id": "t"}]
    found, rows = taken(tmp_path, "".join(json.dumps(one) + "\n" for one in lines).encode())
    assert found.skipped == {"records that are no call of a model": 1}
    assert [row.conversation_id for row in rows] == ["t"]  # its session is a project, and no conversation


@pytest.mark.parametrize(("text", "seen", "next"), [
    ('{"level": "info", "msg": "started"}\n' * 3, "the fields level, msg", "--map prompt=FIELD"),
    ("when,bot,they_asked\n1,m,x\n", "its columns are when, bot, they_asked", "--map prompt=FIELD"),
    ("INFO 09-01 10:00:00 [logger.py:41] Received request c-1: prompt: 'x', params: y\n", "is a text", "work record"),
])  # fmt: skip
def test_what_nobody_can_read_is_refused_with_what_to_type(tmp_path, text, seen, next):
    with pytest.raises(InputError) as refused:
        taken(tmp_path, text.encode())
    assert seen in str(refused.value)
    assert next in refused.value.next


def test_columns_of_ones_own_are_named_on_the_command_line(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("when,bot,asked,said\n2026-09-01,m,Hi,Ho\n2026-09-01,m,Hey,\n")
    ask = ["work", "read", str(log), "--in", str(tmp_path / "w"), "--json"]
    pairs = ["prompt=asked", "response=said", "model=bot", "time=when"]
    done = CliRunner().invoke(main, [*ask, *(word for pair in pairs for word in ("--map", pair))])
    assert done.exit_code == 0, done.output
    one, other = requests(tmp_path / "w")
    assert (one.messages, one.response, one.model) == (
        ({"role": "user", "content": "Hi"},),
        {**SAID, "content": "Ho"},
        "m",
    )
    assert (other.response, other.time) == (None, datetime(2026, 9, 1, tzinfo=UTC))
    for pair, said in (
        ("prompt=question", "there are when, bot, asked, said"),
        ("promt=asked", "'prompt'"),
        ("x", "ours=field"),
    ):
        refused = CliRunner().invoke(main, [*ask, "--map", pair])
        assert refused.exit_code == 2
        assert said in refused.output


def test_a_nested_field_can_be_named(tmp_path):
    record = {"who": {"asked": json.dumps({"text_of_it": "Hi"})}, "b": [1]}
    _, (row,) = taken(tmp_path, json.dumps(record).encode(), columns={"prompt": "who.asked.text_of_it"})
    assert row.messages == ({"role": "user", "content": "Hi"},)
    with pytest.raises(UnknownName):
        mapped({"colour": "x"})


OBSERVATIONS = """
    SELECT 'g' || i AS id, CASE WHEN i % 10 = 9 THEN 'SPAN' ELSE 'GENERATION' END AS type, 't' || i // 2 AS trace_id,
        TIMESTAMP '2026-09-01 10:00:00' + to_seconds(i) AS start_time, 'm' AS provided_model_name,
        TIMESTAMP '2026-09-01 10:00:01' + to_seconds(i) AS end_time, NULL::VARCHAR AS session_id,
        '[{"role":"user","content":"hi ' || i || '"}]' AS input, '{"role":"assistant","content":"ho"}' AS output,
        MAP {'input': 8, 'output': 4} AS usage_details, 0.001::DECIMAL(18, 9) AS total_cost, ['a', 'b'] AS tags
    FROM range(2000) AS t(i)
"""


def test_a_parquet_export_of_langfuse_is_read_and_the_same_twice_adds_nothing(tmp_path):
    path = tmp_path / "observations.jsonl"  # told by its content
    duckdb.execute(f"COPY ({OBSERVATIONS}) TO '{path}' (FORMAT parquet)")
    found = read([path], tmp_path / "w").files[0]
    assert (found.format, found.new, found.records) == ("langfuse", 1800, 2000)
    first = next(requests(tmp_path / "w"))
    assert (first.request_id, first.conversation_id, first.messages) == (
        "g0",
        "t0",
        ({"role": "user", "content": "hi 0"},),
    )
    assert (first.usage.input, first.usage.output, first.cost_usd, first.latency_ms) == (8, 4, 0.001, 1000)
    assert first.time == datetime(2026, 9, 1, 10, tzinfo=UTC)
    again = read([path], tmp_path / "w").files[0]
    assert (again.new, again.records) == (0, 0)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="cannot be read"):
        read([path], tmp_path / "other")


@pytest.mark.parametrize(("asked", "answered"), [
    ("anthropic batch, asked", "anthropic batch, answered"), ("gemini batch, asked", "gemini batch, answered"),
])  # fmt: skip
def test_batches_of_others_are_joined_too(tmp_path, asked, answered):
    for name in (asked, answered):
        (tmp_path / name).write_text(json.dumps(STRANGERS[name][0]) + "\n")
    read([tmp_path / asked, tmp_path / answered], tmp_path / "w")
    (row,) = requests(tmp_path / "w")
    assert [words(one) for one in row.messages] == [S, U]
    assert words(row.response) == A
    assert row.params["max_tokens"] == 9


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe is no file"):
        read([tmp_path / "pipe"], tmp_path / "w")


def test_a_folder_with_loops_and_pipes_is_read_once(tmp_path):
    logs = tmp_path / "logs"
    (logs / "in").mkdir(parents=True)
    (logs / "in" / "a.jsonl").write_text(json.dumps(STRANGERS["ollama"][0]))
    (logs / "in" / "loop").symlink_to(logs)
    (logs / "gone").symlink_to("nowhere")
    os.mkfifo(logs / "pipe")
    found = read([logs], tmp_path / "w")
    assert (len(found.files), found.total) == (1, 1)


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress, zstandard.compress])
def test_encodings_are_told_with_and_without_a_mark_packed_or_not(tmp_path, coding, packed):
    for name, text in (("a", json.dumps(STRANGERS["ollama"][0]) + "\r\n"), ("b", "prompt,model\r\nHi,m-1\r\n")):
        (tmp_path / name).mkdir()
        _, (row,) = taken(tmp_path / name, packed(text.encode(coding)))
        assert row.model == "m-1"


def test_a_log_that_grows_while_it_is_read_loses_and_doubles_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("nomoat.work.lines.BLOCK", 4096)
    data = [json.dumps({"id": f"r{i}", "model": "m", "prompt": f"question {i}"}).encode() + b"\n" for i in range(3000)]
    log, done = tmp_path / "log", threading.Event()
    log.write_bytes(b"".join(data[:500]))

    def write():
        whole, draw = b"".join(data[500:]), random.Random(0)
        with log.open("ab", buffering=0) as file:
            while whole:
                size = draw.randrange(1, 2000)  # mostly within a line
                file.write(whole[:size])
                whole = whole[size:]
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = [read([log], tmp_path / "w").files[0]]
    writer.join()
    reads.append(read([log], tmp_path / "w").files[0])
    assert sum(one.new for one in reads) == 3000
    assert sum(one.known for one in reads) == 0
    assert [row.request_id for row in requests(tmp_path / "w")] == [f"r{i}" for i in range(3000)]


def test_escapes_in_the_fields_of_a_log_reach_no_terminal(tmp_path):
    with pytest.raises(InputError) as refused:
        taken(tmp_path, b'{"na\\u001b[31mme\\u202e": 1}\n')
    assert str(refused.value).isprintable()
    with pytest.raises(InputError) as refused:
        taken(tmp_path, b'{"na\\u001b[31mme\\u202e": 1}\n', columns={"prompt": "x"})
    assert str(refused.value).isprintable()
