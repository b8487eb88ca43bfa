"""Every result as tables for files and pages, and as the text that a terminal shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nomoat.types import (
    Attribution,
    Effort,
    Frontier,
    Gap,
    LeftOut,
    Origin,
    Panel,
    Reconciliation,
    RuleReading,
    TimeToMatch,
)
from nomoat.views import words
from nomoat.views.attribution import attribution_table
from nomoat.views.attribution import finding as attribution_finding
from nomoat.views.effort import effort_table, garage_finding, garage_table
from nomoat.views.effort import finding as effort_finding
from nomoat.views.frontier import frontier_table
from nomoat.views.months import months_table
from nomoat.views.panel import finding as panel_finding
from nomoat.views.panel import panel_table
from nomoat.views.records import records_table
from nomoat.views.table import Column, Table, printable, raw
from nomoat.views.waterfall import finding as waterfall_finding
from nomoat.views.waterfall import readings_table, waterfall_table

WIDTH = 100


def tables(result: Any) -> tuple[Table, ...]:
    """The tables of a result, the one that `--csv` writes first.

    >>> tables(3.5)
    Traceback (most recent call last):
    TypeError: no table for a float
    """
    for kind, build in _TABLES.items():
        if isinstance(result, kind):
            return build(result)
    raise TypeError(f"no table for a {type(result).__name__}")


def text(result: Any, *, width: int = WIDTH) -> str:
    """What a terminal shows of a result: values, intervals, counts, rule, what was left out, origins.

    No line is longer than `width`, but for an address.
    """
    for kind, build in _TEXTS.items():
        if isinstance(result, kind):
            return "\n\n".join(block for block in build(result, width) if block) + "\n"
    raise TypeError(f"no text for a {type(result).__name__}")


def gap_table(gap: Gap) -> Table:
    """The three measures of the gap, one a row, with interval and count."""
    quality, lag = gap.quality_gap, gap.current_lag
    level = f"{quality.level:.0%}"
    rows: list[tuple[Any, ...]] = [
        ("quality gap", quality.value, quality.low, quality.high, gap.unit, _pair(gap)),
        ("current lag", lag.months, lag.low, lag.high, "months", _reference(gap)),
        ("current lag, mean of 24 months", lag.mean_24_months, lag.mean_low, lag.mean_high, "months", ""),
        *(_waits(gap) if gap.rule_reading is None else _published(gap.rule_reading, gap.time_to_match)),
    ]
    return Table(
        name="gap",
        caption=f"{words.cohort(gap.follower)} behind {words.cohort(gap.leader)}",
        columns=(
            Column(key="measure", title="measure", wide=32),
            Column(key="shown", title="value", only="page"),
            *raw("value"),
            Column(key="interval", title=level, only="page"),
            *raw("low", "high"),
            Column(key="unit", title=""),
            Column(key="note", title="", wide=50),
        ),
        rows=tuple(
            (
                name,
                _value(name, value, gap),
                value,
                _ends(name, low, high),
                low,
                high,
                unit,
                note,
            )
            for name, value, low, high, unit, note in rows
        ),
    )


def _waits(gap: Gap) -> list[tuple[Any, ...]]:
    """The Kaplan-Meier readings: by records, and by the days each stood as the frontier."""
    match = gap.time_to_match
    total = match.matched + match.censored
    by_days = "by days as frontier"
    return [
        (
            "time to match, median",
            match.median,
            match.low,
            match.high,
            "months",
            f"{match.matched} of {total} records matched, by {words.count(match.settled_by, 'model')}",
        ),
        (
            "time to match, mean",
            match.restricted_mean,
            match.mean_low,
            match.mean_high,
            "months",
            f"restricted to {words.number(match.horizon)} months",
        ),
        (
            "time to match, median, weighted",
            match.weighted_median,
            match.weighted_low,
            match.weighted_high,
            "months",
            by_days,
        ),
        (
            "time to match, mean, weighted",
            match.weighted_restricted_mean,
            match.weighted_mean_low,
            match.weighted_mean_high,
            "months",
            by_days,
        ),
    ]


def _published(rule: RuleReading, match: TimeToMatch) -> list[tuple[Any, ...]]:
    """What a published rule gives in its own form; its quantiles are no interval and stand in the note."""
    name = f"rule {rule.rule}"
    spread = f"spread {words.span(rule.months_q05, rule.months_q95)}"
    found: list[tuple[Any, ...]] = [
        (f"{name}, mean", rule.months, match.mean_low, match.mean_high, "months", f"{rule.basis}; {spread}")
    ]
    if rule.months_forgetting is not None:
        found.append((f"{name}, as its loop runs", rule.months_forgetting, None, None, "months", "as published"))
    if rule.decided_by_missing:
        note = f"leaves out {rule.decided_by_missing} decided by no score"
        found.append((f"{name}, scores only", rule.months_without_those, None, None, "months", note))
    if rule.expected_months is not None:
        found.append((f"{name}, expected wait", rule.expected_months, None, None, "months", "of unmatched records"))
    return found


def _draws(gap: Gap) -> str:
    lost = "" if gap.converged is None else f" ({gap.converged} converged)"
    return f"{gap.draws} draws{lost}"


def left_table(left: Iterable[LeftOut]) -> Table:
    """What a measure did not use, and why."""
    return Table(
        name="left-out",
        caption="Left out",
        columns=(
            Column(key="count", title="count"),
            Column(key="what", title="what", wide=50),
            Column(key="why", title="why", wide=60),
        ),
        rows=tuple((item.count, item.what, item.why) for item in left),
    )


def origins_table(origins: Iterable[Origin]) -> Table:
    """Where every number comes from, precise enough to find the bytes again."""
    return Table(
        name="origins",
        caption="Origins",
        columns=(
            Column(key="publisher", title="publisher", wide=24),
            Column(key="title", title="title", wide=40),
            Column(key="retrieved", title="retrieved"),
            Column(key="licence", title="licence", wide=20),
            Column(key="evidence", title="evidence", wide=24, terminal=False),
            Column(key="address", title="address", terminal=False),
            Column(key="sha256", title="sha256", terminal=False),
            *raw("id"),
        ),
        rows=tuple(
            (o.publisher, o.title, o.retrieved, o.licence, o.evidence, o.address, o.sha256, o.id)
            for o in {o.id: o for o in origins}.values()
        ),
    )


def _gap_text(gap: Gap, width: int) -> list[str]:
    quality = gap.quality_gap
    notes = [f"! {printable(warning)}" for warning in gap.warnings]
    if quality.bias is not None:
        notes.append(
            f"The quality gap is expected to come out {words.number(quality.bias)} {gap.unit} too wide (simulated "
            "worlds); the value is not corrected."
        )
    if any(record.left_truncated for record in gap.records):
        notes.append("* left-truncated: this record may have been set before the data begin.")
    return [
        _heading(gap.leader, gap.follower, gap.scale, gap.unit),
        gap_table(gap).text(width),
        "Records\n" + records_table(gap).text(width) if gap.records else "",
        "\n".join(_wrap(note, width) for note in notes),
        *_foot(gap.left_out, gap.origins, width),
        _wrap(
            f"rule {gap.rule} · method {gap.method} · {_draws(gap)}, seed {gap.seed} · releases to {gap.at} · "
            f"vintage {gap.as_of} · models {' / '.join(f'{side} {n}' for side, n in gap.n.items())}",
            width,
        ),
    ]


def _frontier_text(frontier: Frontier, width: int) -> list[str]:
    records = frontier_table(frontier)
    where = [column.key for column in records.columns].index("record")
    kept = tuple(row for row in records.rows if row[where] is True)
    shown = Table(
        name=records.name,
        caption="",
        columns=tuple(column for i, column in enumerate(records.columns) if i != where),
        rows=tuple(tuple(value for i, value in enumerate(row) if i != where) for row in kept),
    )
    recent = months_table(frontier)
    return [
        _heading(frontier.leader, frontier.follower, frontier.scale, frontier.unit),
        f"Records, newest first ({len(kept)} of {words.count(len(frontier.points), 'model')})\n" + shown.text(width),
        "Both gaps, newest months first\n"
        + Table(name="", caption="", columns=recent.columns, rows=recent.rows[:12]).text(width),
        *_foot(frontier.left_out, frontier.origins, width),
        f"method {frontier.method} · releases to {frontier.at} · vintage {frontier.as_of}",
    ]


def _panel_text(panel: Panel, width: int) -> list[str]:
    notes = [f"{row.axis}, {row.choice}: {printable(row.note)}" for row in panel.rows if row.note]
    other, axes = sorted({row.unit for row in panel.rows}), {row.axis for row in panel.rows}
    return [
        f"{panel.follower} behind {panel.leader}: "
        + (f"by {axes.pop()}" if len(axes) == 1 else "one choice at a time"),
        panel_table(panel).text(width),
        _wrap(panel_finding(panel) + ".", width),
        f"Gaps in more than one unit: {', '.join(other)}." if len(other) > 1 else "",
        "\n".join(_wrap(note, width) for note in notes),
        *_foot(panel.left_out, panel.origins, width),
        f"releases to {panel.at} · vintage {panel.as_of}",
    ]


def _attribution_text(result: Attribution, width: int) -> list[str]:
    return [
        f"Who raised the {result.follower} frontier since {result.start}, by {result.by} ({result.unit})",
        attribution_table(result).text(width),
        _wrap(attribution_finding(result) + ".", width),
        *_foot(result.left_out, result.origins, width),
        f"method {result.method} · {result.scale} scale · total {words.number(result.total, 2)} {result.unit} · "
        f"vintage {result.as_of}",
    ]


def _effort_text(effort: Effort, width: int) -> list[str]:
    return [
        f"What it took: {effort.leader} records and the {effort.follower} models that matched them",
        effort_table(effort).text(width),
        _wrap(effort_finding(effort) + ".", width),
        garage_table(effort).text(width) if effort.garage else "",
        _wrap(garage_finding(effort) + ".", width),
        *_foot(effort.left_out, effort.origins, width),
        f"{effort.scale} scale · vintage {effort.as_of}",
    ]


def _reconciliation_text(result: Reconciliation, width: int) -> list[str]:
    published = [" · ".join(f"{key} {printable(value)}" for key, value in row.items()) for row in result.published]
    readings = readings_table(result)
    return [
        _wrap(waterfall_finding(result) + ".", width),
        f"Definitions that give {result.figure} (tolerance {words.number(result.tolerance, 2)}; {result.tried} tried)\n"
        + (readings.text(width) if readings.rows else "none"),
        "From their figure to ours\n" + waterfall_table(result).text(width),
        "Published as\n" + "\n".join(_wrap(line, width) for line in published) if published else "",
        *_foot(result.left_out, result.origins, width),
    ]


_TABLES: dict[type, Callable[[Any], tuple[Table, ...]]] = {
    Gap: lambda r: (records_table(r), gap_table(r), left_table(r.left_out), origins_table(r.origins)),
    Frontier: lambda r: (frontier_table(r), months_table(r), left_table(r.left_out), origins_table(r.origins)),
    Panel: lambda r: (panel_table(r), left_table(r.left_out), origins_table(r.origins)),
    Attribution: lambda r: (attribution_table(r), left_table(r.left_out), origins_table(r.origins)),
    Effort: lambda r: (effort_table(r), garage_table(r), left_table(r.left_out), origins_table(r.origins)),
    Reconciliation: lambda r: (waterfall_table(r), readings_table(r), origins_table(r.origins)),
}
_TEXTS: dict[type, Callable[[Any, int], list[str]]] = {
    Gap: _gap_text,
    Frontier: _frontier_text,
    Panel: _panel_text,
    Attribution: _attribution_text,
    Effort: _effort_text,
    Reconciliation: _reconciliation_text,
}


def _foot(left: Iterable[LeftOut], origins: Iterable[Origin], width: int) -> list[str]:
    out = left_table(left)
    source = origins_table(origins)
    return [
        "Left out\n" + out.text(width) if out.rows else "",
        "Origins\n" + source.text(width) if source.rows else "",
    ]


def _heading(leader: str, follower: str, scale: str, unit: str) -> str:
    return printable(f"{follower} behind {leader} on {scale} ({unit})")


def _value(name: str, value: float | None, gap: Gap) -> str | None:
    if value is not None:
        return words.number(value)
    exceeds = gap.time_to_match.exceeds
    if name.startswith("time to match, median") and gap.time_to_match.matched + gap.time_to_match.censored:
        plain = exceeds is not None and name == "time to match, median"
        return f"not reached, > {words.number(exceeds)}" if plain and exceeds is not None else "not reached"
    return None


def _ends(name: str, low: float | None, high: float | None) -> str:
    if name.startswith("time to match") and low is not None and high is None:
        return f"{words.number(low)} to not reached"
    return words.span(low, high)


def _pair(gap: Gap) -> str:
    return f"{gap.quality_gap.leader.model} over {gap.quality_gap.follower.model}"


def _reference(gap: Gap) -> str:
    reference = gap.current_lag.reference
    return "" if reference is None else f"since {reference.model}, {reference.date}"


def _wrap(line: str, width: int) -> str:
    from nomoat.views.paragraph import fill

    return fill(line, width, subsequent_indent="  ")
