"""Who raised the follower frontier: one actor, or many?"""

from __future__ import annotations

from nomoat.types import Attribution, Credit
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.theme import LIGHT, WIDE

MOST = 12  # rows drawn; the table has all


def attribution_figure(result: Attribution, *, width: int = WIDE, container: bool = False) -> Figure:
    """A bar a player with its Shapley value and interval, a hollow circle for what leaving it out takes away."""
    compact = width < 560
    ordered = _ordered(result)
    shown = ordered[:MOST]
    lane = lanes.lanes([name(result, credit) for credit in shown], compact=compact)
    rows = [
        {
            "row": index,
            "value": credit.shapley,
            "low": credit.low,
            "high": credit.high,
            "text": "" if credit.share is None else f"{credit.share:.0%}",
            "lost": result.total - credit.without,
        }
        for index, credit in enumerate(shown)
    ]
    reach = [_reach(result, credit) for credit in shown]
    top = max([0.1, *reach]) * 1.14
    x = lanes.scale((0.0, top), f"Mean rise of the frontier since {result.start} ({result.unit})", compact=compact)
    known = [
        {"row": index, "value": credit.low, "until": credit.high}
        for index, credit in enumerate(shown)
        if credit.low is not None and credit.high is not None
    ]
    lost = [{**row, "value": row["lost"]} for row in rows]
    bars = [{**row, "value": 0.0, "until": credit.shapley} for row, credit in zip(rows, shown, strict=True)]
    ends = [{**row, "value": end} for row, end in zip(rows, reach, strict=True)]
    layers = [
        marks.bar(bars, x, lane.y, LIGHT.follower, x2="until", opacity=0.75),
        marks.rule(known, x, lane.y, x2="until", strokeWidth=1.4),
        marks.points(lost, x, lane.y, LIGHT.leader, "circle", size=50, hollow=True),
        marks.texts(ends, x, lane.y, dx=9, size=11, weight="bold"),
        *lane.layers(),
    ]
    said = finding(result)
    rest = len(ordered) - len(shown)
    return Figure(
        name=f"attribution-{result.by}",
        finding=said,
        alt=f"{words.count(len(shown), 'horizontal bar')}, longest first. {said}",
        footer=(
            f"Bars: exact Shapley value of the mean rise of the {result.follower} frontier since {result.start}, with "
            f"{result.level:.0%} interval and share; hollow circle: what is lost if that one alone is left out, less "
            "where others stood just behind." + (f" {words.count(rest, 'more row')} in the table." if rest else ""),
            f"Method {result.method}, {result.scale} scale, vintage {result.as_of}. {words.sources(result.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=attribution_table(result),
    )


def finding(result: Attribution) -> str:
    """The largest share, how many make four fifths, and what the lag would be without the first."""
    ordered = [credit for credit in _ordered(result) if credit.share is not None]
    if not ordered or result.total <= 0:
        return f"The {result.follower} frontier did not rise after {result.start}"
    first, share, needed = ordered[0], 0.0, 0
    for credit in ordered:
        share, needed = share + (credit.share or 0.0), needed + 1
        if share >= 0.8:
            break
    kind = {"organisation": "organisation", "country": "country"}.get(result.by, "class")
    rise = f"the rise of the {result.follower} frontier since {result.start}"
    said = f"{name(result, first)} accounts for {first.share:.0%} of {rise}"
    if needed == 1:
        said += f", of {words.count(len(ordered), kind, _plural(kind))}"
    else:
        said += f"; {needed} {_plural(kind)} of {len(ordered)} make up {share:.0%}"
    longer = lag_lost(result, first)
    if longer is not None:
        said += f"; without it the mean current lag since then would have been {words.number(longer)} months longer"
    return said


def lag_lost(result: Attribution, credit: Credit) -> float | None:
    """Months by which the mean current lag would have been longer without this player, all others as they were."""
    if result.total_lag is None or credit.lag_without is None:
        return None
    return result.total_lag - credit.lag_without


def name(result: Attribution, credit: Credit) -> str:
    """The player's name as it is printed: a country in words."""
    return words.country(credit.player) if result.by == "country" else printable(credit.player)


def attribution_table(result: Attribution) -> Table:
    """Every player with both measures."""
    level = f"{result.level:.0%}"
    return Table(
        name=f"attribution-{result.by}",
        caption=f"Rise of the {result.follower} frontier since {result.start}, by {result.by}",
        columns=(
            Column(key="player", title=result.by, wide=30),
            Column(key="share", title="share", only="file"),
            Column(key="share_shown", title="share", only="page"),
            Column(key="shapley", title=f"Shapley ({result.unit})", digits=2),
            Column(key="interval", title=level, only="page"),
            *raw("low", "high"),
            Column(key="without", title="rise without", digits=2),
            Column(key="lag_shapley", title="months saved (Shapley)", digits=2),
            Column(key="lag_lost", title="months longer without", digits=2),
            *raw("lag_without"),
            Column(key="records", title="records"),
            Column(key="models", title="models"),
        ),
        rows=tuple(
            (
                name(result, credit),
                credit.share,
                None if credit.share is None else f"{credit.share:.1%}",
                credit.shapley,
                words.span(credit.low, credit.high, digits=2),
                credit.low,
                credit.high,
                credit.without,
                credit.lag_shapley,
                lag_lost(result, credit),
                credit.lag_without,
                credit.records,
                credit.models,
            )
            for credit in _ordered(result)
        ),
    )


def _reach(result: Attribution, credit: Credit) -> float:
    """How far to the right anything of this row is drawn."""
    return max(credit.shapley, credit.high or 0.0, result.total - credit.without)


def _ordered(result: Attribution) -> list[Credit]:
    return sorted(result.credits, key=lambda credit: (-credit.shapley, credit.player))


def _plural(kind: str) -> str:
    return {"country": "countries", "class": "classes"}.get(kind, kind + "s")
