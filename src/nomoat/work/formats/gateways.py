"""What do Helicone and OpenRouter export? Single calls with their bodies, and sums of a day without any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import BODY, Format, Row, Tokens, hidden, hinted, moment
from nomoat.work.formats.row import RESPONSE as SAID
from nomoat.work.formats.spoken import encoded, loosened, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
# Anybody may write a request_body and a response_body; of these Helicone always writes some.
_THEIRS = frozenset(
    ("request_properties", "properties", "response_status", "response_id", "delay_ms", "request_user_id",
     "request_path", "time_to_first_token", "costUSD")
)  # fmt: skip
SUM = "sum of "  # the status of a row that stands for several requests, before their number


def helicone(record: bytes) -> list[Row]:
    """A request as its export writes it, with the bodies where --include-body was given."""
    said = _RECORD.decode(record)
    properties = loosened(said.get("request_properties") or said.get("properties"))
    labels = properties if isinstance(properties, Mapping) else {}
    session = said.get("session_id") or labels.get("Helicone-Session-Id")
    row = Row(
        request_id=word(said.get("request_id")) or word(said.get("id")), conversation_id=word(session),
        time=moment(said.get("request_created_at") or said.get("created_at")),
        model=word(said.get("response_model") or said.get("model") or said.get("request_model")) or "",
        provider=word(said.get("provider")), latency_ms=number(said.get("delay_ms", said.get("latency"))),
        first_token_ms=number(said.get("time_to_first_token")), input=number(said.get("prompt_tokens")),
        output=number(said.get("completion_tokens")), cache_read=number(said.get("prompt_cache_read_tokens")),
        cache_write=number(said.get("prompt_cache_write_tokens")),
        cost_usd=number(_one(said, "cost", "costUSD", "cost_usd")),
    )  # fmt: skip
    row.cost_source = "log" if row.cost_usd is not None else None
    code = number(_one(said, "response_status", "status"))
    row.status = "error" if code is not None and (code >= 400 or code < 0) else "ok"
    body = loosened(said.get("request_body"))
    if isinstance(body, Mapping):
        BODY.decode(encoded(body)).into(row)
    answer = loosened(said.get("response_body"))
    if isinstance(answer, Mapping):
        found = SAID.decode(encoded(answer))
        row.response = found.message()
        (found.usage or Tokens()).into(row)
    user = word(said.get("request_user_id") or said.get("user_id"))
    row.hints = hinted(
        ("prompt_name", word(said.get("prompt_id") or labels.get("Helicone-Prompt-Id"))),
        ("tag", word(labels.get("use_case") or labels.get("feature") or labels.get("App"))),
        ("user", hidden(user) if user else None),
    )
    return [row]


def activity(record: bytes) -> list[Row]:
    """A line of OpenRouter's activity: a day's sums of one model at one provider, as one row that says of how many."""
    said = _RECORD.decode(record)
    requests = number(said.get("requests"))
    own, theirs = number(said.get("usage")), number(said.get("byok_usage_inference"))
    return [
        Row(
            request_id=encoded([said.get(name) for name in ("date", "model_permaslug", "model", "endpoint_id")]),
            time=moment(said.get("date")), model=word(said.get("model_permaslug") or said.get("model")) or "",
            provider=word(said.get("provider_name")), input=number(said.get("prompt_tokens")),
            output=number(said.get("completion_tokens")), reasoning=number(said.get("reasoning_tokens")),
            cost_usd=None if own is None and theirs is None else (own or 0.0) + (theirs or 0.0), cost_source="log",
            status=f"{SUM}{int(requests or 0)}",
        )
    ]  # fmt: skip


def _one(said: Mapping[str, Any], *names: str) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "")), None)


def _is_helicone(record: Mapping[str, Any]) -> bool:
    bodies = "request_body" in record and "response_body" in record
    return "request_created_at" in record or (bodies and not _THEIRS.isdisjoint(record))


def _is_activity(record: Mapping[str, Any]) -> bool:
    return {"date", "requests", "usage", "prompt_tokens"} <= set(record)


HELICONE = Format(
    name="helicone",
    title="Helicone's requests",
    fits=_is_helicone,
    rows=helicone,
    bodies="npx @helicone/export --include-body",
)
ACTIVITY = Format(
    name="openrouter activity",
    title="OpenRouter's activity, sums of a day",
    fits=_is_activity,
    rows=activity,
    bodies="input and output logging is a setting of OpenRouter; its activity holds sums alone, for spend and shares",
)
