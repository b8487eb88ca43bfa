"""What does a format make of one record? A row of texts and numbers, bodies as the JSON that they were written in.

Bodies that lie in the record as they are stored stay there, as msgspec.Raw: 160 MB of them as str cost 0.2 s of CPU.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

Raw = msgspec.Raw
NONE = Raw()
CUT = "litellm_truncated"  # what LiteLLM writes into a text of which it keeps the two ends


class Row(msgspec.Struct, gc=False, kw_only=True):
    """One request as it is stored: texts of times with an offset or in UTC, durations in milliseconds, JSON as text."""

    request_id: str | None = None
    conversation_id: str | None = None
    turn: int = 0
    time: str | None = None
    ended: str | None = None
    first_at: str | None = None
    model: str = ""
    provider: str | None = None
    messages: str | Raw | None = None
    tools: str | None = None
    params: str | None = None
    response: str | Raw | None = None
    input: int | float | None = None
    output: int | float | None = None
    cache_read: int | float | None = None
    cache_write: int | float | None = None
    reasoning: int | float | None = None
    cost_usd: float | None = None
    cost_source: str | None = None
    latency_ms: float | None = None
    first_token_ms: float | None = None
    status: str = "ok"
    feedback: float | None = None
    hints: str | None = None
    redaction: str = "none"


Columns = dict[str, list[Any]]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """How one program writes its log: `fits` looks at a record as a dictionary, `rows` reads it from JSON.

    `rows` raises what msgspec raises for a record that has other types; `many`, where there is one, reads a text of
    many lines at once, a row each, into columns of Row (which need not be all), and raises where any of them would.
    `bodies` says how to have prompts and answers
    logged where they are not, `nothing` why a record gives no row; where it is empty, such a record is not set aside.
    """

    name: str
    title: str
    fits: Callable[[Mapping[str, Any]], bool]
    rows: Callable[[bytes], list[Row]]
    many: Callable[[bytes], Columns] | None = None
    bodies: str = ""
    nothing: str = "records that are no call of a model"


class Details(msgspec.Struct, gc=False):
    """The finer count of tokens, as OpenAI, OpenRouter and LiteLLM name it."""

    cached_tokens: int | None = None
    cache_creation_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None


class Tokens(msgspec.Struct, gc=False):
    """A `usage` object: OpenAI's names, and those of its Responses API and of Anthropic."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    prompt_tokens_details: Details | None = None
    completion_tokens_details: Details | None = None
    input_tokens_details: Details | None = None
    output_tokens_details: Details | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cost: float | None = None

    def into(self, row: Row) -> None:
        """Fill what the row does not know yet; Anthropic's input leaves out what was cached, ours holds it."""
        asked = self.prompt_tokens_details or self.input_tokens_details
        said = self.completion_tokens_details or self.output_tokens_details
        if row.output is None:
            row.output = self.completion_tokens if self.completion_tokens is not None else self.output_tokens
        if row.cache_read is None:
            row.cache_read = asked.cached_tokens if asked else self.cache_read_input_tokens
        if row.cache_write is None:
            written = (asked.cache_write_tokens or asked.cache_creation_tokens) if asked else None
            row.cache_write = written if written is not None else self.cache_creation_input_tokens
        if row.reasoning is None and said:
            row.reasoning = said.reasoning_tokens
        if row.input is None:
            row.input = self.prompt_tokens
        if row.input is None and self.input_tokens is not None:
            apart = 0 if asked else (self.cache_read_input_tokens or 0) + (self.cache_creation_input_tokens or 0)
            row.input = self.input_tokens + apart
        if self.cost is not None and row.cost_usd is None:
            row.cost_usd, row.cost_source = self.cost, "log"


class Choice(msgspec.Struct, gc=False):
    """One of the answers."""

    message: Raw = NONE
    text: str | None = None


class Response(msgspec.Struct, gc=False):
    """A chat completion, an answer of the Responses API, or Anthropic's message."""

    id: str | None = None
    model: str | None = None
    created: float | None = None
    created_at: float | None = None
    choices: list[Choice] | None = None
    usage: Tokens | None = None
    output: Raw = NONE
    content: Raw = NONE
    role: str | None = None

    def message(self) -> str | Raw | None:
        """The assistant's message as JSON."""
        if self.choices:
            first = self.choices[0]
            if first.message is not NONE and _lying(first.message, b'{"') is not None:
                return first.message
            return text(first.message) or (spoken(first.text) if first.text else None)
        blocks = text(self.output) or (text(self.content) if self.role == "assistant" else None)
        return f'{{"role":"assistant","content":{blocks}}}' if blocks else None


