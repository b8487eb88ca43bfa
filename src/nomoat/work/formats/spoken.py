"""How are prompts and answers said in logs that keep them as they please: words, messages, bodies, parts?"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work import stream
from nomoat.work.formats.row import spoken


def loosened(value: Any) -> Any:
    """What a cell holds where it holds JSON, else the cell.

    >>> loosened('{"a": 1}'), loosened("{a}"), loosened(3), loosened("[{'a': None}]")
    ({'a': 1}, '{a}', 3, [{'a': None}])
    """
    if isinstance(value, str) and (begun := value.lstrip()[:2])[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return _literal(value) if begun in ("[{", "{'", "['") and len(value) < LONGEST_LITERAL else value
    return value


LONGEST_LITERAL = 1_000_000  # characters; Python takes some 200 bytes of memory for each of a literal that it reads


def _literal(text: str) -> Any:
    """What Python wrote of a list or a dictionary, as pandas puts them into a CSV; any other text as it is."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def encoded(value: Any) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()


# who speaks, under the names that programs give it
ROLES = {
    **dict.fromkeys(("user", "human", "humanmessage", "humanmessagechunk"), "user"),
    **dict.fromkeys(("assistant", "ai", "gpt", "model", "bot", "chatbot", "aimessage", "aimessagechunk"), "assistant"),
    **dict.fromkeys(("system", "systemmessage"), "system"),
    **dict.fromkeys(("tool", "function", "toolmessage"), "tool"),
    "developer": "developer",
}


# Of a message; what else programs keep with one (when, where, how liked, whose address) is nothing that a server takes.
_SENT = {"role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal", "reasoning_content",
         "reasoning", "audio"}  # fmt: skip


def message(value: Any) -> dict[str, Any] | None:
    """A message of anybody's as OpenAI's; None for what is none.

    >>> message({"role": "model", "parts": [{"text": "Hi"}]}), message({"from": "human", "value": "Hi"})
    ({'role': 'assistant', 'content': 'Hi'}, {'role': 'user', 'content': 'Hi'})
    >>> message({"level": "info"})
    """
    if not isinstance(value, Mapping):
        return None
    if isinstance(inner := value.get("kwargs"), Mapping) and isinstance(kind := value.get("id"), list) and kind:
        value = {"role": kind[-1], **{name: one for name, one in inner.items() if name != "type"}}  # LangChain
    elif "role" not in value and isinstance(inner := value.get("message"), Mapping):
        return message(inner)
    elif "message.role" in value:  # OpenInference
        value = {name.removeprefix("message."): one for name, one in value.items() if isinstance(name, str)}
    said = next((value[name] for name in ("role", "from", "type", "author") if isinstance(value.get(name), str)), "")
    role = ROLES.get(said.lower(), said if "role" in value and "content" in value else None)
    if role is None or not ({"content", "value", "text", "parts", "tool_calls"} & value.keys()):
        return None
    if value.get("role") == role and isinstance(value.get("content", 0), str | None):
        return {name: one for name, one in value.items() if name in _SENT and (one is not None or name == "content")}
    content = next((value[name] for name in ("content", "value", "text", "parts") if value.get(name) is not None), None)
    if content is value.get("parts") and _typed(content):
        return _plain({"role": role, "parts": content})
    kept = {name: value[name] for name in ("name", "tool_call_id", "tool_calls") if value.get(name)}
    return {"role": role, "content": _parts(content, kept), **kept}


def _typed(parts: Any) -> bool:
    return isinstance(parts, list) and any(isinstance(one, Mapping) and "type" in one for one in parts)


def _parts(content: Any, kept: dict[str, Any]) -> Any:
    """Parts with their kind; one of text alone is its text; calls of tools go into `kept`."""
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        return content if isinstance(content, str | list | None) else encoded(content)
    found = []
    for one in content:
        if one.get("thought") is True or "reasoningContent" in one:
            continue  # what a model thought on its way is no part of what it answered
        call = one.get("functionCall") or one.get("function_call") or one.get("toolUse")
        if isinstance(call, Mapping):
            said = encoded(call.get("args", call.get("input", {})))
            function = {"name": call.get("name"), "arguments": said}
            kept.setdefault("tool_calls", []).append(
                {"id": call.get("toolUseId") or call.get("id"), "type": "function", "function": function}
            )
        elif "type" not in one and isinstance(text := one.get("text"), str):
            found.append({"type": "text", "text": text})
        else:
            found.append(dict(one))
    if not found:
        return None
    return found[0]["text"] if len(found) == 1 and set(found[0]) == {"type", "text"} else found


def talk(value: Any) -> list[dict[str, Any]] | None:
    """A list of messages as OpenAI's; None where one of them is none.

    >>> talk([[{"role": "user", "content": "Hi"}]]), talk([{"a": 1}]), talk([])
    ([{'role': 'user', 'content': 'Hi'}], None, None)
    """
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]  # LangChain asks in batches
    if not isinstance(value, list) or not value:
        return None
    found = [message(one) for one in value]
    return None if None in found else [one for one in found if one is not None]


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
    found = talk(said) or [{"role": "user", "content": said if isinstance(said, str) else encoded(said)}]
    before = [{"role": "system", "content": _words(loosened(system))}] if system else []
    return encoded([*before, *found])


