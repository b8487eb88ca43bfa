"""By when does a share pass a level: the chances, and how such forecasts did?"""

from __future__ import annotations

from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.paragraph import fill
from nomoat.views.shares import percent
from nomoat.views.table import Column, Table, raw
from nomoat.views.theme import LIGHT, MARGIN, WIDE
from nomoat.world.passing import METHODS, Passing

_COLOURS = {"still": LIGHT.follower, "drift": LIGHT.leader}
_SHAPES = {"still": "circle", "drift": "diamond"}


def passing_figure(found: Passing, *, width: int = WIDE, container: bool = False) -> Figure:
    """One band a method: from the low count of the share to the high one."""
    compact = width < 560
    height = 220 if compact else 260
    last = max(c.date for c in found.chances)
    x = marks.dates(found.at, last, last, compact=compact, title="On the last day of a month")
    y = marks.measure("score", f"Chance of {level_of(found)} or more", (0.0, 1.0), tickCount=5, format=".0%")
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
        return f"{now}: they have passed {level_of(found)} already"
    if found.passed is None:
        return f"{now}: past {level_of(found)} on the high count, and not on the low one"
    year = [c for c in found.chances if c.months == max(x.months for x in found.chances)]
    default = next(c for c in year if c.default)
    other = next(c for c in year if not c.default)
    return (
        f"{now}; the chance of {level_of(found)} or more on {words.day(default.date)} is "
        f"{chance(default.low, default.high)}, or {chance(other.low, other.high)} if it goes on drifting"
    )


def record_sentence(found: Passing) -> str:
    """How the default method did at each horizon with a record."""
    said = found.sentence()
    return f"{said[:1].upper()}{said[1:]}" if said.startswith("no ") else f"Record ({said})"


def level_of(found: Passing) -> str:
    """The level with as many digits as were asked for.

    >>> from nomoat.world.passing import passing
    >>> level_of(passing(0.9999))
    '99.99%'
    """
    return f"{100 * found.level:.6g}%"


def chance(low: float, high: float) -> str:
    """A probability on the low and on the high count, and never nought or certain where it is neither.

    >>> chance(0.0004, 0.003), chance(0.28, 0.41), chance(0.0004, 0.02)
    ('below 1%', '28% to 41%', 'below 1% to 2%')
    """
    ends = ["below 1%" if 0 < p < 0.005 else "above 99%" if 0.995 <= p < 1 else f"{p:.0%}" for p in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def passing_table(found: Passing) -> Table:
    """One method and horizon a row, with its record."""
    scores = {(s.method, s.months): s for s in found.scores}
    rows = []
    for c in found.chances:
        s = scores.get((c.method, c.months))
        came = "–" if s is None else f"{s.happened} of {s.n} ({s.low:.0%} to {s.high:.0%})"
        rows.append(
            (
                *(c.method, c.months, c.date, chance(c.low, c.high), c.low, c.high),
                *((None, None) if s is None else (s.brier, s.coin)),
                came,
                *((None,) * 4 if s is None else (s.happened, s.n, s.low, s.high)),
            )
        )
    return Table(
        name="passing",
        caption=f"Chance that {found.subject} have {level_of(found)} of {found.unit} ({found.population})",
        columns=(
            Column(key="method", title="method"),
            Column(key="months", title="months"),
            Column(key="on", title="on"),
            Column(key="chance", title="chance", only="page"),
            *raw("low", "high"),
            Column(key="brier", title="Brier", digits=3),
            Column(key="coin", title="constant", digits=3),
            Column(key="came", title="came true (90%)", only="page"),
            *raw("happened", "n", "happened_low", "happened_high"),
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


def past_table(found: Passing) -> Table:
    """One forecast of the record and method a row, from which the scores can be computed again."""
    return Table(
        name="passing-past",
        caption=f"Every forecast of the record ({found.label}), of a level as far away as {level_of(found)} is now",
        columns=(
            *(Column(key=key, title=key) for key in ("at", "method", "months", "due")),
            *(Column(key=key, title=key, digits=3) for key in ("stood", "level", "p", "came")),
            Column(key="happened", title="happened"),
        ),
        rows=tuple(
            (one.at, method, one.months, one.due, one.stood, one.level, p, one.came, one.happened)
            for one in found.past
            for method, p in one.chances.items()
        ),
    )
