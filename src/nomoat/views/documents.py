"""How are documents, their statements, entities and connections shown in a terminal and as rows?"""

from __future__ import annotations

from collections import Counter

from nomoat.claims.claim import Claim
from nomoat.documents.collection import Collection, EntitiesOf, Removals, StatementsOf
from nomoat.documents.document import Document, Place
from nomoat.documents.graph import Graph, Source
from nomoat.views.declared import declared_line, declared_table
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.words import count, listing

_MOST = 12  # repairs, flags and moments that a terminal shows; JSON has all


def collection_table(found: Collection) -> Table:
    """One document a row."""
    keys = ("sha256", "publisher", "low", "high", "new")
    return Table(
        name="documents",
        caption=count(len(found.documents), "document"),
        columns=(
            Column(key="id", title="id"),
            Column(key="name", title="file", wide=24),
            Column(key="format", title="kind"),
            Column(key="title", title="title", wide=34),
            Column(key="said", title="said", only="page"),
            Column(key="passages", title="passages", terminal=False),
            Column(key="statements", title="statements"),
            Column(key="repairs", title="repairs"),
            Column(key="flags", title="flags"),
            *raw(*keys),
        ),
        rows=tuple(
            (
                *(d.id, d.name, d.format, d.title, _dates(d.low, d.high)),
                *(d.passages, d.statements, d.repairs, d.flags, d.sha256, d.publisher, d.low, d.high, d.new),
            )
            for d in found.documents
        ),
    )


def removals_table(found: Removals) -> Table:
    """One document a row, with the place where its bytes are now."""
    return Table(
        name="removed",
        caption=f"{count(len(found.documents), 'document')} taken off the shelf",
        columns=(
            Column(key="id", title="id"),
            Column(key="name", title="file", wide=24),
            Column(key="bytes_at", title="its bytes"),
        ),
        rows=tuple((d.id, d.name, f"moved to {d.bytes_at}" if d.bytes_at else "deleted") for d in found.documents),
    )


def document_text(document: Document, claims: tuple[Claim, ...], width: int, source: Source | None = None) -> str:
    """One document: when it was said and why, chapters, moments, themes, repairs, refusals, and its claims.

    `source`, where given, tells what was found of what the document declares of itself.
    """
    dating = document.dating
    facts = {
        "id": document.sha256[:8],
        "kind": document.format,
        "publisher": document.publisher or "",
        "authors": listing(document.authors) if document.authors else "",
        "speakers": listing(document.speakers) if document.speakers else "",
        "said": _dates(dating.low, dating.high),
        "because": "; ".join(dating.reasons),
        "but": _ledger_dates(document, claims),
        "address": document.address or "",
        "passages": str(len(document.passages)),
        "themes": listing(document.themes, most=20) if document.themes else "",
        "declared": declared_line(source)
        if source is not None
        else listing([f"{n} {what}" for what, n in document.declared.items()], most=20),
    }
    room = max(map(len, facts)) + 2
    lines = [_wrap(printable(document.title), width), ""]
    lines += [_wrap(f"{name:<{room}}{printable(value)}", width, hang=room) for name, value in facts.items() if value]
    chapters = [f"{_stamp(c.start)}  {printable(c.title)}".strip() for c in document.chapters]
    moments = [f"{_stamp(m.seconds)}  {printable(m.text)}".strip() for m in document.moments]
    repairs = [
        f"line {r.place.line}, {r.kind}: {printable(r.seen)!r} "
        + (f"is read {printable(r.read)!r}" if r.certain else f"may be {printable(r.read)!r}")
        + f" ({printable(r.reason)})"
        for r in document.repairs
    ]
    flags = [f"line {f.place.line}, {f.kind}: {printable(f.seen)!r}: {printable(f.done)}" for f in document.flags]
    said = [f"{c.id}: {c.says}" for c in claims]
    for title, items in (
        ("Chapters", chapters),
        ("Key moments", moments),
        ("Repairs", repairs),
        ("Refused or doubtful", flags),
        ("In the ledger (nomoat claims check ID)", said),
    ):
        if items:
            lines += ["", f"{title} ({len(items)})"]
            lines += [_wrap(f"- {item}", width, hang=2) for item in items[:_MOST]]
            lines += [f"- {len(items) - _MOST} more (--json)"] if len(items) > _MOST else []
    return "\n".join(lines)


def _ledger_dates(document: Document, claims: tuple[Claim, ...]) -> str:
    """The days that the ledger gives the document, with its reason, where they are not those that were read out of it.

    Claims of sentences about another time carry their own days: those that most claims carry are the document's.
    """
    given = Counter((claim.earliest, claim.latest, claim.dated) for claim in claims).most_common(1)
    if not given:
        return ""
    (low, high, why), _ = given[0]
    if (low, high) == (document.dating.low, document.dating.high):
        return ""
    return f"the ledger of claims says {_dates(low, high)}: {why}"


def document_table(document: Document) -> Table:
    """One passage a row, with its place."""
    return Table(
        name="passages",
        caption=document.title,
        columns=tuple(
            Column(key=key, title=key, wide=60 if key == "reading" else None)
            for key in ("id", "kind", "line", "stamp", "speaker", "section", "reading")
        ),
        rows=tuple(
            (p.id, p.kind, p.place.line, _stamp(p.place.seconds), p.speaker, p.section, p.reading)
            for p in document.passages
        ),
    )


