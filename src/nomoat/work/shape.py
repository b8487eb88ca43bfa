"""What shape has a log: lines, one document, a table, an archive? Told by its first bytes, never by its name."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import IO, Any

from nomoat.catalog.columnar import objects
from nomoat.errors import InputError
from nomoat.work.formats import format_of
from nomoat.work.lines import Aside, Lines, Records, elements
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


# A document whose list of records begins within its first bytes, after single values and flat objects.
_LISTS = "data|records|results|items|logs|observations|traces|spans|runs|requests|events|rows|value|values|hits|entries"
_WRAPPED = re.compile(
    rb"""\{\s*(?:"[^"]*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[\w.+-]+|\{[^{}\[\]]*\})\s*,\s*)*"(?:"""
    + _LISTS.encode()
    + rb""")"\s*:\s*\[\s*\{"""
)


def shape_of(head: bytes) -> str:
    """lines | array | object | objects | archive | parquet | table, by the first bytes of the text.

    `object` is a document with its records in a list, `objects` are records that each go over many lines.

    >>> shape_of(b'{"a": 1}'), shape_of(b'{"data": [{"a": 1}]}'), shape_of(b'{\\n"a": 1\\n}\\n{'), shape_of(b"a,b")
    ('lines', 'object', 'objects', 'table')
    """
    for magic, shape in ((b"PK\x03\x04", "archive"), (b"PAR1", "parquet")):
        if head.startswith(magic):
            return shape
    text = head.lstrip()
    if text[:1] == b"[":
        return "array"
    if text[:1] != b"{":
        return "table"
    first = text.split(b"\n", 1)[0].strip()
    if object_of(first) is not None:
        return "object" if _wrapping(first) else "lines"
    told = [object_of(line) is not None for line in text.split(b"\n")[1:21] if line.strip()]
    if 2 * sum(told) > len(told):
        return "lines"  # the first one is broken
    whole = next((one.parts[0] for one in elements(io.BytesIO(text), ((),)) if isinstance(one, Records)), None)
    if whole is not None and b"\n" in whole.strip():
        return "object" if _wrapping(whole) else "objects"
    if _WRAPPED.match(text):
        return "object"
    return "lines" if b"\n" not in text or first.endswith(b"}") else "objects"


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


def rows_of(path: Path) -> Iterator[Records]:
    """The rows of a Parquet file as JSON; `starts` count the bytes of that JSON, for such a file has no lines."""
    start = 0
    for parts in objects(path):
        starts = [*accumulate(map(len, parts), initial=start)]
        start = starts.pop()
        yield Records(starts, parts)


def unknown(name: str, sample: Sequence[bytes], shape: str, head: bytes) -> InputError:
    """What was seen of records that nobody knows, and how to say what their fields are."""
    record = object_of(sample[0]) if sample else None
    fields = ["".join(c if c.isprintable() else "\ufffd" for c in one[:60]) for one in record or ()]
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    if shape == "table" and any(len(one) > 60 or one.count(" ") > 4 for one in first.split(",")):
        return InputError(
            f"{name} is a text; its first line reads {first[:80]!r}", "JSON lines, JSON, CSV or Parquet",
            "nomoat work record URL, which writes down what your programs ask",
        )  # fmt: skip
    if record is None:
        seen = "its records are no JSON objects" if sample else "no record was found"
    else:
        seen = (
            f"its {'columns' if shape == 'table' else 'records have the fields'} "
            + ("are " if shape == "table" else "")
            + ", ".join(fields[:16])
            + ("" if len(fields) <= 16 else f" and {len(fields) - 16} more")
        )
    return InputError(
        f"{name} holds no request that is known: {seen}",
        "a prompt (as messages, prompt, question ...), or a model with its tokens, cost or answer",
        "nomoat work read FILE --map prompt=FIELD --map model=FIELD",
    )
