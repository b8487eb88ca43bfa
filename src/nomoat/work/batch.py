"""Which answer of a batch belongs to which question? Batches are written to two files, joined by the id of a line.

OpenAI, Azure and Mistral    custom_id, body and response
Anthropic                    custom_id, params and result
Gemini                       key, request and response
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import InputError
from nomoat.work.formats import format_of, openai, plain
from nomoat.work.formats.row import Format, Row
from nomoat.work.lines import Lines, lines, opened
from nomoat.work.store import decoded

MOST = 400_000_000  # bytes of questions in memory; a batch has 200 MB at most (platform.openai.com/docs/guides/batch)


class Asked(msgspec.Struct, gc=False):
    """A line of a batch's input or output."""

    custom_id: str | None = None
    key: str | None = None
    body: msgspec.Raw = msgspec.Raw()
    params: msgspec.Raw = msgspec.Raw()
    request: msgspec.Raw = msgspec.Raw()
    response: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()

    def kind(self) -> str | None:
        """input | output; None for a line of something else."""
        if self.custom_id is None and self.key is None:
            return None
        asked = (self.body, self.params) if self.key is None else (self.request,)
        said = (self.response, self.result) if self.key is None else (self.response,)
        for name, parts in (("input", asked), ("output", said)):
            if any(bytes(memoryview(part)[:1]) == b"{" for part in parts):
                return name
        return None


_ASKED = msgspec.json.Decoder(Asked)


def joined(paths: Iterable[Path]) -> list[tuple[Path, Format | None]]:
    """The files in the order in which to read them, those of a batch with a format that joins question and answer.

    Only where inputs and outputs of batches are read together; any other file keeps its place and has no format yet.
    Raises InputError where the questions do not fit into memory.
    """
    paths = list(paths)
    kinds = {path: _kind(path) for path in paths}
    asked = [path for path in paths if kinds[path] == "input"]
    answered = [path for path in paths if kinds[path] == "output"]
    if not asked or not answered:
        return [(path, None) for path in paths]
    questions = _questions(asked)
    seen: set[str] = set()
    rest: list[tuple[Path, Format | None]] = [(path, None) for path in paths if kinds[path] is None]
    batch = msgspec.structs.replace(openai.FORMAT, title="a batch's questions and answers")
    with_questions = msgspec.structs.replace(batch, rows=_with_questions(questions, seen))
    unanswered = msgspec.structs.replace(
        batch, rows=_unanswered(seen), title="a batch's questions, those without an answer as requests", nothing=""
    )
    return [*rest, *((path, with_questions) for path in answered), *((path, unanswered) for path in asked)]


def _rows(part: bytes) -> list[Row]:
    """The row of a line, whoever's batch it is."""
    record = decoded(part.decode("utf-8", "replace"))
    format = format_of(record) if isinstance(record, dict) else None
    return (format or plain.FORMAT).rows(part)


def _with_questions(questions: Mapping[str, bytes], seen: set[str]) -> Callable[[bytes], list[Row]]:
    def rows(record: bytes) -> list[Row]:
        found = _rows(record)
        for row in found:
            asked = questions.get(row.request_id or "")
            if asked is not None and row.messages is None:
                for one in _rows(asked):
                    row.messages, row.tools, row.params, row.turn = one.messages, one.tools, one.params, one.turn
                    row.model, row.hints = row.model or one.model, row.hints or one.hints
                seen.add(row.request_id or "")
        return found

    return rows


def _unanswered(seen: set[str]) -> Callable[[bytes], list[Row]]:
    def rows(record: bytes) -> list[Row]:
        return [row for row in _rows(record) if row.request_id not in seen]

    return rows


def _questions(paths: Iterable[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    size = 0
    for path in paths:
        stream, _ = opened(path)
        with stream:
            for one in lines(stream):
                for part in one.parts if isinstance(one, Lines) else ():
                    said = _read(part)
                    name = said and (said.custom_id or said.key)
                    if not name:
                        continue
                    found[name] = part
                    size += len(part)
                    if size > MOST:
                        raise InputError(
                            f"The questions of these batches are more than {MOST / 1e6:.0f} MB", "one batch at a time",
                            "nomoat work read INPUT OUTPUT, batch by batch",
                        )  # fmt: skip
    return found


def _kind(path: Path) -> str | None:
    """input | output, by the first line of the file; None for any other file, and for one that cannot be read."""
    try:
        stream, _ = opened(path)
    except InputError:
        return None
    with stream:
        for one in lines(stream):
            said: Any = _read(one.parts[0]) if isinstance(one, Lines) else None
            return said.kind() if said is not None else None
    return None


def _read(part: bytes) -> Asked | None:
    try:
        return _ASKED.decode(part)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