class Body(msgspec.Struct, gc=False):
    """What is sent to /chat/completions, /responses or /messages; every setting that changes the answer is a param."""

    model: str | None = None
    messages: Raw = NONE
    input: Raw = NONE
    prompt: Raw = NONE
    system: Raw = NONE
    instructions: str | None = None
    tools: Raw = NONE
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    n: int | None = None
    stop: Raw = NONE
    response_format: Raw = NONE
    text: Raw = NONE
    tool_choice: Raw = NONE
    parallel_tool_calls: bool | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logit_bias: Raw = NONE
    reasoning_effort: str | None = None
    reasoning: Raw = NONE
    user: str | None = None
    metadata: Raw = NONE

    def into(self, row: Row) -> None:
        """Fill the row's input."""
        row.model = row.model or self.model or ""
        row.messages, row.turn = self.asked()
        if self.tools is not NONE:
            row.tools = listed(self.tools)
        row.params = self.params()

    def asked(self) -> tuple[str | Raw | None, int]:
        """The messages, whichever field they came in, and how many answers they hold already."""
        if self.messages is not NONE and self.system is NONE and self.instructions is None:
            lying = _lying(self.messages, b"[{")
            if lying is not None:
                return self.messages, lying.count(b'"assistant"')
        found = self._put_together()
        return found, turn(found)

    def _put_together(self) -> str | None:
        found = listed(self.messages)
        if found is None and (prompt := text(self.input) or text(self.prompt)):
            found = prompt if prompt.startswith("[{") else f'[{{"role":"user","content":{prompt}}}]'
        if found is None or (self.system is NONE and self.instructions is None):
            return found
        system = text(self.system) or (msgspec.json.encode(self.instructions).decode() if self.instructions else None)
        return f'[{{"role":"system","content":{system}}},{found.lstrip()[1:]}' if system else found

    def params(self) -> str | None:
        """The settings that were set, as JSON."""
        written = _OBJECTS(self)
        if written == _NO_OBJECTS:
            return _settings(_NUMBERS(self))
        found = {name: value for name, value in zip(_NAMES, _NUMBERS(self), strict=True) if value is not None}
        found |= {name: raw for name, raw in zip(_RAW_NAMES, written, strict=True) if raw is not NONE and text(raw)}
        return msgspec.json.encode(found).decode() if found else None


_RAW_NAMES = ("stop", "response_format", "text", "tool_choice", "logit_bias", "reasoning")
_NAMES = (
    "temperature", "top_p", "max_tokens", "max_completion_tokens", "max_output_tokens", "seed", "n",
    "parallel_tool_calls", "frequency_penalty", "presence_penalty", "reasoning_effort",
)  # fmt: skip
_OBJECTS, _NUMBERS = attrgetter(*_RAW_NAMES), attrgetter(*_NAMES)
_NO_OBJECTS = (NONE,) * len(_RAW_NAMES)


@lru_cache(maxsize=1024)
def _settings(values: tuple[Any, ...]) -> str | None:
    found = {name: value for name, value in zip(_NAMES, values, strict=True) if value is not None}
    return msgspec.json.encode(found).decode() if found else None


_STRING = msgspec.json.Decoder(str)
BODY = msgspec.json.Decoder(Body, strict=False)
RESPONSE = msgspec.json.Decoder(Response, strict=False)


def text(raw: Raw) -> str | None:
    r"""The JSON that lies in `raw`, out of the string that it may be wrapped in; None where there is nothing in it.

    >>> text(Raw(b'[1]')), text(Raw(b'"[1]"')), text(Raw(b'{}')), text(Raw(b'"plain"')), text(Raw(b'null'))
    ('[1]', '[1]', None, '"plain"', None)
    """
    if raw is NONE:
        return None
    found = str(raw, "utf-8")
    if len(found) < 5 and found in _EMPTY:
        return None
    if found[0] == '"':
        inner = _STRING.decode(found).strip()
        if inner[:1] in ("[", "{"):
            try:
                _VALID.decode(inner)
            except (msgspec.DecodeError, RecursionError):
                return found
            return inner if inner not in _EMPTY else None
    return found


_EMPTY = {"", "null", "{}", "[]", '""', '"{}"', '"[]"'}
_VALID = msgspec.json.Decoder(Raw)


def listed(raw: Raw) -> str | None:
    """The same where it is a list of something; else None."""
    if raw is NONE:
        return None
    found = text(raw)
    return found if found and (found[0] == "[" or found.lstrip()[:1] == "[") else None


def spoken(words: str, role: str = "assistant") -> str:
    """A message of plain words.

    >>> spoken("Hello")
    '{"role":"assistant","content":"Hello"}'
    """
    return msgspec.json.encode({"role": role, "content": words}).decode()


def turn(messages: str | Raw | None) -> int:
    """How many answers a list of messages holds already: in JSON a quote within a text is never bare."""
    messages = str(messages, "utf-8") if isinstance(messages, Raw) else messages
    return messages.count('"assistant"') if messages else 0


def _lying(raw: Raw, begun: bytes) -> bytes | None:
    """What lies in `raw` where it begins so, and can be stored as it is; raises UnicodeDecodeError where it is no
    UTF-8, which neither msgspec nor DuckDB looks at.
    """
    found = bytes(raw)
    if not found.startswith(begun):
        return None
    if not found.isascii():
        found.decode()
    return found


def moment(value: str | float | int | None) -> str | None:
    """A time as text: seconds, milliseconds, micro- or nanoseconds since 1970, or as it was written.

    >>> moment(1_725_148_800), moment(1_725_148_800_000), moment("2024-09-01 00:00"), moment(None)
    ('2024-09-01T00:00:00+00:00', '2024-09-01T00:00:00+00:00', '2024-09-01 00:00', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if value[4:5] == "-":  # a date; not worth the exception that float() takes for it
            return value
        try:
            value = float(value)
        except ValueError:
            return str(value)
    if not -1e20 < value < 1e20:
        return str(value)
    for size, scale in ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3)):
        if abs(value) >= size:
            value = value / scale
            break
    try:
        return datetime.fromtimestamp(value, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return str(value)


@lru_cache(maxsize=4096)
def hidden(name: str) -> str:
    """A person or a key as twelve hexadecimal digits: enough to tell one from another, and nobody can use it."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]


@lru_cache(maxsize=4096)
def hinted(*pairs: tuple[str, str | None]) -> str | None:
    """Labels that a log brings, as JSON; empty ones are none.

    >>> hinted(("tag", "triage"), ("user", None))
    '{"tag":"triage"}'
    """
    found = {name: value for name, value in pairs if value}
    return msgspec.json.encode(found).decode() if found else None
