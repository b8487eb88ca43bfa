"""How few have most of it, for each whole apart: the largest one, three and five, and the Herfindahl index?"""

from __future__ import annotations

from nomoat.views import lanes, marks, words
from nomoat.views.bounds import bound, bounds
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.shares import percent, place, said, window
from nomoat.views.table import Column, Table, Value, printable, raw
from nomoat.views.theme import WIDE
from nomoat.world.concentration import Concentration, Whole

SHOWN = 4  # wholes in the picture
HHI = "HHI"
PEOPLE = ("enterprises", "developers", "startups")  # channels that are respondents and no places


def concentration_figure(found: Concentration, *, width: int = WIDE, container: bool = False) -> Figure:
    """Each whole in its last period: the largest one, three and five between their bounds, and the index."""
    compact = width < 560
    names: list[str] = []
    headings, rows = [], []
    for whole in found.wholes[:SHOWN]:
        headings.append(len(names))
        names.append(f"{place(whole.channel)}, {whole.unit}, {window(whole.latest.start, whole.latest.end)}")
        last = whole.latest
        for name, low, high in (*((f"top {t.n}", t.low, t.high) for t in last.top), (HHI, last.hhi_low, last.hhi_high)):
            rows.append(bound(len(names), low, high, index(low, high) if name == HHI else ""))
            names.append(name)
    lane = lanes.lanes(names, compact=compact, headings=headings)
    x = lanes.scale(
        (0.0, 1.4 if compact else 1.2), f"Share of the largest, and {HHI} (0 to 1)", compact=compact, format=".2f",
        values=[0, 0.25, 0.5, 0.75, 1],
    )  # fmt: skip
    finding = concentration_finding(found)
    return Figure(
        name="concentration",
        finding=finding,
        alt=f"{words.count(len(rows), 'bar')} in {words.count(len(headings), 'group')}, one a whole. {finding}",
        footer=(
            f"By {found.by}. Dark: between the bounds that what is not told apart leaves. "
            + " ".join(f"{place(w.channel)}: {w.population}; {w.numerator}." for w in found.wholes[:SHOWN]),
            words.sources(found.origins),
        ),
        view=marks.plot(bounds(rows, x, lane), width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=concentration_table(found),
    )


def concentration_finding(found: Concentration) -> str:
    """The first whole in words."""
    return _whole(found.wholes[0])


def concentration_sentence(found: Concentration) -> str:
    """The same with what is not told apart, and whose word it is."""
    first = found.wholes[0]
    return f"{_whole(first)}. {_rest(first)} Evidence: {first.evidence}."


def concentration_table(found: Concentration) -> Table:
    """One whole and period a row, newest first; what others published of it last."""
    rows: list[tuple[Value, ...]] = []
    for whole in found.wholes:
        for held in reversed(whole.periods):
            cells = [cell for t in held.top for cell in (percent(t.low, t.high), t.low, t.high)]
            largest = "; ".join(
                f"{printable(h.name)} {percent(h.share, h.share)}" + (f" (of {h.members} together)" * (h.members > 1))
                for h in held.largest
            )
            rows.append(
                (
                    *(whole.id, place(whole.channel), whole.unit, held.start, held.end, *cells),
                    *(index(held.hhi_low, held.hhi_high), held.hhi_low, held.hhi_high, held.holders, held.rest),
                    *(largest, whole.population, whole.numerator, whole.evidence),
                )
            )
    for f in found.figures:
        rows.append(
            (
                *(f.id, place(f.channel), f.unit, f.start, f.end, *[None] * 9, None, None, None, None, None),
                *(f"{f.subject}: {said(f)}", f.population, f.numerator, f.evidence),
            )
        )
    tops = [
        column
        for n in (1, 3, 5)
        for column in (
            Column(key=f"top{n}_shown", title=f"top {n}", only="page"),
            *raw(f"top{n}_low", f"top{n}_high"),
        )
    ]
    return Table(
        name="concentration",
        caption=f"How few have most of the use, by {found.by}",
        columns=(
            Column(key="id", title="id", wide=28),
            Column(key="channel", title="where", wide=18),
            Column(key="unit", title="of"),
            Column(key="start", title="from", terminal=False),
            Column(key="end", title="to"),
            *tops,
            Column(key="hhi_shown", title=HHI, only="page"),
            *raw("hhi_low", "hhi_high"),
            Column(key="holders", title="named", terminal=False),
            Column(key="rest", title="not told apart", terminal=False),
            Column(key="largest", title="the largest", wide=44, terminal=False),
            Column(key="population", title="population", wide=36, terminal=False),
            Column(key="numerator", title="rule", wide=44, terminal=False),
            Column(key="evidence", title="evidence", wide=20, terminal=False),
        ),
        rows=tuple(rows),
    )


def concentration_text(found: Concentration, width: int) -> str:
    """What a terminal shows: a sentence a whole, then what others published."""
    lines = []
    for whole in found.wholes:
        named = [printable(h.name) for h in whole.latest.largest if h.members == 1]
        largest = f" The largest: {', '.join(named)}." if named else ""
        lines.append(
            fill(
                f"{_whole(whole)}. {_rest(whole)}{largest} Population: {whole.population}. Rule: {whole.numerator}. "
                f"Evidence: {whole.evidence}.",
                width,
                subsequent_indent="  ",
            )
        )
    if found.figures:
        lines += ["", "Published by others, quoted with their rules:"]
        lines += [
            fill(
                f"{f.id}: the {printable(f.subject)} had {said(f)} of {f.unit}, {f.end}. {printable(f.publisher)}, "
                f"{f.population}; {f.numerator or 'rule not stated'}. Evidence: {f.evidence}.",
                width, initial_indent="  ", subsequent_indent="    ",
            )
            for f in found.figures
        ]  # fmt: skip
    if found.missing:
        lines += ["", fill(f"{found.missing[0].upper()}{found.missing[1:]}.", width, subsequent_indent="  ")]
    return "\n".join(lines).strip()


def index(low: float, high: float) -> str:
    """A Herfindahl index, or its two bounds where they differ.

    >>> index(0.258, 0.789), index(0.25, 0.25)
    ('0.26 to 0.79', '0.25')
    """
    one, two = f"{low:.2f}", f"{high:.2f}"
    return one if one == two else f"{one} to {two}"


def _whole(whole: Whole) -> str:
    last = whole.latest
    tops = words.listing([f"the top {t.n} had {percent(t.low, t.high)}" for t in last.top])
    where = f"among {whole.channel}" if whole.channel in PEOPLE else f"on {place(whole.channel)}"
    return (
        f"Of {whole.unit} {where} ({window(last.start, last.end)}) by {whole.by}, {tops}; "
        f"{HHI} {index(last.hhi_low, last.hhi_high)}"
    )


def _rest(whole: Whole) -> str:
    if whole.published:
        return f"Published as one sum of {words.count(whole.latest.holders, whole.by)}, so that only bounds follow."
    return f"{words.count(whole.latest.holders, 'holder')} named; {whole.latest.rest:.1%} is not told apart."
