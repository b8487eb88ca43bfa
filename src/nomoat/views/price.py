"""What does the same capability cost from either side, how did that change, and who is cheapest at each capability?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import log10
from typing import Any

from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.marks import Layer
from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, clip, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, MARGIN, WIDE
from nomoat.world.own_price import OwnPrice
from nomoat.world.priced import AtLevel, Fall, Price, Sale

TOKENS = "Price a token, not a task: models that think aloud write more tokens for the same answer."
TIPS = (
    {"field": "model", "type": "nominal"},
    {"field": "seller", "type": "nominal"},
    {"field": "score", "type": "quantitative", "format": "$.4~g", "title": "a million tokens"},
)


def dollars(value: float | None) -> str:
    """A price of a million tokens.

    >>> dollars(0.4625), dollars(11.25), dollars(None)
    ('$0.4625', '$11.25', '–')
    """
    return "–" if value is None else f"${value:.4g}"


def times(value: float | None) -> str:
    """How many times as much.

    >>> times(2.0556), times(1.028), times(1251.4), times(None)
    ('2.1', '1.03', '1,251', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if 0.9 < value < 1.1 else f"{value:.2g}"


def finding(found: Price, level: AtLevel | None = None) -> str:
    """Who asks how much for one capability, and how many times as much as the other."""
    level = level or found.levels[0]
    sides, nobody = [], []
    for sale, name in _named(found, level):
        if sale.cheapest is None or sale.price is None:
            nobody.append(name)
            continue
        who = f"{printable(sale.cheapest.model)} at {printable(sale.cheapest.provider)}"
        sides.append(f"{dollars(sale.price)} from {name} ({who}{', yours' if sale.cheapest.yours else ''})")
    where = _level(found, level)
    if not sides:
        return f"{where[0].upper()}{where[1:]} no model with a price is known on {found.at}"
    said = f"{where[0].upper()}{where[1:]} a million tokens cost {' and '.join(sides)}"
    if nobody:
        return f"{said}; none of the {nobody[0]} so able has a known price"
    return said + (f": {_ratio(found, level)}" if level.ratio is not None else "")


def _level(found: Price, level: AtLevel) -> str:
    value = f"{words.number(level.capability)} {found.unit}"
    if level.name == f"{level.capability:g} {found.unit}":
        return f"at {value}"
    return f"at the capability of {printable(level.name)} ({value})"


def _short(found: Price, level: AtLevel) -> str:
    return level.name.removesuffix(f" {found.unit}")


def _named(found: Price, level: AtLevel) -> tuple[tuple[Sale, str], tuple[Sale, str]]:
    return (
        (level.leader, words.cohort(found.leader)),
        (level.follower, words.rest(found.follower, found.leader)),
    )


def _ratio(found: Price, level: AtLevel) -> str:
    """The dearer side and by how much, with the interval the same way round."""
    if level.ratio is None:
        return "no ratio"
    swapped = level.ratio < 1
    ends: tuple[float | None, float | None] = (level.ratio_low, level.ratio_high)
    value = level.ratio
    if swapped:
        value = 1 / level.ratio
        ends = (
            None if level.ratio_high is None else 1 / level.ratio_high,
            None if not level.ratio_low else 1 / level.ratio_low,
        )
    if abs(value - 1) < 0.005:
        return "the same"
    span = ""
    if level.ratio_low is not None:
        low, high = (times(end) if end is not None else "beyond what is offered" for end in ends)
        span = f" ({found.level:.0%} interval {low} to {high})"
    who = words.cohort(found.follower if swapped else found.leader)
    return f"{who} cost {times(value)} times as much{span}"


def fallen(fall: Fall | None) -> str:
    """How a price fell, with the window that it speaks of.

    >>> fallen(None)
    'not offered'
    """
    if fall is None:
        return "not offered"
    window = f"{dollars(fall.then)} on {fall.since}, {dollars(fall.now)} now"
    if fall.factor is None:
        return f"{window}: {fall.note}"
    if not fall.fell:
        return f"{window}: it did not fall"
    span = ""
    if fall.factor_low is not None:
        high = "more" if fall.halving_high is None else months(fall.halving_high)
        span = f" ({months(fall.halving_low)} to {high})" if fall.halving_low is not None else ""
    return f"{window}: {times(fall.factor)} times cheaper a year, halved every {months(fall.halving)} months{span}"


def months(value: float | None) -> str:
    """A halving time in words that no exponent enters.

    >>> months(2.81), months(23.2), months(104.3), months(None)
    ('2.8', '23', '104', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def own(price: OwnPrice) -> str:
    """One of the user's own prices beside the cheapest other, or why it does not count.

    >>> own(OwnPrice(provider="Ours", model="M", price=0.2, cached=0.1, batch=None, other=0.3, seller="s", why=""))
    'M at Ours: $0.2 (cached $0.1); the cheapest other asks $0.3 (s)'
    """
    who = f"{printable(price.model)} at {printable(price.provider)}"
    if price.price is None:
        return f"{who}: left out, {price.why}"
    kinds = (("cached", price.cached), ("in batches", price.batch))
    more = ", ".join(f"{name} {dollars(value)}" for name, value in kinds if value is not None)
    beside = "nobody else sells it"
    if price.other is not None:
        beside = f"the cheapest other asks {dollars(price.other)} ({printable(price.seller or '')})"
    return f"{who}: {dollars(price.price)}{f' ({more})' if more else ''}; {beside}"


def price_figure(found: Price, at: int = 0, *, width: int = WIDE, container: bool = False) -> Figure:
    """The least price of one capability over time, on a logarithmic axis, a step line a side with its band."""
    level = found.levels[at]
    compact = width < 560
    height = 260 if compact else 320
    sides = (
        (level.follower, LIGHT.follower, FOLLOWER_SHAPE),
        (level.leader, LIGHT.leader, LEADER_SHAPE),
    )
    steps = [step for sale, _, _ in sides for step in sale.history]
    first = min((step.date for step in steps), default=found.at - timedelta(days=365))
    length = max((found.at - first).days, 60)
    start, edge = first - timedelta(days=length // 30), found.at + timedelta(days=length // (5 if compact else 8))
    every = [x for step in steps for x in (step.price, step.low, step.high) if x is not None]
    x = marks.dates(start, edge, found.at, compact=compact, title="Day")
    y = money("score", every)
    _, top = y["scale"]["domain"]
    layers: list[Layer] = []
    for sale, colour, _ in sides:
        layers.append(marks.band(_stairs(sale, found.at, top), x, y, colour))
    for sale, colour, shape in sides:
        rows = _stairs(sale, found.at, top)
        sold = [row for row in rows if row["score"] is not None]
        turns = [b for a, b in zip([None, *sold], sold, strict=False) if a is None or a["score"] != b["score"]]
        layers += [marks.line(sold, x, y, colour), marks.points(turns, x, y, colour, shape, tips=TIPS)]
        if sale.price is not None:
            end = [{"date": found.at.isoformat(), "score": sale.price, "text": dollars(sale.price)}]
            layers.append(marks.texts(end, x, y, dx=7, weight="bold", colour=colour))
    layers += _key(found, width, compact)
    return Figure(
        name="price",
        finding=finding(found, level),
        alt=f"Two falling step lines on a logarithmic axis of dollars, {words.day(first)} to {words.day(found.at)}. "
        f"{finding(found, level)}.",
        footer=(
            f"Cheapest offering at or above the level, input to output {found.mix}; bands: {found.level:.0%} of the "
            f"draws of abilities. {found.basis[0].upper()}{found.basis[1:]}. {TOKENS}",
            f"Method {found.method}, vintage {found.as_of}. {words.sources(found.used)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=history_table(found, level),
    )


def _key(found: Price, width: int, compact: bool) -> list[Layer]:
    names = [clip(words.cohort(name), 20 if compact else 40) for name in (found.leader, found.follower)]
    entries = ((names[0], LIGHT.leader, LEADER_SHAPE), (names[1], LIGHT.follower, FOLLOWER_SHAPE))
    return marks.key(entries, left=width - MARGIN - (130 if compact else 170), top=12)


def money(field: str, values: Iterable[float]) -> Layer:
    """A logarithmic axis of dollars that holds the values, with ticks at 1, 2 and 5."""
    kept = list(values) or [0.1, 1.0]
    low, high = min(kept) / 1.5, max(kept) * 1.6
    exponents = range(int(log10(low)) - 2, int(log10(high)) + 2)
    ticks = [m * 10.0**e for e in exponents for m in (1, 2, 5)]
    shown = [tick for tick in ticks if low <= tick <= high]
    if len(shown) > 9:
        shown = [10.0**e for e in exponents if low <= 10.0**e <= high]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"title": "US dollars a million tokens", "values": shown, "format": "$~g"},
    }


def _stairs(sale: Sale, at: date, top: float) -> list[dict[str, Any]]:
    """The corners of a price, carried on to the last day; an end that no offer gives is the top of the plot."""
    rows: list[dict[str, Any]] = []
    for step in sale.history:
        rows.append(
            {
                "date": step.date.isoformat(),
                "score": step.price,
                "low": step.low,
                "high": top if step.high is None and step.low is not None else step.high,
                "model": step.model,
                "seller": step.provider,
            }
        )
    if rows and rows[-1]["date"] != at.isoformat():
        rows.append({**rows[-1], "date": at.isoformat()})
    return rows


def price_table(found: Price) -> Table:
    """One level and side a row."""
    rows = []
    for level in found.levels:
        for sale, cohort in ((level.leader, found.leader), (level.follower, found.follower)):
            offer, fall = sale.cheapest, sale.fall
            rows.append(
                (
                    *(_short(found, level), level.capability, cohort, dollars(sale.price), sale.price),
                    *(_between(sale), sale.low, sale.high, sale.unoffered),
                    *((None,) * 3 if offer is None else (offer.model, offer.provider, offer.name)),
                    *(offer is not None and offer.yours, sale.models),
                    *(None if sale.second is None else sale.second.price, sale.cached_price, sale.batch_price),
                    *((None,) * 3 if fall is None else (fall.since, fall.then, fall.factor)),
                    *((None,) * 2 if fall is None else (fall.factor_low, fall.factor_high)),
                    *("–" if fall is None or not fall.fell else months(fall.halving),),
                    *((None,) * 4 if fall is None else (fall.halving, fall.halving_low, fall.halving_high, fall.note)),
                    *(level.ratio, level.ratio_low, level.ratio_high),
                )
            )
    return Table(
        name="price",
        caption=f"Price of a capability, US dollars a million tokens, input to output {found.mix}, on {found.at}",
        columns=(
            Column(key="level", title="level", wide=24),
            Column(key="capability", title=found.unit, digits=1),
            Column(key="cohort", title="side", wide=14),
            Column(key="shown", title="price", only="page"),
            *raw("price"),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *raw("low", "high", "unoffered"),
            Column(key="model", title="cheapest model", wide=26),
            Column(key="provider", title="seller", wide=16),
            *raw("name", "yours"),
            Column(key="models", title="models so able", terminal=False),
            Column(key="second", title="next model", digits=3, terminal=False),
            Column(key="cached", title="cheapest cached", digits=3),
            Column(key="batch", title="cheapest in batches", digits=3),
            Column(key="since", title="first offered", terminal=False),
            Column(key="then", title="price then", digits=3, terminal=False),
            Column(key="factor", title="times cheaper a year", digits=1, terminal=False),
            *raw("factor_low", "factor_high"),
            Column(key="halved", title="months to halve", only="page"),
            *raw("halving", "halving_low", "halving_high", "note"),
            Column(key="ratio", title="leader over follower", digits=2, terminal=False),
            *raw("ratio_low", "ratio_high"),
        ),
        rows=tuple(rows),
    )


def _between(sale: Sale) -> str:
    if sale.low is None:
        return "–"
    high = "not offered" if sale.high is None else dollars(sale.high)
    return dollars(sale.low) if high == dollars(sale.low) else f"{dollars(sale.low)} to {high}"


def history_table(found: Price, level: AtLevel) -> Table:
    """One change of the least price a row, newest first."""
    rows = [
        (step.date, cohort, dollars(step.price), step.price, step.low, step.high, step.model, step.provider)
        for sale, cohort in ((level.leader, found.leader), (level.follower, found.follower))
        for step in sale.history
    ]
    rows.sort(key=lambda row: (-row[0].toordinal(), row[1]))
    return Table(
        name="price",
        caption=f"Least price {_level(found, level)}",
        columns=(
            Column(key="date", title="from"),
            Column(key="cohort", title="side", wide=20),
            Column(key="shown", title="price", only="page"),
            *raw("price", "low", "high"),
            Column(key="model", title="model", wide=36),
            Column(key="provider", title="seller", wide=24),
        ),
        rows=tuple(rows),
    )


def price_text(found: Price, width: int) -> str:
    """What a terminal shows: the finding, each level, how prices fell, what else was published, and the caveats."""
    lines = [fill(f"{finding(found)}.", width), "", price_table(found).text(width), ""]
    for level in found.levels:
        for sale, name in _named(found, level):
            if sale.fall is not None:
                said = f"{printable(level.name)}, {name}: {fallen(sale.fall)}."
                lines.append(fill(said, width, subsequent_indent="  "))
    if found.own:
        lines += ["", f"Your own prices ({found.mix}):"]
        lines += [fill(f"{own(price)}.", width, initial_indent="  ", subsequent_indent="    ") for price in found.own]
    lines += ["", *notes(found, width)]
    return "\n".join(lines)


def notes(found: Price, width: int) -> list[str]:
    """How prices are dated, what hangs on one model, and what others published by another rule."""
    said = [f"{found.basis[0].upper()}{found.basis[1:]}.", TOKENS, *found.warnings]
    level = found.levels[0]
    for sale, name in _named(found, level):
        if sale.second is not None and sale.cheapest is not None and sale.second.price > 1.2 * sale.cheapest.price:
            first, second = printable(sale.cheapest.model), printable(sale.second.model)
            said.append(f"Without {first}, {name} cost {dollars(sale.second.price)} ({second}).")
    for quoted in found.quoted:
        when = "" if quoted.start is None else f", {quoted.start} to {quoted.end}"
        said.append(
            f"{printable(quoted.publisher)}: {quoted.value:g} times ({quoted.rule}, {quoted.population}{when}). "
            f"{quoted.why_not}"
        )
    return [fill(line, width, subsequent_indent="  ") for line in said]
