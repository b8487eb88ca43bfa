"""How do the entities of one or several documents connect, and which passage states each connection?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import msgspec

from nomoat.documents.connections import TYPES, stated
from nomoat.documents.document import KINDS, Document, Place
from nomoat.documents.entities import SENTENCE, entities, named, people_and_firms
from nomoat.documents.gazetteer import Entry, Gazetteer, shipped
from nomoat.types import SCHEMA_VERSION, Noun


class Evidence(Noun, frozen=True, kw_only=True):
    """A passage that states a connection or names an entity."""

    document: str
    passage: str
    place: Place
    text: str


class Node(Noun, frozen=True, kw_only=True):
    """An entity of the graph, with the passages that name it."""

    id: str
    kind: str
    name: str
    sort: str
    known: bool
    catalog: str | None
    mentions: int
    documents: tuple[str, ...]
    passages: tuple[Evidence, ...]


class Connection(Noun, frozen=True, kw_only=True):
    """`source` stands to `target` as `type` says, stated by at least one passage."""

    source: str
    type: str
    target: str
    words: str
    passages: tuple[Evidence, ...]


class Source(Noun, frozen=True, kw_only=True):
    """A document of the graph: what its source declares beside what is found in it.

    `listed` counts those among the found that the source itself lists: of 60 connections found, 39 are the declared.
    """

    id: str
    name: str
    title: str
    publisher: str | None
    format: str
    link: str | None
    declared: dict[str, int]
    found: dict[str, int]
    listed: dict[str, int] = msgspec.field(default_factory=dict)


class LinkReading(Noun, frozen=True, kw_only=True):
    """Which document of the graph a wiki link's slug means; `near` are proposals that were not followed."""

    slug: str
    labels: tuple[str, ...]
    documents: tuple[str, ...]
    means: str | None
    near: tuple[str, ...]


class Graph(Noun, frozen=True, kw_only=True):
    """Entities and connections across documents."""

    schema_version: int = SCHEMA_VERSION
    documents: tuple[Source, ...]
    nodes: tuple[Node, ...]
    connections: tuple[Connection, ...]
    types: dict[str, str]
    links: tuple[LinkReading, ...]

    def graphml(self) -> str:
        """The graph as GraphML, for Gephi, yEd, igraph or networkx."""
        return _graphml(self)


def graph(documents: Iterable[Document], gazetteer: Gazetteer | None = None, catalog: Iterable[str] = ()) -> Graph:
    """Entities and typed connections of the documents, merged by entity, each with the passages that state it.

    >>> from nomoat.documents.read import read_bytes
    >>> made = graph([read_bytes("x.txt", b"Meta's Llama 2 competes with GPT-4.")])
    >>> [(c.source, c.type, c.target) for c in made.connections]
    [('company:meta', 'makes', 'product:llama-2'), ('product:llama-2', 'competes with', 'product:gpt-4')]
    """
    gazetteer = gazetteer or shipped()
    names = list(catalog)
    known = gazetteer.with_names("product", names) if names else gazetteer
    docs = list({document.id: document for document in documents}.values())
    return merged(docs, [_alone(document, gazetteer, known, names) for document in docs])


def merged(documents: Sequence[Document], graphs: Sequence[Graph]) -> Graph:
    """The graph of several documents from that of each: what one document says does not depend on another."""
    nodes: dict[str, list[Node]] = defaultdict(list)
    joined: dict[tuple[str, str, str], list[Connection]] = defaultdict(list)
    for made in graphs:
        for node in made.nodes:
            nodes[node.id].append(node)
        for link in made.connections:
            joined[link.source, link.type, link.target].append(link)
    all_nodes = [
        msgspec.structs.replace(
            same[0],
            mentions=sum(node.mentions for node in same),
            documents=tuple(id for node in same for id in node.documents),
            passages=tuple(evidence for node in same for evidence in node.passages),
        )
        for same in nodes.values()
    ]
    all_nodes.sort(key=lambda node: (KINDS.index(node.kind), node.name.casefold(), node.id))
    links = [
        msgspec.structs.replace(same[0], passages=tuple(evidence for link in same for evidence in link.passages))
        for _, same in sorted(joined.items())
    ]
    return Graph(
        documents=tuple(source for made in graphs for source in made.documents),
        nodes=tuple(all_nodes),
        connections=tuple(links),
        types={kind: TYPES[kind] for kind in TYPES if any(c.type == kind for c in links)},
        links=link_readings(documents),
    )


def _alone(document: Document, gazetteer: Gazetteer, known: Gazetteer, names: Sequence[str]) -> Graph:
    inside = entities(document, gazetteer, names)
    nodes = []
    for entity in inside.entities:
        passages = {mention.passage: _evidence(document, mention.passage) for mention in entity.mentions}
        nodes.append(
            Node(
                id=entity.id,
                kind=entity.kind,
                name=entity.name,
                sort=entity.sort,
                known=entity.known,
                catalog=entity.catalog,
                mentions=len(entity.mentions),
                documents=(document.id,) if passages else (),
                passages=tuple(passages.values()),
            )
        )
    stated_ = _connections(document, known)
    drawn = {p.id for p in document.passages if p.kind == "connection"}
    own = sum(any(e.passage in drawn for e in evidences) for _, evidences in stated_.values())
    listed = {**inside.listed, **({"connections": own} if own else {})}
    ids = {node.id for node in nodes}
    links = [
        Connection(source=a, type=kind, target=b, words=words, passages=tuple(evidences))
        for (a, kind, b), (words, evidences) in stated_.items()
        if a in ids and b in ids
    ]
    found = {**inside.found, "connections": len(stated_)}
    return Graph(
        documents=(_source(document, found, listed),), nodes=tuple(nodes), connections=tuple(links), types={}, links=()
    )


