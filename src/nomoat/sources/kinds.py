"""Whether bytes look like what they should be, told from their two ends before anybody reads them."""

from __future__ import annotations

import os
import re
from pathlib import Path

_END = 66_000  # the central directory of a zip ends within 64 KiB and 22 bytes of the end
_NO_DIRECTORY = "cut short: the archive's directory is missing"
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b", re.I | re.S
)

# What is asked of a server, and how a kind is called in an error.
ACCEPTED = {
    "json": "application/json",
    "jsonl": "application/jsonl, application/x-ndjson, text/plain",
    "csv": "text/csv, text/plain",
    "zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "yaml": "application/yaml, text/plain",
    "text": "text/plain",
}
CALLED = {"json": "JSON", "jsonl": "JSON Lines", "csv": "CSV", "zip": "a zip archive", "parquet": "a Parquet file"}
CALLED |= {"yaml": "YAML", "text": "plain text"}


def is_html(start: bytes) -> bool:
    """Return whether bytes start as a web page does.

    >>> is_html(b"  <!DOCTYPE html><title>404</title>")
    True
    >>> is_html(b'{"html": "<html>"}')
    False
    """
    return _HTML.match(start) is not None


def fault(path: Path, kind: str) -> str | None:
    """Return what is wrong with a file of a kind, in words that finish "its body is ..."; None where nothing shows.

    Only the ends are looked at: a file of gigabytes is not read twice. A file without its proper end is "cut short".
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4096)
        file.seek(max(0, size - _END), os.SEEK_SET)
        end = file.read()
    if not start.strip():
        return "empty"
    if is_html(start):
        return "an HTML page"
    if start[:2] == b"\x1f\x8b":
        return "packed by gzip: unpack it (gunzip) and give what it holds"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text in UTF-16: save it as UTF-8"
    if kind in ("json", "jsonl"):
        first, last = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1], end.rstrip()[-1:]
        closing = {b"{": b"}", b"[": b"]"}.get(first)
        if closing is None:
            return f"no {CALLED[kind]}: it starts with {_shown(start)}"
        return None if last == closing else "cut short: its last bracket is not closed"
    if kind == "zip":
        if start[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
            return f"no zip archive: it starts with {_shown(start)}"
        return None if len(end) - end.rfind(b"PK\x05\x06") in range(22, len(end) + 1) else _NO_DIRECTORY
    if kind == "parquet":
        if start[:4] != b"PAR1":
            return f"no Parquet file: it starts with {_shown(start)}"
        return None if size >= 12 and end[-4:] == b"PAR1" else "cut short: the file's footer is missing"
    return "binary: it holds a NUL byte" if b"\0" in start else None


def _shown(start: bytes) -> str:
    return repr(start[:40].decode("utf-8", "replace"))
