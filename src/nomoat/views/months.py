"""How have both gaps moved, month by month, and is the change larger than what measurement leaves open?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from nomoat.types import Frontier, MonthGap, Noun
from nomoat.views import marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table
from nomoat.views.theme import LIGHT, MARGIN, WIDE

Quantity = Literal["months", "points"]
YEAR = 12


class Trend(Noun, frozen=True, kw_only=True):
    """The mean of one gap over the last twelve months beside the twelve before them."""

    quantity: Quantity
    unit: str
    before: float | None
    after: float | None
    give: float | None  # half the median width of the monthly intervals: what measurement leaves open
    n_before: int
    n_after: int

    @property
    def direction(self) -> Literal["shrinking", "growing", "level", "unknown"]:
        """The change, called level when the monthly intervals are wider than it."""
        if self.before is None or self.after is None:
            return "unknown"
        change = self.after - self.before
        if abs(change) <= (self.give or 0.0):
            return "level"
        return "shrinking" if change < 0 else "growing"

    def sentence(self) -> str:
        """Both means, the width they are to be read against, and the word for the change."""
        what = "The time gap" if self.quantity == "months" else "The quality gap"
        if self.before is None or self.after is None:
            return f"{what} is known for too few months to compare two years."
        means = f"from {words.number(self.before)} to {words.number(self.after)} {self.unit}"
        years = "means of the twelve months before and of the last twelve"
        if self.give is None:
            return f"{what} went {means} ({years}; no interval)."
        said = {"shrinking": "shrank", "growing": "grew", "level": "did not clearly move"}[self.direction]
        return f"{what} {said}: {means} ({years}; monthly intervals ±{words.number(self.give)})."


def trend(frontier: Frontier, quantity: Quantity) -> Trend:
    """Compare the last twelve months of one gap with the twelve before.

    Months in which the gap is not defined are left out of their mean and not counted.
    """
    value, low, high = _fields(quantity)
    rows = [row for row in frontier.gap_by_month if value(row) is not None]

    def known(part: list[MonthGap]) -> list[float]:
        return [v for row in part if (v := value(row)) is not None]

    after, before = known(rows[-YEAR:]), known(rows[-2 * YEAR : -YEAR])
    widths = sorted(
        (top - bottom) / 2
        for row in rows[-2 * YEAR :]
        if (bottom := low(row)) is not None and (top := high(row)) is not None
    )
    enough = len(after) >= YEAR // 2 and len(before) >= YEAR // 2
    return Trend(
        quantity=quantity,
        unit="months" if quantity == "months" else frontier.unit,
        before=sum(before) / len(before) if enough else None,
        after=sum(after) / len(after) if enough else None,
        give=widths[len(widths) // 2] if widths else None,
        n_before=len(before),
        n_after=len(after),
    )


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
            Column(key="points_low", title="", only="file"),
            Column(key="points_high", title="", only="file"),
            Column(key="months", title="months", digits=1),
            Column(key="months_interval", title=level, only="page"),
            Column(key="months_low", title="", only="file"),
            Column(key="months_high", title="", only="file"),
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
