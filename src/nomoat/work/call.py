"""What does a server make of one chat request: an answer, a failure, a reason to try again, to wait or to stop?"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from nomoat.work.endpoint import Endpoint
from nomoat.work.reply import NOTE, Reply, refusal, told_failure, words
from nomoat.work.request import Usage
from nomoat.work.stream import HALVES, Assembly, NotAStream, loosely, paired

if TYPE_CHECKING:
    import aiohttp

    Session: TypeAlias = aiohttp.ClientSession

MOST_BYTES = 8 << 20  # of a whole answer: 128,000 tokens of output are about 0.6 MB
MOST_STREAM = 64 << 20  # of a streamed one, where each token comes in some 250 bytes of its own
CONNECT = 30.0  # seconds until a connection stands, TLS with it
MOST_TOKENS = 2**53
MOST_COST = 1e6  # US dollars of one answer
FASTEST = 20_000  # tokens a second that nobody sees; wafers that serve one model reach some 3,000
MOST_OUTPUT = 10_000_000  # tokens of one answer, thoughts included
ANSWERS = {200, 201}  # frameworks that take a POST for the making of something answer 201


async def ask(
    session: aiohttp.ClientSession, endpoint: Endpoint, headers: dict[str, str], body: bytes, *, stream: bool = False
) -> Reply:
    """Post one chat request and read what comes, within the endpoint's seconds and our bytes; never raises for what a
    server does.
    """

    async def taken(response: aiohttp.ClientResponse, start: float) -> Reply:
        if stream:
            return await _streamed(response, start, len(body))
        raw = await _read(response, MOST_BYTES)
        return read(raw, latency_ms=1000 * (perf_counter() - start), asked=len(body))

    return await _posted(session, endpoint, endpoint.chat, headers, body, taken)


async def fetch(
    session: aiohttp.ClientSession, endpoint: Endpoint, address: str, headers: dict[str, str], body: bytes
) -> bytes | Reply:
    """Post to another address of an endpoint: the bytes that it answers, or the failure; never raises for a server."""

    async def taken(response: aiohttp.ClientResponse, start: float) -> bytes:
        return await _read(response, MOST_STREAM)

    return await _posted(session, endpoint, address, headers, body, taken)


def connected() -> aiohttp.ClientSession:
    """A session without cookies, proxies and keys of the environment, for as many calls as the caller makes at once."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )


Taken = TypeVar("Taken")


async def _posted(
    session: aiohttp.ClientSession,
    endpoint: Endpoint,
    address: str,
    headers: dict[str, str],
    body: bytes,
    taken: Callable[[aiohttp.ClientResponse, float], Awaitable[Taken]],
) -> Taken | Reply:
    """Post, and hand a good answer on; any other is a Reply.

    No redirect is followed and no proxy used: a prompt goes to the host that the endpoint names or nowhere.
    """
    import aiohttp

    start = perf_counter()
    try:
        async with session.post(
            address,
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=endpoint.timeout_s, sock_connect=min(CONNECT, 0.9 * endpoint.timeout_s)
            ),
        ) as response:
            if response.status not in ANSWERS:
                return await _refused(response, perf_counter() - start)
            return await taken(response, start)
    except aiohttp.ConnectionTimeoutError:  # a wall that swallows what is sent, or a handshake that does not end
        return Reply(outcome="wait", what="unreachable", note="no connection")
    except TimeoutError:
        return Reply(outcome="again", what="timeout", note=f"nothing whole within {endpoint.timeout_s:g} s")
    except aiohttp.ClientConnectorCertificateError as error:
        return Reply(outcome="stop", what="certificate", note=words(str(error)))
    except aiohttp.ClientConnectorSSLError as error:
        return Reply(outcome="wait", what="no TLS", note=words(error.strerror or str(error.os_error)))
    except aiohttp.ClientConnectorError as error:
        return Reply(outcome="wait", what="unreachable", note=words(error.strerror or str(error.os_error)))
    except _TooLarge as error:
        return Reply(outcome="failed", what="too large", note=f"more than {error.most >> 20} MB")
    except aiohttp.ClientPayloadError:
        return Reply(outcome="again", what="cut off")
    except (aiohttp.ServerDisconnectedError, OSError):
        return Reply(outcome="again", what="closed")
    except (aiohttp.ClientError, zlib.error, asyncio.IncompleteReadError, ValueError) as error:
        return Reply(outcome="again", what="not http", note=words(type(error).__name__))


