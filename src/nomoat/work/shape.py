"""What shape has a log: lines, one document, a table, an archive? Told by its first bytes, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

from nomoat.work.formats import format_of
from nomoat.work.lines import Aside, Lines, Records
from nomoat.work.store import decoded

HEAD = 64 * 1024
SAMPLE = 50  # records that the format is told by
Found = Records | Lines | Aside


def peeked(stream: IO[bytes]) -> bytes:
    """The first bytes of a stream, however few it hands out at a time."""
    head = b""
    while len(head) < HEAD and (block := stream.read(HEAD - len(head))):
        head += block
    return head


def shape_of(head: bytes) -> str:
    """lines | array | object | archive | table, by the first bytes of the text."""
    if head.startswith(b"PK"):
        return "archive"
    text = head.lstrip()
    if text[:1] == b"[":
        return "array"
    if text[:1] == b"{":
        first = text.split(b"\n", 1)[0].strip()
        if len(first) == len(text) == HEAD or first.endswith(b"}") or _closed(first):
            return "lines" if not _wrapping(first) else "object"
        return "object"
    return "table"


def _closed(line: bytes) -> bool:
    return object_of(line) is not None


def _wrapping(line: bytes) -> bool:
    """Whether the only object of a file is one that holds a list of requests."""
    record = object_of(line)
    if record is None or format_of(record) is not None:
        return False
    inner = [value for value in record.values() if isinstance(value, dict)]
    held = [value for one in (record, *inner) for value in one.values() if isinstance(value, list) and value]
    return any(isinstance(value[0], dict) for value in held)


def object_of(part: bytes) -> dict[str, Any] | None:
    """The JSON object that a record is; None where it is none."""
    try:
        record = decoded(part.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def sampled(found: Iterator[Found], settle: Callable[[Sequence[bytes]], None]) -> Iterator[Found]:
    """The same records, after the first of them were shown to `settle`."""
    first: list[Found] = []
    sample: list[bytes] = []
    for one in found:
        first.append(one)
        if not isinstance(one, Aside):
            sample += [part for part in one.parts[:SAMPLE] if part.strip()]
            if len(sample) >= SAMPLE:
                break
    settle(sample[:SAMPLE])
    yield from chain(first, found)


def glimpse(sample: Sequence[bytes]) -> str:
    """What was seen of records that nobody knows."""
    record = object_of(sample[0]) if sample else None
    if record is None:
        return "its records are no JSON objects" if sample else "no record was found"
    return "its records have the fields " + ", ".join(list(record)[:8])
