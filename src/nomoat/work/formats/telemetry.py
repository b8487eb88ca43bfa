"""Which spans of OpenTelemetry are calls of a model? Those of its GenAI conventions, and OpenInference's.

{"resourceSpans": [{"scopeSpans": [{"spans": [...]}]}]}      OTLP as JSON, as a collector's file exporter writes it
{"name", "context", "start_time", "attributes": {...}}       a span as the SDK prints it, or Phoenix exports it
{"info": {...}, "data": {"spans": [...]}}                    a trace of MLflow, whose attributes are JSON texts
{"traceID", "spans": [{"spanID", "tags": [...]}]}            a trace of Jaeger; Zipkin's spans have tags as well
{"gen_ai.request.model", "trace.span_id", ...}               a span as a flat record, of Honeycomb or a warehouse
{"resourceLogs": [...]}                                      the event that holds a whole call, as a log

Bodies are attributes of the span, or of its events, as the conventions had them before 1.37. Where two instruments
record one call, as the framework's span around the client's, the outer one is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nomoat.work.formats.attributes import attributes, messages, tools
from nomoat.work.formats.names import PARAMS
from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import encoded, figure, loosened, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
_SPOKEN = re.compile(r"gen_ai\.(system|user|assistant|tool)\.message")
CALLS = {"chat", "text_completion", "generate_content", "completion"}


DETAILS = "gen_ai.client.inference.operation.details"
_CONVERSATION = (
    "gen_ai.conversation.id", "session.id", "langfuse.session.id", "ai.telemetry.metadata.sessionId",
    "traceloop.association.properties.conversation_id", "traceloop.association.properties.session_id",
    "traceloop.association.properties.thread_id", "mlflow.trace.session",
)  # fmt: skip
_USER = ("user.id", "enduser.id", "ai.telemetry.metadata.userId", "traceloop.association.properties.user_id",
         "mlflow.trace.user")  # fmt: skip
_TRACE = ("langfuse.trace.name", "traceloop.workflow.name", "ai.telemetry.functionId", "gen_ai.agent.name",
          "mlflow.traceName")  # fmt: skip
_INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens",
          "ai.usage.promptTokens")  # fmt: skip
_OUTPUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
           "ai.usage.outputTokens", "ai.usage.completionTokens")  # fmt: skip
_READ = ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
         "gen_ai.usage.input_tokens.cached", "gen_ai.usage.details.cache_read_tokens",
         "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens")  # fmt: skip
_WRITTEN = ("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_write_tokens", "llm.token_count.prompt_details.cache_write")  # fmt: skip
_THOUGHT = ("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "llm.usage.reasoning_tokens",
            "gen_ai.usage.output_tokens.reasoning", "gen_ai.usage.details.reasoning_tokens",
            "llm.token_count.completion_details.reasoning", "ai.usage.reasoningTokens")  # fmt: skip
_COST = ("gen_ai.usage.cost", "gen_ai.usage.cost.total", "llm.cost.total", "operation.cost")
_ID = ("spanId", "span_id", "spanID", "context.span_id", "trace.span_id")
_TRACED = ("traceId", "trace_id", "traceID", "context.trace_id", "trace.trace_id")
_PARENT = ("parentSpanId", "parent_id", "parent_span_id", "parentId", "trace.parent_id")


def rows(record: bytes) -> list[Row]:
    """The requests among the spans of a record."""
    made = [(span, row) for span in _spans(_RECORD.decode(record)) if (row := _row(span)) is not None]
    outer = {str(_one(span, *_PARENT)) for span, _ in made} if len(made) > 1 else set()
    return [row for span, row in made if row.request_id not in outer]


def _spans(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    held, trace = record.get("data"), record.get("trace")
    if isinstance(trace, Mapping) and "resourceSpans" in trace:
        record = trace  # of Tempo
    groups = record.get("resourceSpans", record.get("batches"))
    if groups is None and isinstance(held, Mapping) and isinstance(held.get("spans"), list):
        about = _about(record.get("info"))
        yield from ({**span, **about} for span in held["spans"] if isinstance(span, Mapping))
    elif groups is None and isinstance(record.get("spans"), list):
        yield from (_jaegers(span) for span in record["spans"] if isinstance(span, Mapping))
    elif isinstance(logs := record.get("resourceLogs"), list):
        yield from (one for one in _scoped(logs, ("scopeLogs",), "logRecords") if _whole(one))
    elif isinstance(groups, list):
        yield from _scoped(groups, ("scopeSpans", "instrumentationLibrarySpans"), "spans")
    else:
        yield _jaegers(record) if "tags" in record and "attributes" not in record else dict(record)


def _scoped(groups: list[Any], scopes: tuple[str, ...], within: str) -> Iterator[dict[str, Any]]:
    for group in groups:
        held = next((group[name] for name in scopes if name in group), ()) if isinstance(group, Mapping) else ()
        for scope in held if isinstance(held, list) else ():
            inner = scope.get(within) if isinstance(scope, Mapping) else None
            yield from (dict(one) for one in inner or () if isinstance(one, Mapping))


def _whole(log: Mapping[str, Any]) -> bool:
    """Whether a log holds a whole call; the events of single messages tell neither model nor tokens."""
    return DETAILS in (log.get("eventName"), attributes(log).get("event.name"))


def _about(info: Any) -> dict[str, Any]:
    """What MLflow says of a whole trace, as attributes of its spans."""
    found: dict[str, Any] = {}
    for name in ("trace_metadata", "request_metadata", "tags"):
        held = info.get(name) if isinstance(info, Mapping) else None
        if isinstance(held, Mapping):
            found |= {f"attributes.{key}": value for key, value in held.items() if str(key).startswith("mlflow.trace")}
    return found


def _jaegers(span: Mapping[str, Any]) -> dict[str, Any]:
    """A span of Jaeger or Zipkin, whose times are microseconds, as one of OpenTelemetry."""
    begun, lasted = (number(_one(span, *names)) for names in (("startTime", "timestamp"), ("duration",)))
    given = attributes(span)
    code = "ERROR" if str(given.get("error", "")).lower() == "true" else given.get("otel.status_code", "")
    return {
        **span, "spanId": _one(span, "spanID", "spanId", "id"), "startTime": begun, "status": {"code": code},
        "endTime": None if begun is None or lasted is None else begun + lasted,
    }  # fmt: skip


def _row(span: Mapping[str, Any]) -> Row | None:
    said = {**attributes(span), **_told_in_events(span)}
    if "mlflow.spanType" in said:
        said |= _mlflow(said)
    operation = said.get("gen_ai.operation.name")
    kind = str(said.get("openinference.span.kind", span.get("span_kind", ""))).upper()
    model = word(_one(said, "gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "ai.model.id"))
    vercel = said.get("ai.operationId")
    if vercel is not None and not str(vercel).endswith((".doGenerate", ".doStream")):
        return None
    if not (operation in CALLS or kind == "LLM" or vercel or (operation is None and model and not kind)):
        return None
    given = span.get("context")
    context: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    asked, answered = messages(said)
    row = Row(
        request_id=word(_one(span, *_ID) or context.get("span_id")),
        conversation_id=word(_one(said, *_CONVERSATION))
        or word(_one(span, *_TRACED) or context.get("trace_id")),
        time=moment(_one(span, *_STARTED)), ended=moment(_one(span, *_ENDED)), model=model or "",
        provider=word(_one(said, "gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider")),
        messages=asked, response=answered, turn=turn(asked), tools=tools(said),
        input=number(_one(said, *_INPUT)), output=number(_one(said, *_OUTPUT)),
        cache_read=number(_one(said, *_READ)), cache_write=number(_one(said, *_WRITTEN)),
        reasoning=number(_one(said, *_THOUGHT)), cost_usd=number(_one(said, *_COST)),
        latency_ms=number(_one(span, "duration_ms", "durationMs")),
        first_token_ms=number(said.get("ai.response.msToFirstChunk")), status=_status(span, said),
    )  # fmt: skip
    if row.input is not None and max(row.cache_read or 0, row.cache_write or 0) > row.input:
        row.input += (row.cache_read or 0) + (row.cache_write or 0)  # an instrument that counts them apart
    row.cost_source = "log" if row.cost_usd is not None else None
    row.params = _params(said)
    user = word(_one(said, *_USER))
    row.hints = hinted(
        ("prompt_name", word(_one(said, "gen_ai.prompt.name", "llm.prompt_template.name", "langfuse.prompt.name"))),
        ("trace_name", word(_one(said, *_TRACE))),
        ("tag", word(said.get("tag.tags"))),
        ("user", hidden(user) if user else None),
    )
    return row


_STARTED = ("startTimeUnixNano", "start_time", "startTime", "start_time_unix_nano", "timeUnixNano", "timestamp", "time")
_ENDED = ("endTimeUnixNano", "end_time", "endTime", "end_time_unix_nano")


def _status(span: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    status = span.get("status")
    inner = (status.get("code") or status.get("status_code")) if isinstance(status, Mapping) else None
    code = str(span.get("status_code") or inner or "").upper()
    return "error" if "ERROR" in code or code == "2" or "error.type" in said else "ok"


def _params(said: Mapping[str, Any]) -> str | None:
    found: dict[str, Any] = {}
    told = loosened(said.get("llm.invocation_parameters"))
    if isinstance(told, Mapping):
        found = {str(name): value for name, value in told.items()}
    else:
        for name, ours in PARAMS.items():
            if (value := said.get(f"gen_ai.request.{name}", said.get(f"ai.settings.{name}"))) is not None:
                found.setdefault(ours, figure(value))
    return encoded(found) if found else None


def _told_in_events(span: Mapping[str, Any]) -> dict[str, Any]:
    """What the events of a span say of its messages, under the names of attributes."""
    found: dict[str, Any] = {}
    asked: list[dict[str, Any]] = []
    events, inner = loosened(span.get("events")), loosened(attributes(span).get("events"))  # the latter of Logfire
    for event in (*(events if isinstance(events, list) else ()), *(inner if isinstance(inner, list) else ())):
        if not isinstance(event, Mapping):
            continue
        name = str(event.get("event.name", event.get("name")))
        said: Mapping[str, Any] = event if "event.name" in event else attributes(event)
        if spoken := _SPOKEN.fullmatch(name):
            content = said.get("content", said.get("gen_ai.event.content"))
            asked.append({"role": said.get("role") or spoken[1], "content": content})
        elif name == "gen_ai.choice":
            given = loosened(said.get("message")) or said.get("content")
            found["output.value"] = {"role": "assistant", **given} if isinstance(given, Mapping) else given
        elif name in ("gen_ai.content.prompt", "gen_ai.content.completion"):
            aim = "input.value" if name.endswith("prompt") else "output.value"
            found[aim] = said.get("gen_ai.prompt") or said.get("gen_ai.completion")
        elif name == "gen_ai.client.inference.operation.details":
            found |= {one: value for one, value in said.items() if one.startswith("gen_ai.")}
    if asked:
        found["input.value"] = asked
    return found


def _mlflow(said: Mapping[str, Any]) -> dict[str, Any]:
    """A span of MLflow under OpenInference's names; its attributes are JSON texts."""
    kind, asked, answered, usage = (
        loosened(said.get(f"mlflow.{name}")) for name in ("spanType", "spanInputs", "spanOutputs", "chat.tokenUsage")
    )
    sides = (answered if isinstance(answered, Mapping) else {}), (asked if isinstance(asked, Mapping) else {})
    counts: Mapping[str, Any] = usage if isinstance(usage, Mapping) else {}
    cost = loosened(said.get("mlflow.llm.cost"))
    called = str(kind).strip('"') in ("CHAT_MODEL", "LLM")
    settings = {ours: value for name, ours in PARAMS.items() if (value := sides[1].get(name)) is not None}
    return {
        "openinference.span.kind": "LLM" if called else "CHAIN",
        "llm.model_name": next((side["model"] for side in sides if side.get("model")), said.get("mlflow.llm.model")),
        "input.value": asked, "output.value": answered, "llm.invocation_parameters": settings,
        "gen_ai.tool.definitions": sides[1].get("tools"),
        "llm.token_count.prompt": counts.get("input_tokens"), "llm.token_count.completion": counts.get("output_tokens"),
        "llm.cost.total": cost.get("total_cost") if isinstance(cost, Mapping) else None,
    }  # fmt: skip


