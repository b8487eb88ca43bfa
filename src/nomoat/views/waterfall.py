"""Why does somebody print another figure: the way from theirs to ours, one changed choice a step?"""

from __future__ import annotations

from nomoat.types import Reading, Reconciliation
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable
from nomoat.views.theme import LIGHT, WIDE


def waterfall_figure(
    result: Reconciliation, *, name: str = "reconcile", width: int = WIDE, container: bool = False
) -> Figure:
    """Bars from each value to the next; a step without a value breaks the chain and says so."""
    compact = width < 560
    names = [f"{result.figure}, as published"]
    rows: list[marks.Row] = [
        {"row": 0, "value": 0.0, "until": result.value, "sign": 0, "text": words.number(result.value)}
    ]
    missing: list[marks.Row] = []
    last = result.value
    for index, fall in enumerate(result.waterfall, start=1):
        names.append(f"{fall.changed}: {fall.before} → {fall.after}")
        if fall.value is None:
            missing.append({"row": index, "value": last, "text": fall.note or "not defined"})
            continue
        change = fall.value - last
        rows.append(
            {
                "row": index,
                "value": last,
                "until": fall.value,
                "sign": (change > 0) - (change < 0),
                "text": f"{words.number(fall.value)} ({change:+.1f})",
            }
        )
        last = fall.value
    names.append("Our default")
    rows.append({"row": len(names) - 1, "value": 0.0, "until": last, "sign": 0, "text": words.number(last)})
    ends = [0.0, *(row["until"] for row in rows)]
    low, high = min(ends), max(ends)
    pad = max((high - low) * (0.3 if compact else 0.16), 0.5)
    title = result.unit[:1].upper() + result.unit[1:]
    x = lanes.scale((low - (pad if low < 0 else 0.0), high + pad), title, compact=compact)
    lane = lanes.lanes(names, compact=compact, strong=(0, len(names) - 1))
    colours = {0: LIGHT.other, 1: LIGHT.leader, -1: LIGHT.follower}
    layers = [
        marks.bar([row for row in rows if row["sign"] == sign], x, lane.y, colour, x2="until", height=11, opacity=0.85)
        for sign, colour in colours.items()
    ]
    still = [{**row, "value": row["until"]} for row in rows if row["value"] == row["until"]]
    layers += [
        marks.points(still, x, lane.y, LIGHT.other, "stroke", size=120),
        marks.texts(
            [{**row, "value": max(row["value"], row["until"])} for row in rows], x, lane.y, dx=7, weight="bold"
        ),
        marks.texts(missing, x, lane.y, dx=7, colour=LIGHT.soft),
        *lane.layers(),
    ]  # fmt: skip
    said = finding(result)
    hits = [reading for reading in result.readings if reading.distance <= result.tolerance]
    return Figure(
        name=name,
        finding=said,
        alt=f"A waterfall of {words.count(len(names), 'bar')} from their figure to ours. {said}",
        footer=(
            f"One choice changed a step, in this order; {words.count(result.tried, 'definition')} tried, "
            f"{len(hits)} within {words.number(result.tolerance, 2)} of {result.figure}.",
            words.sources(result.origins),
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=waterfall_table(result, name=name),
    )


def finding(result: Reconciliation) -> str:
    """Which definition gives their figure, and which one step moves it most on the way to ours."""
    steps = [fall for fall in result.waterfall if fall.delta is not None]
    best = result.readings[0] if result.readings else None
    if best is None or best.distance > result.tolerance:
        other = "" if best is None else f"; {_definition(result, best)} gives {words.number(best.value, 2)}"
        return printable(
            f"None of {words.count(result.tried, 'definition')} here gives {result.figure} within "
            f"{words.number(result.tolerance, 2)}{other}"
        )
    quoted = f"“{result.figure}”" if len(result.figure.split()) > 3 else result.figure
    said = f"{quoted} is {_definition(result, best)} ({words.number(best.value, 2)})"
    ends = [fall.value for fall in result.waterfall if fall.value is not None]
    if steps and ends:
        largest = max(steps, key=lambda fall: abs(fall.delta or 0.0))
        last = steps[-1].after if steps[-1].changed == "statistic" else best.definition.get("statistic", "")
        ours = f"ours, the {last}," if last else "ours"
        said += (
            f"; {ours} is {words.number(ends[-1])}, and the choice that moves it most is {largest.changed} "
            f"({largest.before} to {largest.after}: {largest.delta:+.1f})"
        )
    return printable(said)


def waterfall_table(result: Reconciliation, *, name: str = "reconcile") -> Table:
    """The steps from their figure to ours."""
    return Table(
        name=name,
        caption=f"From {result.figure} to our default, one choice a step",
        columns=(
            Column(key="changed", title="choice", wide=20),
            Column(key="before", title="from", wide=20),
            Column(key="after", title="to", wide=20),
            Column(key="value", title=result.unit, digits=2),
            Column(key="delta", title="change", digits=2),
            Column(key="note", title="note", wide=30),
        ),
        rows=(
            ("their figure", None, None, result.value, None, _publishers(result)),
            *((fall.changed, fall.before, fall.after, fall.value, fall.delta, fall.note) for fall in result.waterfall),
        ),
    )


def readings_table(result: Reconciliation, *, most: int = 12, name: str = "readings") -> Table:
    """The definitions within the tolerance of the figure, nearest first."""
    hits = [reading for reading in result.readings if reading.distance <= result.tolerance]
    found = sorted(hits, key=lambda reading: (reading.distance, sorted(reading.definition.items())))
    keys = list(dict.fromkeys(key for reading in found for key in reading.definition))
    return Table(
        name=name,
        caption=f"Definitions that give {result.figure}",
        columns=(
            *(
                Column(
                    key=key, title=key, wide=None if all(len(r.definition.get(key, "")) <= 12 for r in found) else 18
                )
                for key in keys
            ),
            Column(key="value", title=result.unit, digits=2),
            Column(key="distance", title="off by", digits=2),
        ),
        rows=tuple(
            (*(reading.definition.get(key) for key in keys), reading.value, reading.distance)
            for reading in found[:most]
        ),
    )


LOOP = " by its published loop"
_RULES = {"km": "", "strict": " by strict matching", "epoch": " by Epoch's rule", "iaps": " by IAPS's rule"}


def _definition(result: Reconciliation, reading: Reading) -> str:
    """A reading in words: its statistic and rule, and whatever else the way to our default changes."""
    said = reading.definition
    changed = {fall.changed for fall in result.waterfall}
    words_of = {
        "scale": f"on {said.get('scale')}",
        "openness": f"open meaning {said.get('openness')}",
        "vintage": f"as known on {said.get('vintage')}",
        "at": f"seen from {said.get('at')}",
    }
    more = [text for name, text in words_of.items() if name in changed and name in said]
    if "vintage" in changed and said.get("at") == said.get("vintage"):
        more.remove(words_of["at"]) if words_of["at"] in more else None
    rule = said.get("rule", "km")
    statistic, _, how = (
        said.get("statistic", "").replace(LOOP, " by the rule, as its published loop runs it").partition(" by the rule")
    )
    return ", ".join([f"the {statistic}{_RULES.get(rule, f' by rule {rule}')}{how}", *more])


def _publishers(result: Reconciliation) -> str | None:
    said = [" ".join(row.get(key, "") for key in ("publisher", "published")).strip() for row in result.published]
    return "; ".join(filter(None, said)) or None
