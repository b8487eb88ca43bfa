"""Which texts mean nearly the same? A server that you name says so, as vectors: masked, in batches, paid for once."""

from __future__ import annotations

import asyncio
import hashlib
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from nomoat.errors import InputError, UnknownName
from nomoat.work.budget import Budget, Hold
from nomoat.work.call import connected, fetch
from nomoat.work.endpoint import CHAT, Endpoint, checked, endpoints, headers, hosts, secrets
from nomoat.work.reply import Reply
from nomoat.work.request import Usage
from nomoat.work.sensitive import masked
from nomoat.work.station import backoff

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nomoat.work.call import Session

FOLDER = "embeddings"
BATCH = 64  # texts of one call; OpenAI takes 2,048, small servers a few dozen
LONGEST = 4_000  # characters of a text: about a thousand tokens, below the 8,192 (or 2,048) of models in use
TRIES = 5
WIDEST = 16_384  # numbers of one vector
_KEY = 16  # bytes of a text's hash


class _Vector(msgspec.Struct):
    embedding: list[float]
    index: int | None = None


class _Vectors(msgspec.Struct):
    data: list[_Vector]
    usage: dict[str, Any] | None = None


_ANSWER = msgspec.json.Decoder(_Vectors)


def server(name: str, folder: Path, path: Path | None = None) -> Endpoint:
    """The endpoint `name` of a TOML file with [endpoints.NAME]; without `path`, of the plan in the work folder.

    Raises InputError for a file without it, or an endpoint that cannot be asked.
    """
    path = path or folder / "plan.toml"
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"{path.name} with the endpoint {name!r} cannot be read ({error})", "a TOML file with [endpoints.NAME]",
            f"nomoat work usecases --embed {name} --endpoints FILE",
        ) from None  # fmt: skip
    known = endpoints(said.get("endpoints", {}))
    if name not in known:
        raise UnknownName.of("endpoint", name, known, f"[endpoints.{name}] with url and model in {path.name}")
    return known[name]


def embed(
    endpoint: Endpoint, texts: Sequence[str], folder: Path, *, budget: Budget | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> NDArray[np.float32]:  # fmt: skip
    """A vector of each text, (texts, width), from the endpoint's /embeddings; what it said before is not asked again.

    What could be an address, a number of a person, a key or a password is masked before a text leaves (`sensitive`).
    Vectors are kept in folder/embeddings by address, model and text as they come, so a budget that ends or a server
    that fails loses nothing. Raises InputError where it does, or where the answer is no list of vectors.
    """
    endpoint, budget = checked(endpoint), budget or Budget()
    if endpoint.price_output is None and endpoint.price_input is not None:
        endpoint = msgspec.structs.replace(endpoint, price_output=0.0)  # nothing is written, so nothing is billed
    budget.check([endpoint])
    kept = _Kept(folder / FOLDER, endpoint)
    said = [masked(text[:LONGEST]) or " " for text in texts]
    keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_KEY] for text in said]
    missing = {key: text for key, text in zip(keys, said, strict=True) if key not in kept.vectors}
    if missing:
        where = ", ".join(hosts([endpoint]))
        say(f"{len(missing):,} texts go to {where} and nowhere else, personal data masked")
        asyncio.run(_Asking(endpoint, kept, budget).all(missing))
    if not keys:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([kept.vectors[key] for key in keys])


