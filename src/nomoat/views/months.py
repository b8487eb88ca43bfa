"""How have both gaps moved, month by month, and is the change larger than what measurement leaves open?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from nomoat.types import Change, Frontier, MonthGap, Noun
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, raw
from nomoat.views.theme import LIGHT, MARGIN, WIDE

Quantity = Literal["months", "points"]


class Trend(Noun, frozen=True, kw_only=True):
    """The mean of one gap over the last twelve months beside the twelve before them, in words."""

    quantity: Quantity
    unit: str
    change: Change | None

    @property
    def direction(self) -> Literal["shrinking", "growing", "level", "unknown"]:
        """The change, called level when its interval holds zero, and unknown without an interval."""
        if self.change is None or self.change.low is None or self.change.high is None:
            return "unknown"
        if self.change.low <= 0 <= self.change.high:
            return "level"
        return "shrinking" if self.change.high < 0 else "growing"

    def sentence(self) -> str:
        """Both means, their difference with its interval, and the word for the change."""
        what = "The time gap" if self.quantity == "months" else "The quality gap"
        if self.change is None:
            return f"{what} is known for too few months to compare two years."
        found = self.change
        means = f"from {words.number(found.before)} to {words.number(found.after)} {self.unit}"
        years = "means of the twelve months before and of the last twelve"
        if found.low is None or found.high is None or found.p_smaller is None:
            return f"{what} went {means} ({years}; no interval)."
        said = {"shrinking": "shrank", "growing": "grew"}.get(self.direction, "did not clearly move")
        larger = 1 - found.p_smaller
        share, way = (larger, "growth") if larger >= 0.5 else (found.p_smaller, "fall")
        return (
            f"{what} {said}: {means} ({years}; change {found.change:+.1f}, interval {found.low:+.1f} to "
            f"{found.high:+.1f}; a {way} in {share:.0%} of draws)."
        )


def trend(frontier: Frontier, quantity: Quantity) -> Trend:
    """Compare the last twelve months of one gap with the twelve before."""
    change = frontier.months_change if quantity == "months" else frontier.points_change
    return Trend(quantity=quantity, unit="months" if quantity == "months" else frontier.unit, change=change)


def months_figure(frontier: Frontier, quantity: Quantity, *, width: int = WIDE, container: bool = False) -> Figure:
    """One gap by month with its band, in points or in months; the two are drawn one under the other."""
    compact = width < 560
    height = 190 if compact else 210
    value, low, high = _fields(quantity)
    rows = [
        {"date": row.date.isoformat(), "score": value(row), "low": low(row), "high": high(row)}
        for row in frontier.gap_by_month
        if value(row) is not None
    ]
    ends = [number for row in rows for key in ("score", "low", "high") if (number := row[key]) is not None]
    bottom, top = min([0.0, *ends]), max([1.0, *ends]) * 1.08
    dates = [row.date for row in frontier.gap_by_month] or [frontier.cut]
    last = frontier.cut + timedelta(days=max(10, (frontier.cut - dates[0]).days // 14))
    x = marks.dates(dates[0], last, frontier.cut, compact=compact, title="First day of the month")
    unit = "months" if quantity == "months" else frontier.unit
    name = "Current lag" if quantity == "months" else "Quality gap"
    y = marks.measure("score", f"{name} ({unit})", (bottom, top), tickCount=5)
    layers = [
        marks.band(rows, x, y, LIGHT.follower, "linear"),
        marks.line(rows, x, y, LIGHT.follower, "linear"),
        marks.points(rows[-1:], x, y, LIGHT.follower, "circle"),
        marks.texts([{**row, "text": words.number(row["score"])} for row in rows[-1:]], x, y, dx=8, weight="bold"),
    ]
    move = trend(frontier, quantity)
    return Figure(
        name="lag-by-month" if quantity == "months" else "gap-by-month",
        finding=move.sentence().rstrip("."),
        alt=f"One line from {words.day(dates[0])} to {words.day(dates[-1])} with its interval. {move.sentence()}"
        + (f" Last value: {words.number(rows[-1]['score'])} {unit}." if rows else " No month has a value."),
        footer=(
            f"{name} on the first day of each month, seen with today's abilities; band: {frontier.level:.0%} "
            "interval of measurement alone."
            + (
                " No line where the followers had not yet reached the leaders' first record: the lag then began before "
                "the data do."
                if quantity == "months" and len(rows) < len(frontier.gap_by_month)
                else ""
            ),
            f"Method {frontier.method}, vintage {frontier.cut}. {words.sources(frontier.origins)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=months_table(frontier),
    )


def months_table(frontier: Frontier) -> Table:
    """Both gaps on the first of every month, newest first."""
    level = f"{frontier.level:.0%}"
    return Table(
        name="gap-by-month",
        caption="Both gaps on the first day of each month",
        columns=(
            Column(key="date", title="month"),
            Column(key="points", title=frontier.unit, digits=1),
            Column(key="points_interval", title=level, only="page"),
            *raw("points_low", "points_high"),
            Column(key="months", title="months", digits=1),
            Column(key="months_interval", title=level, only="page"),
            *raw("months_low", "months_high"),
        ),
        rows=tuple(
            (
                row.date,
                row.points,
                words.span(row.points_low, row.points_high),
                row.points_low,
                row.points_high,
                row.months,
                words.span(row.months_low, row.months_high),
                row.months_low,
                row.months_high,
            )
            for row in reversed(frontier.gap_by_month)
        ),
    )


def _fields(quantity: Quantity) -> tuple[Callable[[MonthGap], Any], ...]:
    if quantity == "months":
        return (lambda row: row.months, lambda row: row.months_low, lambda row: row.months_high)
    return (lambda row: row.points, lambda row: row.points_low, lambda row: row.points_high)
