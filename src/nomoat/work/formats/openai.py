"""What do programs log that speak OpenAI's language? Pairs of request and response, batches, fine-tuning lines.

{"custom_id", "method", "url", "body"}                    the input of a batch
{"custom_id", "response": {"status_code", "body"}}        its output, which does not hold what was asked
{"request": {...}, "response": {...}}                     a pair, as proxies write it (nomoat work record does)
{"messages": [...]}                                       a line for fine-tuning: the last answer is the response
{"messages": [...], "choices": [...], "usage": {...}}     a stored completion
{"id", "choices": [...], "usage": {...}}                  a completion alone
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.names import no_talk
from nomoat.work.formats.row import (
    BODY,
    NONE,
    RESPONSE,
    Body,
    Format,
    Raw,
    Response,
    Row,
    Tokens,
    hidden,
    hinted,
    moment,
    text,
)
from nomoat.work.stream import streamed

Time = str | float | None


class Outer(msgspec.Struct, gc=False):
    """A record of any of these shapes."""

    id: str | None = None
    custom_id: str | None = None
    request_id: str | None = None
    request: Raw = NONE
    body: Raw = NONE
    response: Raw = NONE
    choices: Raw = NONE
    output: Raw = NONE
    messages: Raw = NONE
    error: Raw = NONE
    time: Time = None
    timestamp: Time = None
    created: Time = None
    created_at: Time = None
    start_time: Time = None
    end_time: Time = None
    latency_ms: float | None = None
    first_token_ms: float | None = None
    status: int | str | None = None
    status_code: int | None = None
    model: str | None = None
    provider: str | None = None
    cost: float | None = None
    cost_usd: float | None = None
    conversation_id: str | None = None
    session_id: str | None = None
    thread_id: str | None = None
    user: str | None = None
    use_case: str | None = None
    prompt_name: str | None = None
    tag: str | None = None
    feedback: float | None = None
    usage: Tokens | None = None


class Batched(msgspec.Struct, gc=False):
    """The response of a batch's line, which holds the body that others write at once."""

    status_code: int | None = None
    request_id: str | None = None
    body: Raw = NONE
    error: Raw = NONE


_OUTER = msgspec.json.Decoder(Outer, strict=False)
_BATCHED = msgspec.json.Decoder(Batched, strict=False)
_MESSAGES = msgspec.json.Decoder(list[dict[str, Any]])


def rows(record: bytes) -> list[Row]:
    """The request of one line."""
    one = _OUTER.decode(record)
    row = Row(
        request_id=one.custom_id or one.request_id or one.id,
        conversation_id=one.conversation_id or one.session_id or one.thread_id,
        time=_first(one.time, one.timestamp, one.start_time, one.created_at, one.created),
        ended=moment(one.end_time), latency_ms=one.latency_ms, first_token_ms=one.first_token_ms,
        provider=one.provider, feedback=one.feedback,
    )  # fmt: skip
    cost = one.cost_usd if one.cost_usd is not None else one.cost
    if cost is not None:
        row.cost_usd, row.cost_source = cost, "log"
    sent = text(one.request) or text(one.body)
    body = BODY.decode(sent if sent and sent[0] == "{" else record)
    body.into(row)
    said, code = _said(one, record)
    if said is not None:
        row.response = said.message()
        row.model = said.model or row.model or one.model or ""
        row.time = row.time or _first(said.created, said.created_at)
        if said.usage:
            said.usage.into(row)
        row.request_id = row.request_id or said.id
    elif sent is None and row.messages:
        _last_answer(row)
    row.model = row.model or one.model or ""
    if one.usage and row.input is None:
        one.usage.into(row)
    if row.response is None and no_talk(row.model):
        return []
    row.status = _status(one, code)
    row.hints = _hints(one, body)
    return [row]


def _said(one: Outer, record: bytes) -> tuple[Response | None, int | None]:
    found = text(one.response)
    if found and found[0] == "{":
        batched = _BATCHED.decode(found)
        inner = text(batched.body)
        if inner and inner[0] == "{":
            return RESPONSE.decode(inner), batched.status_code
        failed = batched.status_code is None and text(batched.error) is not None
        return RESPONSE.decode(found), 500 if failed else batched.status_code
    if found:  # plain words, or one of several messages
        words = msgspec.json.decode(found)
        if isinstance(words, str) and words.lstrip().startswith(("data:", "event:")):
            return RESPONSE.decode(msgspec.json.encode(streamed(words.encode("utf-8", "replace")))), None
        return (Response(role="assistant", content=Raw(found.encode())) if isinstance(words, str) else None), None
    return (RESPONSE.decode(record) if text(one.choices) or text(one.output) else None), None


def _last_answer(row: Row) -> None:
    """In a line for fine-tuning the last message is what was answered."""
    messages = _MESSAGES.decode(row.messages or b"[]")
    if len(messages) > 1 and messages[-1].get("role") == "assistant":
        row.response = msgspec.json.encode(messages[-1]).decode()
        row.messages = msgspec.json.encode(messages[:-1]).decode()
        row.turn -= 1


def _status(one: Outer, code: int | None) -> str:
    code = code if code is not None else one.status_code
    if code is None and isinstance(one.status, int):
        code = one.status
    failed = text(one.error) is not None or (code is not None and code >= 400)
    return "error" if failed or one.status in ("error", "failure", "failed") else "ok"


def _hints(one: Outer, body: Body) -> str | None:
    user = one.user or body.user
    found = {
        "use_case": one.use_case, "prompt_name": one.prompt_name, "tag": one.tag, "user": hidden(user) if user else None
    }  # fmt: skip
    said = text(body.metadata)
    if said and said[0] == "{":
        metadata = msgspec.json.decode(said)
        for name in ("use_case", "prompt_name", "tag", "feature", "app", "task"):
            if isinstance(value := metadata.get(name), str):
                found[name] = found.get(name) or value
    return hinted(*found.items())


def _first(*times: Time) -> str | None:
    return next((moment(time) for time in times if time not in (None, "", 0)), None)


def _fits(record: Mapping[str, Any]) -> bool:
    def chat(value: Any) -> bool:
        return isinstance(value, dict) and any(key in value for key in ("messages", "input", "prompt"))

    if chat(record.get("request")) or chat(record.get("body")):
        return True
    if "custom_id" in record and "response" in record and isinstance(record["response"], dict | None):
        return True
    messages = record.get("messages")
    if isinstance(messages, list) and all(isinstance(one, dict) and "role" in one for one in messages):
        return True
    return isinstance(record.get("choices"), list) and ("usage" in record or "model" in record)


FORMAT = Format(
    name="openai",
    title="OpenAI's requests and responses",
    fits=_fits,
    rows=rows,
    bodies="nomoat work record stores requests with their answers",
)
