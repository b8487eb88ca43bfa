"""A publisher on 127.0.0.1: a real HTTP server that says what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from nomoat.sources.web import Web

DAY = datetime(2026, 11, 22, 7, tzinfo=UTC)


@dataclass
class Reply:
    """An answer: `length` overrides Content-Length, `cut` closes the connection after that many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    chunks: bool = False
    cut: int | None = None
    reset: bool = False
    wait: threading.Event | None = None


@dataclass
class Asked:
    path: str
    headers: dict[str, str]


class Publisher:
    """Paths and their answers; a list is answered one after the other, its last one for ever."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply] | Callable[[Asked], Reply]] = {}
        self.asked: list[Asked] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                asked = Asked(self.path, {key.lower(): value for key, value in self.headers.items()})
                publisher.asked.append(asked)
                reply = publisher.reply(asked)
                if reply.reset:
                    import socket
                    import struct

                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                    return
                self.send_response_only(reply.status)
                for key, value in reply.headers.items():
                    self.send_header(key, value)
                if reply.chunks:
                    self.send_header("Transfer-Encoding", "chunked")
                elif reply.status != 304:
                    self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
                self.end_headers()
                body = reply.body if reply.cut is None else reply.body[: reply.cut]
                try:
                    if reply.chunks:
                        self.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
                    elif reply.status != 304:
                        self.wfile.write(body)
                    self.wfile.flush()
                    if reply.wait:
                        reply.wait.wait(20)
                except OSError:
                    pass
                if reply.cut is not None or reply.length is not None or reply.wait:
                    self.close_connection = True

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request, client_address):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def says(self, path: str, *replies: Reply | bytes | Callable[[Asked], Reply]) -> None:
        if callable(replies[0]):
            self.replies[path] = replies[0]
        else:
            self.replies[path] = [Reply(r) if isinstance(r, bytes) else r for r in replies]

    def reply(self, asked: Asked) -> Reply:
        known = self.replies.get(asked.path, self.replies.get(asked.path.split("?")[0]))
        if known is None:
            return Reply(b"<!DOCTYPE html><title>Not found</title>", 404, {"Content-Type": "text/html"})
        if callable(known):
            return known(asked)
        return known.pop(0) if len(known) > 1 else known[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def opened(publisher: Publisher, home: Path, *sites: str, **options: Any) -> Web:
    """A way to the publisher on 127.0.0.1 under its real addresses, on a fixed day, without waits."""
    roots = dict.fromkeys(sites, publisher.address)
    return Web(home, roots=roots, timeout=5, sleep=lambda wait: None, now=lambda: DAY, chance=lambda: 0.5, **options)
