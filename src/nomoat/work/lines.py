"""Where does one record of a log end and the next begin? Whole records with their place, whatever lies between them."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from nomoat.errors import InputError, MissingExtra

# What people bring that is no log: its first bytes, what it is, and what makes a log of it.
FOREIGN = (
    (b"%PDF", "a PDF", "nomoat work read FILE.jsonl"),
    (b"\x89PNG", "a picture", "nomoat work read FILE.jsonl"),
    (b"SQLi", "a database of SQLite", "sqlite3 FILE -csv -header 'SELECT * FROM TABLE' > calls.csv"),
)
BLOCK = 256 * 1024  # 268 MB in lines of 4 KB: 0.21 s of CPU; with blocks of 4 MB, which leave the cache, 0.49 s
LONGEST = 16 * 1024 * 1024  # bytes of one record: a million tokens of context are some 5 MB


@dataclass(frozen=True, slots=True)
class Records:
    """Records that lie side by side: `starts` are bytes of the text, counted from its beginning."""

    starts: list[int]
    parts: list[bytes]


@dataclass(frozen=True)
class Lines:
    r"""Whole lines that lie side by side, from byte `start` of the text on; cut apart where somebody asks.

    >>> Lines(7, b"{}\n[]\n").starts, Lines(7, b"{}\n[]\n").parts
    ([7, 10], [b'{}\n', b'[]\n'])
    """

    start: int
    text: bytes

    @cached_property
    def starts(self) -> list[int]:
        """The byte at which each line begins."""
        found, at, text, first = [self.start], 0, self.text, self.start
        while at := text.find(b"\n", at) + 1:
            found.append(first + at)
        if found[-1] == first + len(text):
            found.pop()
        return found

    @cached_property
    def parts(self) -> list[bytes]:
        """Each line with its line feed; a lone carriage return does not end a record of JSONL."""
        if b"\r" not in self.text:
            return self.text.splitlines(keepends=True)
        parts = [part + b"\n" for part in self.text.split(b"\n")]
        last = parts.pop()[:-1]
        return [*parts, last] if last else parts


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch of the text that is no record: where, how long, and why. Its bytes stay in the file."""

    start: int
    length: int
    why: str


TOO_LONG = f"longer than {LONGEST // 1024 // 1024} MB"
HALF = "half a record at the end of the file"


def opened(path: Path) -> tuple[IO[bytes], list[str]]:
    """The text of a log as a stream of UTF-8, unpacked where it is packed, and what was done to it.

    gzip, bzip2, xz and (with the extra `inspect`) zstd are told by their first bytes, UTF-16 by its mark. Raises
    InputError for what is no log: a missing file, a folder, a picture.
    """
    try:
        if not (path.is_file() or path.is_dir()) and path.exists():  # a pipe would wait for ever, and be read once
            raise InputError(
                f"{path.name} is no file", "a log that can be read twice", "cat LOG > FILE, then that FILE"
            )
        file = path.open("rb")
        head = file.read(4)
        file.seek(0)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error.strerror})", "a log", "nomoat work read FILE") from None
    for magic, what, then in FOREIGN:
        if head.startswith(magic):
            file.close()
            raise InputError(f"{path.name} is {what}", "JSONL, JSON, CSV or Parquet, packed or not", then)
    stream: Any = file
    said: list[str] = []
    if head.startswith(b"\x1f\x8b"):
        stream, said = _Whole(gzip.GzipFile(fileobj=file), file), ["gzip"]
    elif head.startswith(b"BZh"):
        stream, said = _Whole(bz2.BZ2File(file), file), ["bzip2"]
    elif head.startswith(b"\xfd7zX"):
        stream, said = _Whole(lzma.LZMAFile(file), file), ["xz"]  # noqa: SIM115  # closed with its stream
    elif head == b"\x28\xb5\x2f\xfd":
        stream, said = _Whole(_zstd(file), file), ["zstd"]
    buffered = io.BufferedReader(stream, 64 * 1024) if said else stream
    mark = buffered.peek(4)[:4]
    if (coding := _utf16(mark)) is not None:
        return io.BufferedReader(_Recoded(buffered, coding), 64 * 1024), [*said, "UTF-16"]
    if mark.startswith(codecs.BOM_UTF8):
        buffered.read(3)
    return buffered, said


def lines(stream: IO[bytes], start: int = 0, longest: int = LONGEST) -> Iterator[Lines | Aside]:
    r"""The lines of a stream that stands at byte `start`, each with its line end; over-long ones set aside.

    Memory is bounded by BLOCK and `longest`. Lines and Asides tile the text: end to end they are all of it.

    >>> for found in lines(io.BytesIO(b"ab\nc" + b"x" * 99 + b"\nd\n"), longest=9):
    ...     print(found)
    Lines(start=0, text=b'ab\n')
    Aside(start=3, length=101, why='longer than 16 MB')
    Lines(start=104, text=b'd\n')
    """
    kept, dropped = b"", 0  # the beginning of a line that goes on in the next block, or its bytes that were let go
    while block := stream.read(BLOCK):
        if dropped or (kept and b"\n" not in block and len(kept) + len(block) > longest):
            end = block.find(b"\n") + 1
            dropped, kept = dropped + len(kept) + (end or len(block)), b""
            if not end:
                continue
            yield Aside(start, dropped, TOO_LONG)
            start, dropped, block = start + dropped, 0, block[end:]
        text = kept + block if kept else block
        cut = text.rfind(b"\n") + 1
        kept = text[cut:]
        if cut:
            yield from _short(text[:cut] if kept else text, start, longest)
            start += cut
        if len(kept) > longest:
            dropped, kept = len(kept), b""
    if dropped or len(kept) > longest:
        yield Aside(start, dropped or len(kept), TOO_LONG)
    elif kept:
        yield Lines(start, kept)


