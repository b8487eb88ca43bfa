"""What does Langfuse export? Observations, in snake case from its blob storage and in camel case from its API.

Of its types only GENERATION is a call of a model. Its `input` of usage leaves out what has a key of its own, such as
`input_cached_tokens`: every key that begins with `input` is summed. A trace holds its observations; what it says of
its session, its user and its money is said once, of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.cells import money
from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answer_of, encoded, figure, loosened, messages_of, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SOME = 50  # observations of a trace that tell what it is
TYPES = {"GENERATION", "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL"}


_MEDIA = "@@@langfuseMedia"
_OF_ALL = ("session_id", "user_id", "tags")


def rows(record: bytes) -> list[Row]:
    """The request of a generation, or the requests of a trace; nothing of another observation."""
    said = _snaked(_RECORD.decode(record))
    inner = said.get("observations")
    if not isinstance(inner, list):
        return _row(said)
    above = {name: said[name] for name in _OF_ALL if said.get(name)} | {"trace_name": said.get("name")}
    held = [{**above, **_snaked(one)} for one in inner if isinstance(one, Mapping)]
    made = [(one, row) for one in held for row in _row(one)]
    outer = {one.get("parent_observation_id") for one, _ in made}  # where two integrations log the same call
    return [row for one, row in made if one.get("id") not in outer]


def _snaked(said: Mapping[str, Any]) -> dict[str, Any]:
    return {_snake(name): value for name, value in said.items() if value is not None}


def _row(said: Mapping[str, Any]) -> list[Row]:
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
    if _MEDIA in (row.messages or "") or _MEDIA in (row.response or ""):
        row.redaction = "cut"  # of a picture only its place in Langfuse's store is exported
    if isinstance(asked, Mapping) and isinstance(tools := asked.get("tools"), list) and tools:
        row.tools = encoded(tools)
    settings = loosened(said.get("model_parameters"))
    if isinstance(settings, Mapping):
        settings = {str(name): figure(value) for name, value in settings.items() if value not in (None, "", "inf")}
        row.params = encoded(settings) if settings else None
    usage, costs = (loosened(said.get(name)) for name in ("usage_details", "cost_details"))
    _count(row, usage or loosened(said.get("usage")))
    if row.input is None and row.output is None:  # a table of its pages has them in columns
        row.input, row.output = number(said.get("input_tokens")), number(said.get("output_tokens"))
    if row.first_at is None and (first := number(said.get("time_to_first_token"))) is not None:
        row.first_token_ms = 1e3 * first
    told = (said.get("total_cost"), said.get("calculated_total_cost"), money(costs))
    row.cost_usd = next((cost for one in told if (cost := number(one)) is not None), None)
    row.cost_source = "log" if row.cost_usd is not None else None
    user = word(said.get("user_id"))
    row.hints = hinted(
        ("prompt_name", word(said.get("prompt_name"))),
        ("trace_name", word(said.get("trace_name")) or word(said.get("name"))),
        ("tag", word(loosened(said.get("tags", said.get("trace_tags"))))),
        ("user", hidden(user) if user else None),
    )
    return [row]


def _count(row: Row, usage: Any) -> None:
    if not isinstance(usage, Mapping) or str(usage.get("unit") or "TOKENS").upper() != "TOKENS":
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
    inner = record.get("observations")
    if isinstance(inner, list) and inner:
        return all(isinstance(one, Mapping) and _fits(one) for one in inner[:SOME])
    names = {_snake(str(name)) for name in record}
    return {"trace_id", "start_time"} <= names and str(record.get("type", "")).upper() in TYPES


FORMAT = Format(
    name="langfuse",
    title="Langfuse's observations",
    fits=_fits,
    rows=rows,
    bodies="export the field group io as well, and let the integration capture input and output",
)
