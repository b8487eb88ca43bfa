"""What is a request of a log, whatever program wrote it?"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from nomoat.types import Noun

TOKENS = ("input", "output", "cache_read", "cache_write", "reasoning")


class Usage(Noun, frozen=True, kw_only=True):
    """Tokens of one call; None where the log does not say. `input` holds the cached ones too, `output` the thoughts."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


class Request(Noun, frozen=True, kw_only=True):
    """One call to a model as it was logged: one row of the table of requests.

    `messages` are as sent (role and content, tool calls kept as they are); None where bodies were not logged. `hints`
    are labels that the log brings: prompt_name, tag, api_key (hashed), session, user (hashed), trace_name.
    """

    request_id: str
    conversation_id: str  # its own id where the log has none: a conversation of one
    turn: int = 0
    time: datetime | None = None  # UTC
    model: str  # as the log writes it
    provider: str | None = None
    messages: tuple[dict[str, Any], ...] | None = None
    tools: tuple[dict[str, Any], ...] | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    response: dict[str, Any] | None = None  # the assistant's message
    usage: Usage = Usage()
    cost_usd: float | None = None
    cost_source: str | None = None  # log | catalogue | own prices
    latency_ms: float | None = None
    first_token_ms: float | None = None
    status: str = "ok"  # ok | error | cached
    feedback: float | None = None  # -1 to 1
    hints: dict[str, str] = msgspec.field(default_factory=dict)
    source: str = ""  # the format and file it came from
    redaction: str = "none"  # none | masked | dropped


def content_key(messages: Any, tools: Any, params: Any) -> str:
    """What an input is, whoever sent it: 32 hexadecimal digits of its canonical JSON.

    Rows without an id are keyed by it, answers are cached by it, arms are paired by it.

    >>> one, same = {"role": "user", "content": "a"}, {"content": "a", "role": "user"}
    >>> content_key([one], None, {}) == content_key([same], None, {})
    True
    """
    named = {"messages": messages, "tools": tools or None, "params": params or None}
    return hashlib.sha256(msgspec.json.encode(named, order="deterministic")).hexdigest()[:32]
