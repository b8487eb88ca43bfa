"""What of a logged request goes out to a server, and what stays at home?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request

# Settings of a chat request that mean the same at every server. What else a log holds stays at home: gateways log
# keys, addresses and users among the settings.
SENT = {
    *("temperature", "top_p", "top_k", "min_p", "seed", "stop", "max_tokens", "max_completion_tokens"),
    *("presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias", "response_format"),
    *("tool_choice", "parallel_tool_calls", "reasoning_effort", "verbosity"),
}
# Left out without a word: they are about the caller, its gateway and how the answer travels.
UNSAID = {
    *("stream", "stream_options", "model", "messages", "tools", "user", "metadata", "store", "timeout", "num_retries"),
    *("api_key", "api_base", "base_url", "extra_headers", "safety_identifier", "prompt_cache_key", "service_tier"),
}


def settings(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """The settings that go out: the log's, without those that the server does not take, and the endpoint's own.

    >>> one = Endpoint(name="a", url="https://a.example/v1", model="m", without=("temperature",), params={"seed": 1})
    >>> logged = {"temperature": 0, "top_p": 1, "api_key": "sk-..."}
    >>> settings(one, Request(request_id="r", conversation_id="r", model="l", params=logged))
    {'top_p': 1, 'seed': 1}
    """
    kept = {name: value for name, value in request.params.items() if name in SENT and name not in endpoint.without}
    return kept | endpoint.params


def unsent(request: Request) -> Iterator[str]:
    """Settings of the log that may have shaped its answer and are not sent: counted, so that somebody may ask why."""
    return (name for name in request.params if name not in SENT and name not in UNSAID)


def body(endpoint: Endpoint, request: Request, params: dict[str, Any], *, stream: bool) -> bytes:
    """The bytes of a chat request."""
    page = {"model": endpoint.model, "messages": request.messages, **params}
    if request.tools:
        page["tools"] = request.tools
    if stream:
        page |= {"stream": True, "stream_options": {"include_usage": True}}
    return msgspec.json.encode(page)
