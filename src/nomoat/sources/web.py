"""How bytes of a publisher come onto this disk: asked for politely, checked, kept, and never believed half.

A request is conditional where an earlier copy is held; 429, 5xx and broken connections are tried again after the wait
that the server asks for, or a growing one with jitter; sizes are bounded on the wire and after decompression; keys go
to the host they are meant for and nowhere else, and appear in no file name, slip, log or error.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import msgspec

from nomoat import __version__
from nomoat.errors import SourceError
from nomoat.sources.body import MIB, Again, Body
from nomoat.sources.copies import Copy, Shelf, Slip
from nomoat.sources.kinds import ACCEPTED, CALLED, fault

if TYPE_CHECKING:
    import httpx

LIMIT = 256 * MIB  # far above any file that a connector here asks for
HOPS = 5
LONGEST_WAIT = 120.0  # seconds; a server that asks for more is told of instead of waited for
LONGEST_LOAD = 600.0  # seconds for one body: a server that drips bytes holds nobody longer
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_OPEN = {"accept", "accept-language", "user-agent", "range"}  # headers that hold no key
_SHORTEST = 6  # characters of a key: a shorter one would blank out words that are none
_KEYED = re.compile(r"(?:^|[_-])(?:api|access)?_?(?:key|token|secret|signature|password|auth|sig)(?:$|[_-])", re.I)


@dataclass(frozen=True)
class Step:
    """How far a request is: bytes received of a total, which may be unknown, and what is being waited for."""

    source: str
    name: str
    received: int
    total: int | None = None
    note: str = ""


class Web:
    """The way to publishers' servers; a context manager.

    `roots` replaces the start of addresses: `{"https://models.dev": "http://127.0.0.1:8000"}`; one that becomes
    `file:///...` is read from this disk. `retries` is how often a request is repeated, `backoff` the first wait in
    seconds, doubled each time and jittered. `sleep`, `now` and `chance` (0 to 1) replace the clock and the dice.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        roots: Mapping[str, str] | None = None,
        limit: int = LIMIT,
        retries: int = 4,
        backoff: float = 1.0,
        timeout: float = 30.0,
        progress: Callable[[Step], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        import httpx

        self.home, self.limit, self.retries, self.backoff = home, limit, retries, backoff
        self._roots = sorted((roots or {}).items(), key=lambda root: -len(root[0]))
        self._progress = progress or (lambda step: None)
        self._sleep, self._now, self._chance = sleep, now, chance
        self._secrets: set[str] = set()
        self._filter = _Scrub(self._public)
        for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
            logging.getLogger(name).addFilter(self._filter)
        agent = f"nomoat/{__version__} (open-closed gap measurement; one request at a time)"
        self._client = httpx.Client(timeout=timeout, headers={"User-Agent": agent, "Accept-Encoding": "gzip"})

    def __enter__(self) -> Web:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
            logging.getLogger(name).removeFilter(self._filter)

    def get(
        self,
        source: str,
        name: str,
        address: str,
        *,
        kind: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        limit: int | None = None,
    ) -> Copy:
        """Fetch what a source publishes at an address and return the copy on this disk.

        `name` tells apart the things of one source; `kind` is one of json, jsonl, csv, zip, parquet, yaml and text.
        Where the server says that nothing changed, or sends the bytes of the newest copy again, that copy is returned
        with `fresh` False. Raises `SourceError` for an answer that is no such file, is cut short or too large, and for
        a server that does not answer; `OutputError` where the bytes cannot be written.
        """
        import httpx

        asked = httpx.URL(address)
        asked = asked.copy_merge_params(httpx.QueryParams(list(_pairs(params)))) if params else asked
        self._learn(headers or {}, asked.params.multi_items())
        order = _Order(source, name, str(asked), self._public(str(asked)), kind, limit or self.limit)
        shelf = Shelf(self.home, source, name, kind)
        actual = self._rooted(order.address)
        if actual.startswith("file:"):
            return self.take(source, name, Path(unquote(urlsplit(actual).path)), kind=kind, address=order.shown)
        for attempt in range(self.retries + 1):
            try:
                return self._once(order, shelf, actual, dict(headers or {}))
            except Again as again:
                if attempt >= min(self.retries, again.most):
                    raise self._gave_up(order, again, attempt + 1) from None
                wait = again.wait
                if wait is None:
                    wait = self.backoff * 2**attempt * (0.5 + self._chance())
                if wait > LONGEST_WAIT:
                    raise self._gave_up(
                        order, again, attempt + 1, f"nomoat update {source}, in {wait:,.0f} s"
                    ) from None
                self._progress(Step(source, name, 0, None, f"{again.why}: again in {wait:.0f} s"))
                self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def pages(
        self,
        source: str,
        name: str,
        address: str,
        *,
        kind: str = "json",
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        limit: int | None = None,
        most: int = 1000,
    ) -> Iterator[Copy]:
        """Yield the copies of all pages, following `Link: <...>; rel="next"` on the same host; each is NAME-000 on.

        Raises `SourceError` where a page leads to another host, to a page that was had already, or beyond `most`.
        """
        host, seen = urlsplit(address)[:2], set[str]()
        upcoming: str | None = address
        for number in range(most):
            assert upcoming is not None
            copy = self.get(
                source, f"{name}-{number:03d}", upcoming, kind=kind, headers=headers,
                params=None if number else params, limit=limit,
            )  # fmt: skip
            yield copy
            seen.add(upcoming)
            upcoming = copy.next
            if upcoming is None:
                return
            if urlsplit(upcoming)[:2] != host:
                raise SourceError(
                    f"{copy.address} leads on to {self._public(upcoming)}", "the next page on its own host"
                )
            if upcoming in seen:
                raise SourceError(f"The pages of {self._public(address)} go round in a circle", "a last page")
        raise SourceError(f"{self._public(address)} has more than {most:,} pages", "an end")

    def take(self, source: str, name: str, path: Path, *, kind: str, address: str | None = None) -> Copy:
        """Keep a file of this disk as if it had been fetched: the same checks, the same place."""
        order = _Order(source, name, "", address or path.name, kind, self.limit)
        shelf = Shelf(self.home, source, name, kind)
        with shelf.part() as part:
            body = Body(part, order.limit, order.brief)
            try:
                with path.open("rb") as file:
                    while chunk := file.read(MIB):
                        body.write(chunk)
                        self._progress(Step(source, name, body.received))
            except OSError as error:
                raise SourceError(f"{path} cannot be read ({error.strerror})", CALLED[kind]) from None
            finally:
                body.close()
            return self._kept(order, shelf, part, body, {})

    def kept(self, source: str, name: str, kind: str) -> tuple[Copy, ...]:
        """Return the whole copies of a thing that are on this disk, oldest first, without asking anybody."""
        return Shelf(self.home, source, name, kind).all()

    def doubt(self, copy: Copy) -> None:
        """Forget what a copy is told from a later one by: the next request for it is unconditional.

        For a file that came whole and cannot be read: a server would answer 304 for as long as it stands.
        """
        slip = msgspec.json.decode(copy.path.with_name(copy.path.name + ".copy").read_bytes(), type=Slip)
        shelf = Shelf(self.home, copy.path.parent.name, copy.name, copy.path.suffix[1:])
        shelf.touch(copy.path, msgspec.structs.replace(slip, etag=None, last_modified=None))

    def _once(self, order: _Order, shelf: Shelf, actual: str, own: dict[str, str]) -> Copy:
        import httpx

        held = shelf.newest()
        conditions: dict[str, str] = {}
        if held and held[1].address == order.shown:
            slip = held[1]
            conditions = {"If-None-Match": slip.etag} if slip.etag else {}
            conditions |= {"If-Modified-Since": slip.last_modified} if slip.last_modified else {}
        url, polite = httpx.URL(actual), {"Accept": ACCEPTED[order.kind], **conditions}
        try:
            for _ in range(HOPS + 1):
                with self._client.stream("GET", url, headers={**polite, **own}) as response:
                    if response.status_code not in _REDIRECTS or "location" not in response.headers:
                        return self._answer(order, shelf, response, held if conditions else None)
                    target = self._redirected(order, url, response.headers["location"])
                    if (target.host, target.port) != (url.host, url.port):
                        own = {}
                    url = target
        except (httpx.TransportError, httpx.DecodingError, httpx.InvalidURL) as error:
            raise self._broken(error) from None
        raise SourceError(f"{order.brief} redirects more than {HOPS} times", "a file")

    def _redirected(self, order: _Order, url: httpx.URL, location: str) -> httpx.URL:
        import httpx

        try:
            target = httpx.URL(self._rooted(str(url.join(location))))
        except (httpx.InvalidURL, ValueError):
            raise SourceError(f"{order.brief} redirects to something that is no address", "http or https") from None
        if (
            target.scheme not in ("http", "https")
            or not target.host
            or (url.scheme, target.scheme) == ("https", "http")
        ):
            where = self._public(f"{target.scheme}://{target.host}")
            raise SourceError(f"{order.brief} redirects to {where}", "https, or http where it was http before")
        return target

    def _answer(self, order: _Order, shelf: Shelf, response: httpx.Response, held: tuple[Copy, Slip] | None) -> Copy:
        status = response.status_code
        page = response.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml"))
        if status == 304 and held:
            slip = held[1]
            return shelf.touch(held[0].path, msgspec.structs.replace(slip, checked=self._now()))
        if status in _AGAIN:
            raise Again(f"it answers {status}", self._asked_wait(response.headers.get("retry-after")))
        if status != 200:
            seen = f"{order.brief} answers {status}" + (" with an HTML page" if page else "")
            key = "a key that is valid and may read this" if status in (401, 403) else CALLED[order.kind]
            raise SourceError(seen, key)
        if page:
            raise SourceError(f"{order.brief} answers with an HTML page", CALLED[order.kind])
        with shelf.part() as part:
            body = Body(part, order.limit, order.brief, response.headers.get("content-encoding", "identity"))
            try:
                self._load(order, response, body)
            finally:
                body.close()
            return self._kept(order, shelf, part, body, response.headers, self._next(response))

    def _load(self, order: _Order, response: httpx.Response, body: Body) -> None:
        stated = response.headers.get("content-length", "")
        total = int(stated) if stated.isdecimal() else None
        if total is not None and total > order.limit:
            raise body.too_large()
        ends = time.monotonic() + LONGEST_LOAD
        for chunk in response.iter_raw(65536):
            body.write(chunk)
            self._progress(Step(order.source, order.name, body.received, total))
            if time.monotonic() > ends:
                raise SourceError(f"{order.brief} was not complete after {LONGEST_LOAD:.0f} s", CALLED[order.kind])
        body.finish()
        if total is not None and body.received != total:
            raise Again(f"{body.received:,} of {total:,} bytes came")

    def _kept(
        self, order: _Order, shelf: Shelf, part: Path, body: Body, headers: Mapping[str, str], next: str | None = None
    ) -> Copy:
        wrong = fault(part, order.kind)
        if wrong and wrong.startswith("cut short") and order.address:
            raise Again(f"the file is {wrong}")
        if wrong:
            raise SourceError(f"The body of {order.brief} is {wrong}", CALLED[order.kind])
        now = self._now()
        slip = Slip(
            address=order.shown, retrieved=now, checked=now, sha256=body.digest.hexdigest(), bytes=body.written,
            etag=self._harmless(headers.get("etag")), last_modified=headers.get("last-modified"), next=next,
        )  # fmt: skip
        return shelf.keep(part, slip)

    def _next(self, response: httpx.Response) -> str | None:
        link = response.links.get("next", {}).get("url")
        return self._harmless(self._unrooted(str(response.url.join(link)))) if link else None

    def _harmless(self, text: str | None) -> str | None:
        return text if text is not None and self._public(text) == text else None

    def _asked_wait(self, written: str | None) -> float | None:
        """Seconds that a Retry-After asks for, given as a number or as a date; None where it asks for nothing."""
        if written is None:
            return None
        if written.strip().isdecimal():
            return float(written)
        try:
            day = parsedate_to_datetime(written)
        except ValueError:
            return None
        return max(0.0, ((day if day.tzinfo else day.replace(tzinfo=UTC)) - self._now()).total_seconds())

    def _broken(self, error: Exception) -> Again:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return Again("it does not answer in time")
        if isinstance(error, httpx.ConnectError):  # mostly no network at all: sixteen sources should say so soon
            return Again(f"it cannot be reached ({self._public(str(error))[:120]})", most=1)
        return Again(f"the connection breaks ({self._public(str(error))[:120]})")

    def _gave_up(self, order: _Order, again: Again, times: int, next: str = "") -> SourceError:
        said = "once" if times == 1 else f"{times} times"
        return SourceError(f"{order.brief} was asked {said}: {again.why}", CALLED[order.kind], next)

    def _rooted(self, address: str) -> str:
        for root, put in self._roots:
            if address.startswith(root):
                return put + address.removeprefix(root)
        return address

    def _unrooted(self, address: str) -> str:
        for root, put in self._roots:
            if address.startswith(put):
                return root + address.removeprefix(put)
        return address

    def _learn(self, headers: Mapping[str, str], query: list[tuple[str, str]]) -> None:
        """Note what is a key, so that it is blanked out wherever it would be shown."""
        kept = [value for name, value in headers.items() if name.lower() not in _OPEN]
        kept += [word for value in kept for word in value.split()]
        kept += [value for name, value in query if _KEYED.search(name)]
        self._secrets |= {word for word in kept if len(word) >= _SHORTEST and word.lower() != "bearer"}

    def _public(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            for written in {secret, quote(secret), quote(secret, safe="")}:
                text = text.replace(written, "***")
        return text


@dataclass(frozen=True)
class _Order:
    """What was asked for; `shown` is the address without its key."""

    source: str
    name: str
    address: str
    shown: str
    kind: str
    limit: int

    @property
    def brief(self) -> str:
        """The address in an error: a long query would hide what is wrong."""
        return self.shown if len(self.shown) <= 120 else self.shown.split("?")[0] + "?..."


class _Scrub(logging.Filter):
    """Takes keys out of what the HTTP library logs: it writes every address at level INFO."""

    def __init__(self, public: Callable[[str], str]) -> None:
        super().__init__()
        self._public = public

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._public(record.getMessage()), ()
        return True


def _pairs(params: Mapping[str, str] | list[tuple[str, str]]) -> Iterator[tuple[str, str | int | float | bool | None]]:
    yield from params.items() if isinstance(params, Mapping) else params
