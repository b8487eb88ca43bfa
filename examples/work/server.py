"""A model behind the chat API on loopback: `python server.py NAME [PORT]`, which prints its address when it listens."""

from __future__ import annotations

import json
import socket
import sys
import time

from aiohttp import web
from models import Model

# The better one has seen a hundred times as many invoices; of tickets both have seen enough.
KINDS = {
    "closed-large": {"tickets": 4000, "invoices": 400, "seed": 1},
    "open-small": {"tickets": 1500, "invoices": 3, "seed": 2},
}


def application(model: Model) -> web.Application:
    """One address, as OpenAI's: POST /v1/chat/completions."""

    async def chat(request: web.Request) -> web.Response:
        try:
            asked = await request.json()
            said = model.answer(asked["messages"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            return web.json_response({"error": {"message": f"not a chat request: {error}"}}, status=400)
        used = {
            "prompt_tokens": sum(len(m["content"].split()) for m in asked["messages"]),
            "completion_tokens": len(said.split()),
        }
        return web.json_response(
            {
                "id": f"chatcmpl-{time.time_ns()}",
                "object": "chat.completion",
                "model": model.name,
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}],
                "usage": {**used, "total_tokens": sum(used.values())},
            }
        )

    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    return app


def main() -> None:
    """Fit the model, listen (on a free port where none is named), say where."""
    name, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    model = Model(name, **KINDS[name])
    listens = socket.create_server(("127.0.0.1", port))
    sys.stdout.write(f"http://127.0.0.1:{listens.getsockname()[1]}/v1\n")
    sys.stdout.flush()
    web.run_app(application(model), sock=listens, print=None, access_log=None)


if __name__ == "__main__":
    main()