def link_readings(documents: Sequence[Document]) -> tuple[LinkReading, ...]:
    """Which note each wiki link means: the one whose title makes that slug; slugs that drift get proposals only.

    A title and a slug are compared as sets of words, `vs` being `versus`; a proposal shares at least half of them.
    """
    titles = {document.id: _words(document.title) for document in documents}
    slugs: dict[str, tuple[Counter[str], dict[str, None]]] = {}
    for document in documents:
        for link in document.links:
            if link.kind == "wiki":
                labels, where = slugs.setdefault(link.target, (Counter(), {}))
                labels[link.label] += 1
                where[document.id] = None
    out = []
    for slug, (labels, where) in slugs.items():
        words = _words(slug)
        exact = [id for id, title in titles.items() if title == words]
        near = [id for id, title in titles.items() if title | words and len(title & words) * 2 >= len(title | words)]
        drift = [
            other for other in slugs if other != slug and len(_words(other) & words) * 2 > len(_words(other) | words)
        ]
        means = exact[0] if len(exact) == 1 else None
        proposals = () if means else tuple(dict.fromkeys([*near, *drift]))
        out.append(
            LinkReading(slug=slug, labels=tuple(sorted(labels)), documents=tuple(where), means=means, near=proposals)
        )
    return tuple(out)


def _words(name: str) -> frozenset[str]:
    plain = re.findall(r"[a-z0-9]+", name.casefold())
    return frozenset("versus" if word == "vs" else word for word in plain) - {"the", "a", "of", "and", "in", "for"}


def _connections(document: Document, gazetteer: Gazetteer) -> dict[tuple[str, str, str], tuple[str, list[Evidence]]]:
    rules = people_and_firms(document, gazetteer)
    out: dict[tuple[str, str, str], tuple[str, list[Evidence]]] = {}
    single = document.speakers[0] if len(document.speakers) == 1 else None
    for passage in document.passages:
        if passage.kind in ("heading", "title") or passage.kind.startswith("reference"):
            continue
        found = named(document, passage, gazetteer, rules)
        # what is longer than a sentence states nothing between the names in it
        if not found or len(passage.reading) > SENTENCE:
            continue
        name = passage.speaker or single
        entry = (gazetteer.get(name) or Entry(kind="person", name=name, known=False)) if name else None
        speaker = entry.id if entry and entry.kind == "person" else None
        for a, kind, b, words in stated(passage.reading, found, speaker):
            out.setdefault((a, kind, b), (words, []))[1].append(_evidence(document, passage.id))
    return out


def _evidence(document: Document, id: str) -> Evidence:
    passage = document.passages[int(id[1:]) - 1]
    return Evidence(document=document.id, passage=id, place=passage.place, text=passage.reading)


def _source(document: Document, found: dict[str, int], listed: dict[str, int]) -> Source:
    segments = sum(1 for p in document.passages if p.kind == "segment")
    counts = {
        **found,
        # a digest's moments are stamped chapters; headings without a time are none
        "moments": max(len(document.moments), sum(chapter.start is not None for chapter in document.chapters)),
        "segments": segments,
        "themes": len(document.themes),
        "chapters": len(document.chapters),
    }
    from nomoat.documents.document import video_link

    return Source(
        id=document.id,
        name=document.name,
        title=document.title,
        publisher=document.publisher,
        format=document.format,
        link=document.address or video_link(document.video, None),
        declared=document.declared,
        found=counts,
        listed={**listed, **_shown(document)},
    )


def _shown(document: Document) -> dict[str, int]:
    """Themes, and moments and chapters with their times, of a digest are those that it lists: none is found besides."""
    if document.format != "digest":
        return {}
    timed = sum(chapter.start is not None for chapter in document.chapters)
    counts = {
        "moments": max(timed, sum(m.why == "listed in the source" for m in document.moments)),
        "themes": len(document.themes),
        "chapters": timed,
        "segments": sum(p.kind == "segment" for p in document.passages),
    }
    return {what: count for what, count in counts.items() if count}


# XML 1.0 has no place for these, escaped or not
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _graphml(made: Graph) -> str:
    def clean(value: str) -> str:
        return _ILLEGAL.sub("\ufffd", value)

    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    columns = [
        ("name", "node", "string"),
        ("kind", "node", "string"),
        ("mentions", "node", "int"),
        ("type", "edge", "string"),
        ("passages", "edge", "int"),
        ("words", "edge", "string"),
    ]
    for name, where, kind in columns:
        ElementTree.SubElement(
            root, "key", {"id": f"{where}-{name}", "for": where, "attr.name": name, "attr.type": kind}
        )
    inner = ElementTree.SubElement(root, "graph", id="nomoat", edgedefault="directed")

    def data(parent: ElementTree.Element, key: str, value: object) -> None:
        ElementTree.SubElement(parent, "data", key=key).text = clean(str(value))

    for node in made.nodes:
        element = ElementTree.SubElement(inner, "node", id=clean(node.id))
        data(element, "node-name", node.name)
        data(element, "node-kind", node.kind)
        data(element, "node-mentions", node.mentions)
    for k, link in enumerate(made.connections):
        element = ElementTree.SubElement(
            inner, "edge", id=f"e{k}", source=clean(link.source), target=clean(link.target)
        )
        data(element, "edge-type", link.type)
        data(element, "edge-passages", len(link.passages))
        data(element, "edge-words", link.words)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
