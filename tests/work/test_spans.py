"""A call that some instrument traced is the request that was made, whatever the exporter did to its span."""

from __future__ import annotations

import json

import pytest

from nomoat.work.logs import read
from nomoat.work.store import requests

START = 1790848800 * 10**9
SYSTEM, ASKED, SAID = {"role": "system", "content": "S."}, {"role": "user", "content": "q"}, "Yes."
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
SCHEMA = {"type": "object"}
COUNTS = {"gen_ai.usage.input_tokens": 108, "gen_ai.usage.output_tokens": 4,
          "gen_ai.usage.cache_read.input_tokens": 90}  # fmt: skip
CHAT = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m", **COUNTS,
    "gen_ai.request.max_tokens": 9, "gen_ai.conversation.id": "conv",
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "S."}]),
    "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [{"type": "text", "content": "q"}]}]),
    "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": SAID}]}]),
    "gen_ai.tool.definitions": json.dumps([{"type": "function", "name": "f", "parameters": SCHEMA}]),
}  # fmt: skip
INFERENCE = {
    "openinference.span.kind": "LLM", "llm.model_name": "m", "session.id": "conv", "llm.token_count.prompt": 108,
    "llm.token_count.completion": 4, "llm.token_count.prompt_details.cache_read": 90,
    "llm.invocation_parameters": '{"max_tokens": 9}', "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "S.", "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.contents.0.message_content.type": "text",
    "llm.input_messages.1.message.contents.0.message_content.text": "q",
    "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": SAID,
    "llm.tools.0.tool.json_schema": json.dumps(TOOL),
}  # fmt: skip
LOOP = {
    "llm.request.type": "chat", "gen_ai.system": "OpenAI", "gen_ai.response.model": "m", "gen_ai.request.max_tokens": 9,
    "gen_ai.usage.prompt_tokens": 108, "gen_ai.usage.completion_tokens": 4, "gen_ai.usage.cache_read_input_tokens": 90,
    "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "S.", "gen_ai.prompt.1.role": "user",
    "gen_ai.prompt.1.content": "q", "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": SAID,
    "llm.request.functions.0.name": "f", "llm.request.functions.0.parameters": json.dumps(SCHEMA),
    "traceloop.association.properties.session_id": "conv",
}  # fmt: skip
VERCEL = {
    "ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "m", "ai.telemetry.metadata.sessionId": "conv",
    "ai.prompt.messages": json.dumps([SYSTEM, {"role": "user", "content": [{"type": "text", "text": "q"}]}]),
    "ai.response.text": SAID, "ai.prompt.tools": [json.dumps({"type": "function", "name": "f", "parameters": SCHEMA})],
    "ai.usage.promptTokens": 108, "ai.usage.completionTokens": 4, "ai.usage.cachedInputTokens": 90,
    "ai.settings.maxOutputTokens": 9, "gen_ai.request.max_tokens": 9,
}  # fmt: skip
EVENTS = [
    {"event.name": "gen_ai.system.message", "content": "S."}, {"event.name": "gen_ai.user.message", "content": "q"},
    {"event.name": "gen_ai.choice", "message": {"role": "assistant", "content": SAID}},
]  # fmt: skip
LOGFIRE = {**{name: value for name, value in CHAT.items() if "messages" not in name and "instructions" not in name},
           "events": json.dumps(EVENTS)}  # fmt: skip
INSTRUMENTS = {
    "conventions": CHAT,
    "openinference": INFERENCE,
    "openllmetry": LOOP,
    "vercel": VERCEL,
    "logfire": LOGFIRE,
}


def value(one):
    if isinstance(one, list):
        return {"arrayValue": {"values": [value(inner) for inner in one]}}
    return {"intValue": str(one)} if isinstance(one, int) else {"stringValue": one}


def span(attributes, at=1, parent=""):
    return {"traceId": "t", "spanId": f"s{at}", "parentSpanId": parent, "startTimeUnixNano": str(START),
            "endTimeUnixNano": str(START + 1_500_000_000),
            "attributes": [{"key": key, "value": value(one)} for key, one in attributes.items()]}  # fmt: skip


def scoped(*spans):
    return [{"resource": {}, "scopeSpans": [{"spans": list(spans)}]}]


