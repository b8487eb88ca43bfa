"""Which of the five kinds is this file, and what does it say?"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

from nomoat.documents import topics
from nomoat.documents.dating import dating
from nomoat.documents.digest import digest, looks_digest
from nomoat.documents.document import Document
from nomoat.documents.draft import Draft
from nomoat.documents.encoding import LIMIT, decode, mend
from nomoat.documents.gazetteer import Gazetteer, shipped
from nomoat.documents.mishearing import guesses
from nomoat.documents.note import note
from nomoat.documents.overlay import read_span
from nomoat.documents.page import looks_page, page
from nomoat.documents.passages import HEADINGS, chapters, moments, passages, settled
from nomoat.documents.plain import colophon, plain
from nomoat.documents.saved import looks_saved, saved
from nomoat.documents.transcript import cues, looks_spoken, spoken
from nomoat.documents.voices import voices
from nomoat.errors import InputError

_RUNS = re.compile(
    r"<(script|style|iframe|object|svg|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|$)|"
    r"</?(?:script|style|iframe|object|svg|template|noscript|img|embed|link|meta|base|form|input|video|audio)\b[^<>]*>",
    re.I | re.S,
)
_INNER = r"[^()]*(?:\([^()]*\)[^()]*)*\)"
_LINK = re.compile(
    rf"\[([^\[\]]*)\]\(\s*(?:javascript|data|vbscript|file):{_INNER}|\(\s*(?:javascript|vbscript):{_INNER}", re.I
)
_LONG_LINE = 100_000  # characters; a paragraph in print has a few thousand
# characters of words that are read, and passages: a recording of twenty hours has as many. A file of 4 MB in one line
# held 150,000 statements, which nobody reads and every later command had to
_MOST_WORDS = 1_500_000
_MOST_PASSAGES = 10_000


def read(path: str | Path, retrieved: date | None = None, gazetteer: Gazetteer | None = None) -> Document:
    """Read a note, newsletter, saved page, transcript or talk digest from a file.

    At most 4 MB of a file are read as text, whatever its size; the sha256 is of all of it. InputError names a file that
    is no text. `retrieved`, if given, bounds the date of an undated document from above; a date that the text states
    is not believed if the file was last written before it.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT)
            digest_, size = hashlib.sha256(data), len(data)
            while more := file.read(1 << 20):
                digest_.update(more)
                size += len(more)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise InputError(f"{path.name} cannot be read: {reason}", "a file", "check the path") from None
    return _document(path.name, data, size, digest_.hexdigest(), retrieved, gazetteer or shipped(), last_written(path))


def last_written(path: Path) -> date | None:
    """The day on which a file was last written, None where its time says nothing: archives set it to 1970 or 1980."""
    try:
        day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (OSError, OverflowError, ValueError):
        return None
    return day if day.year > 2000 else None


def read_bytes(
    name: str,
    data: bytes,
    retrieved: date | None = None,
    gazetteer: Gazetteer | None = None,
    written: date | None = None,
) -> Document:
    """Read a document from its bytes; `name` is shown in messages, its ending helps to tell transcripts.

    >>> doc = read_bytes("x.md", b"---\\ntitle: A note\\nvideoId: P6y0gr-W2-k\\n---\\nIt fell by 5 % [00:01:02].")
    >>> doc.format, doc.title, doc.passages[0].place.link
    ('note', 'A note', 'https://www.youtube.com/watch?v=P6y0gr-W2-k&t=62')
    """
    whole = hashlib.sha256(data).hexdigest()
    return _document(name, data[:LIMIT], len(data), whole, retrieved, gazetteer or shipped(), written)


def _document(
    name: str,
    data: bytes,
    size: int,
    sha256: str,
    retrieved: date | None,
    gazetteer: Gazetteer,
    written: date | None,
) -> Document:
    if size > LIMIT:  # a character torn at the limit is not the file's fault
        data = re.sub(rb"[\xc0-\xff][\x80-\xbf]{0,3}\Z", b"", data)
    text, assumed = decode(name, data)
    if not text.strip():
        raise InputError(f"{name} is empty", "a document with words in it")
    draft = Draft(name=name, text=text)
    if size > LIMIT:
        draft.flag("size", len(text), len(text), f"the first {LIMIT} of {size} bytes are read", seen=f"{size} bytes")
    for what in assumed:
        draft.flag("encoding", 0, 0, what, seen=name)
    for line in re.finditer(rf"[^\n]{{{_LONG_LINE},}}", text):
        draft.flag(
            "long line", *line.span(), "cut into passages", seen=f"{line.end() - line.start()} characters in a line"
        )
    mend(draft)
    _format(draft, gazetteer)
    _bound(draft)
    _names(draft, gazetteer)
    edits = settled(draft)
    cut = passages(draft, edits, _MOST_PASSAGES + 1)
    if len(cut) > _MOST_PASSAGES:
        at = cut.pop().place.start
        draft.flag("size", at, len(text), f"the first {_MOST_PASSAGES:,} sentences are read, what follows is left out")
    if not any(passage.kind not in HEADINGS for passage in cut):
        raise InputError(f"{name} has no readable passage", "a document with words in it")
    # the first words of a recording are a greeting; its file was named by somebody who knows what it is
    opening = Path(name).stem if draft.format == "transcript" else cut[0].reading[:80]
    title = draft.title or next((p.reading for p in cut if p.kind in HEADINGS), "") or opening
    when = dating(draft, cut, gazetteer, retrieved, written)
    found = draft.chapters or (topics.chapters(draft, cut) if draft.format == "transcript" else chapters(draft, cut))
    draft.overflow()
    document = Document(
        id=sha256[:16],
        sha256=sha256,
        name=name,
        size=size,
        format=draft.format,
        title=_clean(title),
        publisher=_clean(draft.publisher) if draft.publisher else None,
        authors=tuple(_clean(author) for author in draft.authors),
        speakers=tuple(_clean(speaker) for speaker in draft.speakers),
        dating=when,
        address=draft.address,
        video=draft.video,
        seconds=draft.seconds,
        text=text,
        passages=tuple(cut),
        chapters=tuple(found),
        moments=tuple(draft.moments or (topics.moments(cut) if draft.format == "transcript" else moments(cut))),
        themes=tuple(dict.fromkeys(theme for theme in map(_clean, draft.themes) if theme)),
        links=tuple(draft.links),
        names=draft.names,
        declared=draft.declared,
        repairs=tuple(sorted(draft.repairs, key=lambda r: (r.place.start, r.place.end, r.kind))),
        flags=tuple(sorted(draft.flags, key=lambda f: (f.place.start, f.place.end, f.kind))),
    )
    return voices(document, gazetteer)


