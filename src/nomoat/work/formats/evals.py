"""What do evaluation programs log? Samples of Inspect, lm-eval, promptfoo and Every Eval Ever, each a request.

Their inputs are benchmarks or tests and not traffic: they can be run again like any request, but shares mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nomoat.work.formats.row import Format, Row, hinted, moment, turn
from nomoat.work.formats.spoken import answer_of, encoded, loosened, messages_of, number, word

_RECORD = msgspec.json.Decoder(dict[str, Any])
# Of a message; what else Inspect keeps of one (ids, where it came from) is nothing that a server takes.
_SETTINGS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "until": "stop",
    "max_gen_toks": "max_tokens",
}
_SENT = ("role", "content", "name", "tool_calls", "tool_call_id")


def inspect(record: bytes) -> list[Row]:
    """A sample of Inspect, its messages up to the last answer; its count of input tokens leaves out caches.

    The right answer becomes the label `target`: a scorer with reference = "hint:target" scores as Inspect did.
    """
    said = _RECORD.decode(record)
    output, usages = _object(said.get("output")), _object(said.get("model_usage"))
    asked = [{k: v for k, v in _object(one).items() if k in _SENT} for one in _list(said.get("messages"))]
    if asked and asked[-1].get("role") == "assistant":
        asked = asked[:-1]
    row = Row(
        request_id=word(said.get("uuid")) or f"{said.get('id')}_epoch_{said.get('epoch')}",
        time=moment(said.get("started_at")), ended=moment(said.get("completed_at")),
        model=word(output.get("model")) or "", messages=messages_of(asked) or messages_of(said.get("input")),
        response=answer_of(output) if output.get("choices") else None,
        status="error" if said.get("error") else "ok", hints=hinted(("target", _target(said.get("target")))),
    )  # fmt: skip
    row.turn = turn(row.messages)
    if (spent := number(said.get("working_time"))) is not None:
        row.latency_ms = spent * 1e3
    if len(usages) == 1:  # of several models it cannot be told whose answer it was
        name, usage = next((str(name), _object(usage)) for name, usage in usages.items())
        row.model = row.model or name
        row.cache_read = number(usage.get("input_tokens_cache_read"))
        row.cache_write = number(usage.get("input_tokens_cache_write"))
        row.output, row.reasoning = number(usage.get("output_tokens")), number(usage.get("reasoning_tokens"))
        if (bare := number(usage.get("input_tokens"))) is not None:
            row.input = bare + (row.cache_read or 0) + (row.cache_write or 0)
        row.cost_usd = number(usage.get("total_cost"))
        row.cost_source = "log" if row.cost_usd is not None else None
    return [row]


def lm_eval(record: bytes) -> list[Row]:
    """A sample of lm-eval: what was generated; log-likelihoods are no request that another model could answer."""
    said = _RECORD.decode(record)
    arguments = said.get("arguments")
    first = next(iter(arguments.values()), None) if isinstance(arguments, Mapping) else None
    if first is None and isinstance(arguments, list) and arguments:
        first = arguments[0]
    parts = list(first.values()) if isinstance(first, Mapping) else first if isinstance(first, list) else []
    if len(parts) < 2 or not isinstance(parts[1], Mapping):
        return []
    answers = said.get("resps")
    while isinstance(answers, list) and answers:
        answers = answers[0]
    marks = [str(said.get(name, "")) for name in ("doc_hash", "prompt_hash", "target_hash")]
    asked = parts[0]
    if isinstance(asked, list) and len(asked) == 1 and isinstance(asked[0], str):
        asked = asked[0]  # a chat as the JSON text of its messages, in a list of one (0.4.13)
    settings = {_SETTINGS[name]: value for name, value in parts[1].items() if name in _SETTINGS and value != []}
    return [
        Row(
            request_id="-".join(marks) if any(marks) else None, messages=messages_of(asked),
            response=answer_of(answers), params=encoded(settings) if settings else None,
            hints=hinted(("target", _target(said.get("target")))),
        )
    ]  # fmt: skip


def promptfoo(record: bytes) -> list[Row]:
    """A result of promptfoo: one prompt with the variables of one test at one provider."""
    said = _RECORD.decode(record)
    provider, response, prompt = (_object(said.get(name)) for name in ("provider", "response", "prompt"))
    usage = _object(response.get("tokenUsage") or said.get("tokenUsage"))
    name = word(provider.get("id")) or word(said.get("provider")) or ""
    variables = encoded(said.get("vars") or {})
    row = Row(
        request_id=word(said.get("id")) or f"{said.get('testIdx')}-{said.get('promptIdx')}-{name}-{variables}"[:200],
        model=name.rpartition(":")[2] or name, provider=name.partition(":")[0] or None,
        messages=messages_of(prompt.get("raw") or said.get("prompt")), response=answer_of(response.get("output")),
        input=number(usage.get("prompt")), output=number(usage.get("completion")),
        cache_read=number(usage.get("cached")), latency_ms=number(said.get("latencyMs")),
        cost_usd=number(response.get("cost", said.get("cost"))),
        status="error" if response.get("error") or (said.get("error") and not response.get("output")) else "ok",
        hints=hinted(
            ("prompt_name", word(prompt.get("label"))), ("target", _target(_equals(_object(said.get("testCase")))))
        ),
    )  # fmt: skip
    if not row.cost_usd and row.output:
        row.cost_usd = None  # it writes 0 where it knows no price of the model
    if response.get("cached"):
        row.status = "cached"
    row.cost_source = "log" if row.cost_usd is not None else None
    return [row]


def every_eval(record: bytes) -> list[Row]:
    """A sample of Every Eval Ever 0.3.0."""
    said = _RECORD.decode(record)
    asked, usage, times = (_object(said.get(name)) for name in ("input", "token_usage", "performance"))
    output = _object(said.get("output"))
    talk = _list(said.get("messages"))
    last = bool(talk) and _object(talk[-1]).get("role") == "assistant"
    row = Row(
        request_id=f"{said.get('evaluation_id')}/{said.get('evaluation_name')}/{said.get('sample_id')}",
        model=word(said.get("model_id")) or "",
        messages=messages_of(talk[:-1] if last else talk) or messages_of(asked.get("formatted") or asked.get("raw")),
        response=answer_of(talk[-1]) if last else answer_of(loosened(output.get("raw", said.get("output")))),
        input=number(usage.get("input_tokens", usage.get("input"))),
        output=number(usage.get("output_tokens", usage.get("output"))),
        reasoning=number(usage.get("reasoning_tokens")), latency_ms=number(times.get("latency_ms")),
        first_token_ms=number(times.get("time_to_first_token_ms")), status="error" if said.get("error") else "ok",
        hints=hinted(
            ("use_case", word(said.get("evaluation_name"))), ("target", _target(asked.get("reference")))
        ),
    )  # fmt: skip
    row.turn = turn(row.messages)
    return [row]


def _equals(test: Mapping[str, Any]) -> list[Any]:
    """What the assertions of a test of promptfoo want the answer to be, word by word."""
    wanted = (_object(one) for one in _list(test.get("assert")))
    return [one.get("value") for one in wanted if one.get("type") in ("equals", "iequals")]


def _target(value: Any) -> str | None:
    """The right answer where there is one; of several that would do, none is the reference."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    return word(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_inspect(record: Mapping[str, Any]) -> bool:
    return {"id", "epoch", "input", "target"} <= set(record)


def _is_lm_eval(record: Mapping[str, Any]) -> bool:
    return {"doc_id", "arguments", "resps"} <= set(record)


def _is_promptfoo(record: Mapping[str, Any]) -> bool:
    return "provider" in record and ("promptIdx" in record or "testIdx" in record)


def _is_every_eval(record: Mapping[str, Any]) -> bool:
    return {"evaluation_id", "sample_id", "model_id", "input"} <= set(record)


INSPECT = Format(name="inspect", title="samples of Inspect", fits=_is_inspect, rows=inspect)
LM_EVAL = Format(
    name="lm-eval", title="samples of lm-eval", fits=_is_lm_eval, rows=lm_eval, bodies="lm_eval --log_samples"
)
PROMPTFOO = Format(name="promptfoo", title="results of promptfoo", fits=_is_promptfoo, rows=promptfoo)
EVERY_EVAL = Format(name="every eval ever", title="samples of Every Eval Ever", fits=_is_every_eval, rows=every_eval)
