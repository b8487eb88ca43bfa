"""How does a recording become notes: one a topic, every sentence with the second it was spoken at?

Extractive: a note holds the sentences as they were spoken, only sorted. Nothing is added, nothing is left out, so that
reading the notes again gives the entities and connections of the recording itself (a test holds it to that).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from nomoat.documents import topics
from nomoat.documents.document import Document, Passage
from nomoat.documents.draft import Draft
from nomoat.documents.encoding import mend
from nomoat.documents.entities import SILENT, Found, named, people_and_firms, sequence
from nomoat.documents.fronted import front_matter
from nomoat.documents.gazetteer import Entry, Gazetteer, shipped
from nomoat.documents.markup import stamp
from nomoat.documents.passages import HEADINGS
from nomoat.documents.sentences import split
from nomoat.documents.statements import classify
from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, Noun

_LISTED = ("reference", "connection")  # kinds of passages that a source lists beside what was said
_LARGEST = 4 * 1024 * 1024  # bytes of an answer
_SPECIAL = {c: f"&#{ord(c)};" for c in "*_[]<>`#|~\\"}


class Note(Noun, frozen=True, kw_only=True):
    """One topic note in Markdown; `slug` is its file name without .md and the target of links to it."""

    slug: str
    title: str
    text: str
    sentences: int


class Notes(Noun, frozen=True, kw_only=True):
    """The notes of one recording; `unstamped` of its sentences carry no time and stand without a stamp."""

    schema_version: int = SCHEMA_VERSION
    document: str
    notes: tuple[Note, ...]
    sentences: int
    unstamped: int


def write(document: Document, most: int = 6, fewest: int = 4, gazetteer: Gazetteer | None = None) -> Notes:
    """Write a stamped document as topic notes: headings, stamps, wiki links, callouts, chapters, key moments, themes.

    At most `most` topics with at least `fewest` sentences each get a note of their own; what is left is the overview.
    A sentence without a time stands where it was said, without a stamp. What the source only lists, such as the nodes
    of its own graph, was not said: it stands in sections of its own, so that the graph comes back the same. InputError
    if no sentence carries a time.

    >>> from nomoat.documents.read import read_bytes
    >>> doc = read_bytes("x.srt", b"1\\n00:00:01,000 --> 00:00:04,000\\nThey say it is cheaper.\\n")
    >>> print(write(doc).notes[0].text.splitlines()[7])
    They say it is cheaper <a class="yt-timestamp" data-t="00:00:01">[00:00:01]</a>.
    """
    gazetteer = gazetteer or shipped()
    spoken = [
        p for p in document.passages if p.kind not in (*HEADINGS, *SILENT) and p.kind.partition(":")[0] not in _LISTED
    ]
    silent = sum(p.place.seconds is None for p in spoken)
    if silent == len(spoken):
        raise InputError(
            f"{document.name} carries no times", "a transcript with time stamps", "a .vtt, .srt or JSON transcript"
        )
    rules = people_and_firms(document, gazetteer)
    found = {p.id: named(document, p, gazetteer, rules) for p in document.passages}
    chosen = _topics(spoken, found, most, fewest)
    sorted_ = _sort(spoken, found, chosen)
    while chosen and not sorted_[""]:  # an overview of nothing would be no note
        chosen.popitem()
        sorted_ = _sort(spoken, found, chosen)
    overview = slug_of(document.title) or "overview"
    entries = {f.entry.id: f.entry for p in spoken for f in found[p.id] if f.entry.kind != "location"}
    slugs = {id: slug_of(entry.name) or "note" for id, entry in entries.items()}
    pages = {overview: (document.title, sorted_.pop("", []))}
    for id, group in sorted_.items():
        slug = slugs[id] if slugs[id] not in pages else f"{slugs[id]}_2"
        slugs[id] = slug
        pages[slug] = (f"{chosen[id].name}: {document.title}", group)
    topic_notes = {slugs[id]: chosen[id].name for id in chosen}
    notes = []
    for slug, (title, group) in pages.items():
        if group or slug == overview:
            others = {id: s for id, s in slugs.items() if s != slug}
            text = _note(document, slug == overview, title, group, found, others, rules, topic_notes)
            notes.append(Note(slug=slug, title=title, text=text, sentences=len(group)))
    return Notes(document=document.id, notes=tuple(notes), sentences=len(spoken), unstamped=silent)


def stamped(reading: str, seconds: float | None, links: Sequence[tuple[int, int, str]] = ()) -> str:
    """A sentence with its stamp before the full stop, and wiki links over [start, end) of it.

    >>> stamped("Open models win.", 62, [(0, 11, "open_models")])
    '[[open_models | Open models]] win <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>.'
    """
    pieces, at = [], 0
    for start, end, slug in links:
        pieces += [_escape(reading[at:start]), f"[[{slug} | {_escape(reading[start:end])}]]"]
        at = end
    text = "".join([*pieces, _escape(reading[at:])])
    if seconds is None:
        return text
    mark = f'<a class="yt-timestamp" data-t="{stamp(seconds)}">[{stamp(seconds)}]</a>'
    if re.search(r"[^.!?…][.!?]$", text) and not text.endswith(";"):
        return f"{text[:-1]} {mark}{text[-1]}"
    return f"{text} {mark}"


def _topics(
    spoken: Sequence[Passage], found: Mapping[str, Sequence[Found]], most: int, fewest: int
) -> dict[str, Entry]:
    count: Counter[str] = Counter()
    entries: dict[str, Entry] = {}
    for passage in spoken:
        for item in sequence(found[passage.id]):
            if item.entry.kind in ("concept", "product", "company"):
                count[item.entry.id] += 1
                entries[item.entry.id] = item.entry
    # what nearly every sentence names divides nothing
    ids = [id for id, n in count.items() if n >= fewest and n * 2 <= max(len(spoken), 2 * fewest)]
    ids.sort(key=lambda id: (-count[id], id))
    return {id: entries[id] for id in ids[:most]}


def _sort(
    spoken: Sequence[Passage], found: Mapping[str, Sequence[Found]], chosen: Mapping[str, Entry]
) -> dict[str, list[Passage]]:
    """Each sentence goes to the first topic that it names, else to its neighbour's within two, else to the overview.

    What a sentence announces with a colon stays with it: the next one, and the bullets of its list.
    """
    out: dict[str, list[Passage]] = {id: [] for id in ("", *chosen)}
    last, since = "", 0
    lead: str | None = None
    announced = False
    for passage in spoken:
        if lead is not None and (announced or passage.kind == "bullet"):
            out[lead].append(passage)
            announced = passage.reading.endswith(":")
            continue
        here = next((f.entry.id for f in sequence(found[passage.id]) if f.entry.id in chosen), None)
        since = 0 if here else since + 1
        last = here or (last if since <= 2 else "")
        out[last].append(passage)
        announced = passage.reading.endswith(":")
        lead = last if announced else None
    return out


def _note(
    document: Document,
    overview: bool,
    title: str,
    group: Sequence[Passage],
    found: Mapping[str, Sequence[Found]],
    links: Mapping[str, str],
    rules: Mapping[str, Entry],
    notes: Mapping[str, str],
) -> str:
    lines = front_matter(document, title, rules)
    if document.publisher:
        lines += [f"From: [[{re.sub(r'[][|]', ' ', document.publisher)}]] <br/>", ""]
    if overview:
        lines += [line for p in document.passages if p.kind == "title" for line in (f"# {_escape(p.reading)}", "")]
    chapter = {id: c.title for c in document.chapters for id in c.passages}
    sections: dict[str, list[Passage]] = {"": []}
    for passage in group:
        sections.setdefault(chapter.get(passage.id, ""), []).append(passage)
    if not document.chapters and group:
        sections = {topics.titles([group])[0]: list(group)}
    figures = {m.passage for m in document.moments}
    linked: set[str] = set()
    for heading, inside in sections.items():
        if not inside:
            continue
        shown = _heading(document, heading, found)
        lines += [f"## {_escape(shown)}", ""] if shown else []
        apart = next((p for p in inside if p.id in figures and "quantity" in classify(p, list(found[p.id]))[0]), None)
        at = inside.index(apart) if apart else len(inside)
        lines += _paragraphs(document, inside[:at], found, links, linked)
        if apart:
            lines += ["> [!INFO] In figures"]
            lines += [f"> {line}" if line else "" for line in _paragraphs(document, [apart], found, links, linked)]
            lines += _paragraphs(document, inside[at + 1 :], found, links, linked)
    if overview:
        lines += _lists(document, notes)
        lines += _unsaid(document, found)
    return "\n".join(lines).rstrip("\n") + "\n"


def _heading(document: Document, title: str, found: Mapping[str, Sequence[Found]]) -> str:
    """A chapter's title; of one made of words, only those that would not name something that nobody spoke of."""
    if not title or any(p.kind == "heading" and p.reading == title for p in document.passages):
        return title
    known = {item.entry.id for items in found.values() for item in items}
    parts = title.split(", ")
    kept = [part for part in parts if all(hit.entry.id in known for hit in shipped().find(part))]
    return ", ".join(kept) or "Further"


