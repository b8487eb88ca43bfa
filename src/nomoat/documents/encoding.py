"""What characters do these bytes stand for, and which of them were broken on their way here?

A text that was UTF-8 and was once read as another code page keeps the bytes in disguise: `Β·` is C2 B7 read as Greek,
that is `·`. Where all bytes of a character are there, there is one reading and the repair is certain. Where bytes in
80-9F were dropped (ISO-8859-7 and ISO-8859-1 have no visible characters there), several characters fit: the repair is
listed as uncertain with their number, and nothing is put in its place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from nomoat.documents.draft import Draft
from nomoat.errors import InputError

LIMIT = 4 * 1024 * 1024  # bytes that are read; a day of speech is about 1 MB
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive (.docx, .epub, .odt are such)",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "gzip data",
    b"ID3": "an MP3 recording",
    b"RIFF": "a RIFF recording",
    b"\x7fELF": "a program",
    b"OggS": "an Ogg recording",
    b"PAR1": "a Parquet file",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]+")
# what texts of Latin script lose this way: accents, punctuation, currency, arrows, symbols, emoji; other scripts hold
# sequences that merely look like broken ones
_PLAUSIBLE = re.compile("[\u00a0-\u024f\u2000-\u2bff\ufe00-\ufe0f\ufffd\U0001f000-\U0001faff]")
_PAGES = ("cp1252", "iso8859_7", "cp1253", "cp1251", "mac_roman")


def decode(name: str, data: bytes) -> tuple[str, list[str]]:
    """The text behind the bytes and what had to be assumed; InputError if it is no text."""
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(
                f"{name} is {what}, not text", "Markdown, plain text, HTML, .vtt, .srt or JSON", "save it as text"
            )
    for bom, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            try:
                return _lines(data.decode(codec)), [f"{codec}, by its byte order mark"]
            except UnicodeDecodeError as error:
                raise InputError(f"{name} is broken UTF-16 at byte {error.start}", "text") from None
    sample = data[:65536]
    if b"\x00" in sample:
        raise InputError(f"{name} holds NUL bytes, first at byte {sample.index(0)}", "text", "save it as UTF-8 text")
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample)
    if controls > max(8, len(sample) // 100):
        raise InputError(f"{name} is not text: {controls} control bytes in its first {len(sample)}", "text")
    try:
        return _lines(data.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        broken, first = data.decode("utf-8-sig", errors="replace"), error.start
    lost = broken.count("\ufffd") - data.count("\ufffd".encode())
    high = sum(byte >= 128 for byte in data)
    # UTF-8 with a few torn characters stays UTF-8; bytes of which most are no UTF-8 were never UTF-8
    if lost * 10 <= high or (len(data) >= LIMIT and lost <= 2):
        return _lines(broken), [f"{lost} characters that are no UTF-8, first at byte {first}"]
    try:
        return _lines(data.decode("cp1252")), [f"not UTF-8 at byte {first}: read as Windows-1252"]
    except UnicodeDecodeError:
        return _lines(data.decode("latin-1")), [f"not UTF-8 at byte {first}: read as ISO-8859-1"]


def mend(draft: Draft) -> None:
    """List broken and hostile characters of the draft, with their repair where there is one reading."""
    text = draft.text
    for found in _BIDI.finditer(text):
        draft.flag("bidi", *found.span(), "left out of the reading", seen=ascii(found.group()))
        draft.repair("bidi", *found.span(), "", "direction controls can show text in another order than it is read")
    for found in _UNSEEN.finditer(text):
        draft.repair("control", *found.span(), "", "invisible characters")
    for found in _CONTROL.finditer(text):
        draft.flag("control", *found.span(), "left out of the reading", seen=ascii(found.group()))
        draft.repair("control", *found.span(), "", "control characters stand for nothing in a text")
    for found in re.finditer("\ufffd+", text):
        draft.flag("encoding", *found.span(), "kept: the character is lost in the bytes")
    _mojibake(draft)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def _bytes_of(page: str) -> dict[str, int]:
    table: dict[str, int] = {}
    for byte in range(128, 256):
        try:
            table[bytes([byte]).decode(page)] = byte
        except UnicodeDecodeError:
            table[chr(byte)] = byte
    return table


def _need(byte: int) -> int:
    return 1 if 0xC2 <= byte <= 0xDF else 2 if 0xE0 <= byte <= 0xEF else 3 if 0xF0 <= byte <= 0xF4 else 0


def _mojibake(draft: Draft) -> None:
    text, at, whole = draft.text, 0, False
    greek = bool(re.search("[Α-Ωα-ωάέήίόύώ]{4,}", text))
    lost: list[tuple[int, int, bytes]] = []
    for found in re.finditer(r"[^\x00-\x7f]", text):
        i = found.start()
        if i < at:
            continue
        for page in _PAGES:
            table = _bytes_of(page)
            need = _need(table.get(text[i], 0))
            tail = [table.get(char, 0) for char in text[i + 1 : i + 1 + need]]
            if need and len(tail) == need and all(0x80 <= byte <= 0xBF for byte in tail):
                raw = bytes([table[text[i]], *tail])
                try:
                    read = raw.decode()
                except UnicodeDecodeError:
                    continue
                if not _PLAUSIBLE.match(read) or unicodedata.category(read) == "Cn":
                    continue
                draft.repair("encoding", i, i + 1 + need, read, _reason(raw, page, read))
                at, whole = i + 1 + need, True
                break
        else:
            if not greek and "Ά" <= text[i] <= "ώ":
                table = _bytes_of("iso8859_7")
                need = _need(table.get(text[i], 0))
                end = i + 1
                while need and end < len(text) and end - i <= need and 0x80 <= table.get(text[end], 0) <= 0xBF:
                    end += 1
                if need and (end - i > 1 or table[text[i]] in (0xE2, 0xEF, 0xF0)):
                    lost.append((i, end, bytes(table[char] for char in text[i:end])))
                    at = end
            elif text[i] in "âð" and whole:
                lost.append((i, i + 1, bytes([ord(text[i])])))
    _lost(draft, lost)


@lru_cache(maxsize=4096)
def _reason(raw: bytes, page: str, read: str) -> str:
    return f"UTF-8 bytes {raw.hex(' ').upper()} read as {page}: {unicodedata.name(read, 'unnamed').lower()}"


def _lost(draft: Draft, lost: list[tuple[int, int, bytes]]) -> None:
    text = draft.text
    group: list[tuple[int, int, bytes]] = []
    for piece in [*lost, (len(text) + 9, len(text) + 9, b"")]:
        if group and text[group[-1][1] : piece[0]].strip(" ") == "" and piece[0] - group[-1][1] <= 1:
            group.append(piece)
            continue
        if group:
            start, end = group[0][0], group[-1][1]
            before, after = text[start - 1 : start], text[end : end + 3]
            if len(group) == 1 and before.isalpha() and re.match(r"(s|t|re|ve|ll|d|m)\b", after):
                reason = "E2 with both later bytes lost, inside a word: only an apostrophe fits"
                draft.repair("encoding", start, end, "’", reason)
            else:
                reading = "" if not before.strip() or not after.strip() else " "
                draft.repair("encoding", start, end, reading, _candidates(tuple(p[2] for p in group)), certain=False)
        group = [piece]


@lru_cache(maxsize=4096)
def _candidates(group: tuple[bytes, ...]) -> str:
    counts = " x ".join(str(_fitting(piece)) for piece in group)
    flag = ""
    tails = [piece[1:] for piece in group if piece[:1] == b"\xf0"]
    if len(tails) == len(group) == 2 and all(len(tail) == 1 and 0xA6 <= tail[0] <= 0xBF for tail in tails):
        letters = "".join(chr(tail[0] - 0xA6 + ord("A")) for tail in tails)
        flag = f"; as a pair of regional letters it would be the flag of {letters}"
    return f"a symbol of which bytes 80-9F were dropped: {counts} characters fit{flag}; nothing is put in its place"


@lru_cache(maxsize=4096)
def _fitting(seen: bytes) -> int:
    """How many characters have these bytes, once bytes in 80-9F are put back between them."""
    need, have = _need(seen[0]), len(seen) - 1
    fitting = set()
    for slots in product((False, True), repeat=need):  # True: a byte was dropped here
        if sum(slots) != need - have:
            continue
        for fill in product(range(0x80, 0xA0), repeat=sum(slots)):
            filler, kept = iter(fill), iter(seen[1:])
            raw = bytes([seen[0], *(next(filler) if slot else next(kept) for slot in slots)])
            try:
                char = raw.decode()
            except UnicodeDecodeError:
                continue
            if unicodedata.category(char) != "Cn":
                fitting.add(char)
    return len(fitting)
