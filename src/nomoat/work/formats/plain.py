"""What does a record hold that nobody described? Tables and nested records, their cells under names that people use.

A record is walked from the top down. A cell counts under its last name, the one nearest to the top first; JSON in a
text is opened; bodies are told by their form (a list of messages, a completion, candidates).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.work.formats.cells import FOREIGN, dated, day_first, length, measured, money
from nomoat.work.formats.names import NAMES, NO_CALLS, PARAMS, no_talk, spelled
from nomoat.work.formats.row import Format, Row, hidden, hinted, moment, turn
from nomoat.work.formats.spoken import answered, encoded, loosened, message, number, talk, tokens, word

DEEPEST, MOST = 8, 2_000  # levels and cells of a record that are looked at
SOME = 50  # calls of a trace that tell whether it is one
_LABELS = ("use_case", "prompt_name", "tag")
_HIDDEN = {"api_key": "api_key", "user_id": "user"}
_COUNTS = ("input", "output", "cache_read", "cache_write", "reasoning")
_NUMBERS = ("latency_ms", "first_token_ms", "feedback")
_LENGTHS = ("latency_ms", "first_token_ms")
_APART = (("read_apart", "cache_read"), ("written_apart", "cache_write"))
_BODIES = {"messages", "prompt", "response", "system"}
_CLOSED = {"tools", "functions", "response_format", "events", "headers", "hidden_params", "model_map_information"}
_RECORD = msgspec.json.Decoder(dict[str, Any])
_OF = {spelling: (ours, rank) for ours, spellings in NAMES.items() for rank, spelling in enumerate(spellings)}
_TEXT = NAMES["prompt"].index("text")
_ASKED = {NAMES["input"].index(name) for name in ("input_tokens", "input_token_count") if name in NAMES["input"]}
# Under these names a trace keeps the calls that it is made of; what is said of all of them stands above.
_WITHIN = ("child_runs", "children", "spans", "observations", "calls", "steps")
_OF_ALL = (
    "session_id", "conversation_id", "thread_id", "trace_id", "user_id", "userId", "sessionId", "traceId", "tags"
)  # fmt: skip
_WEAK = ("trace_id", "root_span_id")  # a trace is one turn of a conversation, where there is a name for that as well
_PAIR = {"user": "prompt", "human": "prompt", "assistant": "response", "bot": "response", "ai": "response"}
# What programs write for nothing where a name or an id is missing.
_NOTHING = frozenset(("none", "null", "nan", "n/a", "na", "nil", "undefined", "unknown", "-", "\\n", "<na>", "nat"))
_NAMED = ("request_id", "conversation_id", "model", "provider", "use_case", "prompt_name", "tag", "api_key", "user_id")
_SIDES = {"prompt": "asked", "messages": "asked", "response": "said"}
_UNANSWERED = ("errored", "expired", "canceled", "cancelled")
_MONGO = frozenset(("$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"))
_HTTP = re.compile(r"(?:GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH) \S+ HTTP/\d")
_ARN = re.compile(r"arn:aws[\w-]*:bedrock:[^/]*:(?:foundation-model|inference-profile)/")
Named = Mapping[str, tuple[str, int]]
Found = dict[str, Any]


def rows(record: bytes) -> list[Row]:
    """The request of one record, or the requests in it; a number that is none stays away."""
    return _within(_RECORD.decode(record), None)


def settled(records: Sequence[Mapping[str, Any]]) -> Format:
    """The format for a log that begins with these records: its dates tell whether the day or the month comes first.

    >>> made = settled([{"time": "10/13/2026 08:00", "prompt": "Hi"}])
    >>> made.rows(b'{"time": "10/02/2026 08:00", "prompt": "Hi"}')[0].time
    '2026-10-02 08:00'
    """
    times = [found[name] for found, _, _ in map(_found, records) for name in ("time", "ended") if name in found]
    local = any(spelled(str(name)) in _LOCAL for record in records[:1] for name in record)
    first = day_first(times, local)
    if first is None:
        return FORMAT
    return msgspec.structs.replace(FORMAT, rows=lambda record: _within(_RECORD.decode(record), first))


def beyond(record: Mapping[str, Any], known: Collection[str]) -> bool:
    """Whether a record says more of its request than the fields `known`: an answer, tokens, a time under other names.

    >>> beyond({"messages": [], "completion": "Hi"}, {"messages"}), beyond({"messages": [], "n": 1}, {"messages"})
    (True, False)
    """
    return any(
        name not in known and value not in (None, "") and (
            _OF.get(_spelled(str(name)), ("",))[0] in _MORE or measured(_spelled(str(name))) is not None
        )
        for name, value in record.items()
    )  # fmt: skip


_MORE = {"response", "input", "output", "time", "ended", "latency_ms", "first_token_ms", "cost_usd", "conversation_id"}
_LOCAL = set(NAMES["time"][NAMES["time"].index("fecha_hora") :])


def _within(said: Mapping[str, Any], first: bool | None) -> list[Row]:
    """The requests of a record that may be a trace, whose calls lie in it; a call is counted, its sum above it not."""
    inner = next((calls for name in _WITHIN if name in said and _records(calls := loosened(said[name]))), None)
    if inner is None:
        return _rows(*_found(said), first)
    above = {name: said[name] for name in _OF_ALL if said.get(name)}
    made = [row for one in inner for row in _within({**above, **one}, first) if row.model]
    found, params, tools = _found(said)
    return made + _rows(found, params, tools, first) if "kind" in found or not made else made


def _records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


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
        return _rows(found, params, tools, None, set(columns))

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


def _rows(found: Found, params: Found, tools: Any, first: bool | None, chosen: Collection[str] = ()) -> list[Row]:
    if str(found.get("kind", "")).lower() in NO_CALLS:
        return []
    for name in _NAMED:
        if name in found and str(found[name]).strip().lower() in _NOTHING:
            del found[name]
    row = Row(
        request_id=word(found.get("request_id")), conversation_id=word(found.get("conversation_id")),
        time=moment(dated(found.get("time"), first)), ended=moment(dated(found.get("ended"), first)),
        model=_ARN.sub("", word(found.get("model")) or ""), provider=word(found.get("provider")), status=_status(found),
        params=encoded(params) if params else None, tools=encoded(tools) if tools else None,
    )  # fmt: skip
    for names, read in ((_COUNTS, tokens), (_NUMBERS, number)):
        for name in names:
            if name in found and (amount := read(found[name])) is not None:
                setattr(row, name, amount)
    _count_apart(row, found)
    cost = found.get("cost_usd")
    cost = number(cost) if "cost_usd" in chosen else cost
    if cost is None and (parts := [part for name in ("cost_in", "cost_out") if (part := number(found.get(name)))]):
        cost = sum(parts)
    row.cost_usd = cost if isinstance(cost, float) else None
    row.cost_source = "log" if row.cost_usd is not None else FOREIGN if cost == FOREIGN else None
    asked, said = found.get("messages") or found.get("prompt"), found.get("response")
    if asked and said is None and len(asked) > 1 and asked[-1].get("role") == "assistant":
        asked, said = asked[:-1], asked[-1]
    if asked and (system := found.get("system")):
        asked = [{"role": "system", "content": system}, *asked]
    row.messages = encoded(asked) if asked else None
    row.response = encoded({**said, "role": "assistant"}) if said else None
    if row.response is None and no_talk(row.model):
        return []
    told = row.messages or row.response or row.model or row.input or row.output or row.cost_usd
    if not told and (row.status != "error" or row.request_id is None):
        return []  # a line of a program's log about something else
    row.turn = int(number(found.get("turn")) or 0) or turn(row.messages)
    labels = [(name, word(found.get(name))) for name in _LABELS]
    row.hints = hinted(*labels, *((ours, hidden(str(found[name]))) for name, ours in _HIDDEN.items() if name in found))
    return [row]


def _count_apart(row: Row, found: Found) -> None:
    """Add what programs count beside input and output; `prompt_tokens` holds the cached ones, if they are no more."""
    whole = found.get("input_rank") not in _ASKED
    for apart, ours in _APART:
        if (amount := tokens(found.get(apart))) is not None:
            setattr(row, ours, amount)
            if row.input is not None and (not whole or amount > row.input):
                row.input += amount
    if (thoughts := tokens(found.get("thought_apart"))) is not None:
        row.reasoning, row.output = thoughts, (row.output or 0) + thoughts


def _found(record: Mapping[str, Any]) -> tuple[Found, Found, Any]:
    """What the record holds under our names, its settings, and its tools."""
    found: Found = {}
    ranks: dict[str, tuple[int, int]] = {}
    params: Found = {}
    tools, text = None, ""
    pair = {_PAIR.get(name.lower()) for name in record} >= {"prompt", "response"}
    for depth, side, key, value in _cells(record):
        name, ours, rank, united = _meant(key)
        if name in PARAMS and value is not None:
            params.setdefault(PARAMS[name], value)
        if name == "tools" and isinstance(value, list) and value and tools is None:
            tools = value
        if depth == 0 and pair and name in _PAIR:
            ours = _PAIR[name]
        if not united and not ours and _answering(value):
            ours, rank = "response", len(NAMES["response"])
        if name == "conversation" and isinstance(value, str):
            ours = "conversation_id"
        if name == "message" and isinstance(value, str):
            continue  # of a logger, not of a model
        if name == "session_id" and "run_type" in record:
            continue  # of LangSmith, whose sessions are projects
        if name == "text" and depth == 0 and isinstance(value, str):
            text = value
        if name == "span_attributes" and isinstance(value, Mapping) and value.get("type"):
            found["kind"] = value["type"]  # of Braintrust
        if name == "result" and isinstance(value, Mapping) and value.get("type") in _UNANSWERED:
            found["status"] = "error"  # of a batch
        if name == "type" and depth == 0 and value in ("tool", "chain", "retriever", "embedding", "function", "task"):
            found["kind"] = value
        if side and side != _SIDES.get(ours, side):
            continue  # a question quoted in an answer, or the other way round
        if depth > 0 and name == "text" and side != "asked":
            continue
        deep = depth + (DEEPEST if name in _WEAK else 0)
        if not ours or value is None or value == "" or (deep, rank) >= ranks.get(ours, (99, 0)):
            continue
        value = _body(ours, value) if ours in _BODIES else _cell(ours, name, key, value)
        if value is not None:
            found[ours], ranks[ours] = value, (deep, rank)
    if text and "response" not in found and (found.get("messages") or ranks["prompt"] != (0, _TEXT)):
        found["response"] = _body("response", text)  # beside a prompt of another name it is what was answered
    if "input" in ranks:
        found["input_rank"] = ranks["input"][1]
    task, asked = record.get("instruction"), found.get("prompt")
    if isinstance(task, str) and task and asked and asked[0]["content"] != task and len(asked) == 1:
        found["prompt"] = [{"role": "user", "content": f"{task}\n\n{asked[0]['content']}"}]  # as Alpaca parts them
    currency = record.get("cost_currency") or record.get("currency")
    if isinstance(cost := found.get("cost_usd"), float):
        if isinstance(currency, str) and currency.upper() not in ("USD", "$"):
            found["cost_usd"] = FOREIGN
        elif "req_units" in record or "ai_org" in record:
            found["cost_usd"] = cost / 100  # Portkey counts in cents
    if "op_name" in record and "model" not in found:
        found["kind"] = "function"  # of Weave, whose calls of functions sum up the calls of models within
    return found, params, tools


def _cells(record: Mapping[str, Any]) -> Iterator[tuple[int, str, str, Any]]:
    """Every cell of the record with its depth, the body in which it lies, and its name, the upper ones first."""
    waiting: deque[tuple[int, str, Mapping[str, Any]]] = deque([(0, "", record)])
    seen = 0
    while waiting and seen < MOST:
        depth, side, node = waiting.popleft()
        for key, cell in node.items():
            seen += 1
            value = loosened(cell)
            if isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in _MONGO:
                value = value[kind]
            yield depth, side, key, value
            if not isinstance(value, (dict, list)):  # a union takes three times as long
                continue
            name, ours = _meant(key)[:2]
            inner = value[0] if isinstance(value, list) and value and name in ("choices", "outputs") else value
            if not isinstance(inner, dict) or depth >= DEEPEST or name in _CLOSED:
                continue
            if "role" not in inner or "usage" in inner:  # what a message holds is no cell of the record
                within = "" if name == "message" else _SIDES.get(ours, "")  # a logger's holds both
                waiting.append((depth + 1, side or within, inner))


@lru_cache(maxsize=4096)
def _meant(key: str) -> tuple[str, str, int, bool]:
    """A field's name as it is spelled here, what of ours it is, at which rank, and whether it names a unit."""
    name = spelled(key)
    ours, rank = _OF.get(name, ("", 0))
    unit = measured(name)
    return (name, ours, rank, False) if unit is None else (name, unit[0], rank, True)


