"""How is the digest of a recorded talk read: glued header, declared counts, bullets, chapters, moments, themes?"""

from __future__ import annotations

import re
from collections.abc import Callable

from nomoat.documents.byline import Byline, byline
from nomoat.documents.cue import Cue, finish
from nomoat.documents.document import Chapter, Moment, video_link
from nomoat.documents.draft import Block, Draft
from nomoat.documents.front import video
from nomoat.documents.label import label, strong
from nomoat.documents.markup import clock, inline, mask
from nomoat.documents.overlay import read_span, settle

_COUNTS = re.compile(r"(\d{1,6})\s*(connections|links|entities|moments|segments|themes|chapters)")
_PARTS = re.compile(
    r"(Knowledge graph|How they connect|An interactive map|Hover|Chapters|Key Moments|Full Transcript|Transcript|"
    r"Topics|What.?s Discussed|Smart Objects|Medias?|Compan(?:y|ies)|Products?|Concepts?|Locations?|Persons?|People)"
    r"\s*·?\s*(?=\d|$|of every|·)(.*)$"
)
# lines that only the page of a digest has; each stands alone, but for what is glued behind it
_MARKS = {
    "counts": r"\d{1,6} ?(?:connections|links)\W{0,6}\d{1,6} ?entities\b",
    "counted": r"\d{1,6} ?entities\W{0,6}\d{1,6} ?(?:connections|links)\b",
    "entities": r"\d{1,6} ?entities$",
    "graph": r"Knowledge graph\W{0,3}\d{1,6} ?entities|How they connect$|Hover\W{1,4}drag to explore$",
    "chapters": r"Chapters\W{0,3}\d{1,5} ?moments|Key Moments$",
    "transcript": r"Transcript\W{0,3}\d{1,6} ?segments|Full Transcript$",
    "topics": r"Topics\W{0,3}\d{1,5} ?themes|What.{1,3}s Discussed$",
    "objects": r"Smart Objects\W{0,3}\d",
}
_MARKED = re.compile("^[ \\t]*(?:" + "|".join(f"(?P<{name}>{mark})" for name, mark in _MARKS.items()) + ")", re.M)
_LONGEST = 60  # characters of a name


def looks_digest(text: str) -> bool:
    """Whether two different lines are there that only a digest has, or one under a line of name, day and length.

    >>> looks_digest("A Talk\\nJane DoeMay 3, 202512 min\\n12 connections·9 entities in this video")
    True
    """
    found = {str(mark.lastgroup) for mark in _MARKED.finditer(text[:400_000])}
    if len(found) > 1:
        return True
    lines = [line for line in text[:4000].split("\n") if line.strip()][:6]
    return bool(found) and any(b.day and b.seconds for b in map(byline, lines) if b)


def digest(draft: Draft, known: Callable[[str], bool] = lambda name: False) -> None:
    """Read the draft, or the blocks a page's reader left in it, as a digest; `known` tells names never to split."""
    draft.format = "digest"
    if draft.blocks:
        spans = [(b.start, b.end) for b in draft.blocks if b.kind != "boilerplate"]
        draft.blocks = []
    else:
        masked, spans, at = mask(draft), [], 0
        for line in masked.split("\n"):
            first = at + len(line) - len(line.lstrip())
            if line.strip():
                spans.append((first, first + len(line.strip())))
            at += len(line) + 1
        for start, end in spans:
            inline(draft, start, end)
    edits = settle(draft.edits)
    part = "head"
    cues: list[Cue] = []
    for k, (start, end) in enumerate(spans):
        reading = read_span(draft.text, start, end, edits)
        line = reading.text
        if not line:
            continue
        if k == 0:
            draft.title = line
            draft.blocks.append(Block(start, end, "title"))
            continue
        header = byline(line) if k < 6 and not draft.stated else None
        if header and (header.day or header.unread):
            _header(draft, header, start, end)
            continue
        found = _PARTS.match(line)
        if found or re.fullmatch(r"(?:\d+ (?:entities|connections|moments|segments|themes|links)[ ·]*)+", line):
            part = _part(draft, found, line) or part
            continue
        counts = list(_COUNTS.finditer(line[:80])) if part == "head" and not re.match(r"[-•*] ", line) else []
        if counts:
            for count in counts:
                draft.declared.setdefault(_noun(count[2]), int(count[1]))
            tail = re.search(r"(?:in this (?:video|episode|talk|conversation|recording))\s*", line)
            cut = tail.end() if tail else counts[-1].end()
            if line[cut:].strip():
                first = reading.span(cut, len(line))[0]
                draft.note(
                    "glued", start, end, f"{line[:cut].strip()} | {line[cut:].strip()}", "a heading glued to a count"
                )
                draft.blocks.append(Block(first, end, "heading", 2))
            continue
        if part == "Transcript":
            cues.append(_cue(draft, line, start, end, cues[-1].speaker if cues else None))
        else:
            _line(draft, part, line, start, end, known)
    finish(draft, [cue for cue in cues if cue.end > cue.start], plain=True)
    _check(draft)


