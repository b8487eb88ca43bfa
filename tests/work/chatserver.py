"""A chat server on loopback that does what its script says: answers, refuses, lies, hangs, breaks off.

`Chat(script)` runs in a thread of its own. `script(seen)` gets the decoded body and the number of times that the same
prompt came before, and returns a `Turn`. `served` counts whole answers by prompt, `asked` every request.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Turn:
    text: str = "yes"
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes | None = None  # in place of a chat completion
    usage: object = "honest"
    delay: float = 0.0
    model: str = "stub-1"
    how: str = "whole"  # whole | reset | short | drip | hang | sse
    message: dict | None = None
    chunks: tuple = ()
    pause: float = 0.0


def completion(turn, body):
    usage = turn.usage
    if usage == "honest":
        usage = {
            "prompt_tokens": len(json.dumps(body["messages"])) // 4 + 1,
            "completion_tokens": len(turn.text) // 4 + 1,
        }
    message = turn.message or {"role": "assistant", "content": turn.text}
    page = {"id": "x", "model": turn.model, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    if usage is not None:
        page["usage"] = usage
    return json.dumps(page).encode()


class Chat:
    def __init__(self, script=lambda seen, before: Turn()):
        self.script = script
        self.asked, self.served = Counter(), Counter()
        self.bodies, self.headers = [], []
        self.flying = self.most_flying = 0
        self.keep = True
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *error):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def _run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request):
        body = await request.json()
        prompt = body["messages"][-1]["content"]
        before = self.asked[prompt]
        self.asked[prompt] += 1
        if self.keep:
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            return await self._answer(request, body, self.script(body, before), prompt)
        finally:
            self.flying -= 1

    async def _answer(self, request, body, turn, prompt):
        await asyncio.sleep(turn.delay)
        if turn.how == "hang":
            await asyncio.sleep(3600)
        if turn.how == "reset":
            request.transport.abort()
            return web.Response()
        if turn.how in ("sse", "drip"):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **turn.headers})
            await response.prepare(request)
            try:
                for chunk in turn.chunks:
                    await response.write(chunk)
                    await asyncio.sleep(turn.pause)
                while turn.how == "drip":
                    await response.write(turn.body or b": still here\n\n")
                    await asyncio.sleep(turn.pause)
            except ConnectionError:
                return response
            self.served[prompt] += 1
            await response.write_eof()
            return response
        raw = completion(turn, body) if turn.body is None else turn.body
        if turn.how == "short":
            response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(raw))})
            await response.prepare(request)
            await response.write(raw[: len(raw) // 2])
            request.transport.abort()
            return response
        if turn.status == 200:
            self.served[prompt] += 1
        return web.Response(status=turn.status, body=raw, headers={"Content-Type": "application/json", **turn.headers})
