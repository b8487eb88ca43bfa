"""Where do the two frontiers stand, who raised them, and how far apart are they at the cut?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from nomoat.types import Frontier, Gap, Point, Step
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.labels import Box, Label, Side, place, staircase
from nomoat.views.marks import Layer
from nomoat.views.table import Column, Table, clip, printable
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, MARGIN, WIDE

TIPS = (
    {"field": "model", "type": "nominal"},
    {"field": "date", "type": "temporal", "timeUnit": "utcyearmonthdate", "format": "%-d %b %Y", "title": "released"},
    {"field": "score", "type": "quantitative", "format": ".1f"},
)


def frontier_figure(
    frontier: Frontier, gap: Gap, *, width: int = WIDE, container: bool = False, name: str = "frontier"
) -> Figure:
    """Both running bests with their bands, every model as a faint point, and both gaps drawn at the cut.

    Labels are laid out for `width` pixels; `container=True` lets a page stretch the result. Models far
    below both frontiers are counted in the footer, not drawn: half of the plot would be theirs.
    """
    compact = width < 560
    height = 340 if compact else 440
    inner = width - MARGIN
    start, end, low, high = _domain(frontier, gap, inner)
    x = marks.dates(start, end, frontier.cut, compact=compact)
    y = marks.measure("score", f"{_scale(frontier)} ({frontier.unit})", (low, high))
    sides = (
        ("follower", frontier.follower_steps, LIGHT.follower, FOLLOWER_SHAPE),
        ("leader", frontier.leader_steps, LIGHT.leader, LEADER_SHAPE),
    )
    layers = [marks.band(_stairs(steps, frontier.cut, low), x, y, colour) for _, steps, colour, _ in sides]
    for side, _, colour, shape in sides:
        faint = [_dot(p) for p in frontier.points if p.cohort == side and not p.record and p.score >= low]
        layers.append(marks.points(faint, x, y, colour, shape, size=22, opacity=0.28, tips=TIPS))
    for side, steps, colour, shape in sides:
        layers.append(marks.line(_stairs(steps, frontier.cut, low), x, y, colour))
        records = [_dot(p) for p in frontier.points if p.cohort == side and p.record]
        layers.append(marks.points(records, x, y, colour, shape, tips=TIPS))
    pixels = inner / (end - start).days
    names = [clip(words.cohort(name), 24 if compact else 60) for name in (frontier.leader, frontier.follower)]
    layers += marks.key(((names[0], LIGHT.leader, LEADER_SHAPE), (names[1], LIGHT.follower, FOLLOWER_SHAPE)))
    layers += _brackets(gap, x, y, pixels)
    layers += _names(frontier, gap, (start, end, low, high), inner, height, x, y)
    below = sum(p.score < low for p in frontier.points if p.cohort != "neither")
    return Figure(
        name=name,
        finding=finding(gap),
        alt=_alt(frontier, gap),
        footer=(
            f"Steps: best {words.cohort(gap.leader)} (diamonds) and {words.cohort(gap.follower)} (circles) "
            f"released by each day; bands: {frontier.level:.0%} intervals of the running best; faint: models that "
            "were not the best of their side on their day."
            + (
                f" {words.count(below, 'model')} below {words.number(low, 0)} {'is' if below == 1 else 'are'}"
                " not drawn."
                if below
                else ""
            ),
            f"Rule {gap.rule}, method {gap.method}, vintage {gap.cut}. {words.sources(frontier.origins)}",
        ),
        view=marks.plot(layers, width=inner, height=height, container=container),
        table=frontier_table(frontier, name=name),
    )


def finding(gap: Gap) -> str:
    """The chart's title: both gaps at the cut.

    The numbers are the result's own; intervals stay with the drawing and the sentence below it.
    """
    quality, follower = gap.quality_gap.value, words.cohort(gap.follower)
    leader = words.rest(gap.leader, gap.follower)
    if quality < 0:
        return f"The best {follower} are {words.number(-quality)} {gap.unit} ahead of the best {leader} ({gap.at})"
    return (
        f"The best {follower} are {words.number(gap.current_lag.months)} months and "
        f"{words.number(quality)} {gap.unit} behind the best {leader} ({gap.at})"
    )


def frontier_table(frontier: Frontier, *, name: str = "frontier") -> Table:
    """Every model of the comparison, newest first."""
    found = sorted(frontier.points, key=lambda p: (-p.date.toordinal(), p.model))
    return Table(
        name=name,
        caption=f"Every model on the {frontier.scale} scale, newest first",
        columns=(
            Column(key="model", title="model", wide=40),
            Column(key="date", title="released"),
            Column(key="cohort", title="side"),
            Column(key="score", title=f"score ({frontier.unit})", digits=1),
            Column(key="interval", title=f"{frontier.level:.0%}", only="page"),
            Column(key="low", title="low", only="file"),
            Column(key="high", title="high", only="file"),
            Column(key="record", title="record"),
            Column(key="organisation", title="organisation", wide=20),
            Column(key="openness", title="openness", wide=20),
        ),
        rows=tuple(
            (
                p.model,
                p.date,
                {"leader": frontier.leader, "follower": frontier.follower}.get(p.cohort, "neither"),
                p.score,
                words.span(p.low, p.high),
                p.low,
                p.high,
                p.record,
                p.organisation,
                p.openness,
            )
            for p in found
        ),
    )


def _scale(frontier: Frontier) -> str:
    return "Capability" if frontier.scale == "capability" else frontier.scale


def _domain(frontier: Frontier, gap: Gap, inner: int) -> tuple[date, date, float, float]:
    lines = (*frontier.leader_steps, *frontier.follower_steps)
    tops = [step.score if step.high is None else step.high for step in lines]
    bottom, top = min(step.score for step in lines), max(tops)
    pad = max((top - bottom) * 0.08, 1e-9)
    first = min(step.date for step in lines)
    length = (frontier.cut - first).days
    start = first - timedelta(days=max(20, length // 30))
    # The words of the quality gap stand right of its arrow, which stands right of the cut.
    beside = marks.beyond(start, frontier.cut, (words.number(abs(gap.quality_gap.value)), gap.unit), inner)
    end = max(frontier.cut + timedelta(days=max(20, length // 11)), beside + timedelta(days=9))
    return start, end, bottom - pad, top + pad


def _stairs(line: Sequence[Step], cut: date, floor: float) -> list[dict[str, Any]]:
    """The corners of a running best, carried on to the cut; a band ends at the plot's floor."""
    corners = [
        {
            "date": s.date.isoformat(),
            "score": s.score,
            "low": None if s.low is None else max(s.low, floor),
            "high": s.high,
        }
        for s in line
    ]
    if corners:
        corners.append({**corners[-1], "date": cut.isoformat()})
    return corners


