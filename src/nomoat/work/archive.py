"""What lies in an Inspect .eval file? A ZIP of JSON files, most packed with zstd, which Python reads from 3.14 on."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from nomoat.errors import InputError, MissingExtra
from nomoat.work.lines import LONGEST, TOO_LONG, Aside, Records

ZSTD = 93  # the method's number in APPNOTE 4.4.5
_LOCAL = struct.Struct("<4s5H3L2H")


def samples(stream: IO[bytes]) -> Iterator[Records | Aside]:
    """The samples of the archive, one JSON object each; `starts` are where they lie in the file.

    Raises InputError for a ZIP without samples or a broken one, MissingExtra where zstd is needed and is not there.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            found = [one for one in archive.infolist() if one.filename.startswith("samples/")]
            book = "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(f"The ZIP archive is broken ({error})", "an .eval file of Inspect") from None
    if not found:
        if book:
            raise InputError("It is a workbook of a spreadsheet", "a table", "Save as CSV there, then that FILE")
        raise InputError(
            "The ZIP archive holds no samples", "an .eval file of Inspect, or unpacked logs",
            "unzip FILE -d logs, then nomoat work read logs",
        )  # fmt: skip
    for one in found:
        if one.file_size > LONGEST or one.compress_size > LONGEST:
            yield Aside(one.header_offset, one.compress_size, TOO_LONG)
            continue
        data = _member(stream, one)
        if data is None:
            yield Aside(one.header_offset, one.compress_size, "a broken member of the archive")
        else:
            yield Records([one.header_offset], [data])


def _member(stream: IO[bytes], one: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a file in the archive; None where they are not what its directory says."""
    stream.seek(one.header_offset)
    head = stream.read(_LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        return None
    *_, name, extra = _LOCAL.unpack(head)
    stream.seek(name + extra, 1)
    packed = stream.read(one.compress_size)
    data = _unpacked(packed, one)
    return data if data is not None and zlib.crc32(data) == one.CRC else None


def _unpacked(packed: bytes, one: zipfile.ZipInfo) -> bytes | None:
    if one.compress_type == zipfile.ZIP_STORED:
        return packed
    if one.compress_type == zipfile.ZIP_DEFLATED:
        try:
            return zlib.decompressobj(-15).decompress(packed, one.file_size + 1)
        except zlib.error:
            return None
    if one.compress_type != ZSTD:
        return None
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("The log is packed with zstd", "a library for it", "pip install 'nomoat[inspect]'") from None
    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            return bytes(reader.read(one.file_size + 1))
    except zstandard.ZstdError:
        return None
