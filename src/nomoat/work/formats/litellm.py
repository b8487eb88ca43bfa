"""What does LiteLLM log? Its table of spend (SpendLogs), and the payload that its callbacks write.

Since 2026 `messages` of the table is always `{}`: what was sent lies in `proxy_server_request`, and there only with
`store_prompts_in_spend_logs`; of texts above MAX_STRING_LENGTH_PROMPT_IN_DB (2,048 characters) only the ends are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from nomoat.work.formats.row import (
    BODY,
    CUT,
    NONE,
    RESPONSE,
    Body,
    Columns,
    Format,
    Raw,
    Response,
    Row,
    Tokens,
    hidden,
    hinted,
    listed,
    moment,
    turn,
)
from nomoat.work.formats.row import text as text_of
from nomoat.work.formats.spoken import word

Time = str | float | None
_CUT = CUT.encode()
FAILED = ("failure", "error", "failed")
# Calls that no model of chats could answer: of embeddings, pictures, voices, ranks, and of files.
OTHERS = frozenset(
    name for kind in ("embedding", "image_generation", "image_edit", "transcription", "speech", "moderation", "rerank",
                      "create_batch", "retrieve_batch", "create_file", "list_files", "file_content", "search",
                      "video_generation", "ocr", "create_fine_tuning_job")
    for name in (kind, f"a{kind}")
)  # fmt: skip


class Alias(msgspec.Struct, gc=False):
    """What the proxy's metadata say of the key and of tokens."""

    user_api_key_alias: str | None = None
    user_api_key_hash: str | None = None
    user_api_key_user_id: str | None = None
    user_api_key_end_user_id: str | None = None
    user_api_key_team_alias: str | None = None
    user_api_key_team_id: str | None = None
    usage_object: Tokens | None = None
    additional_usage_values: Tokens | None = None
    status: str | None = None
    prompt_management_metadata: Raw = NONE
    requester_metadata: Raw = NONE


class Spend(msgspec.Struct, gc=False):
    """A row of the table."""

    request_id: str
    call_type: str | None = None
    api_key: str | None = None
    spend: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    startTime: Time = None  # as LiteLLM writes it
    endTime: Time = None
    completionStartTime: Time = None
    request_duration_ms: float | None = None
    model: str = ""
    custom_llm_provider: str | None = None
    user: str | None = None
    end_user: str | None = None
    team_id: str | None = None
    session_id: str | None = None
    metadata: Alias | str | None = None  # a JSON text in exports of the database
    cache_hit: Raw = NONE
    request_tags: list[str] | str | None = None
    messages: Raw = NONE
    response: Response | str | None = None
    proxy_server_request: Body | str | None = None
    status: str | None = None


class Payload(msgspec.Struct, gc=False):
    """A StandardLoggingPayload."""

    id: str
    call_type: str | None = None
    trace_id: str | None = None
    session_id: str | None = None
    response_cost: float | None = None
    status: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    startTime: Time = None
    endTime: Time = None
    completionStartTime: Time = None
    model: str = ""
    custom_llm_provider: str | None = None
    metadata: Alias | str | None = None
    cache_hit: Raw = NONE
    request_tags: list[str] | str | None = None
    end_user: str | None = None
    messages: Raw = NONE
    response: Response | str | None = None
    model_parameters: Raw = NONE


class _Tools(msgspec.Struct, gc=False):
    tools: Raw = NONE


_SPEND = msgspec.json.Decoder(Spend, strict=False)
_PAYLOAD = msgspec.json.Decoder(Payload, strict=False)
_ALIAS = msgspec.json.Decoder(Alias, strict=False)
_TAGS = msgspec.json.Decoder(list[str], strict=False)
_TOOLS = msgspec.json.Decoder(_Tools)
_NOBODY, _UNSENT, _UNSAID = Alias(), Body(), Response()
_NOTHING = 2  # letters of {}, [] and "", and of no list that holds something
_UNCOUNTED = (None, None, None)
_COUNTED = ("input", "output", "cache_read", "cache_write", "reasoning", "cost_usd", "cost_source")


Logged = TypeVar("Logged", Spend, Payload)


def spend(record: bytes) -> list[Row]:
    """A row of the table of spend; none for an embedding and the like."""
    one = _SPEND.decode(record)
    return [] if one.call_type in OTHERS else _rows(_spent([one], record))


