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
from nomoat.work.formats import PIECES, format_of, plain
from nomoat.work.lines import INSIDE, Aside, Lines, Records, elements
from nomoat.work.store import decoded

HEAD = 64 * 1024
_BEFORE = b" \t\r\n\x1e"  # space, and what RFC 7464 puts before each record
SAMPLE = 50  # records that the format is told by
Found = Records | Lines | Aside


def peeked(stream: IO[bytes]) -> bytes:
    """The first bytes of a stream, however few it hands out at a time."""
    head = b""
    while len(head) < HEAD and (block := stream.read(HEAD - len(head))):
        head += block
    return head


# Under these names documents keep their records.
_LISTS = frozenset(
    b"data records results items logs observations traces spans runs requests events rows value values hits entries "
    b"samples".split()
)
# As Inspect begins its log, whose settings and results alone may be longer than the first bytes.
_INSPECT = re.compile(rb'\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:\s*"\w*"\s*,\s*"eval"\s*:\s*\{')
_SIGN = re.compile(rb'"((?:[^"\\]|\\.)*+)"(\s*:)?|[{}\[\]]', re.DOTALL)


def shape_of(head: bytes) -> str:
    """lines | array | object | keyed | objects | archive | parquet | table, by the first bytes of the text.

    `object` is a document with its records in a list, `keyed` one with its records under their
    ids, `objects` are records that each go over many lines.

    >>> shape_of(b'{"a": 1}'), shape_of(b'{"data": [{"a": 1}]}'), shape_of(b'{\\n"a": 1\\n}\\n{'), shape_of(b"a,b")
    ('lines', 'object', 'objects', 'table')
    """
    for magic, shape in ((b"PK\x03\x04", "archive"), (b"PAR1", "parquet")):
        if head.startswith(magic):
            return shape
    text = head.lstrip(_BEFORE)
    if text[:1] == b"[":
        return "array"
    if text[:1] != b"{":
        return "table"
    first = text.split(b"\n", 1)[0].strip()
    if object_of(first) is not None:
        return "object" if _wrapping(first) else "keyed" if _keyed(first) else "lines"
    told = [object_of(line) is not None for line in text.split(b"\n")[1:21] if line.strip()]
    if 2 * sum(told) > len(told):
        return "lines"  # the first one is broken
    whole = next((one.parts[0] for one in elements(io.BytesIO(text), ((),)) if isinstance(one, Records)), None)
    if whole is not None and (b"\n" in whole.strip() or text[len(whole) :].lstrip(_BEFORE)[:1] == b"{"):
        return "object" if _wrapping(whole) else "keyed" if _keyed(whole) else "objects"
    if whole is None and _keyed(text):
        return "keyed"
    if whole is None and (_INSPECT.match(text) or _listing(text)):
        return "object"
    return "lines" if b"\n" not in text or first.endswith(b"}") else "objects"


def _wrapping(line: bytes) -> bool:
    """Whether the only object of a file is one that holds a list of requests."""
    record = object_of(line)
    known = None if record is None else format_of(record)
    if record is None or (known is not None and known is not plain.FORMAT):
        return False
    inner = [value for value in record.values() if isinstance(value, dict)]
    held = [value for one in (record, *inner) for value in one.values() if isinstance(value, list) and value]
    first = [value[0] for value in held if isinstance(value[0], dict)]
    if known is None:
        return bool(first)
    # The sums and settings of a document read like a request: it is one unless a program's own records lie within.
    return any(format_of(one) not in (None, plain.FORMAT, PIECES) for one in first)


def _keyed(text: bytes) -> bool:
    """Whether a document, or its beginning, holds its records under their ids.

    >>> _keyed(b'{"x1": {"prompt": "Hi"}, "x2": {"prompt": "Ho"}}'), _keyed(b'{"request": {"prompt": "Hi"}}')
    (True, False)
    """
    found = [one for one in elements(io.BytesIO(text), INSIDE["keyed"]) if isinstance(one, Records)]
    held = [object_of(part) or {} for one in found for part in one.parts][:SAMPLE]
    if len(held) < 2 or any(set(one) != set(held[0]) for one in held[1:]):
        return False
    record = object_of(text)
    if record is not None and (len(record) != sum(len(one.parts) for one in found) or plain.names(record)):
        return False
    return all(map(format_of, held))


def _listing(text: bytes) -> bool:
    """Whether a document, of which this is the beginning, holds its records in a list of a name that tells it.

    >>> _listing(b'{"meta": {"pages": [1]}, "records": [{"prompt": "Hi"}, {"pro'), _listing(b'{"meta": [{"a": 1}, {')
    (True, False)
    """
    stack: list[bytes] = []
    key = outer = b""
    for found in _SIGN.finditer(text):
        sign, name = found[0], found[1]
        if name is not None:
            if found[2]:
                key = name
                if len(stack) == 1:
                    outer = name
        elif sign in b"}]":
            del stack[-1:]
            if not stack:
                return False
        else:
            listed = stack == [b"{"] or (stack == [b"{", b"{"] and outer in _LISTS)
            stack.append(sign)
            if sign == b"[" and listed and key in _LISTS and text[found.end() :].lstrip()[:1] == b"{":
                inner = elements(io.BytesIO(text[found.end() :]), ((),))
                one = next((one.parts[0] for one in inner if isinstance(one, Records)), None)
                record = None if one is None else object_of(one)
                if one is None or (record is not None and format_of(record) is not None):
                    return True
    return False


