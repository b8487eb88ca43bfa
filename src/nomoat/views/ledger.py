"""How are statements, their verdicts and their disagreements shown: a mark and a word, never a colour alone?"""

from __future__ import annotations

from nomoat.claims.check import MOMENTS, Checked, Verdict
from nomoat.claims.claim import Claim
from nomoat.claims.conflict import TOPIC, Said
from nomoat.claims.measured import Measured
from nomoat.claims.metric import Measures
from nomoat.claims.verdicts import Disagreements, Statements, Verdicts
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, Value, clip, printable, raw
from nomoat.views.words import count

MARKS = {
    "supported": "✓",
    "contradicted": "✗",
    "mixed": "±",
    "still open": "○",
    "not testable": "?",
    "no vintage": "·",
}
_VERDICT = 16  # columns of a mark with its word
_EVIDENCE = 6  # rows of evidence that a terminal shows; JSON has all


def badge(verdict: str) -> str:
    """A verdict with its mark.

    >>> badge("supported"), badge("not testable")
    ('✓ supported', '? not testable')
    """
    return f"{MARKS[verdict]} {verdict}"


def verdicts_table(found: Verdicts) -> Table:
    """One claim a row, with its three verdicts and the reason of the last."""
    rows: list[tuple[Value, ...]] = []
    for one in found.checked:
        claim, now = one.claim, one.now
        measured = now.measured
        rows.append(
            (
                claim.id,
                claim.says,
                one.then.verdict,
                one.since.verdict,
                now.verdict,
                now.why,
                measured.value if measured else None,
                measured.low if measured else None,
                measured.high if measured else None,
                claim.test.unit,
                claim.test.comparison,
                claim.speaker,
                claim.place,
                claim.earliest,
                claim.latest,
                one.command,
            )
        )
    return Table(
        name="verdicts",
        caption="Statements and verdicts",
        columns=(
            Column(key="id", title="id"),
            Column(key="says", title="statement", wide=40),
            Column(key="then", title="then"),
            Column(key="as_known_now", title="as known now"),
            Column(key="now", title="now"),
            Column(key="why", title="why", wide=40),
            *raw("value", "low", "high", "unit", "comparison", "speaker", "place", "earliest", "latest", "command"),
        ),
        rows=tuple(rows),
    )


def verdicts_text(found: Verdicts, width: int) -> str:
    """A line of verdicts a claim, and under it the statement and the reason."""
    room = min(max((len(one.claim.id) for one in found.checked), default=2), width - 3 * _VERDICT)
    lines = [_wrap(f"{tally(found)}.", width), "", _row("id", ("then", "as known now", "now"), room)]
    for one in found.checked:
        marks = tuple(badge(verdict.verdict) for verdict in (one.then, one.since, one.now))
        lines += ["", _row(printable(one.claim.id), marks, room)]
        lines += [_wrap(one.claim.says, width, "  "), _wrap(one.now.why, width, "  ")]
    return "\n".join(lines)


def tally(found: Verdicts) -> str:
    """How many statements there are, and how many of each verdict now.

    >>> tally(Verdicts(as_of=None, draws=0, seed=0, level=0.9, counts={"mixed": 2, "supported": 0}, checked=(),
    ...     origins=()))
    '0 statements; now 2 mixed'
    """
    said = ", ".join(f"{n} {name}" for name, n in found.counts.items() if n)
    return f"{count(len(found.checked), 'statement')}; now {said or 'none'}"


