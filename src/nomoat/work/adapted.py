"""How is the prompt of a request written anew for one arm?

A model has habits of its own, and prompts were worked on for the incumbent's. An adapted prompt is a file that a use
case of the plan names for a candidate: the new system prompt, in which {system} stands for the logged one.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.work.request import Request
from nomoat.work.template import system_prompt

SLOT = "{system}"
LARGEST = 1 << 20  # bytes: a prompt of a million characters is a mistake
_SYSTEM = ("system", "developer")


def prompt(path: Path) -> str:
    """The text of an adapted prompt; raises InputError where it cannot be read or says nothing."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig").strip()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a file with a system prompt") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}", "a system prompt as text in UTF-8") from None
    if not text or len(raw) > LARGEST:
        raise InputError(f"{path} holds {len(raw):,} bytes", f"a system prompt, {SLOT} where the logged one goes")
    return text


def adapted(request: Request, text: str) -> Request:
    """The request with the text as its system prompt, the logged one put where {system} stands; all else as it was.

    >>> log = ({"role": "system", "content": "Sort tickets."}, {"role": "user", "content": "It is broken"})
    >>> one = Request(request_id="r", conversation_id="r", model="m", messages=log)
    >>> [m["content"] for m in adapted(one, "{system} Reply with one word.").messages]
    ['Sort tickets. Reply with one word.', 'It is broken']
    >>> adapted(one, "Name the queue.").messages[0]
    {'role': 'system', 'content': 'Name the queue.'}
    """
    if request.messages is None:
        return request
    rest = list(request.messages)
    role = rest[0].get("role") if rest and rest[0].get("role") in _SYSTEM else "system"
    while rest and rest[0].get("role") in _SYSTEM:
        rest.pop(0)
    new = {"role": role, "content": text.replace(SLOT, system_prompt(request.messages))}
    return msgspec.structs.replace(request, messages=(new, *rest))
