"""How is a saved HTML page read: its visible text in place, its metadata, and what is refused in it?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

from nomoat.documents.document import Edit, Link
from nomoat.documents.draft import Block, Draft, Stamp
from nomoat.documents.front import day, video
from nomoat.documents.markup import clock, mask, safe, tag

_BLOCKS = frozenset(
    re.findall(
        r"[^ ]+",
        "p div li ul ol table tr td th section article main header h1 h2 h3 h4 h5 h6 blockquote "
        "pre figure figcaption body "
        "html dd dt dl details summary address title",
    )
)
_SKIPPED = frozenset(
    re.findall(r"[^ ]+", "nav footer aside form button select noscript template svg script style iframe object")
)
_VOID = frozenset(re.findall(r"[^ ]+", "br img hr input meta link source area base col embed param track wbr"))
_WHOLE_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!doctype[^<>]{0,200}>", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.I)


def looks_page(text: str) -> bool:
    """Whether the text is an HTML page, not Markdown with a few tags in it."""
    head = text[:4000].lower()
    if re.search(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", head):
        return True
    return head.lstrip().startswith("<") and len(re.findall(r"<(?:p|div|h[1-6]|article|section)[\s>]", head)) >= 2


def page(draft: Draft, digest: Callable[[Draft], bool]) -> None:
    """Read the draft as a saved page; `digest` takes over if its visible lines are those of a digest."""
    draft.format = "page"
    used = _data(draft)
    masked = mask(draft)
    _unflag(draft, used)
    # What is no complete tag would make the parser look for its end again and again: it is text
    pieces, at = [], 0
    for found in re.finditer("<", masked):
        if found.start() >= at:
            whole = _WHOLE_TAG.match(masked, found.start())
            end = whole.end() if whole else found.start() + 1
            pieces += [masked[at : found.start()], whole.group() if whole else "‹"]
            at = end
    parser = _Parser(draft)
    parser.feed("".join([*pieces, masked[at:]]))
    parser.close()
    parser.end_block()
    if not digest(draft):
        for block in draft.blocks:
            if block.kind == "title" and draft.title is None:
                draft.title = re.sub(r"<[^<>]*>", "", draft.text[block.start : block.end]).strip()


def _data(draft: Draft) -> set[int]:
    """Publisher, author, date and address from JSON-LD, where a page carries it; the places where it begins."""
    used = set()
    for found in re.finditer(
        r"<script[^<>]{0,200}application/ld\+json[^<>]{0,200}>([^<]{2,20000})</script", draft.text, re.I
    ):
        try:
            value: Any = json.loads(found[1])
        except (ValueError, RecursionError):
            draft.flag("json", found.start(1), found.end(1), "metadata that is no JSON: left out")
            continue
        used.add(found.start())
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                continue
            for key, kind in (
                ("author", "author"),
                ("publisher", "site"),
                ("datePublished", "date"),
                ("headline", "title"),
            ):
                names = item.get(key)
                for name in names if isinstance(names, list) else [names]:
                    name = name.get("name") if isinstance(name, dict) else name
                    if isinstance(name, str):
                        _meta(draft, kind, name, found.start(), found.end())
    return used


def _unflag(draft: Draft, used: set[int]) -> None:
    """Data that was read is no script that was refused."""
    kept = [flag for flag in draft.flags if not (flag.kind == "script" and flag.place.start in used)]
    draft.counts["flag", "script"] -= len(draft.flags) - len(kept)
    draft.flags[:] = kept


def _meta(draft: Draft, kind: str, value: str, start: int, end: int) -> None:
    value = unescape(value).strip()
    if not value:
        return
    if kind == "title":
        draft.title = draft.title or value
    elif kind == "site":
        draft.publisher = draft.publisher or value
    elif kind == "author" and value not in draft.authors and not value.startswith("http"):
        draft.authors.append(value)
    elif kind == "date":
        when = day(value)
        if when is None:
            draft.flag("date", start, end, "no date: left out", seen=value)
        elif draft.stated and draft.stated[0][0] != when:
            done = f"{when} differs from {draft.stated[0][0]} ({draft.stated[0][1]}): the first is kept"
            draft.flag("contradiction", start, end, done)
        elif not draft.stated:
            draft.stated.append((when, "the page's metadata"))
    elif kind == "address":
        if safe(value) and value.startswith("http"):
            draft.address = draft.address or value
            draft.video = draft.video or video(value)
        else:
            draft.flag("link", start, end, "the address is refused")


class _Parser(HTMLParser):
    """Lays an edit over everything between two stretches of visible text."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=False)
        self.draft = draft
        self.block: Block | None = None
        self.kind = "sentence"
        self.skipped: list[str] = []
        self.heading = 0
        self.title = False
        self.stamp: str | None = None

    def at(self) -> int:
        line, column = self.getpos()
        return (self.draft.newlines[line - 2] + 1 if line > 1 else 0) + column

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        start, seen = self.at(), self.get_starttag_text() or ""
        end, values = start + len(seen), {key: value or "" for key, value in attrs}
        # a page's own description is read, not run; what redirects the reader is another matter
        described = (name == "meta" and not values.get("http-equiv")) or (
            name == "link" and safe(values.get("href", ""))
        )
        if not described:
            tag(self.draft, seen, start, end)
        if name == "meta":
            key = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            kind = {
                "og:title": "title",
                "og:site_name": "site",
                "author": "author",
                "article:author": "author",
                "article:published_time": "date",
                "date": "date",
                "datepublished": "date",
                "og:url": "address",
            }.get(key)
            if kind:
                _meta(self.draft, kind, values.get("content", ""), start, end)
        elif name == "link" and values.get("rel") == "canonical":
            _meta(self.draft, "address", values.get("href", ""), start, end)
        elif name == "time" and values.get("datetime") and not self.draft.stated:
            _meta(self.draft, "date", values["datetime"], start, end)
        hidden = "hidden" in values or bool(_HIDDEN.search(values.get("style", "")))
        if name not in _VOID and (self.skipped or name in _SKIPPED or hidden):
            if hidden and not self.skipped:
                self.draft.flag("hidden", start, end, "text that a reader does not see: left out")
            self.skipped.append(name)
        if name in _BLOCKS:
            self.end_block()
            if name[0] == "h" and name[1:].isdigit():
                self.kind, self.heading = ("title" if name == "h1" else "heading"), int(name[1])
            elif name in ("li", "blockquote", "title"):
                self.kind = {"li": "bullet", "blockquote": "quote", "title": "tab"}[name]
        if name == "a":
            self.stamp = values.get("data-t")
            if self.stamp is None and safe(values.get("href", "")) and values.get("href"):
                place = self.draft.place(start, end)
                self.draft.links.append(Link(kind="web", target=values["href"], label="", place=place))
        if name in ("br", "hr"):
            self.gap(start, end)

    def handle_startendtag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(name, attrs)
        if name not in _VOID:
            self.handle_endtag(name)

    def handle_endtag(self, name: str) -> None:
        if name in self.skipped:
            while self.skipped and self.skipped.pop() != name:
                pass
        if name in _BLOCKS:
            self.end_block()
            self.kind = "sentence"
        if name == "a":
            self.stamp = None

    def handle_data(self, data: str) -> None:
        start = self.at()
        if self.stamp is not None:
            seconds = clock(self.stamp)
            if seconds is not None and data.strip():
                self.draft.stamps.append(Stamp(start, start + len(data), seconds))
                self.gap(start, start + len(data), "")
            return
        if data.strip():
            lead = len(data) - len(data.lstrip())
            self.grow(start + (0 if self.block else lead), start + len(data))

    def handle_entityref(self, name: str) -> None:
        self.reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.reference(f"&#{name};")

    def reference(self, seen: str) -> None:
        start = self.at()
        end = start + len(seen)
        if self.draft.text[end - 1 : end] != ";":
            end -= 1
        if not self.skipped:
            self.grow(start, end)
            self.draft.edits.append(Edit(start=start, end=end, read=unescape(seen)))

    def grow(self, start: int, end: int) -> None:
        if self.skipped:
            return
        if self.block is None:
            self.block = Block(start, end, self.kind, self.heading)
            return
        if start > self.block.end:
            between = self.draft.text[self.block.end : start]
            blank = " " if between[:1].isspace() or between[-1:].isspace() or "<br" in between.lower() else ""
            self.draft.edits.append(Edit(start=self.block.end, end=start, read=blank))
        self.block.end = end

    def gap(self, start: int, end: int, read: str = " ") -> None:
        if self.block is not None and not self.skipped:
            between = self.block.end
            self.draft.edits.append(Edit(start=between, end=end, read=read))
            self.block.end = end

    def end_block(self) -> None:
        block, self.block = self.block, None
        if block is None:
            return
        while block.end > block.start and self.draft.text[block.end - 1].isspace():
            block.end -= 1
        if block.kind == "tab":
            self.draft.title = self.draft.title or unescape(self.draft.text[block.start : block.end])
        elif block.end > block.start:
            self.draft.blocks.append(block)
