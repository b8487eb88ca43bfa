"""What are all the shares of use, ours and those that others published, in tables and on a terminal?"""

from __future__ import annotations

import shlex
from datetime import date

from msgspec import structs

from nomoat.views import words
from nomoat.views.paragraph import fill
from nomoat.views.series import series_finding
from nomoat.views.shares import amount, percent, place, said
from nomoat.views.split import split_finding, split_table
from nomoat.views.table import Column, Table, Value, printable, raw
from nomoat.world.adoption import Adoption
from nomoat.world.comparable import Comparison
from nomoat.world.split import Split

TYPED = 12  # figures that a terminal shows; all of them stand in --csv and --json


def adoption_table(found: Adoption) -> Table:
    """Every share that there is: series in their last period, then what others published."""
    rows: list[tuple[Value, ...]] = []
    for s in found.series:
        p = s.latest
        rise = (
            "–"
            if s.rise is None
            else f"{100 * s.rise.low:+.0f} to {100 * s.rise.high:+.0f} points in {s.rise.months} m"
        )
        shown = percent(p.low, p.high)
        rows.append(
            (
                *(s.id, s.subject, shown, "share", None, p.low, p.high, s.unit, place(s.channel), s.population),
                *(p.start, p.end, rise, s.numerator, s.evidence, ""),
            )
        )
    for f in found.figures:
        rows.append(
            (
                *(f.id, f.subject, said(f), f.kind, f.value, f.low, f.high, f.unit),
                *(place(f.channel), f.population, f.start, f.end or f.published, "–", f.numerator, f.evidence),
                f.publisher,
            )
        )
    return Table(
        name="adoption",
        caption="Shares of use by unit, place and rule",
        columns=(
            Column(key="id", title="id", wide=34),
            Column(key="subject", title="whose", wide=24),
            Column(key="shown", title="share", only="page"),
            *raw("kind", "value", "low", "high"),
            Column(key="unit", title="of"),
            Column(key="channel", title="where", wide=18),
            Column(key="population", title="population", wide=38, terminal=False),
            Column(key="start", title="from", terminal=False),
            Column(key="end", title="to"),
            Column(key="rise", title="rise", wide=24, terminal=False),
            Column(key="numerator", title="rule", wide=44, terminal=False),
            Column(key="evidence", title="evidence", wide=20, terminal=False),
            Column(key="publisher", title="publisher", wide=24, terminal=False),
        ),
        rows=tuple(rows),
    )


def figures_table(found: Adoption) -> Table:
    """What others published, as a terminal shows it: the rule of each stands below, see `rules`."""
    return Table(
        name="figures",
        caption="Shares and counts of use that others published",
        columns=(
            Column(key="id", title="id"),
            Column(key="subject", title="whose", wide=24),
            Column(key="shown", title="share"),
            Column(key="unit", title="of"),
            Column(key="channel", title="where", wide=18),
            Column(key="end", title="to"),
        ),
        rows=tuple((f.id, f.subject, said(f), f.unit, place(f.channel), f.end or f.published) for f in found.figures),
    )


def rules(found: Adoption, most: int) -> list[str]:
    """Publisher, population, rule and evidence of the first figures, those that share all four together."""
    groups: dict[str, list[str]] = {}
    for f in found.figures[:most]:
        told = f"{printable(f.publisher)}, {f.population}; {f.numerator or 'rule not stated'}. Evidence: {f.evidence}."
        groups.setdefault(told, []).append(f.id)
    return [f"{', '.join(ids)}: {told}" for told, ids in groups.items()]


def published_table(found: Adoption, cohort: str) -> Table:
    """What others published of one cohort, the newest first, each figure with whose it is and its rule.

    A figure that somebody took from a series shown here is left to that series.
    """
    months = {(p.start, round(p.low, 3)) for s in found.series for p in s.periods}
    figures = [
        f
        for f in found.figures
        if f.cohort == cohort and (f.low is None or f.start is None or (f.start, round(f.low, 3)) not in months)
    ]
    figures.sort(key=lambda f: (f.end or f.published or date.min, f.id), reverse=True)
    return Table(
        name="published",
        caption=f"Shares of {words.cohort(cohort)} that others published, quoted and not computed again",
        columns=(
            Column(key="share", title="share", only="page"),
            *raw("id", "value", "low", "high"),
            Column(key="unit", title="of"),
            Column(key="end", title="until"),
            Column(key="who", title="who says so, of what, and by which rule", wide=90),
        ),
        rows=tuple(
            (
                *(amount(f.kind, f.value, f.low, f.high), f.id, f.value, f.low, f.high, f.unit),
                *(f.end or f.published, f"{f.publisher}: {f.population}. Rule: {f.numerator or 'not stated'}"),
            )
            for f in figures
        ),
    )


def adoption_text(found: Adoption, split: Split | None, width: int) -> str:
    """What a terminal shows: the split first, then what each series says, then the figures of others."""
    lines: list[str] = []
    if split is not None:
        lines += [fill(f"{split_finding(split)}.", width), ""]
        table = split_table(split)
        lines += [structs.replace(table, rows=table.rows[:4]).text(width), ""]
    for series in found.series:
        rise = series.rise
        more = (
            ""
            if rise is None
            else f"; {100 * rise.low:+.0f} to {100 * rise.high:+.0f} points in {words.count(rise.months, 'month')}"
        )
        lines.append(
            fill(
                f"{series_finding(series)}{more}. Population: {series.population}. Rule: {series.numerator}. "
                f"Evidence: {series.evidence}.",
                width,
                subsequent_indent="  ",
            )
        )
    table = figures_table(found)
    if table.rows:
        lines += ["", f"Published by others, quoted with their rules ({len(table.rows)}):", ""]
        lines += [
            structs.replace(table, rows=table.rows[:TYPED]).text(width),
            "",
            "Whose, of what, by which rule, on which evidence:",
        ]
        lines += [fill(rule, width, initial_indent="  ", subsequent_indent="    ") for rule in rules(found, TYPED)]
        if len(table.rows) > TYPED:
            asked = "".join(f" --{k} {shlex.quote(v)}" for k, v in ({"by": found.by} | found.asked).items())
            lines.append(f"and {len(table.rows) - TYPED} more: nomoat adoption{asked} --csv")
    return "\n".join(lines)


def comparison_text(found: Comparison, width: int) -> str:
    """Both sides and their difference, and in what they differ besides."""
    sides = [
        f"{t.id}: {t.subject}, {amount(t.kind, None, t.low, t.high)} of {t.unit}, {t.population}, "
        f"{'' if t.start is None else f'{t.start} to '}{t.end}."
        for t in (found.one, found.other)
    ]
    ends = (
        f"{100 * found.low:+.1f} to {100 * found.high:+.1f} points"
        if found.one.kind == "share"
        else f"{found.low:+,.0f} to {found.high:+,.0f}"
    )
    if found.low == found.high:
        ends = ends.split(" to ")[0] + (" points" if found.one.kind == "share" else "")
    lines = [*sides, f"Difference: {ends}.", f"They differ in {words.listing(list(found.differs)) or 'nothing else'}."]
    return "\n".join(fill(line, width, subsequent_indent="  ") for line in lines)
