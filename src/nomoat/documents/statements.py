"""Which sentences can be held against data: amounts, comparisons, trends, forecasts, and what somebody is said to say?

Deterministic rules of English; what they find and miss is measured on hand-marked documents (tests/documents/marks).
Guideline of the marks: a *quantity* states an amount that bears on models, their makers, use, price, quality or market
(not a date, a horizon, a version, and not the length of an episode, rooms, visas, ages); a *comparative* says
how one thing stands to another or to all others; a *trend* says how something changes over time; a *forecast* says what
will or may come; an *attribution* names the person, study or group that says it.
"""

from __future__ import annotations

from datetime import date

from nomoat.documents import phrasing
from nomoat.documents.comparing import comparative
from nomoat.documents.document import Document, Passage, Place
from nomoat.documents.entities import Found, named, people_and_firms, sequence
from nomoat.documents.gazetteer import Gazetteer, shipped
from nomoat.documents.quantities import Quantity, doubt, horizon, quantities
from nomoat.documents.sourcing import source as named_source
from nomoat.documents.subject import bears
from nomoat.types import SCHEMA_VERSION, Noun

KINDS = ("quantity", "comparative", "trend", "forecast", "attribution")
_LONGEST = 600  # characters; a longer passage is no sentence


class Statement(Noun, frozen=True, kw_only=True):
    """A sentence that can be held against data, with who says it, when, how firmly and in which direction."""

    id: str
    document: str
    passage: str
    place: Place
    text: str
    kinds: tuple[str, ...]
    speaker: str | None  # whose mouth it is in: the speaker of the segment, the talk or the text
    source: str | None  # whom the sentence itself names as its source
    low: date | None  # when it was said
    high: date | None
    negated: bool
    direction: str | None  # up | down | None: which way it moves, or (comparatives) None
    hedges: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    entities: tuple[str, ...]
    doubts: tuple[str, ...] = ()  # what in it cannot be as stated: a share above 100 %


class Statements(Noun, frozen=True, kw_only=True):
    """The candidates of one document, and how many of its passages are none."""

    schema_version: int = SCHEMA_VERSION
    document: str
    statements: tuple[Statement, ...]
    passages: int
    counts: dict[str, int]


def statements(document: Document, gazetteer: Gazetteer | None = None) -> Statements:
    """The sentences of a document that state an amount, a comparison, a trend, a forecast, or somebody's view.

    >>> from nomoat.documents.read import read_bytes
    >>> doc = read_bytes("x.txt", b"Usage is about 5 % and falling, said Jane Roe of Acme Labs. I like cheese.")
    >>> [(s.kinds, s.source, s.hedges) for s in statements(doc).statements]
    [(('quantity', 'trend', 'attribution'), 'Jane Roe', ('about',))]
    """
    gazetteer = gazetteer or shipped()
    rules = people_and_firms(document, gazetteer)
    single = document.speakers[0] if len(document.speakers) == 1 else None
    if single is None and not document.speakers and len(document.authors) == 1:
        single = document.authors[0]
    out: list[Statement] = []
    silent = ("heading", "title", "boilerplate", "header", "reference")
    spoken = [p for p in document.passages if p.kind.partition(":")[0] not in silent]
    before, year = "", document.dating.high.year if document.dating.high else None
    for passage in spoken:
        found = named(document, passage, gazetteer, rules)
        kinds, source, amounts = classify(passage, found, before, year)
        before = passage.reading
        if not kinds:
            continue
        out.append(
            Statement(
                id=f"{document.id}:{passage.id}",
                document=document.id,
                passage=passage.id,
                place=passage.place,
                text=passage.reading,
                kinds=kinds,
                speaker=passage.speaker or single,
                source=source,
                low=document.dating.low,
                high=document.dating.high,
                negated=phrasing.negated(passage.reading),
                direction=phrasing.direction(passage.reading) if "trend" in kinds else None,
                hedges=phrasing.hedges(passage.reading),
                quantities=amounts,
                entities=tuple(f.entry.id for f in sequence(found)),
                doubts=tuple(f"{q.text!r}: {why}" for q in amounts if (why := doubt(passage.reading, q))),
            )
        )
    counts = {kind: sum(kind in s.kinds for s in out) for kind in KINDS}
    return Statements(document=document.id, statements=tuple(out), passages=len(spoken), counts=counts)


def classify(
    passage: Passage, found: list[Found], before: str = "", year: int | None = None
) -> tuple[tuple[str, ...], str | None, tuple[Quantity, ...]]:
    """The kinds of one passage, whom it names as its source, and its amounts."""
    reading = passage.reading
    if len(reading) > _LONGEST or reading.endswith("?") or len(reading.split()) < 4:
        return (), None, ()
    names = [(f.start, f.end) for f in found if f.entry.kind == "product"]
    ahead = phrasing.forecast(reading, year)
    amounts = tuple(q for q in quantities(reading, names) if not (ahead and horizon(reading, q)))
    kinds = []
    if any(bears(reading, q, bool(names), before) for q in amounts):
        kinds.append("quantity")
    if comparative(reading, amounts, found):
        kinds.append("comparative")
    if phrasing.trend(reading, before):
        kinds.append("trend")
    if ahead:
        kinds.append("forecast")
    source = named_source(reading, found)
    if source is not None:
        kinds.append("attribution")
    return tuple(kinds), source or None, amounts