def answer_of(value: Any) -> str | None:
    """The assistant's message as JSON: of a message, a completion, a list of either, or words.

    >>> answer_of("Yes"), answer_of({"choices": [{"message": {"role": "assistant", "content": "Yes"}}]})
    ('{"role":"assistant","content":"Yes"}', '{"role":"assistant","content":"Yes"}')
    """
    said = loosened(value)
    known = answered(said)
    if known is not None:
        return encoded({**known, "role": "assistant"})
    if said is None or said == "" or said == [] or said == {}:
        return None
    return spoken(value if isinstance(value, str) else encoded(said))


def _put_together(said: list[Any]) -> dict[str, Any] | None:
    """The answer in the events of a stream, as Bedrock logs Anthropic's and others OpenAI's; None for another list."""
    first = said[0]
    if not isinstance(first, Mapping) or not (
        first.get("object") == "chat.completion.chunk" or first.get("type") in ("message_start", "response.created")
    ):
        return None
    whole = stream.streamed("".join(f"data: {encoded(one)}\n\n" for one in [*said, "[DONE]"]).encode())
    return None if whole is None else answered(whole)


_ITEMS = ("reasoning", "function_call", "custom_tool_call")


def answered(said: Any) -> dict[str, Any] | None:
    """The assistant's message in what a server said, in whichever form; None where it has none of the known ones.

    >>> answered({"candidates": [{"content": {"role": "model", "parts": [{"text": "Yes"}]}}]})
    {'role': 'assistant', 'content': 'Yes'}
    """
    if isinstance(said, list) and said:
        if any(isinstance(one, Mapping) and one.get("type") in _ITEMS for one in said):
            return {"role": "assistant", "content": said}  # items of the Responses API
        if (streamed := _put_together(said)) is not None:
            return streamed
        talked = talk(said)
        return talked[-1] if talked else answered(said[0])
    if not isinstance(said, Mapping):
        return None
    for name in ("choices", "candidates", "generations"):
        if isinstance(found := said.get(name), list) and found:
            return answered(found)
    if (found := message(said)) is not None:
        return found
    if "tool_calls" in said:
        return {"role": "assistant", **said}
    if isinstance(inner := said.get("messages"), list) and inner:
        found = message(inner[-1])
        return found if found is not None and found["role"] == "assistant" else None
    for name in ("message", "content", "output"):
        if isinstance(inner := said.get(name), Mapping | list) and (found := answered(inner)) is not None:
            return found
    if isinstance(text := said.get("text"), str) and len(said) <= 6:
        inner = loosened(text)  # a whole completion as the text of a page, as browsers archive it
        if isinstance(inner, Mapping) and isinstance(inner.get("choices"), list):
            return answered(inner)
        return {"role": "assistant", "content": text}
    return None


def number(value: Any) -> float | None:
    """A number, also out of a text such as "$1,200" or "0,0012 €"; None where there is none.

    >>> number("$1,200.5"), number("1.200,5"), number("0,0012 €"), number("1,200"), number("n/a"), number(True)
    (1200.5, 1200.5, 0.0012, 1200.0, None, None)
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip(" $€£\u00a0").removesuffix("USD").removesuffix("EUR").strip()
    if "," in text:
        whole, _, rest = text.rpartition(",")
        decimal = "." not in rest and ("." in whole or len(rest) != 3 or whole.lstrip("-") in ("", "0"))
        text = whole.replace(".", "").replace(",", "") + "." + rest if decimal else text.replace(",", "")
    try:
        return float(text)
    except ValueError:
        return None


def tokens(value: Any) -> float | None:
    """A count of tokens, which is whole: in a text a point or a comma before three digits parts thousands.

    >>> tokens("1.008"), tokens("1,008"), tokens("12"), tokens(3.0)
    (1008.0, 1008.0, 12.0, 3.0)
    """
    if isinstance(value, str) and _THOUSANDS.fullmatch(value.strip()):
        value = re.sub("[.,]", "", value)
    return number(value)


_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")


def figure(value: Any) -> Any:
    """A setting, as a number where it was written as the text of one, which a server would refuse.

    >>> figure("0.2"), figure("200"), figure("auto"), figure(["1"])
    (0.2, 200, 'auto', ['1'])
    """
    amount = number(value) if isinstance(value, str) and value[:1].isdecimal() else None
    return value if amount is None else int(amount) if amount.is_integer() else amount


def word(value: Any) -> str | None:
    """A short text; a list is joined; None where there is none."""
    if value is None or isinstance(value, Mapping) or value == "":
        return None
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message of OpenTelemetry's `parts`: its words where it has nothing else, else its parts, which `chat` knows."""
    parts = message["parts"]
    said = [str(one.get("content", "")) for one in parts if isinstance(one, Mapping) and one.get("type") == "text"]
    return {"role": message.get("role"), "content": "\n".join(said) if len(said) == len(parts) else parts}


def _words(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("parts"), list):
        value = value["parts"]
    if isinstance(value, list):
        return "\n".join(
            str(one.get("content", one.get("text", ""))) if isinstance(one, Mapping) else str(one) for one in value
        )
    return value if isinstance(value, str) else encoded(value)
