"""Which traits of a request tell its use case: labels of the log, the system prompt's template, the shape asked for?"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nomoat.work.request import Request

LABELS = ("use_case", "prompt_name", "trace_name", "tag", "key_name", "api_key")
BEGINNING = 600  # characters of a masked system prompt that tell it: what programs fill in comes mostly at the end
SHORTER = (200, 60)  # and where passages or names are filled in sooner: tried for prompts that are rare otherwise
# What gateways and integrations put there by themselves says nothing of the use.
_BY_ITSELF = re.compile(r"User-Agent: .*", re.I)
_DEFAULTS = frozenset(
    ("openai-generation", "litellm-completion", "litellm-acompletion", "chatopenai", "azurechatopenai", "chatanthropic",
     "chatbedrock", "llm", "llm-call", "llm_call", "generation", "chat", "completion", "chat_completion",
     "openai.chat", "openai-chat", "chat.completions.create", "anthropic.chat", "default")
)  # fmt: skip
_MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "@"),
    (re.compile(r"https?://\S+"), "/"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I), "0"),
    (re.compile(r"\b(?=\w*\d)[0-9a-f]{12,}\b", re.I), "0"),
    (re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I), "0"),
    (re.compile(r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b", re.I),
     "0"),
    (re.compile(r"\d+(?:[.,:/-]\d+)*"), "0"),
)  # fmt: skip
MUCH = 20_000  # characters of a system prompt that are masked: of a long one the beginning decides
TITLE = 4  # words
_WORD = re.compile(r"[^\W\d_]{2,}")
# Words that say nothing of what a system prompt is for.
_EMPTY = frozenset(
    _WORD.findall(
        "you are an the is it be been and or of to in into for on with your as that this will at by from we our my me "
        "us can must should do does not no if use using have has any all when what who how their they them its out up "
        "about today helpful assistant ai model please only always never following given based user users each one act "
        "role answer reply respond output return questions expert"
    )
)
_SPACE = re.compile(r"\s+")


class Traits(NamedTuple):
    """What tells the use case of a request: a label with its kind, the template of its system prompt, its shape."""

    label: str | None = None
    template: str | None = None
    shape: str | None = None
    beginnings: tuple[str, ...] = ()  # templates of its first words alone, the longer first


def traits(request: Request) -> Traits:
    """The traits of a request: the same for every request of a program that fills in a template.

    >>> from nomoat.work.request import Request
    >>> asked = lambda day: ({"role": "system", "content": f"Today is {day}. Sort tickets."},)
    >>> one, two = (traits(Request(request_id="", conversation_id="", model="m", messages=asked(day)))
    ...             for day in ("2026-09-01", "12 May 2026"))
    >>> one.template is not None, one.label
    (True, None)
    """
    label = next((f"{name}={said}" for name in LABELS if (said := label_of(request.hints.get(name)))), None)
    system = system_prompt(request.messages or ())
    asked_for = shape(request.tools or (), request.params)
    if not system:
        return Traits(label, None, asked_for)
    said = masked(system[:MUCH])
    return Traits(label, _hash(said[:BEGINNING]), asked_for, tuple(_hash(said[:many]) for many in SHORTER))


def label_of(said: str | None) -> str | None:
    """A label of a log without what gateways put there by themselves; None where nothing is left.

    >>> label_of("User-Agent: OpenAI,User-Agent: OpenAI/Python 1.99.1"), label_of("User-Agent: x,triage")
    (None, 'triage')
    >>> label_of("OpenAI-generation"), label_of(None)
    (None, None)
    """
    kept = [one for one in (said or "").split(",") if not _BY_ITSELF.fullmatch(one.strip())]
    found = ",".join(kept)
    return None if not found.strip() or found.strip().lower() in _DEFAULTS else found


def template(system: str) -> str:
    """Sixteen digits that stay the same when numbers, dates, addresses and ids in a prompt change.

    >>> template("Order 4711 of ada@x.org") == template("Order 12 of bea@y.org"), template("a") == template("b")
    (True, False)
    """
    return _hash(masked(system)[:BEGINNING])


def _hash(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def masked(text: str) -> str:
    """A text with what varies between calls put out of it.

    >>> masked("Today is 2026-09-01,  9:30")
    'today is 0, 0'
    """
    for pattern, mark in _MASKS:
        text = pattern.sub(mark, text)
    return _SPACE.sub(" ", text).strip().lower()


def titles(prompts: Mapping[str, str]) -> dict[str, str]:
    """What to call system prompts, by their first words that say something and that most of them do not share.

    >>> titles({"a": "You are a helpful assistant. Sort tickets by team.", "b": "Translate into German."})
    {'a': 'sort tickets team', 'b': 'translate german'}
    """
    said = {
        name: [w for w in _WORD.findall(masked(text)[:BEGINNING]) if w not in _EMPTY] for name, text in prompts.items()
    }
    shared = Counter(word for words in said.values() for word in set(words))
    common = {word for word, count in shared.items() if len(said) > 2 and 2 * count > len(said)}
    return {
        name: " ".join([*dict.fromkeys(w for w in words if w not in common)][:TITLE]) or "system prompt"
        for name, words in said.items()
    }


def shape(tools: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> str | None:
    """What form of answer was asked for: tools by name, a JSON schema by its fields, JSON; None for free text.

    >>> shape((), {"response_format": {"type": "json_object"}}), shape((), {})
    ('json', None)
    """
    if tools:
        names = sorted(str((one.get("function") or one).get("name", "")) for one in tools if isinstance(one, Mapping))
        return "tools " + ",".join(names)[:200]
    asked = params.get("response_format")
    if not isinstance(asked, Mapping):
        written = params.get("text")
        asked = written.get("format") if isinstance(written, Mapping) else None
    if not isinstance(asked, Mapping) or asked.get("type") in (None, "text"):
        return None
    schema = asked.get("json_schema", asked)
    inner = schema.get("schema", {}) if isinstance(schema, Mapping) else {}
    fields = inner.get("properties") if isinstance(inner, Mapping) else None
    return "json " + ",".join(sorted(map(str, fields)))[:200] if isinstance(fields, Mapping) and fields else "json"


def system_prompt(messages: Sequence[Mapping[str, Any]]) -> str:
    """The words of the system or developer messages at the beginning."""
    found = []
    for one in messages:
        if one.get("role") not in ("system", "developer"):
            break
        found.append(words(one.get("content")))
    return "\n".join(found)


def asked(messages: Sequence[Mapping[str, Any]]) -> str:
    """The words of the last message of a person.

    >>> asked([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}, {"role": "assistant", "content": "Yes"}])
    'Hi'
    """
    return next((words(one.get("content")) for one in reversed(messages) if one.get("role") == "user"), "")


def words(content: Any) -> str:
    """The text of a message's content, whether plain or in parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    return ""