def _noun(word: str) -> str:
    return "connections" if word == "links" else word


def _header(draft: Draft, header: Byline, start: int, end: int) -> None:
    if header.day is None:
        draft.flag("date", start, end, f"{header.unread} is no day, or either of two: left out")
    else:
        draft.stated.append((header.day, "the digest's header"))
    draft.speakers += [name for name in header.people if name not in draft.speakers]
    if header.publishers:
        draft.publisher = header.publishers[0]
    draft.seconds = header.seconds if header.seconds is not None else draft.seconds
    if header.apart:
        reason = "name, day and length stand without blanks; a year has four digits, so there is one reading"
        draft.repair("header", start, end, header.apart, reason)
    draft.blocks.append(Block(start, end, "header", whole=True))


def _part(draft: Draft, found: re.Match[str] | None, line: str) -> str | None:
    for count in _COUNTS.finditer(line):
        draft.declared.setdefault(_noun(count[2]), int(count[1]))
    if found is None:
        return None
    name = found[1]
    number = re.search(r"\d{1,6}", found[2])
    if name == "Smart Objects":
        if number:
            draft.declared.setdefault("entities", int(number.group()))
        return "objects"
    kind = {"Medi": "media", "Comp": "company", "Prod": "product", "Conc": "concept", "Loca": "location"}.get(
        name[:4], "person" if name[:4] in ("Pers", "Peop") else None
    )
    if kind:
        if number:
            draft.declared.setdefault(kind, int(number.group()))
        return f"objects:{kind}"
    if name == "Chapters" or name == "Key Moments":
        return name
    if "Transcript" in name:
        return "Transcript"
    if name == "Topics" or name.startswith("What"):
        return "Topics"
    return "other"


def _timed(draft: Draft, line: str, start: int, end: int) -> tuple[re.Match[str] | None, float | None]:
    """The time that a line opens with; one that is none, or that the words behind it touch, is listed."""
    timed = re.match(r"[\[(]?((?:\d{1,3}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?)(?!\d)([\])]?\s*[-–—·:]?\s*)(.*)$", line)
    seconds = clock(timed[1]) if timed else None
    if timed and seconds is None:
        draft.flag("stamp", start, end, "no time: the words keep no stamp", seen=timed[1])
    elif timed and not timed[2] and timed[3]:
        draft.note("glued", start, end, f"{timed[1]} | {timed[3][:40]}", "a time that the words behind it touch")
    return timed, seconds


def _cue(draft: Draft, line: str, start: int, end: int, before: str | None) -> Cue:
    timed, seconds = _timed(draft, line, start, end)
    words = timed[3] if timed else line
    named = label(words)
    if named and (strong(named.name) or named.name in draft.speakers):
        words, before = words[named.end :], named.name or None
    first = draft.text.find(words[:12], start, end) if words else end
    return Cue(max(first, start), end, seconds, before, False, start)


