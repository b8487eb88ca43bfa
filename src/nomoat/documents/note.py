"""How is a Markdown note of a recording read: front matter, headings, stamped sentences, wiki links, callouts?"""

from __future__ import annotations

import re

from nomoat.documents.document import KINDS, Chapter, Edit, Link, Moment, video_link
from nomoat.documents.draft import Block, Draft
from nomoat.documents.front import front
from nomoat.documents.markup import clock, inline, mask
from nomoat.documents.passages import CALLOUT

_FROM = re.compile(
    r"(?:From|Source|Channel|Podcast):\s*\[\[([^\[\]|]{1,120})(?:\|([^\[\]]{1,120}))?\]\]\s*(?:<br\s*/?>)?\s*$"
)
_CALLOUT = re.compile(r"(?:>\s*)?\[!([A-Za-z]{2,20})\][-+]?[ \t]*")
_BULLET = re.compile(r"\s{0,12}(?:[*+•–-]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"(#{1,6})\s+")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_LISTED = {
    "chapters": "chapters",
    "key moments": "moments",
    "themes": "themes",
    "topics": "themes",
    "also named": "named",
    "how they connect": "connections",
}
# what a written note lists because its source lists it; a section of prose under such a heading is prose
_ITEM = {
    "named": re.compile(rf"- (?P<kind>{'|'.join(KINDS)}|other): (?P<said>\S.*)"),
    "connections": re.compile(r"- (?:(?P<at>\d{1,3}:\d\d:\d\d) )?(?P<said>\S.* — [a-z ]+(?: \(.{1,60}\))? — \S.*)"),
}


def note(draft: Draft) -> None:
    """Read the draft as a Markdown note."""
    draft.format = "note"
    begin = front(draft)
    masked = mask(draft)
    at, paragraph, part = begin, None, ""
    callout = False
    for line in masked[begin:].split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        stripped = line.strip()
        first = start + len(line) - len(line.lstrip())
        last = first + len(stripped)
        if not stripped or _RULE.fullmatch(stripped):
            paragraph, callout = None, False
            continue
        heading = _HEADING.match(stripped)
        if heading:
            paragraph, callout = None, False
            part = _LISTED.get(stripped[heading.end() :].strip().lower(), "")
            if part in _ITEM and not _ITEM[part].match(masked[end:].lstrip()):
                part = ""
            if not part:
                _heading(draft, first + heading.end(), last, len(heading[1]))
            continue
        if part in _ITEM:
            item = _ITEM[part].fullmatch(stripped)
            if item:
                _item(draft, item, first)
            else:
                draft.flag("list", first, last, "no name with its kind, no connection: left out")
            continue
        if part:
            _listed(draft, part, stripped, first)
            continue
        named = _FROM.match(stripped)
        if named and not draft.blocks:
            draft.publisher = draft.publisher or (named[2] or named[1]).strip()
            continue
        opened = _CALLOUT.match(stripped)
        bullet = _BULLET.match(stripped + " ")
        if opened:
            paragraph, callout = None, True
            if opened.end() < len(stripped):
                draft.blocks.append(Block(first + opened.end(), last, "heading", CALLOUT))
        elif stripped.startswith(">"):
            body = first + len(stripped) - len(stripped.lstrip("> \t"))
            kind = "callout" if callout else "quote"
            if paragraph is not None and paragraph.kind == kind:
                draft.edits.append(Edit(start=paragraph.end, end=body, read=" "))
                paragraph.end = last
            elif body < last:
                paragraph = Block(body, last, kind)
                draft.blocks.append(paragraph)
        elif bullet and not callout:
            paragraph = Block(first + min(bullet.end(), len(stripped)), last, "bullet")
            draft.blocks.append(paragraph)
        elif paragraph is not None:
            paragraph.end = last
        else:
            paragraph = Block(first, last, "callout" if callout else "sentence")
            draft.blocks.append(paragraph)
    for block in draft.blocks:
        inline(draft, block.start, block.end)
        _speaker(draft, block)


def _heading(draft: Draft, start: int, end: int, level: int) -> None:
    kind = "title" if level == 1 and not draft.blocks else "heading"
    draft.blocks.append(Block(start, end, kind, level))
    if kind == "title" and draft.title is None:
        draft.title = draft.text[start:end].strip()


def _speaker(draft: Draft, block: Block) -> None:
    """`Name: words` names who speaks only if the front matter lists that speaker."""
    for name in draft.speakers:
        opening = re.compile(rf"\*{{0,2}}{re.escape(name)}\*{{0,2}}:\*{{0,2}}\s+").match(draft.text, block.start)
        if opening:
            block.speaker = name
            block.start = opening.end()


def _item(draft: Draft, item: re.Match[str], first: int) -> None:
    """A name or a connection that a source lists, as a passage of that kind."""
    found = item.groupdict()
    kind = found.get("kind", "")
    named = f"reference:{'' if kind == 'other' else kind}" if "kind" in found else "connection"
    block = Block(first + item.start("said"), first + item.end("said"), named, whole=True)
    block.seconds = clock(found["at"]) if found.get("at") else None
    draft.blocks.append(block)


def _listed(draft: Draft, part: str, line: str, first: int) -> None:
    """Chapters, key moments and themes that the note lists: they point at the text and are not read as text."""
    bullet = _BULLET.match(line)
    words = line[bullet.end() :] if bullet else line
    found = re.match(r"(?:\[|\()?(\d{1,3}:\d\d(?::\d\d)?)(?:\]|\))?(?:\([^()\s]*\))?\s*[-–—:]?\s*(.+)$", words)
    seconds = clock(found[1]) if found else None
    if part == "themes":
        for wiki in re.finditer(r"\[\[([^\[\]|\n]{1,120})\|([^\[\]\n]{1,120})\]\]", words):
            start = draft.text.find(wiki.group(), first)
            place = draft.place(start, start + len(wiki.group()))
            draft.links.append(Link(kind="wiki", target=wiki[1].strip(), label=wiki[2].strip(), place=place))
        words = re.sub(r"\[\[[^\[\]|\n]{1,120}\|\s*([^\[\]\n]{1,120}?)\s*\]\]", r"\1", words)
        draft.themes += [t for t in (w.strip(" []") for w in words.split(",")) if t and t not in draft.themes]
    elif found is None or seconds is None:
        draft.flag("stamp", first, first + len(line), f"a line under {part} without a time: left out")
    elif part == "chapters":
        link = video_link(draft.video, seconds)
        draft.chapters.append(Chapter(title=found[2].strip(), start=seconds, end=None, link=link))
    else:
        link = video_link(draft.video, seconds)
        text = found[2].strip().strip('“”"')
        draft.moments.append(Moment(passage=None, text=text, seconds=seconds, link=link, why="listed in the source"))
