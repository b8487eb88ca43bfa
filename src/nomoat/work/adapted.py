"""How is the prompt of a request written anew for one arm?

A model has habits of its own, and prompts were worked on for the incumbent's. An adapted prompt is a file that a use
case of the plan names for a candidate: a text is the new system prompt; a .toml says more:

system = "{system} Reply with one word."        # the new system prompt, {system} the logged one
from = "Ticket (?P<id>\\d+): (?P<text>.*)"      # which messages of the user are written anew, and their named parts
user = "Sort this.\\n\\n{text}"                  # what they become: {user} the logged one, {id} and {text} its parts

A message that `from` does not match goes out as it was logged; without `from` all are written anew. A point of
`from` also stands for the end of a line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.work.request import Request
from nomoat.work.template import system_prompt, words

SLOT = "{system}"
LARGEST = 1 << 20  # bytes: a prompt of a million characters is a mistake
_SYSTEM = ("system", "developer")
_NAMED = re.compile(r"\{(\w+)\}")


class Adapted(NamedTuple):
    """What an adapted prompt writes anew: the system prompt, the user's messages, or both."""

    system: str | None = None
    user: str | None = None
    found: re.Pattern[str] | None = None

    def turned(self, logged: str) -> str | None:
        """A message of the user as it goes out; None where it stays as it was.

        >>> Adapted(user="Sort: {text}", found=re.compile("Ticket: (?P<text>.*)")).turned("Ticket: {user} is down")
        'Sort: {user} is down'
        """
        parts = {"user": logged}
        if self.user is None:
            return None
        if self.found is not None:
            match = self.found.search(logged)
            if match is None:
                return None
            parts |= {name: said or "" for name, said in match.groupdict().items()}
        return _filled(self.user, parts)


def prompt(path: Path) -> Adapted:
    """The adapted prompt of a file; raises InputError where it cannot be read, says nothing or names no such part."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig").strip()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a file with a system prompt") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}", "a system prompt as text in UTF-8") from None
    if not text or len(raw) > LARGEST:
        raise InputError(f"{path} holds {len(raw):,} bytes", f"a system prompt, {SLOT} where the logged one goes")
    return _table(text, path) if path.suffix == ".toml" else Adapted(system=text)


def _table(text: str, path: Path) -> Adapted:
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: {error}", "TOML", 'user = "Sort this: {user}"') from None
    for name, value in said.items():
        if name not in ("system", "user", "from"):
            raise UnknownName.of(f"part of an adapted prompt ({path}):", name, ("system", "user", "from"))
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{path}: {name} {str(value)[:60]!r}", "a text")
    if not {"system", "user"} & said.keys() or ("from" in said and "user" not in said):
        raise InputError(f"{path} writes nothing anew", "system, user or both; from goes with user")
    try:
        found = re.compile(said["from"], re.S) if "from" in said else None
    except re.error as error:
        raise InputError(
            f"{path}: from cannot be read ({error})", "a regular expression", 'from = "(?P<text>.*)"'
        ) from None
    parts = {"user", *(found.groupindex if found else ())}
    # A part that is written like a name and is none would go to the model as it stands.
    if lost := [name for name in _NAMED.findall(said.get("user", "")) if name not in parts]:
        raise UnknownName.of(
            f"part of the user's message ({path}):", lost[0], sorted(parts), "a part of from, (?P<NAME>...)"
        )
    return Adapted(said.get("system"), said.get("user"), found)


def adapted(request: Request, by: Adapted) -> Request:
    """The request with its system prompt and the user's messages written anew; all else as it was.

    >>> log = ({"role": "system", "content": "Sort tickets."}, {"role": "user", "content": "It is broken"})
    >>> one = Request(request_id="r", conversation_id="r", model="m", messages=log)
    >>> [m["content"] for m in adapted(one, Adapted("{system} Reply with one word.", "Ticket: {user}")).messages]
    ['Sort tickets. Reply with one word.', 'Ticket: It is broken']
    >>> adapted(one, Adapted("Name the queue.")).messages[0]
    {'role': 'system', 'content': 'Name the queue.'}
    """
    if request.messages is None:
        return request
    messages = [_turned(one, by) for one in request.messages]
    if by.system is not None:
        logged = system_prompt(request.messages)
        role = messages[0].get("role") if messages and messages[0].get("role") in _SYSTEM else "system"
        while messages and messages[0].get("role") in _SYSTEM:
            messages.pop(0)
        messages.insert(0, {"role": role, "content": _filled(by.system, {"system": logged})})
    return msgspec.structs.replace(request, messages=tuple(messages))


def _turned(message: dict[str, Any], by: Adapted) -> dict[str, Any]:
    """A message with its words written anew, its pictures after them as they were."""
    if message.get("role") != "user":
        return message
    parts = message.get("content")
    every = [one for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
    said = by.turned(words([one for one in every if one.get("type") == "text"] if every else parts))
    if said is None:
        return message
    rest = [one for one in every if one.get("type") != "text"]
    return {**message, "content": [{"type": "text", "text": said}, *rest] if rest else said}


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda match: parts.get(match[1], match[0]), template)
