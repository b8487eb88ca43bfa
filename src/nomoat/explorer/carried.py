"""How does an answer travel: not again to whoever has it, and packed on a long way?

Scripts, styles and JSON alone: pages may show somebody's own traffic, and what has a mark is kept by browsers.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from typing import Any

from nomoat.explorer.guard import App, Scope

PATHS = ("/static/", "/api/")
HERE = ("127.0.0.1", "::1", "localhost")
PACKED = 20_000  # bytes from which packing is worth its time; on this machine it never is
LEVEL = 6


class Carried:
    """Marks answers with the checksum of their bytes, says "not modified" to who has them, and packs large ones."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer as the application does, with fewer bytes where that is the same answer."""
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self.app(scope, receive, send)
            return
        asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        held: list[dict[str, Any]] = []

        async def carry(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                held.append(message)
                return
            if held:
                start = held.pop()
                if message.get("more_body"):  # in pieces: nobody knows its bytes yet
                    await send(start)
                else:
                    start, body = _carried(start, message.get("body", b""), asked, _far(scope))
                    await send(start)
                    message = {**message, "body": body}
            await send(message)

        await self.app(scope, receive, carry)


def _carried(start: dict[str, Any], body: bytes, asked: dict[bytes, str], far: bool) -> tuple[dict[str, Any], bytes]:
    pack = far and len(body) >= PACKED and b"gzip" in _codings(asked.get(b"accept-encoding", ""))
    mark = f'"{sha256(body).hexdigest()[:32]}{"-gzip" if pack else ""}"'
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    headers += [(b"etag", mark.encode()), (b"vary", b"accept-encoding")]
    if not any(name.lower() == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", b"private, no-cache"))  # kept, and asked for again each time
    if has(asked.get(b"if-none-match", ""), mark):
        return {**start, "status": 304, "headers": headers}, b""
    if pack:
        body = _gzip(body)
        headers.append((b"content-encoding", b"gzip"))
    return {**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, body


def has(listed: str, mark: str) -> bool:
    """Whether an If-None-Match names this mark; a weak one is as good (RFC 9110, 13.1.2).

    >>> has('W/"a", "b"', '"a"'), has("*", '"a"'), has('"ab"', '"a"')
    (True, True, False)
    """
    marks = [one.strip().removeprefix("W/") for one in listed.split(",")]
    return mark in marks or marks == ["*"]


def _codings(said: str) -> set[bytes]:
    """The codings that somebody takes; one with a weight of nought is refused."""
    found = set()
    for one in said.lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if weight.strip("0.") or not weight:
            found.add(name.encode())
    return found


def _far(scope: Scope) -> bool:
    return (scope.get("client") or ("", 0))[0] not in HERE


@lru_cache(maxsize=8)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
