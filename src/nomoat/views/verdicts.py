"""How is a statement laid out: its badges, where they lead, one test as a small picture, and who says otherwise?"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from nomoat.claims import comparison
from nomoat.claims.check import MOMENTS, UNTESTABLE, VERDICTS, Checked
from nomoat.claims.conflict import RANKS, TOPIC, conflicts
from nomoat.claims.ledger import Ledger
from nomoat.claims.measured import Measured
from nomoat.claims.verdicts import Verdicts
from nomoat.types import Noun
from nomoat.views.ledger import figures as said
from nomoat.views.table import Column, Table, Value

_OTHERS = 3  # statements that point the other way, of one statement
_ROWS = 6  # of evidence under a statement; a file has all
_WIDTH, _ROOM = 320.0, 26.0  # of the small picture of one test, in its own units
_DECIDED = tuple(verdict for verdict in VERDICTS if verdict not in (UNTESTABLE, "no vintage"))


class Mark(Noun, frozen=True, kw_only=True):
    """A label in the small picture of a test."""

    x: float
    text: str
    anchor: str


class Dial(Noun, frozen=True, kw_only=True):
    """One test as a picture: the values for which the statement is true, and what was measured."""

    zone: tuple[float, float]
    value: float | None  # None where only bounds are known
    span: tuple[float, float] | None
    marks: tuple[Mark, ...]
    words: str


class Other(Noun, frozen=True, kw_only=True):
    """A statement that points the other way, with what it counts."""

    id: str
    verdict: str
    says: str
    counts: str


class Row(Noun, frozen=True, kw_only=True):
    """A statement with its verdicts, as a face lays it out."""

    id: str
    verdict: str
    says: str
    quote: str
    who: str
    place: str
    href: str  # where the badge leads
    leads: str  # what is there, in words
    moments: tuple[tuple[str, str, str], ...]  # moment, verdict, why
    figures: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    command: str
    dial: Dial | None
    others: tuple[Other, ...] = ()
    more: int = 0  # that point the other way and are not in `others`


class Laid(Noun, frozen=True, kw_only=True):
    """The statements by topic, those that nothing here decides by what they need, and who said how many."""

    tally: tuple[tuple[str, int], ...]
    total: int
    topics: tuple[tuple[str, tuple[Row, ...]], ...]
    waiting: tuple[tuple[str, tuple[Row, ...]], ...]
    documents: Table


Where = Callable[[Checked], tuple[str, str]]  # the address that a badge leads to, and in words what is there


def lay(found: Verdicts, where: Where, rest: str = "") -> Laid:
    """Lay verdicts out by topic; `rest` says where more evidence stands than a page shows."""
    others = against(found)
    topics: dict[str, list[Row]] = {}
    waiting: dict[str, list[Row]] = {}
    for one in found.checked:
        made = row(one, *where(one), others.get(one.claim.id, ()), rest)
        if one.now.verdict == UNTESTABLE:
            waiting.setdefault(_needs(one), []).append(made)
        else:
            topics.setdefault(one.claim.topic, []).append(made)
    return Laid(
        tally=tuple((name, found.counts[name]) for name in VERDICTS if found.counts.get(name)),
        total=len(found.checked),
        topics=tuple((topic, tuple(rows)) for topic, rows in topics.items()),
        waiting=tuple((need, tuple(rows)) for need, rows in sorted(waiting.items(), key=_most_first)),
        documents=documents_table(found),
    )


def row(one: Checked, href: str, leads: str, others: tuple[Other, ...] = (), rest: str = "") -> Row:
    """One statement; `href` is where its badge leads, `leads` what is there, `others` all that point the other way."""
    claim, now = one.claim, one.now
    measured = now.measured
    when = str(claim.earliest) if claim.earliest == claim.latest else f"{claim.earliest} to {claim.latest}"
    test = claim.test
    facts = (
        ("counted", ", ".join(part for part in (test.population, test.window) if part)),
        ("true if", f"{test.comparison} {test.unit}" if test.comparison else ""),
        ("read as", test.reading),
        ("hedge", f"“{claim.hedge}”, judged as if it had been flat" if claim.hedge else ""),
        ("due", str(claim.due or "")),
        ("would decide", test.would),
    )
    return Row(
        id=claim.id,
        verdict=now.verdict,
        says=claim.says,
        quote=claim.quote,
        who=f"{claim.speaker}, {when}",
        place=f"{claim.title}, line {claim.line}" + (f", {claim.stamp}" if claim.stamp else ""),
        href=href,
        leads=leads,
        moments=tuple(
            (moment, verdict.verdict, verdict.why)
            for moment, verdict in zip(MOMENTS, (one.then, one.since, now), strict=True)
        ),
        figures="" if measured is None else said(measured),
        facts=tuple((what, text) for what, text in facts if text),
        evidence=() if measured is None else _evidence(measured, rest),
        command=one.command,
        dial=None if measured is None else dial(test.comparison, measured),
        others=others[:_OTHERS],
        more=max(0, len(others) - _OTHERS),
    )


def dial(test: str, found: Measured) -> Dial | None:
    """Draw a value and its interval over the range that would make the statement true.

    The axis holds value, interval and every finite bound of the comparison, with a margin.

    >>> found = dial("at least 5", Measured(value=8, low=6, high=10, level=0.9, unit="points"))
    >>> [round(x) for x in found.zone], round(found.value)
    ([26, 320], 187)
    """
    asked = comparison.parse(test)
    ends = [end for end in (found.low, found.high) if end is not None and isfinite(end)]
    given = () if found.value is None else (found.value,)
    points = [end for end in (*asked.bounds, *ends, *given) if isfinite(end)]
    if not points:
        return None
    low, high = min(points), max(points)
    margin = 0.0 if high > low else max(abs(high), 1.0)
    low, high = low - margin, high + margin

    def x(value: float) -> float:
        if value == float("inf"):
            return _WIDTH
        if value == -float("inf"):
            return 0.0
        return float(round(_ROOM + (value - low) / (high - low) * (_WIDTH - 2 * _ROOM), 1))

    span = (x(found.low), x(found.high)) if found.low is not None and found.high is not None else None
    marks = tuple(
        Mark(x=x(bound), text=f"{bound:g}", anchor="middle") for bound in dict.fromkeys(asked.bounds) if isfinite(bound)
    )
    words = f"{said(found)}; true if {asked.text}"
    value = None if found.value is None else x(found.value)
    return Dial(zone=(x(asked.low), x(asked.high)), value=value, span=span, marks=marks, words=words)


def against(found: Verdicts) -> dict[str, tuple[Other, ...]]:
    """For each claim those that contradict it, with their denominators: the hardest first, and those that data decide.

    Two that share a topic and no more are no contradiction, and are not here.
    """
    now = {one.claim.id: one.now.verdict for one in found.checked}
    against: dict[str, list[tuple[int, Other]]] = {}
    for pair in conflicts(Ledger(tuple(one.claim for one in found.checked))):
        if pair.kind == TOPIC:
            continue
        for mine, side in ((pair.one, pair.other), (pair.other, pair.one)):
            counts = ", ".join(part for part in (side.population, side.unit and f"in {side.unit}", side.window) if part)
            other = Other(id=side.id, verdict=now[side.id], says=side.says, counts=counts)
            against.setdefault(mine.id, []).append((RANKS.index(pair.kind), other))
    return {
        id: tuple(other for _, other in sorted(others, key=lambda it: (it[0], it[1].verdict == UNTESTABLE)))
        for id, others in against.items()
    }


def documents_table(found: Verdicts) -> Table:
    """One document a row, with how many of its statements have each verdict now."""
    titles = {one.claim.document: one.claim.title for one in found.checked}
    rows: list[tuple[Value, ...]] = []
    for name, title in titles.items():
        mine = [one.now.verdict for one in found.checked if one.claim.document == name]
        rows.append((title, len(mine), *(mine.count(verdict) for verdict in (*_DECIDED, UNTESTABLE))))
    return Table(
        name="statements-by-document",
        caption="The documents and their verdicts now",
        columns=(
            Column(key="document", title="document", wide=40),
            Column(key="statements", title="statements"),
            *(Column(key=name.replace(" ", "_"), title=name) for name in (*_DECIDED, UNTESTABLE)),
        ),
        rows=tuple(rows),
    )


def _evidence(found: Measured, rest: str) -> tuple[str, ...]:
    rows = [
        row.what
        + ("" if row.value is None else f": {row.value:.4g} {row.unit}".rstrip())
        + (f", {row.date}" if row.date else "")
        for row in found.evidence[:_ROWS]
    ]
    more = len(found.evidence) - _ROWS
    return (*rows, *((f"{more} more{rest}",) if more > 0 else ()))


def _needs(one: Checked) -> str:
    """What a statement waits for: a part of the house, or data that nobody here has."""
    if one.now.needs:
        return f"the measure of {one.now.needs.split('(')[0].strip()}"
    return "data that nobody here has"


def _most_first(group: tuple[str, list[Row]]) -> tuple[int, str]:
    return (-len(group[1]), group[0])
