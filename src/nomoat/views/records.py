"""Which record of the leaders was matched, by whom and how fast, and which still stand?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from nomoat.stats.survival import kaplan_meier
from nomoat.types import MONTH, Gap, Record
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.labels import text_width
from nomoat.views.table import Column, Table, clip, printable
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, MARGIN, WIDE


def records_figure(gap: Gap, *, width: int = WIDE, container: bool = False) -> Figure:
    """One bar a record, from its release to the model that matched it, or open-ended at the cut."""
    compact = width < 560
    found = gap.records
    rows = [_row(index, record, gap) for index, record in enumerate(found)]
    names = [
        f"{record.model}: {row['text']}" if compact else record.model for record, row in zip(found, rows, strict=True)
    ]
    lane = lanes.lanes(names, compact=compact)
    first = min((record.date for record in found), default=gap.cut)
    # Words after a bar need room at the right of the cut; a phone has them above the bar instead.
    room = [0.0 if compact else min(0.6, (text_width(row["text"]) + 20) / lane.inner(width)) for row in rows]
    needed = [
        (date.fromisoformat(row["until"]) - first).days / (1 - share) for row, share in zip(rows, room, strict=True)
    ]
    end = first + timedelta(days=int(max([(gap.at - first).days * 1.03, *needed])) + 5)
    x = marks.dates(first - timedelta(days=15), end, gap.at, compact=compact, title="Date")
    done = [row for row in rows if not row["censored"]]
    open_ended = [row for row in rows if row["censored"]]
    until = {**x, "field": "until"}
    size = 7 if compact else 9
    layers = [
        marks.bar(done, x, lane.y, LIGHT.follower, x2="until", opacity=0.35, height=size),
        marks.bar(open_ended, x, lane.y, LIGHT.leader, x2="until", opacity=0.3, height=size),
        marks.points(rows, x, lane.y, LIGHT.leader, LEADER_SHAPE),
        marks.points(done, until, lane.y, LIGHT.follower, FOLLOWER_SHAPE),
        marks.points(open_ended, until, lane.y, LIGHT.leader, "triangle-right", size=56, hollow=True),
        *lane.layers(),
    ]
    if not compact:
        layers.append(marks.texts(rows, until, lane.y, dx=9, size=11, colour=LIGHT.soft))
    at = {"data": {"values": [{"date": gap.at.isoformat()}]}, "encoding": {"x": x}}
    layers.insert(0, {**at, "mark": {"type": "rule", "color": LIGHT.other, "strokeDash": [3, 3], "aria": False}})
    return Figure(
        name="records",
        finding=finding(gap),
        alt=f"{words.count(len(found), 'horizontal bar')} by date of release. {finding(gap)}",
        footer=(
            f"Diamond: a {gap.leader} record; circle: the first {gap.follower} model at or above it; open triangle: "
            f"still unmatched on {gap.at}, a month count then says “more than”. P: share of {gap.draws} draws in "
            "which the record is matched.",
            f"Rule {gap.rule}, method {gap.method}, vintage {gap.cut}. {words.sources(gap.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=records_table(gap),
    )


def finding(gap: Gap) -> str:
    """How many records were matched, after what median time, by how many models, and how many stand."""
    match = gap.time_to_match
    total = match.matched + match.censored
    if not total:
        return f"No record of {words.cohort(gap.leader)} can be compared"
    said = f"{match.matched} of {words.count(total, 'record')} of {words.cohort(gap.leader)} were matched"
    if match.matched:
        said += f", by {words.count(match.settled_by, f'{gap.follower} model')}"
    return f"{said}; median time to match {words.median(match)}"


def records_table(gap: Gap) -> Table:
    """Every leader record and who matched it, newest first."""
    return Table(
        name="records",
        caption=f"Records of {words.cohort(gap.leader)} and the {gap.follower} models that matched them",
        columns=(
            Column(key="model", title="record", wide=30),
            Column(key="date", title="released"),
            Column(key="score", title=gap.unit, digits=1),
            Column(key="matched_by", title="matched by", wide=30),
            Column(key="shown", title="months", only="page"),
            Column(key="months", title="months", only="file"),
            Column(key="censored", title="unmatched", only="file"),
            Column(key="days_as_frontier", title="days as frontier", digits=0),
            Column(key="p_caught_up", title="P(caught up)", digits=2),
            Column(key="left_truncated", title="left-truncated", only="file"),
        ),
        rows=tuple(
            (
                record.model,
                record.date,
                record.score,
                record.matched_by,
                _months(record),
                record.months,
                record.censored,
                float(record.days_as_frontier),
                record.p_caught_up,
                record.left_truncated,
            )
            for record in sorted(gap.records, key=lambda record: record.date, reverse=True)
        ),
    )


def waiting_figure(gap: Gap, *, width: int = WIDE, container: bool = False) -> Figure:
    """The Kaplan-Meier curve: the share of records still unmatched after so many months."""
    compact = width < 560
    height = 220 if compact else 250
    found = gap.records
    time = np.array([[record.months for record in found]])
    censored = np.array([[record.censored for record in found]])
    curve = kaplan_meier(time, censored, np.ones_like(time))
    corners = [{"value": 0.0, "share": 1.0}] + [
        {"value": float(t), "share": float(s)} for t, s in zip(curve.time[0], curve.surviving[0], strict=True)
    ]
    top = max([6.0, *(corner["value"] for corner in corners)]) * 1.06
    x = lanes.scale((0.0, top), "Months since the record was set", compact=compact)
    share = {"format": "%", "title": "Records still unmatched"}
    y = {**marks.measure("share", None, (0.0, 1.04)), "axis": share}
    ticks = [
        {"value": t, "share": _at(corners, t)}
        for t, waits in zip(time[0].tolist(), censored[0].tolist(), strict=True)
        if waits
    ]
    match = gap.time_to_match
    steps = marks.line(corners, x, y, LIGHT.follower)
    steps["encoding"]["order"] = {"field": "value", "type": "quantitative"}
    layers = [
        steps,
        marks.points(ticks, x, y, LIGHT.leader, "M0,-0.5L0,0.5", size=140),
    ]
    half = {"value": 0.0, "share": 0.5, "until": top}
    layers.append(marks.rule([half], x, y, x2="until", color=LIGHT.other, strokeDash=[3, 3], strokeWidth=1))
    if match.low is not None:
        bound = match.high if match.high is not None else top
        layers.append(
            marks.rule([{"value": match.low, "share": 0.5, "until": min(bound, top)}], x, y, x2="until", strokeWidth=3)
        )
    if match.median is not None:
        layers += [
            marks.points([{"value": match.median, "share": 0.5}], x, y, LIGHT.ink, FOLLOWER_SHAPE, size=70),
            marks.texts(
                [{"value": match.median, "share": 0.5, "text": words.median(match)}], x, y, dx=6, dy=-11, weight="bold"
            ),
        ]
    ends = words.interval(match.low, match.high, match.level, beyond="not reached")
    said = f"Half of the records were matched within {words.median(match)}" if match.median is not None else (
        f"Half of the records is not reached: more than {words.number(match.exceeds or 0.0)} months"
    )  # fmt: skip
    return Figure(
        name="waiting",
        finding=f"{said} ({ends})",
        alt=f"A falling step line from 100% at nought months. {said} ({ends}).",
        footer=(
            "Kaplan-Meier estimate; a record still unmatched counts for as long as it has stood (ticks). Thick line: "
            "the median's interval. Assumes that lags do not trend.",
            f"Rule {gap.rule}, method {gap.method}, vintage {gap.cut}. {words.sources(gap.origins)}",
        ),
        view=marks.plot(layers, width=width - MARGIN, height=height, container=container),
        table=Table(
            name="waiting",
            caption="Share of records still unmatched",
            columns=(
                Column(key="months", title="months", digits=1),
                Column(key="share", title="still unmatched", digits=3),
            ),
            rows=tuple((corner["value"], corner["share"]) for corner in corners),
        ),
    )


def _row(index: int, record: Record, gap: Gap) -> marks.Row:
    end = gap.at if record.censored else record.date + timedelta(days=record.months * MONTH)
    who = "" if record.censored or record.matched_by is None else f", {printable(record.matched_by)}"
    chance = "" if record.p_caught_up is None else f", P {words.number(record.p_caught_up, 2)}"
    unsure = record.censored or (record.p_caught_up is not None and record.p_caught_up < 0.95)
    return {
        "row": index,
        "date": record.date.isoformat(),
        "until": end.isoformat(),
        "censored": record.censored,
        "text": clip(f"{_months(record)} mo{who}", 40) + (chance if unsure else ""),
    }


def _months(record: Record) -> str:
    flag = "*" if record.left_truncated else ""
    return f"{'> ' if record.censored else ''}{words.number(record.months)}{flag}"


def _at(corners: list[marks.Row], time: float) -> float:
    return [corner["share"] for corner in corners if corner["value"] <= time][-1]  # type: ignore[no-any-return]
