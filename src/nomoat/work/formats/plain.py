"""What does a record hold that nobody described? Tables and nested records, their cells under names that people use.

A record is walked from the top down. A cell counts under its last name, the one nearest to the top first; JSON in a
text is opened; bodies are told by their form (a list of messages, a completion, candidates).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.work.formats.names import NAMES, NO_CALLS, PARAMS, spelled
from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answered, encoded, loosened, message, number, talk, tokens, word

DEEPEST, MOST = 8, 2_000  # levels and cells of a record that are looked at
_LABELS = ("use_case", "prompt_name", "tag")
_HIDDEN = {"api_key": "api_key", "user_id": "user"}
_COUNTS = ("input", "output", "cache_read", "cache_write", "reasoning")
_NUMBERS = ("cost_usd", "latency_ms", "first_token_ms", "feedback")
_BODIES = {"messages", "prompt", "response", "system"}
_CLOSED = {"tools", "functions", "response_format", "events", "headers", "hidden_params", "model_map_information"}
_RECORD = msgspec.json.Decoder(dict[str, Any])
_OF = {spelling: (ours, rank) for ours, spellings in NAMES.items() for rank, spelling in enumerate(spellings)}
_TEXT = NAMES["prompt"].index("text")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
Named = Mapping[str, tuple[str, int]]
Found = dict[str, Any]


def rows(record: bytes) -> list[Row]:
    """The request of one record; a number that is none stays away."""
    found, params, tools = _found(_RECORD.decode(record))
    return _rows(found, params, tools)


def mapped(columns: Mapping[str, str]) -> Format:
    """The format in which `columns` (ours -> the log's name, with dots for what is nested) come first.

    >>> made = mapped({"prompt": "they.asked", "model": "bot"}).rows(b'{"they": {"asked": "Hi"}, "bot": "m"}')
    >>> made[0].messages, made[0].model
    ('[{"role":"user","content":"Hi"}]', 'm')

    Raises UnknownName for a column that a request does not have.
    """
    for ours in columns:
        if ours not in NAMES:
            raise UnknownName.of("column", ours, NAMES, "nomoat work read FILE --map prompt=FIELD")

    def read(record: bytes) -> list[Row]:
        said = _RECORD.decode(record)
        found, params, tools = _found(said)
        for ours, path in columns.items():
            value = _at(said, path)
            if value not in (None, ""):
                found[ours] = _body(ours, loosened(value)) if ours in _BODIES else value
        return _rows(found, params, tools)

    return msgspec.structs.replace(FORMAT, rows=read, fits=lambda record: True)


def require(columns: Mapping[str, str], records: Sequence[Mapping[str, Any]]) -> None:
    """Raise InputError for a column that none of the records has.

    >>> require({"prompt": "they.asked"}, [{"they": {"asked": "Hi"}}])
    """
    for ours, path in columns.items():
        if records and not any(_at(one, path) is not None for one in records):
            there = ", ".join("".join(c if c.isprintable() else "\ufffd" for c in one) for one in list(records[0])[:20])
            raise InputError(
                f"No record has the field {path!r}; there are {there}",
                "one of them, with dots for what is nested",
                f"nomoat work read FILE --map {ours}=FIELD",
            )


def names(record: Mapping[str, Any]) -> list[str]:
    """The fields of a record that people use for something of a request.

    >>> names({"request": {}, "x1": {}})
    ['request']
    """
    return [name for name in record if _spelled(str(name)) in _OF]


def _at(said: Mapping[str, Any], path: str) -> Any:
    if path in said:
        return said[path]
    value: Any = said
    for name in path.split("."):
        value = loosened(value)
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _rows(found: Found, params: Found, tools: Any) -> list[Row]:
    if str(found.get("kind", "")).lower() in NO_CALLS:
        return []
    row = Row(
        request_id=word(found.get("request_id")), conversation_id=word(found.get("conversation_id")),
        time=moment(_dated(found.get("time"))), ended=moment(_dated(found.get("ended"))),
        model=word(found.get("model")) or "", provider=word(found.get("provider")), status=_status(found),
        params=encoded(params) if params else None, tools=encoded(tools) if tools else None,
    )  # fmt: skip
    for names, read in ((_COUNTS, tokens), (_NUMBERS, number)):
        for name in names:
            if name in found and (amount := read(found[name])) is not None:
                setattr(row, name, amount)
    for apart, ours in (("read_apart", "cache_read"), ("written_apart", "cache_write")):
        if (amount := tokens(found.get(apart))) is not None:
            setattr(row, ours, amount)
            row.input = row.input + amount if row.input is not None else None
    row.cost_source = "log" if row.cost_usd is not None else None
    asked, said = found.get("messages") or found.get("prompt"), found.get("response")
    if asked and said is None and len(asked) > 1 and asked[-1].get("role") == "assistant":
        asked, said = asked[:-1], asked[-1]
    if asked and (system := found.get("system")):
        asked = [{"role": "system", "content": system}, *asked]
    row.messages = encoded(asked) if asked else None
    row.response = encoded({**said, "role": "assistant"}) if said else None
    row.turn = int(number(found.get("turn")) or 0) or turn(row.messages)
    labels = [(name, word(found.get(name))) for name in _LABELS]
    row.hints = hinted(*labels, *((ours, hidden(str(found[name]))) for name, ours in _HIDDEN.items() if name in found))
    return [row]


def _found(record: Mapping[str, Any]) -> tuple[Found, Found, Any]:
    """What the record holds under our names, its settings, and its tools."""
    found: Found = {}
    ranks: dict[str, tuple[int, int]] = {}
    params: Found = {}
    tools, text = None, ""
    for depth, name, value in _cells(record):
        if name in PARAMS and value is not None:
            params.setdefault(PARAMS[name], value)
        if name == "tools" and isinstance(value, list) and value and tools is None:
            tools = value
        ours, rank = _OF.get(name, ("", 0))
        if not ours and _answering(value):
            ours, rank = "response", len(NAMES["response"])
        if name == "message" and isinstance(value, str):
            continue  # of a logger, not of a model
        if name == "session_id" and "run_type" in record:
            continue  # of LangSmith, whose sessions are projects
        if name == "text" and depth == 0 and isinstance(value, str):
            text = value
        if not ours or value is None or value == "" or (depth, rank) >= ranks.get(ours, (99, 0)):
            continue
        value = _body(ours, value) if ours in _BODIES else _cell(ours, name, value)
        if value is not None:
            found[ours], ranks[ours] = value, (depth, rank)
    if text and "response" not in found and (found.get("messages") or ranks["prompt"] != (0, _TEXT)):
        found["response"] = _body("response", text)  # beside a prompt of another name it is what was answered
    return found, params, tools


def _cells(record: Mapping[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Every cell of the record with its depth and its name, the upper ones first."""
    waiting: deque[tuple[int, Mapping[str, Any]]] = deque([(0, record)])
    seen = 0
    while waiting and seen < MOST:
        depth, node = waiting.popleft()
        for key, cell in node.items():
            seen += 1
            name, value = _spelled(str(key)), loosened(cell)
            yield depth, name, value
            inner = value[0] if isinstance(value, list) and value and name in ("choices", "outputs") else value
            if not isinstance(inner, Mapping) or depth >= DEEPEST or name in _CLOSED:
                continue
            if "role" not in inner or "usage" in inner:  # what a message holds is no cell of the record
                waiting.append((depth + 1, inner))


def _answering(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("role") in ("assistant", "model") and message(value) is not None


def _body(ours: str, value: Any) -> Any:
    """A body in the form that ours has; None where the value is something else of that name."""
    if ours == "messages":
        return talk(value)
    if ours == "response":
        return answered(value) or ({"role": "assistant", "content": value} if isinstance(value, str) else None)
    if ours == "system":
        parts = value.get("parts") if isinstance(value, Mapping) else None
        said = message({"role": "system", "content": value if parts is None else parts})
        return said["content"] if said else None
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    return talk(value)


def _cell(ours: str, name: str, value: Any) -> Any:
    """A single value; None where a record or a list lies under the name, but for labels and errors."""
    if ours == "latency_ms" and name in ("latency", "duration", "response_time"):
        return _seconds(value)
    if isinstance(value, Mapping):
        return "error" if name == "error" and value else None
    return value if not isinstance(value, list) or ours in _LABELS else None


def _seconds(value: Any) -> float | None:
    """A bare "latency" is in seconds below 100 with a fraction, as Langfuse writes it, else in milliseconds."""
    amount = number(value)
    return amount * 1e3 if amount is not None and amount < 100 and amount % 1 else amount


def _dated(value: Any) -> Any:
    """The day before the month where points part them, as in German and Russian; elsewhere as it was written.

    >>> _dated("01.09.2026 10:00"), _dated("2026-09-01")
    ('2026-09-01 10:00', '2026-09-01')
    """
    if isinstance(value, str) and (said := _DAY_FIRST.match(value)):
        return f"{said[3]}-{int(said[2]):02}-{int(said[1]):02}{value[said.end() :]}"
    return value


_FINE = {"ok", "success", "succeeded", "successful", "completed", "complete", "done", "stop", "false", "none", "null",
         "", "unset", "status_code_ok", "finished", "end_turn"}  # fmt: skip


def _status(found: Found) -> str:
    if str(found.get("cached", "")).lower() in ("true", "1", "hit"):
        return "cached"
    value = found.get("status")
    code = number(value)
    if code is not None:
        return "error" if code >= 400 else "ok"
    said = str(value if value is not None else "").strip().lower()
    if said in ("cached", "cache_hit"):
        return "cached"
    return "ok" if said in _FINE else "error"


_spelled: Callable[[str], str] = lru_cache(maxsize=4096)(spelled)


def _fits(record: Mapping[str, Any]) -> bool:
    found, _, _ = _found(record)
    return (
        bool(found.keys() & {"prompt", "messages"})
        or ("model" in found and bool(found.keys() & {"input", "output", "cost_usd", "response", "latency_ms"}))
        or ("response" in found and "request_id" in found and "role" not in record)
    )


FORMAT = Format(
    name="plain",
    title="a table or records with a request a row",
    fits=_fits,
    rows=rows,
    bodies="columns prompt and response",
)