class _Asking:
    def __init__(self, endpoint: Endpoint, kept: _Kept, budget: Budget) -> None:
        self.endpoint, self.kept, self.budget = endpoint, kept, budget
        self.headers = headers(endpoint)
        base = endpoint.url.rstrip("/").removesuffix(CHAT).removesuffix("/embeddings").rstrip("/")
        self.address = base + "/embeddings"
        self.dice = random.Random()
        self.failed: InputError | None = None

    async def all(self, missing: dict[bytes, str]) -> None:
        batches = _batches(list(missing.items()))
        async with connected() as session, asyncio.TaskGroup() as group:
            for _ in range(self.endpoint.concurrency):
                group.create_task(self._work(session, batches))
        if self.failed is not None:
            raise self.failed

    async def _work(self, session: Session, batches: Iterator[list[tuple[bytes, str]]]) -> None:
        for batch in batches:
            try:
                await self._one(session, batch)
            except InputError as error:
                self.failed = self.failed or error
            if self.failed is not None:
                return

    async def _one(self, session: Session, batch: list[tuple[bytes, str]]) -> None:
        body = msgspec.json.encode({"model": self.endpoint.model, "input": [text for _, text in batch]})
        tokens = -(-len(body) // 3)
        asked = Hold(tokens, 0, self.endpoint.cost(Usage(input=tokens, output=0)) or 0.0)
        if not self.budget.fits(asked):
            raise InputError(
                f"The budget ended after {len(self.kept.vectors):,} texts, which are kept", "a larger one",
                "nomoat work usecases --embed NAME --budget USD",
            )  # fmt: skip
        self.budget.take(asked)
        try:
            raw = await self._answer(session, body, asked)
        finally:
            self.budget.release(asked)
        vectors, used = _read(raw, len(batch), self.endpoint)
        usage = Usage(input=used if used is not None and used <= 4 * len(body) else None, output=0)
        self.budget.spend(usage, self.endpoint.cost(usage), asked)
        self.kept.add([key for key, _ in batch], vectors)

    async def _answer(self, session: Session, body: bytes, asked: Hold) -> bytes:
        attempt = 1
        while True:
            reply = await fetch(session, self.endpoint, self.address, self.headers, body)
            if not isinstance(reply, Reply):
                return reply
            if reply.what == "timeout":
                self.budget.doubt(asked)
            if reply.outcome not in ("wait", "again") or attempt == TRIES:
                break
            await asyncio.sleep(backoff(attempt, self.dice) if reply.wait_s is None else min(reply.wait_s, 60.0))
            attempt += 1
        note = f" ({reply.note})" if reply.note else ""
        for secret in secrets([self.endpoint]):
            note = note.replace(secret, "[key removed]")
        raise InputError(
            f"Endpoint {self.endpoint.name!r} at {self.endpoint.host} gave no embeddings: {reply.what}{note}",
            f"a model of embeddings, {self.endpoint.model!r}, at {self.address.partition('?')[0]}",
            f"url, model and key_env of [endpoints.{self.endpoint.name}], then the same line again",
        )


def _batches(missing: Sequence[tuple[bytes, str]]) -> Iterator[list[tuple[bytes, str]]]:
    for at in range(0, len(missing), BATCH):
        yield list(missing[at : at + BATCH])


def _read(raw: bytes, count: int, endpoint: Endpoint) -> tuple[NDArray[np.float32], int | None]:
    """The vectors of an answer, in the order asked, and the tokens that it counts."""
    wrong = ""
    try:
        page = _ANSWER.decode(raw)
        if all(one.index is not None for one in page.data):
            page.data.sort(key=lambda one: one.index or 0)
        wide = {len(one.embedding) for one in page.data}
        if len(page.data) != count:
            wrong = f"{len(page.data)} vectors for {count} texts"
        elif len(wide) != 1 or not 1 <= min(wide) <= WIDEST:
            wrong = "vectors of unlike or odd width"
        else:
            with np.errstate(over="ignore"):
                found = np.array([one.embedding for one in page.data], dtype=np.float32)
            if np.isfinite(found).all():
                used = (page.usage or {}).get("prompt_tokens")
                return found, used if isinstance(used, int) and not isinstance(used, bool) and used >= 0 else None
            wrong = "numbers that are none"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        wrong = "no list of vectors"
    raise InputError(
        f"Endpoint {endpoint.name!r} at {endpoint.host} answered {wrong}", "data = [{embedding}] for each text",
        f"a model of embeddings in [endpoints.{endpoint.name}]",
    )  # fmt: skip


class _Kept:
    """The vectors of one address and model on the disk: a line that says their width, then hash and numbers."""

    def __init__(self, folder: Path, endpoint: Endpoint) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(f"{endpoint.url} {endpoint.model}".encode()).hexdigest()[:16]
        self.path = folder / f"{name}.f32"
        self.vectors: dict[bytes, NDArray[np.float32]] = {}
        self.width = 0
        if self.path.exists():
            self._load()

    def _load(self) -> None:
        data = self.path.read_bytes()
        head, found, rest = data.partition(b"\n")
        width = int(head) if found and head.isdigit() and len(head) < 6 else 0
        if not 1 <= width <= WIDEST:
            self.path.unlink()
            return
        self.width, size = width, _KEY + 4 * width
        whole = len(rest) - len(rest) % size
        if whole < len(rest):  # a write that a kill tore
            with self.path.open("r+b") as file:
                file.truncate(len(head) + 1 + whole)
        for at in range(0, whole, size):
            self.vectors[rest[at : at + _KEY]] = np.frombuffer(rest, "<f4", width, at + _KEY)

    def add(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep what a server said."""
        if self.width and self.width != vectors.shape[1]:
            raise InputError(
                f"The model gives {vectors.shape[1]} numbers a text now, and gave {self.width} before",
                "one model under one name", f"delete {self.path}",
            )  # fmt: skip
        begin = b"" if self.width else f"{vectors.shape[1]}\n".encode()
        self.width = vectors.shape[1]
        lines = b"".join(key + vector.astype("<f4").tobytes() for key, vector in zip(keys, vectors, strict=True))
        with self.path.open("ab") as file:
            file.write(begin + lines)
        self.vectors |= dict(zip(keys, vectors, strict=True))