def _line(draft: Draft, part: str, line: str, start: int, end: int, known: Callable[[str], bool]) -> None:
    timed, seconds = _timed(draft, line, start, end)
    link = video_link(draft.video, seconds) if seconds is not None else None
    if part in ("Chapters", "Key Moments"):
        title = timed[3] if timed else line
        if part == "Chapters" and seconds is not None:
            draft.chapters.append(Chapter(title=title, start=seconds, end=None, link=link))
        else:
            why = "listed in the source"
            draft.moments.append(Moment(passage=None, text=title, seconds=seconds, link=link, why=why))
    elif part == "Topics":
        _themes(draft, line, start, end, known)
    elif part.startswith("objects"):
        draft.blocks.append(Block(start, end, f"reference:{part.partition(':')[2]}", whole=True))
    elif part in ("head", "other"):
        bullet = re.match(r"[-•*][ \t]+", draft.text[start:end])
        address = video(line) if line.startswith("http") else None
        if address:
            draft.video, draft.address = address, line.split()[0]
        elif bullet:
            draft.blocks.append(Block(start + bullet.end(), end, "bullet"))
        elif part == "head":
            kind = "heading" if len(line) < 110 and not line.endswith((".", "!", ",")) else "sentence"
            draft.blocks.append(Block(start, end, kind, 2))


def _themes(draft: Draft, line: str, start: int, end: int, known: Callable[[str], bool]) -> None:
    declared = draft.declared.get("themes")
    if end - start > 5000:
        draft.flag("long line", start, end, "no list of themes is that long: left out")
        return
    cut = themes(line, known, draft.text[: draft.blocks[-1].end] if draft.blocks else "")
    if len(cut) > 1 and "," not in line:
        certain = declared == len(cut)
        why = f"{len(cut)} themes at the borders of words; " + (
            "as many as declared" if certain else f"declared: {declared}" if declared else "no count is declared"
        )
        draft.note("glued", start, end, " | ".join(cut), why, certain)
    draft.themes += [theme for theme in cut if theme not in draft.themes]


def themes(line: str, known: Callable[[str], bool], text: str = "") -> list[str]:
    """Cut themes that are glued together where a lower-case letter meets a capital, but never inside a known name.

    >>> themes("Open ModelsOpenAIAI SafetySovereign AIOpen Data (ODI)Compute", lambda name: name == "OpenAI")
    ['Open Models', 'OpenAI', 'AI Safety', 'Sovereign AI', 'Open Data (ODI)', 'Compute']
    """
    if line.count(",") >= 2 or " · " in line or "|" in line:
        return [part.strip() for part in re.split(r"[,|·]", line) if part.strip()]
    written = set(re.findall(r"\w[\w-]*", text))
    borders: list[int] = []
    for run in re.finditer(r"\S+", line):
        word = run.group()
        inner = {m.end() for m in re.finditer(r"[a-z0-9)](?=[A-Z])", word)}
        # AISafety is AI | Safety: an acronym ends before the capital that opens a word
        inner |= {m.end() for m in re.finditer(r"(?<=[A-Z])[A-Z](?=[A-Z][a-z])", word)}
        for start in [0, *sorted(inner)]:
            # `OpenAIAI Safety`: a known name that a capital follows ends there
            for end in range(min(len(word), start + _LONGEST), start + 2, -1):
                if known(word[start:end]) and (end == len(word) or word[end].isupper()):
                    inner = {cut for cut in inner if not start < cut < end} | ({end} - {len(word)})
                    break
        cuts = [0, *sorted(inner), len(word)]
        for width in (4, 3, 2):
            k = 0
            while k + width < len(cuts):
                name = word[cuts[k] : cuts[k + width]]
                # a name that is known, or that the text writes the same way, is not cut
                if known(name) or name in written:
                    del cuts[k + 1 : k + width]
                k += 1
        borders += [run.start() + cut for cut in cuts[1:-1]]
    return [line[a:b].strip() for a, b in zip([0, *borders], [*borders, len(line)], strict=True) if line[a:b].strip()]


def _check(draft: Draft) -> None:
    for noun, found in (("themes", len(draft.themes)), ("moments", len(draft.chapters) or len(draft.moments))):
        declared = draft.declared.get(noun)
        if declared is not None and found and declared != found:
            draft.flag("count", 0, 0, f"{declared} {noun} declared, {found} found", seen=f"{declared} {noun}")
