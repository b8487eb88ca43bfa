"""How likely does the follower stand where the leader stands today, by when, and how good were such answers?"""

from __future__ import annotations

from datetime import timedelta

from nomoat.types import MONTH
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable
from nomoat.views.theme import LIGHT, MARGIN, WIDE
from nomoat.world.backtest import Backtest, Score
from nomoat.world.forecast import Forecast, Outlook

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
    for outlook in sorted(found.outlooks, key=lambda o: o.default):
        rows = _rows(found, outlook)
        colour = _COLOURS[outlook.method]
        if outlook.default:
            layers.append(marks.band(rows, x, y, colour, "linear"))
        layers += [
            marks.line(rows, x, y, colour, "linear"),
            marks.points(rows[1:], x, y, colour, _SHAPES[outlook.method]),
        ]
    entries = [(o.method + (" (default)" if o.default else ""), o.method) for o in found.outlooks]
    layers += marks.key(
        [(said, _COLOURS[name], _SHAPES[name]) for said, name in entries], left=width - MARGIN - 150, top=height - 62
    )
    return Figure(
        name="forecast",
        finding=finding(found),
        alt=f"Three rising lines of probability from {words.day(found.at)} to {words.day(last)}. {finding(found)}.",
        footer=(
            "; ".join(f"{o.method}: {o.about}" for o in found.outlooks)
            + f". Band: {found.level:.0%} of the draws of abilities, for the default method.",
            record_sentence(found.record),
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
    if year.p is None:
        return f"No wait of the past tells when {who} reach {target}"
    said = f"{who.capitalize()} reach {target} by {words.day(year.date)} with a chance of "
    said += f"{'at least ' if year.at_least else ''}{year.p:.0%}"
    return said + (f"; other methods say {min(others):.0%} to {max(others):.0%}" if others else "")


def record_sentence(record: Backtest | None) -> str:
    """How the default method did, or that it was not looked at."""
    if record is None:
        return "No record of past forecasts was made"
    year = _of(record, "waits", 12)
    if year is None:
        return f"No quarter since {record.first} is a year old: these forecasts have no record yet"
    return (
        f"Record ({record.label}): {year.n} overlapping quarters a year old or more since {record.first}; "
        f"mean probability {year.expected:.0%}, happened in {year.happened} "
        f"(90% binomial interval {year.low:.0%} to {year.high:.0%}), Brier score {year.brier:.2f}"
    )


def forecast_table(found: Forecast) -> Table:
    """One method and horizon a row, with its score in the past."""
    rows = []
    for outlook in found.outlooks:
        for chance in outlook.chances:
            score = None if found.record is None else _of(found.record, outlook.method, round(chance.months))
            shown = "–" if chance.p is None else f"{'≥ ' if chance.at_least else ''}{chance.p:.0%}"
            span = "–" if chance.low is None or chance.high is None else f"{chance.low:.0%} to {chance.high:.0%}"
            came = "–" if score is None else f"{score.happened} of {score.n}"
            rows.append(
                (
                    *(outlook.method, chance.date, shown, chance.p, span, chance.low, chance.high, chance.at_least),
                    *((None,) * 3 if score is None else (score.brier, score.coin, score.expected)),
                    came,
                    *((None,) * 2 if score is None else (score.happened, score.n)),
                )
            )
    return Table(
        name="forecast",
        caption=f"{found.question[0].upper()}{found.question[1:]} ({found.scale} scale, seen from {found.at})",
        columns=(
            Column(key="method", title="method"),
            Column(key="by", title="by"),
            Column(key="chance", title="chance", only="page"),
            Column(key="p", title="", only="file"),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *(Column(key=key, title="", only="file") for key in ("low", "high", "at_least")),
            Column(key="brier", title="Brier", digits=2),
            Column(key="coin", title="constant", digits=2),
            Column(key="expected", title="", only="file"),
            Column(key="came", title="came true", only="page"),
            *(Column(key=key, title="", only="file") for key in ("happened", "n")),
        ),
        rows=tuple(rows),
    )


def forecast_text(found: Forecast, width: int) -> str:
    """What a terminal shows: the finding, the table, where the two stand, and the record."""
    stands = (
        f"{printable(found.target.model)} stands at {words.number(found.target.score or 0.0)} {found.unit} since "
        f"{found.target.date}, {printable(found.standing.model)} at {words.number(found.standing.score or 0.0)}."
    )
    paces = "; ".join(
        f"{p.cohort} rose {words.number(p.points)} points a year"
        + ("" if p.low is None or p.high is None else f" ({words.number(p.low)} to {words.number(p.high)})")
        for p in found.paces
    )
    meet = "they do not meet at these paces" if found.meeting is None else f"carried on they meet in {found.meeting:%Y}"
    notes = [f"{o.method}: {o.note}." for o in found.outlooks if o.note]
    lines = [f"{finding(found)}.", "", forecast_table(found).text(width), "", stands]
    lines += [f"Over 24 months {paces}; {meet}.", *notes, f"{record_sentence(found.record)}."]
    if found.record is not None:
        scored = ", ".join(f"{name} {value:.2f}" for name, value in found.record.log_scores.items())
        lines.append(f"Mean log score of all {len(found.record.quarters)} quarters (higher is better): {scored}.")
    from textwrap import fill

    return "\n".join(line if line.startswith((" ", "method")) or "\n" in line else fill(line, width) for line in lines)


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
        said = quarter.chances.get("waits", {})
        rows.append(
            (
                *(quarter.at, printable(quarter.target), said.get("3"), said.get("6"), said.get("12")),
                f"after {quarter.months:.1f} months" if quarter.happened else f"not in {quarter.months:.1f} months",
                *(quarter.months, quarter.happened),
            )
        )
    return Table(
        name="forecast-record",
        caption=f"Forecasts at past quarters' ends, method waits ({record.label})",
        columns=(
            Column(key="at", title="seen from"),
            Column(key="target", title="model to be reached", wide=28),
            *(Column(key=f"in_{h}", title=f"chance in {h} months", digits=2) for h in (3, 6, 12)),
            Column(key="came", title="reached", only="page"),
            Column(key="months", title="", only="file"),
            Column(key="happened", title="", only="file"),
        ),
        rows=tuple(rows),
    )