def claim_text(one: Checked, width: int) -> str:
    """One claim in full: words, place, test, three verdicts with value, interval and evidence, and what to type."""
    claim, test = one.claim, one.claim.test
    said = [
        f"{claim.id}: {claim.says}",
        f"“{claim.quote}”",
        f"{claim.speaker}, {_when(claim)}; {claim.title}; {claim.place}"
        + (f"; {claim.address}" if claim.address else ""),
    ]
    facts = {
        "dated": claim.dated if claim.earliest != claim.latest else "",
        "polarity": claim.polarity + (f", softened by “{claim.hedge}”" if claim.hedge else ""),
        "due": str(claim.due or ""),
        "up to": f"{claim.until}: it speaks of that time, and “now” is that time as known now" if claim.until else "",
        "metric": f"{test.metric} in {test.unit}" if test.metric != "none" else "",
        "counts": test.population,
        "window": test.window,
        "true if": test.comparison,
        "read as": test.reading,
        "would decide": test.would,
    }
    room = max(map(len, facts)) + 2
    lines = [_wrap(line, width) for line in said]
    lines += ["", *(_wrap(f"{k:<{room}}{v}", width, hang=" " * room) for k, v in facts.items() if v)]
    for moment, verdict in zip(MOMENTS, (one.then, one.since, one.now), strict=True):
        lines += ["", *_verdict_lines(moment, verdict, width)]
    return "\n".join([*lines, *(["", f"To make it again: {printable(one.command)}"] if one.command else [])])


def statements_table(found: Statements) -> Table:
    """One claim of the ledger a row."""
    return Table(
        name="claims",
        caption=f"{len(found.claims):,} of {count(found.total, 'claim')}",
        columns=(
            Column(key="id", title="id"),
            Column(key="says", title="statement", wide=60),
            Column(key="speaker", title="speaker", wide=20),
            Column(key="topic", title="topic", only="file"),
            Column(key="place", title="place", wide=30, terminal=False),
            Column(key="earliest", title="said"),
            *raw("latest", "metric", "comparison", "quote", "source"),
        ),
        rows=tuple(
            (
                *(c.id, c.says, c.speaker, c.topic, c.place, c.earliest, c.latest),
                *(c.test.metric, c.test.comparison, c.quote, c.source),
            )
            for c in found.claims
        ),
    )


def conflicts_table(found: Disagreements) -> Table:
    """Two statements a row, with verdicts and denominators."""
    keys = ("kind", "topic", "one", "one_now", "other", "other_now", "differ", "why")
    return Table(
        name="conflicts",
        caption="Statements that contradict each other",
        columns=tuple(Column(key=key, title=key.replace("_", " "), wide=30) for key in keys),
        rows=tuple(
            (
                *(c.kind, c.topic, c.one.id, found.now[c.one.id], c.other.id, found.now[c.other.id]),
                *(", ".join(c.differ), c.why),
            )
            for c in found.conflicts
        ),
    )


def conflicts_text(found: Disagreements, width: int) -> str:
    """Both sides of each pair with their denominators, and whether both can be right; contradictions first."""
    shown = [pair for pair in found.conflicts if pair.kind != TOPIC]
    lines = [f"{count(len(shown), 'pair')} of statements that contradict each other"]
    for pair in found.conflicts:
        if pair.kind == TOPIC and pair not in shown:
            lines += ["", f"{count(found.topic_only, 'pair')} of statements that share a topic and point opposite ways"]
            shown.extend(found.conflicts)
        verdict = "both can be right" if pair.both_can_be_right else "at most one is right"
        lines += ["", _wrap(f"{pair.topic}: {verdict}", width)]
        for side in (pair.one, pair.other):
            lines += [_wrap(line, width, "  ", "    ") for line in _side(side, found.now[side.id])]
        lines.append(_wrap(f"{pair.why[0].upper()}{pair.why[1:].rstrip('.')}.", width, "  "))
    if found.topic_only and not any(pair.kind == TOPIC for pair in found.conflicts):
        more = f"{count(found.topic_only, 'pair')} more only share a topic and point opposite ways: --every."
        lines += ["", _wrap(more, width)]
    return "\n".join(lines)


def measured_table(name: str, found: Measured) -> Table:
    """The rows that a measured value rests on."""
    return Table(
        name="measured",
        caption=name,
        columns=(
            Column(key="what", title="what", wide=50),
            Column(key="value", title="value"),
            Column(key="unit", title="unit", wide=20),
            Column(key="date", title="on"),
            Column(key="address", title="page", only="file"),
        ),
        rows=tuple((row.what, row.value, row.unit, row.date, row.address) for row in found.evidence),
    )