def _paragraphs(
    document: Document,
    group: Sequence[Passage],
    found: Mapping[str, Sequence[Found]],
    links: Mapping[str, str],
    linked: set[str],
) -> list[str]:
    several = len(document.speakers) > 1
    runs: list[list[Passage]] = []
    for passage in group:
        if runs and runs[-1][-1].speaker == passage.speaker and len(runs[-1]) < 6 and _parts([*runs[-1], passage]):
            runs[-1].append(passage)
        else:
            runs.append([passage])
    lines = []
    for run in runs:
        sentences = []
        for passage in run:
            spans = []
            for item in found[passage.id]:
                slug = links.get(item.entry.id)
                if slug and slug not in linked:
                    linked.add(slug)
                    spans.append((item.start, item.end, slug))
            sentences.append(stamped(passage.reading, passage.place.seconds, spans))
        name = f"**{_escape(run[0].speaker)}:** " if several and run[0].speaker else ""
        lines += [name + " ".join(sentences), ""]
    return lines


def _parts(run: Sequence[Passage]) -> bool:
    """Whether these sentences, one behind the other, are cut at the same places again."""
    text = " ".join(p.reading for p in run)
    at, wanted = 0, []
    for passage in run:
        wanted.append((at, at + len(passage.reading)))
        at += len(passage.reading) + 1
    return split(text) == wanted