def spends(text: bytes) -> Columns:
    """Many of them, a line each; raises ValueError where one is no row."""
    return _spent(_talks(_SPEND.decode_lines(text)), text)


def payload(record: bytes) -> list[Row]:
    """A payload of a callback; none for an embedding and the like."""
    one = _PAYLOAD.decode(record)
    return [] if one.call_type in OTHERS else _rows(_paid([one], record))


def payloads(text: bytes) -> Columns:
    """Many of them, a line each; raises ValueError where one is no row."""
    return _paid(_talks(_PAYLOAD.decode_lines(text)), text)


def _talks(found: list[Logged]) -> list[Logged]:
    if any(one.call_type in OTHERS for one in found):
        raise ValueError("a call that is no talk")
    return found


def _rows(columns: Columns) -> list[Row]:
    return [Row(**dict(zip(columns, cells, strict=True))) for cells in zip(*columns.values(), strict=True)]


def _spent(found: Sequence[Spend], text: bytes) -> Columns:
    # Column by column: 35,000 rows take 0.11 CPU s rather than 0.2 s with an object of Python for each.
    sent = [_body(one.proxy_server_request) for one in found]
    columns: Columns = {
        "request_id": [one.request_id for one in found],
        "conversation_id": [one.session_id for one in found],
        "time": [moment(one.startTime) for one in found],
        "ended": [moment(one.endTime) for one in found],
        "first_at": [None if (first := one.completionStartTime) is None else moment(first) for one in found],
        "model": [one.model or body.model or "" for one, body in zip(found, sent, strict=True)],
        "provider": [one.custom_llm_provider for one in found],
        "input": [one.prompt_tokens for one in found],
        "output": [one.completion_tokens for one in found],
        "cost_usd": [one.spend for one in found],
        "latency_ms": [one.request_duration_ms for one in found],
        "status": [_status(one.status, one.cache_hit) for one in found],
        "tools": [None if (tools := body.tools) is NONE else listed(tools) for body in sent],
        "params": [body.params() for body in sent],
    }
    asked = [
        body.asked() if len(one.messages) <= _NOTHING or (stored := listed(one.messages)) is None
        else (stored, turn(stored)) for one, body in zip(found, sent, strict=True)
    ]  # fmt: skip
    columns["messages"], columns["turn"] = map(list, zip(*asked, strict=True)) if asked else ([], [])
    about = [_alias(one.metadata) for one in found]
    columns["hints"] = [
        _hints(alias, one.request_tags, one.api_key, one.end_user or one.user, one.team_id)
        for one, alias in zip(found, about, strict=True)
    ]
    return _answered(columns, [one.response for one in found], about, text)


def _paid(found: Sequence[Payload], text: bytes) -> Columns:
    settings = [said if (said := text_of(one.model_parameters)) else "{}" for one in found]
    messages = [listed(one.messages) for one in found]
    about = [_alias(one.metadata) for one in found]
    columns: Columns = {
        "request_id": [one.id for one in found],
        "conversation_id": [one.session_id or one.trace_id for one in found],
        "time": [moment(one.startTime) for one in found],
        "ended": [moment(one.endTime) for one in found],
        "first_at": [moment(one.completionStartTime) for one in found],
        "model": [one.model for one in found],
        "provider": [one.custom_llm_provider for one in found],
        "input": [one.prompt_tokens for one in found],
        "output": [one.completion_tokens for one in found],
        "cost_usd": [one.response_cost for one in found],
        "status": [_status(one.status, one.cache_hit) for one in found],
        "messages": [*messages],
        "turn": [turn(said) for said in messages],
        "params": [BODY.decode(said).params() for said in settings],
        "tools": [listed(_TOOLS.decode(said).tools) for said in settings],
        "hints": [
            _hints(alias, one.request_tags, None, one.end_user, None) for one, alias in zip(found, about, strict=True)
        ],
    }
    return _answered(columns, [one.response for one in found], about, text)


