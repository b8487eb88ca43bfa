"""How is a recording or its digest read that was saved as JSON, whatever its keys are called and nested in?

Segments are objects with words and, mostly, a time. A digest's own graph, its declared counts, chapters, moments and
themes are read where they stand; its entities and connections are passages with places like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from statistics import median

from nomoat.documents.cue import Cue, finish, heading
from nomoat.documents.document import Chapter, Edit, Moment, video_link
from nomoat.documents.draft import Block, Draft
from nomoat.documents.markup import clock
from nomoat.documents.parsed import Value, folded, parse
from nomoat.errors import InputError

_WORDS = ("text", "content", "transcript", "words", "line", "caption", "value", "utterance", "sentence")
_STARTS = (
    *("start", "starttime", "offset", "time", "timestamp", "begin", "from", "ts"),
    *("startms", "starttimems", "offsetms"),
)
_ENDS = ("end", "endtime", "stop", "to", "endms", "endtimems")
_SPEAKERS = ("speaker", "speakername", "name", "speakerlabel", "speakerid", "who", "role")
_SEGMENTS = frozenset(
    ("segments", "transcript", "cues", "utterances", "captions", "results", "monologues", "paragraphs", "sentences", "")
)
_ENTITIES = ("entities", "smartobjects", "objects", "nodes")
_CONNECTIONS = ("connections", "links", "edges", "relations", "relationships")
_THEMES = ("themes", "topics", "tags")
_MOMENTS = ("keymoments", "moments", "highlights")
_LISTS = frozenset((*_ENTITIES, *_CONNECTIONS, *_THEMES, *_MOMENTS, "chapters"))
_SUMMARY = ("summary", "sections", "bullets", "takeaways", "overview", "keypoints")
_TOLD = (
    *("title", "channel", "show", "podcast", "publisher", "date", "published", "publishedat", "publishdate"),
    *("uploaddate", "recorded", "video", "videoid", "url", "speaker", "speakers", "guests", "hosts", "language"),
)
_SHARED = ("metadata", "meta", "info", "video", "episode", "header")
_KINDS = {
    "company": r"compan|organi[sz]ation|^org|^lab|firm|startup|institution|agency",
    "product": r"product|model|benchmark|tool|technolog|software|dataset|hardware",
    "person": r"person|people|speaker|guest|host|author|researcher",
    "location": r"location|place|countr|city|region|geo",
    "media": r"media|podcast|book|paper|publication|newsletter|article|show|video|website",
    "concept": r"concept|topic|idea|theme|term|field|technique|event",
}
# what a source calls a connection -> our type, and whether it runs the other way
_TYPES: tuple[tuple[str, str, bool], ...] = (
    (r"(?:made|created|built|developed|released|owned|founded|trained|published)_?by|product_?of", "makes", True),
    (r"makes?|made|creat\w*|buil[dt]s?|develop\w*|releas\w*|owns?|maker_?of|produc\w*|publish\w*", "makes", False),
    (r"based_?on|(?:distill|deriv|fine_?tun)\w*(?:_?from)?|built_?on|trained_?on", "based on", False),
    (r"compet\w*(?:_?with)?|rival\w*(?:_?of)?", "competes with", False),
    (r"compar\w*(?:_?(?:to|with))?|outperform\w*|surpass\w*|better_?than|overt\w*", "compares", False),
    (r"works?_?(?:at|for|in)|employed_?(?:by|at)|affiliat\w*_?with|ceo_?of|researcher_?at", "works at", False),
    (r"employs", "works at", True),
    (r"uses?|using|adopt\w*|reli\w*_?on|deploy\w*|runs?_?on", "uses", False),
    (r"locat\w*(?:_?in)?|based_?in|from|country", "located in", False),
    (r"example_?of|instance_?of|kind_?of|is_?an?|type_?of|part_?of|subclass_?of", "example of", False),
    (r"says?(?:_?about)?|talks?_?about|discuss\w*|mentions|comment\w*_?on|describ\w*|critici\w*", "says about", False),
    (r"writes?_?in|hosts?(?:_?of)?|guest_?(?:on|of)|appear\w*_?(?:on|in)", "writes in", False),
)


def looks_saved(text: str) -> bool:
    """Whether the text is JSON: it opens like a mapping or a list and goes on like one.

    >>> looks_saved(' {"text": "a"}'), looks_saved("[[a | b]] is a note"), looks_saved("[00:01] Hello")
    (True, False, False)
    """
    head = text[:200].lstrip()
    return bool(re.match(r"\{\s*[\"}]|\[\s*[{\"\]]|\[\s*\[\s*[{\"]", head))


def saved(draft: Draft) -> None:
    """Read the draft as JSON; InputError if nothing that was said stands in it."""
    draft.format = "transcript"
    read = parse(draft.text)
    if read.broken is not None:
        at = read.broken
        draft.flag("json", at, min(at + 80, len(draft.text)), f"broken here ({read.why}): what stands before is kept")
    root = read.root
    if root is None or (root.pairs is None and root.items is None):
        raise InputError(f"{draft.name} is JSON without segments", "an array of objects with `text` and `start`")
    last = len(draft.text) if read.broken is None else read.broken
    _headers(draft, root)
    found, digest = list(_segments(draft, root, last)), _digest(draft, root)
    if not found and not draft.blocks:
        raise InputError(f"{draft.name} is JSON without segments that can be read", "objects with `text` and `start`")
    if digest:
        draft.format = "digest"
    finish(draft, found, plain=True)
    _graph(draft, root)


def _headers(draft: Draft, root: Value) -> None:
    for holder in (root, *(v for v in (root.get(key) for key in _SHARED) if v is not None and v.pairs is not None)):
        for key, value in holder.pairs or ():
            name = folded(key)
            if name not in _TOLD:
                continue
            if isinstance(value.scalar, str):
                heading(draft, name, value.scalar)
            elif name in ("speakers", "guests", "hosts", "speaker"):
                listed = [item.scalar or item.string("name") for item in value.items or ()]
                names = [item.scalar if isinstance(item, Value) else item for item in listed]
                draft.speakers += [n for n in names if isinstance(n, str) and n.strip() and n not in draft.speakers]


def _segments(draft: Draft, root: Value, last: int) -> Iterator[Cue]:
    """Outermost objects with words, of lists that hold what was said and nothing about it."""
    taken = -1
    found: list[tuple[Value, Value, str | None]] = []
    above: list[tuple[int, str]] = []  # who speaks in the objects around: where they end, and the name
    for key, value in root.walk():
        if value.start < taken:
            continue
        above = [(end, name) for end, name in above if value.start < end]
        if value.pairs is None:
            if key in _LISTS or key in _SUMMARY:
                taken = value.end
            elif key in _SEGMENTS and key and value.items:
                odd = [item for item in value.items if item.pairs is None and item.items is None and item.end < last]
                for item in odd if len(odd) * 2 < len(value.items) else ():
                    draft.flag("json", item.start, item.end, "no object: left out")
            continue
        if key in _LISTS or key in _SUMMARY:
            taken = value.end
            continue
        words = value.string(*_WORDS)
        holds = key in _SEGMENTS or any(value.get(name) for name in (*_STARTS, "speaker"))
        if value is root or not holds:
            continue
        if words is not None:
            found.append((value, words, _speaker(value) or (above[-1][1] if above else None)))
            taken = value.end
        elif any(value.get(name) for name in _STARTS) and not any(v.items for _, v in value.pairs) and value.end < last:
            draft.flag("json", value.start, value.end, "no `text`: left out")
            taken = value.end
        elif name := _speaker(value):
            above.append((value.end, name))
    unit = _unit(draft, [value for value, *_ in found])
    for value, words, name in found:
        cue = Cue(words.start + 1, words.end - 1, None, name, False, value.start)
        first, end = _second(value, _STARTS, unit), _second(value, _ENDS, unit)
        if first is None:
            draft.flag("stamp", value.start, value.end, "no start that is a time: the words keep no stamp")
        elif end is not None and end < first:
            draft.flag("stamp order", value.start, value.end, "ends before it starts: the start is used")
        cue.seconds = first
        cue.edits = list(escapes(draft.text, cue.start, cue.end))
        yield cue


def escapes(text: str, start: int, end: int) -> Iterator[Edit]:
    """The escapes inside a JSON string as edits of the text."""
    pattern = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[0-9a-fA-F]{4}|\\.")
    for escape in pattern.finditer(text, start, end):
        read = json.loads(f'"{escape.group()}"')
        yield Edit(start=escape.start(), end=escape.end(), read=read if read.isprintable() else " ")


def _unit(draft: Draft, found: Sequence[Value]) -> float:
    """Seconds that a whole number under `start` stands for: nobody speaks one segment for minutes on end."""
    lengths = []
    for value in found:
        first, end = value.get(*_STARTS), value.get(*_ENDS)
        words = value.string(*_WORDS)
        if first is None or end is None or not isinstance(first.scalar, int) or not isinstance(end.scalar, int):
            return 1.0
        lengths.append((end.scalar - first.scalar) / max(1, len(str(words.scalar if words else "").split())))
    if not lengths or median(lengths) < 60:
        return 1.0
    done = f"{median(lengths):.0f} to a word, if they were seconds: read as milliseconds"
    draft.flag("stamp", found[0].start, found[0].end, done)
    return 0.001


def _second(value: Value, keys: Sequence[str], unit: float) -> float | None:
    for name in keys:
        given = value.get(name)
        scalar = given.scalar if given is not None else None
        if isinstance(scalar, int | float) and not isinstance(scalar, bool) and 0 <= scalar < 1e9:
            return scalar * (0.001 if name.endswith("ms") else unit)
        if isinstance(scalar, str):
            number = re.fullmatch(r"(\d+(?:\.\d+)?) ?s?", scalar.strip())
            seconds = clock(scalar) if ":" in scalar else float(number[1]) if number else None
            if seconds is not None:
                return seconds
    return None


def _speaker(value: Value) -> str | None:
    for name in _SPEAKERS:
        given = value.get(name)
        if given is None:
            continue
        if given.pairs is not None:
            given = given.string("name", "label", "id") or given
        if isinstance(given.scalar, str) and given.scalar.strip():
            return given.scalar.strip()
        if isinstance(given.scalar, int) and not isinstance(given.scalar, bool):
            return f"Speaker {given.scalar}"
    return None


def _digest(draft: Draft, root: Value) -> bool:
    """Read what a digest lists beside the transcript; whether it is one."""
    listed = False
    for key, value in root.walk():
        if key in _CONNECTIONS or key in _ENTITIES:
            listed = listed or bool(value.items or value.pairs)
        if isinstance(value.scalar, int) and not isinstance(value.scalar, bool):
            counted = re.fullmatch(
                r"(?:num|number|n|total|declared)?(?:of)?(connection|link|entit|entities|entity|moment|segment|theme|chapter)s?"
                r"(?:count|s|total)?", key
            )  # fmt: skip
            if counted:
                noun = {"entit": "entities", "entity": "entities", "entities": "entities", "link": "connections"}
                draft.declared.setdefault(noun.get(counted[1], counted[1].removesuffix("s") + "s"), value.scalar)
                listed = True
        elif key in _THEMES and value.items is not None:
            draft.themes += [t for t in map(_name, value.items) if t and t not in draft.themes]
        elif key == "chapters" and value.items is not None:
            draft.chapters += _chapters(draft, value.items)
        elif key in _MOMENTS and value.items is not None:
            draft.moments += _moments(draft, value.items)
    for key in _SUMMARY:
        given = root.get(key)
        if given is not None:
            listed = True
            _summary(draft, given)
    return listed


def _summary(draft: Draft, given: Value) -> None:
    for key, value in given.walk():
        if isinstance(value.scalar, str) and value.scalar.strip() and value.end - value.start > 2:
            kind = "heading" if key in ("title", "heading", "name") else "sentence" if key == "summary" else "bullet"
            if key in ("title", "heading", "name", "", *_SUMMARY, "text", "content", "points", "items"):
                draft.blocks.append(Block(value.start + 1, value.end - 1, kind, 2))
                draft.edits += escapes(draft.text, value.start + 1, value.end - 1)


def _chapters(draft: Draft, items: Sequence[Value]) -> Iterator[Chapter]:
    for item in items:
        title, start = _name(item), _second(item, _STARTS, 1.0) if item.pairs else None
        if title and start is not None:
            yield Chapter(title=title, start=start, end=_second(item, _ENDS, 1.0), link=video_link(draft.video, start))


def _moments(draft: Draft, items: Sequence[Value]) -> Iterator[Moment]:
    for item in items:
        text, start = _name(item), _second(item, _STARTS, 1.0) if item.pairs else None
        if text:
            link = video_link(draft.video, start) if start is not None else None
            yield Moment(passage=None, text=text, seconds=start, link=link, why="listed in the source")


def _name(value: Value) -> str:
    given = (
        value if value.pairs is None else value.string("name", "title", "label", "text", "heading", "theme", "topic")
    )
    return _shown(given.scalar) if given is not None and isinstance(given.scalar, str) else ""


def _shown(words: str) -> str:
    """One line of what can be seen: names go from one part of the text into another."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())


