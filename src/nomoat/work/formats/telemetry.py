"""Which spans of OpenTelemetry are calls of a model? Those of its GenAI conventions, and OpenInference's.

{"resourceSpans": [{"scopeSpans": [{"spans": [...]}]}]}      OTLP as JSON, as a collector's file exporter writes it
{"name", "context", "start_time", "attributes": {...}}       a span as the SDK prints it, or Phoenix exports it
{"info": {...}, "data": {"spans": [...]}}                    a trace of MLflow, whose attributes are JSON texts

Bodies are attributes of the span, or of its events, as the conventions had them before 1.37.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answer_of, encoded, loosened, messages_of, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
_NUMBERED = re.compile(
    r"(?:llm\.(input|output)_messages|gen_ai\.(prompt|completion))\.(\d+)\.(?:message\.)?(role|content)"
)
_SPOKEN = re.compile(r"gen_ai\.(system|user|assistant|tool)\.message")
CALLS = {"chat", "text_completion", "generate_content", "completion"}


def rows(record: bytes) -> list[Row]:
    """The requests among the spans of a record."""
    return [row for span in _spans(_RECORD.decode(record)) if (row := _row(span)) is not None]


def _spans(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    groups = record.get("resourceSpans")
    held = record.get("data")
    if groups is None and isinstance(held, Mapping) and isinstance(held.get("spans"), list):
        yield from (dict(span) for span in held["spans"] if isinstance(span, Mapping))
        return
    if not isinstance(groups, list):
        yield dict(record)
        return
    for group in groups:
        for scope in group.get("scopeSpans", ()) if isinstance(group, Mapping) else ():
            for span in scope.get("spans", ()) if isinstance(scope, Mapping) else ():
                if isinstance(span, Mapping):
                    yield dict(span)


def _row(span: Mapping[str, Any]) -> Row | None:
    said = {**attributes(span), **_told_in_events(span)}
    if "mlflow.spanType" in said:
        said |= _mlflow(said)
    operation = said.get("gen_ai.operation.name")
    kind = str(said.get("openinference.span.kind", span.get("span_kind", ""))).upper()
    model = word(_one(said, "gen_ai.response.model", "gen_ai.request.model", "llm.model_name"))
    if not (operation in CALLS or kind == "LLM" or (operation is None and model and not kind)):
        return None
    given = span.get("context")
    context: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    asked, answered = _messages(said)
    status = span.get("status")
    code = str(span.get("status_code") or (status.get("code") or status.get("status_code")
                                           if isinstance(status, Mapping) else "")).upper()  # fmt: skip
    row = Row(
        request_id=word(_one(span, "spanId", "span_id", "context.span_id") or context.get("span_id")),
        conversation_id=word(_one(said, "gen_ai.conversation.id", "session.id"))
        or word(_one(span, "traceId", "trace_id", "context.trace_id") or context.get("trace_id")),
        time=moment(_one(span, "startTimeUnixNano", "start_time", "startTime", "start_time_unix_nano")),
        ended=moment(_one(span, "endTimeUnixNano", "end_time", "endTime", "end_time_unix_nano")), model=model or "",
        provider=word(_one(said, "gen_ai.provider.name", "gen_ai.system", "llm.provider")),
        messages=asked, response=answered, turn=turn(asked),
        input=number(_one(said, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")),
        output=number(
            _one(said, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
        ),
        cache_read=number(
            _one(said, "gen_ai.usage.cache_read.input_tokens", "llm.token_count.prompt_details.cache_read")
        ),
        reasoning=number(
            _one(said, "gen_ai.usage.reasoning.output_tokens", "llm.token_count.completion_details.reasoning")
        ),
        cost_usd=number(_one(said, "gen_ai.usage.cost", "gen_ai.usage.cost.total", "llm.cost.total")),
        status="error" if "ERROR" in code or code == "2" or "error.type" in said else "ok",
    )  # fmt: skip
    row.cost_source = "log" if row.cost_usd is not None else None
    params = loosened(said.get("llm.invocation_parameters"))
    if not isinstance(params, Mapping):
        names = ("temperature", "top_p", "max_tokens", "seed", "frequency_penalty", "presence_penalty")
        params = {n: said[f"gen_ai.request.{n}"] for n in names if f"gen_ai.request.{n}" in said}
    row.params = encoded(params) if params else None
    user = word(_one(said, "user.id", "enduser.id"))
    row.hints = hinted(
        ("prompt_name", word(_one(said, "gen_ai.prompt.name", "llm.prompt_template.name"))),
        ("tag", word(said.get("tag.tags"))),
        ("user", hidden(user) if user else None),
    )
    return row


def attributes(span: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a span as one flat dictionary, whether listed, nested, or columns of a table.

    >>> attributes({"attributes": [{"key": "gen_ai.system", "value": {"stringValue": "x"}}]})
    {'gen_ai.system': 'x'}
    >>> attributes({"attributes": {"llm": {"model_name": "x"}}, "attributes.user.id": "u"})
    {'llm.model_name': 'x', 'user.id': 'u'}
    """
    given = loosened(span.get("attributes"))
    found: dict[str, Any] = {}
    if isinstance(given, list):
        found = {str(one.get("key")): _value(one.get("value")) for one in given if isinstance(one, Mapping)}
    elif isinstance(given, Mapping):
        _flatten("", given, found)
    for name, value in span.items():
        if str(name).startswith("attributes."):
            found[str(name)[11:]] = value
    return found


