"""How are prompts and answers said in logs that keep them as they please: words, messages, bodies, parts?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import spoken


def loosened(value: Any) -> Any:
    """What a cell holds where it holds JSON, else the cell.

    >>> loosened('{"a": 1}'), loosened("{a}"), loosened(3)
    ({'a': 1}, '{a}', 3)
    """
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value


def encoded(value: Any) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


def messages_of(value: Any, system: Any = None) -> str | None:
    """Messages as JSON: of a list of them, a body that holds one, or words of a person.

    >>> messages_of("Hi"), messages_of({"messages": [{"role": "user", "content": "Hi"}]}) == messages_of("Hi")
    ('[{"role":"user","content":"Hi"}]', True)
    """
    said = loosened(value)
    if isinstance(said, Mapping) and isinstance(inner := loosened(said.get("messages")), list):
        said = inner
    if said is None or said == "" or said == []:
        return None
    if isinstance(said, list) and all(isinstance(one, Mapping) and "role" in one for one in said):
        found = [_plain(one) for one in said]
    else:
        found = [{"role": "user", "content": said if isinstance(said, str) else encoded(said)}]
    before = [{"role": "system", "content": _words(loosened(system))}] if system else []
    return encoded([*before, *found])


def answer_of(value: Any) -> str | None:
    """The assistant's message as JSON: of a message, a completion, a list of either, or words.

    >>> answer_of("Yes"), answer_of({"choices": [{"message": {"role": "assistant", "content": "Yes"}}]})
    ('{"role":"assistant","content":"Yes"}', '{"role":"assistant","content":"Yes"}')
    """
    said = loosened(value)
    if isinstance(said, Mapping):
        choices = said.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            return answer_of(choices[0].get("message") or choices[0].get("text") or choices[0])
        if said.get("role") == "assistant" or "tool_calls" in said:
            return encoded({"role": "assistant", **_plain(said)})
        if said.get("role") and "content" in said:
            return encoded({**said, "role": "assistant"})
    if isinstance(said, list) and said and isinstance(said[-1], Mapping) and "role" in said[-1]:
        return answer_of({**said[-1], "role": "assistant"})
    if said is None or said == "" or said == [] or said == {}:
        return None
    return spoken(value if isinstance(value, str) else encoded(said))


def number(value: Any) -> float | None:
    """A number, also out of a text such as "$1,200"; None where there is none.

    >>> number("$1,200.5"), number("n/a"), number(True)
    (1200.5, None, None)
    """
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(str(value).replace(",", "").removeprefix("$"))
    except ValueError:
        return None


def word(value: Any) -> str | None:
    """A short text; a list is joined; None where there is none."""
    if value is None or isinstance(value, Mapping) or value == "":
        return None
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message whose OpenTelemetry `parts` are put as `content` and `tool_calls`."""
    parts = message.get("parts")
    if not isinstance(parts, list) or "content" in message:
        return dict(message)
    said = [str(one.get("content", "")) for one in parts if isinstance(one, Mapping) and one.get("type") == "text"]
    calls = [
        {"id": one.get("id"), "type": "function",
         "function": {"name": one.get("name"), "arguments": encoded(one.get("arguments"))}}
        for one in parts if isinstance(one, Mapping) and one.get("type") == "tool_call"
    ]  # fmt: skip
    results = [one for one in parts if isinstance(one, Mapping) and one.get("type") == "tool_call_response"]
    made: dict[str, Any] = {"role": message.get("role"), "content": "\n".join(said) or None}
    if calls:
        made["tool_calls"] = calls
    if results:
        made |= {"tool_call_id": results[0].get("id"), "content": _words(results[0].get("response"))}
    return made


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(one.get("content", "")) if isinstance(one, Mapping) else str(one) for one in value)
    return value if isinstance(value, str) else encoded(value)
