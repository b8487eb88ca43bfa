"""Which answer of a batch belongs to which question? OpenAI writes them to two files, joined by `custom_id`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import InputError
from nomoat.work.formats import openai
from nomoat.work.formats.row import BODY, Format, Row
from nomoat.work.lines import Lines, lines, opened

MOST = 400_000_000  # bytes of questions in memory; a batch has 200 MB at most (platform.openai.com/docs/guides/batch)


class Asked(msgspec.Struct, gc=False):
    """A line of a batch's input or output."""

    custom_id: str | None = None
    body: msgspec.Raw = msgspec.Raw()
    response: msgspec.Raw = msgspec.Raw()


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
    bodies = _bodies(asked)
    seen: set[str] = set()
    rest: list[tuple[Path, Format | None]] = [(path, None) for path in paths if kinds[path] is None]
    with_questions = msgspec.structs.replace(openai.FORMAT, rows=_with_questions(bodies, seen))
    unanswered = msgspec.structs.replace(openai.FORMAT, rows=_unanswered(seen))
    return [*rest, *((path, with_questions) for path in answered), *((path, unanswered) for path in asked)]


def _with_questions(bodies: Mapping[str, bytes], seen: set[str]) -> Callable[[bytes], list[Row]]:
    def rows(record: bytes) -> list[Row]:
        found = openai.rows(record)
        for row in found:
            body = bodies.get(row.request_id or "")
            if body is not None and row.messages is None:
                BODY.decode(body).into(row)
                seen.add(row.request_id or "")
        return found

    return rows


def _unanswered(seen: set[str]) -> Callable[[bytes], list[Row]]:
    def rows(record: bytes) -> list[Row]:
        return [row for row in openai.rows(record) if row.request_id not in seen]

    return rows


def _bodies(paths: Iterable[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    size = 0
    for path in paths:
        stream, _ = opened(path)
        with stream:
            for one in lines(stream):
                for part in one.parts if isinstance(one, Lines) else ():
                    said = _read(part)
                    if said is None or said.custom_id is None:
                        continue
                    found[said.custom_id] = bytes(said.body)
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
            if said is None or said.custom_id is None:
                return None
            return "input" if bytes(said.body)[:1] == b"{" else "output" if bytes(said.response)[:1] == b"{" else None
    return None


def _read(part: bytes) -> Asked | None:
    try:
        return _ASKED.decode(part)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
