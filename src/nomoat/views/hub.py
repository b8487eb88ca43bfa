"""Whose models are downloaded from the Hub, built on, or adopted faster than others, and which counters mislead?"""

from __future__ import annotations

from nomoat.types import Origin
from nomoat.views import lanes, marks, words
from nomoat.views.bounds import bound, bounds
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.shares import amount, percent
from nomoat.views.table import Column, Table, Value, raw
from nomoat.views.theme import WIDE
from nomoat.world.counters import SIGNS, Suspects
from nomoat.world.derivatives import Derivatives
from nomoat.world.downloads import Downloads
from nomoat.world.hub import Listing
from nomoat.world.relative import Relative

TYPED = 15  # rows of a table that a terminal shows; all of them stand in --csv and --json
DRAWN = 10  # groups in a picture


def readings_table(found: Listing) -> Table:
    """One reading a row."""
    return Table(
        name="readings",
        caption="Readings of the Hub in this catalogue and your store",
        columns=(
            Column(key="day", title="day"),
            Column(key="repositories", title="repositories"),
            Column(key="counted", title="with a count"),
            Column(key="models", title="models"),
        ),
        rows=tuple((r.day, r.repositories, r.counted, r.models) for r in found.readings),
    )


def downloads_finding(found: Downloads) -> str:
    """The largest group's share, the window, and how few models hold most."""
    first = found.groups[0]
    when = f"on {words.day(found.end)}" if found.start is None else f"from {found.start} to {found.end}"
    return (
        f"{first.name} had {percent(first.low, first.high)} of {amount('count', found.total, None, None)} downloads "
        f"{when} ({found.rule}); the most downloaded of {words.count(found.concentration.n, 'model')} had "
        f"{found.concentration.largest:.0%}"
    )


def downloads_figure(found: Downloads, *, width: int = WIDE, container: bool = False) -> Figure:
    """One bar a group, between the bounds that unknown models leave."""
    bars = [(g.name, g.low, g.high) for g in found.groups[:DRAWN]]
    footer = f"Population: {found.population}. Rule: {found.rule}. Dark: between the bounds that unknown models leave."
    said = downloads_finding(found)
    return _bars(
        "downloads", bars, "Share of downloads", said, footer, downloads_table(found), found.origins, width, container
    )


def downloads_table(found: Downloads) -> Table:
    """One group a row; by model, what its maker's repository, its twins and its mirrors had."""
    if found.by == "model":
        rows: list[tuple[Value, ...]] = [
            (*(m.name, m.model, m.organisation, m.downloads, m.own, m.twin, m.mirror), m.repositories)
            for m in found.models
        ]
        columns: tuple[Column, ...] = (
            Column(key="name", title="model", wide=34),
            *raw("model"),
            Column(key="organisation", title="maker", wide=18),
            Column(key="downloads", title="downloads"),
            *(
                Column(key=key, title=title)
                for key, title in (("own", "own"), ("twin", "twins"), ("mirror", "mirrors"))
            ),
            Column(key="repositories", title="repositories"),
        )
    else:
        rows = [(g.name, percent(g.low, g.high), g.low, g.high, g.downloads, g.models) for g in found.groups]
        columns = (
            Column(key=found.by, title=found.by, wide=34),
            *_share(),
            Column(key="downloads", title="downloads"),
            Column(key="models", title="models"),
        )
    when = f"{found.end}" if found.start is None else f"{found.start} to {found.end}"
    return Table(
        name="downloads",
        caption=f"Downloads from the Hub by {found.by}, {when}: {found.rule}",
        columns=columns,
        rows=tuple(rows),
    )


def downloads_text(found: Downloads, width: int) -> str:
    """The finding, the table, and the concentration."""
    c = found.concentration
    more = (
        f"Concentration over {words.count(c.n, 'model')}: Herfindahl index {c.hhi:.3f}, Gini coefficient {c.gini:.2f}, "
        f"largest {c.largest:.1%}. Of no known {found.by}: {amount('count', found.unknown, None, None)}."
    )
    return "\n".join(
        [fill(f"{downloads_finding(found)}.", width), "", _typed(downloads_table(found), width), "", fill(more, width)]
    )


def derivatives_finding(found: Derivatives) -> str:
    """Whose models most is built on, between its bounds, and how many models say so at all."""
    g = found.groups[0]
    return (
        f"{g.name} is the base of {percent(g.low, g.high)} of derivatives ({found.rule}); "
        f"{found.coverage:.0%} of models name a base"
    )


def derivatives_figure(found: Derivatives, *, width: int = WIDE, container: bool = False) -> Figure:
    """One bar a base, between its bounds."""
    bars = [(g.name, g.low, g.high) for g in found.groups[:DRAWN]]
    footer = (
        f"{words.count(found.derivatives, 'derivative')}; a merge of n bases credits each with 1/n. Dark: between the "
        f"bounds that {words.count(found.silent, 'model')} without a word about their base leave."
    )
    said = derivatives_finding(found)
    table = derivatives_table(found)
    return _bars("derivatives", bars, "Share of derivatives", said, footer, table, found.origins, width, container)