def _format(draft: Draft, gazetteer: Gazetteer) -> None:
    text, name = draft.text, draft.name.lower()
    head = text[:20000]

    def as_digest(page_draft: Draft) -> bool:
        edits = settled(page_draft)
        shown = "\n".join(
            read_span(text, b.start, b.end, edits).text for b in page_draft.blocks[:2000] if b.kind != "boilerplate"
        )
        if looks_digest(shown):
            digest(page_draft, gazetteer.knows)
            return True
        return False

    if head.startswith("WEBVTT") or re.search(r"^(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}[ \t]+-->", head, re.M):
        cues(draft)
    elif looks_saved(head):
        saved(draft)
    elif looks_page(text):
        page(draft, as_digest)
        if draft.format == "page":
            colophon(draft)
    elif looks_digest(text):
        digest(draft, gazetteer.knows)
    elif looks_spoken(text) and not re.search(r"\[\[[^\[\]]+\]\]|^#{1,4} ", head, re.M):
        spoken(draft)
    elif _is_note(head, name):
        note(draft)
        if draft.video is None and not draft.stamps:
            colophon(draft)
            if not any(link.kind == "wiki" for link in draft.links):
                draft.format = "newsletter"
    else:
        plain(draft)


def _bound(draft: Draft) -> None:
    """Cut off what is longer than a document is, at a blank."""
    left = _MOST_WORDS
    for number, block in enumerate(draft.blocks):
        if block.end - block.start > left:
            blank = draft.text.rfind(" ", block.start, block.start + left)
            end = blank if blank > block.start else block.start + left
            done = f"the first {_MOST_WORDS:,} characters of words are read, what follows is left out"
            draft.flag("size", end, draft.blocks[-1].end, done)
            block.end = end
            del draft.blocks[number + (left > 0) :]
            return
        left -= block.end - block.start


def _is_note(head: str, name: str) -> bool:
    if re.match(r"\s*---[ \t]*\n[A-Za-z]", head) or "yt-timestamp" in head:
        return True
    return bool(re.search(r"\[\[[^\[\]\n]+\]\]|^#{1,6} \S", head, re.M)) or name.endswith((".md", ".markdown"))


def _names(draft: Draft, gazetteer: Gazetteer) -> None:
    """Lay the names over their misheard and torn spellings, and list each."""
    edits = settled(draft)
    for block in draft.blocks:
        reading = read_span(draft.text, block.start, block.end, edits)
        for hit in gazetteer.find(reading.text):
            if hit.how not in ("misheard", "spelling") or reading.text[hit.start : hit.end] == hit.read:
                continue
            start, end = reading.span(hit.start, hit.end)
            kind = "misheard name" if hit.how == "misheard" else "spelling"
            listed = "mishearing" if hit.how == "misheard" else "name"
            reason = f"{hit.entry.kind} {hit.entry.name}, listed with this {listed}"
            draft.repair(kind, start, end, hit.read, reason)
        taken = [(hit.start, hit.end) for hit in gazetteer.find(reading.text)]
        for guess in guesses(reading.text, gazetteer, taken) if len(reading.text) < 20_000 else ():
            if reading.text[guess.start : guess.end] not in (*draft.speakers, *draft.authors):
                reason = f"probably {guess.entry.kind} {guess.entry.name}: {guess.why}; proposed, not put in its place"
                draft.note("misheard name", *reading.span(guess.start, guess.end), guess.read, reason, certain=False)
    for theme in list(draft.themes):
        for hit in gazetteer.find(theme):
            if hit.how in ("misheard", "spelling"):
                draft.themes[draft.themes.index(theme)] = theme[: hit.start] + hit.read + theme[hit.end :]
                break


def _clean(words: str) -> str:
    """One line without invisible and direction characters and what could run: titles and names leave their document."""
    words = _LINK.sub(r"\1", _RUNS.sub(" ", words))
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", " ", words).split())
