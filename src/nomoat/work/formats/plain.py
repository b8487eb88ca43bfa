"""What does a table of one's own hold? CSV or flat JSON with a request a row, its columns under names people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answer_of, messages_of, number, word

# our column -> the names that people give it
NAMES: dict[str, tuple[str, ...]] = {
    "request_id": ("request_id", "id", "call_id", "message_id", "uuid", "generation_id"),
    "conversation_id": ("conversation_id", "session_id", "thread_id", "chat_id", "conversation", "session"),
    "turn": ("turn", "turn_index"),
    "time": ("time", "timestamp", "ts", "date", "datetime", "created", "created_at", "start_time", "started_at"),
    "ended": ("end_time", "ended_at", "finished_at", "completed_at"),
    "model": ("model", "model_name", "model_id", "llm", "deployment"),
    "provider": ("provider", "provider_name", "vendor"),
    "messages": ("messages", "conversation_messages", "chat"),
    "system": ("system", "system_prompt", "instructions"),
    "prompt": ("prompt", "input", "question", "query", "user_message", "request", "text", "user"),
    "response": ("response", "output", "completion", "answer", "assistant_message", "reply", "generated_text"),
    "input": ("input_tokens", "prompt_tokens", "tokens_in", "tokens_prompt", "native_tokens_prompt"),
    "output": ("output_tokens", "completion_tokens", "tokens_out", "tokens_completion", "native_tokens_completion"),
    "cache_read": ("cached_tokens", "cache_read_tokens", "cache_read", "native_tokens_cached"),
    "cache_write": ("cache_write_tokens", "cache_write", "cache_creation_tokens"),
    "reasoning": ("reasoning_tokens", "native_tokens_reasoning"),
    "cost_usd": ("cost_usd", "cost", "spend", "total_cost", "price", "usd"),
    "latency_ms": ("latency_ms", "duration_ms", "response_time_ms", "latency", "duration"),
    "first_token_ms": ("first_token_ms", "ttft_ms", "time_to_first_token_ms", "ttft"),
    "status": ("status", "status_code", "error", "state"),
    "feedback": ("feedback", "rating", "thumbs"),
    "use_case": ("use_case", "usecase", "task", "feature", "category", "app", "application", "route", "endpoint"),
    "prompt_name": ("prompt_name", "prompt_id", "template", "template_name"),
    "tag": ("tag", "tags", "label"),
    "api_key": ("api_key", "key", "key_name", "api_key_name"),
    "user_id": ("user_id", "end_user", "customer", "customer_id", "account"),
}
_LABELS = ("use_case", "prompt_name", "tag")
_HIDDEN = {"api_key": "api_key", "user_id": "user"}
_NUMBERS = ("input", "output", "cache_read", "cache_write", "reasoning", "cost_usd", "latency_ms", "first_token_ms",
            "feedback")  # fmt: skip
_RECORD = msgspec.json.Decoder(dict[str, Any])
_OF = {spelling: ours for ours, spellings in NAMES.items() for spelling in spellings}


def rows(record: bytes) -> list[Row]:
    """The request of one row; a number that is none stays away."""
    said = _RECORD.decode(record)
    found: dict[str, Any] = {}
    rank: dict[str, int] = {}
    for name, value in said.items():
        spelled = name.strip().lower().replace(" ", "_").replace("-", "_")
        ours = _OF.get(spelled)
        if ours is not None and value not in (None, ""):
            place = NAMES[ours].index(spelled)
            if place < rank.get(ours, 99):
                found[ours], rank[ours] = value, place
    if "latency_ms" in found and NAMES["latency_ms"][rank["latency_ms"]] in ("latency", "duration"):
        found["latency_ms"] = _seconds(found["latency_ms"])
    row = Row(
        request_id=word(found.get("request_id")), conversation_id=word(found.get("conversation_id")),
        time=moment(found.get("time")), ended=moment(found.get("ended")), model=word(found.get("model")) or "",
        provider=word(found.get("provider")), status=_status(found.get("status")),
    )  # fmt: skip
    for name in _NUMBERS:
        if name in found and (amount := number(found[name])) is not None:
            setattr(row, name, amount)
    row.cost_source = "log" if row.cost_usd is not None else None
    row.messages = messages_of(found.get("messages")) or messages_of(found.get("prompt"), found.get("system"))
    row.turn = int(number(found.get("turn")) or 0) or turn(row.messages)
    row.response = answer_of(found.get("response"))
    labels = [(name, word(found.get(name))) for name in _LABELS]
    row.hints = hinted(*labels, *((ours, hidden(str(found[name]))) for name, ours in _HIDDEN.items() if name in found))
    return [row]


def _seconds(value: Any) -> float | None:
    """A bare "latency" is in seconds below 100 with a fraction, as Langfuse writes it, else in milliseconds."""
    amount = number(value)
    return amount * 1e3 if amount is not None and amount < 100 and amount % 1 else amount


def _status(value: Any) -> str:
    if value is None:
        return "ok"
    code = number(value)
    if code is not None:
        return "error" if code >= 400 else "ok"
    said = str(value).strip().lower()
    if said in ("cached", "cache_hit"):
        return "cached"
    return "ok" if said in ("ok", "success", "succeeded", "completed", "done", "stop", "false", "none", "") else "error"


def _fits(record: Mapping[str, Any]) -> bool:
    known = {_OF.get(str(name).strip().lower().replace(" ", "_").replace("-", "_")) for name in record}
    return bool(known & {"prompt", "messages"}) or (
        "model" in known and bool(known & {"input", "output", "cost_usd", "response"})
    )


FORMAT = Format(
    name="plain",
    title="a table with a request a row",
    fits=_fits,
    rows=rows,
    bodies="columns prompt and response",
)
