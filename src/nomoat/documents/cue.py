"""How do the cues of a recording become paragraphs in which no sentence is cut in two?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nomoat.documents.days import day, written
from nomoat.documents.document import Edit
from nomoat.documents.draft import Block, Draft, Stamp
from nomoat.documents.front import video
from nomoat.documents.markup import inline, safe

_MOST = 12  # cues of a paragraph, if a sentence ends there
_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*$")


@dataclass(slots=True)
class Cue:
    """Words with the second at which they were spoken: characters [start, end) of the text."""

    start: int
    end: int
    seconds: float | None
    speaker: str | None = None
    brief: bool = False  # shown for less than a tenth of a second
    opened: int = -1  # where its header starts; the stamp stands there
    edits: list[Edit] = field(default_factory=list)


def heading(draft: Draft, key: str, value: str) -> None:
    """Take one `key: value` that a recording's file says of itself."""
    if key == "title":
        draft.title = value
    elif key in ("channel", "show", "podcast", "publisher"):
        draft.publisher = draft.publisher or value
    elif key in ("date", "published", "publishedat", "publishdate", "uploaddate", "recorded"):
        days = [when for when, _, _ in written(value) if when] or [when for when in (day(value),) if when]
        if days:
            draft.stated.append(
                (days[0], f"the transcript's header, {key}" if draft.stated else "the transcript's header")
            )
        else:
            draft.flag("date", 0, 0, f"no date under {key}: left out", seen=value)
    elif key.startswith(("speaker", "guest", "host")):
        draft.speakers += [n for n in (name.strip() for name in value.split(",")) if n and n not in draft.speakers]
    elif key in ("video", "videoid", "url"):
        draft.video = video(value) or (value if re.fullmatch(r"[\w-]{11}", value) else draft.video)
        if key == "url" and safe(value) and value.startswith("http"):
            draft.address = value


def finish(draft: Draft, found: Sequence[Cue], plain: bool = False) -> None:
    """Join cues into paragraphs, so that a sentence that runs over two cues is one passage.

    Where hardly a sentence ends in a full stop, as in captions made by a machine, a cue stays a passage, unless cues
    open with a capital as a rule and the next one does not: it then goes on.
    """
    draft.leading = True
    if draft.counts.pop(("flag", "rolling"), 0):
        draft.repair("glued", 0, 0, "", "rolling captions: lines that repeat the cue before are read once")
    text = draft.text
    punctuated = sum(bool(re.search(r"[.!?]", text[c.start : c.end])) for c in found) * 5 >= len(found)
    capital = sum(text[c.start : c.end].lstrip("\"'“‘(-")[:1].isupper() for c in found) * 4 >= len(found)
    latest = -1.0
    inside = 0
    for cue in found:
        draft.edits.extend(cue.edits)
        if cue.seconds is not None:
            if cue.seconds < latest:
                done = f"earlier than the {latest:g} s before it; kept in place"
                draft.flag("stamp order", cue.opened, cue.end, done)
            latest = max(latest, cue.seconds)
            draft.stamps.append(Stamp(cue.start, cue.start, cue.seconds))
        block = draft.blocks[-1] if draft.blocks and draft.blocks[-1].kind == "segment" else None
        ended = block is None or bool(_ENDS.search(text[max(block.start, block.end - 8) : block.end].rstrip()))
        goes_on = not ended and text[cue.start : cue.start + 1].islower() and capital
        if goes_on and block is not None and cue.speaker is None:
            cue.speaker = block.speaker
        if cue.speaker and cue.speaker not in draft.speakers:
            draft.speakers.append(cue.speaker)
        close = block is None or block.speaker != cue.speaker or not (punctuated or goes_on)
        # words whose stamp is no time must not take that of the words before them
        close = close or (ended and cue.seconds is None and block is not None and block.seconds is not None)
        inside += 1
        if not close and ended and inside >= _MOST:
            close = True
        if close or block is None:
            inside = 0
            whole = not punctuated and not capital
            draft.blocks.append(Block(cue.start, cue.end, "segment", 0, cue.speaker, cue.seconds, whole))
        else:
            draft.edits.append(Edit(start=block.end, end=cue.start, read=" "))
            block.end = cue.end
        if not plain:
            inline(draft, cue.start, cue.end)
    if latest >= 0 and draft.seconds is None:
        draft.seconds = max(latest, 0.0)