def _brackets(gap: Gap, x: Layer, y: Layer, pixels: float) -> list[Layer]:
    """The quality gap as a vertical arrow just right of the cut, the current lag as a horizontal one."""
    quality, lag = gap.quality_gap, gap.current_lag
    ends = quality.leader.score, quality.follower.score
    if ends[0] is None or ends[1] is None:
        return []
    low, high = sorted((ends[0], ends[1]))
    right = (gap.at + timedelta(days=9)).isoformat()
    layers = [
        marks.rule([{"date": right, "score": low, "until": high}], x, y, y2="until"),
        marks.points([{"date": right, "score": high}], x, y, LIGHT.ink, "triangle-up", size=40),
        marks.points([{"date": right, "score": low}], x, y, LIGHT.ink, "triangle-down", size=40),
        marks.texts(
            [{"date": right, "score": (low + high) / 2, "text": [words.number(abs(quality.value)), gap.unit]}],
            x, y, dx=7, align="left", weight="bold", dy=-5,
        ),
    ]  # fmt: skip
    if lag.reference is None or quality.value <= 0:
        return layers
    since = lag.reference.date
    middle = since + (gap.at - since) / 2
    roomy = _roomy(gap, pixels)
    return [
        *layers,
        marks.rule([{"date": since.isoformat(), "score": ends[1], "until": gap.at.isoformat()}], x, y, x2="until"),
        marks.points([{"date": since.isoformat(), "score": ends[1]}], x, y, LIGHT.ink, "triangle-left", size=40),
        marks.texts(
            [
                {
                    "date": (middle if roomy else since).isoformat(),
                    "score": ends[1],
                    "text": f"{words.number(lag.months)} months",
                }
            ],
            x, y, dx=0 if roomy else -9, dy=11 if roomy else 0, align="center" if roomy else "right",
            weight="bold",
        ),
    ]  # fmt: skip


