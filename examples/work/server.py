"""A model behind the chat API on loopback: `python server.py NAME PORT`, which prints its address when it listens."""

from __future__ import annotations

import json
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
    """Fit the model, listen, say where."""
    name, port = sys.argv[1], int(sys.argv[2])
    model = Model(name, **KINDS[name])

    async def told(app: web.Application) -> None:
        sys.stdout.write(f"{name} listens\n")
        sys.stdout.flush()

    app = application(model)
    app.on_startup.append(told)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main()
