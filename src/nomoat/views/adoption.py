"""The open share in tokens, requests and money of one week, a share over time, and what others published?"""

from __future__ import annotations

import re
import shlex
from datetime import date, timedelta
from textwrap import fill

from msgspec import structs

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, Value, printable
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT, MARGIN, WIDE
from nomoat.world.adoption import Adoption, Overtake, Series
from nomoat.world.adoption import Figure as Published
from nomoat.world.comparable import Comparison
from nomoat.world.split import Split, Week

PLACES = {
    "openrouter": "OpenRouter",
    "vercel": "Vercel AI Gateway",
    "huggingface": "Hugging Face",
    "openai-api": "OpenAI",
}
_LARGE = re.compile(r"\b\d{6,}\b")  # 300000000 is read as three hundred million by nobody
SHOWN = 2  # windows in the picture: the newest one of each channel with all three units
TYPED = 12  # figures that a terminal shows; all of them stand in --csv and --json


def place(channel: str | None) -> str:
    """The name of a channel as people write it.

    >>> place("openrouter"), place("enterprises")
    ('OpenRouter', 'enterprises')
    """
    return PLACES.get(channel or "", channel or "–")


def split_figure(found: Split, *, width: int = WIDE, container: bool = False) -> Figure:
    """The three units of the newest full window of each channel, one under the other."""
    compact = width < 560
    names: list[str] = []
    headings, rows = [], []
    for week in newest(found):
        headings.append(len(names))
        names.append(f"{place(week.channel)}, {window(week)}")
        for side in week.sides:
            rows.append(
                {
                    "row": len(names),
                    "value": side.low,
                    "until": side.low if side.high is None else side.high,
                    "text": percent(side.low, side.high),
                }
            )
            names.append(side.unit)
    lane = lanes.lanes(names, compact=compact, headings=headings)
    x = lanes.scale((0.0, 1.0), f"Share of {words.cohort(found.cohort)}", compact=compact, format=".0%")
    whole = [{"row": row["row"], "value": 0.0, "until": row["value"]} for row in rows]
    ends = [{**row, "value": row["until"]} for row in rows]
    layers = [
        marks.bar(whole, x, lane.y, LIGHT.follower, x2="until", opacity=0.3),
        marks.bar(rows, x, lane.y, LIGHT.follower, x2="until"),
        marks.points(rows, x, lane.y, LIGHT.follower, FOLLOWER_SHAPE),
        marks.texts(ends, x, lane.y, dx=9, weight="bold"),
        *lane.layers(),
    ]
    said = split_finding(found)
    return Figure(
        name="split",
        finding=said,
        alt=f"{words.count(len(rows), 'bar')} in {words.count(len(headings), 'group')}, one a unit. {said}",
        footer=(
            "The same models, the same window, counted three ways; dark: between the bounds that unknown models leave. "
            + " ".join(f"{place(w.channel)}: {w.population}." for w in newest(found)),
            words.sources(found.origins),
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=split_table(found),
    )


def newest(found: Split) -> list[Week]:
    """The newest window of each channel that has all three units, or the newest of all where none has."""
    return list(found.full[:SHOWN])


def split_finding(found: Split) -> str:
    """The newest window in words."""
    week = newest(found)[0]
    shares = words.listing([f"{percent(s.low, s.high)} of {s.unit}" for s in week.sides])
    return f"{words.cohort(found.cohort).capitalize()} had {shares} on {place(week.channel)} ({window(week)})"


def split_table(found: Split) -> Table:
    """One window a row, newest first."""
    rows = []
    for week in found.weeks:
        sides = {side.unit: side for side in week.sides}
        cells: list[str | float | None] = []
        for unit in ("tokens", "requests", "money"):
            side = sides.get(unit)
            cells += [None, None, None] if side is None else [percent(side.low, side.high), side.low, side.high]
        rows.append((place(week.channel), week.start, week.end, *cells, week.population))
    units = [
        column
        for unit in ("tokens", "requests", "money")
        for column in (
            Column(key=f"{unit}_shown", title=unit, only="page"),
            Column(key=f"{unit}_low", title="", only="file"),
            Column(key=f"{unit}_high", title="", only="file"),
        )
    ]
    return Table(
        name="split",
        caption=f"Share of {words.cohort(found.cohort)}, the same window in three units",
        columns=(
            Column(key="channel", title="where", wide=18),
            Column(key="start", title="from"),
            Column(key="end", title="to"),
            *units,
            Column(key="population", title="population", wide=36, terminal=False),
        ),
        rows=tuple(rows),
    )


def series_figure(series: Series, found: Adoption, *, width: int = WIDE, container: bool = False) -> Figure:
    """One share over time as a band between its bounds, with the level and the dates on which it passed it."""
    compact = width < 560
    height = 230 if compact else 280
    first, last = series.periods[0].start, series.latest.end
    end = series.latest
    said = percent(end.low, end.high)
    room = marks.beyond(first, end.start, [said], width - MARGIN)
    edge = max(last + timedelta(days=max(20, (last - first).days // 9)), room)
    x = marks.dates(first, edge, last, compact=compact, title=f"First day of the {series.grain}")
    y = marks.measure("score", f"Share of {series.unit}", (0.0, 1.0), tickCount=5, format=".0%")
    rows = [
        {"date": p.start.isoformat(), "score": (p.low + p.high) / 2, "low": p.low, "high": p.high}
        for p in series.periods
    ]
    lines = [
        marks.line([{**row, "score": row[key]} for row in rows], x, y, LIGHT.follower, "linear")
        for key in ("low", "high")
    ]
    level = [{"date": first.isoformat(), "score": series.overtake.level, "until": last.isoformat()}]
    label = [{"date": end.start.isoformat(), "score": (end.low + end.high) / 2, "text": said}]
    layers = [
        marks.rule(level, x, y, x2="until", color=LIGHT.soft, strokeDash=[4, 3]),
        marks.band(rows, x, y, LIGHT.follower, "linear"),
        *lines,
        marks.texts(label, x, y, dx=8, weight="bold"),
    ]
    return Figure(
        name=f"share-{series.unit}",
        finding=series_finding(series),
        alt=f"A band between two lines from {words.day(first)} to {words.day(last)}. {series_finding(series)}",
        footer=(
            f"Population: {series.population}. Rule: {series.numerator}. Between the lines lies what is unknown.",
            *(f"Left out: {x.count} {x.what}: {x.why}." for x in found.left_out),
            words.sources([o for o in found.origins if o.id in series.origins]),
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=series_table(series),
    )


def series_finding(series: Series) -> str:
    """The last period, and when the share passed the level."""
    p = series.latest
    who = series.subject.capitalize() if series.subject.islower() else series.subject
    return (
        f"{who} had {percent(p.low, p.high)} of {series.unit} on {place(series.channel)} in the {series.grain} to "
        f"{words.day(p.end)}; {overtaken(series.overtake, p.low, p.high)}"
    )


def overtaken(overtake: Overtake, low: float = 1.0, high: float = 1.0) -> str:
    """When a share passed a level, as the range that different counts allow.

    >>> overtaken(Overtake(level=0.5, from_start=False, earliest=None, latest=None, run=3))
    'it has not passed 50% on any count'
    """
    level = f"{overtake.level:.0%}"
    if overtake.from_start and high < overtake.level:
        return f"it lay above {level} in the first period and lies below it in the last"
    if overtake.from_start and low <= overtake.level:
        return f"it lay above {level} in the first period; on which side it lies now, the unknown decides"
    if overtake.from_start:
        return f"it lay above {level} from the first period on"
    if overtake.earliest is None:
        return f"it has not passed {level} on any count"
    first = f"{overtake.earliest:%Y-%m}"
    if overtake.latest is None:
        return f"it passed {level} in {first} at the earliest, and not yet on the strictest count"
    last = f"{overtake.latest:%Y-%m}"
    return f"it passed {level} in {first}" + ("" if first == last else f" at the earliest and in {last} at the latest")


def series_table(series: Series) -> Table:
    """One period a row, newest first."""
    return Table(
        name=f"share-{series.unit}",
        caption=f"Share of {series.subject} in {series.unit} on {place(series.channel)}",
        columns=(
            Column(key="start", title="from"),
            Column(key="end", title="to"),
            Column(key="share", title="share", only="page"),
            Column(key="low", title="", only="file"),
            Column(key="high", title="", only="file"),
            Column(key="total", title=f"all {series.unit}"),
        ),
        rows=tuple((p.start, p.end, percent(p.low, p.high), p.low, p.high, p.total) for p in reversed(series.periods)),
    )


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
            *(Column(key=key, title="", only="file") for key in ("kind", "value", "low", "high")),
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
            *(Column(key=key, title="", only="file") for key in ("id", "value", "low", "high")),
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


def said(figure: Published) -> str:
    """A published figure in the publisher's words where it was no plain number, else as it was written down."""
    if figure.quoted:
        return _LARGE.sub(lambda n: amount("count", float(n[0]), None, None), figure.quoted) + (
            "%" if figure.kind == "share" else ""
        )
    return amount(figure.kind, figure.value, figure.low, figure.high)


def window(week: Week) -> str:
    """The days of a window, one of them where it is a day."""
    return f"{week.end}" if week.start == week.end else f"{week.start} to {week.end}"


def percent(low: float, high: float | None) -> str:
    """A share, or its two bounds where they differ.

    >>> percent(0.641, 0.746), percent(0.09, 0.09), percent(0.37, None)
    ('64% to 75%', '9%', 'at least 37%')
    """
    if high is None:
        return f"at least {low:.0%}"
    one, two = f"{low:.0%}", f"{high:.0%}"
    return one if one == two else f"{one} to {two}"


def amount(kind: str, value: float | None, low: float | None, high: float | None) -> str:
    """A share or a count with what bounds it has.

    >>> amount("count", 1.15e9, None, None), amount("share", None, 0.16, 0.24), amount("share", 0.45, 0.45, None)
    ('1.15 billion', '16% to 24%', '≥ 45%')
    """

    def one(x: float) -> str:
        if kind == "share":
            return f"{100 * x:.3g}%"
        for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if x >= size:
                return f"{x / size:.3g} {name}"
        return f"{x:,.0f}"

    if low is not None and high is not None and one(low) != one(high):
        return f"{one(low)} to {one(high)}"
    if low is not None and high is None:
        return f"≥ {one(low)}"
    if high is not None and low is None:
        return f"≤ {one(high)}"
    known = value if value is not None else low
    return "–" if known is None else one(known)