def object_of(part: bytes) -> dict[str, Any] | None:
    """The JSON object that a record is; None where it is none."""
    try:
        record = decoded(part.lstrip(_BEFORE).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def sampled(
    found: Iterator[Found], settle: Callable[[Sequence[bytes]], None], *, document: bool = False
) -> Iterator[Found]:
    """The same records, after the first of them were shown to `settle`: of a document, whose lists hold more than
    records, the first that are some, sought in its first 50 MB.
    """
    first: list[Found] = []
    sample: list[bytes] = []
    others: list[bytes] = []
    for one in found:
        first.append(one)
        for part in () if isinstance(one, Aside) else one.parts[: None if document else SAMPLE]:
            if part.strip():
                (sample if not document or _known(part) else others).append(part)
            if len(sample) >= SAMPLE:
                break
        if len(sample) >= SAMPLE or len(first) >= 200:
            break
    settle((sample or others)[:SAMPLE])
    yield from chain(first, found)


def _known(part: bytes) -> bool:
    record = object_of(part)
    return record is not None and format_of(record) is not None


def rows_of(path: Path) -> Iterator[Records]:
    """The rows of a Parquet file as JSON; `starts` count the bytes of that JSON, for such a file has no lines."""
    start = 0
    for parts in objects(path):
        starts = [*accumulate(map(len, parts), initial=start)]
        start = starts.pop()
        yield Records(starts, parts)


_SQL = re.compile(
    rb"\s*(?:--[^\n]*\n\s*|/\*.*?\*/;?\s*|SET [^\n]*\n\s*|BEGIN;\s*)*(?:INSERT INTO|COPY|CREATE|DROP|LOCK) ",
    re.IGNORECASE | re.DOTALL,
)
_ACCESS = re.compile(
    rb"\S+ \S+ \S+ \[\d{1,2}/\w{3}/\d{4}:[^\]]*\] \"|[^\n]*\"(?:GET|POST|PUT|HEAD|OPTIONS) /\S* HTTP/\d"
)


def unready(name: str, head: bytes) -> InputError | None:
    """What to do first with a file that holds a log and is none yet; None where it may be one."""
    if head[257:262] == b"ustar":
        return InputError(f"{name} is a tar archive", "the logs in it", "tar xf FILE -C logs, then those logs")
    if _SQL.match(head):
        return InputError(
            f"{name} is a dump of a database, in SQL", "its table as CSV, or JSON lines",
            "psql -c '\\copy (SELECT * FROM TABLE) TO calls.csv CSV HEADER', then nomoat work read calls.csv",
        )  # fmt: skip
    first = head.split(b"\n", 1)[0]
    if head[:1] != b"{" and _ACCESS.match(first):
        return InputError(
            f"{name} is the access log of a web server: it says which paths were asked for, and no prompt or model",
            "a log of the gateway or program behind it",
            "nomoat work record URL, which writes down what your programs ask",
        )
    if first.startswith((b"data: {", b"event: ")):
        return InputError(
            f"{name} is one streamed answer, piece by piece, without its question", "whole requests with their answers",
            "nomoat work record URL, which puts streamed answers together",
        )  # fmt: skip
    at = first.find(b"{")
    if at > 0 and first[:1] not in b"[{\x1e" and (shape_of(head) == "table") and object_of(first[at:]) is not None:
        before = first[: min(at, 60)].decode("utf-8", "replace")
        return InputError(
            f"{name} holds JSON behind other words: {before!r}", "JSON lines",
            "sed 's/^[^{]*//' FILE > calls.jsonl, then nomoat work read calls.jsonl",
        )  # fmt: skip
    return None


_TALKS = ("session_id", "conversation_id", "thread_id", "chat_id", "trace_id")


def columned(name: str, sample: Sequence[bytes]) -> InputError | None:
    """What to do with a document that holds columns and not records, as pandas writes them; None for any other.

    >>> columned("a", [b'{"model": {"0": "m"}, "spend": {"0": 1}}']).seen, columned("a", [b'{"model": "m"}'])
    ('a holds columns, as pandas writes them', None)
    """
    record = object_of(sample[0]) if len(sample) == 1 else None
    if not record or not all(isinstance(one, dict | list) for one in record.values()):
        return None
    if not ({"columns", "data"} <= record.keys() or all(isinstance(v, dict) and "0" in v for v in record.values())):
        return None
    return InputError(
        f"{name} holds columns, as pandas writes them", "a record a line",
        "DATA.to_json(FILE, orient='records', lines=True) in Python",
    )  # fmt: skip


def unknown(name: str, sample: Sequence[bytes], shape: str, head: bytes) -> InputError:
    """What was seen of records that nobody knows, and how to say what their fields are."""
    record = object_of(sample[0]) if sample else None
    fields = ["".join(c if c.isprintable() else "\ufffd" for c in one[:60]) for one in record or ()]
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    if record is not None and {"role", "content"} <= record.keys():
        talk = next((one for one in _TALKS if one in record), "session_id")
        return InputError(
            f"{name} holds single messages (its records have the fields {', '.join(fields[:16])})",
            "requests, each with the messages that were sent",
            f"jq -s 'group_by(.{talk}) | map({{{talk}: .[0].{talk}, messages: map({{role, content}})}})' FILE > a.json",
        )  # fmt: skip
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