def _answered(
    columns: Columns, answers: Sequence[Response | str | None], about: Sequence[Alias], text: bytes
) -> Columns:
    """Fill what came back: answers, tokens that they or the metadata count, and how it ended."""
    said = [_response(one) for one in answers]
    columns["response"] = [one.message() for one in said]
    columns["cost_source"] = ["log"] * len(said)
    columns["redaction"] = ["none"] * len(said)
    for at, (answer, alias) in enumerate(zip(said, about, strict=True)):
        counted = (answer.usage, alias.usage_object, alias.additional_usage_values)
        if counted != _UNCOUNTED:
            row = Row(**{name: columns[name][at] for name in _COUNTED if name in columns})
            for tokens in counted:
                if tokens is not None:
                    tokens.into(row)
            for name in _COUNTED:
                columns.setdefault(name, [None] * len(said))[at] = getattr(row, name)
        if alias.status is not None and alias.status in FAILED:
            columns["status"][at] = "error"
    if _CUT in text:
        for at, bodies in enumerate(zip(columns["messages"], columns["response"], strict=True)):
            if any(CUT in (str(one, "utf-8") if isinstance(one, Raw) else one or "") for one in bodies):
                columns["redaction"][at] = "cut"
    return columns


def _body(sent: Body | str | None) -> Body:
    if isinstance(sent, Body):
        return sent
    return BODY.decode(sent) if sent is not None and sent.lstrip()[:1] == "{" else _UNSENT


def _response(said: Response | str | None) -> Response:
    if said is None or isinstance(said, Response):
        return said or _UNSAID
    return RESPONSE.decode(said) if said.lstrip()[:1] == "{" else Response(role="assistant", content=_quoted(said))


def _alias(said: Alias | str | None) -> Alias:
    if isinstance(said, Alias):
        return said
    return _ALIAS.decode(said) if said is not None and said.lstrip()[:1] == "{" else _NOBODY


def _quoted(words: str) -> Raw:
    return Raw(msgspec.json.encode(words)) if words else NONE


def _hints(
    alias: Alias, tags: list[str] | str | None, key: str | None, user: str | None, team: str | None
) -> str | None:
    if isinstance(tags, str):
        tags = _TAGS.decode(tags) if tags.lstrip()[:1] == "[" else [tags]
    tag = None if not tags else tags[0] if len(tags) == 1 else ",".join(sorted(tags))
    key, user = alias.user_api_key_hash or key, user or alias.user_api_key_end_user_id
    team = alias.user_api_key_team_alias or team or alias.user_api_key_team_id
    named = None if len(alias.prompt_management_metadata) <= 4 else _prompt(alias.prompt_management_metadata)
    return _labels(named, tag, alias.user_api_key_alias, key, user, team)


def _prompt(said: Raw) -> str | None:
    found = msgspec.json.decode(said)
    return word(found.get("prompt_id")) if isinstance(found, dict) else None


@lru_cache(maxsize=4096)
def _labels(
    prompt: str | None, tag: str | None, name: str | None, key: str | None, user: str | None, team: str | None
) -> str | None:
    return hinted(
        ("prompt_name", prompt),
        ("tag", tag),
        ("key_name", name),
        ("api_key", hidden(key) if key else None),
        ("user", hidden(user) if user else None),
        ("team", team),
    )


def _status(said: str | None, cache_hit: Raw) -> str:
    if said in FAILED:
        return "error"
    hit = len(cache_hit) in (4, 6) and bytes(cache_hit).strip(b'"').lower() == b"true"
    return "cached" if hit else "ok"


NOT_CHAT = "calls of embeddings, pictures, voices and the like, which no model of chats answers"


def _is_spend(record: Mapping[str, Any]) -> bool:
    return "request_id" in record and "spend" in record and ("startTime" in record or "call_type" in record)


def _is_payload(record: Mapping[str, Any]) -> bool:
    return "id" in record and "response_cost" in record and "call_type" in record


SPEND = Format(
    name="litellm spend logs",
    title="LiteLLM's table of spend",
    fits=_is_spend,
    rows=spend,
    many=spends,
    nothing=NOT_CHAT,
    bodies="general_settings: store_prompts_in_spend_logs: true, and MAX_STRING_LENGTH_PROMPT_IN_DB=1000000 so that "
    "long prompts are kept whole",
)
PAYLOAD = Format(
    name="litellm payload",
    title="LiteLLM's StandardLoggingPayload",
    fits=_is_payload,
    rows=payload,
    many=payloads,
    nothing=NOT_CHAT,
    bodies="litellm_settings: turn_off_message_logging: false",
)
