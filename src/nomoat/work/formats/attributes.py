"""What do the attributes of a span say of a call: its messages, its answer, its tools? Flat names hold nested things.

llm.input_messages.0.message.contents.1.message_content.text      OpenInference
gen_ai.prompt.0.content, gen_ai.completion.0.tool_calls.0.name    OpenLLMetry
gen_ai.input.messages, gen_ai.output.messages                     the GenAI conventions since 1.37, as JSON
ai.prompt.messages, ai.response.text                              Vercel's SDK
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nomoat.work.formats.spoken import answer_of, encoded, loosened, messages_of

_TALKS = (("llm.input_messages", "llm.output_messages"), ("gen_ai.prompt", "gen_ai.completion"))
_ALONE = (
    "gen_ai.",
    "llm.",
    "openinference.",
    "ai.",
    "traceloop.",
    "langfuse.",
    "session.id",
    "user.id",
)  # of a span that is a flat record


def attributes(span: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a span as one flat dictionary, whether listed, nested, or columns of a table.

    >>> attributes({"attributes": [{"key": "gen_ai.system", "value": {"stringValue": "x"}}]})
    {'gen_ai.system': 'x'}
    >>> attributes({"attributes": {"llm": {"model_name": "x"}}, "attributes.user.id": "u", "gen_ai.system": "y"})
    {'llm.model_name': 'x', 'user.id': 'u', 'gen_ai.system': 'y'}
    """
    given = loosened(next((span[name] for name in ("attributes", "tags") if name in span), None))
    found: dict[str, Any] = {}
    if isinstance(given, list):
        found = {str(one.get("key")): value_of(one.get("value")) for one in given if isinstance(one, Mapping)}
    elif isinstance(given, Mapping):
        _flatten("", given, found)
    for name, value in span.items():
        if str(name).startswith("attributes."):
            found[str(name)[11:]] = value
        elif str(name).startswith(_ALONE):
            found[str(name)] = value
    return found


def value_of(value: Any) -> Any:
    """A value of OTLP out of its type's name.

    >>> value_of({"arrayValue": {"values": [{"intValue": "3"}]}}), value_of("x")
    (['3'], 'x')
    """
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    kind, inner = next(iter(value.items()))
    if kind == "arrayValue" and isinstance(inner, Mapping):
        return [value_of(one) for one in inner.get("values", ())]
    if kind == "kvlistValue" and isinstance(inner, Mapping):
        held = (one for one in inner.get("values", ()) if isinstance(one, Mapping))
        return {one.get("key"): value_of(one.get("value")) for one in held}
    return inner