def _graph(draft: Draft, root: Value) -> None:
    """Entities and connections that the source lists: passages of their own, with the places where they stand."""
    called: dict[str, str] = {}
    entities = connections = 0
    for key, value in root.walk():
        if key in _ENTITIES:
            for kind, item in _listed(value):
                entities += _entity(draft, kind, item, called)
    for key, value in root.walk():
        if key in _CONNECTIONS and value.items is not None:
            for item in value.items:
                connections += _connection(draft, item, called)
    for noun, found in (("entities", entities), ("connections", connections)):
        declared = draft.declared.get(noun)
        if declared is not None and found and declared != found:
            draft.flag("count", 0, 0, f"{declared} {noun} declared, {found} listed", seen=f"{declared} {noun}")
        if found:
            draft.declared.setdefault(noun, found)


def _listed(value: Value) -> Iterator[tuple[str, Value]]:
    """Each entity with what its source calls its kind: in one list, or a list a kind."""
    for item in value.items or ():
        kind = item.string("type", "kind", "category", "group", "class") if item.pairs is not None else None
        yield str(kind.scalar) if kind is not None else "", item
    for key, group in value.pairs or ():
        for item in group.items or ():
            yield key, item


def _entity(draft: Draft, written: str, item: Value, called: dict[str, str]) -> int:
    given = item if item.pairs is None else item.string("name", "label", "title")
    if given is None or not isinstance(given.scalar, str) or not given.scalar.strip():
        if item.pairs is not None or item.items is not None:
            draft.flag("json", item.start, item.end, "an entity without a name: left out")
        return 0
    name = _shown(given.scalar)
    called[given.scalar] = name
    id = item.get("id", "key") if item.pairs is not None else None
    if id is not None and id.scalar is not None:
        called[str(id.scalar)] = name
    kind = next((k for k, words in _KINDS.items() if re.search(words, written.casefold().strip())), "")
    draft.blocks.append(Block(given.start + 1, given.end - 1, f"reference:{kind}", whole=True))
    draft.edits += escapes(draft.text, given.start + 1, given.end - 1)
    if not kind:
        draft.flag("entity", given.start, given.end, f"of no kind that is known ({written or 'none'}): kept as a line")
    return 1


