"""What does LiteLLM log? Its table of spend (SpendLogs), and the payload that its callbacks write.

Since 2026 `messages` of the table is always `{}`: what was sent lies in `proxy_server_request`, and there only with
`store_prompts_in_spend_logs`; of texts above MAX_STRING_LENGTH_PROMPT_IN_DB (2,048 characters) only the ends are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from nomoat.work.formats.row import (
    BODY,
    CUT,
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
    listed,
    moment,
    text,
    turn,
)

Time = str | float | None
FAILED = ("failure", "error", "failed")


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
_NOBODY = Alias()


def spend(record: bytes) -> list[Row]:
    """A row of the table of spend."""
    return [_spent(_SPEND.decode(record))]


def spends(text: bytes) -> list[Row]:
    """Many of them, a line each."""
    return [_spent(one) for one in _SPEND.decode_lines(text)]


def _spent(one: Spend) -> Row:
    first = one.completionStartTime
    row = Row(
        request_id=one.request_id, conversation_id=one.session_id, time=moment(one.startTime),
        ended=moment(one.endTime), first_at=None if first is None else moment(first), model=one.model,
        provider=one.custom_llm_provider, input=one.prompt_tokens, output=one.completion_tokens, cost_usd=one.spend,
        cost_source="log", latency_ms=one.request_duration_ms, status=_status(one.status, one.cache_hit),
    )  # fmt: skip
    sent = one.proxy_server_request
    if isinstance(sent, str):
        sent = BODY.decode(sent) if sent.lstrip()[:1] == "{" else None
    if sent is not None:
        sent.into(row)
    if stored := listed(one.messages):
        row.messages, row.turn = stored, turn(stored)
    _answered(row, one.response)
    _about(row, one.metadata, one.request_tags, one.api_key, one.end_user or one.user, one.team_id)
    return row


def payload(record: bytes) -> list[Row]:
    """A payload of a callback."""
    return [_paid(_PAYLOAD.decode(record))]


def payloads(text: bytes) -> list[Row]:
    """Many of them, a line each."""
    return [_paid(one) for one in _PAYLOAD.decode_lines(text)]


def _paid(one: Payload) -> Row:
    row = Row(
        request_id=one.id, conversation_id=one.session_id or one.trace_id, time=moment(one.startTime),
        ended=moment(one.endTime), first_at=moment(one.completionStartTime), model=one.model,
        provider=one.custom_llm_provider, input=one.prompt_tokens, output=one.completion_tokens,
        cost_usd=one.response_cost, cost_source="log", status=_status(one.status, one.cache_hit),
    )  # fmt: skip
    row.messages = listed(one.messages)
    row.turn = turn(row.messages)
    if settings := text(one.model_parameters):
        row.params = BODY.decode(settings).params()
        row.tools = listed(_TOOLS.decode(settings).tools)
    _answered(row, one.response)
    _about(row, one.metadata, one.request_tags, None, one.end_user, None)
    return row


def _answered(row: Row, said: Response | str | None) -> None:
    if isinstance(said, str):
        said = RESPONSE.decode(said) if said.lstrip()[:1] == "{" else Response(role="assistant", content=_quoted(said))
    if said is not None:
        row.response = said.message()
        if said.usage:
            said.usage.into(row)
    if (row.messages is not None and CUT in row.messages) or (row.response is not None and CUT in row.response):
        row.redaction = "cut"


def _quoted(words: str) -> Raw:
    return Raw(msgspec.json.encode(words)) if words else NONE


def _about(
    row: Row, said: Alias | str | None, tags: list[str] | str | None, key: str | None, user: str | None,
    team: str | None,
) -> None:  # fmt: skip
    if isinstance(said, str):
        said = _ALIAS.decode(said) if said.lstrip()[:1] == "{" else None
    alias = said or _NOBODY
    if isinstance(tags, str):
        tags = _TAGS.decode(tags) if tags.lstrip()[:1] == "[" else [tags]
    tag = None if not tags else tags[0] if len(tags) == 1 else ",".join(sorted(tags))
    key, user = alias.user_api_key_hash or key, user or alias.user_api_key_end_user_id
    team = alias.user_api_key_team_alias or team or alias.user_api_key_team_id
    row.hints = _labels(tag, alias.user_api_key_alias, key, user, team)
    if alias.usage_object is not None:
        alias.usage_object.into(row)
    if alias.additional_usage_values is not None:
        alias.additional_usage_values.into(row)
    if alias.status is not None and alias.status in FAILED:
        row.status = "error"


@lru_cache(maxsize=4096)
def _labels(tag: str | None, name: str | None, key: str | None, user: str | None, team: str | None) -> str | None:
    return hinted(
        ("tag", tag),
        ("key_name", name),
        ("api_key", hidden(key) if key else None),
        ("user", hidden(user) if user else None),
        ("team", team),
    )


def _status(said: str | None, cache_hit: Raw) -> str:
    if said in FAILED:
        return "error"
    return "cached" if cache_hit is not NONE and bytes(cache_hit).strip(b'"').lower() == b"true" else "ok"


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
    bodies="general_settings: store_prompts_in_spend_logs: true, and MAX_STRING_LENGTH_PROMPT_IN_DB=1000000 so that "
    "long prompts are kept whole",
)
PAYLOAD = Format(
    name="litellm payload",
    title="LiteLLM's StandardLoggingPayload",
    fits=_is_payload,
    rows=payload,
    many=payloads,
    bodies="litellm_settings: turn_off_message_logging: false",
)
