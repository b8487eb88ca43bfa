"""What is a quoted share a share of, and which choices lead from it to ours, with unlike things marked as unlike?"""

from __future__ import annotations

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.shares import amount, percent
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT, WIDE
from nomoat.world.countings import Counting, described, spoken
from nomoat.world.reconcile_share import ShareReconciliation
from nomoat.world.walk import Step

NOT_ALONE = "not counted with this alone changed"
LONGEST = 32  # characters of a quoted figure that a title repeats
TYPED = 6  # rows of a list that a terminal shows; all of them stand in --json


def share_figure(
    found: ShareReconciliation, *, name: str = "reconcile", width: int = WIDE, container: bool = False
) -> Figure:
    """One row a step: the range that is counted then; a step to something unlike is grey and says so."""
    compact = width < 560
    names = ["As said" if found.quoted != found.figure else f"{found.figure}, as said"]
    drawn: list[marks.Row] = []
    told: list[marks.Row] = []
    if found.kind == "share":
        drawn.append({"row": 0, "value": found.value, "until": found.value, "like": True})
        told.append({"row": 0, "value": found.value, "text": f"{100 * found.value:.3g}%"})
    for row, step in enumerate(found.waterfall, start=1):
        names.append(_first(found) if step.changed == "figure" else f"{step.changed}: {step.after}")
        kind = "count" if found.kind == "count" and step.changed == "figure" else "share"
        if step.low is None or step.high is None or kind == "count":
            said = NOT_ALONE if step.low is None else spoken(kind, step.low, step.high or step.low)
            told.append({"row": row, "value": 0.0, "text": said})
            continue
        drawn.append({"row": row, "value": step.low, "until": step.high, "like": not unlike(step)})
        said = _exact(step.low, step.high)
        moved = moves(step) if step.changed != "figure" else ""
        more = f" ({moved})" if moved else ", not comparable" if unlike(step) else ""
        told.append({"row": row, "value": step.high, "text": f"{said}{more}"})
    lane = lanes.lanes(names, compact=compact, strong=(0, len(names) - 1))
    x = lanes.scale(
        (0.0, 1.0 if compact else 1.15), "Share", compact=compact, format=".0%", values=[0, 0.25, 0.5, 0.75, 1]
    )
    layers = []
    for like, colour in ((True, LIGHT.follower), (False, LIGHT.other)):
        rows = [row for row in drawn if row["like"] is like]
        layers += [
            marks.bar(rows, x, lane.y, colour, x2="until", height=11, opacity=0.85),
            marks.points([row for row in rows if row["value"] == row["until"]], x, lane.y, colour, FOLLOWER_SHAPE),
        ]
    quiet = [row for row in told if row["text"] == NOT_ALONE]
    layers += [
        marks.texts([row for row in told if row not in quiet], x, lane.y, dx=8, weight="bold"),
        marks.texts(quiet, x, lane.y, dx=8, colour=LIGHT.soft),
        *lane.layers(),
    ]
    said = headline(found)
    near = f" The nearest that were published: {_near(found)}." if found.nearest else ""
    return Figure(
        name=name,
        finding=said,
        alt=f"{words.count(len(names), 'row')} from a quoted figure to ours. {said}",
        footer=(
            f"One choice a step; grey: unlike the row before it, so that there is no difference. "
            f"{words.count(found.tried, 'counting')} tried. Ours: {described(found.default)}.{near}",
            words.sources(found.origins),
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=steps_table(found, name=name),
    )


def headline(found: ShareReconciliation) -> str:
    """The finding as a chart has room for it: who has the figure, for whose models, and ours."""
    ours = f"ours is {percent(found.default.low, found.default.high)} of {found.default.unit}"
    figure = found.quoted if len(found.quoted) <= LONGEST else amount(found.kind, found.value, None, None)
    if found.readings:
        first = found.readings[0].counting
        exactly = first.low == first.high == found.value
        gives = "" if exactly else f" ({spoken(first.kind, first.low, first.high)})"
        said = [f"{figure} is what {publisher(first)} has for {first.subject}, counted in {first.unit}{gives}"]
        if found.whole is not None:
            c = found.whole.counting
            said.append(f"{amount(c.kind, None, c.low, c.high)} of all “{c.population}”")
        said += [f"of {_meant(found)} nothing here gives it"] if found.nearest and not found.amiss else []
        return printable("; ".join([*said, ours]))
    if found.between:
        first = found.between[0].counting
        said = [f"{figure} lies between the bounds of {first.subject}, counted in {first.unit}, {first.period}"]
        return printable("; ".join([*said, ours]))
    return printable(f"Nothing here gives {figure}; {ours}")


def _exact(low: float, high: float) -> str:
    """A share as a row shows it: one figure as it was published, two bounds in whole per cent.

    >>> _exact(0.045, 0.045), _exact(0.41, 0.41), _exact(0.641, 0.746)
    ('4.5%', '41%', '64% to 75%')
    """
    return f"{100 * low:.3g}%" if low == high else percent(low, high)


def finding(found: ShareReconciliation) -> str:
    """What the figure is a share of, or that nothing here gives it and what is nearest."""
    ours = f"ours is {percent(found.default.low, found.default.high)} of {found.default.unit}"
    if found.readings:
        first = found.readings[0].counting
        exactly = first.low == first.high == found.value
        gives = "" if exactly else f" ({spoken(first.kind, first.low, first.high)})"
        said = [f"{found.quoted} is what {publisher(first)} has for {described(first)}{gives}"]
        if found.whole is not None:
            c = found.whole.counting
            said.append(f"of all “{c.population}” it is {spoken(c.kind, c.low, c.high)}")
        if len(found.readings) > 1:
            others = len(found.readings) - 1
            said.append("1 other counting rounds to it" if others == 1 else f"{others} other countings round to it")
        return printable("; ".join([*said, *_missing(found), ours]))
    if found.between:
        first = found.between[0].counting
        said = [f"{found.quoted} lies between the bounds of {described(first)}", *_missing(found), ours]
        return printable("; ".join(said))
    near = _near(found)
    return printable(f"Nothing here gives {found.quoted}; the nearest that were published: {near}; {ours}")


def _missing(found: ShareReconciliation) -> list[str]:
    """What the figure was meant of and is not given by, with the nearest of that."""
    if not found.nearest:
        return []
    named = words.listing([f"“{word}”" for word in found.amiss])
    of_what = f"it does not speak of {named}, and of that" if found.amiss else f"of {_meant(found)}"
    return [f"{of_what} nothing here gives it, nearest: {_near(found)}"]


def _meant(found: ShareReconciliation) -> str:
    cohorts = {f.counting.cohort for f in found.nearest}
    return words.cohort(cohorts.pop()) if len(cohorts) == 1 else "what was meant"


def _near(found: ShareReconciliation) -> str:
    """The nearest published figures, those of one publisher and whole together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for f in found.nearest:
        c = f.counting
        groups.setdefault((publisher(c), c.unit, c.population), []).append(spoken(c.kind, c.low, c.high))
    return "; ".join(
        f"{name} {words.listing(shares)} of {unit} ({whole})" for (name, unit, whole), shares in groups.items()
    )


def steps_table(found: ShareReconciliation, *, name: str = "reconcile") -> Table:
    """The steps from their figure to ours; unlike things have no change."""
    rows = []
    for step in found.waterfall:
        kind = "count" if found.kind == "count" and step.changed == "figure" else "share"
        value = "–" if step.low is None or step.high is None else spoken(kind, step.low, step.high)
        said = moves(step) or ("not comparable" if step.note and step.low is not None else "")
        rows.append(
            (*(step.changed, step.before, step.after, value, step.low, step.high), said or None, step.delta_low,
             step.delta_high, step.note)
        )  # fmt: skip
    return Table(
        name=name,
        caption=f"From {found.figure} to our default, one choice a step",
        columns=(
            Column(key="changed", title="choice"),
            Column(key="before", title="from", wide=22),
            Column(key="after", title="to", wide=28),
            Column(key="value", title="gives", only="page"),
            *raw("low", "high"),
            Column(key="change", title="change, points", only="page", wide=16),
            *raw("delta_low", "delta_high"),
            Column(key="note", title="note", wide=46, terminal=False),
        ),
        rows=tuple(rows),
    )


def countings_table(found: ShareReconciliation, *, name: str = "countings") -> Table:
    """Every counting that has to do with the figure: what gives it, what holds it, what is near or beside it."""
    groups = (
        ("gives it", found.readings), ("holds it", found.between), ("came by it", found.passing),
        ("near it", found.nearest), ("beside it", found.beside),
    )  # fmt: skip
    return Table(
        name=name,
        caption=f"What is counted here around {found.figure}",
        columns=(
            Column(key="how", title="", terminal=False),
            Column(key="share", title="share", only="page"),
            *raw("low", "high"),
            Column(key="subject", title="whose", wide=22),
            Column(key="unit", title="of"),
            Column(key="population", title="population", wide=30),
            Column(key="period", title="period"),
            Column(key="bound", title="bound", terminal=False),
            Column(key="publisher", title="publisher", wide=20, terminal=False),
            Column(key="numerator", title="rule", wide=44, terminal=False),
            Column(key="id", title="id", only="file"),
        ),
        rows=tuple(
            (
                *(how, _given(c), c.low, c.high, c.subject, c.unit, c.population, c.period),
                *(c.bound, c.publisher, c.numerator, c.id),
            )
            for how, group in groups
            for c in (f.counting for f in group)
        ),
    )


def quoted_table(found: tuple[ShareReconciliation, ...]) -> Table:
    """One quoted figure a row: of what it is a share, or that nothing here gives it and what is nearest."""
    rows: list[tuple[str, ...]] = []
    for one in found:
        group = (*one.readings, *one.between, *one.nearest)
        c = group[0].counting if group else one.default
        gives = "" if one.readings else "within " if one.between else "nearest: "
        who = f"{publisher(c)}: {c.population}, {c.period}. Rule: {c.numerator}"
        rows.append((one.figure, f"{gives}{spoken(c.kind, c.low, c.high)}", c.subject, c.unit, who))
    return Table(
        name="quoted-figures",
        caption="Figures that are quoted as “the share of open models”, and what each is a share of",
        columns=(
            Column(key="figure", title="quoted", wide=20),
            Column(key="value", title="counted"),
            Column(key="subject", title="whose", wide=16),
            Column(key="unit", title="of"),
            Column(key="who", title="by whom, of what, and by which rule", wide=90),
        ),
        rows=tuple(rows),
    )


def share_text(found: ShareReconciliation, width: int) -> str:
    """What a terminal shows: the finding, the countings around the figure, and the way to ours."""
    from msgspec import structs

    lines = [fill(f"{finding(found)}.", width), ""]
    for title, group in (
        (f"Countings that give {found.figure}", found.readings),
        ("Periods whose bounds hold it: any figure in between is possible", found.between),
        ("Single weeks that came by it, as a series that moves does", found.passing),
        ("The nearest that were published", found.nearest),
        ("Published beside it: the same place, unit and models by another rule or of another whole", found.beside),
    ):
        if group:
            table = countings_table(found)
            ids = [(f.counting.id, f.counting.bound, f.counting.period) for f in group[:TYPED]]
            rows = tuple(row for row in table.rows if (row[-1], row[8], row[7]) in ids)
            kept = {(row[-1], row[8], row[7]): row for row in rows}
            lines += [title, structs.replace(table, rows=tuple(kept.values())).text(width)]
            lines += [f"and {len(group) - TYPED} more: --json"] if len(group) > TYPED else []
            lines.append("")
    if found.unspoken:
        spoken_by_none = words.listing([f"“{word}”" for word in found.unspoken])
        lines += [fill(f"No counting here speaks of {spoken_by_none}: it was not narrowed by that.", width), ""]
    lines += ["From their figure to ours, one choice a step", steps_table(found).text(width)]
    notes: dict[str, list[str]] = {}
    for step in found.waterfall:
        if step.note:
            notes.setdefault(step.note, []).append(step.changed)
    told = [f"{', '.join(changed)}: {note}." for note, changed in notes.items()]
    lines += ["", *(fill(line, width, subsequent_indent="  ") for line in told)] if told else []
    if found.both:
        lines += ["", fill(f"Both can be right. {found.both}", width)]
    return "\n".join(lines)


def _first(found: ShareReconciliation) -> str:
    """Whose counting the way begins at."""
    group = (*found.readings, *found.between, *found.nearest)
    who = f"{publisher(group[0].counting)}, {group[0].counting.unit}" if group else "ours"
    return who if found.readings or found.between else f"nearest: {who}"


def _given(c: Counting) -> str:
    """What a counting gives, and that it is a bound where it is one."""
    return spoken(c.kind, c.low, c.high) + (f" ({c.bound})" if c.bound in ("low", "high") else "")


def unlike(step: Step) -> bool:
    """Whether a step leads to something that has no difference with what stood before it."""
    return step.low is not None and step.delta_low is None and step.changed != "figure"


def moves(step: Step) -> str:
    """By how many points a step moves the share, as a range where it has bounds; empty where there is no difference.

    >>> moves(Step(changed="period", before="", after="", low=0.6, high=0.7, delta_low=0.3, delta_high=0.4))
    '+30 to +40'
    """
    if step.delta_low is None or step.delta_high is None:
        return ""
    one, two = (words.number(100 * x, 0) for x in (step.delta_low, step.delta_high))
    signed = [x if x.startswith("-") or x == "0" else f"+{x}" for x in (one, two)]
    return signed[0] if one == two else " to ".join(signed)


def publisher(counting: Counting) -> str:
    """Who published it, without the words of a licence."""
    return counting.publisher.split(" (")[0]