def _connection(draft: Draft, item: Value, called: dict[str, str]) -> int:
    ends = [item.get(*keys) for keys in (("source", "from", "subject", "a"), ("target", "to", "object", "b"))]
    names = [
        str(end.scalar) if end is not None and end.scalar is not None else _name(end) if end else "" for end in ends
    ]
    a, b = (_shown(called.get(name, name)) for name in names)
    if not a or not b:
        draft.flag("json", item.start, item.end, "a connection without two ends: left out")
        return 0
    given = item.string("type", "relation", "relationship", "label", "predicate", "kind", "verb")
    word = _shown(str(given.scalar))[:60] if given is not None else ""
    spelled = re.sub(r"[\s-]+", "_", word.casefold())
    kind, turned = "mentioned with", False
    for pattern, type_, other in _TYPES:
        if re.fullmatch(pattern, spelled):
            kind, turned = type_, other
            break
    if turned:
        a, b = b, a
    shown = f" ({word})" if kind == "mentioned with" and word else ""
    draft.blocks.append(Block(item.start, item.end, "connection", whole=True))
    second = _second(item, _STARTS, 1.0)
    draft.blocks[-1].seconds = second
    draft.edits.append(Edit(start=item.start, end=item.end, read=f"{a} — {kind}{shown} — {b}"))
    return 1