def _answering(value: Any) -> bool:
    return isinstance(value, dict) and value.get("role") in ("assistant", "model") and message(value) is not None


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
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    if isinstance(value, str):
        return None if _HTTP.match(value) else [{"role": "user", "content": value}]
    return talk(value)


def _cell(ours: str, name: str, key: str, value: Any) -> Any:
    """A single value; None where a record or a list lies under the name, but for labels, errors and sums of money."""
    unit = measured(name)
    if ours == "cost_usd":
        sum = FOREIGN if unit is not None and unit[1] is None else money(value, key)
        return sum * unit[1] if unit is not None and unit[1] is not None and isinstance(sum, float) else sum
    if isinstance(value, dict) and ours == "model":
        return next((value[one] for one in ("name", "id", "model") if isinstance(value.get(one), str)), None)
    if isinstance(value, dict):
        return "error" if name in ("error", "exception") and value else None
    if isinstance(value, list):
        return value if ours in _LABELS and all(isinstance(one, str) for one in value) else None
    if ours == "status" and name in ("error", "error_code", "exception"):
        return value if str(value).strip().lower() in _FINE or number(value) is not None else "error"
    if ours in _LENGTHS and not name.endswith("_ms"):
        amount = number(value) if unit is not None else None
        return length(value) if amount is None or unit is None or unit[1] is None else amount * unit[1]
    return value


