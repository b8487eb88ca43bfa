"""How are the cues of a recording read: .vtt, .srt, `Speaker: words` and JSON segments?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from nomoat.documents.document import Edit
from nomoat.documents.draft import Block, Draft, Stamp
from nomoat.documents.front import day, front, video
from nomoat.documents.markup import clock, inline, mask
from nomoat.errors import InputError

_ARROW = re.compile(
    r"[ \t]{0,8}((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]+-->[ \t]+((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})(.*)"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>\n]{1,80})>")
_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}"
_NAME = r"[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|of|de|van|von|der|da|\d{1,2})){0,4}"
_TURNS = [
    re.compile(rf"[\[(]?(?P<time>{_TIME})[\])]?[ \t]*[-–]?[ \t]*(?:(?P<name>{_NAME}):)?[ \t]+(?=\S)"),
    re.compile(rf"(?P<name>{_NAME})[ \t]*[\[(](?P<time>{_TIME})[\])]:?[ \t]*"),
    re.compile(rf"(?P<name>{_NAME})[ \t]{{2,}}(?P<time>{_TIME})[ \t]*$"),
    re.compile(rf"(?:\*\*)?(?P<name>{_NAME})(?::\*\*|\*\*:|:)[ \t]+(?P<time>(?!))?"),
]
_NOT_NAMES = frozenset(
    re.findall(
        r"[^ ]+",
        "Note Notes Source Sources Summary Title Date Customization Control Cost Performance "
        "Warning Example Update Chapter "
        "Speaker Host Guest Link Url Https Http Published Recorded Duration Channel Topic Topics Tags",
    )
) - {"Speaker", "Host", "Guest"}
_ARRAYS = ("segments", "transcript", "cues", "utterances", "captions", "results", "monologues", "paragraphs")


@dataclass(slots=True)
class _Cue:
    start: int  # of its words in the text
    end: int
    seconds: float | None
    speaker: str | None = None
    brief: bool = False  # shown for less than a tenth of a second
    opened: int = -1  # where its header starts; the stamp stands there
    edits: list[Edit] = field(default_factory=list)


def looks_spoken(text: str) -> bool:
    """Whether most of the first lines open with a speaker or a time, as a transcript's do."""
    lines = [line for line in text[:20000].split("\n") if line.strip()][:60]
    turns = [line for line in lines if _turn(line)]
    names = [found["name"] for line in turns if (found := _turn(line)) and found["name"]]
    timed = sum(1 for line in turns if re.match(r"\s*[\[(]?\d", line))
    repeated = len(names) - len(set(names))
    return (
        len(turns) >= 4
        and len(turns) * 2.5 >= len(lines)
        and (timed * 2 > len(turns) or repeated * 2 >= len(names) - 2)
    )


def cues(draft: Draft) -> None:
    """Read the draft as WebVTT or SubRip."""
    draft.format = "transcript"
    begin = front(draft)
    found: list[_Cue] = []
    at, gap = begin, begin
    current: _Cue | None = None
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
                _header(draft, key[1].lower(), key[2].strip())
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
    _finish(draft, [cue for cue in found if cue.end > cue.start])


def spoken(draft: Draft) -> None:
    """Read the draft as lines of `Speaker: words`, with or without times."""
    draft.format = "transcript"
    begin = front(draft)
    masked = mask(draft)
    at, found = begin, list[_Cue]()
    for line in masked[begin:].split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if not line.strip():
            continue
        turn = _turn(line)
        if turn:
            name, time = turn["name"], turn["time"]
            speaker = name.strip() if name else (found[-1].speaker if found else None)
            seconds = clock(time) if time else None
            found.append(_Cue(start + turn.end(), end, seconds, speaker, False, start))
        elif found:
            found[-1].end = end
        elif draft.title is None:
            heading = line.strip("# \t")
            when = re.match(r"(?:Date|Recorded|Published):\s*(.+)$", heading)
            written = day(when[1] if when else heading)
            if written:
                draft.stated.append((written, "a line above the transcript"))
            else:
                draft.title = heading
        else:
            when = re.match(r"(?:Date|Recorded|Published):?\s+(.+)$", line.strip())
            written = day(when[1] if when else line.strip())
            if written:
                draft.stated.append((written, "a line above the transcript"))
    _finish(draft, [cue for cue in found if cue.end > cue.start])


def segments(draft: Draft) -> None:
    """Read the draft as JSON segments: objects with `text` and `start`, in an array or under a key."""
    draft.format = "transcript"
    text = draft.text
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict):
        for key in ("title", "channel", "date", "video", "videoId", "url", "speaker", "speakers"):
            if isinstance(whole.get(key), str):
                _header(draft, key.lower(), whole[key])
            elif isinstance(whole.get(key), list):
                draft.speakers += [name for name in whole[key] if isinstance(name, str) and key == "speakers"]
    keyed = re.search(r'"(?:' + "|".join(_ARRAYS) + r')"\s*:\s*\[', text)
    opening = keyed.end() if keyed else text.find("[") + 1
    if opening <= 0:
        raise InputError(f"{draft.name} is JSON without segments", "an array of objects with `text` and `start`")
    found: list[_Cue] = []
    decoder, at = json.JSONDecoder(), opening
    step = re.compile(r"[\s,]*")
    while True:
        gap = step.match(text, at)
        at = gap.end() if gap else at
        if at >= len(text) or text[at] == "]":
            break
        try:
            item, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            draft.flag("json", at, min(at + 80, len(text)), f"broken here ({error}): what stands before is kept")
            break
        cue = _segment(draft, item, at, end)
        if cue:
            found.append(cue)
        at = end
    if not found:
        raise InputError(f"{draft.name} is JSON without segments that can be read", "objects with `text` and `start`")
    _finish(draft, found, plain=True)