MICRO = {"startTime": START // 1000, "duration": 1_500_000}
TIMES = {"start_time": "2026-10-01T10:00:00Z", "end_time": "2026-10-01T10:00:01.5Z"}
EXPORTERS = {
    "otlp": lambda given, at: {"resourceSpans": scoped(span(given, at))},
    "tempo": lambda given, at: {"batches": scoped(span(given, at))},
    "tempo 2": lambda given, at: {"trace": {"resourceSpans": scoped(span(given, at))}},
    "jaeger": lambda given, at: {"data": [{"traceID": "t", "spans": [
        {"spanID": f"s{at}", **MICRO, "tags": [{"key": k, "type": "string", "value": v} for k, v in given.items()]}]}]},
    "zipkin": lambda given, at: {"traceId": "t", "id": f"s{at}", "timestamp": START // 1000, "duration": 1_500_000,
                                 "tags": {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}},
    "sdk": lambda given, at: {"name": "x", "context": {"trace_id": "t", "span_id": f"s{at}"}, "attributes": given,
                              **TIMES},
    "columns": lambda given, at: {"context.span_id": f"s{at}", **TIMES,
                                  **{f"attributes.{name}": one for name, one in given.items()}},
    "flat": lambda given, at: {"trace.span_id": f"s{at}", "timestamp": "2026-10-01T10:00:00Z", "duration_ms": 1500.0,
                               **given},
}  # fmt: skip


def taken(folder, *records):
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(one) + "\n" for one in records))
    done = read([log], folder / "work")
    return done.files[0], list(requests(folder / "work"))


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_span_is_the_same_request_whoever_wrote_it(tmp_path, exporter):
    _, rows = taken(tmp_path, *(EXPORTERS[exporter](given, at) for at, given in enumerate(INSTRUMENTS.values())))
    assert [row.request_id for row in rows] == [f"s{at}" for at in range(len(INSTRUMENTS))]
    for name, row in zip(INSTRUMENTS, rows, strict=True):
        assert row.messages == (SYSTEM, ASKED), name
        assert (row.response["content"], row.model, row.conversation_id) == (SAID, "m", "conv"), name
        assert (row.usage.input, row.usage.output, row.usage.cache_read) == (108, 4, 90), name
        assert [one["function"] for one in row.tools] == [TOOL["function"]], name
        assert (row.params, row.latency_ms, f"{row.time:%H:%M}") == ({"max_tokens": 9}, 1500, "10:00"), name


@pytest.mark.parametrize(
    "said",
    [
        {"gen_ai.completion.0.tool_calls.0.id": "c", "gen_ai.completion.0.tool_calls.0.name": "f",
         "gen_ai.completion.0.tool_calls.0.arguments": '{"a":1}'},
        {f"llm.output_messages.0.message.tool_calls.0.tool_call.{name}": one for name, one in
         (("id", "c"), ("function.name", "f"), ("function.arguments", '{"a":1}'))},
        {"ai.response.toolCalls": '[{"toolCallId": "c", "toolName": "f", "args": "{\\"a\\":1}"}]'},
        {"gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [
            {"type": "tool_call", "id": "c", "name": "f", "arguments": {"a": 1}}]}])},
    ],
)  # fmt: skip
def test_a_call_of_a_tool_is_one(tmp_path, said):
    _, (row,) = taken(tmp_path, {"resourceSpans": scoped(span({"gen_ai.request.model": "m", **said}))})
    assert row.response["tool_calls"] == [CALL]


def test_a_picture_in_a_span_stays_in_the_request(tmp_path):
    parts = [{"type": "text", "content": "q"}, {"type": "uri", "modality": "image", "uri": "https://x/y.png"}]
    asked = {"gen_ai.request.model": "m", "gen_ai.input.messages": json.dumps([{"role": "user", "parts": parts}])}
    prefix = "llm.input_messages.0.message"
    seen = {"llm.model_name": "m", f"{prefix}.role": "user", f"{prefix}.contents.0.message_content.type": "image",
            f"{prefix}.contents.0.message_content.image.image.url": "https://x/y.png"}  # fmt: skip
    _, rows = taken(tmp_path, {"resourceSpans": scoped(span(asked), span(seen, 2))})
    picture = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}
    assert [row.messages[0]["content"][-1] for row in rows] == [picture, picture]


def test_agents_and_frameworks_around_a_call_are_not_counted_again(tmp_path):
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m", **COUNTS}
    outer, inner = {**INFERENCE, "llm.cost.total": "0.5"}, {**INFERENCE, "llm.cost.total": "0.5"}
    whole = {"ai.operationId": "ai.generateText", "ai.model.id": "m", "gen_ai.request.model": "m"}
    _, rows = taken(tmp_path, {"resourceSpans": scoped(
        span(agent, 1), span(outer, 2, "s1"), span(inner, 3, "s2"), span(whole, 4))})  # fmt: skip
    assert [(row.request_id, row.cost_usd) for row in rows] == [("s3", 0.5)]


def test_an_event_that_holds_a_whole_call_is_one_and_single_messages_are_none(tmp_path):
    def log(name, given):
        one = {"eventName": name, "timeUnixNano": str(START), "spanId": "s1", "traceId": "t",
               "attributes": span(given)["attributes"]}  # fmt: skip
        return {"resourceLogs": [{"scopeLogs": [{"logRecords": [one]}]}]}

    whole = log("gen_ai.client.inference.operation.details", CHAT)
    _, (row,) = taken(tmp_path, whole, log("gen_ai.user.message", {"gen_ai.system": "openai"}))
    assert (row.response["content"], row.usage.input) == (SAID, 108)


def test_a_trace_of_mlflow_tells_its_session_cost_and_settings(tmp_path):
    asked = {"model": "m", "messages": [ASKED], "temperature": 0.2}
    inner = {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.llm.cost": '{"total_cost": 0.5}',
             "mlflow.spanInputs": json.dumps(asked), "mlflow.spanOutputs": json.dumps(SAID)}  # fmt: skip
    info = {"trace_id": "t", "trace_metadata": {"mlflow.trace.session": "conv", "mlflow.trace.user": "u"}}
    _, (row,) = taken(tmp_path, {"info": info, "data": {"spans": [{"span_id": "s", "attributes": inner}]}})
    assert (row.conversation_id, row.cost_usd, row.params, "user" in row.hints) == (
        "conv", 0.5, {"temperature": 0.2}, True)  # fmt: skip