def messages(said: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What was asked, and what was answered, as JSON; None where the span does not hold it."""
    asked = messages_of(said.get("gen_ai.input.messages"), said.get("gen_ai.system_instructions"))
    answers = loosened(said.get("gen_ai.output.messages"))
    answered = answer_of(messages_of(answers[:1])) if isinstance(answers, list) and answers else None
    for before, after in _TALKS:
        asked = asked or messages_of([_message(one) for one in numbered(said, before)])
        answered = answered or answer_of([_message(one) for one in numbered(said, after)])
    asked = asked or messages_of(said.get("ai.prompt.messages")) or messages_of(said.get("input.value"))
    return asked, answered or _vercel(said) or answer_of(said.get("output.value"))


def tools(said: Mapping[str, Any]) -> str | None:
    """The tools that a call could use, as JSON."""
    given = loosened(said.get("gen_ai.tool.definitions"))
    found = given if isinstance(given, list) else []
    for one in numbered(said, "llm.tools"):
        schema = (
            loosened(one.get("tool", one).get("json_schema")) if isinstance(one.get("tool", one), Mapping) else None
        )
        found = [*found, schema] if isinstance(schema, Mapping) else found
    for one in numbered(said, "llm.request.functions"):
        found = [*found, {**one, "parameters": loosened(one.get("parameters"))}]
    offered = loosened(said.get("ai.prompt.tools"))
    found = [*found, *map(loosened, offered)] if isinstance(offered, list) else found
    return encoded(found) if found and all(isinstance(one, Mapping) for one in found) else None


def numbered(said: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    """The objects that lie under the numbers after a prefix, or in a list of that name.

    >>> numbered({"p.0.role": "user", "p.0.calls.0.id": "a", "q": 1}, "p")
    [{'role': 'user', 'calls': [{'id': 'a'}]}]
    >>> numbered({"p": [{"message.role": "user"}]}, "p")
    [{'message': {'role': 'user'}}]
    """
    whole = loosened(said.get(prefix))
    if not isinstance(whole, list):
        start = f"{prefix}."
        whole = _opened({name[len(start) :]: value for name, value in said.items() if name.startswith(start)})
    else:
        whole = _opened(whole)
    return [one for one in whole if isinstance(one, dict)] if isinstance(whole, list) else []


def _opened(value: Any) -> Any:
    """A value with the dots in its names opened; objects whose names are numbers become lists."""
    if isinstance(value, list):
        return [_opened(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        *above, last = str(name).split(".")[:12]
        place = found
        for part in above:
            deeper = place.setdefault(part, {})
            if not isinstance(deeper, dict):
                deeper = place[part] = {}
            place = deeper
        place.setdefault(last, _opened(inner))
    return _listed(found)


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _message(one: Mapping[str, Any]) -> dict[str, Any]:
    """A message of OpenInference or OpenLLMetry as OpenAI's."""
    inner = one.get("message")
    said: Mapping[str, Any] = inner if isinstance(inner, Mapping) else one
    parts = said.get("contents")
    content = said.get("content")
    if isinstance(parts, list) and parts:
        content = [part.get("message_content", part) for part in parts if isinstance(part, Mapping)]
    made: dict[str, Any] = {"role": said.get("role") or "user", "content": loosened_parts(content)}
    calls = [call.get("tool_call", call) for call in said.get("tool_calls") or () if isinstance(call, Mapping)]
    if calls := [_called(call) for call in calls if isinstance(call, Mapping)]:
        made["tool_calls"] = calls
    return made | {name: said[name] for name in ("tool_call_id", "name") if said.get(name)}


def loosened_parts(content: Any) -> Any:
    """The parts of a content that was written as JSON; words that look like JSON stay words.

    >>> loosened_parts('[{"type": "text", "text": "a"}]'), loosened_parts('{"a": 1}')
    ([{'type': 'text', 'text': 'a'}], '{"a": 1}')
    """
    said = loosened(content)
    parts = isinstance(said, list) and said and all(isinstance(one, Mapping) and "type" in one for one in said)
    return said if parts else content


def _called(call: Mapping[str, Any]) -> dict[str, Any]:
    inner = call.get("function")
    function: Mapping[str, Any] = inner if isinstance(inner, Mapping) else call
    said = function.get("arguments")
    text = said if isinstance(said, str) else encoded({} if said is None else said)
    return {"id": call.get("id"), "type": "function", "function": {"name": function.get("name"), "arguments": text}}


def _vercel(said: Mapping[str, Any]) -> str | None:
    names = ("ai.response.text", "ai.response.object", "ai.result.text", "ai.result.object")
    words = next((said[name] for name in names if said.get(name)), None)
    calls = loosened(said.get("ai.response.toolCalls", said.get("ai.result.toolCalls")))
    if words is None and not calls:
        return None
    made: dict[str, Any] = {"role": "assistant", "content": words if isinstance(words, str | None) else encoded(words)}
    if isinstance(calls, list):
        made["tool_calls"] = [
            _called({"id": one.get("toolCallId"), "name": one.get("toolName"),
                     "arguments": one.get("args", one.get("input"))})
            for one in calls if isinstance(one, Mapping)
        ]  # fmt: skip
    return encoded(made)


def _flatten(prefix: str, value: Any, found: dict[str, Any]) -> None:
    """Nested objects under dotted names; a list keeps its place."""
    if isinstance(value, Mapping) and len(prefix) < 200:
        for name, inner in value.items():
            _flatten(f"{prefix}.{name}" if prefix else str(name), inner, found)
    else:
        found[prefix] = value
