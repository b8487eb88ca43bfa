"""How is a newsletter or an article without markup read: title, headings, paragraphs, publisher, author, date?"""

from __future__ import annotations

import re
from itertools import pairwise

from nomoat.documents.draft import Block, Draft
from nomoat.documents.front import day
from nomoat.documents.markup import inline, mask

_BULLET = re.compile(r"[ \t]{0,12}(?:[*+•–·-]|\d{1,3}[.)])[ \t]+(?=\S)")
_PUBLISHER = re.compile(
    r"(?:my newsletter,? which I call|welcome (?:back )?to|this is|you(?:'|’)re reading|"
    r"(?:reading|read) this (?:article|post|"
    r"piece|newsletter|edition) (?:on|in|of)|subscribe to|thanks for reading|an? (?:edition|issue) of)\s+(?:the\s+)?"
    r"[\"“]?((?:[A-Z0-9][\w'’&-]*|of|the|and|in|on|&)(?:[ ](?:[A-Z0-9][\w'’&-]*|of|the|and|in|on|&)){0,5})"
)
_BYLINE = re.compile(
    r"(?:[Ww]ritten )?[Bb]y[: ]+([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3})\b(?:\s*[|·•,—–-]\s*(.{6,30}))?$"
)
_SIGNED = re.compile(
    r"(?:Cheers|Best|Best regards|Yours|Regards|Warmly|Until next (?:time|week)|Thanks|"
    r"Onwards|Sincerely|Love|See you soon),?$"
)
_CONTACT = re.compile(
    r"\[email[\s\xa0]protected\]|\S@\S+\.\w{2,}|get in touch|contact us|unsubscribe|all rights reserved|"
    r"reading this article on|cookie|privacy policy|follow us|sign up|first port of call|share this post|subscribe",
    re.I,
)
_MAIL = re.compile(r"(Subject|From|Date|To|Title|Author|By|Published|Publication|URL):\s+(.+)$")
_CLOSED = (".", ";", ",", ":", "!", "”", '"', "…")


def plain(draft: Draft) -> None:
    """Read the draft as a newsletter or an article in plain text."""
    masked = mask(draft)
    lines: list[tuple[int, int]] = []
    at = 0
    for line in masked.split("\n"):
        stripped = line.strip()
        first = at + len(line) - len(line.lstrip())
        lines.append((first, first + len(stripped)))
        at += len(line) + 1
    wrapped = _wrapped(masked, lines)
    heads = 0
    paragraph: Block | None = None
    for k, (start, end) in enumerate(lines):
        line = masked[start:end]
        if not line:
            paragraph = None
            continue
        if heads < 12 and not any(b.kind != "title" for b in draft.blocks) and _headed(draft, start, end):
            heads += 1
            continue
        bullet = _BULLET.match(line)
        if wrapped and paragraph is not None and not bullet:
            paragraph.end = end
            continue
        following = next((b - a for a, b in lines[k + 1 : k + 6] if b > a), 0)
        if bullet:
            paragraph = Block(start + bullet.end(), end, "bullet")
        elif is_heading(line) and following > 0:
            kind = "title" if not draft.blocks and draft.title is None else "heading"
            draft.blocks.append(Block(start, end, kind, 1))
            if kind == "title":
                draft.title = line
            paragraph = None
            continue
        elif re.search(r"\(([A-Z][^()]{2,60})\)$", line) and len(line) < 160 and not re.search(r"[.!?] ", line):
            paragraph = Block(start, end, "reference", whole=True)
        else:
            paragraph = Block(start, end, "sentence")
        draft.blocks.append(paragraph)
    for block in draft.blocks:
        inline(draft, block.start, block.end)
    colophon(draft)


def colophon(draft: Draft) -> None:
    """Find who publishes and who signs, and mark the contact lines at the end, on the blocks of a draft."""
    texts = [draft.text[b.start : min(b.end, b.start + 4000)].strip("*_ ") for b in draft.blocks]
    for k, text in enumerate(texts[:3] + texts[-6:]):
        found = _PUBLISHER.search(text)
        if found and draft.publisher is None and not (k < 3 and found[0].lower().startswith("this is")):
            draft.publisher = re.sub(r"\s+(?:of|the|and|in|on|&)$", "", found[1])
    for k, text in enumerate(texts):
        byline = _BYLINE.match(text) if len(text) < 90 and k < 8 else None
        if byline:
            _author(draft, byline[1])
            written = day(byline[2]) if byline[2] else None
            if written:
                draft.stated.append((written, "the line under the title"))
            draft.blocks[k].kind, draft.blocks[k].whole = "header", True
        elif k < 8 and len(text) < 40 and (written := day(text)):
            draft.stated.append((written, "a line under the title"))
            draft.blocks[k].kind, draft.blocks[k].whole = "header", True
        elif k and _SIGNED.match(texts[k - 1]) and re.fullmatch(r"[-–— ]*[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}", text):
            _author(draft, text.strip("-–— "))
            draft.blocks[k - 1].kind = draft.blocks[k].kind = "boilerplate"
        elif k >= len(texts) - 5 and k > 2 and len(text) < 400 and _CONTACT.search(text):
            draft.blocks[k].kind = "boilerplate"


def is_heading(line: str) -> bool:
    """A short line that is no sentence, or a short question, heads what follows.

    >>> [is_heading(line) for line in ("The Shrinking Gap", "What are the costs?", "We concur.", "Cheers,")]
    [True, True, False, False]
    """
    words = line.split()
    if len(line) > 110 or not 1 < len(words) <= 16 or (not line[0].isupper() and not line[0].isdigit()):
        return False
    if _SIGNED.match(line) or re.search(r"[.!?] \S", line) or re.search(r"\([A-Z][^()]{2,60}\)$", line):
        return False
    return not line.endswith(_CLOSED)


def _author(draft: Draft, name: str) -> None:
    if name not in draft.authors:
        draft.authors.append(name)


def _headed(draft: Draft, start: int, end: int) -> bool:
    pair = _MAIL.match(draft.text[start:end])
    if not pair:
        return False
    key, value = pair[1], pair[2].strip()
    if key in ("Subject", "Title"):
        draft.title = draft.title or value
    elif key in ("From", "Author", "By"):
        _author(draft, re.sub(r"\s*<[^<>]*>", "", value))
    elif key == "Publication":
        draft.publisher = value
    elif key in ("Date", "Published"):
        written = day(value) or day(re.sub(r"^[A-Za-z]{3,9},\s*", "", value)[:11])
        if written:
            draft.stated.append((written, f"the header {key}"))
        else:
            draft.flag("date", start, end, "no date: left out")
    return True


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Lines broken at a column go on in lower case; lines that are paragraphs do not."""
    goes_on = pairs = 0
    for (a, b), (c, d) in pairwise(lines[:2000]):
        if b > a and d > c:
            pairs += 1
            goes_on += text[c].islower() and text[b - 1] not in ".!?:"
    return pairs >= 4 and goes_on * 4 > pairs