def _turn(line: str) -> re.Match[str] | None:
    for pattern in _TURNS:
        found = pattern.match(line)
        if found and found["name"] and found["name"].split()[0] in _NOT_NAMES:
            continue
        if found:
            return found
    return None


def _cue(draft: Draft, arrow: re.Match[str], start: int, end: int, gap: int) -> _Cue:
    first, last = clock(arrow[1]), clock(arrow[2])
    if first is None:
        draft.flag("stamp", start, end, "no time: the words keep no stamp")
    elif last is not None and last < first:
        draft.flag("stamp order", start, end, "ends before it starts: the start is used")
    brief = first is not None and last is not None and 0 <= last - first < 0.1
    return _Cue(end, end, first, None, brief, min(gap, start))


def _segment(draft: Draft, item: Any, start: int, end: int) -> _Cue | None:
    if not isinstance(item, dict):
        draft.flag("json", start, end, "no object: left out")
        return None
    key = next((k for k in ("text", "content", "words", "line") if isinstance(item.get(k), str)), None)
    place = re.compile(rf'"{key}"\s*:\s*"').search(draft.text, start, end) if key else None
    if place is None:
        draft.flag("json", start, end, "no `text`: left out")
        return None
    stop = place.end()
    while draft.text[stop] != '"':
        stop += 2 if draft.text[stop] == "\\" else 1
    seconds: float | None = None
    for name, unit in (
        ("start", 1),
        ("startTime", 1),
        ("offset", 1),
        ("time", 1),
        ("start_ms", 0.001),
        ("startMs", 0.001),
    ):
        value = item.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            seconds = value * unit
        elif isinstance(value, str):
            seconds = clock(value) if ":" in value else float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else None
        if seconds is not None:
            break
    else:
        draft.flag("stamp", start, end, "no start that is a time: the words keep no stamp")
    speaker = next((item[k] for k in ("speaker", "speaker_name", "name") if isinstance(item.get(k), str)), None)
    cue = _Cue(place.end(), stop, seconds, speaker, False, start)
    for escape in re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[0-9a-fA-F]{4}|\\.").finditer(
        draft.text, cue.start, stop
    ):
        read = json.loads(f'"{escape.group()}"')
        cue.edits.append(Edit(start=escape.start(), end=escape.end(), read=read if read.isprintable() else " "))
    return cue


def _header(draft: Draft, key: str, value: str) -> None:
    from nomoat.documents.markup import safe

    if key == "title":
        draft.title = value
    elif key == "channel":
        draft.publisher = value
    elif key == "date":
        when = day(value)
        if when:
            draft.stated.append((when, "the transcript's header"))
    elif key.startswith("speaker"):
        draft.speakers += [name.strip() for name in value.split(",") if name.strip()]
    elif key in ("video", "videoid", "url"):
        draft.video = video(value) or (value if re.fullmatch(r"[\w-]{11}", value) else draft.video)
        if key == "url" and safe(value) and value.startswith("http"):
            draft.address = value


def _finish(draft: Draft, found: list[_Cue], plain: bool = False) -> None:
    """Join cues into paragraphs, so that a sentence that runs over two cues is one passage."""
    draft.leading = True
    if draft.counts.pop(("flag", "rolling"), 0):
        draft.repair("glued", 0, 0, "", "rolling captions: lines that repeat the cue before are read once")
    punctuated = sum(bool(re.search(r"[.!?]", draft.text[c.start : c.end])) for c in found) * 5 >= len(found)
    latest = -1.0
    for k, cue in enumerate(found):
        draft.edits.extend(cue.edits)
        if cue.seconds is not None:
            if cue.seconds < latest:
                draft.flag(
                    "stamp order", cue.opened, cue.end, f"earlier than the {latest:g} s before it; kept in place"
                )
            latest = max(latest, cue.seconds)
            draft.stamps.append(Stamp(cue.start, cue.start, cue.seconds))
        if cue.speaker and cue.speaker not in draft.speakers:
            draft.speakers.append(cue.speaker)
        block = draft.blocks[-1] if draft.blocks else None
        close = not punctuated or block is None or block.speaker != cue.speaker
        if block is not None and not close:
            close = k % 12 == 0 and draft.text[block.end - 1] in ".!?"
        if close or block is None:
            draft.blocks.append(Block(cue.start, cue.end, "segment", 0, cue.speaker, cue.seconds, not punctuated))
        else:
            draft.edits.append(Edit(start=block.end, end=cue.start, read=" "))
            block.end = cue.end
        if not plain:
            inline(draft, cue.start, cue.end)
    if latest >= 0 and draft.seconds is None:
        draft.seconds = max(latest, 0.0)