def _told_in_events(span: Mapping[str, Any]) -> dict[str, Any]:
    """What the events of a span say of its messages, under the names of attributes."""
    found: dict[str, Any] = {}
    asked: list[dict[str, Any]] = []
    events = loosened(span.get("events"))
    for event in events if isinstance(events, list) else ():
        if not isinstance(event, Mapping):
            continue
        name, said = str(event.get("name")), attributes(event)
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
    called = str(kind).strip('"') in ("CHAT_MODEL", "LLM")
    return {
        "openinference.span.kind": "LLM" if called else "CHAIN",
        "llm.model_name": next((side["model"] for side in sides if side.get("model")), None),
        "input.value": asked, "output.value": answered,
        "llm.token_count.prompt": counts.get("input_tokens"), "llm.token_count.completion": counts.get("output_tokens"),
    }  # fmt: skip


def _flatten(prefix: str, value: Any, found: dict[str, Any]) -> None:
    """Nested objects under dotted names; a list keeps its place but for messages, which are numbered."""
    if isinstance(value, Mapping) and len(prefix) < 200:
        for name, inner in value.items():
            _flatten(f"{prefix}.{name}" if prefix else str(name), inner, found)
    elif isinstance(value, list) and prefix in ("llm.input_messages", "llm.output_messages"):
        for at, inner in enumerate(value):
            _flatten(f"{prefix}.{at}", inner, found)
    else:
        found[prefix] = value


def _value(value: Any) -> Any:
    """A value of OTLP out of its type's name."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    kind, inner = next(iter(value.items()))
    if kind == "arrayValue" and isinstance(inner, Mapping):
        return [_value(one) for one in inner.get("values", ())]
    if kind == "kvlistValue" and isinstance(inner, Mapping):
        return {one.get("key"): _value(one.get("value")) for one in inner.get("values", ()) if isinstance(one, Mapping)}
    return inner


def _messages(said: Mapping[str, Any]) -> tuple[str | None, str | None]:
    asked = messages_of(said.get("gen_ai.input.messages"), said.get("gen_ai.system_instructions"))
    answers = loosened(said.get("gen_ai.output.messages"))
    answered = None
    if isinstance(answers, list) and answers:
        first = messages_of(answers[:1])
        answered = answer_of(first)
    numbered: dict[str, dict[int, dict[str, Any]]] = {"in": {}, "out": {}}
    for name, value in said.items():
        if found := _NUMBERED.fullmatch(name):
            side = "in" if found[1] == "input" or found[2] == "prompt" else "out"
            numbered[side].setdefault(int(found[3]), {})[found[4]] = value
    whole = {
        side: [{"role": "user" if side == "in" else "assistant", **kept[at]} for at in sorted(kept)]
        for side, kept in numbered.items()
    }
    tables = (loosened(said.get(f"llm.{side}_messages")) for side in ("input", "output"))
    told, answers = (found if isinstance(found, list) else None for found in tables)
    asked = asked or messages_of(whole["in"]) or messages_of(told) or messages_of(said.get("input.value"))
    return asked, answered or answer_of(whole["out"]) or answer_of(answers) or answer_of(said.get("output.value"))


def _one(said: Mapping[str, Any], *names: str) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "")), None)


def _fits(record: Mapping[str, Any]) -> bool:
    if isinstance(record.get("resourceSpans"), list):
        return True
    held = record.get("data")
    if "info" in record and isinstance(held, Mapping) and isinstance(held.get("spans"), list):
        return True
    if any(str(name).startswith(("attributes.llm.", "attributes.gen_ai.")) for name in record):
        return True
    spanned = "context" in record or "span_id" in record or "spanId" in record
    return spanned and "attributes" in record


FORMAT = Format(
    name="opentelemetry",
    title="spans of OpenTelemetry GenAI or OpenInference",
    fits=_fits,
    rows=rows,
    bodies="OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true in the program that is traced",
)
