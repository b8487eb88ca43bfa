"""Which medias, companies, products, concepts, locations and persons does a document speak of, and where?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from nomoat.documents.document import KINDS, Document, Passage, Place
from nomoat.documents.gazetteer import Entry, Gazetteer, key, shipped
from nomoat.documents.given import called
from nomoat.documents.label import PART
from nomoat.documents.mishearing import guesses
from nomoat.documents.overlay import Reading, read_span
from nomoat.types import SCHEMA_VERSION, Noun

# kinds of passages that do not speak for the document
SILENT = ("boilerplate", "header")
_PERSON = r"([A-Z][a-zà-ÿ’'-]+(?: (?:[A-Z]\.|de|van|von|der|da|bin|al|[A-Z][a-zà-ÿ’'-]+)){0,2} [A-Z][a-zà-ÿA-Z’'-]+)"
_ROLE = (
    r"(?:engineer|researcher|scientist|founder|co-founder|cofounder|CEO|CTO|CFO|COO|chief [\w ]{3,30}|president|"
    r"director|professor|analyst|partner|head|lead|manager|economist|investor|author|host|editor|VP|developer|journalist|minister)"
)
_ROLES = rf"(?:an? |the |our |its )?(?:[\w-]+ ){{0,3}}{_ROLE}"
_PEOPLE = (
    re.compile(rf"(?:[Aa]ccording to|[Ee]stimate from|[Aa]sked|[Ii]nterview with|[Gg]uest|[Hh]ost|"
rf"[Ff]ounder|CEO|CTO) {_PERSON}"),
    re.compile(rf"{_PERSON},? (?:of|from|at) [A-Z]"),
    re.compile(rf"{_PERSON}, (?:{_ROLES}\b|who (?:\w+ly )?(?:runs?|leads?|heads?|works?|founded|built|"
rf"manages?|teaches|wrote|is|was)\b)"),
    re.compile(rf"{_PERSON} (?:says?|said|argues?|argued|believes?|estimates?|estimated|thinks?|expects?|"
rf"predicts?|warns?|notes?|"
               rf"told|claims?|adds?|explains?|reckons?|puts)\b"),
)  # fmt: skip
_FIRMS = (
    re.compile(rf"\b{_ROLE} (?:of|at|from|with) ((?:[A-Z][\w&-]*)(?: [A-Z][\w&-]*){{0,3}})"),
    re.compile(r"\b((?:[A-Z][\w&-]+ ){0,3}[A-Z][\w&-]+,? (?:Inc|Ltd|GmbH|Corp|Labs?|Ventures|Capital|"
r"Systems|Technologies|Partners|"
               r"Institute|Foundation|University))\b\.?"),
)  # fmt: skip
_FIRM_WORD = re.compile(
    r"\b(?:Inc|Ltd|GmbH|Corp|Labs?|Ventures|Capital|Systems|Technologies|Partners|Institute|"
    r"Foundation|University|Media)$"
)
_AT = re.compile(
    r"\b(?:we|our|I|team|people|colleagues|requests|customers|engineers?|lawyers|working|"
    r"works?|runs?|serve)\b[^.;:]{0,60}? at "
    r"([A-Z][\w&-]+(?: [A-Z][\w&-]+){0,2})\b(?! (?:am|pm)\b)"
)
SENTENCE = 1000  # characters; what is longer is no sentence, and patterns must not be run over it
_OPENING = frozenset(
    re.findall(
        r"[^ ]+",
        "The This That These Those In On At For But And So As If When While Our Their Its His "
        "Her My Your According Dr Mr Ms Mrs Prof "
        "Many Most Some Several Both With Like Since From After Before Companies Models Chinese "
        "American European Despite",
    )
)


# first names that open sentences as words
_NAMES_AND_WORDS = frozenset(
    re.findall(
        r"[^ ]+",
        "Will May Mark Grace Hope Art Bill Rob Sue Pat Drew Chase Faith Joy Dawn Rose Summer April June Amber "
        "Rich Frank Ray Gene Guy Dean Earl Grant Lance Chip Max Jack Nick Miles Christian Carol Dr Prof Sir "
        "Mr Mrs Ms The Josh Don Angel Chance Chuck Crystal Destiny Heather Holly Iris Ivy Jade Mason Norm "
        "Patience Penny Reed Sandy Victor Ward",
    )
)


class Mention(Noun, frozen=True, kw_only=True):
    """An entity at a place: `text` is what stands there, `how` says what made it this entity."""

    document: str
    passage: str
    place: Place
    text: str
    how: str  # name | alias | spelling | misheard | version | link | rule | speaker


class Entity(Noun, frozen=True, kw_only=True):
    """Something that documents speak of, under one id across documents."""

    id: str
    kind: str
    name: str
    sort: str
    known: bool  # in the gazetteer or the catalog; otherwise found by a rule of language
    catalog: str | None
    spellings: tuple[str, ...]
    mentions: tuple[Mention, ...]


class Unresolved(Noun, frozen=True, kw_only=True):
    """A name that stands in the text and is nobody that we know: for the reader to decide."""

    name: str
    count: int
    place: Place
    near: tuple[str, ...]  # names that we know and that look like it; none was put in its place


class Entities(Noun, frozen=True, kw_only=True):
    """What a document speaks of; `declared` is what its source says, `found` what is found here, by kind.

    `listed` counts those among the found that the source lists by name: the declared ones themselves.
    """

    schema_version: int = SCHEMA_VERSION
    document: str
    entities: tuple[Entity, ...]
    declared: dict[str, int]
    found: dict[str, int]
    unresolved: tuple[Unresolved, ...]
    listed: dict[str, int] = msgspec.field(default_factory=dict)


class Found(Noun, frozen=True, kw_only=True):
    """An entity in the reading of a passage at [start, end)."""

    start: int
    end: int
    entry: Entry
    how: str


def entities(document: Document, gazetteer: Gazetteer | None = None, catalog: Iterable[str] = ()) -> Entities:
    """Everything that a document names, resolved against the gazetteer and, if given, a catalog's names.

    >>> from nomoat.documents.read import read_bytes
    >>> doc = read_bytes("x.txt", b"Deep Seek makes R1. Jane Roe, an engineer at Meta, likes R1.")
    >>> [(e.kind, e.name, len(e.mentions)) for e in entities(doc).entities]
    [('company', 'DeepSeek', 1), ('company', 'Meta', 1), ('product', 'DeepSeek R1', 2), ('person', 'Jane Roe', 1)]
    """
    names = list(catalog)
    gazetteer = gazetteer or shipped()
    known = gazetteer.with_names("product", names) if names else gazetteer
    in_catalog = {"".join(re.findall(r"[a-z0-9.]+", name.casefold())): name for name in names}
    rules = people_and_firms(document, known)
    mentions: dict[str, list[Mention]] = defaultdict(list)
    entries: dict[str, Entry] = {}
    listed: set[str] = set()
    for passage in document.passages:
        inside = named(document, passage, known, rules)
        if passage.kind.startswith("reference:"):
            listed |= {found.entry.id for found in inside}
        reading = reading_of(document, passage) if inside else None
        for found in inside:
            entries.setdefault(found.entry.id, found.entry)
            if reading is not None:
                mentions[found.entry.id].append(_mention(document, passage, found, reading))
    for speaker in (s for s in document.speakers if not PART.fullmatch(s)):
        entry = known.get(speaker) or Entry(kind="person", name=speaker, known=False)
        if entry.kind == "person":
            entries.setdefault(entry.id, entry)
            first = document.passages[0]
            if not mentions[entry.id]:
                mentions[entry.id].append(
                    Mention(document=document.id, passage=first.id, place=first.place, text=speaker, how="speaker")
                )
    made = []
    for id, entry in entries.items():
        spellings = Counter(mention.text for mention in mentions[id])
        folded = "".join(re.findall(r"[a-z0-9.]+", entry.name.casefold()))
        made.append(
            Entity(
                id=id,
                kind=entry.kind,
                name=entry.name,
                sort=entry.sort,
                known=entry.known,
                catalog=in_catalog.get(folded),
                spellings=tuple(sorted(spellings, key=lambda s: (-spellings[s], s))),
                mentions=tuple(mentions[id]),
            )
        )
    order = {kind: k for k, kind in enumerate(("company", "product", "person", "media", "location", "concept"))}
    made.sort(key=lambda e: (order[e.kind], e.name.casefold()))
    counts = Counter(entity.kind for entity in made)
    own = Counter(entity.kind for entity in made if entity.id in listed)
    return Entities(
        document=document.id,
        entities=tuple(made),
        declared={k: v for k, v in document.declared.items() if k in (*KINDS, "entities")},
        found={**{kind: counts[kind] for kind in KINDS}, "entities": len(made)},
        unresolved=_unresolved(document, known, rules),
        listed={**own, "entities": own.total()} if own else {},
    )


def named(document: Document, passage: Passage, gazetteer: Gazetteer, rules: dict[str, Entry]) -> list[Found]:
    """What one passage names, in order; names of the gazetteer go before those that rules of language found."""
    if passage.kind in SILENT:
        return []
    found = [Found(start=h.start, end=h.end, entry=h.entry, how=h.how) for h in gazetteer.find(passage.reading)]
    taken = [(f.start, f.end) for f in found]

    def free(a: int, b: int) -> bool:
        return all(b <= x or a >= y for x, y in taken)

    for name, entry in rules.items():
        for at in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", passage.reading):
            if free(*at.span()):
                found.append(Found(start=at.start(), end=at.end(), entry=entry, how="rule"))
                taken.append(at.span())
    return sorted(found, key=lambda f: f.start)


def people_and_firms(document: Document, gazetteer: Gazetteer) -> dict[str, Entry]:
    """Persons, companies and concepts that the document itself introduces, by the name under which it goes on."""
    rules: dict[str, Entry] = {}
    for written, declared in document.names.items():
        kind, _, name = declared.partition(":")
        if kind in KINDS and gazetteer.get(written) is None:
            entry = gazetteer.get(name)
            rules[written] = entry if entry and entry.kind == kind else Entry(kind=kind, name=name, known=False)
    for speaker in (*document.speakers, *document.authors):
        if gazetteer.get(speaker) is None and len(speaker.split()) > 1 and not PART.fullmatch(speaker):
            rules.setdefault(speaker, Entry(kind="person", name=speaker, known=False))
    for passage in document.passages:
        if passage.kind in SILENT:
            continue
        spoken = passage.kind not in ("heading", "title") and not passage.kind.startswith("reference")
        spoken = spoken and len(passage.reading) <= SENTENCE
        listed = passage.kind.partition(":")
        if listed[0] == "reference" and listed[2] in KINDS and gazetteer.get(passage.reading) is None:
            name = passage.reading.strip("-•* ")
            rules.setdefault(name, Entry(kind=listed[2], name=name, known=False))
        for pattern in _PEOPLE if spoken else ():
            for found in pattern.finditer(passage.reading):
                name = _trim(found[1])
                if pattern is _PEOPLE[1] and not _employer(gazetteer, passage.reading[found.end() - 1 :]):
                    continue
                if (
                    len(name.split()) > 1
                    and not _FIRM_WORD.search(name)
                    and gazetteer.get(name) is None
                    and not _taken(gazetteer, name)
                ):
                    person = Entry(kind="person", name=name, known=False)
                    rules.setdefault(name, person)
                    if gazetteer.get(name.split()[-1]) is None and len(name.split()[-1]) > 3:
                        rules.setdefault(name.split()[-1], person)
        for pattern in (*_FIRMS, _AT) if spoken else ():
            for found in pattern.finditer(passage.reading):
                name = _trim(found[1].rstrip(","))
                if name and gazetteer.get(name) is None and not _taken(gazetteer, name) and name not in rules:
                    rules[name] = Entry(kind="company", name=name, known=False)
    _short(document, gazetteer, rules)
    for passage in document.passages:
        if passage.kind not in (*SILENT, "heading", "title") and len(passage.reading) <= SENTENCE:
            for name in called(passage.reading):
                rules.setdefault(name, _one_called(name, rules))
    spelled = {key(name): rule for name, rule in rules.items()}
    for link in document.links:
        if link.kind != "wiki" or gazetteer.find(link.label):
            continue
        label = link.label.strip().replace("_", " ") if link.label == link.target else link.label.strip()
        if label in rules or not 2 < len(label) < 60:
            continue
        named_so = gazetteer.get(label) or spelled.get(key(label))
        # `nathan-lambert` and `nathan_lambert | Lambert` are links to a name, spelled as links are
        if named_so is None and re.search(r"[a-z0-9][_-][a-z0-9]", link.target):
            named_so = gazetteer.get(link.target) or spelled.get(key(link.target))
        if named_so is not None:
            rules[label] = named_so
        elif not label.lower().startswith(("the note", "see ", "this ")):
            rules[label] = Entry(kind="concept", name=label[0].upper() + label[1:], known=False)
    # `Ann` must not take the first half of `Ann Lee`
    return dict(sorted(rules.items(), key=lambda rule: -len(rule[0])))


def full_names(document: Document, gazetteer: Gazetteer) -> list[str]:
    """The persons of a document who stand in it with more than one name, each once."""
    rules = people_and_firms(document, gazetteer)
    names = {e.name: None for e in rules.values() if e.kind == "person"}
    for passage in document.passages:
        names |= {h.entry.name: None for h in gazetteer.find(passage.reading) if h.entry.kind == "person"}
    names |= dict.fromkeys(e.name for s in document.speakers if (e := gazetteer.get(s)) and e.kind == "person")
    # a label in capitals is a way to write a name, not a second one
    known = {name.casefold() for name in names if not name.isupper()}
    return [n for n in names if len(n.split()) > 1 and not (n.isupper() and n.casefold() in known)]


def _short(document: Document, gazetteer: Gazetteer, rules: dict[str, Entry]) -> None:
    """The first name of one who speaks or writes here, if nobody else in the document has it and it is no word."""
    people = {e.id: e for e in rules.values() if e.kind == "person"}
    for person in (*document.speakers, *document.authors):
        entry = gazetteer.get(person) or rules.get(person)
        if entry is None or entry.kind != "person" or len(entry.name.split()) < 2:
            continue
        first = entry.name.split()[0]
        shared = [e for e in people.values() if e.name.split()[0] == first and e.id != entry.id]
        if not shared and len(first) > 2 and first not in _NAMES_AND_WORDS and gazetteer.get(first) is None:
            rules.setdefault(first, entry)


def _one_called(name: str, rules: dict[str, Entry]) -> Entry:
    """The person of that first name who is introduced in full, if there is one and no second."""
    full = {e.id: e for e in rules.values() if e.kind == "person" and e.name.split()[0] == name and " " in e.name}
    return next(iter(full.values())) if len(full) == 1 else Entry(kind="person", name=name, known=False)


def reading_of(document: Document, passage: Passage) -> Reading:
    """The passage's reading with the source character behind each of its characters."""
    return read_span(document.text, passage.place.start, passage.place.end, passage.edits)