def statements_table(found: StatementsOf) -> Table:
    """One statement a row."""
    keys = (
        "document",
        "passage",
        "line",
        "stamp",
        "kinds",
        "speaker",
        "source",
        "low",
        "high",
        "direction",
        "hedges",
        "doubts",
    )
    return Table(
        name="statements",
        caption="Statements",
        columns=(*(Column(key=key, title=key) for key in keys), Column(key="text", title="statement", wide=60)),
        rows=tuple(
            (
                *(found.names[s.document], s.passage, s.place.line, _stamp(s.place.seconds), ", ".join(s.kinds)),
                *(s.speaker, s.source, s.low, s.high, s.direction, ", ".join(s.hedges), "; ".join(s.doubts), s.text),
            )
            for one in found.documents
            for s in one.statements
        ),
    )


def statements_text(found: StatementsOf, width: int) -> str:
    """Every statement with its place, kinds, speaker and hedges."""
    total = sum(len(one.statements) for one in found.documents)
    lines = [f"{count(total, 'statement')} in {count(len(found.documents), 'document')}"]
    for one in found.documents:
        kinds = ", ".join(f"{n} {kind}" for kind, n in one.counts.items() if n)
        head = f"{printable(found.names[one.document])}: {len(one.statements)} of {count(one.passages, 'passage')}"
        lines += ["", _wrap(f"{head} ({kinds})" if kinds else head, width)]
        for s in one.statements:
            who = [f"says {printable(s.speaker)}"] if s.speaker else []
            who += [f"after {printable(s.source)}"] if s.source else []
            who += [f"hedged: {', '.join(s.hedges)}"] if s.hedges else []
            who += [f"doubtful: {printable(doubt)}" for doubt in s.doubts]
            lines.append(_wrap("; ".join([_place(s.place), ", ".join(s.kinds), *who]), width, 2, 4))
            lines.append(_wrap(printable(s.text), width, 4, 4))
    return "\n".join(lines)


def entities_table(found: EntitiesOf) -> Table:
    """One entity a row over all documents, the most spoken of first in its kind."""
    names: dict[str, tuple[str, str, bool, str | None]] = {}
    mentions: Counter[str] = Counter()
    inside: dict[str, dict[str, None]] = {}
    for one in found.documents:
        for entity in one.entities:
            names.setdefault(entity.id, (entity.kind, entity.name, entity.known, entity.catalog))
            mentions[entity.id] += len(entity.mentions)
            inside.setdefault(entity.id, {})[found.names[one.document]] = None
    order = sorted(names, key=lambda id: (names[id][0], -mentions[id], names[id][1].casefold(), id))
    return Table(
        name="entities",
        caption=f"{count(len(names), 'entity', 'entities')} in {count(len(found.documents), 'document')}",
        columns=(
            Column(key="kind", title="kind"),
            Column(key="name", title="name", wide=34),
            Column(key="mentions", title="mentions"),
            Column(key="known", title="known"),
            Column(key="catalog", title="in the catalogue", wide=24),
            Column(key="documents", title="documents", wide=30),
            *raw("id"),
        ),
        rows=tuple(
            (names[id][0], names[id][1], mentions[id], names[id][2], names[id][3], ", ".join(inside[id]), id)
            for id in order
        ),
    )


def entities_text(found: EntitiesOf, width: int) -> str:
    """The entities, what a source declares beside what is found, and names that nobody here knows."""
    table = entities_table(found)
    lines = [table.caption, "", table.text(width)]
    sources = [s for s in found.sources if s.declared]
    if sources:
        declared = declared_table(sources)
        lines += ["", declared.caption, declared.text(width)]
    strange = [(u.name, u.count, u.near) for one in found.documents for u in one.unresolved]
    if strange:
        said = [
            f"{printable(name)} ({n})" + (f", near {' or '.join(near)}" if near else "") for name, n, near in strange
        ]
        more = [f"{len(said) - _MOST} more"] if len(said) > _MOST else []
        lines += ["", _wrap("Names that nobody here knows: " + "; ".join([*said[:_MOST], *more]) + ".", width)]
    return "\n".join(lines)


def graph_text(made: Graph, width: int) -> str:
    """The connections, and what sources declare beside what is found."""
    table, declared = graph_table(made), declared_table(made.documents)
    lines = [table.caption, "", table.text(width)]
    return "\n".join([*lines, "", declared.caption, "", declared.text(width)] if declared.rows else lines)


def graph_table(made: Graph) -> Table:
    """One connection a row, with the first passage that states it."""
    names = {node.id: node.name for node in made.nodes}
    titles = {source.id: source.name for source in made.documents}
    return Table(
        name="connections",
        caption=f"{count(len(made.nodes), 'entity', 'entities')}, {count(len(made.connections), 'connection')}",
        columns=(
            Column(key="source", title="from", wide=24),
            Column(key="type", title="connection"),
            Column(key="target", title="to", wide=24),
            Column(key="passages", title="passages"),
            Column(key="document", title="document", wide=20),
            Column(key="line", title="line"),
            *raw("text"),
        ),
        rows=tuple(
            (
                *(names[c.source], c.type, names[c.target], len(c.passages)),
                *(titles[c.passages[0].document], c.passages[0].place.line, c.passages[0].text),
            )
            for c in made.connections
        ),
    )


def _dates(low: object, high: object) -> str:
    if low is None and high is None:
        return "undated"
    if low == high:
        return str(low)
    if low is None or high is None:
        return f"from {low}" if high is None else f"until {high}"
    return f"{low} to {high}"


def _place(place: Place) -> str:
    return f"line {place.line}" + (f", {_stamp(place.seconds)}" if place.seconds is not None else "")


def _stamp(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _wrap(line: str, width: int, indent: int = 0, hang: int = 0) -> str:
    return fill(
        line,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * hang,
    )
