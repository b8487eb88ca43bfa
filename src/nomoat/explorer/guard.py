"""Who may ask? This machine alone, in its own name, for reading; anybody else needs the token."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

LOCAL = ("127.0.0.1", "localhost", "[::1]")
LONGEST = 4000  # bytes of a query
COOKIE = "nomoat-token"

# Vega runs on its expression interpreter, so that no script is ever made from text ('unsafe-eval' stays out); styles
# come from files and from scripts alone ('unsafe-inline' stays out).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """Refuses foreign names of this host (DNS rebinding), foreign pages, writes, long queries, and missing tokens."""

    def __init__(self, app: App, *, hosts: tuple[str, ...] = LOCAL, token: str | None = None) -> None:
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let a request through with stricter headers, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused is not None:
            status, said, more = refused
            await _answer(send, status, said, more, head=scope["method"] == "HEAD")
            return

        async def strict(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = {name for name, _ in HEADERS}
                own = [(n, v) for n, v in message.get("headers", []) if n.lower() not in kept]
                message = {**message, "headers": [*own, *HEADERS]}
            await send(message)

        await self.app(scope, receive, strict)

    def _refusal(
        self, scope: Scope, headers: dict[bytes, str]
    ) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]] | None:
        host = headers.get(b"host", "")
        if _name(host) not in self.hosts and "*" not in self.hosts:
            return 421, f"This is not {_plain(host)}. Expected {' or '.join(self.hosts)}.", ()
        if scope["method"] not in ("GET", "HEAD"):
            return (
                405,
                f"{_plain(scope['method'])} is refused. Expected GET: the explorer only reads.",
                ((b"allow", b"GET, HEAD"),),
            )
        if len(scope["query_string"]) > LONGEST:
            return 414, f"The query has {len(scope['query_string'])} bytes. Expected at most {LONGEST}.", ()
        if _foreign(headers):
            return 403, "Another site asked. Expected this explorer's own pages.", ()
        if self.token is None:
            return None
        return self._stranger(scope, headers)

    def _stranger(
        self, scope: Scope, headers: dict[bytes, str]
    ) -> tuple[int, str, tuple[tuple[bytes, bytes], ...]] | None:
        assert self.token is not None
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = next((value for name, value in asked if name == "token"), None)
        if shown is not None and hmac.compare_digest(shown.encode(), self.token.encode()):
            rest = urlencode([(name, value) for name, value in asked if name != "token"])
            # Percent-encoded: a browser takes "/\\" for the start of another host, and a line break ends a header.
            path = quote(scope["path"]) if scope["path"].startswith("/") and not scope["path"].startswith("//") else "/"
            place = path + (f"?{rest}" if rest else "")
            cookie = f"{_cookie(scope)}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            return 303, "", ((b"location", place.encode("latin-1", "replace")), (b"set-cookie", cookie.encode()))
        pairs = (part.strip().partition("=") for part in headers.get(b"cookie", "").split(";"))
        known = next((value for name, _, value in pairs if name == _cookie(scope)), "")
        if hmac.compare_digest(known.encode(), self.token.encode()):
            return None
        return 401, "No token. Expected the address that `nomoat explore` printed, with ?token= in it.", ()


def _cookie(scope: Scope) -> str:
    """The cookie's name: browsers keep one jar for all ports of a host, and two explorers have two tokens."""
    return f"{COOKIE}-{(scope.get('server') or ('', 0))[1]}"


def _foreign(headers: dict[bytes, str]) -> bool:
    """Whether somebody else's page asks. A link to here may be followed; nothing may be embedded, read or polled.

    Another port of this machine is "same-site" to a browser and another program all the same, so only the same
    origin is at home here; a browser that does not say who asks may still name an origin.

    >>> _foreign({b"sec-fetch-site": "same-site", b"sec-fetch-mode": "no-cors", b"sec-fetch-dest": "script"})
    True
    >>> _foreign({b"sec-fetch-site": "cross-site", b"sec-fetch-mode": "navigate", b"sec-fetch-dest": "document"})
    False
    >>> _foreign({b"host": "127.0.0.1:8421", b"origin": "http://127.0.0.1:3000"})
    True
    """
    origin = headers.get(b"origin")
    if origin is not None and origin.partition("://")[2].lower() != headers.get(b"host", "").lower():
        return True
    if headers.get(b"sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    followed = headers.get(b"sec-fetch-mode", "navigate") == "navigate"
    return not (followed and headers.get(b"sec-fetch-dest", "document") == "document")


def _name(host: str) -> str:
    """The host without its port.

    >>> _name("localhost:8000"), _name("[::1]:8000"), _name("evil.example")
    ('localhost', '[::1]', 'evil.example')
    """
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.rpartition(":")[0].lower() if host.rpartition(":")[2].isdigit() and ":" in host else host.lower()


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:100] or "a request without a name"


async def _answer(send: Any, status: int, said: str, more: tuple[tuple[bytes, bytes], ...], *, head: bool) -> None:
    body = f"{said}\n".encode()
    length = (b"content-length", str(len(body)).encode())
    start = [(b"content-type", b"text/plain; charset=utf-8"), length, *more, *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if head else body})
