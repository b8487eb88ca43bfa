"""Did a named model stay close to the frontier after its release?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nomoat.types import Frontier, Noun, Point, Step
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.labels import Label, place
from nomoat.views.table import Column, Table, clip, printable, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LIGHT, MARGIN, WIDE


class Wake(Noun, frozen=True, kw_only=True):
    """One model's distance to the leader frontier, on its release day and since."""

    point: Point
    unit: str
    behind: float  # points below the leader frontier on the release day
    months: float | None  # since the leader frontier first stood at its score; None where it never did
    now: float  # points below the leader frontier at the cut
    topped: Step | None  # the follower record that first stood above it
    steps: tuple[tuple[float, float], ...]  # (months since release, points below)

    def sentence(self) -> str:
        """Where it stood on its day and where it stands at the cut."""
        name = printable(self.point.model)
        start = (
            f"{words.number(self.behind)} {self.unit} below the frontier"
            if self.behind > 0
            else f"{words.number(-self.behind)} {self.unit} above it"
        )
        lag = "" if self.months is None or self.behind <= 0 else f", {words.number(self.months)} months behind"
        return f"{name} came out {start}{lag}, and is {words.number(self.now)} below it now"


def wakes(frontier: Frontier, models: Sequence[str]) -> tuple[Wake, ...]:
    """Find models by name and measure each against the leader frontier.

    A name stands for its model or for a family ("Gemma 3" for "Gemma 3 27B"): of several the highest score is taken.
    A name that no scored model has is left out: the caller says so.
    """
    found = []
    for name in models:
        hits = [p for p in frontier.points if named(p.model, name)]
        exact = [p for p in hits if p.model.casefold() == name.casefold()]
        hits = sorted(exact or hits, key=lambda p: (-p.score, p.date, p.model))
        wake = _wake(frontier, hits[0]) if hits else None
        if wake is not None:
            found.append(wake)
    return tuple(found)


def named(model: str, name: str) -> bool:
    """Whether a model is the named one or of the named family.

    >>> named("Gemma 3 27B", "gemma 3"), named("Gemma 3n", "Gemma 3"), named("DeepSeek-V3.2", "DeepSeek-V3")
    (True, False, False)
    """
    folded, start = model.casefold(), name.casefold()
    return folded == start or (folded.startswith(start) and folded[len(start)] in " (")


def wake_figure(frontier: Frontier, models: Sequence[str], *, width: int = WIDE, container: bool = False) -> Figure:
    """Points below the leader frontier against months since release, a step line a model."""
    compact = width < 560
    height = 250 if compact else 300
    inner = width - MARGIN
    found = wakes(frontier, models)
    longest = max((steps[0] for wake in found for steps in wake.steps), default=12.0)
    deepest = max((steps[1] for wake in found for steps in wake.steps), default=1.0)
    least = min((steps[1] for wake in found for steps in wake.steps), default=0.0)
    bottom, top = min(0.0, least) - 0.5, deepest * 1.08
    across = (0.0, longest * (1.04 if compact else 1.22))
    x = lanes.scale(across, "Months since the model was released", compact=compact)
    y = marks.measure("score", f"Below the best {frontier.leader} model ({frontier.unit})", (bottom, top))
    # Down is further from the frontier.
    y["scale"] = {**y["scale"], "reverse": True}
    layers = []
    for wake in found:
        rows = [{"value": months, "score": points} for months, points in wake.steps]
        line = marks.line(rows, x, y, LIGHT.follower)
        line["encoding"]["order"] = {"field": "value", "type": "quantitative"}
        layers += [line, marks.points(rows[:1], x, y, LIGHT.follower, FOLLOWER_SHAPE)]
    ends = [wake.steps[-1] for wake in found]

    def pixels(months: float, points: float) -> tuple[float, float]:
        return (months / across[1] * inner, (points - bottom) / (top - bottom) * height)

    labels = [
        Label(clip(printable(wake.point.model), 26), *pixels(*end), "above")
        for wake, end in zip(found, ends, strict=True)
    ]
    spots = place(labels, width=inner, height=height, reach=60)
    named = [
        {
            "value": ends[spot.order][0], "score": ends[spot.order][1], "text": labels[spot.order].text,
            "dx": spot.dx, "dy": spot.dy, "align": spot.align,
        }
        for spot in spots
    ]  # fmt: skip
    layers.append(marks.texts(named, x, y, weight="bold", placed=True))
    said = finding(found)
    return Figure(
        name="wake",
        finding=said,
        alt=f"{words.count(len(found), 'falling step line')}, one a model. {said}",
        footer=(
            f"From each model's score to the running best of {words.cohort(frontier.leader)}, seen with today's "
            "abilities; no interval: this result has none for a difference of two models (the table has each "
            "score's own).",
            f"Method {frontier.method}, vintage {frontier.cut}. {words.sources(frontier.origins)}",
        ),
        view=marks.plot(layers, width=inner, height=height, container=container),
        table=wake_table(frontier, found),
    )


def finding(found: Sequence[Wake]) -> str:
    """One clause a model."""
    return "; ".join(wake.sentence() for wake in found) or "None of the models asked for has a score"


def wake_table(frontier: Frontier, found: Sequence[Wake]) -> Table:
    """Each named model's score, and its distance on its day and at the cut."""
    return Table(
        name="wake",
        caption=f"Named models against the best {frontier.leader} model",
        columns=(
            Column(key="model", title="model", wide=40),
            Column(key="date", title="released"),
            Column(key="score", title=frontier.unit, digits=1),
            Column(key="interval", title=f"{frontier.level:.0%}", only="page"),
            *raw("low", "high"),
            Column(key="behind", title="below on its day", digits=1),
            Column(key="months", title="months behind", digits=1),
            Column(key="now", title="below now", digits=1),
            Column(key="topped_by", title=f"topped by ({frontier.follower})", wide=24),
            Column(key="topped", title="on"),
        ),
        rows=tuple(
            (
                wake.point.model,
                wake.point.date,
                wake.point.score,
                words.span(wake.point.low, wake.point.high),
                wake.point.low,
                wake.point.high,
                wake.behind,
                wake.months,
                wake.now,
                wake.topped.model if wake.topped else None,
                wake.topped.date if wake.topped else None,
            )
            for wake in found
        ),
    )


def _wake(frontier: Frontier, point: Point) -> Wake | None:
    def best(when: date) -> float | None:
        stood = [step.score for step in frontier.leader_steps if step.date <= when]
        return stood[-1] if stood else None

    on_day, now = best(point.date), best(frontier.cut)
    if on_day is None or now is None:
        return None
    reached = next((step for step in frontier.leader_steps if step.score >= point.score), None)
    later = [step for step in frontier.leader_steps if point.date < step.date <= frontier.cut]
    steps = [
        (0.0, on_day - point.score),
        *((words.months_between(point.date, step.date), step.score - point.score) for step in later),
        (words.months_between(point.date, frontier.cut), now - point.score),
    ]
    return Wake(
        point=point,
        unit=frontier.unit,
        behind=on_day - point.score,
        months=None if reached is None else words.months_between(reached.date, point.date),
        now=now - point.score,
        topped=next((s for s in frontier.follower_steps if s.date > point.date and s.score > point.score), None),
        steps=tuple(steps),
    )