def _mention(document: Document, passage: Passage, found: Found, reading: Reading) -> Mention:
    start, end = reading.span(found.start, found.end)
    place = Place(
        line=passage.place.line + document.text.count("\n", passage.place.start, start),
        start=start,
        end=end,
        seconds=passage.place.seconds,
        link=passage.place.link,
    )
    surface = passage.reading[found.start : found.end]
    return Mention(document=document.id, passage=passage.id, place=place, text=surface, how=found.how)


def _trim(name: str) -> str:
    words = name.split()
    while words and words[0] in _OPENING:
        words = words[1:]
    return re.sub(r"[’']s$", "", " ".join(words))


def _employer(gazetteer: Gazetteer, rest: str) -> bool:
    """`Jane Roe of Acme Labs` names a person, `Shifting Landscape of Models` none: a known or marked firm follows."""
    hits = gazetteer.find(rest[:60])
    if hits and hits[0].start == 0 and hits[0].entry.kind in ("company", "media"):
        return True
    return bool(_FIRMS[1].match(rest))


def _taken(gazetteer: Gazetteer, name: str) -> bool:
    """Whether a part of it is a name that we know (`Qwen Team` is no person)."""
    return any(hit.entry.kind != "concept" for hit in gazetteer.find(name))


def _capitalised(passage: Passage) -> Iterator[tuple[int, int, str]]:
    pattern = r"[A-Z][a-zA-Z]*[a-z0-9][\w-]*(?: (?:[A-Z][\w-]*|\d[\w.]*)){0,3}"
    for found in re.finditer(pattern, passage.reading):
        before = passage.reading[: found.start()].rstrip("\"'“‘(* ")
        words = found.group().split()
        opens = not before or before[-1] in ".!?:"
        if (opens and len(words) == 1) or words[0] in _OPENING:
            continue
        yield found.start(), found.end(), found.group()