def _roomy(gap: Gap, pixels: float) -> bool:
    """Whether the lag's own arrow is long enough for its words; else they stand left of it, above the leader."""
    reference = gap.current_lag.reference
    return reference is not None and (gap.at - reference.date).days * pixels > 82


def _names(
    frontier: Frontier,
    gap: Gap,
    domain: tuple[date, date, float, float],
    width: int,
    height: int,
    x: Layer,
    y: Layer,
) -> list[Layer]:
    """Record names where they fit: the newest first, then the largest steps."""
    start, end, low, high = domain
    pixels, compact = width / (end - start).days, width < 560

    def across(when: date) -> float:
        return (when - start).days * pixels

    def down(score: float) -> float:
        return (high - score) / (high - low) * height

    obstacles = [Box(across(gap.at) + 2, 0, width, height), Box(0, 0, 130, 44)]
    wanted: list[list[tuple[Step, Side]]] = []
    sides: tuple[tuple[tuple[Step, ...], Side], ...] = (
        (frontier.leader_steps, "above"),
        (frontier.follower_steps, "below"),
    )
    for line, side in sides:
        corners = [(across(step.date), down(step.score)) for step in line]
        obstacles += staircase(corners, across(frontier.cut))
        obstacles += [Box(a - 4, b - 4, a + 4, b + 4) for a, b in corners]
        rises = [step.score - (line[i - 1].score if i else low) for i, step in enumerate(line)]
        order = sorted(range(len(line)), key=lambda i: (i < len(line) - 1, -rises[i], i))
        wanted.append([(line[i], side) for i in order])
    if gap.current_lag.reference and gap.quality_gap.follower.score is not None:
        left, level = across(gap.current_lag.reference.date), down(gap.quality_gap.follower.score)
        roomy = _roomy(gap, pixels)
        obstacles.append(Box(left - (4 if roomy else 84), level - 8, across(gap.at), level + (18 if roomy else 8)))
    turns = [pair for k in range(max(map(len, wanted), default=0)) for pair in _turn(wanted, k)]
    turns = turns[: 10 if compact else 60]
    labels = [
        Label(clip(printable(step.model), 20 if compact else 28), across(step.date), down(step.score), side)
        for step, side in turns
    ]
    placed = place(labels, width=width, height=height, obstacles=obstacles, size=10, reach=44)
    layers = []
    for side, colour in (("above", LIGHT.leader), ("below", LIGHT.follower)):
        mine = [spot for spot in placed if labels[spot.order].side == side]
        named = [
            {**_spot(turns[spot.order][0]), "text": labels[spot.order].text, "dx": spot.dx, "dy": spot.dy,
             "align": spot.align}
            for spot in mine
        ]  # fmt: skip
        ties = [
            {
                **_spot(turns[spot.order][0]),
                "until": (start + (end - start) * ((labels[spot.order].x + spot.dx) / width)).isoformat(),
                "to": high - (labels[spot.order].y + spot.dy * 0.85) / height * (high - low),
            }
            for spot in mine
            if spot.far
        ]
        if ties:
            layers.append(marks.rule(ties, x, y, x2="until", y2="to", color=colour, strokeWidth=0.6, opacity=0.7))
        layers.append(marks.texts(named, x, y, size=10, colour=colour, placed=True))
    return layers


def _dot(point: Point) -> dict[str, Any]:
    return {"date": point.date.isoformat(), "score": point.score, "model": printable(point.model)}


def _spot(step: Step) -> dict[str, Any]:
    return {"date": step.date.isoformat(), "score": step.score}


def _turn(sides: list[list[tuple[Step, Side]]], k: int) -> list[tuple[Step, Side]]:
    return [side[k] for side in sides if k < len(side)]


def _alt(frontier: Frontier, gap: Gap) -> str:
    first = min(step.date for step in (*frontier.leader_steps, *frontier.follower_steps))
    ends = gap.quality_gap.leader.model, gap.quality_gap.follower.model
    return (
        f"Two rising step lines from {words.day(first)} to {words.day(frontier.cut)}. {finding(gap)}. "
        f"The leading line has {words.count(len(frontier.leader_steps), 'record')} and ends at {ends[0]}; "
        f"the following line has {words.count(len(frontier.follower_steps), 'record')} and ends at {ends[1]}."
    )