class _TooLarge(Exception):
    def __init__(self, most: int) -> None:
        self.most = most


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole body, unpacked where the server packs it unasked."""
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > most:
            response.close()
            raise _TooLarge(most)
        chunks.append(chunk)
    raw = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    if response.headers.get("Content-Encoding", "identity").casefold() in ("gzip", "deflate"):
        unpacked = zlib.decompressobj(47)
        raw = unpacked.decompress(raw, most)
        if unpacked.unconsumed_tail:
            raise _TooLarge(most)
    return raw


async def _refused(response: aiohttp.ClientResponse, seconds: float) -> Reply:
    status = response.status
    if 300 <= status < 400:
        response.close()
        aim = response.headers.get("Location", "")
        return Reply(outcome="stop", what=f"status {status}", note=words(f"redirects to {aim}, which is not followed"))
    try:
        raw = await _read(response, 1 << 16)
    except _TooLarge:
        raw = b"a page without end"
    return refusal(status, raw, dict(response.headers), seconds, now=datetime.now(UTC))


def read(raw: bytes, *, latency_ms: float | None = None, asked: int = 0) -> Reply:
    """The answer in the bytes of a chat completion; `asked` is how many bytes the question had.

    >>> read(b'{"choices":[{"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}]}').finish
    'stop'
    >>> read(b"<html>busy</html>").what, read(b'{"choices": [').what, read(b'{"choices": []}').what
    ('html', 'cut off', 'no choices')
    """
    try:
        page = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        try:
            page, halves = paired(loosely(raw))
        except (ValueError, RecursionError):
            pass
        else:
            return _doubted(completed(page, latency_ms=latency_ms, asked=asked), halves)
        html = raw[:64].lstrip().startswith(b"<")
        cut = "truncated" in str(error)
        what = "html" if html else "cut off" if cut else "not json"
        return Reply(outcome="again", what=what, note=words(raw[:NOTE].decode("utf-8", "replace")))
    return completed(page, latency_ms=latency_ms, asked=asked)


def _doubted(reply: Reply, halves: bool) -> Reply:
    return replace(reply, doubts=(*reply.doubts, HALVES)) if halves and reply.outcome == "answered" else reply


def completed(
    page: Any, *, latency_ms: float | None = None, first_token_ms: float | None = None, asked: int = 0
) -> Reply:
    """The answer in a decoded chat completion, and what is doubtful about what it says of itself."""
    if not isinstance(page, dict):
        return Reply(outcome="again", what="no choices")
    choices = page.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    failed = page.get("error") or (choice.get("error") if isinstance(choice, dict) else None)
    if not failed and isinstance(choice, dict) and choice.get("finish_reason") == "error":
        failed = "the answer ended with an error"
    if failed:  # some gateways tell a failure of the server behind them in a page of status 200
        return told_failure(failed)
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return Reply(outcome="again", what="no choices")
    if not isinstance(message.get("content"), str | list | None):
        return Reply(outcome="again", what="no choices", note="content is neither text nor parts")
    finish, served = choice.get("finish_reason"), page.get("model")
    usage, told_cost, doubts = spent(page.get("usage"), message, asked, latency_ms)
    return Reply(
        outcome="answered",
        message=message,
        finish=finish[:40] if isinstance(finish, str) else None,
        usage=usage,
        served=served[:200] if isinstance(served, str) else None,
        told_cost=told_cost,
        latency_ms=latency_ms,
        first_token_ms=first_token_ms,
        doubts=doubts,
    )


def spent(
    told: Any, message: dict[str, Any], asked: int, latency_ms: float | None = None
) -> tuple[Usage, float | None, tuple[str, ...]]:
    """Tokens as the server tells them, the cost it names, and what was not believed: such a count is None.

    A token is at least a byte of text and, in the vocabularies in use, at most 128. Images count tokens of their own,
    and thoughts are billed and not shown: so more output than text is no lie, text without output is one, and so are
    thoughts that nobody could have had in the time.
    """
    if not isinstance(told, dict):
        return Usage(), None, ("no usage",)
    doubts: list[str] = []

    def count(among: Any, name: str) -> int | None:
        value = among.get(name) if isinstance(among, dict) else None
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS:
            return int(value)
        doubts.append(f"usage: {name} is no count")
        return None

    into, out = count(told, "prompt_tokens"), count(told, "completion_tokens")
    into_details, out_details = told.get("prompt_tokens_details"), told.get("completion_tokens_details")
    content = message.get("content")
    said = len(content.encode(errors="replace")) if isinstance(content, str) else 0
    if into is not None and asked and (into == 0 or into > 4 * asked + 65_536 or asked > 128 * into + 65_536):
        doubts.append("usage: input does not fit the bytes asked")
        into = None
    if out is not None and (said > 128 * out or out > MOST_OUTPUT):
        doubts.append("usage: output does not fit the bytes answered")
        out = None
    if out is not None and latency_ms is not None and out > said + 1_000 + FASTEST * latency_ms / 1000:
        doubts.append("usage: output does not fit the time it took")
        out = None
    if (into is None or out is None) and not doubts:
        doubts.append("no usage")
    cached, thought = count(into_details, "cached_tokens"), count(out_details, "reasoning_tokens")
    if cached is not None and into is not None and cached > into:
        doubts.append("usage: more input cached than there is")
        cached = None
    usage = Usage(input=into, output=out, cache_read=cached, reasoning=thought)
    cost = told.get("cost")
    if cost is not None and not (isinstance(cost, int | float) and 0 <= cost < MOST_COST):
        doubts.append("usage: cost is no sum of money")
    if isinstance(cost, int | float) and not isinstance(cost, bool) and 0 <= cost < MOST_COST:
        return usage, float(cost), tuple(doubts)
    return usage, None, tuple(doubts)


async def _streamed(response: aiohttp.ClientResponse, start: float, asked: int) -> Reply:
    """Put a streamed answer together; the first token is the first text, thought or tool call that comes."""
    import aiohttp

    assembly, size, first = Assembly(), 0, None
    try:
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > MOST_STREAM or assembly.size > MOST_BYTES:
                response.close()
                raise _TooLarge(MOST_BYTES)
            assembly.feed(chunk)
            if first is None and assembly.begun:
                first = 1000 * (perf_counter() - start)
            if assembly.done:
                break
    except aiohttp.ClientPayloadError:
        if not assembly.whole:  # else the line was closed after the end, without the chunk that says so
            raise
    except NotAStream as error:
        raw = error.seen + await _read(response, MOST_BYTES)
        return read(raw, latency_ms=1000 * (perf_counter() - start), asked=asked)
    latency = 1000 * (perf_counter() - start)
    if assembly.failed:
        reply = told_failure(assembly.failed)
        # What was written before it may be on the bill, as after a cut.
        return replace(reply, what="error in the stream") if assembly.begun and reply.outcome != "stop" else reply
    if assembly.broken or not assembly.whole:
        return Reply(outcome="again", what="cut off" if not assembly.broken else "not json")
    page = assembly.page()
    return _doubted(completed(page, latency_ms=latency, first_token_ms=first, asked=asked), assembly.halves)
