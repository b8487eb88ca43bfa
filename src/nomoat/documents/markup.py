"""Which characters of a line are markup: stamps, links, tags, emphasis; and which of them are hostile?"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import unescape

from nomoat.documents.document import Edit, Link
from nomoat.documents.draft import Draft, Stamp

# two digits behind each colon: `(4:1)` is a ratio; a minute of 75 is a stamp all the same, and a defect
_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_LONG = r"\d{1,3}:\d{2}:\d{2}(?:[.,]\d{1,3})?"
_STAMPS = re.compile(
    rf"""[\ \t]{{0,8}}(?:
      <a\s[^<>]{{0,300}}?data-t=["'](?P<data>[^"'<>]{{0,20}})["'][^<>]{{0,300}}>\s*\[?(?P<label>[^<\]]{{0,20}})\]?\s*</a>
    | \[\[?(?P<linked>{_CLOCK})\]?\]\((?P<to>[^()\s]{{0,300}})\)
    | \[(?P<bare>{_CLOCK})\]
    | \((?P<round>{_CLOCK})\)
    | (?<=[^\W\d_])(?P<behind>{_LONG})(?![\d:])
    | (?<![\w:.,])(?P<ahead>{_LONG})(?=[^\W\d_])
    )""",
    re.VERBOSE,
)
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_WEB = re.compile(r"(!?)\[([^\[\]\n]{0,300})\]\(((?:[^()\s]|\([^()\s]{0,200}\)){0,2000})(?:\s+\"[^\"\n]{0,200}\")?\)")
_BODY = re.compile(r"<(script|style|iframe|object|svg|template|noscript)\b[^<>]{0,2000}>|<!--", re.I)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9.-]{0,40}(?:\s[^<>]*)?/?>|<\d[\d:.]{3,12}>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,20}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_EMPHASIS = [
    re.compile(rf"(?<![\w{mark[-1]}])({mark})(?=\S)([^{mark[-1]}\n]{{1,400}})(?<=\S)({mark})(?!\w)")
    for mark in (r"\*\*\*", r"\*\*", r"\*", "__", "_", "``", "`", "~~")
]
_HANDLER = re.compile(r"\son[a-z]{3,20}\s*=", re.I)
_HARMLESS = re.compile(r"(?:https?://|mailto:|#|/|\./|\.\./|[\w.-]+(?:/|$))", re.I)


def clock(written: str) -> float | None:
    """Seconds of a stamp such as 00:48:43, 48:43 or 00:00:01,250; None if it is none.

    >>> clock("00:48:43"), clock("1:02"), clock("00:00:01,250"), clock("12:99:00")
    (2923.0, 62.0, 1.25, None)
    """
    parts = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?", written.strip())
    if not parts:
        return None
    hours, minutes, seconds = int(parts[1] or 0), int(parts[2]), int(parts[3])
    if seconds > 59 or (parts[1] is not None and minutes > 59):
        return None
    fraction = int(parts[4].ljust(3, "0")) / 1000 if parts[4] else 0.0
    return hours * 3600 + minutes * 60 + seconds + fraction


def stamp(seconds: float) -> str:
    """A stamp as notes write it.

    >>> stamp(2923.4)
    '00:48:43'
    """
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def safe(address: str) -> bool:
    """Whether a link may be followed: web, mail and relative addresses; never a script or data in disguise.

    >>> safe("https://example.org/x"), safe(" java\\nscript:alert(1)"), safe("data:text/html,x"), safe("notes/x.md")
    (True, False, False, True)
    """
    plain = re.sub(r"[\x00-\x20\u200b-\u200f\u202a-\u202e]", "", unescape(address))
    return bool(_HARMLESS.match(plain)) and not re.match(r"(?:javascript|data|vbscript|file):", plain, re.I)


def inline(draft: Draft, start: int, end: int) -> None:
    """Take the markup of characters [start, end) out of the reading; keep stamps and links with their places."""
    text = draft.text
    taken: list[int] = []
    ends: list[int] = []

    def take(first: int, last: int, read: str = "") -> None:
        if last > first or read:
            draft.edits.append(Edit(start=first, end=last, read=read))

    def inside(at: int) -> bool:
        k = bisect_right(taken, at) - 1
        return k >= 0 and at < ends[k]

    for found in _STAMPS.finditer(text, start, end):
        _stamp(draft, found)
        take(*found.span(), _glued(draft, found, start, end))
        taken.append(found.start())
        ends.append(found.end())
    for found in _WIKI.finditer(text, start, end):
        slug, label = found[1].strip(), (found[2] or found[1]).strip()
        shown = label if found[2] else label.replace("_", " ")
        draft.links.append(Link(kind="wiki", target=slug, label=shown, place=draft.place(*found.span())))
        group = 2 if found[2] else 1
        first, last = found.span(group)
        lead = len(found[group]) - len(found[group].lstrip())
        tail = len(found[group]) - len(found[group].rstrip())
        take(found.start(), first + lead)
        take(last - tail, found.end())
        if not found[2]:
            for under in re.finditer("_", slug):
                take(first + lead + under.start(), first + lead + under.end(), " ")
    for found in _WEB.finditer(text, start, end):
        if inside(found.start()):
            continue
        if safe(found[3]):
            draft.links.append(Link(kind="web", target=found[3], label=found[2], place=draft.place(*found.span())))
        else:
            draft.flag("link", *found.span(), "the words are kept, the address is refused")
        take(found.start(), found.start(2))
        take(found.end(2), found.end())
    for found in _TAG.finditer(text, start, end):
        if inside(found.start()):
            continue
        tag(draft, found.group(), *found.span())
        take(*found.span(), " " if re.match(r"</?(?:br|p|li|div|td|tr|h\d)\b", found.group(), re.I) else "")
    for found in _ENTITY.finditer(text, start, end):
        take(*found.span(), unescape(found.group()))
    for pattern in _EMPHASIS:
        for found in pattern.finditer(text, start, end):
            take(*found.span(1))
            # `**Lead** Words` at the head of a paragraph: the bold stood for a colon
            lead = pattern is _EMPHASIS[1] and found.start() == start and found[2][-1] not in ":.!?"
            take(*found.span(3), ":" if lead and re.match(r"[ \t]+[A-Z]", text[found.end() : found.end() + 4]) else "")


def bodies(text: str) -> list[tuple[int, int, str]]:
    """Stretches that are never text: scripts, styles, frames, comments, each with its closing tag.

    >>> bodies("a <SCRIPT>x</script > b <!-- c --> <style>never closed")
    [(2, 21, 'script'), (24, 34, 'comment'), (35, 42, 'style')]
    """
    lower = text.lower()
    same = len(lower) == len(text)  # a few letters change length in lower case; offsets would then be off
    found_at: list[tuple[int, int, str]] = []
    never: set[str] = set()
    at = 0
    for found in _BODY.finditer(text):
        if found.start() < at:
            continue
        name = (found[1] or "comment").lower()
        close = "-->" if name == "comment" else f"</{name}"
        end = -1 if name in never else (lower if same else text).find(close, found.end())
        if end < 0:
            never.add(name)  # looked for once: a page of opening tags must not cost its square
            at = found.end()
        else:
            stop = text.find(">", end)
            at = len(text) if stop < 0 else stop + 1
        found_at.append((found.start(), at, name))
    return found_at


def mask(draft: Draft) -> str:
    """The draft's text with scripts, styles and comments blanked out, of the same length; each is flagged."""
    pieces, at = [], 0
    for start, end, name in bodies(draft.text):
        if name not in ("comment", "style"):
            draft.flag("script", start, end, f"<{name}> is left out, never run")
        draft.edits.append(Edit(start=start, end=end, read=" "))
        pieces += [draft.text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, draft.text[at:]])


