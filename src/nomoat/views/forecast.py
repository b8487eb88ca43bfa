"""How likely does the follower stand where the leader stands today, by when, and how good were such answers?"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from nomoat.types import MONTH
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.shares import percent
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import LIGHT, MARGIN, WIDE
from nomoat.world.backtest import SCORED, Backtest, Score
from nomoat.world.expectation import DEFAULT
from nomoat.world.forecast import Forecast, Outlook, Pace

# The default is the line that is meant; the others show how much the method matters.
_COLOURS = {"waits": LIGHT.follower, "pace": LIGHT.leader, "lag": LIGHT.soft}
_SHAPES = {"waits": "circle", "pace": "square", "lag": "diamond"}


def forecast_figure(found: Forecast, *, width: int = WIDE, container: bool = False) -> Figure:
    """One line a method: the probability by 3, 6, 12, 18 and 24 months; the band is of the default method."""
    compact = width < 560
    height = 230 if compact else 280
    last = max(c.date for c in found.outlook.chances)
    edge = last + timedelta(days=round(MONTH * (4 if compact else 3)))
    x = marks.dates(found.at, edge, last, compact=compact, title="By")
    y = marks.measure("score", "Probability", (0.0, 1.06), tickCount=5, format=".0%")
    layers = []
    told = [o for o in found.outlooks if any(c.p is not None for c in o.chances)]
    silent = [f"{o.method}: {o.note}" for o in found.outlooks if o not in told]
    for outlook in sorted(told, key=lambda o: o.default):
        rows = _rows(found, outlook)
        colour = _COLOURS[outlook.method]
        if outlook.default:
            layers.append(marks.band(rows, x, y, colour, "linear"))
        layers += [
            marks.line(rows, x, y, colour, "linear"),
            marks.points(rows[1:], x, y, colour, _SHAPES[outlook.method]),
        ]
    entries = [(o.method + (" (default)" if o.default else ""), o.method) for o in told]
    layers += marks.key(
        [(said, _COLOURS[name], _SHAPES[name]) for said, name in entries], left=width - MARGIN - 150, top=height - 62
    )
    return Figure(
        name="forecast",
        finding=finding(found),
        alt=(
            f"{words.count(len(told), 'rising line')} of probability from {words.day(found.at)} to {words.day(last)}. "
            f"{finding(found)}."
        ),
        footer=(
            "; ".join([*(f"{o.method}: {o.about}" for o in told), *silent])
            + f". Band: {found.level:.0%} of the draws of abilities, for the default method.",
            *(() if found.record is None else (record_sentence(found.record),)),
            f"Method {found.method}, vintage {found.as_of}. {words.sources(found.origins)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=forecast_table(found),
    )


def finding(found: Forecast) -> str:
    """Who, by when, how likely, and how sure other methods are of it."""
    target = f"{printable(found.target.model)} ({words.number(found.target.score or 0.0)} {found.unit})"
    year = next(c for c in found.outlook.chances if c.months == 12)
    others = [c.p for o in found.outlooks for c in o.chances if c.months == 12 and not o.default and c.p is not None]
    who = words.cohort(found.follower)
    if found.met is not None:
        best = f"{printable(found.met.model)} ({words.number(found.met.score or 0.0)})"
        return f"{who.capitalize()} have reached {target} already: {best} on {words.day(found.met.date)}"
    if year.p is None:
        return f"No wait of the past tells when {who} reach {target}"
    said = f"{who.capitalize()} reach {target} by {words.day(year.date)} with a chance of "
    said += f"{'at least ' if year.at_least else ''}{year.p:.0%}"
    return said + (f"; {_others(others)}" if others else "")


def _others(chances: list[float]) -> str:
    if len(chances) == 1:
        return f"another method says {chances[0]:.0%}"
    return f"other methods say {percent(min(chances), max(chances))}"


def record_sentence(record: Backtest | None) -> str:
    """How the default method did, or that it was not looked at."""
    if record is None:
        return "No record of past forecasts was made"
    said = record.sentence(DEFAULT)
    return f"{said[:1].upper()}{said[1:]}" if said.startswith("no ") else f"Record, {said}"


def forecast_table(found: Forecast) -> Table:
    """One method and horizon a row, with its score in the past."""
    rows = []
    for outlook in found.outlooks:
        for chance in outlook.chances:
            score = None if found.record is None else _of(found.record, outlook.method, round(chance.months))
            shown = "–" if chance.p is None else f"{'≥ ' if chance.at_least else ''}{chance.p:.0%}"
            span = "–" if chance.low is None or chance.high is None else f"{chance.low:.0%} to {chance.high:.0%}"
            came = "–" if score is None else f"{score.happened} of {score.n} ({score.low:.0%} to {score.high:.0%})"
            rows.append(
                (
                    *(outlook.method, chance.date, shown, chance.p, span, chance.low, chance.high, chance.at_least),
                    *((None,) * 3 if score is None else (score.brier, score.coin, score.expected)),
                    came,
                    *((None,) * 4 if score is None else (score.happened, score.n, score.low, score.high)),
                )
            )
    return Table(
        name="forecast",
        caption=f"{found.question[0].upper()}{found.question[1:]} ({found.scale} scale, seen from {found.at})",
        columns=(
            Column(key="method", title="method"),
            Column(key="by", title="by"),
            Column(key="chance", title="chance", only="page"),
            *raw("p"),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *raw("low", "high", "at_least"),
            Column(key="brier", title="Brier", digits=2),
            Column(key="coin", title="constant", digits=2),
            *raw("expected"),
            Column(key="came", title="came true (90%)", only="page"),
            *raw("happened", "n", "happened_low", "happened_high"),
        ),
        rows=tuple(rows),
    )


def forecast_text(found: Forecast, width: int) -> str:
    """What a terminal shows: the finding, the table, where the two stand, and the record."""
    stands = (
        f"{printable(found.target.model)} stands at {words.number(found.target.score or 0.0)} {found.unit} since "
        f"{found.target.date}, {printable(found.standing.model)} at {words.number(found.standing.score or 0.0)}."
    )
    paces = "; ".join(map(_pace, found.paces))
    meet = "they do not meet at these paces" if found.meeting is None else f"carried on they meet in {found.meeting:%Y}"
    meet = "" if any(p.points is None for p in found.paces) else f"; {meet}"
    notes = [f"{o.method}: {o.note}." for o in found.outlooks if o.note]
    lines = [f"{finding(found)}.", ""]
    if found.met is not None:  # nothing is left to be expected, and the record of the certain says nothing
        lines += [stands, f"Over 24 months {paces}."]
        return "\n".join(fill(line, width) for line in lines)
    lines += [forecast_table(found).text(width), "", stands]
    lines += [f"Over 24 months {paces}{meet}.", *notes, f"{record_sentence(found.record)}."]
    if found.record is not None:
        quarters = found.record.quarters
        counts = {name: sum(name in q.chances for q in quarters) for name in found.record.log_scores}
        scored = ", ".join(
            f"{name} {value:.2f}" + (f" (of {counts[name]} that it speaks of)" if counts[name] < len(quarters) else "")
            for name, value in found.record.log_scores.items()
        )
        lines.append(f"Mean log score of all {len(found.record.quarters)} quarters (higher is better): {scored}.")
    return "\n".join(line if line.startswith((" ", "method")) or "\n" in line else fill(line, width) for line in lines)


def _pace(pace: Pace) -> str:
    if pace.points is None:
        return f"{pace.cohort} had no model at their beginning, and so has no pace"
    span = None if pace.low is None or pace.high is None else f"{words.number(pace.low)} to {words.number(pace.high)}"
    return f"{pace.cohort} rose {words.number(pace.points)} points a year{f' ({span})' if span else ''}"


def _rows(found: Forecast, outlook: Outlook) -> list[dict[str, object]]:
    start = found.reached or 0.0
    rows: list[dict[str, object]] = [{"date": found.at.isoformat(), "score": start, "low": start, "high": start}]
    rows += [
        {"date": c.date.isoformat(), "score": c.p, "low": c.low, "high": c.high}
        for c in outlook.chances
        if c.p is not None
    ]
    return rows


def _of(record: Backtest, method: str, months: int) -> Score | None:
    return next((s for s in record.scores if (s.method, s.months) == (method, months)), None)


def record_table(record: Backtest) -> Table:
    """One past quarter a row: what was asked then, what the default method said, and what came of it."""
    rows = []
    for quarter in record.quarters:
        said, low, high = (part.get(DEFAULT, {}) for part in (quarter.chances, quarter.low, quarter.high))
        shown = [
            "–" if f"{h}" not in said else f"{said[f'{h}']:.0%} ({low[f'{h}']:.0%} to {high[f'{h}']:.0%})"
            for h in SCORED
        ]
        came = (
            f"not by {record.cut}" if quarter.reached is None else f"{quarter.reached}, {printable(quarter.by or '')}"
        )
        rows.append(
            (
                *(quarter.at, printable(quarter.target), *shown, *(said.get(f"{h}") for h in SCORED), came),
                *(quarter.ability, quarter.reached, quarter.by, quarter.months, quarter.happened),
            )
        )
    return Table(
        name="forecast-record",
        caption=f"Forecasts at past quarters' ends, method {DEFAULT} ({record.label})",
        columns=(
            Column(key="at", title="seen from"),
            Column(key="target", title="model to be reached", wide=24),
            *(
                Column(key=f"shown_{h}", title=f"chance in {h} months ({record.level:.0%})", only="page")
                for h in SCORED
            ),
            *raw(*(f"in_{h}" for h in SCORED)),
            Column(key="came", title="reached", wide=30),
            *raw("ability", "reached", "by", "months", "happened"),
        ),
        rows=tuple(rows),
    )


def past_table(record: Backtest) -> Table:
    """One vintage, method and horizon a row: what was forecast, and what came, as the scores are computed from."""
    rows = []
    for quarter in record.quarters:
        for method, said in quarter.chances.items():
            for months in map(str, SCORED):
                due = quarter.at + timedelta(days=ceil(int(months) * record.month))
                old = record.cut is not None and due <= record.cut
                came = quarter.happened and quarter.months <= int(months)
                rows.append(
                    (
                        *(quarter.at, quarter.target, quarter.ability, method, int(months), due, said[months]),
                        *(quarter.low[method][months], quarter.high[method][months], old, came if old else None),
                        *(quarter.reached, quarter.by),
                    )
                )
    keys = (
        *("at", "target", "ability", "method", "months", "due", "p", "low", "high", "scored", "happened"),
        *("reached", "by"),
    )
    return Table(
        name="forecast-past",
        caption=f"Every forecast of the record ({record.label}), cut {record.cut}",
        columns=tuple(Column(key=key, title=key) for key in keys),
        rows=tuple(rows),
    )


def record_text(record: Backtest, width: int) -> str:
    """What a terminal shows of the record: each quarter, and the scores of each method."""
    scored = [
        f"{s.method}, {s.months} months: {s.happened} of {s.n} happened ({s.low:.0%} to {s.high:.0%}), mean "
        f"probability {s.expected:.0%}, Brier score {s.brier:.3f} ({s.coin:.3f} for always saying the share that came)."
        for s in record.scores
    ]
    about = (
        f"{record.label[:1].upper()}{record.label[1:]}. Each interval: {record.level:.0%} of {record.draws} draws of "
        f"abilities. Scored at a horizon: quarters whose end lies that many months of {record.month} days before "
        f"{record.cut}. The quarters overlap: the binomial intervals are too narrow. All methods, a row each: --csv."
    )
    lines = [record_table(record).text(width), "", *(fill(line, width) for line in scored), "", fill(about, width)]
    lines += [f"Left out: {left.count} {left.what}: {left.why}." for left in record.left_out]
    return "\n".join(lines)