def _one(said: Mapping[str, Any], *names: str) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "")), None)


def _fits(record: Mapping[str, Any]) -> bool:
    trace = record.get("trace")
    if any(isinstance(one.get("resourceSpans"), list) for one in (record, trace) if isinstance(one, Mapping)):
        return True
    batches, logs = record.get("batches"), record.get("resourceLogs")
    if isinstance(batches, list) and any(isinstance(one, Mapping) and "scopeSpans" in one for one in batches):
        return True
    if isinstance(logs, list):
        return any(_whole(one) for one in _scoped(logs, ("scopeLogs",), "logRecords"))
    held = record.get("data")
    if "info" in record and isinstance(held, Mapping) and isinstance(held.get("spans"), list):
        return True
    if any(str(name).startswith(_COLUMNS) for name in record):
        return True
    if "traceID" in record and isinstance(record.get("spans"), list):
        return True
    tags = record.get("tags")
    if isinstance(tags, Mapping) and "traceId" in record and any(str(name).startswith(_SAID) for name in tags):
        return True
    spanned = "context" in record or "span_id" in record or "spanId" in record
    return spanned and "attributes" in record


_SAID = ("gen_ai.", "llm.", "openinference.")
_COLUMNS = (*_SAID, *(f"attributes.{name}" for name in _SAID))


FORMAT = Format(
    name="opentelemetry",
    title="spans of OpenTelemetry GenAI or OpenInference",
    fits=_fits,
    rows=rows,
    bodies="OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true in the program that is traced",
)