def tag(draft: Draft, seen: str, start: int, end: int) -> None:
    """Flag a tag that runs something, or whose address is refused."""
    name = re.match(r"</?([a-zA-Z0-9-]+)", seen)
    if name and name[1].lower() in ("script", "iframe", "object", "embed", "meta", "base", "form", "link"):
        draft.flag("script", start, end, f"the tag <{name[1].lower()}> is left out, never run")
    if _HANDLER.search(seen):
        draft.flag("script", start, end, "the event handler is left out, never run")
    for found in re.finditer(r"(?:href|src|action|xlink:href)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", seen, re.I):
        if not safe(found[1].strip("\"'")):
            draft.flag("link", start, end, "the words are kept, the address is refused")


_WRITTEN = ("linked", "bare", "round", "behind", "ahead")


def _glued(draft: Draft, found: re.Match[str], start: int, end: int) -> str:
    """List a stamp that touches a word, and keep the words on its two sides apart."""
    text, first, last = draft.text, found.start(), found.end()
    before = None if text[first].isspace() else re.search(r"[^\W_]+$", text[max(start, first - 20) : first])
    after = re.match(r"[^\W_]+", text[last : min(end, last + 20)])
    if before or after:
        parts = [before.group() if before else "", found.group().strip(), after.group() if after else ""]
        draft.note("glued", first, last, " | ".join(filter(None, parts)), "a stamp that a word touches")
    return " " if before and after else ""


def _stamp(draft: Draft, found: re.Match[str]) -> None:
    data, label = found["data"], found["label"]
    written = data if data is not None else next(filter(None, (found[group] for group in _WRITTEN)))
    first = found.start() + len(found.group()) - len(found.group().lstrip())
    seconds = clock(written)
    if seconds is None:
        draft.flag("stamp", first, found.end(), "no time: the sentence keeps no stamp", seen=written)
        return
    if label and clock(label) is not None and clock(label) != seconds:
        done = f"data-t={data} and label {label} differ: data-t is used"
        draft.flag("contradiction", first, found.end(), done, seen=f"{data} / {label}")
    if found["to"] and not safe(found["to"]):
        draft.flag("link", first, found.end(), "the stamp is kept, the address is refused", seen=found["to"])
    if draft.seconds and seconds > draft.seconds + 60:
        draft.flag("stamp", first, found.end(), f"after the end of the recording ({stamp(draft.seconds)}); kept")
    draft.stamps.append(Stamp(first, found.end(), seconds))
