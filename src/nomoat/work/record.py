"""What do one's own programs ask of a model: a pass-through on this machine that writes it down and changes nothing?"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from nomoat.errors import InputError, OutputError
from nomoat.types import LeftOut, Noun, Origin
from nomoat.work.endpoint import CHAT, Endpoint, checked
from nomoat.work.stream import Assembly, NotAStream, ending, loosely, paired

if TYPE_CHECKING:
    import aiohttp
    from aiohttp import web

MOST = 8 << 20  # bytes of a question or an answer that are kept; more is passed on and not recorded
MOST_WAITING = 64 << 20  # bytes that wait to be written; beyond that calls pass unrecorded, and are counted
SMALL = 1 << 20
LONGEST = 1 << 17  # bytes of one header: tokens of identity providers have several thousand
LIGHT = 64 << 10  # bytes of a call whose line is made at once: some 20 us, a tenth of what waking a thread costs others
BEAT = 0.02  # seconds that lines are gathered before a thread writes them
SWITCH = 0.0005  # seconds that a thread which makes a long line may hold up the calls that pass; 5 ms as Python has it
# RFC 9110, 7.6.1: what belongs to one connection. `Accept-Encoding` is left out so that answers can be read.
HOPS = {
    *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
    *("transfer-encoding", "upgrade", "host", "accept-encoding", "expect"),
}
WRITTEN = (CHAT, "/responses", "/messages")  # OpenAI's two, and Anthropic's
UNREADABLE = "no chat call that can be read"
KEYS = re.compile("auth|key|token|secret|cookie", re.IGNORECASE)  # headers whose words may be echoed, and are hidden


class Recorded(Noun, frozen=True, kw_only=True):
    """What passed: `kept` chat calls were written, `others` were no chat calls, `unkept` says why some were not."""

    folder: str
    kept: int
    others: int
    unkept: dict[str, int]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def record(
    upstream: str,
    folder: Path,
    *,
    port: int = 4141,
    say: Callable[[str], None] = lambda line: None,
    until: Callable[[Callable[[], None]], None] | None = None,
) -> Recorded:
    """Pass every request on to `upstream`, and write chat requests with their answers as folder/recorded-DAY.jsonl,
    and so those of OpenAI's Responses and Anthropic's Messages.

    Listens on 127.0.0.1 alone. A program that asks http://127.0.0.1:PORT/v1 gets what UPSTREAM answers, streamed as it
    comes; its key is passed on and written nowhere. A full disk stops the writing, never the passing. Ends at an
    interrupt, or when the function given to `until` is called (from any thread).

    Raises InputError for an address that is none, OutputError where the port or the folder is not to be had.
    """
    try:
        endpoint = checked(Endpoint(name="record", url=upstream, model="any"))
    except InputError as error:
        seen = error.seen.replace("[endpoints.record]", repr(upstream))
        raise InputError(seen, error.expected, "nomoat work record https://HOST/v1") from None
    return asyncio.run(_Recorder(endpoint, folder, port, say).serve(until))


class _Recorder:
    def __init__(self, endpoint: Endpoint, folder: Path, port: int, say: Callable[[str], None]) -> None:
        parts = urlsplit(endpoint.url)
        self.base = parts._replace(path=parts.path.rstrip("/").removesuffix(CHAT), query="", fragment="").geturl()
        self.host, self.folder, self.port, self.say = endpoint.host, folder, port, say
        self.kept = self.others = self.waiting = 0
        self.unkept: dict[str, int] = {}
        self.gathered: list[_Noted] = []
        self.writing: asyncio.Task[None] | None = None

    async def serve(self, until: Callable[[Callable[[], None]], None] | None) -> Recorded:
        import aiohttp
        from aiohttp import web

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / ".tried").touch()
            (self.folder / ".tried").unlink()
        except OSError as error:
            raise OutputError(
                f"{self.folder} cannot be written ({error.strerror})", "a folder of yours", "--in DIR"
            ) from None
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        app = web.Application(client_max_size=1 << 40)
        app.router.add_route("*", "/{rest:.*}", self._pass)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=5, logger=_silent(),
            max_line_size=LONGEST, max_field_size=LONGEST, auto_decompress=False,
        )  # fmt: skip
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=30),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=LONGEST,
            max_field_size=LONGEST,
        ) as self.session:
            await runner.setup()
            try:
                site = web.TCPSite(runner, "127.0.0.1", self.port)
                await site.start()
            except OSError as error:
                await runner.cleanup()
                raise OutputError(
                    f"Port {self.port} is not free ({error.strerror})", "a free port", f"--port {self.port + 1}"
                ) from None
            self.port = runner.addresses[0][1]
            self.say(f"http://127.0.0.1:{self.port}/v1 passes on to {self.host}, and writes to {self.folder}")
            if until is None:
                for which in (signal.SIGINT, signal.SIGTERM):
                    with suppress(NotImplementedError, RuntimeError):
                        loop.add_signal_handler(which, stop.set)
            else:

                def end() -> None:
                    loop.call_soon_threadsafe(stop.set)

                until(end)
            interval = sys.getswitchinterval()
            sys.setswitchinterval(SWITCH)
            try:
                await stop.wait()
            finally:
                sys.setswitchinterval(interval)
            await runner.cleanup()
            while self.writing is not None:
                await self.writing
        return Recorded(folder=str(self.folder), kept=self.kept, others=self.others, unkept=self.unkept)

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        """Ask upstream the same, and hand back what comes as it comes."""
        from aiohttp import web
        from yarl import URL

        start = perf_counter()
        if not request.raw_path.startswith("/"):  # an address behind the host's name would make another host of it
            return web.json_response({"error": {"message": "no path", "type": "nomoat"}}, status=400)
        path = request.raw_path.removeprefix("/v1") if request.raw_path.startswith("/v1/") else request.raw_path
        sent = [(name, value) for name, value in request.headers.items() if name.casefold() not in HOPS]
        sent.append(("Accept-Encoding", "identity"))
        taken = _Taken()
        body: bytes | AsyncIterator[bytes] | None = None
        if request.can_read_body:
            small = (request.content_length or SMALL + 1) <= SMALL
            body = taken.add(await request.read()) if small else taken.through(request.content)
        response: web.StreamResponse | None = None
        try:
            async with self.session.request(
                request.method, URL(self.base + path, encoded=True), data=body, headers=sent, allow_redirects=False
            ) as answer:
                response = web.StreamResponse(status=answer.status, reason=answer.reason)
                for name, value in answer.headers.items():
                    if name.casefold() not in HOPS:
                        response.headers.add(name, value)
                await response.prepare(request)
                given, first = _Taken(), 0.0
                async for chunk in answer.content.iter_any():
                    first = first or perf_counter() - start
                    given.add(chunk)
                    await response.write(chunk)
                await response.write_eof()
                took = perf_counter() - start
        except asyncio.CancelledError:
            self._unkept("the caller left")
            raise
        except Exception as error:  # of the server upstream, or ours: the next call will be another
            self._unkept("broken off")
            if response is not None and response.prepared:  # the caller sees the break where it was
                if request.transport is not None:
                    request.transport.abort()
                return response
            page = {"error": {"message": f"{self.host} could not be asked: {type(error).__name__}", "type": "nomoat"}}
            return web.json_response(page, status=502)
        if path.split("?")[0].rstrip("/").endswith(WRITTEN) and request.method == "POST":
            self._note(request, answer, taken, given, took, first)
        else:
            self.others += 1
        return response

    def _unkept(self, why: str) -> None:
        if why.startswith("disk") and why not in self.unkept:
            self.say(f"Not written ({why}): calls pass on, and are counted at the end")
        self.unkept[why] = self.unkept.get(why, 0) + 1

    def _note(
        self,
        request: web.Request,
        answer: aiohttp.ClientResponse,
        taken: _Taken,
        given: _Taken,
        took: float,
        first: float,
    ) -> None:
        """Have the call written, after the caller has its answer."""
        if taken.size > MOST or given.size > MOST:
            return self._unkept("longer than 8 MB")
        size = taken.size + given.size
        if self.waiting + size > MOST_WAITING:
            return self._unkept("faster than the disk")
        about = {
            "request_id": f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(6).hex()}",
            "time": datetime.now(UTC).isoformat(),
            "latency_ms": round(1000 * took, 3),
            "status_code": answer.status,
        }
        streams = "event-stream" in answer.headers.get("Content-Type", "")
        if streams:
            about["first_token_ms"] = round(1000 * first, 3)
        packed = (_packing(request.headers), _packing(answer.headers))
        hide = [
            word.encode(errors="surrogateescape")
            for name, value in request.headers.items()
            if KEYS.search(name)
            for word in value.split()
            if len(word) >= 16 or (len(word) >= 8 and re.search("[0-9]", word))
        ]
        noted = _Noted(about, taken, given, streams, packed, hide)
        if size <= LIGHT and not streams:
            noted.make()
        self.waiting += size
        self.gathered.append(noted)
        if self.writing is None:
            self.writing = asyncio.create_task(self._write())
        return None

    async def _write(self) -> None:
        """Have what is gathered written by a thread, until there is nothing more."""
        while self.gathered:
            await asyncio.sleep(BEAT)
            noted, self.gathered = self.gathered, []
            try:
                await asyncio.to_thread(_append, self.folder, noted)
            except Exception as error:  # whatever it is, the callers have their answers, and the next ones will
                for one in noted:
                    one.wrong = one.wrong or (f"disk: {error.strerror}" if isinstance(error, OSError) else UNREADABLE)
            for one in noted:
                self.waiting -= one.taken.size + one.given.size
                if one.wrong:
                    self._unkept(one.wrong)
                else:
                    self.kept += 1
        self.writing = None


def _flat(raw: bytes) -> bytes:
    """JSON without line breaks; raises ValueError or RecursionError for what is none."""
    try:
        return msgspec.json.format(raw, indent=-1)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return json.dumps(paired(loosely(raw))[0], ensure_ascii=False).encode()


class _Taken:
    """Bytes on their way, kept up to a limit; all of them are counted."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> bytes:
        self.size += len(part)
        if self.size <= MOST:
            self._parts.append(part)
        else:
            self._parts.clear()
        return part

    async def through(self, content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
        async for part in content.iter_any():
            yield self.add(part)

    def whole(self) -> bytes:
        return b"".join(self._parts)


def _packing(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Encoding", "").casefold()


def _unpacked(raw: bytes, packed: str) -> bytes:
    if packed in ("gzip", "deflate"):
        return zlib.decompressobj(47).decompress(raw, MOST)
    if packed not in ("", "identity"):
        raise ValueError(packed)
    return raw


def _silent() -> logging.Logger:
    """A logger without a word: aiohttp's would show the headers of what it cannot read, and keys stand in headers."""
    logger = logging.Logger("nomoat.record")
    logger.addHandler(logging.NullHandler())
    return logger


@dataclass(slots=True)
class _Noted:
    """A call that passed, on its way to the file: its line once that is made, or why there is none."""

    about: dict[str, Any]
    taken: _Taken
    given: _Taken
    streams: bool
    packed: tuple[str, str]  # how question and answer are
    hide: list[bytes]
    line: bytes = b""
    wrong: str = ""

    def make(self) -> None:
        """Make its line; never raises."""
        try:
            self.line = _line(self.about, _unpacked(self.taken.whole(), self.packed[0]), self._answered())
        except Exception:
            self.wrong = UNREADABLE
        for secret in self.hide:
            self.line = self.line.replace(secret, b"[key removed]")

    def _answered(self) -> bytes:
        """What was answered: a stream as the page that it amounts to."""
        raw = _unpacked(self.given.whole(), self.packed[1])
        if self.streams and (page := ending(raw)) is not None:
            return msgspec.json.encode(page)
        if self.streams:
            assembly = Assembly()
            with suppress(NotAStream):
                assembly.feed(raw + b"\n")
                return msgspec.json.encode(assembly.page())
        return raw


def _line(about: dict[str, Any], asked: bytes, raw: bytes) -> bytes:
    """One line: the two bodies as they were, without line breaks."""
    asked = _flat(asked)
    try:
        answered = _flat(raw)
    except (ValueError, RecursionError):  # an error page: what was asked is kept all the same
        answered = msgspec.json.encode({"error": raw[:2000].decode("utf-8", "replace")})
    return msgspec.json.encode(about)[:-1] + b',"request":' + asked + b',"response":' + answered + b"}\n"


def _append(folder: Path, noted: list[_Noted]) -> None:
    """Write what is gathered, a file a day, all of it or nothing."""
    days: dict[str, list[bytes]] = {}
    for one in noted:
        if not one.line and not one.wrong:
            one.make()
        if not one.wrong:
            days.setdefault(one.about["time"][:10], []).append(one.line)
    for day, lines in days.items():
        handle = os.open(folder / f"recorded-{day}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            whole, end = b"".join(lines), os.fstat(handle).st_size
            try:
                written = os.write(handle, whole)
                while written < len(whole):
                    written += os.write(handle, whole[written:])
            except OSError:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)
