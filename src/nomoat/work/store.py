"""How do requests go into the table of a piece of work, and come out of it again?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from nomoat.catalog.batch import COLUMNS
from nomoat.catalog.requests import Added, Intake, intake, query, rows
from nomoat.work.formats import chat
from nomoat.work.request import TOKENS, Request, Usage, content_key

BATCH = 2_000
_PLAIN = ("request_id", "conversation_id", "turn", "model", "provider", "cost_usd", "cost_source", "latency_ms",
          "first_token_ms", "status", "feedback", "source", "redaction")  # fmt: skip
_DOCUMENTS = ("messages", "tools", "params", "response", "hints")
_NAMES = tuple(name for name in COLUMNS if name not in ("digest", "place"))


def append(folder: Path, requests: Iterable[Request], part: str = "given") -> Added:
    """Add requests to the table in the work folder; those that it holds already add nothing.

    `part` begins the name of the Parquet file. Raises OutputError where another process is adding.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     one = Request(request_id="a", conversation_id="a", model="gpt-4o", messages=({"role": "user"},))
    ...     append(Path(name), [one]).new, append(Path(name), [one]).known, list(requests(Path(name))) == [one]
    (1, 1, True)
    """
    added = Added()
    asked = iter(requests)
    with intake(folder) as into:
        while batch := list(islice(asked, BATCH)):
            added = added.plus(_add(into, batch, part))
    return added


def requests(folder: Path, ids: Iterable[str] | None = None) -> Iterator[Request]:
    """Every request of the work folder, in the order of the files; with `ids`, those alone.

    A few thousand are in memory at a time, however many there are. Messages, tools and settings come out as
    /chat/completions takes them (`formats.chat`), in whichever form they were logged.
    """
    wanted = None if ids is None else frozenset(ids)
    for row in rows(folder, _NAMES):
        if wanted is None or row[0] in wanted:
            yield _request(dict(zip(_NAMES, row, strict=True)))


def count(folder: Path) -> int:
    """How many requests the work folder holds."""
    return int(query(folder, "SELECT count(*) FROM requests")[0][0])


def decoded(text: str | bytes) -> Any:
    r"""The value of a JSON text; half of a surrogate pair, which some programs log, becomes a replacement mark.

    >>> decoded('{"a": "\\ud83d"}')
    {'a': '\ufffd'}
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        whole = json.dumps(json.loads(text), ensure_ascii=False)
        return json.loads(whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _add(into: Intake, batch: Sequence[Request], part: str) -> Added:
    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in batch] for name in _PLAIN}
    columns["request_id"] = [one.request_id or keyed(one) for one in batch]
    columns["time"] = [one.time and one.time.isoformat() for one in batch]
    for name in TOKENS:
        columns[name] = [getattr(one.usage, name) for one in batch]
    for name in _DOCUMENTS:
        columns[name] = [_text(getattr(one, name)) for one in batch]
    return into.add(columns, part)


def keyed(one: Request) -> str:
    """The id of a request that its log gave none: what was asked, when, of which model, and what came back."""
    return content_key(
        one.messages, one.tools, {**one.params, "model": one.model, "time": one.time, "response": one.response}
    )


def _text(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _request(cells: dict[str, Any]) -> Request:
    said = {name: decoded(cells[name]) if cells[name] is not None else None for name in _DOCUMENTS}
    time = cells["time"]
    return Request(
        **{name: cells[name] for name in _PLAIN if name not in ("turn", "status", "source", "redaction")},
        turn=cells["turn"] or 0,
        status=cells["status"] or "ok",
        source=cells["source"] or "",
        redaction=cells["redaction"] or "none",
        time=time.replace(tzinfo=UTC) if time is not None else None,
        messages=_objects(said["messages"], chat.messages),
        tools=_objects(said["tools"], chat.tools),
        response=chat.answer(said["response"]) if isinstance(said["response"], dict) else None,
        params=chat.params(said["params"]) if isinstance(said["params"], dict) else {},
        hints=said["hints"] if isinstance(said["hints"], dict) else {},
        usage=Usage(**{name: cells[name] for name in TOKENS}),
    )


def _objects(
    value: Any, said: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> tuple[dict[str, Any], ...] | None:
    return tuple(said([one for one in value if isinstance(one, dict)])) if isinstance(value, list) else None