def _unresolved(document: Document, gazetteer: Gazetteer, rules: dict[str, Entry]) -> tuple[Unresolved, ...]:
    """Capitalised names inside of sentences that nothing resolves, with the known names they look like."""
    from difflib import get_close_matches

    seen: dict[str, list[tuple[Passage, int, int]]] = defaultdict(list)
    for passage in document.passages:
        if passage.kind in (*SILENT, "heading", "title") or passage.kind.startswith("reference"):
            continue
        taken = [(f.start, f.end) for f in named(document, passage, gazetteer, rules)]
        for start, end, name in _capitalised(passage):
            if all(end <= a or start >= b for a, b in taken):
                seen[name].append((passage, start, end))
    names = {n.casefold(): n for e in gazetteer.entries if e.kind != "concept" for n in (e.name, *e.aliases)}
    out = []
    for name, places in sorted(seen.items(), key=lambda item: (-len(item[1]), item[0]))[:50]:
        passage, start, end = places[0]
        first, last = reading_of(document, passage).span(start, end)
        near = get_close_matches(name.casefold(), names, n=2, cutoff=0.8)
        near += [
            g.entry.name.casefold() for g in guesses(passage.reading, gazetteer) if g.start < end and start < g.end
        ]
        near = list(dict.fromkeys(near))
        place = Place(line=passage.place.line, start=first, end=last, seconds=passage.place.seconds)
        out.append(Unresolved(name=name, count=len(places), place=place, near=tuple(names[n] for n in near)))
    return tuple(out)


def sequence(found: Sequence[Found]) -> list[Found]:
    """The mentions of a passage without repeats of one entity, first mention first."""
    seen: set[str] = set()
    return [f for f in found if not (f.entry.id in seen or seen.add(f.entry.id))]  # type: ignore[func-returns-value]