def _short(text: bytes, start: int, longest: int) -> Iterator[Lines | Aside]:
    """The text without lines that are too long."""
    if len(text) <= longest:
        yield Lines(start, text)
        return
    begun = 0
    for place, part in zip((whole := Lines(0, text)).starts, whole.parts, strict=True):
        if len(part) > longest:
            if begun < place:
                yield Lines(start + begun, text[begun:place])
            yield Aside(start + place, len(part), TOO_LONG)
            begun = place + len(part)
    if begun < len(text):
        yield Lines(start + begun, text[begun:])


# A whole string, one sign of structure, or the quote of a string that is not closed yet; possessive, for time.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)
# Where records lie in a JSON text: in its array or arrays within, in those of its object or of one within, as the
# values of its object, or side by side, each over many lines.
INSIDE: dict[str, tuple[tuple[bytes, ...], ...]] = {
    "array": ((b"[",), (b"[", b"[")),
    "object": ((b"{", b"["), (b"{", b"{", b"["), (b"{", b"[", b"[")),
    "keyed": ((b"{",),),
    "objects": ((),),
}


def elements(
    stream: IO[bytes], inside: tuple[tuple[bytes, ...], ...] = INSIDE["array"], longest: int = LONGEST
) -> Iterator[Records | Aside]:
    """The objects in a JSON array that may be larger than memory; `inside` says in which brackets they lie.

    Between them lie brackets, commas and space; an object without an end is set aside.

    >>> found = list(elements(io.BytesIO(b'[{"a": "]"}, {"b": [1]}]')))
    >>> [(r.starts, r.parts) for r in found if isinstance(r, Records)]
    [([1, 13], [b'{"a": "]"}', b'{"b": [1]}'])]
    """
    text, base, scanned = b"", 0, 0  # `base` is the place of text[0], `scanned` the first byte not looked at yet
    stack: list[bytes] = []
    level, begun, skipping = 0, -1, False
    while True:
        block = stream.read(BLOCK)
        text += block
        starts: list[int] = []
        parts: list[bytes] = []
        end = scanned
        for found in _TOKEN.finditer(text, scanned):
            sign = found[0]
            if sign == b'"':
                end = found.start()
                break
            end = found.end()
            if sign == b"{" or sign == b"[":
                if begun < 0 and sign == b"{" and tuple(stack) in inside:
                    begun, level = base + found.start(), len(stack)
                stack.append(sign)
            elif sign == b"}" or sign == b"]":
                del stack[-1:]
                if begun >= 0 and len(stack) == level:
                    if skipping or base + end - begun > longest:
                        yield Aside(begun, base + end - begun, TOO_LONG)
                    else:
                        starts.append(begun)
                        parts.append(text[begun - base : end])
                    begun, skipping = -1, False
        if parts:
            yield Records(starts, parts)
        if not block:
            if begun >= 0:
                yield Aside(begun, base + len(text) - begun, HALF)
            return
        skipping = skipping or (begun >= 0 and base + len(text) - begun > longest)
        if skipping or len(text) - end > longest:
            stub = _open_string(text[end:])
            text, base, scanned = stub, base + len(text) - len(stub), 0
        else:
            first = begun - base if begun >= 0 else end
            text, base, scanned = text[first:], base + first, end - first


def _open_string(text: bytes) -> bytes:
    """What must be kept of a string that is not closed yet to know where it ends."""
    if not text.startswith(b'"'):
        return b""
    slashes = len(text) - len(text.rstrip(b"\\"))
    return b'"\\' if slashes % 2 else b'"'


class _Whole(io.RawIOBase):
    """A packed stream of which a torn end does not lose what came before it."""

    def __init__(self, packed: Any, file: IO[bytes]) -> None:
        self._packed, self._file = packed, file
        self.torn = ""

    def close(self) -> None:
        self._packed.close()
        self._file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._packed.read1(len(buffer)) if hasattr(self._packed, "read1") else self._packed.read(len(buffer))
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            self.torn = str(error)
            return 0
        buffer[: len(data)] = data
        return len(data)


def _utf16(mark: bytes) -> str | None:
    """Which UTF-16 a text is in, by its mark, or by where the noughts of its first two letters are; None for UTF-8."""
    if mark.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    noughts = "".join("0" if not byte else "x" for byte in mark)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(noughts)


class _Recoded(io.RawIOBase):
    """UTF-16 as UTF-8."""

    def __init__(self, stream: Any, coding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(coding)("replace")
        self._ready = b""

    def close(self) -> None:
        self._stream.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            block = self._stream.read(len(buffer))
            self._ready = self._decoder.decode(block, final=not block).encode("utf-8", "replace")
            if not block:
                break
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _zstd(file: IO[bytes]) -> Any:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("zstd needs a library", "the extra 'inspect'", "pip install 'nomoat[inspect]'") from None
    return zstandard.ZstdDecompressor().stream_reader(file)
