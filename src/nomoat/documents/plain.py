"""How is a newsletter or an article without markup read: title, headings, paragraphs, publisher, author, date?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from nomoat.documents.byline import byline
from nomoat.documents.days import written
from nomoat.documents.document import Edit
from nomoat.documents.draft import Block, Draft
from nomoat.documents.markup import inline, mask
from nomoat.documents.overlay import read_span, settle

_BULLET = re.compile(r"[ \t]{0,12}(?:[*+•–·-]|\d{1,3}[.)])[ \t]+(?=\S)")
_PUBLISHER = re.compile(
    r"(?:my newsletter,? which I call|welcome (?:back )?to|this is|you(?:'|’)re reading|"
    r"(?:reading|read) this (?:article|post|"
    r"piece|newsletter|edition) (?:on|in|of)|subscribe to|thanks for reading|an? (?:edition|issue) of)\s+(?:the\s+)?"
    r"[\"“]?((?:[A-Z0-9][\w'’&-]*|of|the|and|in|on|&)(?:[ ](?:[A-Z0-9][\w'’&-]*|of|the|and|in|on|&)){0,5})"
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
_HEAD = 8  # blocks among which a byline stands
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
        elif is_heading(line) and following > 0 and not (len(draft.blocks) < _HEAD and byline(line)):
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
    """Find who publishes, who signs and when, and mark the contact lines at the end, on the blocks of a draft."""
    edits = settle(draft.edits)
    bylines(draft, edits)
    texts = [read_span(draft.text, b.start, min(b.end, b.start + 4000), edits).text.strip("*_ ") for b in draft.blocks]
    for k, text in enumerate(texts[:3] + texts[-6:]):
        found = _PUBLISHER.search(text)
        if found and draft.publisher is None and not (k < 3 and found[0].lower().startswith("this is")):
            draft.publisher = re.sub(r"\s+(?:of|the|and|in|on|&)$", "", found[1])
    for k, text in enumerate(texts):
        if k and _SIGNED.match(texts[k - 1]) and re.fullmatch(r"[-–— ]*[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}", text):
            _author(draft, text.strip("-–— "))
            draft.blocks[k - 1].kind = draft.blocks[k].kind = "boilerplate"
        elif k > 2 and k >= len(texts) - 6 and re.fullmatch(r"-- ?|_{3,}", text):
            for block in draft.blocks[k:]:  # what stands below is who sends it
                block.kind = "boilerplate"
        elif k >= len(texts) - 5 and k > 2 and len(text) < 400 and _CONTACT.search(text):
            draft.blocks[k].kind = "boilerplate"


def bylines(draft: Draft, edits: Sequence[Edit]) -> None:
    """Take names, day and length from the lines around the title, before the text itself begins."""
    revised = None
    told = 0
    for block in draft.blocks[:_HEAD]:
        # as it is read: of `Ann Poe &middot; 3 July 2025` the characters say less than the page
        text = read_span(draft.text, block.start, min(block.end, block.start + 400), edits).text
        found = byline(text) if block.kind in ("title", "heading", "sentence") else None
        if found is None:
            # two paragraphs in, a line that looks like one belongs to what is told
            told += block.kind in ("sentence", "bullet", "quote") and block.end - block.start > 60
            if told > 1:
                break
            continue
        if found.unread:
            draft.flag("date", block.start, block.end, f"{found.unread} is no day, or either of two: left out")
        if found.day:
            draft.stated.append((found.day, "the line under the title"))
        revised = revised or found.revised
        for name in found.people:
            _author(draft, name)
        draft.publisher = draft.publisher or (found.publishers[0] if found.publishers else None)
        if found.apart:
            reason = "name, day and length stand without blanks; a year has four digits, so there is one reading"
            draft.repair("header", block.start, block.end, found.apart, reason)
        if block.kind == "title" and draft.title == draft.text[block.start : block.end].strip():
            draft.title = None
        block.kind, block.whole = "header", True
    if revised and not draft.stated:
        draft.stated.append((revised, "the line under the title, as last revised"))


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
        days = [when for when, _, _ in written(value) if when]
        if days:
            draft.stated.append((days[0], f"the header {key}"))
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