def measures_table(found: Measures) -> Table:
    """One measure a row."""
    return Table(
        name="measures",
        caption=f"{len(found.metrics)} measures to test a statement on; arguments in brackets may be left out",
        columns=(
            Column(key="name", title="name"),
            Column(key="about", title="what it is", wide=60),
            Column(key="arguments", title="arguments", wide=40),
            *raw("units", "needs"),
        ),
        rows=tuple((m.name, m.about, m.arguments, " | ".join(m.units), m.needs) for m in found.metrics),
    )


def measured_text(name: str, found: Measured, width: int) -> str:
    """One measure with its interval and its rows."""
    day = f", up to {found.at}" if found.at else ""
    table = measured_table(name, found)
    lines = [_wrap(f"{name}: {figures(found)}{day}", width)]
    lines += [_wrap(f"! {note}", width, "  ") for note in found.notes]
    return "\n".join([*lines, *(["", table.text(width)] if table.rows else [])])


def figures(found: Measured) -> str:
    """A measured value with its interval and what the interval is.

    >>> figures(Measured(value=4.92, low=3.1, high=6.6, level=0.9, unit="points"))
    '4.92 points, 3.1 to 6.6 (90% interval over draws)'
    """
    if found.value is None:
        return f"{found.low:.3g} to {found.high:.3g} {found.unit} ({found.spread})"
    value = f"{found.value:.3g} {found.unit}" if abs(found.value) < 1000 else f"{found.value:,.0f} {found.unit}"
    if found.low is None or found.high is None:
        return f"{value}, no interval is known"
    if found.high == float("inf"):
        least = "" if found.low == found.value else f"{found.low:.3g} "
        return f"{value}, {least}or more ({found.spread})"
    if found.low == found.high:
        return f"{value}, counted" if found.level is None else f"{value}, the same at both ends of its interval"
    level = f"{found.level:.0%} " if found.level is not None else ""
    return f"{value}, {found.low:.3g} to {found.high:.3g} ({level}{found.spread})"


def _verdict_lines(moment: str, verdict: Verdict, width: int) -> list[str]:
    day = f", releases to {verdict.at}" if verdict.at else ""
    lines = [f"{badge(verdict.verdict)}  {moment}{day}", _wrap(verdict.why, width, "  ")]
    found = verdict.measured
    if found is not None:
        n = f"; n {found.n:,}" if found.n is not None else ""
        vintage = f"; vintage {found.as_of}" if found.as_of else ""
        lines.append(_wrap(f"{figures(found)}{n}{vintage}", width, "  "))
        for row in found.evidence[:_EVIDENCE]:
            value = "" if row.value is None else f": {row.value:.4g} {row.unit}".rstrip()
            when = f", {row.date}" if row.date else ""
            lines.append(_wrap(f"- {row.what}{value}{when}", width, "  ", "    "))
        if len(found.evidence) > _EVIDENCE:
            lines.append(f"  - {len(found.evidence) - _EVIDENCE} more rows (--json)")
        lines += [_wrap(f"! {note}", width, "  ") for note in found.notes]
    return lines


def _side(side: Said, verdict: str) -> tuple[str, ...]:
    return (
        f"{badge(verdict)}  {side.id}: {side.says} ({side.speaker})",
        "  counts "
        + ", ".join(part for part in (side.population, side.unit and f"in {side.unit}", side.window) if part),
        f"  said {side.when}; true if {side.comparison}" if side.comparison else f"  said {side.when}",
    )


def _when(claim: Claim) -> str:
    return str(claim.earliest) if claim.earliest == claim.latest else f"between {claim.earliest} and {claim.latest}"


def _row(id: str, verdicts: tuple[str, ...], room: int) -> str:
    first = clip(id, room).ljust(room)
    return (first + "".join(f"  {verdict:<{_VERDICT - 2}}" for verdict in verdicts)).rstrip()


def _wrap(line: str, width: int, indent: str = "", hang: str = "") -> str:
    # A claim is written by anybody: what would move the cursor is shown as a mark.
    return fill(
        printable(line), width, initial_indent=indent, subsequent_indent=hang or indent,
    )  # fmt: skip
