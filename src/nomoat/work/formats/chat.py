"""How is a talk said to an OpenAI-compatible server, in whichever form it was logged?

Requests are run again at /chat/completions, which knows no blocks of Anthropic, items of OpenAI's Responses API, parts
of Gemini, Bedrock, OpenTelemetry or Vercel's SDK. What that server knows stays as it was logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

Message = dict[str, Any]
_NATIVE = frozenset(("text", "image_url", "input_audio", "file", "refusal", "video_url", "audio_url"))
_CALLS = frozenset(("tool_use", "tool-call", "tool_call", "function_call", "custom_tool_call"))
_RESULTS = frozenset(
    ("tool_result", "tool-result", "tool_call_response", "function_call_output", "custom_tool_call_output")
)
# What a model thought is no part of what is asked of another one, and marks of a cache are none of what was said.
_UNSAID = frozenset(("thinking", "redacted_thinking", "reasoning", "reasoning_content"))


def messages(said: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Messages as /chat/completions takes them; those that it takes are the same objects.

    >>> messages([{"role": "assistant", "content": "Hi", "tool_calls": None, "annotations": []}])
    [{'role': 'assistant', 'content': 'Hi'}]
    >>> messages([{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "42"}]}])
    [{'role': 'tool', 'tool_call_id': 'a', 'content': '42'}]
    >>> messages([{"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}])[0]["tool_calls"]
    [{'id': 'a', 'type': 'function', 'function': {'name': 'f', 'arguments': '{}'}}]
    """
    said = [_filled(one) for one in said]
    if all(map(_native, said)):
        return [one if isinstance(one, dict) else dict(one) for one in said]
    found: list[Message] = []
    for one in said:
        for made in [dict(one)] if _native(one) else _spread(one):
            before = found[-1] if found else {}
            calls = made.get("tool_calls")
            if calls and not made.get("content") and before.get("role") == "assistant" and _itemed(one):
                before["tool_calls"] = [*before.get("tool_calls", ()), *calls]
            else:
                found.append(made)
    return found


def answer(said: Mapping[str, Any]) -> Message:
    """The assistant's message of an answer: its words as `content`, its calls as `tool_calls`.

    >>> answer({"role": "assistant", "content": [{"type": "thinking", "thinking": ""}, {"type": "text", "text": "5"}]})
    {'role': 'assistant', 'content': '5'}
    """
    if _native(said):
        return dict(said)
    made: Message = {"role": "assistant", "content": None}
    for one in _spread(said):
        if one.get("role") != "assistant":
            continue
        made |= {name: value for name, value in one.items() if name not in ("content", "tool_calls")}
        if calls := one.get("tool_calls"):
            made["tool_calls"] = [*made.get("tool_calls", ()), *calls]
        if (words := one.get("content")) is not None:
            both = isinstance(made["content"], str) and isinstance(words, str)
            made["content"] = f"{made['content']}\n{words}" if both else words
    return made


