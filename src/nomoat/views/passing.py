"""By when does a share pass a level: the chances, and how such forecasts did?"""

from __future__ import annotations

from textwrap import fill

from nomoat.views import marks, words
from nomoat.views.adoption import percent
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table
from nomoat.views.theme import LIGHT, MARGIN, WIDE
from nomoat.world.passing import METHODS, Passing

_COLOURS = {"still": LIGHT.follower, "drift": LIGHT.leader}
_SHAPES = {"still": "circle", "drift": "diamond"}


def passing_figure(found: Passing, *, width: int = WIDE, container: bool = False) -> Figure:
    """One band a method: from the low count of the share to the high one."""
    compact = width < 560
    height = 220 if compact else 260
    last = max(c.date for c in found.chances)
    x = marks.dates(found.at, last, last, compact=compact, title="By")
    y = marks.measure("score", f"Chance of {found.level:.0%} or more", (0.0, 1.0), tickCount=5, format=".0%")
    layers = []
    for method, colour in _COLOURS.items():
        rows = [
            {"date": c.date.isoformat(), "score": (c.low + c.high) / 2, "low": c.low, "high": c.high}
            for c in found.chances
            if c.method == method
        ]
        layers += [
            marks.band(rows, x, y, colour, "linear"),
            marks.line(rows, x, y, colour, "linear"),
            marks.points(rows, x, y, colour, _SHAPES[method]),
        ]
    layers += marks.key([(name, colour, _SHAPES[name]) for name, colour in _COLOURS.items()], left=16, top=14)
    return Figure(
        name="passing",
        finding=finding(found),
        alt=f"Two bands of probability from {words.day(found.at)} to {words.day(last)}. {finding(found)}.",
        footer=(
            "; ".join(f"{name}: {about}" for name, about in METHODS.items()) + ". Band: low and high count.",
            f"{record_sentence(found)}.",
            f"Population: {found.population}. {words.sources(found.origins)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=passing_table(found),
    )


def finding(found: Passing) -> str:
    """Where the share stands, and how likely it passes the level within a year."""
    who = found.subject.capitalize()
    now = f"{who} stand at {percent(*found.stands)} of {found.unit} ({words.day(found.at)})"
    if found.passed:
        return f"{now}: they have passed {found.level:.0%} already"
    if found.passed is None:
        return f"{now}: past {found.level:.0%} on the high count, and not on the low one"
    year = [c for c in found.chances if c.months == max(x.months for x in found.chances)]
    default = next(c for c in year if c.default)
    other = next(c for c in year if not c.default)
    return (
        f"{now}; the chance of {found.level:.0%} or more on {words.day(default.date)} is "
        f"{percent(default.low, default.high)}, or {percent(other.low, other.high)} if it goes on drifting"
    )


def record_sentence(found: Passing) -> str:
    """How the default method did at its longest horizon with a record."""
    scored = [s for s in found.scores if s.method == "still"]
    if not scored:
        return "No past month can be scored: these forecasts have no record"
    last = scored[-1]
    return (
        f"Record of a level as far away ({found.label}): {words.count(last.n, 'overlapping forecast')} of "
        f"{last.months} months; mean probability {last.expected:.0%}, happened in {last.happened}, "
        f"Brier score {last.brier:.2f}"
    )


def passing_table(found: Passing) -> Table:
    """One method and horizon a row, with its record."""
    scores = {(s.method, s.months): s for s in found.scores}
    rows = []
    for c in found.chances:
        s = scores.get((c.method, c.months))
        came = "–" if s is None else f"{s.happened} of {s.n}"
        rows.append(
            (
                *(c.method, c.months, c.date, percent(c.low, c.high), c.low, c.high),
                *((None, None) if s is None else (s.brier, s.coin)),
                came,
                *((None, None) if s is None else (s.happened, s.n)),
            )
        )
    return Table(
        name="passing",
        caption=f"Chance that {found.subject} have {found.level:.0%} of {found.unit} ({found.population})",
        columns=(
            Column(key="method", title="method"),
            Column(key="months", title="months"),
            Column(key="on", title="on"),
            Column(key="chance", title="chance", only="page"),
            *(Column(key=key, title="", only="file") for key in ("low", "high")),
            Column(key="brier", title="Brier", digits=3),
            Column(key="coin", title="constant", digits=3),
            Column(key="came", title="came true", only="page"),
            *(Column(key=key, title="", only="file") for key in ("happened", "n")),
        ),
        rows=tuple(rows),
    )


def passing_text(found: Passing, width: int) -> str:
    """What a terminal shows."""
    table = passing_table(found)
    lines = [fill(f"{finding(found)}.", width), ""]
    if not found.passed:
        lines += [table.text(width), ""]
    lines += [fill(f"{name}: {about}.", width, subsequent_indent="  ") for name, about in METHODS.items()]
    return "\n".join([*lines, fill(f"{record_sentence(found)}.", width)])