def _lists(document: Document, notes: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    if document.chapters:
        lines += ["## Chapters", ""]
        lines += _timed((c.start, c.title) for c in document.chapters)
        lines += [""]
    if document.moments:
        lines += ["## Key moments", ""]
        lines += _timed((m.seconds, m.text) for m in document.moments)
        lines += [""]
    themes = [_escape(theme) for theme in document.themes]
    themes += [f"[[{slug} | {_escape(name)}]]" for slug, name in notes.items() if name not in document.themes]
    if not themes:
        spoken = [p for p in document.passages if p.place.seconds is not None and p.kind not in HEADINGS]
        themes = topics.titles([spoken])[0].split(", ") if spoken else []
    if themes:
        lines += ["## Themes", "", ", ".join(themes), ""]
    return lines


def _unsaid(document: Document, found: Mapping[str, Sequence[Found]]) -> list[str]:
    """What the source lists or heads its parts with, and nobody says: names with their kinds, and connections."""
    told = [p for p in document.passages if p.kind.partition(":")[0] not in (*_LISTED, *SILENT, "heading")]
    said = {item.entry.id for p in told for item in found[p.id]}
    names, connections = [], []
    for passage in document.passages:
        kind, _, of = passage.kind.partition(":")
        if kind == "connection":
            at = passage.place.seconds
            connections.append(f"- {f'{stamp(at)} ' if at is not None else ''}{_escape(passage.reading)}")
        elif kind == "reference" and any(item.entry.id not in said for item in found[passage.id]):
            said |= {item.entry.id for item in found[passage.id]}
            names.append(f"- {of or 'other'}: {_escape(passage.reading.strip('-•* '))}")
    for item in (item for p in document.passages for item in found[p.id]):
        if item.entry.id not in said:
            said.add(item.entry.id)
            names.append(f"- {item.entry.kind}: {_escape(item.entry.name)}")
    lines = ["## Also named", "", *dict.fromkeys(names), ""] if names else []
    return lines + (["## How they connect", "", *dict.fromkeys(connections), ""] if connections else [])


def _timed(listed: Iterable[tuple[float | None, str]]) -> list[str]:
    """Lines of a list by their time; what has none is in no list."""
    timed = sorted(((at, text) for at, text in listed if at is not None), key=lambda pair: pair[0])
    return [f"- {stamp(at)} {_escape(text)}" for at, text in timed]


def _escape(text: str) -> str:
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    if not text.isascii():
        draft = Draft(name="", text=text)
        mend(draft)
        if draft.repairs:  # what was said looks like a broken encoding; as references it is read as it stands
            return "".join(_SPECIAL.get(char, char if char.isascii() else f"&#{ord(char)};") for char in text)
    return "".join(_SPECIAL.get(char, char) for char in text)


def slug_of(title: str) -> str:
    """A file name and link target for a title."""
    return "_".join(re.findall(r"[a-z0-9]+(?:\.\d+)*", title.casefold()))[:80]


def endpoint(base_url: str, model: str, key: str | None, timeout: float) -> Callable[[str, str], str]:
    """`ask(instruction, text)` over an OpenAI-compatible address; the only connection that this folder can open.

    InputError for an address that is none, and, when asked, for an answer that is no chat completion.
    """
    import urllib.error
    import urllib.request

    if not re.match(r"https?://[^/\s]+", base_url):
        raise InputError(f"{base_url!r} is no address", "http:// or https:// of an OpenAI-compatible endpoint")

    def ask(instruction: str, text: str) -> str:
        messages = [{"role": "system", "content": instruction}, {"role": "user", "content": text}]
        body = json.dumps({"model": model, "messages": messages, "temperature": 0}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        request = urllib.request.Request(base_url.rstrip("/") + "/chat/completions", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                data = reply.read(_LARGEST)
        except urllib.error.HTTPError as error:
            raise InputError(
                f"{base_url} answered {error.code}", "a chat completion", "check address, model and key"
            ) from None
        except (OSError, ValueError) as error:
            raise InputError(f"{base_url} did not answer: {error}", "a chat completion") from None
        try:
            content = json.loads(data)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            content = None
        if not isinstance(content, str):
            raise InputError(f"{base_url} answered without choices[0].message.content", "a chat completion")
        return content

    return ask
