"""What does Langfuse export? Observations, in snake case from its blob storage and in camel case from its API.

Of its types only GENERATION is a call of a model. Its `input` of usage leaves out what has a key of its own, such as
`input_cached_tokens`: every key that begins with `input` is summed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answer_of, encoded, loosened, messages_of, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
TYPES = {"GENERATION", "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL"}


def rows(record: bytes) -> list[Row]:
    """The request of a generation; nothing of another observation."""
    said = {_snake(name): value for name, value in _RECORD.decode(record).items()}
    if str(said.get("type", "GENERATION")).upper() != "GENERATION":
        return []
    asked = loosened(said.get("input"))
    row = Row(
        request_id=word(said.get("id")), conversation_id=word(said.get("session_id")) or word(said.get("trace_id")),
        time=moment(said.get("start_time")), ended=moment(said.get("end_time")),
        first_at=moment(said.get("completion_start_time")),
        model=word(said.get("provided_model_name")) or word(said.get("model")) or "",
        messages=messages_of(asked), response=answer_of(said.get("output")),
        status="error" if str(said.get("level")).upper() == "ERROR" else "ok",
    )  # fmt: skip
    row.turn = turn(row.messages)
    if isinstance(asked, Mapping) and isinstance(tools := asked.get("tools"), list) and tools:
        row.tools = encoded(tools)
    settings = loosened(said.get("model_parameters"))
    row.params = encoded(settings) if isinstance(settings, Mapping) and settings else None
    _count(row, loosened(said.get("usage_details")) or loosened(said.get("usage")))
    for name in ("total_cost", "calculated_total_cost"):
        if row.cost_usd is None and (cost := number(said.get(name))) is not None:
            row.cost_usd, row.cost_source = cost, "log"
    user = word(said.get("user_id"))
    row.hints = hinted(
        ("prompt_name", word(said.get("prompt_name"))),
        ("trace_name", word(said.get("trace_name")) or word(said.get("name"))),
        ("tag", word(loosened(said.get("tags")))),
        ("user", hidden(user) if user else None),
    )
    return [row]


def _count(row: Row, usage: Any) -> None:
    if not isinstance(usage, Mapping):
        return
    counts = {_snake(str(name)): amount for name, value in usage.items() if (amount := number(value)) is not None}
    for old, new in (("prompt_tokens", "input"), ("completion_tokens", "output")):
        if old in counts:
            counts.setdefault(new, counts[old])
    asked = [n for name, n in counts.items() if name.startswith(("input", "cache_"))]
    said = [n for name, n in counts.items() if name.startswith("output")]
    row.input, row.output = (sum(found) if found else None for found in (asked, said))
    for name, amount in counts.items():
        if "cache_creation" in name or "cache_write" in name:
            row.cache_write = amount
        elif "cache" in name:
            row.cache_read = amount
        elif "reasoning" in name:
            row.reasoning = amount


def _snake(name: str) -> str:
    """The name with underscores.

    >>> _snake("completionStartTime"), _snake("session_id")
    ('completion_start_time', 'session_id')
    """
    return _CAMEL.sub("_", name).lower()


def _fits(record: Mapping[str, Any]) -> bool:
    names = {_snake(str(name)) for name in record}
    return {"trace_id", "start_time"} <= names and str(record.get("type", "")).upper() in TYPES


FORMAT = Format(
    name="langfuse",
    title="Langfuse's observations",
    fits=_fits,
    rows=rows,
    bodies="export the field group io as well, and let the integration capture input and output",
)