def tools(said: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Definitions of tools in OpenAI's form: also Anthropic's, Gemini's, Bedrock's and those of the Responses API.

    >>> tools([{"name": "f", "input_schema": {"type": "object"}}])
    [{'type': 'function', 'function': {'name': 'f', 'parameters': {'type': 'object'}}}]
    """
    found: list[Message] = []
    for one in said:
        inner = one.get("functionDeclarations") or one.get("function_declarations")
        spec = one.get("toolSpec")
        for tool in inner if isinstance(inner, list) else [spec if isinstance(spec, Mapping) else one]:
            found.append(_tool(tool) if isinstance(tool, Mapping) else dict(one))
    return found


def params(said: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the names of /chat/completions, where the Responses API has others for the same.

    >>> params({"max_output_tokens": 9, "text": {"format": {"type": "json_object"}}, "reasoning": {"effort": "low"}})
    {'max_tokens': 9, 'response_format': {'type': 'json_object'}, 'reasoning_effort': 'low'}
    """
    found = {name: value for name, value in said.items() if name not in _RENAMED}
    if isinstance(chosen := said.get("tool_choice"), Mapping) and "function" not in chosen:
        named = {"type": "function", "function": {"name": chosen.get("name")}}
        found["tool_choice"] = named if chosen.get("name") else _CHOICES.get(chosen.get("type"), chosen)
    if len(found) == len(said):
        return found
    if (most := said.get("max_output_tokens")) is not None:
        found.setdefault("max_tokens", most)
    written, thought = said.get("text"), said.get("reasoning")
    form = written.get("format") if isinstance(written, Mapping) else None
    if isinstance(form, Mapping) and form.get("type") not in (None, "text"):
        schema = {name: value for name, value in form.items() if name != "type"}
        whole = {"type": "json_schema", "json_schema": schema} if form["type"] == "json_schema" else dict(form)
        found.setdefault("response_format", whole)
    if isinstance(thought, Mapping) and thought.get("effort"):
        found.setdefault("reasoning_effort", thought["effort"])
    return found


_RENAMED = {"max_output_tokens", "text", "reasoning"}
_CHOICES: dict[Any, Any] = {"auto": "auto", "any": "required", "none": "none"}


def _filled(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message without the fields that hold nothing: libraries log `tool_calls: null`, which servers refuse."""
    if any(value is None or value == [] for name, value in one.items() if name != "content"):
        return {n: value for n, value in one.items() if n == "content" or not (value is None or value == [])}
    return one


def _native(one: Mapping[str, Any]) -> bool:
    """Whether a message is one that the server takes as it is."""
    if "type" in one or "role" not in one:
        return False
    content = one.get("content")
    if isinstance(content, list) and not all(isinstance(part, Mapping) and part.get("type") in _NATIVE and (
        part["type"] != "image_url" or isinstance(part.get("image_url"), Mapping)) for part in content):  # fmt: skip
        return False
    calls = one.get("tool_calls")
    return not isinstance(calls, list) or all(isinstance(call, Mapping) and "function" in call for call in calls)


def _itemed(one: Mapping[str, Any]) -> bool:
    return "role" not in one


def _spread(one: Mapping[str, Any]) -> list[Message]:
    """The messages that one of another form stands for: results of tools are messages of their own."""
    kind = one.get("type")
    if kind in _UNSAID:
        return []
    role = str(one.get("role") or ("assistant" if "content" in one else ""))
    if not role:
        one, role = {"content": [one]}, "tool" if kind in _RESULTS else "assistant"
    content = one.get("content")
    parts = content if isinstance(content, list) else [content] if isinstance(content, Mapping) else None
    kept: list[Any] = []
    calls = [_called(call) for call in one.get("tool_calls") or () if isinstance(call, Mapping)]
    results: list[Message] = []
    inner: list[Message] = []
    for part in parts or ():
        if not isinstance(part, Mapping):
            kept.append({"type": "text", "text": str(part)})
        elif part.get("type") == "message":
            inner += _spread({name: value for name, value in part.items() if name in ("role", "content")})
        elif (call := _call(part)) is not None:
            calls.append(call)
        elif (result := _result(part)) is not None:
            results.append(result)
        elif (seen := _part(part)) is not None:
            kept.append(seen)
    made: Message = {name: one[name] for name in ("role", "name", "tool_call_id") if one.get(name)}
    made["role"] = role if role != "model" else "assistant"
    words = [part["text"] for part in kept if set(part) == {"type", "text"}]
    made["content"] = content if parts is None else "\n".join(words) if len(words) == len(kept) else kept
    if calls:
        made |= {"tool_calls": calls, "content": made["content"] or None}
    empty = made["content"] in (None, "", []) and not calls
    return [*results, *inner, *(() if empty and (results or inner) else (made,))]


def _called(call: Mapping[str, Any]) -> Message:
    """A call of LangChain, {name, args, id}, as OpenAI's; another as it is."""
    if "function" in call or "name" not in call:
        return dict(call)
    return _function(call.get("id"), call.get("name"), call.get("args", call.get("arguments")))


def _call(part: Mapping[str, Any]) -> Message | None:
    for name in ("toolUse", "functionCall", "function_call"):
        if isinstance(inner := part.get(name), Mapping):
            said = inner.get("args", inner.get("input"))
            return _function(inner.get("toolUseId") or inner.get("id"), inner.get("name"), said)
    if part.get("type") not in _CALLS:
        return None
    id = part.get("call_id") or part.get("toolCallId") or part.get("id")
    said = next((part[name] for name in ("arguments", "input", "args") if part.get(name) is not None), None)
    return _function(id, part.get("name") or part.get("toolName"), said)


def _function(id: Any, name: Any, said: Any) -> Message:
    text = said if isinstance(said, str) else _json({} if said is None else said)
    return {"id": id, "type": "function", "function": {"name": name, "arguments": text}}


def _result(part: Mapping[str, Any]) -> Message | None:
    for name in ("toolResult", "functionResponse", "function_response"):
        if isinstance(inner := part.get(name), Mapping):
            said = inner.get("content", inner.get("response"))
            return {
                "role": "tool", "tool_call_id": inner.get("toolUseId") or inner.get("id") or inner.get("name"),
                "content": _words(said),
            }  # fmt: skip
    if part.get("type") not in _RESULTS:
        return None
    ids = ("tool_use_id", "toolCallId", "call_id", "id")
    said = next((part[name] for name in ("content", "output", "result", "response") if name in part), None)
    return {
        "role": "tool", "tool_call_id": next((part[name] for name in ids if part.get(name)), None),
        "content": _words(said),
    }  # fmt: skip


def _words(said: Any) -> str:
    """What a tool said, which the server takes as a text."""
    if isinstance(said, Mapping) and isinstance(said.get("value"), str) and said.get("type") == "text":
        return str(said["value"])
    if isinstance(said, list):
        texts = [one.get("text", one.get("content")) if isinstance(one, Mapping) else one for one in said]
        return "\n".join(t if isinstance(t, str) else _json(one) for t, one in zip(texts, said, strict=True))
    return said if isinstance(said, str) else "" if said is None else _json(said)


def _part(part: Mapping[str, Any]) -> Message | None:
    """A part of a message's content; None for one that is no part of what is asked."""
    kind = part.get("type")
    if kind in _UNSAID or part.get("thought") is True or "reasoningContent" in part or "cachePoint" in part:
        return None
    if kind in ("text", "input_text", "output_text", "summary_text", None) and isinstance(part.get("text"), str):
        return {"type": "text", "text": part["text"]}
    if kind == "text" and isinstance(part.get("content"), str):
        return {"type": "text", "text": part["content"]}
    if isinstance(inner := part.get("message_content"), Mapping):
        return _part(inner)
    if (address := _picture(part)) is not None:
        return {"type": "image_url", "image_url": {"url": address}}
    return dict(part)


def _picture(part: Mapping[str, Any]) -> str | None:
    """Where the picture of a part lies, or the picture itself as a data address."""
    kind = part.get("type")
    if kind in ("input_image", "image_url") and isinstance(address := part.get("image_url"), str):
        return address
    if kind == "blob" and isinstance(part.get("content"), str) and part.get("modality", "image") == "image":
        return _data(part.get("mime_type"), part["content"])
    if kind == "uri" and part.get("modality", "image") == "image":
        return str(part.get("uri"))
    for name in ("inlineData", "inline_data"):
        if isinstance(inner := part.get(name), Mapping):
            mime = str(inner.get("mimeType") or inner.get("mime_type") or "")
            return _data(mime, inner.get("data")) if mime.startswith("image/") else None
    for name in ("fileData", "file_data"):
        if isinstance(inner := part.get(name), Mapping):
            mime = str(inner.get("mimeType") or inner.get("mime_type") or "")
            uri = inner.get("fileUri") or inner.get("file_uri")
            return str(uri) if mime.startswith("image/") and uri else None
    source = part.get("source") if kind == "image" else None
    image = part.get("image")
    if isinstance(source, Mapping):  # Anthropic
        return str(source["url"]) if source.get("url") else _data(source.get("media_type"), source.get("data"))
    if isinstance(image, str):  # Vercel
        return image if "://" in image or image.startswith("data:") else _data(part.get("mediaType"), image)
    if isinstance(image, Mapping):
        if isinstance(inner := image.get("source"), Mapping):  # Bedrock
            return _data(f"image/{image.get('format') or 'png'}", inner.get("bytes"))
        deeper = image.get("image", image)  # OpenInference
        address = deeper.get("url") if isinstance(deeper, Mapping) else None
        return address if isinstance(address, str) else None
    return None


def _data(mime: Any, data: Any) -> str:
    return f"data:{mime or 'image/png'};base64,{data if isinstance(data, str) else ''}"


def _tool(one: Mapping[str, Any]) -> Message:
    if "function" in one or not isinstance(one.get("name"), str):
        return dict(one)
    schema = next((one[name] for name in ("input_schema", "inputSchema", "parameters") if name in one), None)
    if isinstance(schema, Mapping) and isinstance(schema.get("json"), Mapping):
        schema = schema["json"]
    if schema is None and one.get("type") not in (None, "function"):
        return dict(one)  # a tool of the maker's own, as a search, which no other server has
    kept = {name: one[name] for name in ("name", "description", "strict") if one.get(name) is not None}
    return {"type": "function", "function": kept | ({"parameters": schema} if schema is not None else {})}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