def derivatives_table(found: Derivatives) -> Table:
    """One base a row: credit, bounds, relations, depths, and whether the author says so or the Hub concludes it."""
    relations = list(dict.fromkeys(key for g in found.groups for key in g.relations))
    depths = list(dict.fromkeys(key for g in found.groups for key in g.depths)) if found.count == "ancestors" else []
    return Table(
        name="derivatives",
        caption=f"Derivatives by {found.by} of the base, read by {found.end}: {found.rule}",
        columns=(
            Column(key=found.by, title=found.by, wide=30),
            Column(key="credit", title="credit", digits=1),
            *_share(),
            *(Column(key=key, title=key, digits=1) for key in relations),
            *(Column(key=f"depth_{key}", title=f"depth {key}", digits=1) for key in sorted(depths)),
            Column(key="declared", title="declared", digits=1),
            Column(key="inferred", title="inferred", digits=1),
        ),
        rows=tuple(
            (
                *(g.name, g.credit, percent(g.low, g.high), g.low, g.high),
                *(g.relations.get(key, 0.0) for key in relations),
                *(g.depths.get(key, 0.0) for key in sorted(depths)),
                *(g.declared, g.inferred),
            )
            for g in found.groups
        ),
    )


def derivatives_text(found: Derivatives, width: int) -> str:
    """The finding, the table, and what names no base."""
    more = (
        f"{words.count(found.silent, 'model')} name no base and are nobody's: counted out in the low bound and in in "
        f"the high one, with {found.unattributed:.1f} of credit that meets a base of no known {found.by}."
    )
    lines = [fill(f"{derivatives_finding(found)}.", width), "", _typed(derivatives_table(found), width)]
    return "\n".join([*lines, "", fill(more, width)])


def relative_table(found: Relative) -> Table:
    """One model a row at the greatest age that it has reached; every age goes to a file through --json."""

    def span(low: float | None, high: float | None) -> str:
        return "–" if low is None or high is None else f"{low:.2f} to {high:.2f}"

    rows = [
        (
            *(s.name, s.model, s.size, s.days, s.downloads, s.references),
            *(s.v2, span(s.v2_low, s.v2_high), s.v2_low, s.v2_high, s.v1, span(s.v1_low, s.v1_high), s.v1_low),
            s.v1_high,
        )
        for s in found.latest
    ]
    return Table(
        name="relative",
        caption="Relative adoption: downloads beside the most downloaded models of the size at the same age",
        columns=(
            Column(key="name", title="model", wide=30),
            *raw("model"),
            Column(key="size", title="size"),
            Column(key="days", title="days"),
            Column(key="downloads", title="downloads", digits=0),
            Column(key="references", title="references"),
            Column(key="v2", title="v2", digits=2),
            Column(key="v2_interval", title=f"{found.level:.0%}", only="page"),
            *raw("v2_low", "v2_high"),
            Column(key="v1", title="v1", digits=2),
            Column(key="v1_interval", title=f"{found.level:.0%}", only="page"),
            *raw("v1_low", "v1_high"),
        ),
        rows=tuple(rows),
    )


def relative_text(found: Relative, width: int) -> str:
    """The table and the two rules."""
    rules = [fill(f"{name}: {rule}.", width, subsequent_indent="  ") for name, rule in found.rules.items()]
    return "\n".join([relative_table(found).caption, "", _typed(relative_table(found), width), "", *rules])


def counters_finding(found: Suspects) -> str:
    """How many counters show which sign."""
    told = [f"{sum(s.sign == name for s in found.signs)} of {n} “{name}”" for name, n in found.judged.items()]
    return f"Of {words.count(found.counters, 'counter')} of the Hub: {words.listing(told)}"


def counters_table(found: Suspects) -> Table:
    """One counter and sign a row."""
    return Table(
        name="counters",
        caption="Counters of the Hub that are not what they are taken for",
        columns=(
            Column(key="repository", title="repository", wide=34),
            *raw("model"),
            Column(key="sign", title="sign", wide=24),
            Column(key="day", title="day", terminal=False),
            Column(key="downloads_all", title="all-time"),
            Column(key="downloads_30d", title="30 days"),
            Column(key="likes", title="likes"),
            Column(key="seen", title="what was seen", wide=60, terminal=False),
        ),
        rows=tuple(
            (s.repository, s.model, s.sign, s.day, s.downloads_all, s.downloads_30d, s.likes, s.seen)
            for s in found.signs
        ),
    )


def counters_text(found: Suspects, width: int) -> str:
    """The finding, the table, and what each sign says."""
    signs = [fill(f"{name}: {about}.", width, subsequent_indent="  ") for name, about in SIGNS.items()]
    table = [_typed(counters_table(found), width), ""] if found.signs else []
    return "\n".join([fill(f"{counters_finding(found)}.", width), "", *table, *signs])


def _share() -> tuple[Column, ...]:
    return (
        Column(key="share", title="share", only="page"),
        *raw("low", "high"),
    )


def _typed(table: Table, width: int) -> str:
    from msgspec import structs

    shown = structs.replace(table, rows=table.rows[:TYPED]).text(width)
    rest = len(table.rows) - TYPED
    return shown + (f"\nand {rest} more: --csv" if rest > 0 else "")


def _bars(
    name: str,
    bars: list[tuple[str, float, float]],
    title: str,
    said: str,
    footer: str,
    table: Table,
    origins: tuple[Origin, ...],
    width: int,
    container: bool,
) -> Figure:
    compact = width < 560
    lane = lanes.lanes([bar[0] for bar in bars], compact=compact)
    x = lanes.scale((0.0, 1.0), title, compact=compact, format=".0%")
    rows = [bound(k, low, high) for k, (_, low, high) in enumerate(bars)]
    return Figure(
        name=name,
        finding=said,
        alt=f"{words.count(len(bars), 'bar')}, one a group. {said}",
        footer=(footer, words.sources(origins)),
        view=marks.plot(bounds(rows, x, lane), width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=table,
    )