_FINE = {"ok", "success", "succeeded", "successful", "completed", "complete", "done", "stop", "false", "none", "null",
         "", "unset", "status_code_ok", "finished", "end_turn", "incomplete", "length", "tool_calls",
         "tool_use"}  # fmt: skip


def _status(found: Found) -> str:
    if str(found.get("cached", "")).lower() in ("true", "1", "hit", "semantic hit", "simple hit"):
        return "cached"
    value = found.get("status")
    said = str(value if value is not None else "").strip().lower()
    code = number(value) if number(value) is not None else number(said[:3]) if said[3:4] == " " else None
    if code is not None:
        return "error" if code >= 400 else "ok"
    if said in ("cached", "cache_hit"):
        return "cached"
    return "error" if said not in _FINE and _BAD.search(said) else "ok"


_BAD = re.compile(
    r"err|fail|exception|time-?d?_? ?out|cancel|abort|reject|refus|denied|invalid|expired|limit|throttl|unavail|"
    r"overload|crash|kill|bad|unauthor|forbid|not found|blocked|interrupt|lost|broken|fehl|falla|échec|echec|erreur"
)
_spelled: Callable[[str], str] = lru_cache(maxsize=4096)(spelled)


def _fits(record: Mapping[str, Any]) -> bool:
    if inner := next((calls for name in _WITHIN if _records(calls := loosened(record.get(name)))), None):
        return any(map(_fits, inner[:SOME])) or _says(record)
    return _says(record)


def _says(record: Mapping[str, Any]) -> bool:
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
