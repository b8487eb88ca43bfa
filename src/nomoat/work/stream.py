"""How does a streamed chat completion become the same page as one that comes whole?"""

from __future__ import annotations

import json
from typing import Any

import msgspec

MOST_TOOLS = 256
TEXTS = ("content", "refusal", "reasoning_content", "reasoning")


HALVES = "text: broken characters were replaced"


def loosely(raw: bytes) -> Any:
    r"""What JSON says that a strict reader refuses: halves of characters, as servers cut them, and endless numbers.

    Bytes that are no UTF-8 become halves too. Raises ValueError or RecursionError where it is no JSON at all.

    >>> loosely(b'["\\ud83d", NaN, "\xff"]')
    ['\ud83d', None, '\udcff']
    """
    return json.loads(raw.decode(errors="surrogateescape"), parse_constant=lambda name: None)


def paired(page: Any) -> tuple[Any, bool]:
    r"""The same with halves of a character that lie side by side put together, and whether others were replaced.

    >>> paired({"a": "\ud83d" + "\ude00"}) == ({"a": "\U0001f600"}, False), paired(["\ud83d!"])
    (True, (['\ufffd!'], True))
    """
    raw = json.dumps(page, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
    try:
        return json.loads(raw.decode("utf-16-le")), False
    except UnicodeDecodeError:
        return json.loads(raw.decode("utf-16-le", "replace")), True


class NotAStream(Exception):
    """The server answered a request for a stream with a page; `seen` is what was read of it."""

    def __init__(self, seen: bytes) -> None:
        self.seen = seen


class _Tool:
    """One call of a tool, whose arguments come in as many pieces as they have tokens."""

    def __init__(self) -> None:
        self.id: Any = None
        self.parts: dict[str, list[str]] = {"name": [], "arguments": []}

    def told(self) -> dict[str, Any]:
        function = {name: "".join(parts) for name, parts in self.parts.items()}
        return {"id": self.id, "type": "function", "function": function}


class Assembly:
    """Server-sent events in, a chat completion out.

    >>> one = Assembly()
    >>> one.feed(b'data: {"choices":[{"delta":{"role":"assistant","content":"ye"}}]}\\n\\n')
    >>> one.feed(b'data: {"choices":[{"delta":{"content":"s"},"finish_reason":"stop"}]}\\n\\ndata: [DONE]\\n\\n')
    >>> one.whole, one.page()["choices"][0]["message"]["content"]
    (True, 'yes')
    """

    def __init__(self) -> None:
        self._rest = b""
        self._texts: dict[str, list[str]] = {}
        self._tools: dict[int, _Tool] = {}
        self._head: dict[str, Any] = {}
        self._finish: str | None = None
        self._line_seen = False
        self._size = 0
        self._loose = False  # some of it a strict reader refuses
        self.begun = self.done = self.broken = self.halves = False

    @property
    def size(self) -> int:
        """Characters put together, and the bytes of the line that has not ended yet."""
        return self._size + len(self._rest)

    @property
    def whole(self) -> bool:
        """Did the stream say that it is at its end?"""
        return self.done or self._finish is not None

    @property
    def failed(self) -> Any:
        """The error that the server told in place of the rest; None where it told none."""
        return self._head.get("error")

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; raises NotAStream where the first of them begin no event."""
        *complete, self._rest = (self._rest + chunk).split(b"\n")
        if not self._line_seen:
            seen = b"\n".join([*complete, self._rest])
            if not (start := seen.lstrip()):
                return
            self._line_seen = True
            if start[:1] in (b"{", b"<"):
                raise NotAStream(seen)
        for line in complete:
            if line.startswith(b"data:"):
                self._event(line[5:].strip())

    def _event(self, data: bytes) -> None:
        if self.done or not data:
            return
        if data == b"[DONE]":
            self.done = True
            return
        try:
            page = msgspec.json.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            try:
                page, self._loose = loosely(data), True
            except (ValueError, RecursionError):
                self.broken = self.done = True
                return
        if not isinstance(page, dict):
            return
        for name in ("model", "usage", "error"):
            if page.get(name):
                self._head[name] = page[name]
        if page.get("object") == "error":  # vLLM before 0.10
            self._head["error"] = page
        self.done = "error" in self._head
        choices = page.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        # Some servers send an empty one with every piece: it ends nothing.
        if (finish := choice.get("finish_reason")) and isinstance(finish, str):
            self._finish = finish
        if isinstance(delta := choice.get("delta"), dict):
            self._delta(delta)

    def _delta(self, delta: dict[str, Any]) -> None:
        for name in TEXTS:
            if isinstance(text := delta.get(name), str) and text:
                self._texts.setdefault(name, []).append(text)
                self._size += len(text)
                self.begun = True
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if not isinstance(call, dict) or len(self._tools) >= MOST_TOOLS:
                continue
            index = call.get("index")
            kept = self._tools.setdefault(index if isinstance(index, int) else 0, _Tool())
            kept.id = call.get("id") or kept.id
            function = call.get("function")
            for name in ("name", "arguments"):
                if isinstance(function, dict) and isinstance(part := function.get(name), str):
                    kept.parts[name].append(part)
                    self._size += len(part)
            self.begun = True

    def page(self) -> dict[str, Any]:
        """The chat completion that the events amount to."""
        message: dict[str, Any] = {"role": "assistant", "content": None}
        message |= {name: "".join(texts) for name, texts in self._texts.items()}
        if self._tools:
            message["tool_calls"] = [self._tools[index].told() for index in sorted(self._tools)]
        elif message["content"] is None:
            message["content"] = ""
        page: dict[str, Any] = {**self._head, "choices": [{"message": message, "finish_reason": self._finish}]}
        if self._loose:
            page, self.halves = paired(page)
        return page


def streamed(raw: bytes) -> dict[str, Any]:
    """The whole answer of a stream that was kept as it came, of whichever kind.

    >>> streamed(b'data: {"choices":[{"delta":{"content":"yes"}}]}\\n\\ndata: [DONE]\\n\\n')["choices"][0]["message"]
    {'role': 'assistant', 'content': 'yes'}
    """
    if (found := ending(raw)) is not None:
        return found
    whole = Assembly()
    whole.feed(raw + b"\n")
    return whole.page()


def ending(raw: bytes) -> dict[str, Any] | None:
    """The whole answer of a stream of another kind: OpenAI's Responses, or Anthropic's Messages; None for a chat's.

    Responses end with the answer itself; of Messages the blocks are put together from their pieces.

    >>> ending(b'data: {"type":"response.completed","response":{"output":[]}}\\n\\n')
    {'output': []}
    >>> ending(b'data: {"choices": []}\\n\\n')
    """
    if b'"response.' not in raw and b'"message_start"' not in raw:
        return None
    message: dict[str, Any] | None = None
    blocks: dict[int, dict[str, Any]] = {}
    for line in raw.split(b"\n"):
        try:
            event: Any = msgspec.json.decode(line[5:]) if line.startswith(b"data:") else None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if not isinstance(event, dict):
            continue
        kind = event.get("type")
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            return event["response"] if isinstance(event.get("response"), dict) else None
        if kind == "message_start" and isinstance(event.get("message"), dict):
            message = event["message"]
        elif message is not None and kind in ("content_block_start", "content_block_delta"):
            _put(blocks.setdefault(int(event.get("index") or 0), {}), event)
        elif message is not None and kind == "message_delta":
            message |= event.get("delta") or {}
            message["usage"] = {**(message.get("usage") or {}), **(event.get("usage") or {})}
    return None if message is None else {**message, "content": [blocks[at] for at in sorted(blocks)]}


def _put(block: dict[str, Any], event: dict[str, Any]) -> None:
    """One piece of a block: its beginning, more of its text or thought, or more of a tool's input."""
    block |= event.get("content_block") or {}
    for name, into in (("text", "text"), ("thinking", "thinking"), ("partial_json", "input")):
        piece = (event.get("delta") or {}).get(name)
        if isinstance(piece, str):
            before = block.get(into)
            block[into] = (before if isinstance(before, str) else "") + piece
