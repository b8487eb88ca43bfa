"""How are the cues of a recording read: .vtt, .srt and lines of `Speaker: words`?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nomoat.documents.byline import byline
from nomoat.documents.cue import Cue, finish, heading
from nomoat.documents.draft import Draft
from nomoat.documents.front import front
from nomoat.documents.label import NAME, TIME, Label, accepted, label, speak
from nomoat.documents.markup import clock, mask

_ARROW = re.compile(
    r"[ \t]{0,8}((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]+-->[ \t]+((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})(.*)"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>\n]{1,80})>")
_RANGE = rf"(?P<time>{TIME})(?:[ \t]*(?:-->|[-–—]|to)[ \t]*(?P<until>{TIME}))?"
# a time, in brackets or not, that a name or the words follow, with a blank or glued to it
_TIMED = re.compile(rf"[ \t]*(?:\[{_RANGE.replace('time', 'time1').replace('until', 'until1')}\]"
                    rf"|\({_RANGE.replace('time', 'time2').replace('until', 'until2')}\)"
                    rf"|{_RANGE})(?![\d:])[ \t]*[-–—:]?[ \t]*")  # fmt: skip
_PLAYED = r"(?:[ \t]*\((?P<role>(?!\d)[^()\n]{1,60})\))?"
_NAMED = (
    re.compile(rf"(?P<name>{NAME}){_PLAYED}[ \t]*[\[(](?P<time>{TIME})[\])]:?[ \t]*"),
    re.compile(rf"(?P<name>{NAME}){_PLAYED}[ \t]{{2,}}(?P<time>{TIME})[ \t]*$"),
)


class Turn(NamedTuple):
    """The head of a line: who speaks and when, up to character `end`; `glued` where the words touch the time."""

    label: Label | None
    time: str | None
    until: str | None
    end: int
    glued: bool = False


def looks_spoken(text: str) -> bool:
    """Whether most of the first lines open with a speaker or a time, as a transcript's do.

    >>> looks_spoken("Ann: Open is cheap.\\nBob: It is not.\\nAnn: Why?"), looks_spoken("Pros: cheap.\\nCons: slow.")
    (True, False)
    """
    lines = [line.strip() for line in text[:20000].split("\n") if line.strip()][:60]
    turns = [(line, found) for line in lines if (found := turn(line))]
    timed = sum(1 for _, found in turns if found.time)
    labels = [found.label for _, found in turns if found.label and found.label.name]
    said = [line[found.end :] for line, found in turns if found.label and found.label.name]
    if len(turns) >= 4 and len(turns) * 2.5 >= len(lines):
        repeated = len(labels) - len({found.name for found in labels})
        return timed * 2 > len(turns) or repeated * 2 >= len(labels) - 2
    # a short file: all of it, but for a title and a date, must be talk
    first = next((k for k, line in enumerate(lines) if turn(line)), len(lines))
    if first > 2 or len(turns) < max(2, len(lines) - first):
        return False
    return timed == len(turns) or speak(labels, said)


def cues(draft: Draft) -> None:
    """Read the draft as WebVTT or SubRip."""
    draft.format = "transcript"
    begin = front(draft)
    found: list[Cue] = []
    at, gap = begin, begin
    current: Cue | None = None
    lines = draft.text[begin:].split("\n")
    previous = ""
    for number, line in enumerate(lines):
        start, end = at, at + len(line)
        at = end + 1
        arrow = _ARROW.match(line) if "-->" in line else None
        if arrow:
            current = _cue(draft, arrow, start, end, gap)
            found.append(current)
            continue
        if not line.strip():
            current = None
            gap = at
            continue
        if current is None:
            key = re.match(r"(Title|Kind|Language|Channel|Date|Video(?:Id)?|URL|Speakers?):\s*(.+)$", line, re.I)
            if key and not found:
                heading(draft, key[1].lower(), key[2].strip())
            elif not (line.startswith(("WEBVTT", "NOTE", "STYLE", "REGION")) or line.strip().isdigit()):
                follows = number + 1 < len(lines) and "-->" in lines[number + 1]
                if found and not follows:
                    draft.flag("cue", start, end, "no time above it: left out")
            continue
        words = re.sub(r"<[^<>]*>", "", line).strip()
        goes_on = number + 1 < len(lines) and lines[number + 1].strip() != ""
        if words and words == previous and current.end == current.start and (goes_on or current.brief):
            # captions that roll repeat the last line of the cue before, above a new line or for a moment alone;
            # who says "Yeah." twice fills two cues
            draft.counts["flag", "rolling"] += 1
            current.start = current.end = at if at <= len(draft.text) else end
            continue
        previous = words or previous
        voice = _VOICE.search(line)
        if voice:
            current.speaker = voice[1].strip()
        if current.end == current.start:
            current.start = start
        current.end = end
    finish(draft, _voiced(draft, [cue for cue in found if cue.end > cue.start]))


def spoken(draft: Draft) -> None:
    """Read the draft as lines of `Speaker: words`, with or without times."""
    draft.format = "transcript"
    begin = front(draft)
    masked = mask(draft)
    at, found = begin, list[Cue]()
    for line in masked[begin:].split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if not line.strip():
            continue
        head = turn(line)
        if head:
            found.append(_said(draft, head, start, end, found[-1].speaker if found else None))
        elif found:
            found[-1].end = end
        else:
            _above(draft, line.strip("# \t"))
    finish(draft, [cue for cue in found if draft.text[cue.start : cue.end].strip()])


def turn(line: str) -> Turn | None:
    """The speaker and the time that a line opens with, in either order.

    >>> turn("[00:01]Ann: Open is cheap.").glued, turn("Dr. Cole (host) [1:02:03,500] Hi.").time
    (True, '1:02:03,500')
    """
    timed = _TIMED.match(line)
    if timed:
        time = timed["time"] or timed["time1"] or timed["time2"]
        bare = timed["time"] is not None
        rest = line[timed.end() :]
        named = label(rest)
        end = timed.end() + (named.end if named else 0)
        # `12:30 lunch` may open a sentence; a time of a transcript is followed by a name, a capital or the next line
        blank = timed.group()[-1].isspace() or not rest
        if bare and not blank and not re.match(r"[A-ZÀ-Þ\"“]", rest):
            return None
        return Turn(named, time, timed["until"] or timed["until1"] or timed["until2"], end, not blank)
    for pattern in _NAMED:
        found = pattern.match(line)
        if found and (name := label(f"{found['name']}: ")):
            return Turn(Label(name.name, found["role"] or "", found.end()), found["time"], None, found.end())
    named = label(line)
    return Turn(named, None, None, named.end) if named else None


def _said(draft: Draft, head: Turn, start: int, end: int, before: str | None) -> Cue:
    named = head.label
    seconds = clock(head.time) if head.time else None
    if head.time and seconds is None:
        draft.flag("stamp", start, start + head.end, "no time: the words keep no stamp", seen=head.time)
    elif head.glued:
        seen = draft.text[start : start + head.end + 8]
        draft.note("glued", start, start + head.end, f"{head.time} | {seen.partition(str(head.time))[2].lstrip('])')}",
                   "a time that the words behind it touch")  # fmt: skip
    last = clock(head.until) if head.until else None
    if head.until and (last is None or (seconds is not None and last < seconds)):
        draft.flag("stamp order", start, start + head.end, "ends before it starts: the start is used")
    speaker = (named.name or None) if named else before
    return Cue(start + head.end, end, seconds, speaker, False, start)


def _above(draft: Draft, line: str) -> None:
    """A line before the first turn: the title, or names and a day."""
    when = re.match(r"(?:Date|Recorded|Published):?\s+(.+)$", line)
    found = byline(when[1] if when else line)
    if found and (found.day or found.people):
        if found.day:
            draft.stated.append((found.day, "a line above the transcript"))
        draft.authors += [name for name in found.people if name not in draft.authors]
        draft.publisher = draft.publisher or next(iter(found.publishers), None)
    elif draft.title is None:
        draft.title = line


def _cue(draft: Draft, arrow: re.Match[str], start: int, end: int, gap: int) -> Cue:
    first, last = clock(arrow[1]), clock(arrow[2])
    if first is None:
        draft.flag("stamp", start, end, "no time: the words keep no stamp")
    elif last is not None and last < first:
        draft.flag("stamp order", start, end, "ends before it starts: the start is used")
    brief = first is not None and last is not None and 0 <= last - first < 0.1
    return Cue(end, end, first, None, brief, min(gap, start))


def _voiced(draft: Draft, found: Sequence[Cue]) -> list[Cue]:
    """Cues cut where a line opens with a speaker's label; who is named once goes on until another is."""
    lines = [
        (number, at.start() + cue.start, at.end() + cue.start, label(_untagged(at.group())))
        for number, cue in enumerate(found)
        for at in re.finditer(r"\S[^\n]*", draft.text[cue.start : cue.end])
    ]
    names = accepted([named for *_, named in lines if named])
    if not any(named and named.name in names for *_, named in lines):
        return list(found)
    out: list[Cue] = []
    last = -1
    speaker: str | None = None
    for number, start, end, named in lines:
        cue = found[number]
        if cue.speaker:
            speaker = None
        if named and named.name in names:
            speaker = named.name or None
            last = number
            out.append(Cue(start + named.end, end, cue.seconds, cue.speaker or speaker, False, cue.opened, cue.edits))
        elif re.match(r"[-–—][ \t]*\S", draft.text[start:end]):
            speaker, last = None, number  # a dash opens another voice, without its name
            out.append(Cue(start, end, cue.seconds, cue.speaker, False, cue.opened, cue.edits))
        elif number == last:
            out[-1].end = end
        else:
            last = number
            out.append(Cue(start, end, cue.seconds, cue.speaker or speaker, cue.brief, cue.opened, cue.edits))
    return [cue for cue in out if draft.text[cue.start : cue.end].strip()]


def _untagged(line: str) -> str:
    """A caption's line with blanks for its tags; those at its head do not keep a label from opening it."""
    return re.sub(r"</?[a-zA-Z][^<>\n]*>", lambda tag: " " * len(tag.group()), line)
